"""A stand-in provider's HTTP server: a real process that answers, counts and fails as it is told.

It reads its key, a line of stdin (empty: it serves whoever asks), prints ``listening on PORT``, and ends with its
stdin. A wire is one provider's form of requests, answers and errors.
To whoever tests, besides the wires::

    GET  /_served?wire=NAME   what NAME will bill: sums by model and every call
    POST /_fault              {"wire", "kind", "status", "headers", "after", "seconds", "to", "times"}: the next calls
    POST /_random             {"wire", "rate", "seed"}: so many of all calls
    POST /_clear              no more faults
    GET  /_last?wire=NAME     the headers of the last call
    GET  /_elsewhere          what came to the address that ``redirect`` points to

Faults: ``status`` (an error of the wire's own form), ``bad_key``, ``unknown_model``, ``no_credit``, ``too_long``,
``filtered``, ``filtered_late``, ``echo`` (an error that repeats the headers), ``redirect``, ``huge``, ``html``,
``slow``; and in a stream, after some pieces: ``pace``, ``stall``, ``cut``, ``end`` (without a reason), ``garbage``,
``stream_error``, ``no_usage``.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import fields
from typing import Any, Protocol

from aiohttp import web

from jarvis.providers._fake_mind import Asked, Fault, Faults, Meter, Reply, reply

NAMED: Mapping[str, tuple[int, str]] = {
    "bad_key": (401, "bad_key"), "unknown_model": (404, "unknown_model"), "no_credit": (429, "no_credit"),
    "too_long": (400, "too_long"), "filtered": (400, "filtered"),
}  # fmt: skip
REASONED: Mapping[int, str] = {
    400: "rejected", 401: "bad_key", 403: "forbidden", 404: "unknown_model", 429: "busy", 503: "overloaded",
    529: "overloaded",
}  # fmt: skip


class Refused(Exception):
    """A request that the wire does not accept, as the real one would not."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


class Piece:
    """One event of a stream."""

    __slots__ = ("data", "thought", "tokens", "usage")

    def __init__(self, data: bytes, tokens: int = 0, thought: int = 0, *, usage: bool = False) -> None:
        self.data = data
        self.tokens = tokens
        self.thought = thought
        self.usage = usage


class Wire(Protocol):
    """A provider's form. ``routes`` are the paths that ask for an answer."""

    name: str
    routes: tuple[str, ...]

    def key(self, headers: Mapping[str, str]) -> str:
        """The key that a request carries."""
        ...

    def read(self, path: Mapping[str, str], body: Mapping[str, Any]) -> tuple[Asked, bool]:
        """The request, and whether it is to be streamed. Raises Refused."""
        ...

    def whole(self, asked: Asked, told: Reply, call: Mapping[str, Any], finish: str, usage: bool) -> dict[str, Any]: ...

    def pieces(self, asked: Asked, told: Reply, call: Mapping[str, Any], finish: str, usage: bool) -> list[Piece]: ...

    def error(self, status: int, why: str, message: str) -> dict[str, Any]:
        """The body of an error."""
        ...

    def status(self, status: int, why: str) -> int:
        """The status with which this provider says it."""
        ...

    def event(self, body: Mapping[str, Any]) -> bytes:
        """An error within a stream."""
        ...


