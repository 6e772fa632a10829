"""``jarvis route``: who would answer a question, and why, without answering it."""

from __future__ import annotations

import json

import click

from jarvis.texts import say


@click.command(help=say("cli.route"))
@click.argument("words", nargs=-1)
@click.option("--quality", "-q", help=say("cli.option.quality"))
@click.option("--json", "as_json", is_flag=True, help=say("cli.option.json"))
def command(words: tuple[str, ...], quality: str | None, as_json: bool) -> None:
    from jarvis.cli.ask import question
    from jarvis.cli.deciding import quality_of, show
    from jarvis.cli.fleet import asked

    text = question(" ".join(words))
    told = asked("POST", "/jarvis/route", {"question": text, "quality": quality_of(quality)})
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        show(told)
