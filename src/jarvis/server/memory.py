"""Everything under /jarvis/memory: what is remembered of whoever asks, found, shown, changed and forgotten.

The person is the token's, and another's number is no number at all. The owner may have something remembered for another
of this house, and see how much is (``?as=NAME``), but reads nobody's memory.
"""

from __future__ import annotations

import json
import re
import time
from dataclasses import asdict
from typing import Annotated, Any, Literal, NotRequired

from pydantic import Field
from starlette.responses import Response
from typing_extensions import TypedDict

from jarvis.errors import NotFound, UsageError
from jarvis.memory.doomed import Wish
from jarvis.memory.facts import Fact
from jarvis.memory.forget import Gone
from jarvis.memory.given import Given
from jarvis.memory.learned import Learned
from jarvis.memory.passages import Passage, Passages
from jarvis.memory.recall import Hit
from jarvis.memory.said import JARVIS
from jarvis.memory.status import status as status_of
from jarvis.server.door import AS, Call, Endpoint
from jarvis.server.parts import Remembrance
from jarvis.server.refusals import error_body
from jarvis.server.wire.shape import Asked, FreeJson, parse
from jarvis.words.chat import Json
from jarvis.words.json_bytes import encode
from jarvis.words.memory import Kind

Words = Annotated[str, Field(min_length=1, max_length=4000)]
Name = Annotated[str, Field(min_length=1, max_length=4096)]
Moment = Annotated[float, Field(ge=-62_100_000_000, le=253_300_000_000)]
"""Seconds since the epoch, in the years 2 to 9996: what is told of it is told with its day, in any time zone."""
MOST = 1000
_FACT = re.compile(r"m?(\d{1,18})")
_PASSAGE = re.compile(r"([tp])(\d{1,18})")


class SearchBody(Asked):
    """``n``: how many at most. ``rerank`` False: without the reranker, which takes its time. ``metadata``: only texts
    of a program that were given with all of this.
    """

    query: Words
    n: int = Field(10, ge=1, le=100)
    kinds: tuple[Kind, ...] = ()
    rerank: bool = True
    metadata: FreeJson | None = None


class FoundBody(TypedDict):
    """``id`` is what it is forgotten by; ``why`` is what each feature gave to the score."""

    id: str
    kind: Kind
    text: str
    source: str
    at: float
    score: float
    why: dict[str, float]
    private: bool
    pinned: bool
    page: NotRequired[int]
    last_page: NotRequired[int]
    path: NotRequired[str]
    conversation: NotRequired[str]
    valid_from: NotRequired[float]
    valid_to: NotRequired[float]
    name: NotRequired[str]
    metadata: NotRequired[dict[str, Any]]


class SearchReply(TypedDict):
    """``likely``: how probable it is that the first answers; ``relevant``: whether that is enough."""

    found: list[FoundBody]
    likely: float
    relevant: bool
    by: list[str]


class RememberBody(Asked):
    """``valid_from``: since when it is so, seconds since the epoch."""

    text: Words
    private: bool = False
    valid_from: Moment | None = None


class ChangeBody(Asked):
    """What is given is changed. ``closed``: when it ceased to be so (seconds since the epoch), true for now."""

    text: Words | None = None
    pinned: bool | None = None
    private: bool | None = None
    closed: Moment | Literal[True] | None = None


class ForgetBody(Asked):
    """One of the first eight; ``since`` and ``until`` together. ``everything`` of whoever asks; ``user``: everything of
    somebody else in this house, for its owner. Without ``confirm`` it is only told what would go.
    """

    item: Annotated[str, Field(min_length=1, max_length=32)] | None = None
    source: Name | None = None
    person: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    since: float | None = None
    until: float | None = None
    conversation: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    query: Words | None = None
    everything: bool = False
    user: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    confirm: bool = False


class TextsBody(Asked):
    """Texts of a program; one whose id is there already replaces it."""

    texts: Annotated[list[Annotated[str, Field(max_length=100_000)]], Field(min_length=1, max_length=1000)]
    metadatas: list[FreeJson] | None = None
    ids: list[Annotated[str, Field(min_length=1, max_length=200)]] | None = None


def remembrance(call: Call) -> Remembrance:
    if call.parts.remembrance is None:
        raise NotFound("server.no_such_path", path=call.request.url.path)
    return call.parts.remembrance


async def searched(call: Call) -> Response:
    """What is remembered that has to do with a question, best first."""
    asked = parse(SearchBody, call.body)
    memory, person = remembrance(call).memory, call.person.name
    among = await Given(memory.database).matching(person, asked.metadata) if asked.metadata else None
    found = await memory.look(person, asked.query, asked.n, asked.rerank, frozenset(asked.kinds), among)
    reply: SearchReply = {
        "found": [_found(hit) for hit in found.hits],
        "likely": round(found.likely, 4),
        "relevant": found.relevant,
        "by": list(found.by),
    }
    return _json(reply)


