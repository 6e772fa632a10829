"""The tools of MCP servers: any that the configuration names (``[mcp.NAME]``), over stdio or streamable HTTP.

What a server says of its tools is a claim. It is believed that a tool reads only (``readOnlyHint``) unless its owner
says otherwise (``effects``); of one that is not ``trusted`` whatever it returns is a stranger's word, and what changes
something needs a yes.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from jarvis.errors import JarvisError
from jarvis.tools._mcp_shape import Unfit, described, function_names, readable, schema, told
from jarvis.tools.base import Asker, Home, Outcome, Tool
from jarvis.words.chat import Json

if TYPE_CHECKING:
    from jarvis.tools._mcp_link import Link

_log = logging.getLogger(__name__)
MOST_TOOLS = 64
"""Of one server, where its owner did not choose: each costs a model some hundred tokens of every question."""


class Toolbox:
    """Needs an entry in ``mcp``. A server is started when tools are first wanted."""

    def __init__(self, home: Home) -> None:
        self._settings = home.settings.mcp
        self._logs = home.data / "mcp"
        self._links: dict[str, Link] = {}
        self._warned: set[str] = set()

    async def tools(self) -> Sequence[Tool]:
        """See ``base.Toolbox``. A server that cannot be reached keeps no other's tools away; it is told when all
        cannot.
        """
        if not self._settings:
            return ()
        from jarvis.tools._mcp_link import Link

        for name, settings in self._settings.items():
            if name not in self._links:
                self._links[name] = Link(name, settings, self._logs)
        found: list[Tool] = []
        failed: list[JarvisError] = []
        for name, listed in zip(
            self._links, await asyncio.gather(*map(self._of, self._links.values()), return_exceptions=True), strict=True
        ):
            if isinstance(listed, JarvisError):
                failed.append(listed)
                self._warn(name, str(listed))
            elif isinstance(listed, BaseException):
                raise listed
            else:
                found += listed
        if failed and not found:
            raise failed[0]
        return found

    async def close(self) -> None:
        """See ``base.Toolbox``."""
        await asyncio.gather(*(link.close() for link in self._links.values()))

    async def _of(self, link: Link) -> list[Tool]:
        settings, listed = link.settings, await link.tools()
        chosen = [t for t in listed if settings.tools is None or t.name in settings.tools]
        if settings.tools is None and len(chosen) > MOST_TOOLS:
            self._warn(link.name, f"{len(chosen)} tools, of which the first {MOST_TOOLS} are used: choose with tools")
            chosen = chosen[:MOST_TOOLS]
        names = function_names(link.name, [tool.name for tool in chosen])
        return [made for tool in chosen if tool.name in names and (made := self._made(link, tool, names[tool.name]))]

    def _made(self, link: Link, tool: Any, name: str) -> Tool | None:
        settings, hints = link.settings, tool.annotations
        try:
            parameters = schema(tool.input_schema)
        except Unfit as why:
            self._warn(f"{link.name}.{name}", f"left out, its schema cannot be used: {why}")
            return None
        reads = hints is not None and hints.read_only_hint is True and tool.name not in settings.effects
        return Tool(
            name,
            described(link.name, tool.description or tool.title),
            parameters,
            partial(_run, link, tool.name),
            effect=not reads,
            ask=not reads and not settings.trusted,
            seconds=settings.timeout_seconds + settings.start_seconds + 2,
        )

    def _warn(self, what: str, why: str) -> None:
        if (line := f"MCP server {what}: {why}") not in self._warned:
            self._warned.add(line)
            _log.warning("%s", line)


async def _run(link: Link, name: str, arguments: Mapping[str, Json], asker: Asker) -> Outcome:
    from mcp.shared.exceptions import MCPError

    stranger = "" if link.settings.trusted else link.name
    try:
        result = await link.call(name, arguments)
    except MCPError as error:  # in its own words, and so data as any other answer of it
        return Outcome(f"The tool refused: {readable(error.message, 1000)}", None, stranger)
    text = told(result.content, result.structured_content)
    if result.is_error:
        text = f"The tool reports an error: {text}"
    return Outcome(text or "Done; the tool returned nothing.", None, stranger)
