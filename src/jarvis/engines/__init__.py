"""Language models on this machine: one file per engine."""

NOT_PARTS = frozenset(
    "base dialect forcing interpreter line memory pulse reasons served tags terms wire".split()  # noqa: SIM905
)
