"""HTTP of just what an engine's wire needs, with nothing but the standard library.

For processes of ours that must start in a fraction of the time that a library takes to import (the fake), or live in an
environment that is not Jarvis's (Transformers). What a request asks for is called off when who asked goes away.
"""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

Send = Callable[[bytes], Awaitable[None]]
Answer = Callable[[str, str, Any, Send], Awaitable[None]]
"""Serves one request: its method, path and JSON body."""

REASONS = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found", 500: "Internal Server Error"}
MOST_BYTES = 1 << 26
"""Longest line of a request's head, and how much of a request is read ahead."""


class Refused(Exception):
    """A request that cannot be served, as llama.cpp words it."""

    def __init__(self, status: int, message: str, kind: str = "invalid_request_error", **more: object) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"code": status, "message": message, "type": kind, **more}}


async def listen(answer: Answer, key: str, most: int = 1 << 30) -> asyncio.Server:
    """Serve on a port of the system's choice, on loopback, whoever has ``key``; ``/health`` everyone.

    A connection is closed, without a word, after ``most`` requests.
    """

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _connection(reader, writer, answer, f"Bearer {key}".encode(), most)

    return await asyncio.start_server(connected, "127.0.0.1", 0, limit=MOST_BYTES)


def port_of(server: asyncio.Server) -> int:
    return int(server.sockets[0].getsockname()[1])


async def _connection(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: Answer, bearer: bytes, most: int
) -> None:
    """One request after the other. When the other side goes away, so does the work."""

    async def write(data: bytes) -> None:
        writer.write(data)
        await writer.drain()

    first = b""
    try:
        for _ in range(most):
            method, path, headers = parse(first + await reader.readuntil(b"\r\n\r\n"))
            data = await reader.readexactly(int(headers.get("content-length", 0)))
            known = hmac.compare_digest(headers.get("authorization", "").encode("latin-1"), bearer)
            work = asyncio.ensure_future(_checked(method, path, known, data, answer, write))
            next_or_gone = asyncio.ensure_future(reader.read(1))
            await asyncio.wait((work, next_or_gone), return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                work.cancel()
            await asyncio.gather(work, return_exceptions=True)
            if not work.cancelled() and isinstance(work.exception(), ConnectionAbortedError):
                writer.transport.abort()
                next_or_gone.cancel()
                return
            first = await next_or_gone
            if not first:
                return
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


async def _checked(method: str, path: str, known: bool, data: bytes, answer: Answer, write: Send) -> None:
    try:
        if path != "/health" and not known:
            raise Refused(401, "Invalid API Key", "authentication_error")
        try:
            body = json.loads(data) if data else None
        except ValueError as error:
            raise Refused(400, str(error)) from error
        await answer(method, path, body, write)
    except Refused as refused:
        await reply(write, refused.body, refused.status)


async def reply(write: Send, told: Any, status: int = 200) -> None:
    """A whole answer at once."""
    text = json.dumps(told).encode()
    await write(head(status, "application/json", len(text)) + text)


def parse(raw: bytes) -> tuple[str, str, Mapping[str, str]]:
    first, *lines = raw.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ", 2)
    pairs = (line.partition(":") for line in lines if ":" in line)
    return method, path, {name.lower(): value.strip() for name, _, value in pairs}


def head(status: int, kind: str, length: int | None = None) -> bytes:
    size = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
    first = f"HTTP/1.1 {status} {REASONS.get(status, 'Error')}"
    return f"{first}\r\nContent-Type: {kind}\r\n{size}\r\n\r\n".encode()


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def of_choice(index: int, piece: Mapping[str, Any]) -> dict[str, Any]:
    """An event of one of the answers to a request."""
    return {"choices": [{"index": index, "finish_reason": None, **piece}]}


async def stream(answers: list[Awaitable[None]], write: Send) -> None:
    """Answers that are written at once, their events mixed as they come, to the end. Whoever sends the first event
    sends the head before it: until then a refusal refuses the whole request.
    """
    tasks = [asyncio.ensure_future(answer) for answer in answers]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    await write(chunk(b"data: [DONE]\n\n") + b"0\r\n\r\n")
