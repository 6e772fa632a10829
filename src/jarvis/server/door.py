"""What one route lets in: the person's scope, the body within its limits, a place, and the patience for it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from jarvis.errors import Busy, Forbidden, NotFound, TooLarge
from jarvis.server.hearing import Hearing
from jarvis.server.metrics import Metrics
from jarvis.server.parts import Parts
from jarvis.server.refusals import ClientGone, Refused, TimedOut, preferred
from jarvis.server.sessions import Sessions
from jarvis.telemetry.trace import caller
from jarvis.texts import Language, asker
from jarvis.words.chat import Json
from jarvis.words.exchange import Event
from jarvis.words.person import Person

BODY_IDLE_SECONDS = 30.0
"""How long a client may send nothing while its body is incomplete."""
LINGER_SECONDS = 2.0
"""How long a body that is too large is still read, so that its sender gets to read the refusal."""
MIB = 1 << 20
TRACED = ("traceparent", "tracestate")
JSON, FORM = b"application/json", b"multipart/form-data"
AS: dict[str, Json] = {"as": {"type": "string", "description": "For somebody else of this house; for its owner."}}
"""Of endpoints at which the owner may act for another person: of documents and numbers, never of what somebody said."""


class Places:
    """How many requests are served at once, and when the last one ended."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.taken = self.attended = 0
        self._quiet_since = time.monotonic()

    @property
    def idle_seconds(self) -> float:
        """Seconds since the last request that asked a model for something; 0 while there is one."""
        return 0.0 if self.taken or self.attended else time.monotonic() - self._quiet_since

    @contextmanager
    def take(self) -> Generator[None]:
        """Raises Busy when all are taken."""
        if self.taken >= self.most:
            raise Busy("server.full", retry_after=1, most=self.most, more=2 * self.most)
        self.taken += 1
        try:
            yield
        finally:
            self.taken -= 1
            self._quiet_since = time.monotonic()

    @contextmanager
    def attend(self) -> Generator[None]:
        """A connection that stays, of which there may be as many. Raises Busy."""
        if self.attended >= self.most:
            raise Busy("server.full", retry_after=1, most=self.most, more=2 * self.most)
        self.attended += 1
        try:
            yield
        finally:
            self.attended -= 1
            self._quiet_since = time.monotonic()


@dataclass(slots=True)
class Call:
    """A request that was let in."""

    request: Request
    body: bytes
    person: Person
    parts: Parts
    metrics: Metrics
    sessions: Sessions
    lang: Language
    hearing: Hearing | None = None

    def hear(self, events: AsyncGenerator[Event, None]) -> Hearing:
        """The exchange ``events``; it is closed when the answer has been sent, or never will be."""
        self.hearing = Hearing(events)
        return self.hearing


