"""Language models on this machine: one file per engine."""

NOT_PARTS = frozenset(
    {"base", "dialect", "forcing", "line", "memory", "pulse", "reasons", "served", "tags", "terms", "wire"}
)
