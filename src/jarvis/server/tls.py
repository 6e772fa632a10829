"""Accepting TLS connections, with those that say nothing before their handshake counted like any other.

A server that asyncio makes holds such a connection where nobody can see or drop it, however many there are.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Set
from contextlib import suppress

from jarvis.server.protocol import HEAD_BYTES, HEAD_SECONDS, Connection, make_room, refusal, turn
from jarvis.server.refusals import Refused

PAUSE_SECONDS = 0.1
"""... before the next try when a connection could not be accepted, for want of file descriptors."""


class Handshakes:
    """The connections of a listening socket until their handshake is done; then each has its protocol."""

    def __init__(
        self, context: ssl.SSLContext, protocol: Callable[[], asyncio.Protocol], made: Callable[[], Set[Connection]]
    ) -> None:
        """``protocol`` makes the one of a connection, ``made`` tells those that have theirs."""
        self._context = context
        self._protocol = protocol
        self._made = made
        self._shaking: set[_Handshake] = set()

    async def accept(self, listening: socket.socket) -> None:
        """Accept connections until it is cancelled."""
        loop = asyncio.get_running_loop()
        try:
            while True:
                try:
                    accepted, _ = await loop.sock_accept(listening)
                except OSError:
                    await asyncio.sleep(PAUSE_SECONDS)
                    continue
                shaking = _Handshake(accepted, loop.create_task(self._shake(accepted), name="handshake"))
                self._shaking = {one for one in self._shaking if not one.task.done()} | {shaking}
                make_room(shaking, self._made() | self._shaking)
        finally:
            for shaking in self._shaking:
                shaking.drop()

    async def _shake(self, accepted: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(HEAD_SECONDS):
                first = await _first(accepted)
                if first.isalpha():  # of the method of a request; no handshake begins with a letter
                    with accepted:
                        await loop.sock_recv(accepted, HEAD_BYTES)
                        await loop.sock_sendall(accepted, refusal(Refused("server.plain_http", status=400)))
                    return
            await loop.connect_accepted_socket(
                self._protocol, accepted, ssl=self._context, ssl_handshake_timeout=HEAD_SECONDS
            )
        except OSError:  # not TLS, too slow, or gone: nobody to tell
            accepted.close()


async def _first(accepted: socket.socket) -> bytes:
    """The first byte that comes, which stays there to be read."""
    loop = asyncio.get_running_loop()
    came = asyncio.Event()
    loop.add_reader(accepted, came.set)
    try:
        await came.wait()
    finally:
        loop.remove_reader(accepted)
    return accepted.recv(1, socket.MSG_PEEK)


class _Handshake:
    asked = 0

    def __init__(self, accepted: socket.socket, task: asyncio.Task[None]) -> None:
        self.task = task
        self.came = next(turn)
        self._accepted = accepted
        self._dropped = False

    @property
    def is_idle(self) -> bool:
        return not self.task.done() and not self._dropped

    def drop(self) -> None:
        """Its handshake fails by this, and is cleaned up after as any that fails."""
        self._dropped = True
        with suppress(OSError):  # it has gone by itself
            self._accepted.shutdown(socket.SHUT_RDWR)
