"""The port on which the daemon listens, or would."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlsplit

import psutil

from jarvis.doctor.base import Finding, Patient, fail, ok
from jarvis.doctor.daemon import is_daemon


def check(patient: Patient) -> Iterator[Finding]:
    server = patient.settings.server
    if server.port == 0:
        yield ok("doctor.port_any")
        return
    facts = {"host": server.host, "port": server.port}
    here = patient.daemon
    if here is not None and urlsplit(here.url).port == server.port:
        yield ok("doctor.port_ours", **facts, pid=here.pid)
        return
    error = _bind_error(server.host, server.port)
    if error is None:
        yield ok("doctor.port_free", **facts)
    elif error.errno == errno.EADDRINUSE:
        code, who = _holder(server.port)
        yield fail(code, **facts, who=who, other=_free_port(server.host, server.port))
    elif error.errno in (errno.EACCES, errno.EPERM):
        yield fail("doctor.port_forbidden", **facts, other=_free_port(server.host, 8484))
    else:
        yield fail("doctor.host_unknown", **facts, reason=error.strerror or str(error))


def _bind_error(host: str, port: int) -> OSError | None:
    """Why nobody could listen there now, or None."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
            trial.listen(1)
    except OSError as error:
        return error
    return None


def _holder(port: int) -> tuple[str, str]:
    """What to say of the program that listens there, and which it is, as far as this user may know."""
    for connection in psutil.net_connections("inet"):
        if connection.status == psutil.CONN_LISTEN and connection.laddr[1:2] == (port,) and connection.pid:
            with suppress(psutil.Error):
                process = psutil.Process(connection.pid)
                code = "doctor.port_other_jarvis" if is_daemon(process.cmdline()) else "doctor.port_taken"
                return code, f"{process.name()}, {process.pid}"
    return "doctor.port_taken", "?"


def _free_port(host: str, above: int) -> int:
    """The nearest port above that is free now."""
    return next((p for p in range(above + 1, min(above + 100, 65536)) if _bind_error(host, p) is None), 0)
