"""What a client makes of what a server sends."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing
from pathlib import Path

import pytest

from jarvis.client import Client, Question
from jarvis.daemon import Address
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
