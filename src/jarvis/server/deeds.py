"""/jarvis/tools, /jarvis/calls, /jarvis/reminders, /jarvis/told: what Jarvis can do, did, is to do, and has to say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from starlette.responses import Response

from jarvis.errors import NotFound, UsageError
from jarvis.server.door import Call, Endpoint
from jarvis.server.parts import Deeds
from jarvis.words.chat import Json
from jarvis.words.json_bytes import encode

_CONVERSATION: Mapping[str, Json] = {"conversation": {"type": "string", "description": "Of this one alone."}}


def _deeds(call: Call) -> Deeds:
    if call.parts.deeds is None:
        raise NotFound("server.no_such_path", path=call.request.url.path)
    return call.parts.deeds


def _json(body: object) -> Response:
    return Response(encode(body), media_type="application/json")


async def tools(call: Call) -> Response:
    """Every tool, and every toolbox without any with the reason why."""
    return _json({"tools": await _deeds(call).kit.listed(call.lang)})


async def calls(call: Call) -> Response:
    """The latest calls of tools, newest first."""
    conversation = call.request.query_params.get("conversation")
    found = await _deeds(call).calls.of(call.person.name, conversation)
    return _json({"calls": [asdict(made) for made in found]})


async def reminders(call: Call) -> Response:
    """Timers, alarms and reminders that are set."""
    found = await _deeds(call).timers.of(call.person.name)
    return _json({"reminders": [asdict(timer) for timer in found]})


async def cancelled(call: Call) -> Response:
    """Cancel one by its number."""
    text = call.request.path_params["number"]
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise UsageError("server.bad_number", param="number", name="number", value=text[:40])
    timer = await _deeds(call).timers.cancel(call.person.name, int(text))
    return _json(asdict(timer))


async def told(call: Call) -> Response:
    """What was said to the person outside any answer and was not shown yet."""
    found = await _deeds(call).telling.unseen(call.person.name)
    return _json({"told": [asdict(one) for one in found]})


async def seen(call: Call) -> Response:
    """Everything up to a number was shown."""
    text = call.request.path_params["number"]
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise UsageError("server.bad_number", param="number", name="number", value=text[:40])
    await _deeds(call).telling.seen(call.person.name, int(text))
    return _json({"seen": int(text)})


ENDPOINTS = (
    Endpoint("GET", "/jarvis/tools", tools, "What Jarvis can do besides answering, and why not.", "chat"),
    Endpoint("GET", "/jarvis/calls", calls, "Own calls of tools, newest first.", "history", query=_CONVERSATION),
    Endpoint("GET", "/jarvis/reminders", reminders, "Own timers, alarms and reminders.", "history"),
    Endpoint("DELETE", "/jarvis/reminders/{number}", cancelled, "Cancel one.", "history"),
    Endpoint("GET", "/jarvis/told", told, "What was said outside an answer and not shown yet.", "history"),
    Endpoint("DELETE", "/jarvis/told/{number}", seen, "It was shown, up to this number.", "history"),
)
