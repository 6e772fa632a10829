"""``jarvis stop``: end the daemon of this user."""

from __future__ import annotations

import time

import click

from jarvis.texts import say

LIMIT_SECONDS = 15.0


@click.command(help=say("cli.stop"))
def command() -> None:
    from jarvis.config.paths import paths
    from jarvis.daemon import find
    from jarvis.errors import Conflict

    address = find(paths())
    if address is None:
        click.echo(say("daemon.not_running"), err=True)
        return
    import psutil

    limit = time.monotonic() + LIMIT_SECONDS
    try:
        process = psutil.Process(address.pid)
        process.terminate()
    except psutil.NoSuchProcess:
        process = None
    while process is not None and process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        if time.monotonic() > limit:
            raise Conflict("daemon.wont_stop", pid=address.pid, seconds=LIMIT_SECONDS)
        time.sleep(0.05)
    click.echo(say("daemon.stopped", pid=address.pid), err=True)
