"""`jarvis mcp` as Claude Desktop or VS Code start it: a real process, spoken to by the official SDK's client."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters

from home import Home, turns, wait_for


def program(home: Home) -> StdioServerParameters:
    return StdioServerParameters(command=sys.executable, args=["-m", "jarvis.cli.main", "mcp"], env=home.environ)


def text(result: Any) -> str:
    return "".join(block.text for block in result.content)


async def test_a_program_starts_jarvis_and_asks_it(home: Home) -> None:
    home.fake("small", answer="Madrid.")
    async with Client(program(home)) as client:
        tools = [tool.name for tool in (await client.list_tools()).tools]
        assert tools == ["ask", "search_memory", "remember", "fleet_status", "models"]
        assert home.daemon_pid() is None  # nobody has asked anything yet
        first = await client.call_tool("ask", {"question": "¿Cuál es la capital de España?"})
        assert text(first) == "Madrid." and not first.is_error
        again = await client.call_tool(
            "ask", {"question": "¿Seguro?", "conversation": first.structured_content["conversation"]}
        )
        assert again.structured_content["conversation"] == first.structured_content["conversation"]
        assert "small" in text(await client.call_tool("models", {}))
        assert "small" in text(await client.call_tool("fleet_status", {}))
        unknown = await client.call_tool("ask", {"question": "x", "model": "no-such-model"})
        assert unknown.is_error and "no-such-model" in text(unknown)
    assert [turn[1] for turn in turns(home) if turn[0] == "user"][:2] == ["¿Cuál es la capital de España?", "¿Seguro?"]
    wait_for(lambda: not [p for p in home.processes() if "mcp" in p.cmdline()])
    assert home.daemon_pid() is not None  # it goes on for others


async def test_a_daemon_that_left_is_started_again(home: Home) -> None:
    home.fake("small", answer="Madrid.")
    async with Client(program(home)) as client:
        await client.call_tool("ask", {"question": "x"})
        os.kill(home.daemon_pid() or 0, signal.SIGTERM)
        wait_for(lambda: home.daemon_pid() is None)
        assert text(await client.call_tool("ask", {"question": "y"})) == "Madrid."
