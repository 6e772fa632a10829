"""GET /jarvis/log: the last lines of what this daemon writes to its log."""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import asdict, dataclass

from starlette.responses import Response

from jarvis.server.days import number
from jarvis.server.door import Call, Endpoint
from jarvis.words.json_bytes import encode

LINES = 1000


@dataclass(frozen=True, slots=True)
class Line:
    """``number`` counts from the daemon's start; ``at`` is seconds since the epoch."""

    number: int
    at: float
    level: str
    name: str
    text: str


class Ring(logging.Handler):
    """The last lines, in memory. What its formatter leaves out (``providers.keys.guard``) is not in here either."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: deque[Line] = deque(maxlen=LINES)
        self.written = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.written += 1
        text = self.format(record)
        self.lines.append(Line(self.written, record.created, record.levelname.lower(), record.name, text))


def ring() -> Ring | None:
    """The one of this process; none inside a command, whose log is its own."""
    return next((h for h in logging.getLogger().handlers if isinstance(h, Ring)), None)


async def shown(call: Call) -> Response:
    """The lines that are kept, those after the number ``after``, the oldest first."""
    after = number(call, "after", 0, 0, 10**15)
    kept = ring()
    lines = [] if kept is None else [asdict(line) for line in list(kept.lines) if line.number > after]
    return Response(encode({"lines": lines}), media_type="application/json")


ENDPOINTS = (
    Endpoint(
        "GET", "/jarvis/log", shown, "The last lines of the daemon's log.", "admin",
        query={"after": {"type": "integer", "minimum": 0}},
    ),
)  # fmt: skip
