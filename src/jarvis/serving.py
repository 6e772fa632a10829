"""The application, running: as the daemon of this user, or inside one command."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

import uvloop

from jarvis import wiring
from jarvis.backup.daily import daily
from jarvis.backup.keeping import home
from jarvis.backup.upgrading import done, prepare
from jarvis.config.paths import Paths
from jarvis.config.schema import Server, Settings
from jarvis.daemon import Address, Lock, hold
from jarvis.errors import Conflict
from jarvis.server.addresses import elsewhere
from jarvis.server.app import Application
from jarvis.server.door import Places
from jarvis.server.parts import Parts
from jarvis.server.run import run
from jarvis.version import __version__
from jarvis.workers.sweep import sweep_leftovers

LOOK_SECONDS = 30.0
"""How often an idle daemon looks whether what it stays for is over."""
Tell = Callable[[str, Sequence[str]], None]
"""Is called with the address (URL) for commands on this machine, and with those for other devices."""


def daemon(settings: Settings, paths: Paths, tell: Tell, *, background: bool) -> None:
    """Be the daemon until told to stop; in the ``background`` also until nobody has asked for long enough.

    ``tell`` is called once it listens. In the background a taken port is replaced by a free one: commands find the
    daemon by its lock file. Raises Conflict when another daemon runs or, in the foreground, when the port is taken;
    with TLS also what ``authority.certify`` does.
    """
    with hold(paths) as lock:
        sweep_leftovers()  # of a daemon that was killed together with its guardian
        if settings.server.tls == "auto":
            from jarvis.server.authority import certify

            settings = settings.model_copy(update={"server": certify(settings.server, paths)})
        uvloop.run(_daemon(settings, paths, lock, tell, background))


async def _daemon(settings: Settings, paths: Paths, lock: Lock, tell: Tell, background: bool) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # its terminal may close; not so with nohup
        loop.add_signal_handler(signal.SIGHUP, stop.set)

    def announce(port: int) -> None:
        server = settings.server
        address, places = url(server, port), _places(server, port)
        trusted = paths.authority if server.tls == "auto" else server.tls_cert
        lock.announce(address, trusted, places[0] if places else "")
        tell(address, places)
        gc.collect()
        gc.freeze()  # what is here by now stays: no collection need look at it again, in the middle of an answer

    async def leave() -> None:
        await stop.wait()
        lock.withdraw()

    leaving = asyncio.create_task(leave(), name="leave")
    backing = asyncio.create_task(daily(settings.backup, paths), name="backup")
    idle = settings.daemon.idle_exit_seconds if background else 0.0
    try:
        await _serve(settings, paths, announce, stop, idle)
    except Conflict as error:
        if not background or error.code != "server.port_in_use":
            raise
        elsewhere = settings.server.model_copy(update={"port": 0})
        await _serve(settings.model_copy(update={"server": elsewhere}), paths, announce, stop, idle)
    finally:
        leaving.cancel()
        backing.cancel()
        await asyncio.wait((leaving, backing))


@asynccontextmanager
async def inside(settings: Settings, paths: Paths) -> AsyncIterator[Address]:
    """The same application within this process, on a free loopback port."""
    here = Server(host="127.0.0.1", port=0)
    stop = asyncio.Event()
    port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(
        _serve(settings.model_copy(update={"server": here}), paths, port.set_result, stop, 0.0), name="inside"
    )
    try:
        await asyncio.wait((serving, port), return_when=asyncio.FIRST_COMPLETED)
        if not port.done():
            await serving
        yield Address(os.getpid(), url(here, port.result()), __version__)
    finally:
        stop.set()
        await serving


async def _serve(
    settings: Settings, paths: Paths, on_started: Callable[[int], None], stop: asyncio.Event, idle_seconds: float
) -> None:
    known = {room: len(scripts) for room, scripts in wiring.MIGRATIONS.items()}
    await asyncio.to_thread(prepare, paths, settings.backup.folder or home(paths), known)
    house = await wiring.build(settings, paths)
    try:
        await asyncio.to_thread(done, paths)
        authority = paths.authority.read_bytes() if settings.server.tls == "auto" else None
        app = Application(replace(house.parts, authority=authority, stopping=stop))
        leaving = asyncio.create_task(_leave(app.places, house.parts, idle_seconds, stop)) if idle_seconds else None
        try:
            await run(app, settings.server, on_started, stop)
        finally:
            if leaving is not None:
                leaving.cancel()
                with suppress(asyncio.CancelledError):
                    await leaving
    finally:
        await house.close()


async def _leave(places: Places, parts: Parts, idle_seconds: float, stop: asyncio.Event) -> None:
    while True:
        while (left := idle_seconds - places.idle_seconds) > 0:  # noqa: ASYNC110 - quiet is when nothing happens
            await asyncio.sleep(max(left, 0.05))
        if not await _is_awaited(parts):
            stop.set()
            return
        await asyncio.sleep(max(min(idle_seconds, LOOK_SECONDS), 0.05))


async def _is_awaited(parts: Parts) -> bool:
    """Whether something goes on that somebody counts on: a timer, or documents that are read and get vectors after
    the terminal was closed. What cannot be done now is no reason to stay: it is done after the next start.
    """
    if parts.remembrance is not None and parts.remembrance.busy():
        return True
    return parts.deeds is not None and await parts.deeds.timers.next() is not None


def _places(server: Server, port: int) -> list[str]:
    if server.tls_cert is None:
        return []
    from jarvis.server.authority import certified

    try:
        return elsewhere(server, port, certified(server.tls_cert))
    except ValueError:  # the owner's own certificate, which OpenSSL takes and this library does not
        return []


def url(server: Server, port: int) -> str:
    """How commands on this machine reach a server bound like that."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(server.host, server.host).strip("[]")
    return f"{'https' if server.tls_cert else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"