def _found(hit: Hit) -> FoundBody:
    why = {name: round(value, 4) for name, value in hit.why.items()}
    body: Any = passage_json(hit.passage) | {"score": round(hit.score, 4), "why": why}
    return body  # type: ignore[no-any-return]


def passage_json(passage: Passage) -> dict[str, Any]:
    """A passage by what it is forgotten by, and where it comes from."""
    if passage.memory is not None:
        id_, source = f"m{passage.memory}", "fact"
    elif passage.turn is not None:
        id_, source = f"t{passage.turn}", "jarvis" if passage.speaker == JARVIS else "you"
    else:
        id_, source = f"p{passage.id}", passage.title or passage.path
    more = {
        "page": passage.page, "last_page": passage.last_page, "path": passage.path or None,
        "valid_from": passage.valid_from, "valid_to": passage.valid_to,
        "conversation": passage.thread[1:] if passage.turn is not None else None,
    }  # fmt: skip
    told = {
        "id": id_, "kind": passage.kind, "text": passage.text, "source": source, "at": passage.at,
        "private": passage.private, "pinned": passage.pinned,
    }  # fmt: skip
    if passage.name:
        more |= {"name": passage.name, "metadata": json.loads(passage.metadata or "{}")}
    return told | {name: value for name, value in more.items() if value is not None}


async def listed(call: Call) -> Response:
    """Facts: pinned ones first, then the newest; those that hold, or with ``closed`` all of them."""
    query = call.request.query_params
    closed = query.get("closed", "false") in ("", "1", "true", "yes")
    facts = await remembrance(call).facts.list(
        call.person.name, at=_moment(call, "at"), about=query.get("about"), closed=closed
    )
    start, limit = int(_moment(call, "offset") or 0), int(_moment(call, "limit") or 100)
    shown = facts[start : start + min(limit, MOST)]
    return _json({"facts": [fact_json(f) for f in shown], "total": len(facts), "offset": start})


def fact_json(fact: Fact) -> dict[str, Any]:
    told = asdict(fact) | {"id": f"m{fact.id}", "now": fact.holds(time.time())}
    if fact.replaced_by is not None:
        told["replaced_by"] = f"m{fact.replaced_by}"
    return told


async def remembered(call: Call) -> Response:
    """Keep something that its owner wants to be kept."""
    asked = parse(RememberBody, call.body)
    held = remembrance(call)
    if not asked.text.strip():
        raise UsageError("server.text_short", param="text", field="text", limit=1, actual=0)
    new = Learned(
        "fact", asked.text.strip(), time.time(), valid_from=asked.valid_from, told=True, private=asked.private
    )  # fmt: skip
    kept = (await held.facts.keep(call.person.name, [new]))[0]
    held.memory.wake()
    return _json({"id": f"m{kept.id}", "did": kept.did})


async def given(call: Call) -> Response:
    """Keep texts of a program's own."""
    asked = parse(TextsBody, call.body)
    held = remembrance(call)
    ids = await Given(held.memory.database).add(call.person.name, asked.texts, asked.metadatas, asked.ids)
    held.memory.wake()
    return _json({"ids": ids})


async def one(call: Call) -> Response:
    """A fact (``m3``, also ``3``), a turn (``t5``) or a passage of a document (``p7``)."""
    name = call.request.path_params["id"]
    if asked := _PASSAGE.fullmatch(name):
        return _json(passage_json(await _passage(call, asked[1], int(asked[2]), name)))
    return _json(fact_json(await remembrance(call).facts.one(call.person.name, _number(name))))


async def _passage(call: Call, letter: str, number: int, name: str) -> Passage:
    passages: Passages = remembrance(call).memory.passages
    if letter == "t":
        number = await passages.of_turn(call.person.name, number) or 0
    found = await passages.of(call.person.name, [number])
    if number not in found:
        raise NotFound("memory.unknown", memory=name)
    return found[number]


async def changed(call: Call) -> Response:
    """Change a fact's text, pin it, make it private, or close it: it was so until then."""
    asked = parse(ChangeBody, call.body)
    held, person, number = remembrance(call), call.person.name, _number(call.request.path_params["id"])
    if asked.text is not None:
        if not asked.text.strip():
            raise UsageError("server.text_short", param="text", field="text", limit=1, actual=0)
        await call.parts.forgetting.edit(person, number, asked.text.strip())
    if asked.pinned is not None:
        await held.facts.pin(person, number, asked.pinned)
    if asked.private is not None:
        await held.facts.private(person, number, asked.private)
    if asked.closed is not None:
        await held.facts.close(person, number, time.time() if asked.closed is True else asked.closed)
    fact = await held.facts.one(person, number)
    held.memory.wake()
    return _json(fact_json(fact))


