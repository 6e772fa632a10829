"""What watches: where events go, and the figures that others may read."""

from __future__ import annotations

from dataclasses import dataclass

from jarvis.config.schema import Settings
from jarvis.server.metrics import Metrics
from jarvis.store.database import Database
from jarvis.telemetry.events import Sink
from jarvis.telemetry.jsonl import Jsonl
from jarvis.telemetry.table import Table


@dataclass(frozen=True, slots=True)
class Watch:
    """``sinks`` are told of every exchange; ``events`` and ``lines`` are those of them that keep it."""

    events: Table
    lines: list[Jsonl]
    metrics: Metrics
    sinks: list[Sink]


def watching(settings: Settings, database: Database) -> Watch:
    """By the owner's settings."""
    told, metrics = settings.telemetry, Metrics()
    events = Table(database)
    lines = [] if told.jsonl is None else [Jsonl(told.jsonl)]
    return Watch(events, lines, metrics, [metrics, *([events] if told.events else ()), *lines])
