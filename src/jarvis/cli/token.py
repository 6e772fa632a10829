"""``jarvis token``: print the owner's access token, or replace it."""

from __future__ import annotations

import click

from jarvis.texts import say


@click.command("token", help=say("server.token_help"))
@click.option("--rotate", is_flag=True, help=say("server.token_rotate_help"))
def command(rotate: bool) -> None:
    from jarvis.config.paths import paths
    from jarvis.server import token_file

    path = paths().token
    if rotate:
        token = token_file.renew(path)
        click.echo(say("server.token_rotated"), err=True)
    else:
        token = token_file.obtain(path)
    click.echo(token)