Handler = Callable[[Call], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One route. ``scope`` is what the person must be allowed, None for whoever has a token; ``body`` and ``reply`` are
    the shapes for the OpenAPI document, ``stream`` that of the events, ``query`` the schemas of its parameters.
    ``form``: the body is a form with a file in it (multipart/form-data), not JSON.
    """

    method: str
    path: str
    handler: Handler
    summary: str
    scope: str | None = None
    is_open: bool = False
    body: type | None = None
    reply: type | None = None
    stream: type | None = None
    query: Mapping[str, Json] = field(default_factory=dict)
    form: bool = False


class Door:
    """The ASGI application of one endpoint. Requests with a body take a place; the others are light."""

    def __init__(
        self, endpoint: Endpoint, parts: Parts, metrics: Metrics, sessions: Sessions, places: Places, lang: Language
    ) -> None:
        self._endpoint = endpoint
        self._parts = parts
        self._metrics = metrics
        self._sessions = sessions
        self._places = places
        self._lang = lang

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        endpoint, server = self._endpoint, self._parts.settings.server
        scope["state"]["route"] = endpoint.path
        person: Person = scope["state"]["person"]
        if endpoint.scope is not None and endpoint.scope not in person.scopes:
            raise Forbidden("server.no_scope", scope=endpoint.scope, person=person.name)
        request = Request(scope, receive)
        if "as" in endpoint.query and (name := request.query_params.get("as")) is not None:
            person = await on_behalf(self._parts, person, name)
        lang = preferred(request.headers.get("accept-language", ""), self._lang)
        asker.set(lang)
        caller.set({name: value for name in TRACED if (value := request.headers.get(name))})
        call = Call(request, b"", person, self._parts, self._metrics, self._sessions, lang)
        try:
            light = endpoint.body is None or "seated" in scope["state"]  # it came from a request that has its place
            with nullcontext() if light else self._places.take():
                if endpoint.body is not None:
                    most, kind = server.max_body_mib * MIB, FORM if endpoint.form else JSON
                    call.body = await read_body(request, most, server.request_timeout_seconds, kind)
                async with wanted(receive, server.request_timeout_seconds):
                    response = await endpoint.handler(call)
                    await response(scope, receive, send)
        finally:
            # In no one's place any more: a slow disk must not keep others from being served.
            if call.hearing is not None:
                await call.hearing.close()


async def on_behalf(parts: Parts, person: Person, name: str) -> Person:
    """Another person, by name, for the owner. Raises Forbidden for who is not, NotFound for a name that is nobody's: by
    a slip of the pen nobody comes into being.
    """
    if "admin" not in person.scopes:
        raise Forbidden("server.no_scope", scope="admin", person=person.name)
    people = {token.person for token in await parts.tokens.valid()}
    if parts.remembrance is not None:
        people |= set(await parts.remembrance.memory.people())
    if name not in people:
        raise NotFound("server.no_person", name=name[:64], known=", ".join(sorted(people)))
    return replace(person, name=name)


async def read_body(request: Request, most: int, seconds: float, kind: bytes = JSON) -> bytes:
    """The body of a request, of that ``kind``: at most ``most`` bytes, declared or not, within ``seconds``.

    Raises Refused for another type or a body that stops coming, TooLarge, ClientGone.
    """
    headers = dict(request.scope["headers"])
    if headers.get(b"content-type", JSON).partition(b";")[0].strip().lower() != kind:
        raise Refused("server.not_json_type" if kind == JSON else "audio.not_a_form", status=415)
    encoding = headers.get(b"content-encoding", b"identity").strip().lower()
    if encoding not in (b"", b"identity"):  # a few bytes of gzip can be gigabytes
        raise Refused("server.encoded_body", status=415, encoding=encoding[:40].decode("latin-1"))
    declared = int(headers.get(b"content-length", 0))
    if declared > most and headers.get(b"expect", b"").lower() == b"100-continue":
        raise _too_large(most)  # not a byte of it is asked for
    pieces: list[bytes] = []
    size = declared if declared > most else 0
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    try:
        async with asyncio.timeout(None) as limit:
            while size <= most:
                limit.reschedule(min(deadline, loop.time() + BODY_IDLE_SECONDS))
                message = await request.receive()
                if message["type"] == "http.disconnect":
                    raise ClientGone
                pieces.append(message.get("body", b""))
                size += len(pieces[-1])
                if size <= most and not message.get("more_body", False):
                    return pieces[0] if len(pieces) == 1 else b"".join(pieces)
    except TimeoutError:
        if limit.when() == deadline:  # not by the clock: a timer may ring a millisecond early
            raise Refused("server.body_overdue", status=408, seconds=seconds, more=2 * seconds) from None
        raise Refused("server.slow_body", status=408, seconds=BODY_IDLE_SECONDS) from None
    pieces.clear()
    await _linger(request.receive, most)
    raise _too_large(most)


async def _linger(receive: Receive, most: int) -> None:
    """Read on for a while and forget it: an answer sent into a connection that is being filled is lost in a reset."""
    size = 0
    try:
        async with asyncio.timeout(LINGER_SECONDS):
            while size < 4 * most:
                message = await receive()
                if message["type"] == "http.disconnect" or not message.get("more_body", False):
                    return
                size += len(message.get("body", b""))
    except TimeoutError:
        return


def _too_large(most: int) -> TooLarge:
    return TooLarge("server.too_large", most=most // MIB, more=2 * most // MIB)


@asynccontextmanager
async def wanted(receive: Receive, seconds: float) -> AsyncGenerator[None]:
    """Cancels what runs inside as soon as the client is gone, or after ``seconds``.

    Starlette does this for streams only; here the engine stops for every kind of answer. Raises ClientGone, TimedOut.
    """
    gone = False
    loop = asyncio.get_running_loop()

    async def watch() -> None:
        nonlocal gone
        while (await receive())["type"] != "http.disconnect":
            pass
        gone = True
        if not limit.expired():
            limit.reschedule(loop.time())

    limit = asyncio.timeout(seconds)
    try:
        async with limit:
            watcher = loop.create_task(watch())
            try:
                yield
            finally:
                watcher.cancel()
    except TimeoutError:
        if not limit.expired():
            raise
        if gone:
            raise ClientGone from None
        raise TimedOut("server.timed_out", seconds=seconds, more=2 * seconds) from None
