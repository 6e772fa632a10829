"""What is asked of the keeper and what it gives: how a model is run, rules for all, and the lease of a loaded one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from jarvis.engines.base import Engine, Running
from jarvis.words.fleet import Device, Placement, Wish
from jarvis.words.model import Load


@dataclass(frozen=True, slots=True)
class Lease:
    """A loaded model in use: it stays loaded until the lease is given back."""

    running: Running
    queue_seconds: float
    load_seconds: float


@dataclass(frozen=True, slots=True)
class Rules:
    """``idle_unload_seconds`` 0 keeps models for ever; ``room_seconds`` is the longest wait for others to finish when
    their memory is needed; ``queue`` how many may wait for one model; ``logs`` the folder of what engines print.
    """

    idle_unload_seconds: float = 0.0
    room_seconds: float = 300.0
    queue: int = 64
    logs: Path = Path()


@dataclass(frozen=True, slots=True)
class How:
    """How one model is run: by which engine, ordered how, what that asks of the devices, and whether it is to stay."""

    engine: Engine
    order: Load
    wish: Wish
    pinned: bool = False


def placed(order: Load, placement: Placement, devices: Sequence[Device]) -> Load:
    """``order`` as it is carried out in the place that was found for it."""
    cards = [d for d in devices if d.id in {part.device for part in placement.split}]
    return replace(
        order,
        split=placement.split,
        experts_in_ram=placement.experts_in_ram,
        in_ram=placement.in_ram,
        cache_type=placement.mode.cache,
        parallel=placement.mode.parallel,
        claims=placement.need,
        shares={d.id: placement.need[d.id] / d.total for d in cards},
        capability=min((d.capability for d in cards if d.capability is not None), default=None),
    )
