"""Language models on this machine: one file per engine."""

NOT_PARTS = frozenset({
    "base", "dialect", "forcing", "line", "marks", "memory", "pulse", "reasons", "served", "terms", "wire",
})  # fmt: skip
