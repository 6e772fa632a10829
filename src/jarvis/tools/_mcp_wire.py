"""The ways to an MCP server: a program under its guardian, or an address. Imported when one is first used."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import anyio
import httpx2
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.message import SessionMessage
from mcp_types import jsonrpc_message_adapter

from jarvis.workers.worker import Worker

if TYPE_CHECKING:
    from mcp.client._transport import TransportStreams

LINE_BYTES = 4 << 20
"""Of one message. A server that sends a longer one is ended."""
ANSWER_BYTES = 32 << 20
"""Of one answer over HTTP, all of its events together."""
POLITE_SECONDS = 2.0
CONNECT_SECONDS = 10.0
STREAM_SECONDS = 300.0
"""How long the stream for what a server says unasked may be silent before it is opened anew."""
_SHELL = ("/bin/sh", "-c", 'exec "$@" >&0', "sh")
"""Its stdin is one end of a connection to us: what it writes goes back that way, what it complains of to the log."""


@asynccontextmanager
async def program(
    name: str, command: Sequence[str], environ: Mapping[str, str], log: Path, over: asyncio.Event
) -> AsyncGenerator[tuple[TransportStreams, Worker]]:
    """A server as a child process; ``over`` is set when it says no more. Nothing of it outlives this, nor Jarvis.

    Raises EngineStartFailed.
    """
    ours, theirs = socket.socketpair()
    try:
        worker = await Worker.start(name, [*_SHELL, *command], log, channel=theirs, environ=environ)
    except BaseException:
        ours.close()
        raise
    finally:
        theirs.close()
    try:
        reader, writer = await asyncio.open_unix_connection(sock=ours, limit=LINE_BYTES)
        try:
            async with _spoken(reader, writer, over) as streams:
                yield streams, worker
        finally:
            writer.close()  # with the end of its input it should end by itself
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()
    finally:
        await worker.stop(POLITE_SECONDS)


@asynccontextmanager
async def _spoken(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, over: asyncio.Event
) -> AsyncGenerator[TransportStreams]:
    """MCP's stdio: one JSON message a line, both ways."""
    to_session, from_server = anyio.create_memory_object_stream[SessionMessage | Exception](0)
    to_server, from_session = anyio.create_memory_object_stream[SessionMessage](0)

    async def hear() -> None:
        async with to_session:  # closing it tells the session that nothing will come any more
            with contextlib.suppress(OSError, ValueError, anyio.BrokenResourceError, anyio.ClosedResourceError):
                while line := await reader.readline():
                    message = _message(line)
                    if message is not None:
                        await to_session.send(message)
            over.set()  # before the session hears of it, so that whoever waits for an answer knows why there is none

    async def tell() -> None:
        with contextlib.suppress(OSError):
            async with from_session:
                async for sent in from_session:
                    writer.write(sent.message.model_dump_json(by_alias=True, exclude_unset=True).encode() + b"\n")
                    await writer.drain()

    async with from_server, to_server, anyio.create_task_group() as tasks:
        tasks.start_soon(hear)
        tasks.start_soon(tell)
        try:
            yield from_server, to_server
        finally:
            tasks.cancel_scope.cancel()


def _message(line: bytes) -> SessionMessage | None:
    try:
        return SessionMessage(jsonrpc_message_adapter.validate_json(line, by_name=False))
    except ValueError:
        return None  # what a program prints beside its messages


class _Limited(httpx2.AsyncByteStream):
    """An answer of which at most ANSWER_BYTES are read."""

    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream
        self._left = ANSWER_BYTES

    async def __aiter__(self) -> AsyncGenerator[bytes]:
        async for piece in self._stream:
            self._left -= len(piece)
            if self._left < 0:
                raise httpx2.ReadError("an answer without end")
            yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()


async def _look(response: httpx2.Response) -> None:
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise httpx2.ReadError("an answer that is packed")  # a few bytes of it can be gigabytes
    endless = response.request.method == "GET"  # of what is said unasked each event has its limit
    if not endless and isinstance(response.stream, httpx2.AsyncByteStream):
        response.stream = _Limited(response.stream)


@asynccontextmanager
async def address(url: str, headers: Mapping[str, str]) -> AsyncGenerator[TransportStreams]:
    """A server that speaks streamable HTTP. No redirect leads away from its address: keys go nowhere else."""
    async with (
        httpx2.AsyncClient(
            headers={**headers, "accept-encoding": "identity", "user-agent": "jarvis"},
            follow_redirects=False,
            timeout=httpx2.Timeout(STREAM_SECONDS, connect=CONNECT_SECONDS),
            event_hooks={"response": [_look]},
        ) as http,
        streamable_http_client(url, http_client=http) as streams,
    ):
        yield streams
