"""Models elsewhere. A provider is a file with a class ``Provider`` (see ``base``); the registry finds it by name."""

NOT_PARTS = frozenset({"base", "here", "keys"})
