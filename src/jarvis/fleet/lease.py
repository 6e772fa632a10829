"""What is asked of the keeper and what it gives: how a model is run, rules for all, and the lease of a loaded one."""

from __future__ import annotations

from dataclasses import dataclass

from jarvis.engines.base import Engine, Running
from jarvis.words.fleet import Wish
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
    their memory is needed; ``queue`` how many may wait for one model.
    """

    idle_unload_seconds: float = 0.0
    room_seconds: float = 300.0
    queue: int = 64


@dataclass(frozen=True, slots=True)
class How:
    """How one model is run: by which engine, ordered how, what that asks of the devices, and whether it is to stay."""

    engine: Engine
    order: Load
    wish: Wish
    pinned: bool = False
