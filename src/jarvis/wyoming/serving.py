"""Listening for Wyoming clients, in the name of the guest of the house."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote, urlsplit

from wyoming.info import Info
from wyoming.server import AsyncServer

from jarvis.catalog.here import catalog
from jarvis.client import Client, RemoteError, connect
from jarvis.config.load import Loaded
from jarvis.config.paths import Paths
from jarvis.errors import ConfigError, JarvisError, NotFound, UsageError
from jarvis.server.perimeter import WILDCARDS
from jarvis.speech.speak.named import Voice, voices
from jarvis.texts import say
from jarvis.words.person import TOKEN
from jarvis.wyoming.connection import Connection, House
from jarvis.wyoming.describing import describe
from jarvis.wyoming.peers import check_uri, is_local, networks

log = logging.getLogger(__name__)

GUEST = "guest"
"""Whose questions are asked: Wyoming does not say who speaks."""


async def serve(loaded: Loaded, paths: Paths, announce: str, tell: Callable[[str], None]) -> None:
    """Until SIGINT or SIGTERM. ``announce``: the name by which others in the network find it; empty: none.

    Raises ConfigError, UsageError, OSError, and what starting the daemon does.
    """
    settings = loaded.settings.wyoming
    allow = networks(settings.allow)
    check_uri(settings.uri, allow)
    if announce:
        _check_announce(settings.uri)
    await _check_free(settings.uri)
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    async with (
        connect(loaded, paths, "voice", tell=tell) as owner,
        _guest(owner, settings.uri, settings.month_usd) as client,
    ):

        def look() -> tuple[Info, list[Voice]]:
            cards = {one.card.id: one.card for one in catalog(loaded.settings, paths).installed()}
            return describe(list(cards.values()), client.address.url), voices(cards.values())

        house = House(client, settings, allow, look)
        server = _server(settings.uri)
        await server.start(partial(Connection, house))
        try:
            tell(say("wyoming.listening", uri=settings.uri))
            if announce:
                await _announce(settings.uri, announce)
            await ended.wait()
        finally:
            await server.stop()


async def _check_free(uri: str) -> None:
    """Raises OSError where another one listens already, before the token of that one is taken for a dead one's."""
    parts = urlsplit(uri)
    if parts.scheme == "tcp":
        probe = await asyncio.start_server(lambda reader, writer: writer.close(), parts.hostname, parts.port)
        probe.close()
        await probe.wait_closed()


def _server(uri: str) -> AsyncServer:
    parts = urlsplit(uri)
    if parts.scheme == "unix":
        path = Path(parts.path)
        if path.exists() and not path.is_socket():  # the server would delete it
            raise ConfigError("wyoming.no_socket", path=path)
        os.umask(0o077)  # whoever may open the socket may talk
    return AsyncServer.from_uri(uri)


@asynccontextmanager
async def _guest(owner: Client, uri: str, month_usd: float) -> AsyncIterator[Client]:
    """Jarvis, asked in the guest's name by a token that lives as long as this does."""
    name = f"wyoming-{re.sub('[^A-Za-z0-9.]+', '-', uri)}"[:64]
    await _revoke(owner, name)  # of one that was killed
    body = {"name": name, "person": GUEST, "scopes": ["chat"], "month_usd": month_usd}
    token = (await owner.json("POST", "/jarvis/tokens", body))["token"]
    assert TOKEN.fullmatch(token)
    client = owner.bearing(token)
    try:
        yield client
    finally:
        await client.close()
        with suppress(JarvisError):  # else the next one does it
            await _revoke(owner, name)


async def _revoke(owner: Client, name: str) -> None:
    try:
        await owner.json("DELETE", f"/jarvis/tokens/{quote(name, safe='')}")
    except RemoteError as error:
        if error.status != NotFound.status:
            raise


def _check_announce(uri: str) -> None:
    if is_local(uri):
        raise UsageError("wyoming.announce_local", param="--zeroconf", uri=uri)
    if find_spec("zeroconf") is None:
        raise UsageError("wyoming.no_zeroconf", param="--zeroconf")


async def _announce(uri: str, name: str) -> None:
    from wyoming.zeroconf import HomeAssistantZeroconf

    parts = urlsplit(uri)
    host = None if parts.hostname in WILDCARDS else parts.hostname
    await HomeAssistantZeroconf(parts.port or 0, name, host).register_server()
    log.info("announced as %s", name)
