"""What every device has left: what its driver says, less what loaded models were promised and have not taken yet. Pure.

Bytes everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from jarvis.words.fleet import HOST, Device
from jarvis.words.hardware import Gpu


@dataclass(frozen=True, slots=True)
class Sight:
    """The machine at one moment: the places for models, and the GPUs as their driver reports them.

    On a ``declared`` machine nobody measures what our models take: they take what they were promised.
    """

    devices: tuple[Device, ...]
    gpus: tuple[Gpu, ...] = ()
    declared: bool = False


@dataclass(frozen=True, slots=True)
class Holding:
    """One model's: what it may take of each device (``claims``), and what its processes hold there (``taken``).

    In RAM only what cannot be read again from a file counts as taken, as the kernel counts what is available.
    """

    claims: Mapping[str, int]
    taken: Mapping[str, int] = field(default_factory=dict)

    def back(self, device: str) -> int:
        """What the device has more once the model is gone."""
        return max(self.claims.get(device, 0), self.taken.get(device, 0))


def left(sight: Sight, holdings: Iterable[Holding]) -> tuple[Device, ...]:
    """The devices with what is free of them for others."""
    promised: dict[str, int] = {}
    for holding in holdings:
        for device in holding.claims.keys() | holding.taken.keys():
            owed = holding.back(device) - (0 if sight.declared else holding.taken.get(device, 0))
            promised[device] = promised.get(device, 0) + owed
    return tuple(replace(d, free=d.free - promised.get(d.id, 0)) for d in sight.devices)


def taken(sight: Sight, pids: Sequence[int], anonymous_bytes: int) -> dict[str, int]:
    """What these processes hold of each device."""
    found = {HOST: anonymous_bytes}
    for gpu in sight.gpus:
        sizes = [holder.bytes for holder in gpu.holders if holder.pid in pids]
        if sizes and None not in sizes:
            found[gpu.uuid] = sum(size for size in sizes if size is not None)
    return found
