"""``jarvis open``: the page, in the browser; with ``--qr`` in that of a phone."""

from __future__ import annotations

import asyncio
import json
import os
import sys

import click

from jarvis.texts import say


@click.command(help=say("cli.open"))
@click.option("--print", "only_print", is_flag=True, help=say("cli.open.option.print"))
@click.option("--qr", "as_qr", is_flag=True, help=say("cli.open.option.qr"))
@click.option("--json", "as_json", is_flag=True, help=say("cli.option.json"))
def command(only_print: bool, as_qr: bool, as_json: bool) -> None:
    url, seconds = asyncio.run(_entrance(as_qr))
    opened = not only_print and not as_qr and _opened(url)
    if as_json:
        click.echo(json.dumps({"url": url, "seconds": seconds, "opened": opened}))
        return
    if opened:
        click.echo(say("cli.open.opened"), err=True)
        return
    if as_qr:
        from jarvis.cli.phone import qr

        click.echo(qr(url, sys.stdout))
    elif not only_print:
        click.echo(say("cli.open.no_browser"), err=True)
    click.echo(url)
    click.echo(say("cli.open.once", seconds=seconds), err=True)


async def _entrance(for_phone: bool) -> tuple[str, float]:
    """The address to enter by, and for how many seconds. The code is in its fragment, which browsers send to nobody.

    Raises Conflict when it is for a phone and none can reach the daemon.
    """
    from jarvis.client import connect
    from jarvis.config.load import load
    from jarvis.config.paths import paths
    from jarvis.errors import Conflict

    where = paths()
    async with connect(load(), where, "cli", tell=lambda text: click.echo(text, err=True)) as client:
        if for_phone and not client.address.house:
            raise Conflict("authority.no_phone", url=client.address.url)
        body = await client.json("POST", "/page/code")
        base = client.address.house if for_phone else client.address.url
        if for_phone and client.address.certificate == str(where.authority):
            click.echo(say("authority.trust_first", url=f"{base}/page/authority.crt"), err=True)
        return f"{base}/page/enter#{body['code']}", body["seconds"]


def _opened(url: str) -> bool:
    """Whether a browser took it. Without a screen there are only those of the terminal, which cannot run the page."""
    import webbrowser

    if not any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")):
        return False
    return webbrowser.open(url)
