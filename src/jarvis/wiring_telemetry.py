"""What watches: where events go, and the figures that others may read."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from jarvis.assistant.desk import Desk
from jarvis.assistant.tracing import Tracing
from jarvis.assistant.turn import Assistant
from jarvis.config.schema import Settings
from jarvis.errors import ConfigError
from jarvis.server.metrics import Metrics
from jarvis.store.database import Database
from jarvis.telemetry.events import Sink
from jarvis.telemetry.jsonl import Jsonl
from jarvis.telemetry.table import Table

if TYPE_CHECKING:
    from jarvis.telemetry.otlp import Otlp


@dataclass(frozen=True, slots=True)
class Watch:
    """``sinks`` are told of every exchange; ``events`` and ``lines`` are those of them that keep it. ``otlp``: where
    traces go, with ``texts`` or without; None when nobody collects them.
    """

    events: Table
    lines: list[Jsonl]
    metrics: Metrics
    sinks: list[Sink]
    otlp: Otlp | None
    texts: bool

    def trace(self, desk: Desk, assistant: Assistant) -> None:
        """From now on, where somebody collects it, what each question goes through."""
        if self.otlp is not None:
            desk.tracing = assistant.tracing = Tracing(self.otlp, texts=self.texts)

    async def close(self) -> None:
        if self.otlp is not None:
            await self.otlp.close()


def watching(settings: Settings, database: Database) -> Watch:
    """By the owner's settings. Raises ConfigError for a collector without the packages that speak to it."""
    told, metrics = settings.telemetry, Metrics()
    events = Table(database)
    lines = [] if told.jsonl is None else [Jsonl(told.jsonl)]
    sinks = [metrics, *([events] if told.events else ()), *lines]
    return Watch(events, lines, metrics, sinks, None if told.otlp is None else _otlp(told.otlp), told.otlp_texts)


def _otlp(collector: str) -> Otlp:
    if find_spec("opentelemetry") is None or find_spec("opentelemetry.exporter.otlp.proto.http") is None:
        raise ConfigError("telemetry.not_installed", param="telemetry.otlp")
    from jarvis.telemetry.otlp import Otlp

    return Otlp(collector)
