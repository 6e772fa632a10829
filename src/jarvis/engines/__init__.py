"""Language models on this machine: one file per engine."""

NOT_PARTS = frozenset({
    "base", "dialect", "dry_run", "forcing", "line", "marks", "memory", "one_piece", "pulse", "reasons", "served",
    "terms", "wire",
})  # fmt: skip
