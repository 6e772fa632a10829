"""GET /jarvis/live: what changes, as it changes, so that a page need not ask again and again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import Any

from starlette.responses import Response
from typing_extensions import TypedDict

from jarvis.server.documents import PART, Steps
from jarvis.server.door import Call, Endpoint
from jarvis.server.logs import ring
from jarvis.telemetry.daily import speeds
from jarvis.words.json_bytes import encode

SECOND = 1.0
OF_LATE = 100
"""So many exchanges are looked at for how fast models write."""


class LiveEvent(TypedDict, total=False):
    """What is new. ``fleet`` as GET /fleet has it, without how long models are idle; ``speeds``: tokens a second of the
    last answers by model; ``exchanges`` and ``lines``: how many were recorded and written to the log so far.
    """

    fleet: dict[str, Any]
    speeds: dict[str, float]
    exchanges: int
    lines: int


async def live(call: Call) -> Response:
    """Once all of it, then what changed, at most once a second."""
    return Steps(_changes(call))


async def _changes(call: Call) -> AsyncGenerator[LiveEvent, None]:
    loop = asyncio.get_running_loop()
    until = loop.time() + PART * call.parts.settings.server.request_timeout_seconds
    fleet, exchanges, lines = b"", -1, -1
    while loop.time() < until and not call.parts.stopping.is_set():
        event: LiveEvent = {}
        view = await call.parts.fleet.view()
        for model in view["models"]:
            model.pop("idle_seconds", None)
        if (seen := encode(view)) != fleet:
            fleet, event["fleet"] = seen, view
        if (count := call.parts.events.recorded) != exchanges:
            exchanges = event["exchanges"] = count
            event["speeds"] = speeds(exchange for _, exchange in await call.parts.events.latest(OF_LATE))
        kept = ring()
        if kept is not None and kept.written != lines:
            lines = event["lines"] = kept.written
        if event:
            yield event
        with suppress(TimeoutError):
            async with asyncio.timeout(SECOND):
                await call.parts.stopping.wait()


ENDPOINTS = (Endpoint("GET", "/jarvis/live", live, "What changes, as it changes.", "admin", stream=LiveEvent),)
