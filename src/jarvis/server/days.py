"""GET /jarvis/stats/daily and /jarvis/exchanges: what the days added up to, and each request of late."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from itertools import chain

from starlette.responses import Response

from jarvis.assistant.saving import added
from jarvis.errors import UsageError
from jarvis.server.door import Call, Endpoint
from jarvis.telemetry.daily import by_day
from jarvis.telemetry.stats import summarize
from jarvis.words.chat import Json
from jarvis.words.json_bytes import encode

MOST_DAYS = 730
MOST_EXCHANGES = 500


async def daily(call: Call) -> Response:
    """The last ``days``, today included, each on its own and all together; seconds, dollars, tokens."""
    count = number(call, "days", 30, 1, MOST_DAYS)
    last = date.today()
    first = last - timedelta(count - 1)
    events = await call.parts.events.since(datetime.combine(first, time()).timestamp())
    grouped = await asyncio.to_thread(by_day, events, first, last)
    groups = list(grouped.values())
    savings = await call.parts.saving.each(groups)
    sums = await asyncio.to_thread(lambda: [asdict(summarize(group)) for group in (*groups, chain(*groups))])
    told = [
        {"day": day.isoformat()} | body | {"saving": asdict(saving)}
        for day, body, saving in zip(grouped, sums[:-1], savings, strict=True)
    ]
    total = sums[-1] | {"saving": asdict(added(savings))}
    return Response(encode({"total": total, "days": told}), media_type="application/json")


async def exchanges(call: Call) -> Response:
    """What is being answered now, and the newest ``limit`` that were, or those before the number ``before``; no word of
    what was asked or answered.
    """
    limit = number(call, "limit", 100, 0, MOST_EXCHANGES)
    before = number(call, "before", 0, 0, 10**15)
    found = await call.parts.events.latest(limit, before or None)
    told = [{"number": row} | asdict(event) for row, event in found]
    for one in told:
        del one["question"], one["memory_bytes"], one["operation"], one["reason"]
    under_way = [asdict(one) for one in call.parts.under_way()]
    return Response(encode({"under_way": under_way, "exchanges": told}), media_type="application/json")


def number(call: Call, name: str, default: int, least: int, most: int) -> int:
    """A whole number out of the query. Raises UsageError."""
    text = call.request.query_params.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 17 and least <= int(text) <= most):
        raise UsageError("page.number_range", param=name, name=name, value=text[:40], least=least, most=most)
    return int(text)


def _range(least: int, most: int) -> Json:
    return {"type": "integer", "minimum": least, "maximum": most}


ENDPOINTS = (
    Endpoint(
        "GET", "/jarvis/stats/daily", daily, "The same day by day.", "admin", query={"days": _range(1, MOST_DAYS)}
    ),
    Endpoint(
        "GET", "/jarvis/exchanges", exchanges, "What is being answered, and what was, newest first.", "admin",
        query={"limit": _range(0, MOST_EXCHANGES), "before": _range(0, 10**15)},
    ),
)  # fmt: skip
