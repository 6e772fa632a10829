"""Web search for questions about now: one file per service."""

NOT_PARTS = frozenset({"base", "cited", "fake", "searching"})
