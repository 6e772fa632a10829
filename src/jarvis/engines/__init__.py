"""Language models on this machine: one file per engine."""

NOT_PARTS = frozenset({"base", "dialect", "pulse", "reasons", "served", "wire"})
