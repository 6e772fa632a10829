"""The Jarvis in the background, if any: it answers, it is this version, and it is the only one."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

import psutil

from jarvis.config.paths import paths
from jarvis.doctor.base import Daemon, Finding, Patient, fail, ok, warn
from jarvis.version import __version__

ANSWER_SECONDS = 2.0


def check(patient: Patient) -> Iterator[Finding]:
    here = patient.daemon
    if here is None:
        yield ok("doctor.no_daemon")
    elif reason := _silent(here):
        yield fail("doctor.daemon_silent", pid=here.pid, url=here.url, reason=reason)
    elif here.version != __version__:
        yield warn("doctor.daemon_other_version", running=here.version, mine=__version__)
    else:
        yield ok("doctor.daemon", pid=here.pid, url=here.url)
    for pid in _others(patient, here.pid if here else 0):
        yield fail("doctor.second_daemon", pid=pid)


def _silent(here: Daemon) -> str:
    """Why it cannot be reached, or an empty string."""
    address = urlsplit(here.url)
    try:
        with socket.create_connection((address.hostname, address.port), ANSWER_SECONDS):
            return ""
    except OSError as error:
        return error.strerror or str(error)


def is_daemon(command: Sequence[str]) -> bool:
    """Whether a process that was started by these words is a Jarvis that serves."""
    return "serve" in command and any(word.endswith(("jarvis", "jarvis.cli.main")) for word in command)


def _others(patient: Patient, mine: int) -> Iterator[int]:
    """Processes of this user that are a daemon with the same folders, but not the one that holds the lock."""
    for process in psutil.process_iter(["cmdline"]):
        if process.pid == mine or not is_daemon(process.info["cmdline"] or []):
            continue
        try:
            if paths(process.environ()).lock == patient.paths.lock:
                yield process.pid
        except psutil.Error:
            continue
