"""One MCP server of the configuration: started when it is first wanted, started again when it died, ended with Jarvis.

A task of its own holds the session from beginning to end, for the SDK's must be left by the task that entered it.
Imported when the first server is used.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mcp.client.client import Client
from mcp.client.subscriptions import SubscriptionLost
from mcp.shared.exceptions import MCPError
from mcp_types import (
    REQUEST_TIMEOUT,
    CallToolRequest,
    CallToolRequestParams,
    CallToolResult,
    Implementation,
    Tool,
    ToolListChangedNotification,
)
from mcp_types.version import MODERN_PROTOCOL_VERSIONS
from pydantic import ValidationError

from jarvis.errors import EngineDied, EngineHung, JarvisError, ProviderRefused, ProviderUnavailable
from jarvis.search.base import visible
from jarvis.tools import _mcp_wire, _secrets
from jarvis.version import __version__
from jarvis.words.chat import Json
from jarvis.workers.log import Log

if TYPE_CHECKING:
    from mcp.client._transport import TransportStreams

    from jarvis.config.tools import Mcp
    from jarvis.workers.worker import Worker

_log = logging.getLogger(__name__)
LONGEST_WAIT = 60.0
MOST_PAGES = 50
MOST_LISTED = 2000
"""Of the tools that a server lists this many are looked at."""


class Link:
    """The session with one server. ``close`` it on the loop where it was used."""

    def __init__(self, name: str, settings: Mcp, logs: Path) -> None:
        self.name = name
        self.settings = settings
        self.record = Log.beside(logs, f"mcp-{name}")
        self._starting = asyncio.Lock()
        self._client: Client | None = None
        self._worker: Worker | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._over = asyncio.Event()
        self._closing = False
        self._legacy = False
        """Whether it is not asked first which protocol it speaks: some end at a question that they do not know."""
        self._failures = 0
        self._not_before = 0.0
        self._listed: list[Tool] | None = None
        self._changes = 0

    async def tools(self) -> list[Tool]:
        """Its tools, as it lists them; asked again only when it says that they changed.

        Raises ProviderUnavailable, ProviderRefused, EngineDied, EngineHung, and what keys raise.
        """
        client = await self._started()
        if self._listed is not None:
            return self._listed
        listed: list[Tool] = []
        changes, cursor = self._changes, None
        try:
            async with asyncio.timeout(self.settings.start_seconds):
                for _ in range(MOST_PAGES):
                    page = await client.list_tools(cursor=cursor, cache_mode="bypass")
                    listed += page.tools
                    cursor = page.next_cursor
                    if not cursor or len(listed) >= MOST_LISTED:
                        break
        except Exception as error:  # noqa: BLE001 - the SDK's, pydantic's and httpx's, all mapped
            raise await self._mapped(error, self.settings.start_seconds) from None
        listed = listed[:MOST_LISTED]
        if changes == self._changes:  # else it is listed again next time
            self._listed = listed
        return listed

    async def call(self, tool: str, arguments: Mapping[str, Json]) -> CallToolResult:
        """Raises MCPError with what the server says against it, and what ``tools`` raises. Cancelling it tells the
        server. It is never sent twice: the first time may have had its effect.
        """
        client, seconds = await self._started(), self.settings.timeout_seconds
        # Not Client.call_tool, which compiles the server's schema for results, patterns included, and runs it here.
        request = CallToolRequest(params=CallToolRequestParams(name=tool, arguments=dict(arguments)))
        try:
            async with asyncio.timeout(seconds + 1):
                result = await client.session.send_request(
                    request, CallToolResult, request_read_timeout_seconds=seconds
                )
            self._failures = 0
            return result
        except Exception as error:
            mapped = await self._mapped(error, seconds)
            if isinstance(error, MCPError) and error.code != REQUEST_TIMEOUT and not isinstance(mapped, EngineDied):
                raise
            raise mapped from None

    async def close(self) -> None:
        """End it, and what it started."""
        self._closing = True
        self._over.set()
        if self._keeper is not None:
            await asyncio.wait((self._keeper,), timeout=2 * _mcp_wire.POLITE_SECONDS)
            self._keeper.cancel()
            await asyncio.wait((self._keeper,))
        if self._worker is not None:
            await self._worker.stop()

    async def _started(self) -> Client:
        async with self._starting:
            if self._client is not None and not self._over.is_set():
                return self._client
            wait = self._not_before - time.monotonic()
            if wait > 0:
                raise ProviderUnavailable("connect.mcp_waiting", name=self.name, seconds=wait, retry_after=wait)
            legacy = self._legacy
            try:
                return await self._start()
            except EngineDied:
                if self._legacy == legacy:
                    raise
            return await self._start()  # as those are spoken to that end at a question they do not know

    async def _start(self) -> Client:
        if self._keeper is not None:
            await asyncio.wait((self._keeper,))
        self._over = asyncio.Event()
        self._changed()
        ready: asyncio.Future[Client] = asyncio.get_running_loop().create_future()
        self._keeper = asyncio.create_task(self._live(ready, self._over), name=f"mcp {self.name}")
        seconds = self.settings.start_seconds
        try:
            await asyncio.wait((ready, self._keeper), timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if not ready.done():
                raise EngineHung("connect.mcp_hung", name=self.name, seconds=seconds)
            return ready.result()
        except BaseException:
            self._failed()
            self._keeper.cancel()
            await asyncio.wait((self._keeper,))
            raise

    async def _live(self, ready: asyncio.Future[Client], over: asyncio.Event) -> None:
        """The session, from its first word to its last."""
        heard: asyncio.Task[None] | None = None
        try:
            async with (
                self._way(over) as way,
                Client(
                    _Entered(way),
                    mode="legacy" if self._legacy else "auto",
                    client_info=Implementation(name="jarvis", version=__version__),
                    message_handler=self._heard,
                    cache=None,
                ) as client,
            ):
                self._client = client
                heard = asyncio.create_task(self._listen(client), name=f"changes of mcp {self.name}")
                ready.set_result(client)
                await over.wait()
                if not self._closing:
                    self._failed()
                heard.cancel()
                await asyncio.wait((heard,))
        except Exception as error:  # noqa: BLE001 - whatever a transport raises, it is told to who waits for it
            if not ready.done():
                self._legacy = not self._legacy and self._worker is not None and over.is_set()
                ready.set_exception(await self._mapped(error, self.settings.start_seconds))
                ready.exception()  # nobody may be waiting any more
            else:
                _log.warning("MCP server %s: %s", self.name, visible(repr(_first(error)), 200))
        finally:
            self._client = None
            over.set()

    @asynccontextmanager
    async def _way(self, over: asyncio.Event) -> AsyncGenerator[TransportStreams]:
        settings = self.settings
        key = await asyncio.to_thread(_secrets.find, _secrets.of_server(self.name), settings.key_file)
        if settings.url is not None:
            headers = dict(settings.headers)
            if key is not None:
                name = settings.key_variable
                headers |= {"authorization": f"Bearer {key}"} if name is None else {name: key}
            async with _mcp_wire.address(settings.url, headers) as streams:
                yield streams
            return
        environ = dict(settings.environment)
        if key is not None and settings.key_variable is not None:
            environ[settings.key_variable] = key
        program = _mcp_wire.program(f"mcp-{self.name}", settings.command, environ, self.record, over)
        async with program as (streams, self._worker):
            yield streams

    async def _heard(self, message: object) -> None:
        if isinstance(message, ToolListChangedNotification):
            self._changed()

    async def _listen(self, client: Client) -> None:
        """From 2026-07-28 on a server says that its tools changed only to who asked to be told."""
        offered = client.server_capabilities.tools
        if client.protocol_version not in MODERN_PROTOCOL_VERSIONS or not (offered and offered.list_changed):
            return
        with suppress(MCPError, SubscriptionLost, TimeoutError):
            async with client.listen(tools_list_changed=True) as changes:
                async for _ in changes:
                    self._changed()

    def _changed(self) -> None:
        self._listed = None
        self._changes += 1

    def _failed(self) -> None:
        """The first time it is started again at once, then after 1, 2, 4 ... seconds."""
        self._failures += 1
        wait = 0.0 if self._failures == 1 else min(LONGEST_WAIT, 2.0 ** (self._failures - 2))
        self._not_before = time.monotonic() + wait

    async def _mapped(self, error: BaseException, seconds: float) -> JarvisError:
        """What went wrong, as ours."""
        error = _first(error)
        if isinstance(error, JarvisError):
            return error
        if self._worker is not None and self._over.is_set():  # its end of the line is closed
            await asyncio.wait((self._worker.died,), timeout=_mcp_wire.POLITE_SECONDS)
            await self._worker.drained()
            reason = f"{self._worker.exit or '?'}. {self._worker.log.last_words(1)}"
            return EngineDied("connect.mcp_died", name=self.name, reason=visible(reason, 200), log=self.record)
        if isinstance(error, TimeoutError) or (isinstance(error, MCPError) and error.code == REQUEST_TIMEOUT):
            return EngineHung("connect.mcp_hung", name=self.name, seconds=seconds)
        if isinstance(error, MCPError | ValidationError):
            reason = error.message if isinstance(error, MCPError) else "not as the protocol has it"
            return ProviderRefused("connect.mcp_refused", name=self.name, reason=visible(reason, 200))
        return ProviderUnavailable("connect.down", name=self.name, reason=visible(str(error) or repr(error), 200))


class _Entered:
    """A way that is open already, as the SDK wants to open it."""

    def __init__(self, streams: TransportStreams) -> None:
        self._streams = streams

    async def __aenter__(self) -> TransportStreams:
        return self._streams

    async def __aexit__(self, *how: Any) -> None:
        return None


def _first(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
