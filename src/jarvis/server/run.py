"""Listening: the socket, TLS, uvicorn on uvloop, and a stop that lets running answers end."""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
from collections.abc import Callable, Generator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp
from uvicorn.server import ServerState

from jarvis.config.schema import Server
from jarvis.errors import ConfigError, Conflict, JarvisError
from jarvis.server.bind import check_bind, reached
from jarvis.server.protocol import GuardedHttp
from jarvis.server.sockets import GuardedSocket
from jarvis.server.tls import Handshakes

GRACE_SECONDS = 10
"""How long answers may go on when the server is told to stop."""
KEEP_ALIVE_SECONDS = 75
"""Longer than clients keep an idle connection, so that they never write into one that is just being closed."""
BACKLOG = 512
SOCKET_BYTES = 1 << 20
"""Of one message: some ten seconds of sound."""


async def run(app: ASGIApp, server: Server, on_started: Callable[[int], None], stop: asyncio.Event) -> None:
    """Serve ``app`` as ``server`` says, in the running event loop, until ``stop`` is set.

    ``on_started`` is told the real port once connections are accepted. Signals are left to the caller. When stopped,
    running answers have ten seconds to end.
    Raises ConfigError for an unsafe or impossible address or unusable TLS files, Conflict when the port is taken.
    """
    addresses = reached(server.host)
    check_bind(server, addresses)
    context = _tls(server)
    listening = _listen(addresses[0], server)
    config = uvicorn.Config(
        app,
        interface="asgi3",
        http=GuardedHttp,
        ws=GuardedSocket,
        ws_max_size=SOCKET_BYTES,
        ws_per_message_deflate=False,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=server.behind_proxy,
        forwarded_allow_ips=["127.0.0.1", "::1"],
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    running = _Server(config)
    serving = asyncio.create_task(running.serve(sockets=[] if context else [listening]), name="http")
    accepting = asyncio.create_task(_accept(listening, context, config, running.server_state), name="accept")
    stopping = asyncio.create_task(stop.wait(), name="stop")
    try:
        on_started(listening.getsockname()[1])
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
        accepting.cancel()
        running.should_exit = True
        await serving
        # uvicorn cancels what outlasts the grace but does not wait for it to clean up.
        if left := list(running.server_state.tasks):
            await asyncio.wait(left, timeout=GRACE_SECONDS)
        listening.close()


async def _accept(
    listening: socket.socket, context: ssl.SSLContext | None, config: uvicorn.Config, state: ServerState
) -> None:
    """Accept TLS connections; the others uvicorn accepts itself."""
    if context is not None:
        handshakes = Handshakes(context, lambda: GuardedHttp(config, state, {}), lambda: state.connections)  # type: ignore[arg-type, return-value]
        await handshakes.accept(listening)


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """None: uvicorn would raise them again when it is done, and end the process before engines are stopped."""
        yield


def _listen(address: str, server: Server) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listening.bind((address, server.port))
        listening.listen(BACKLOG)
        listening.setblocking(False)
    except OSError as error:
        listening.close()
        raise _mapped(error, server) from error
    return listening


def _mapped(error: OSError, server: Server) -> JarvisError:
    other = server.port + 1 if 1024 <= server.port < 65535 else 8484
    if error.errno == errno.EADDRINUSE:
        return Conflict("server.port_in_use", host=server.host, port=server.port, other=other)
    if error.errno in (errno.EACCES, errno.EPERM):
        return ConfigError("server.port_forbidden", port=server.port, other=other)
    return ConfigError("server.unknown_address", host=server.host, reason=error.strerror or str(error))


def _tls(server: Server) -> ssl.SSLContext | None:
    if server.tls_cert is None or server.tls_key is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        # The empty password keeps OpenSSL from asking for one on the terminal.
        context.load_cert_chain(server.tls_cert, server.tls_key, password="")
    except (OSError, ValueError) as error:
        raise ConfigError("server.tls_unusable", cert=server.tls_cert, reason=str(error)) from error
    return context
