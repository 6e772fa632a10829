"""``jarvis mcp``: Jarvis as an MCP server on stdin and stdout, for programs that start their servers themselves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import click

from jarvis.texts import say

if TYPE_CHECKING:
    from jarvis.server.mcp_tools import Request


@click.command("mcp", help=say("connect.mcp_help"))
def command() -> None:
    asyncio.run(_serve())


async def _serve() -> None:
    from mcp.server.stdio import stdio_server

    from jarvis.server.mcp_tools import server

    async with _daemon() as request, stdio_server() as (read, write):
        served = server(request)
        await served.run(read, write, served.create_initialization_options())


@asynccontextmanager
async def _daemon() -> AsyncIterator[Request]:
    """Asks the daemon, which is found or started when the first tool is called: who starts us wants a word at once."""
    from contextlib import AsyncExitStack

    from jarvis.client import Client, connect
    from jarvis.config.load import load
    from jarvis.config.paths import paths

    found: list[Client] = []
    looking = asyncio.Lock()

    async with AsyncExitStack() as open_till_the_end:

        async def request(method: str, path: str, body: Mapping[str, Any] | None) -> Any:
            async with looking:
                if not found:
                    way = connect(load(), paths(), "mcp", tell=lambda text: click.echo(text, err=True))
                    found.append(await open_till_the_end.enter_async_context(way))
            return await found[0].json(method, path, body)

        yield request
