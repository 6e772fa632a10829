"""``jarvis learn``: read documents; what fails does not stop the rest, what is read is kept."""

from __future__ import annotations

from pathlib import Path

import click

from jarvis.cli.remembering import as_option
from jarvis.texts import say


@click.command(help=say("cli.learn"))
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(readable=False, path_type=Path))
@click.option("--watch/--no-watch", default=True, help=say("learn.option.watch"))
@click.option("--wait", is_flag=True, help=say("learn.option.wait"))
@as_option
@click.option("--json", "as_json", is_flag=True, help=say("cli.option.json"))
def command(paths: tuple[Path, ...], watch: bool, wait: bool, as_json: bool) -> int:
    from jarvis.cli.learning import Learning

    return Learning(paths, watch=watch, wait=wait, as_json=as_json).run()
