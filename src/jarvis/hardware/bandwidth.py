"""How fast a GPU reads its own memory, bytes per second. Pure."""

from __future__ import annotations

_GBS: dict[str, float] = {
    # 10^9 bytes per second, by the name that the driver gives, without "NVIDIA ". Sources: nvidia.com,
    # geforce/graphics-cards/compare for the GeForce cards and each card's data sheet for the others. Where cards of one
    # name differ, the slowest. A laptop's cards have names of their own and are asked for their bus.
    "GeForce RTX 5090": 1792,
    "GeForce RTX 5080": 960,
    "GeForce RTX 5070 Ti": 896,
    "GeForce RTX 5070": 672,
    "GeForce RTX 5060 Ti": 448,
    "GeForce RTX 5060": 448,
    "GeForce RTX 4090": 1008,
    "GeForce RTX 4080 SUPER": 736,
    "GeForce RTX 4080": 717,
    "GeForce RTX 4070 Ti SUPER": 672,
    "GeForce RTX 4070 Ti": 504,
    "GeForce RTX 4070 SUPER": 504,
    "GeForce RTX 4070": 480,  # with GDDR6; 504 with GDDR6X
    "GeForce RTX 4060 Ti": 288,
    "GeForce RTX 4060": 272,
    "GeForce RTX 3090 Ti": 1008,
    "GeForce RTX 3090": 936,
    "GeForce RTX 3080 Ti": 912,
    "GeForce RTX 3080": 760,  # with 10 GB; 912 with 12 GB
    "GeForce RTX 3070 Ti": 608,
    "GeForce RTX 3070": 448,
    "GeForce RTX 3060 Ti": 448,  # with GDDR6; 608 with GDDR6X
    "GeForce RTX 3060": 240,  # with 8 GB; 360 with 12 GB
    "GeForce RTX 3050": 168,  # with 6 GB; 224 with 8 GB
    "GeForce RTX 2080 Ti": 616,
    "GeForce RTX 2080 SUPER": 496,
    "GeForce RTX 2080": 448,
    "GeForce RTX 2070 SUPER": 448,
    "GeForce RTX 2070": 448,
    "GeForce RTX 2060 SUPER": 448,
    "GeForce RTX 2060": 336,
    "GeForce GTX 1660 Ti": 288,
    "GeForce GTX 1660 SUPER": 336,
    "GeForce GTX 1660": 192,
    "GeForce GTX 1650": 128,  # with GDDR5; 192 with GDDR6
    "GeForce GTX 1080 Ti": 484,
    "GeForce GTX 1080": 320,
    "GeForce GTX 1070": 256,
    "TITAN RTX": 672,
    "RTX A4000": 448,
    "RTX A5000": 768,
    "RTX A6000": 768,
    "RTX 6000 Ada Generation": 960,
    "RTX PRO 6000 Blackwell Workstation Edition": 1792,
    "Tesla T4": 320,
    "Tesla V100-SXM2-16GB": 900,
    "Tesla V100-SXM2-32GB": 900,
    "L4": 300,
    "L40S": 864,
    "A10": 600,
    "A100-SXM4-40GB": 1555,
    "A100-SXM4-80GB": 2039,
    "H100 PCIe": 2000,
    "H100 80GB HBM3": 3350,
    "H200": 4800,
    "GB10": 273,
}

_MORE: dict[str, tuple[int, float]] = {
    # From so many GiB on, the faster of two cards with one name.
    "GeForce RTX 3080": (11, 912),
    "GeForce RTX 3060": (11, 360),
    "GeForce RTX 3050": (7, 224),
}


def of_name(name: str, total_bytes: int | None) -> float | None:
    """By NVIDIA's figures, None for a card that is not in the table."""
    model = name.removeprefix("NVIDIA ")
    least, faster = _MORE.get(model, (0, 0.0))
    if least and total_bytes is not None and total_bytes >= least << 30:
        return faster * 1e9
    return _GBS[model] * 1e9 if model in _GBS else None


def of_bus(bits: int | None, mhz: int | None) -> float | None:
    """By the width and the highest clock of its memory, as the driver states them.

    Two transfers a clock (NVIDIA, CUDA C++ Best Practices Guide, "Theoretical Bandwidth Calculation").
    """
    return bits / 8 * mhz * 1e6 * 2 if bits and mhz else None
