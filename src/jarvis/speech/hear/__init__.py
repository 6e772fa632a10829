"""Ways to hear: sound in, text out. A part's file name is its name."""

NOT_PARTS = frozenset({"base", "agreement", "normal", "phrases"})
