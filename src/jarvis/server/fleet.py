"""Everything under /fleet: what is loaded where, what its owner does about it, and what the machine could do."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Any, Literal

from pydantic import Field
from starlette.responses import Response

from jarvis.installs.listed import listed
from jarvis.router.observed import Answered
from jarvis.server.door import Call, Endpoint
from jarvis.server.wire.shape import INT32, Asked, parse
from jarvis.words.json_bytes import encode
from jarvis.words.routing import Specialty


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


class AnsweredPart(Asked):
    """One question of the calibration set: ``difficulty`` 0..100, ``chance`` is what guessing gets."""

    question: str = Field(min_length=1, max_length=64)
    specialty: Specialty
    language: Literal["en", "es"]
    difficulty: float = Field(ge=0, le=100)
    chance: float = Field(0.0, ge=0, lt=1)
    right: bool


class AbilityBody(Asked):
    """``model`` is the full name, as ``/fleet/measure`` tells it."""

    model: str = Field(min_length=1, max_length=256)
    engine: str = Field(min_length=1, max_length=64)
    answers: tuple[AnsweredPart, ...] = Field(min_length=1, max_length=4096)


class PlanBody(Asked):
    """``models``: ids or ID:QUANTISATION; without any, and without ``plan``, those that are here. ``context``: tokens
    for each. ``hardware``: another machine, declared in TOML as for ``jarvis plan --hardware``. ``plan``: the text of a
    models_v2.json.
    """

    models: tuple[str, ...] = Field((), max_length=256)
    context: int | None = Field(None, ge=256, le=INT32)
    hardware: str | None = Field(None, max_length=1 << 16)
    plan: str | None = Field(None, max_length=1 << 20)


async def planned(call: Call) -> Response:
    """How models would run on this machine, as ``jarvis plan --json`` says it."""
    query = call.request.query_params
    asked: dict[str, Any] = {"models": query.getlist("models")}
    if (context := query.get("context")) is not None:
        asked["context"] = int(context) if context.isascii() and context.isdigit() and len(context) < 10 else context
    return await _planned(call, parse(PlanBody, encode(asked)))


async def planned_for(call: Call) -> Response:
    """The same for a machine that is only declared, or for the models of a plan."""
    return await _planned(call, parse(PlanBody, call.body))


async def _planned(call: Call, asked: PlanBody) -> Response:
    return _json(await call.parts.fleet.plan(asked.models, asked.context, asked.hardware, asked.plan))


async def proposed(call: Call) -> Response:
    """The models that this machine should have, as ``jarvis setup --json`` says it."""
    return _json(await call.parts.fleet.setup())


async def installs(call: Call) -> Response:
    """Engines that do not come with Jarvis, as ``jarvis install --json`` lists them."""
    return _json(await asyncio.to_thread(listed))


async def measured(call: Call) -> Response:
    """The last measurement of each model."""
    return _json({"measured": await call.parts.fleet.measured()})


async def measure(call: Call) -> Response:
    """Load a model anew, ask it something, and keep how fast it was and what it took."""
    asked = parse(MeasureBody, call.body)
    return _json(await call.parts.fleet.measure(asked.model, asked.tokens))


async def able(call: Call) -> Response:
    """How many questions of the calibration set each model was asked and answered, by specialty and language."""
    return _json({"abilities": [asdict(tally) for tally in await call.parts.abilities.tallies()]})


async def answered(call: Call) -> Response:
    """Keep what a model answered of the calibration set."""
    asked = parse(AbilityBody, call.body)
    answers = [Answered(**part.model_dump()) for part in asked.answers]
    await call.parts.abilities.record(asked.model, asked.engine, answers)
    return _json({"model": asked.model, "recorded": len(answers)})


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
    Endpoint(
        "GET",
        "/fleet/plan",
        planned,
        "How models would run here.",
        scope="models",
        query={
            "models": {"type": "array", "items": {"type": "string"}},
            "context": {"type": "integer", "minimum": 256},
        },
    ),
    # of the owner only: a plan has paths, and it is told whether they are there
    Endpoint("POST", "/fleet/plan", planned_for, "How models would run elsewhere.", scope="admin", body=PlanBody),
    Endpoint("GET", "/fleet/setup", proposed, "Models that this machine should have.", scope="models"),
    Endpoint("GET", "/fleet/install", installs, "Engines that are, or can be, installed.", scope="admin"),
    Endpoint("POST", "/fleet/load", loaded, "Load a model.", scope="admin", body=LoadBody),
    Endpoint("POST", "/fleet/unload", unloaded, "Unload a model.", scope="admin", body=UnloadBody),
    Endpoint("GET", "/fleet/measured", measured, "How fast models are here, as measured.", scope="models"),
    Endpoint("POST", "/fleet/measure", measure, "Measure a model.", scope="admin", body=MeasureBody),
    Endpoint("GET", "/fleet/ability", able, "How well models answer, as measured.", scope="models"),
    Endpoint("POST", "/fleet/ability", answered, "Keep a model's answers.", scope="admin", body=AbilityBody),
    Endpoint("POST", "/fleet/pin", pinned, "Keep a loaded model.", scope="admin", body=PinBody),
)
