"""GET /fleet, POST /fleet/load, unload and pin: what is loaded where, and what its owner does about it."""

from __future__ import annotations

from typing import Any

from pydantic import Field
from starlette.responses import Response

from jarvis.server.door import Call, Endpoint
from jarvis.server.wire.shape import Asked, parse
from jarvis.words.json_bytes import encode


class LoadBody(Asked):
    """Which model to load."""

    model: str


class UnloadBody(LoadBody):
    """``force``: also when it is answering."""

    force: bool = False


class PinBody(LoadBody):
    """``pinned``: whether it stays whatever others need."""

    pinned: bool = True


class MeasureBody(LoadBody):
    """``tokens``: how long the answer is that is measured."""

    tokens: int = Field(128, ge=8, le=4096)


async def measured(call: Call) -> Response:
    """The last measurement of each model."""
    return _json({"measured": await call.parts.fleet.measured()})


async def measure(call: Call) -> Response:
    """Load a model anew, ask it something, and keep how fast it was and what it took."""
    asked = parse(MeasureBody, call.body)
    return _json(await call.parts.fleet.measure(asked.model, asked.tokens))


async def shown(call: Call) -> Response:
    """Every device with who holds what of it, every model, everybody who waits."""
    return _json(await call.parts.fleet.view())


async def loaded(call: Call) -> Response:
    """Load a model; answers when it is ready."""
    asked = parse(LoadBody, call.body)
    return _json(await call.parts.fleet.load(asked.model))


async def unloaded(call: Call) -> Response:
    """Unload a model; answers when it is gone."""
    asked = parse(UnloadBody, call.body)
    return _json({"model": asked.model, "unloaded": await call.parts.fleet.unload(asked.model, asked.force)})


async def pinned(call: Call) -> Response:
    """Keep a loaded model, or no longer, until this daemon ends."""
    asked = parse(PinBody, call.body)
    return _json(await call.parts.fleet.pin(asked.model, asked.pinned))


def _json(body: Any) -> Response:
    return Response(encode(body), media_type="application/json")


ENDPOINTS = (
    Endpoint("GET", "/fleet", shown, "Devices, loaded models and who waits.", scope="models"),
    Endpoint("POST", "/fleet/load", loaded, "Load a model.", scope="admin", body=LoadBody),
    Endpoint("POST", "/fleet/unload", unloaded, "Unload a model.", scope="admin", body=UnloadBody),
    Endpoint("GET", "/fleet/measured", measured, "How fast models are here, as measured.", scope="models"),
    Endpoint("POST", "/fleet/measure", measure, "Measure a model.", scope="admin", body=MeasureBody),
    Endpoint("POST", "/fleet/pin", pinned, "Keep a loaded model.", scope="admin", body=PinBody),
)
