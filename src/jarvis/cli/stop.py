"""``jarvis stop``: end the daemon of this user."""

from __future__ import annotations

import click

from jarvis.texts import say


@click.command(help=say("cli.stop"))
def command() -> None:
    from jarvis.config.paths import paths
    from jarvis.daemon import stop

    pid = stop(paths())
    click.echo(say("daemon.not_running") if pid is None else say("daemon.stopped", pid=pid), err=True)
