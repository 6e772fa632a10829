"""Language models on this machine: one file per engine."""

NOT_PARTS = frozenset(
    {"base", "dialect", "forcing", "line", "dry_run", "memory", "one_piece", "pulse", "reasons", "served", "wire"}
)
