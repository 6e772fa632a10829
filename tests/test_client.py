"""What a client makes of what a server sends."""

from __future__ import annotations

import asyncio
import json
import os
from contextlib import aclosing
from pathlib import Path

import pytest

from home import Home
from jarvis.client import Client, Question
from jarvis.daemon import Address, hold
from jarvis.errors import EngineError
from jarvis.version import __version__
from jarvis.words.exchange import Route

ROUTE = {"model": "small", "asked": "jarvis", "why": "the only one", "conversation": "c1"}
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"


async def test_a_conversation_may_be_named_after_the_head() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(HEAD + b": waiting\n\n: route " + json.dumps(ROUTE).encode() + b"\n\ndata: [DONE]\n\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        client = Client(Address(0, f"http://127.0.0.1:{port}", __version__), "token", "ask", Path("daemon.log"))
        async with aclosing(client.ask(Question("hi"))) as events:
            heard = [event async for event in events]
        await client.close()
    assert heard == [Route("small", "jarvis", "the only one", "c1")]


async def test_a_server_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jarvis.client.SILENT_SECONDS", 0.1)
    hangs = asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD if b"/v1/" in await reader.readuntil(b"\r\n\r\n") else b"")
        await hangs.wait()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        client = Client(Address(0, f"http://127.0.0.1:{port}", __version__), "token", "ask", Path("daemon.log"))
        with pytest.raises(EngineError) as asked:
            async with asyncio.timeout(20), aclosing(client.ask(Question("hi"))) as events:
                async for _ in events:
                    pass
        with pytest.raises(EngineError) as listed:
            async with asyncio.timeout(20):
                await client.json("GET", "/jarvis/history")
        await client.close()
        hangs.set()
    for caught in (asked, listed):
        assert caught.value.code == "daemon.unreachable" and "jarvis stop" in caught.value.hint()


async def test_a_daemon_that_is_leaving_is_not_asked(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its connections are kept until it is gone: what is sent on one of them by then is lost."""

    async def serve(name: str) -> asyncio.Server:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while await reader.readuntil(b"\r\n\r\n"):
                body = json.dumps({"name": name}).encode()
                head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
                writer.write(head.encode() + body)

        return await asyncio.start_server(answer, "127.0.0.1", 0)

    def of(server: asyncio.Server) -> Address:
        return Address(os.getpid(), f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", __version__)

    old, new = await serve("old"), await serve("new")
    monkeypatch.setattr("jarvis.client.start", lambda *_: of(new))
    with hold(home.paths) as lock:
        lock.announce(of(old).url)
        client = Client(of(old), "token", "ask", Path("daemon.log"), daemon_of=home.paths)
        assert [await client.json("GET", "/v1/models") for _ in range(2)] == [{"name": "old"}] * 2
        lock.withdraw()
        assert await client.json("GET", "/v1/models") == {"name": "new"}
        await client.close()
    old.close()
    new.close()
