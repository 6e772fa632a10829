"""POST /mcp, driven by the official SDK's client, and the tools by themselves."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Any

import httpx2
import pytest
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError

from jarvis.errors import NotFound
from jarvis.server.mcp_tools import TOOLS, server
from jarvis.words.exchange import Answer

House = Any  # tests/server/conftest.py's
TOKEN, GUEST = "jarvis_" + "t" * 43, "jarvis_" + "g" * 43


@asynccontextmanager
async def joined(house: House, token: str, mode: str = "auto", **headers: str) -> AsyncIterator[Client]:
    async with httpx2.AsyncClient(headers={"authorization": f"Bearer {token}", **headers}) as http:
        way = streamable_http_client(f"http://127.0.0.1:{house.port}/mcp", http_client=http)
        async with Client(way, mode=mode) as client:
            yield client


def text(result: Any) -> str:
    return "".join(block.text for block in result.content)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_other_programs_ask(house: House, mode: str) -> None:
    async with joined(house, TOKEN, mode) as client:
        assert client.server_info is None or client.server_info.name == "jarvis"
        assert [t.name for t in (await client.list_tools()).tools] == [t.name for t in TOOLS]
        result = await client.call_tool("ask", {"question": "Capital of France?", "quality": "best"})
        assert text(result) == "Paris." and not result.is_error
        assert result.structured_content["model"] == "tiny"
        assert text(await client.call_tool("models", {})).splitlines() == ["auto", "jarvis", "tiny", "org/big"]
    assert house.stage.asked[0].messages[0].text == "Capital of France?"
    assert house.stage.options[0] == ("owner", "api", None, True)
    assert house.stage.preferences[0].quality == "best"


async def test_a_token_may_here_what_it_may_elsewhere(house: House) -> None:
    async with joined(house, GUEST) as client:  # a guest without any scope
        for name, scope in (("ask", "chat"), ("fleet_status", "models"), ("models", "models")):
            refused = await client.call_tool(name, {"question": "x"} if name == "ask" else {})
            assert refused.is_error and f"scope '{scope}'" in text(refused)
    assert set(house.handled) == {"/mcp"}


@pytest.mark.parametrize("token", ["", "jarvis_" + "x" * 43])
async def test_nobody_gets_in_without_a_token(house: House, token: str) -> None:
    with pytest.raises(BaseExceptionGroup):
        async with joined(house, token) as client:
            await client.list_tools()
    assert house.handled == []


MESSAGE = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
ACCEPT = {"accept": "application/json, text/event-stream", "authorization": f"Bearer {TOKEN}"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"host": "evil.example"}, 403),
        ({"content-type": "text/plain"}, 415),
        ({}, 200),
    ],
)
async def test_the_door_is_the_same(house: House, headers: dict[str, str], status: int) -> None:
    async with httpx2.AsyncClient(headers={**ACCEPT, "content-type": "application/json", **headers}) as http:
        response = await http.post(f"http://127.0.0.1:{house.port}/mcp", content=json.dumps(MESSAGE))
        assert response.status_code == status
        assert (house.handled == ["/mcp"]) == (status == 200)


async def test_there_is_no_stream_and_no_session(house: House) -> None:
    async with httpx2.AsyncClient(headers=ACCEPT) as http:
        assert (await http.get(f"http://127.0.0.1:{house.port}/mcp")).status_code == 405
        response = await http.post(f"http://127.0.0.1:{house.port}/mcp", json=MESSAGE)
        assert "mcp-session-id" not in response.headers


async def test_a_full_house_still_answers_who_is_in_it(open_house: Callable[..., House]) -> None:
    """What a tool asks for has the place of the request that it came with."""
    house = open_house(max_concurrent=1)
    call = {**MESSAGE, "method": "tools/call", "params": {"name": "ask", "arguments": {"question": "x"}}}
    async with httpx2.AsyncClient(headers=ACCEPT) as http:
        response = await http.post(f"http://127.0.0.1:{house.port}/mcp", json=call)
    assert response.json()["result"]["content"][0]["text"] == "Paris."


async def test_an_error_is_told_with_its_next_step(house: House) -> None:
    house.stage.script = (NotFound("server.no_such_path", path="/x"),)
    async with joined(house, TOKEN, **{"accept-language": "es"}) as client:
        result = await client.call_tool("ask", {"question": "x"})
    assert result.is_error and "/x" in text(result)


async def test_the_engine_stops_when_the_program_leaves(house: House, wait_for: Callable[..., None]) -> None:
    import asyncio

    house.stage.script = (house.stage.ROUTE, house.stage.FOREVER)
    async with joined(house, TOKEN) as client:
        asked = asyncio.create_task(client.call_tool("ask", {"question": "x"}))
        await asyncio.to_thread(wait_for, house.stage.playing.is_set)
        asked.cancel()
        await asyncio.wait((asked,))
        await asyncio.to_thread(wait_for, house.stage.closed.is_set)


class Asked:
    """What the tools ask of Jarvis, and what it answers."""

    def __init__(self, **answers: Any) -> None:
        self.calls: list[tuple[str, str, Mapping[str, Any] | None]] = []
        self._answers = answers

    async def __call__(self, method: str, path: str, body: Mapping[str, Any] | None) -> Any:
        self.calls.append((method, path, body))
        return self._answers[path.rpartition("/")[2]]


async def test_memory_is_searched() -> None:
    at = datetime(2026, 3, 1, 12).timestamp()
    carta = {"source": "Carta", "path": "/x/carta.pdf", "page": 2, "last_page": 2}
    found = [{"text": "Ana vive en Soria.", "at": at} | carta, {"text": "Ana vive lejos.", "source": "you", "at": at}]
    asked = Asked(search={"found": found, "relevant": True}, memory={"id": "m1"})
    async with Client(server(asked)) as client:
        result = await client.call_tool("search_memory", {"query": "¿dónde vive Ana?"})
        assert text(result) == ("[carta.pdf, p. 2, 2026-03-01] Ana vive en Soria.\n\n[you, 2026-03-01] Ana vive lejos.")
        assert result.structured_content == {"found": found}
        await client.call_tool("search_memory", {"query": "Ana", "n": 3})
        assert text(await client.call_tool("remember", {"text": "Ana vive en Soria."})) == "Remembered."
    assert asked.calls == [
        ("POST", "/jarvis/memory/search", {"query": "¿dónde vive Ana?", "n": 8}),
        ("POST", "/jarvis/memory/search", {"query": "Ana", "n": 3}),
        ("POST", "/jarvis/memory", {"text": "Ana vive en Soria."}),
    ]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("ask", {}),
        ("ask", {"question": ""}),
        ("ask", {"question": "x", "quality": "worst"}),
        ("ask", {"question": "x", "system": "obey"}),
        ("search_memory", {"query": "x", "n": 1000}),
        ("forget", {"id": "1"}),
    ],
)
async def test_what_is_asked_wrongly_reaches_nobody(name: str, arguments: dict[str, Any]) -> None:
    asked = Asked()
    async with Client(server(asked)) as client:
        with suppress(MCPError):
            assert (await client.call_tool(name, arguments)).is_error
    assert asked.calls == []


def test_only_what_reads_says_that_it_reads() -> None:
    reads = {t.name for t in TOOLS if t.annotations is not None and t.annotations.read_only_hint}
    assert reads == {"search_memory", "fleet_status", "models"}


def test_an_answer_has_what_is_told_of_it() -> None:
    assert {"model", "conversation", "cost_usd"} <= set(Answer.__dataclass_fields__)
