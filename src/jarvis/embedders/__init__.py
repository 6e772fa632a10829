"""Text to vectors: one file per embedder."""

NOT_PARTS = frozenset({"base", "embedding", "making"})
