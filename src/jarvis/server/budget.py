"""GET /jarvis/budget: what paid models have cost, and what they may still cost."""

from __future__ import annotations

from starlette.responses import Response

from jarvis.errors import NotFound
from jarvis.server.door import Call, Endpoint
from jarvis.words.json_bytes import encode


async def budget(call: Call) -> Response:
    """Today, this month, what is left, per provider, model and person; money in micro-dollars (1 USD = 1,000,000)."""
    if call.parts.money is None:
        raise NotFound("server.no_money")
    return Response(encode(await call.parts.money.report(call.person)), media_type="application/json")


ENDPOINTS = (Endpoint("GET", "/jarvis/budget", budget, "What paid models cost, and what is left to spend.", "admin"),)
