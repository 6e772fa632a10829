"""``jarvis stop``: end the daemon of this user."""

from __future__ import annotations

import time
from contextlib import suppress

import click

from jarvis.texts import say

LIMIT_SECONDS = 30.0
"""Answers have 10 seconds to end, then engines theirs."""


@click.command(help=say("cli.stop"))
def command() -> None:
    from jarvis.config.paths import paths
    from jarvis.daemon import find, held
    from jarvis.errors import Conflict

    address = find(paths())
    if address is None and not held(paths()):
        click.echo(say("daemon.not_running"), err=True)
        return
    import psutil

    pid = address.pid if address else 0  # 0: it is starting or leaving, and has not said who it is
    limit = time.monotonic() + LIMIT_SECONDS
    with suppress(psutil.NoSuchProcess):
        if pid:
            psutil.Process(pid).terminate()
    while held(paths()) or (pid and psutil.pid_exists(pid) and not _is_zombie(pid)):
        if time.monotonic() > limit:
            raise Conflict("daemon.wont_stop", pid=pid or "?", seconds=LIMIT_SECONDS)
        if not pid and (address := find(paths())):  # it was starting
            pid = address.pid
            with suppress(psutil.NoSuchProcess):
                psutil.Process(pid).terminate()
        time.sleep(0.05)
    click.echo(say("daemon.stopped", pid=pid or "?"), err=True)


def _is_zombie(pid: int) -> bool:
    import psutil

    with suppress(psutil.NoSuchProcess):
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    return True
