"""Which of many vectors are near one: a cache of the store, made anew whenever it is lost. A part is a file."""

NOT_PARTS = frozenset({"base", "keeping"})
