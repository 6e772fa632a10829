"""``jarvis top``: devices, models, requests and money, live; as text, once, where there is no terminal."""

from __future__ import annotations

import sys

import click

from jarvis.texts import say


@click.command(help=say("cli.top"))
@click.option("--once", is_flag=True, help=say("top.option.once"))
@click.option("--json", "as_json", is_flag=True, help=say("cli.option.json"))
@click.option(
    "--every",
    metavar="S",
    type=click.FloatRange(0.2, 3600),
    default=1.0,
    show_default=True,
    help=say("top.option.every"),
)
def command(once: bool, as_json: bool, every: float) -> None:
    if as_json or once or not (sys.stdin.isatty() and sys.stdout.isatty()):
        from jarvis.cli.frame import show

        show(as_json=as_json)
        return
    from jarvis.cli.live import Top
    from jarvis.config.load import load
    from jarvis.config.paths import paths
    from jarvis.texts import prefer

    prefer(load().settings.language)
    Top(paths(), every).run()
