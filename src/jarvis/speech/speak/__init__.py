"""Ways to speak: text in, sound out. A part's file name is its name."""

NOT_PARTS = frozenset({"base", "aloud", "clauses", "decoding", "encoding", "forms"})