class House:
    """The wires on one port, with what each counts and how each fails."""

    def __init__(self, wires: Sequence[Wire], key: str = "") -> None:
        self.key = key
        self.meters = {wire.name: Meter() for wire in wires}
        self.faults = {wire.name: Faults() for wire in wires}
        self.last: dict[str, dict[str, str]] = {wire.name: {} for wire in wires}
        self.elsewhere: list[dict[str, str]] = []
        self.application = web.Application(client_max_size=64 << 20)
        for wire in wires:
            for route in wire.routes:
                self.application.router.add_post(route, self._serving(wire))
        self.application.router.add_get("/_served", self._served)
        self.application.router.add_get("/_last", self._told_last)
        self.application.router.add_get("/_elsewhere", self._told_elsewhere)
        self.application.router.add_post("/_fault", self._fault)
        self.application.router.add_post("/_random", self._random)
        self.application.router.add_post("/_clear", self._clear)

    async def _served(self, request: web.Request) -> web.Response:
        return web.json_response(self.meters[request.query["wire"]].served())

    async def _told_elsewhere(self, request: web.Request) -> web.Response:
        return web.json_response(self.elsewhere)

    async def _told_last(self, request: web.Request) -> web.Response:
        return web.json_response(self.last[request.query["wire"]])

    async def _fault(self, request: web.Request) -> web.Response:
        body = await request.json()
        known = {name: value for name, value in body.items() if name in {field.name for field in fields(Fault)}}
        self.faults[body["wire"]].order(Fault(**known), int(body.get("times", 1)))
        return web.json_response({})

    async def _random(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.faults[body["wire"]].by_chance(float(body["rate"]), int(body["seed"]))
        return web.json_response({})

    async def _clear(self, request: web.Request) -> web.Response:
        for faults in self.faults.values():
            faults.clear()
        return web.json_response({})

    def _serving(self, wire: Wire) -> Any:
        async def serve(request: web.Request) -> web.StreamResponse:
            return await _Serving(self, wire, request).answer()

        return serve

    async def elsewhere_answer(self, request: web.BaseRequest) -> web.Response:
        """Where a redirect leads: notes what came."""
        self.elsewhere.append(dict(request.headers))
        return web.Response(text="you should not be here")


class _Serving:
    """One call."""

    def __init__(self, house: House, wire: Wire, request: web.Request) -> None:
        self.house = house
        self.wire = wire
        self.request = request
        self.meter = house.meters[wire.name]

    async def answer(self) -> web.StreamResponse:
        wire = self.wire
        self.house.last[wire.name] = dict(self.request.headers)
        if self.house.key and wire.key(self.request.headers) != self.house.key:
            self.meter.failed("-", "bad_key")
            return self._error(401, "bad_key")
        body = await self.request.json()
        try:
            asked, streamed = wire.read(self.request.match_info, body)
        except Refused as refused:
            self.meter.failed("-", "refused")
            return web.json_response(wire.error(refused.status, "rejected", str(refused)), status=refused.status)
        fault = self.house.faults[wire.name].next()
        early = await self._early(fault, asked)
        if early is not None:
            return early
        told = reply(asked)
        call = self.meter.begin(asked)
        filtered = fault is not None and fault.kind == "filtered_late"
        finish = "filter" if filtered else "tools" if told.calls else "length" if told.cut_off else "stop"
        usage = fault is None or fault.kind != "no_usage"
        if not streamed:
            call |= {"completion_tokens": told.completion_tokens, "reasoning_tokens": len(told.thought), "end": "whole"}
            return web.json_response(wire.whole(asked, told, call, finish, usage))
        return await self._stream(wire.pieces(asked, told, call, finish, usage), call, fault)

    def _error(self, status: int, why: str, headers: Mapping[str, str] | None = None) -> web.Response:
        body = self.wire.error(status, why, f"stand-in: {why}")
        return web.json_response(body, status=self.wire.status(status, why), headers=dict(headers or {}))

    async def _early(self, fault: Fault | None, asked: Asked) -> web.StreamResponse | None:
        """What fails before there is an answer, if anything does."""
        if fault is None:
            return None
        if fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
            return None
        response: web.StreamResponse | None = None
        if fault.kind == "filtered" and (blocked := getattr(self.wire, "blocked", None)) is not None:
            response = web.Response(body=sse(blocked()), content_type="text/event-stream")
        elif fault.kind in NAMED:
            response = self._error(*NAMED[fault.kind], fault.headers)
        elif fault.kind == "status":
            response = self._error(fault.status, REASONED.get(fault.status, "broken"), fault.headers)
        elif fault.kind == "echo":
            said = f"stand-in: I do not like {self.wire.key(self.request.headers)} of {dict(self.request.headers)}"
            response = web.json_response(self.wire.error(fault.status, "rejected", said), status=fault.status)
        elif fault.kind == "redirect":
            response = web.Response(status=fault.status, headers={"location": fault.to})
        elif fault.kind == "html":
            response = web.Response(text="<html>It works!</html>", content_type="text/html")
        elif fault.kind == "huge":
            self.meter.failed(asked.model, "huge")
            return await self._huge()
        elif fault.kind == "cut" and fault.after == 0:
            self.meter.failed(asked.model, "cut")
            self._drop()
            return web.Response()
        if response is not None:
            self.meter.failed(asked.model, fault.kind if fault.kind != "status" else str(fault.status))
        return response

    async def _huge(self) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await response.prepare(self.request)
        line = b": " + b"x" * (1 << 20) + b"\n"
        for _ in range(200):
            await response.write(line)
        return response

    def _drop(self) -> None:
        if self.request.transport is not None:
            self.request.transport.abort()

    async def _stream(self, pieces: Sequence[Piece], call: dict[str, Any], fault: Fault | None) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-type": "text/event-stream", "cache-control": "no-cache"})
        await response.prepare(self.request)
        call["end"] = "aborted"
        try:
            async for piece in self._with(pieces, fault):
                await response.write(piece.data)
                call["completion_tokens"] += piece.tokens + piece.thought
                call["reasoning_tokens"] += piece.thought
            call["end"] = fault.kind if fault is not None else "whole"
            if fault is None or fault.kind != "cut":
                await response.write_eof()
        except ConnectionError:
            pass
        return response

    async def _with(self, pieces: Sequence[Piece], fault: Fault | None) -> AsyncIterator[Piece]:
        """The pieces, until what is to go wrong does."""
        for at, piece in enumerate(pieces):
            if fault is not None and at == fault.after:
                match fault.kind:
                    case "cut":
                        self._drop()
                        return
                    case "end":
                        return
                    case "stall":
                        await asyncio.sleep(fault.seconds)
                    case "garbage":
                        yield Piece(b'data: {"this is: no JSON\n\n')
                        return
                    case "stream_error":
                        yield Piece(self.wire.event(self.wire.error(529, "overloaded", "stand-in: overloaded")))
                        return
            if fault is not None and fault.kind == "pace" and at:
                await asyncio.sleep(fault.seconds)
            yield piece


def sse(body: Mapping[str, Any], event: str = "") -> bytes:
    """One server-sent event."""
    head = f"event: {event}\n" if event else ""
    return f"{head}data: {json.dumps(body, separators=(',', ':'))}\n\n".encode()


async def serve(house: House, port: int = 0) -> None:
    """Until stdin ends: with whoever started it."""
    runner = web.AppRunner(house.application, handler_cancellation=True, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    other = web.ServerRunner(web.Server(house.elsewhere_answer, access_log=None))
    await other.setup()
    await web.TCPSite(other, "127.0.0.1", 0).start()
    sys.stdout.write(f"listening on {runner.addresses[0][1]} elsewhere {other.addresses[0][1]}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.buffer.read)
    await runner.cleanup()
    await other.cleanup()
