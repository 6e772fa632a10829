"""How well texts answer a question: one file per reranker."""

NOT_PARTS = frozenset({"base", "making"})
