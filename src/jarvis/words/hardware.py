"""A machine as data: its GPUs, its processor, its memory. What is not known is None, never a guess."""

from __future__ import annotations

from dataclasses import dataclass

from jarvis.words.exchange import Notice

Version = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that holds memory of a GPU, ours included. ``bytes`` is None where the driver does not say (WSL2)."""

    pid: int
    name: str
    bytes: int | None = None

    def __str__(self) -> str:
        told = "?" if self.bytes is None else f"{self.bytes >> 20:,}"
        return f"{self.name or '?'} ({self.pid}): {told} MiB"


@dataclass(frozen=True, slots=True)
class Gpu:
    """One NVIDIA GPU, or one MIG instance of it, as its driver reports it now.

    ``uuid`` names it everywhere; ``index`` is the driver's order, which is not CUDA's, only what an owner writes.
    ``free_bytes`` counts what other programs use, ``holders`` are those programs. ``capability`` is CUDA's compute
    capability. ``cuda`` is the newest CUDA that the driver serves. ``utilisation`` is the part of the last moment in
    which it computed, 0..1; ``bandwidth`` the bytes per second that its memory can read.

    ``mig``: it is cut into instances, which follow it as entries of their own with its UUID as their ``parent``; it is
    then no place for a model itself. ``shares_ram``: its memory is the machine's (Jetson, DGX Spark).
    ``fault`` says why it cannot be used, or is None.
    """

    uuid: str
    name: str
    index: int
    total_bytes: int | None = None
    used_bytes: int | None = None
    free_bytes: int | None = None
    capability: Version | None = None
    driver: str = ""
    cuda: Version | None = None
    temperature_celsius: int | None = None
    power_watts: float | None = None
    utilisation: float | None = None
    bandwidth: float | None = None
    holders: tuple[Holder, ...] = ()
    parent: str = ""
    mig: bool = False
    shares_ram: bool = False
    fault: Notice | None = None


@dataclass(frozen=True, slots=True)
class Gpus:
    """The NVIDIA GPUs of a machine; when there are none, ``reason`` says why."""

    found: tuple[Gpu, ...] = ()
    reason: Notice | None = None


@dataclass(frozen=True, slots=True)
class Adapter:
    """A graphics adapter on the PCI bus, with or without a driver: ``vendor`` nvidia, amd, intel or its hex id."""

    vendor: str
    device: str
    """PCI address, such as ``0000:01:00.0``."""


@dataclass(frozen=True, slots=True)
class Cpu:
    """The processor.

    ``usable`` is how many processors this process may keep busy at once: affinity and container quota included, so it
    may be a fraction. ``features`` are the kernel's flags (``avx2``, ``fma``, ...). ``bandwidth`` is the bytes per
    second that reading its memory reaches.
    """

    name: str
    architecture: str
    physical: int
    logical: int
    usable: float
    features: frozenset[str]
    bandwidth: float | None = None


@dataclass(frozen=True, slots=True)
class Ram:
    """Main memory, bytes. ``limited`` when a container's limit is smaller than the machine and is what counts."""

    total_bytes: int
    available_bytes: int
    limited: bool = False


@dataclass(frozen=True, slots=True)
class Machine:
    """All of it. ``declared``: written down by its owner, not looked at."""

    gpus: Gpus
    adapters: tuple[Adapter, ...]
    cpu: Cpu
    ram: Ram
    declared: bool = False
