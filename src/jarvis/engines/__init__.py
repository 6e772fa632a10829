"""Language models on this machine: one file per engine."""

NOT_PARTS = frozenset({
    "base", "dialect", "dry_run", "forcing", "interpreter", "line", "marks", "memory", "one_piece", "pulse", "reasons",
    "served", "tags", "terms", "wire",
})  # fmt: skip
