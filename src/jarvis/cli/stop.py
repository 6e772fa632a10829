"""``jarvis stop``: end the daemon of this user."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from jarvis.texts import say

if TYPE_CHECKING:
    from jarvis.daemon import Address


@click.command(help=say("cli.stop"))
def command() -> None:
    from jarvis.config.paths import paths
    from jarvis.daemon import holder

    address = holder(paths())
    if address is None:
        click.echo(say("daemon.not_running"), err=True)
        return
    end(address)
    click.echo(say("daemon.stopped", pid=address.pid), err=True)


def end(address: Address) -> None:
    """Tell a daemon to leave, and wait until it is gone. Raises Conflict when that takes too long."""
    import psutil

    from jarvis.daemon import STOP_SECONDS
    from jarvis.errors import Conflict

    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(address.pid)
        process.terminate()
        limit = time.monotonic() + STOP_SECONDS
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            if time.monotonic() > limit:
                raise Conflict("daemon.wont_stop", pid=address.pid, seconds=STOP_SECONDS)
            time.sleep(0.05)