async def deleted(call: Call) -> Response:
    """Forget one thing for good, with all that says it: see ``/jarvis/memory/forget`` for what that would be."""
    gone = await call.parts.forgetting.forget(call.person, Wish(item=call.request.path_params["id"]))
    return _json(gone_json(gone, done=True))


async def forgotten(call: Call) -> Response:
    """Forget for good; without ``confirm`` it is told what would go."""
    asked = parse(ForgetBody, call.body)
    wish = Wish(
        item=asked.item or "",
        source=asked.source or "",
        person=asked.person or "",
        since=asked.since,
        until=asked.until,
        conversation=asked.conversation or "",
        query=asked.query or "",
        everything=asked.everything or asked.user is not None,
    )
    do = call.parts.forgetting.forget if asked.confirm else call.parts.forgetting.preview
    return _json(gone_json(await do(call.person, wish, asked.user or ""), done=asked.confirm))


def gone_json(gone: Gone, *, done: bool) -> dict[str, Any]:
    return asdict(gone) | {"forgotten": done}


async def records(call: Call) -> Response:
    """When what kind was forgotten, and how much: backups that are older than that still hold it."""
    found = await call.parts.forgetting.records(call.person.name)
    return _json({"forgotten": [asdict(r) for r in found]})


async def status(call: Call) -> Response:
    """How much is remembered, how much of it has vectors of which model, which of them are searched, and how the index
    is. ``trouble``: why no vectors are made for now.
    """
    held = remembrance(call)
    told = await status_of(held.memory, call.person.name)
    index = None if held.memory.model is None else call.parts.settings.memory.index
    error = held.memory.trouble
    trouble = None if error is None else error_body(error, call.lang)["error"]
    more = {"index": {"name": index, "state": told.state}, "watching": held.watching, "trouble": trouble}
    return _json(asdict(told) | more)


def _number(name: str) -> int:
    asked = _FACT.fullmatch(name)
    if asked is None:
        raise NotFound("memory.unknown", memory=name[:40])
    return int(asked[1])


def _moment(call: Call, name: str) -> float | None:
    text = call.request.query_params.get(name)
    if text is None:
        return None
    if not re.fullmatch(r"\d{1,12}(\.\d{1,6})?", text, re.ASCII):
        raise UsageError("server.bad_number", param=name, name=name, value=text[:40])
    return float(text)


def _json(body: Any) -> Response:
    return Response(encode(body), media_type="application/json")


_WHOLE: Json = {"type": "integer", "minimum": 0}
_LIST: dict[str, Json] = {
    "about": {"type": "string", "description": "Of somebody or something named so."},
    "at": {"type": "number", "description": "What was so then, seconds since the epoch."},
    "closed": {"type": "boolean", "description": "Also what is so no more."},
    "offset": _WHOLE,
    "limit": {"type": "integer", "minimum": 1, "maximum": MOST},
}
ENDPOINTS = (
    Endpoint(
        "POST", "/jarvis/memory/search", searched, "Own memory, searched by meaning and words.", "history",
        body=SearchBody, reply=SearchReply,
    ),
    Endpoint("GET", "/jarvis/memory", listed, "What was learned of what one said.", "history", query=_LIST),
    Endpoint(
        "POST", "/jarvis/memory", remembered, "Have something remembered.", "history", query=AS, body=RememberBody
    ),
    Endpoint(
        "POST", "/jarvis/memory/texts", given, "Keep texts of one's own, with ids.", "history", body=TextsBody
    ),
    Endpoint("GET", "/jarvis/memory/status", status, "How much is remembered, and searchable.", "history", query=AS),
    Endpoint("GET", "/jarvis/memory/forgotten", records, "When something was forgotten.", "history"),
    Endpoint(
        "POST", "/jarvis/memory/forget", forgotten, "Forget for good, or see what would go.", "history",
        body=ForgetBody,
    ),
    Endpoint("GET", "/jarvis/memory/{id}", one, "One thing that is remembered.", "history"),
    Endpoint(
        "PATCH", "/jarvis/memory/{id}", changed, "Edit, pin, make private or close a fact.", "history",
        body=ChangeBody,
    ),
    Endpoint("DELETE", "/jarvis/memory/{id}", deleted, "Forget one thing for good.", "history"),
)  # fmt: skip
