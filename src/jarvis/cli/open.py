"""``jarvis open``: the page, in the browser."""

from __future__ import annotations

import asyncio
import json
import os

import click

from jarvis.texts import say


@click.command(help=say("cli.open"))
@click.option("--print", "only_print", is_flag=True, help=say("cli.open.option.print"))
@click.option("--json", "as_json", is_flag=True, help=say("cli.option.json"))
def command(only_print: bool, as_json: bool) -> None:
    url, seconds = asyncio.run(_entrance())
    opened = not only_print and _opened(url)
    if as_json:
        click.echo(json.dumps({"url": url, "seconds": seconds, "opened": opened}))
    elif opened:
        click.echo(say("cli.open.opened"), err=True)
    else:
        if not only_print:
            click.echo(say("cli.open.no_browser"), err=True)
        click.echo(url)
        click.echo(say("cli.open.once", seconds=seconds), err=True)


async def _entrance() -> tuple[str, float]:
    """The address to enter by, and for how many seconds. The code is in its fragment, which browsers send to nobody."""
    from jarvis.client import connect
    from jarvis.config.load import load
    from jarvis.config.paths import paths

    async with connect(load(), paths(), "cli", tell=lambda text: click.echo(text, err=True)) as client:
        body = await client.json("POST", "/page/code")
        return f"{client.address.url}/page/enter#{body['code']}", body["seconds"]


def _opened(url: str) -> bool:
    """Whether a browser took it. Without a screen there are only those of the terminal, which cannot run the page."""
    import webbrowser

    if not any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")):
        return False
    return webbrowser.open(url)
