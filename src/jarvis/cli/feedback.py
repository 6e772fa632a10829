"""``jarvis feedback``: say that an answer was good or bad, or take it back; it moves who answers next time."""

from __future__ import annotations

import json

import click

from jarvis.cli.terminal import named, shown
from jarvis.texts import say


@click.command(help=named(say("cli.feedback.help")))
@click.argument("verdict", type=click.Choice(["up", "down", "undo"]))
@click.argument("exchange", metavar="[ID]", required=False)
@click.option("--model", help=say("cli.feedback.option.model"))
@click.option("--json", "as_json", is_flag=True, help=say("cli.option.json"))
def command(verdict: str, exchange: str | None, model: str | None, as_json: bool) -> None:
    from jarvis.cli.fleet import asked

    body = asked("POST", "/jarvis/feedback", {"verdict": verdict, "exchange": exchange, "model": model})
    if as_json:
        click.echo(shown(json.dumps(body, ensure_ascii=False)))
        return
    click.echo(say(f"cli.feedback.{verdict}", model=shown(body["model"])))
    if not body["learned"]:
        click.echo(say("cli.feedback.off"), err=True)
