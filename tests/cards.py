"""Machines as tests/hardware/fake_nvml.c reads them."""

WELL = """0 580.65.06 13000
0 GPU-2060 7 5 6442450944 6000000000 41 35000 NVIDIA GeForce RTX 2060
0 GPU-5070 12 0 17094934528 16500000000 39 21500 NVIDIA GeForce RTX 5070 Ti
cuda GPU-5070 GPU-2060
"""
"""The cards of the reference machine: the driver counts them by their bus, CUDA the fastest first."""


def about(uuid: str, *lines: str, cards: str = WELL) -> str:
    """The same cards, with more said of one of them."""
    found = cards.splitlines()
    at = next(number for number, line in enumerate(found) if f" {uuid} " in line and not line.startswith("cuda"))
    return "\n".join([*found[: at + 1], *lines, *found[at + 1 :]]) + "\n"
