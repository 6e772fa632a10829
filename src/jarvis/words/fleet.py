"""Who sits where: devices and what they hold, what is wanted of them, and the plan or refusal that answers.

Bytes and seconds everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from jarvis.words.footprint import CacheType, Rung
from jarvis.words.hardware import Version

HOST = "cpu"
"""The device that is the machine's own memory and processor; every other one is a card by its UUID."""


@dataclass(frozen=True, slots=True)
class Device:
    """Somewhere a model can sit.

    ``free`` is what nobody holds now, other programs' use counted; ``reserve`` of it stays untouched. ``bandwidth`` is
    bytes per second that its memory reads. ``capability`` is CUDA's, None for ``HOST``. ``alone``: a process that uses
    it sees no other card, as with a MIG instance (NVIDIA, MIG User Guide, "CUDA Device Enumeration").
    """

    id: str
    name: str
    total: int
    free: int
    bandwidth: float
    reserve: int = 0
    capability: Version | None = None
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Resident:
    """A loaded model: the bytes it holds by device, and what it would cost to have it back (``reload_seconds``)."""

    model: str
    held: Mapping[str, int]
    state: Literal["idle", "busy", "loading"] = "idle"
    pinned: bool = False
    priority: int = 50
    idle_seconds: float = 0.0
    reload_seconds: float = 1.0

    @property
    def may_leave(self) -> bool:
        return self.state == "idle" and not self.pinned


@dataclass(frozen=True, slots=True)
class Shape:
    """How a model is run. ``context`` is tokens per sequence, ``batch`` tokens of a prompt computed in one go."""

    context: int
    parallel: int = 1
    cache: CacheType = "f16"
    batch: int = 512


class Split(NamedTuple):
    """Units of a network's row (its layers, then its output) on one card."""

    device: str
    units: int


@dataclass(frozen=True, slots=True)
class Row:
    """A model as a row of units that can be cut: its layers, and last its output. Sums from the front, so that any cut
    costs one subtraction: entry ``i`` is for the units before ``i``.

    ``held`` is what the units take (weights and KV), ``experts`` what of it can stay in RAM, ``read`` and
    ``experts_read`` what of each is read to write one token. ``card`` is what a process takes of each card besides,
    ``host`` of RAM, and ``host_compute`` of RAM when something is computed there. ``copied`` is what the last unit
    holds on a card only, because RAM has it already. ``in_ram`` is how many bytes there stand for one on a card.
    """

    held: tuple[int, ...]
    experts: tuple[int, ...]
    read: tuple[int, ...]
    experts_read: tuple[int, ...]
    card: int
    host: int
    host_compute: int
    copied: int = 0
    in_ram: int = 1

    @property
    def units(self) -> int:
        return len(self.held) - 1


@dataclass(frozen=True, slots=True)
class Terms:
    """What an engine can do with the files of one quantisation, as it states it itself.

    ``capability`` is the lowest of the cards that it runs them on, None when it uses no card. ``host``: whether it can
    compute in RAM. ``splits``: whether one model may sit on several unlike cards. ``experts_apart``: whether experts
    can stay in RAM while the rest is on a card. ``caches``: the types of KV cache that it has, the best first.
    """

    capability: Version | None = (0, 0)
    host: bool = True
    splits: bool = True
    experts_apart: bool = True
    caches: tuple[CacheType, ...] = ("f16", "q8_0", "q4_0")


class Mode(NamedTuple):
    """A way to run a model that would do: its type of KV cache, and how many sequences at once.

    ``loss`` is how much slower another place may be before this mode is taken instead of the best one (1.0).
    """

    cache: CacheType = "f16"
    parallel: int = 1
    loss: float = 1.0


USUAL = Mode()


@dataclass(frozen=True, slots=True)
class Wish:
    """A model that is to be loaded: what it takes in each mode that would do, the best first, and what its engine can
    do. ``prefer`` is the card its owner would like it on, ``only`` the one on which it sleeps and is to be woken;
    ``load_seconds`` how long loading it takes; ``rung`` where the figures come from; ``learned`` bytes of each
    card that are in them because it was seen to take them, or lacked them once.
    """

    model: str
    rows: tuple[tuple[Mode, Row], ...]
    terms: Terms = Terms()
    prefer: str | None = None
    load_seconds: float = 1.0
    only: str | None = None
    rung: Rung = "header"
    learned: int = 0


@dataclass(frozen=True, slots=True)
class Placement:
    """Where it goes: units by card, ``in_ram`` of them in RAM, and of the first ``experts_in_ram`` layers the experts.

    ``need`` is bytes by device, ``tokens_per_second`` what memory bandwidth allows when one sequence is written.
    """

    split: tuple[Split, ...]
    experts_in_ram: int
    need: Mapping[str, int]
    tokens_per_second: float
    mode: Mode = USUAL
    in_ram: int = 0

    @property
    def devices(self) -> tuple[str, ...]:
        """Where it computes: its cards, and the processor when something is left for it."""
        cards = tuple(part.device for part in self.split)
        return (*cards, HOST) if self.in_ram or self.experts_in_ram else cards


@dataclass(frozen=True, slots=True)
class Plan:
    """``leave`` are the models that have to go first; ``seconds`` how long it takes until it can answer."""

    placement: Placement
    leave: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Refusal:
    """It cannot be placed though all who may leave did.

    ``short`` is bytes that lack on each device of the nearest miss; empty when there is none that the engine runs on.

    ``busy`` are models whose leaving would make room; with any, waiting helps. ``pinned`` are models without which it
    could be placed: as few as will do.
    """

    short: Mapping[str, int] = field(default_factory=dict)
    busy: tuple[str, ...] = ()
    pinned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Prospect:
    """What loading a model would come to now: ``seconds`` until it could answer, the wait for others to finish
    included, and ``tokens_per_second`` as memory bandwidth allows. ``fits``: it can be placed at all.
    """

    fits: bool = True
    seconds: float = 0.0
    tokens_per_second: float = 0.0
    leave: tuple[str, ...] = ()
