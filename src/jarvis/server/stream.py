"""An answer as server-sent events, and what a client hears while it waits."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from functools import lru_cache
from typing import Protocol
from urllib.parse import quote

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from jarvis.errors import hint
from jarvis.server.hearing import Hearing, unanswered
from jarvis.texts import Language, find, say
from jarvis.words.chat import Delta
from jarvis.words.exchange import Answer, Called, Notice, Progress, Restart, Route
from jarvis.words.json_bytes import encode

OPEN_SECONDS = 1.0
"""How long an answer may fail with a status of its own; then the headers go out and a failure becomes an event."""
PING_SECONDS = 15.0
"""A silence this long is broken with a comment, for proxies and clients that hang up on a quiet line."""
HEADER_CHARACTERS = 500
_PRINTABLE = "".join(chr(c) for c in range(0x20, 0x7F) if chr(c) != "%")


class Chunks(Protocol):
    """Turns pieces into the events of one dialect."""

    model: str

    def delta(self, piece: Delta) -> bytes: ...

    def end(self, answer: Answer) -> bytes: ...


@lru_cache(maxsize=256)
def ascii_header(value: str) -> str:
    """Any text as a header: printable ASCII as it is, the rest percent-encoded UTF-8."""
    return quote(value[:HEADER_CHARACTERS], safe=_PRINTABLE).strip()


def route_headers(route: Route) -> dict[str, str]:
    """Who answers and why."""
    headers = {"x-jarvis-model": ascii_header(route.model), "x-jarvis-route": ascii_header(route.why)}
    if route.decision:
        headers["x-jarvis-decision"] = route.decision
    if route.difficulty is not None:
        headers["x-jarvis-difficulty"] = f"{route.difficulty:.1f}"
    if route.conversation is not None:
        headers["x-jarvis-conversation"] = ascii_header(route.conversation)
    return headers


def answer_headers(answer: Answer) -> dict[str, str]:
    """What is known of an answer that is over."""
    headers = {**route_headers(answer.route), "x-jarvis-model": ascii_header(answer.model)}
    headers["x-jarvis-cache"] = answer.cache
    if answer.cost_usd is not None:
        headers["x-jarvis-cost-usd"] = f"{answer.cost_usd:.6f}"
    if answer.tried:
        headers["x-jarvis-tried"] = ascii_header(", ".join(answer.tried))
    if answer.served_as:
        headers["x-jarvis-served-as"] = ascii_header(answer.served_as)
    if answer.conversation is not None:
        headers["x-jarvis-conversation"] = ascii_header(answer.conversation)
    return headers


class EventStream(Response):
    """Sends the events of ``hearing`` as they come.

    The headers go out with the first piece, at the latest after OPEN_SECONDS.
    Progress, notices and (when it comes after the headers) the route are comments, which OpenAI's clients skip:
    ``: progress {json}``, ``: notice {json}``, ``: called {json}``, ``: route {json}``; so is a restart, whose mark
    follows as text. A failure is told by the outermost layer.
    """

    def __init__(
        self,
        hearing: Hearing,
        chunks: Chunks,
        lang: Language,
        headers: dict[str, str],
    ) -> None:
        self._hearing = hearing
        self._chunks = chunks
        self._lang = lang
        super().__init__(None, 200, {**headers, "x-accel-buffering": "no"}, "text/event-stream")
        del self.headers["content-length"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        line = Line(self, scope, send)
        line.start_pulse()
        try:
            async for event in self._hearing.events:
                if isinstance(event, Delta):
                    await line.write(self._chunks.delta(event))
                elif isinstance(event, Answer):
                    self._hearing.is_answered = True
                    line.keep(self._chunks.end(event))
                    break
                else:
                    await self._tell(event, line)
            else:
                raise unanswered()
        finally:
            line.stop_pulse()
        await line.end()

    async def _tell(self, event: Route | Progress | Notice | Restart | Called, line: Line) -> None:
        if isinstance(event, Route):
            self._chunks.model = event.model
            if line.is_open:
                await line.write(comment("route", asdict(event)))
            else:
                self.headers.update(route_headers(event))
        elif isinstance(event, Restart):
            await line.write(comment("restart", asdict(event)) + self._chunks.delta(Delta(text=event.mark)))
        elif isinstance(event, Progress):
            fact = {"stage": event.stage, "model": event.model, "fraction": event.fraction, "detail": event.detail}
            await line.add(comment("progress", fact))
        elif isinstance(event, Called):
            await line.add(comment("called", asdict(event)))
        else:
            await line.add(comment("notice", notice_json(event, self._lang)))


class Line:
    """The wire to one client."""

    def __init__(self, response: Response, scope: Scope, send: Send) -> None:
        self.is_open = False
        self._response = response
        self._scope = scope
        self._send = send
        self._kept = b""
        self._written = 0.0
        self._opening = asyncio.Lock()
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._pulse: asyncio.Task[None] | None = None

    async def write(self, data: bytes) -> None:
        """Send ``data`` after what was kept, and the headers before the first of it."""
        if not data:
            return
        data, self._kept = self._kept + data, b""
        await self._open()
        self._written = self._loop.time()
        await self._send({"type": "http.response.body", "body": data, "more_body": True})

    async def add(self, data: bytes) -> None:
        """Send ``data`` now if the headers are out, else with the next write."""
        if self.is_open:
            await self.write(data)
        else:
            self.keep(data)

    def keep(self, data: bytes) -> None:
        """Send ``data`` with the next write: it is not worth giving up an own status for a failure."""
        self._kept += data

    async def end(self) -> None:
        await self._open()
        await self._send({"type": "http.response.body", "body": self._kept, "more_body": False})

    async def _open(self) -> None:
        if self.is_open:
            return
        async with self._opening:  # by the first piece or by the pulse, but once, and before anything else
            if not self.is_open:
                self._scope["state"]["stream"] = True
                await self._send({"type": "http.response.start", "status": 200, "headers": self._response.raw_headers})
                self.is_open = True

    def start_pulse(self) -> None:
        """From now on, open after a while and break long silences. Most answers begin before a task is worth making."""
        self._timer = self._loop.call_later(OPEN_SECONDS, self._beat)

    def stop_pulse(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._pulse is not None:
            self._pulse.cancel()

    def _beat(self) -> None:
        self._pulse = self._loop.create_task(self._beats(), name="pulse")

    async def _beats(self) -> None:
        await self.write(b": waiting\n\n" if not self.is_open else b"")
        while True:
            await asyncio.sleep(PING_SECONDS)
            if self._loop.time() - self._written >= PING_SECONDS:
                await self.write(b": waiting\n\n")


def comment(name: str, fact: object) -> bytes:
    """A server-sent comment that our own clients read."""
    return b": %b %b\n\n" % (name.encode("ascii"), encode(fact))


def notice_json(notice: Notice, lang: Language) -> dict[str, object]:
    """A notice: its code, its facts as JSON, its text, and the next step if there is one."""
    facts = {k: v if isinstance(v, str | int | float | bool | None) else str(v) for k, v in notice.facts.items()}
    text = say(notice.code, lang, **notice.facts) if find(notice.code) else notice.code
    step = hint(notice.code, notice.facts, lang)
    return {"code": notice.code, "facts": facts, "message": text, **({"hint": step} if step else {})}
