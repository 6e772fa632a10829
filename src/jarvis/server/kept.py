"""GET and DELETE /jarvis/cache: the answers that are kept to be given again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from starlette.responses import Response

from jarvis.server.door import Call, Endpoint
from jarvis.words.chat import Json
from jarvis.words.json_bytes import encode

_PERSON: Mapping[str, Json] = {"person": {"type": "string", "description": "Whose; without it: everyone's."}}


async def shown(call: Call) -> Response:
    """How many, their size and the most there may be, how often any was given again, the oldest, and what is on."""
    cache, on = call.parts.settings.cache, call.parts.settings.routing.cache_responses
    told = asdict(await call.parts.kept.counts()) | {
        "most_bytes": cache.mib * 2**20,
        "ttl_seconds": cache.ttl_seconds,
        "exact": on,
        "sampled": on and cache.sampled,
        "semantic": on and cache.semantic,
    }
    return Response(encode(told), media_type="application/json")


async def cleared(call: Call) -> Response:
    """Delete them for good."""
    person = call.request.query_params.get("person")
    gone = await (call.parts.kept.clear() if person is None else call.parts.kept.forget(person))
    return Response(encode({"deleted": gone}), media_type="application/json")


ENDPOINTS = (
    Endpoint("GET", "/jarvis/cache", shown, "What is kept to be given again.", "admin"),
    Endpoint("DELETE", "/jarvis/cache", cleared, "Delete what is kept.", "admin", query=_PERSON),
)
