"""GET, POST and DELETE /jarvis/history, GET /jarvis/stats: what was said and what it took, to the person who asks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Literal

from pydantic import Field
from starlette.responses import Response
from typing_extensions import TypedDict

from jarvis.assistant.conversations import Turn
from jarvis.assistant.taking_in import take_in
from jarvis.errors import NotFound, UsageError
from jarvis.imports import talks
from jarvis.server.door import Call, Endpoint
from jarvis.server.wire.shape import Asked, parse
from jarvis.telemetry.spoken import summary
from jarvis.telemetry.stats import summarize
from jarvis.words.chat import Json, Message, Text
from jarvis.words.json_bytes import encode


class ImportedTurn(Asked):
    """``created`` is seconds since the epoch; ``model`` is empty for what a person wrote."""

    role: Literal["user", "assistant"]
    text: Annotated[str, Field(min_length=1, max_length=1_000_000)]
    created: Annotated[float, Field(ge=0, le=1e11)]
    model: Annotated[str, Field(max_length=256)] = ""


class ImportedTalk(Asked):
    """``source`` names it for ever: the same one again is not taken twice, but what it has more."""

    source: Annotated[str, Field(min_length=1, max_length=512)]
    title: Annotated[str, Field(max_length=100_000)]
    turns: Annotated[list[ImportedTurn], Field(min_length=1, max_length=100_000)]


class ImportBody(Asked):
    """Conversations that were held elsewhere."""

    conversations: Annotated[list[ImportedTalk], Field(min_length=1, max_length=1000)]


class TakenReply(TypedDict):
    """``changed``: what is here is not its beginning, and stays as it is."""

    source: str
    id: str
    did: Literal["new", "more", "same", "changed"]
    turns: int


class ImportReply(TypedDict):
    """What became of each."""

    taken: list[TakenReply]


async def taken(call: Call) -> Response:
    """Keep conversations that were held elsewhere as own ones."""
    asked = parse(ImportBody, call.body)
    if call.parts.remembrance is None:
        raise NotFound("server.no_such_path", path=call.request.url.path)
    memory, reply = call.parts.remembrance.memory, ImportReply(taken=[])
    for talk in asked.conversations:
        turns = [talks.Turn(turn.role, turn.text, turn.created, turn.model) for turn in talk.turns]
        done = await take_in(memory.database, call.person.name, talk.source, talk.title, turns)
        reply["taken"].append({"source": talk.source, "id": done.id, "did": done.did, "turns": done.turns})
    memory.wake()
    return _json(dict(reply))


async def listed(call: Call) -> Response:
    """The latest conversations, or with ``search`` the turns that hold its words."""
    history, person = call.parts.history, call.person.name
    limit = _number(call, "limit", 50)
    words = call.request.query_params.get("search")
    if words is not None:
        found = await history.search(person, words, limit)
        return _json({"found": [asdict(f) for f in found]})
    return _json({"conversations": [asdict(c) for c in await history.latest(person, limit)]})


async def one(call: Call) -> Response:
    """A conversation with its turns; its name may be ``last`` or the beginning of an id. An answer has the ``decision``
    by which it is told why, and the ``passages`` of memory that were before it, as far as they are kept.
    """
    history, person = call.parts.history, call.person.name
    name = await history.resolve(person, call.request.path_params["conversation"])
    about, turns = await history.about(person, name), await history.turns(person, name)
    decided = _decided(turns, await call.parts.decisions.of(person, name))
    held = call.parts.remembrance
    read = {} if held is None else await held.memory.passages.read(person, name)
    return _json(asdict(about) | {"turns": [_told(t, decided.get(t.id), read.get(t.id)) for t in turns]})


def _told(turn: Turn, decision: str | None, passages: list[int] | None) -> dict[str, object]:
    told: dict[str, object] = {
        "id": f"t{turn.id}",
        "role": turn.message.role,
        "text": turn.message.text,
        "reasoning": turn.message.reasoning,
        "model": turn.model,
        "state": turn.state,
        "created": turn.created,
    }
    if decision:
        told["decision"] = decision
    if passages:
        told["passages"] = [f"p{passage}" for passage in passages]
    return told | _besides(turn.message)


def _decided(turns: Sequence[Turn], decisions: Sequence[tuple[float, str]]) -> dict[int, str]:
    """The decision of each answer: the last one that was made between its question and itself. Pure."""
    found: dict[int, str] = {}
    asked = float("inf")
    for turn in turns:
        if turn.message.role == "user":
            asked = turn.created
        elif turn.message.role == "assistant":
            mine = [name for at, name in decisions if asked <= at <= turn.created]
            if mine:
                found[turn.id] = mine[-1]
    return found


def _besides(message: Message) -> dict[str, object]:
    """What a turn holds besides words: pictures and sounds, calls of tools, whose result it is, who speaks."""
    held: dict[str, object] = {
        "parts": _parts(message),
        "tool_calls": [asdict(call) for call in message.tool_calls],
        "tool_call_id": message.tool_call_id,
        "name": message.name,
    }
    return {name: value for name, value in held.items() if value}


def _parts(message: Message) -> list[dict[str, object]]:
    """The parts in their order; none when they are nothing but the text."""
    if all(isinstance(part, Text) for part in message.parts):
        return []
    return [{"type": type(part).__name__.lower()} | asdict(part) for part in message.parts]


async def deleted(call: Call) -> Response:
    """Delete a conversation for good. Its whole id is needed."""
    name = call.request.path_params["conversation"]
    await call.parts.forgetting.conversation(call.person.name, name)
    return _json({"deleted": name})


async def rewound(call: Call) -> Response:
    """Take back a turn and all after it, as if it had not been said; what was learned of it stays in memory."""
    history, person = call.parts.history, call.person.name
    name, turn = call.request.path_params["conversation"], call.request.path_params["turn"]
    if not re.fullmatch(r"t\d{1,18}", turn, re.ASCII):
        raise NotFound("assistant.unknown_turn", turn=turn[:40])
    gone = await history.rewind(person, name, int(turn[1:]))
    if call.parts.remembrance is not None:
        call.parts.remembrance.memory.wake()
    return _json({"conversation": name, "turns": gone})


async def stats(call: Call) -> Response:
    """What all exchanges since ``since`` (seconds since the epoch) add up to."""
    since = _number(call, "since", 0)
    events = await call.parts.events.since(since)
    body = asdict(summarize(events)) | {"saving": asdict(await call.parts.saving.of(events))}
    if call.parts.spoken is not None:
        body["spoken"] = summary(await call.parts.spoken.since(since))
    return _json(body)


def _number(call: Call, name: str, default: int) -> int:
    text = call.request.query_params.get(name, str(default))
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        raise UsageError("server.bad_number", param=name, name=name, value=text[:40])
    return int(text)


def _json(body: dict[str, object]) -> Response:
    return Response(encode(body), media_type="application/json")


_WHOLE: Json = {"type": "integer", "minimum": 0}
_SEARCH: dict[str, Json] = {"limit": _WHOLE, "search": {"type": "string"}}
ENDPOINTS = (
    Endpoint(
        "GET",
        "/jarvis/history",
        listed,
        "Own conversations, newest first; ?search= finds words.",
        "history",
        query=_SEARCH,
    ),
    Endpoint(
        "POST",
        "/jarvis/history",
        taken,
        "Keep conversations that were held elsewhere as own ones.",
        "history",
        body=ImportBody,
        reply=ImportReply,
    ),
    Endpoint("GET", "/jarvis/history/{conversation}", one, "One conversation with its turns.", "history"),
    Endpoint("DELETE", "/jarvis/history/{conversation}", deleted, "Delete a conversation for good.", "history"),
    Endpoint(
        "DELETE",
        "/jarvis/history/{conversation}/turns/{turn}",
        rewound,
        "Take back a turn and all after it.",
        "history",
    ),
    Endpoint("GET", "/jarvis/stats", stats, "Queries, latencies, tokens and cost.", "admin", query={"since": _WHOLE}),
)
