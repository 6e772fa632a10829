"""``jarvis bench models``: how fast the models here are, what they take, and how well they answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from jarvis.texts import say

QUICK = 40
"""Questions of ``--quick``: five of each specialty."""


@click.group(help=say("cli.bench"))
def command() -> None: ...


@command.command("models", help=say("cli.bench.models"))
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--tokens", default=128, show_default=True, type=click.IntRange(8, 4096), help=say("cli.bench.tokens"))
@click.option("--minutes", default=5.0, show_default=True, type=click.FloatRange(0), help=say("cli.bench.minutes"))
@click.option("--quick", is_flag=True, help=say("cli.bench.quick", count=QUICK))
@click.option("--json", "as_json", is_flag=True, help=say("cli.option.json"))
def models(ids: tuple[str, ...], tokens: int, minutes: float, quick: bool, as_json: bool) -> None:
    from jarvis.catalog.here import catalog
    from jarvis.cli.fleet import asked, table
    from jarvis.config.load import load
    from jarvis.config.paths import paths

    here = catalog(load().settings, paths()).installed()
    names = ids or tuple(dict.fromkeys(m.card.id for m in here if m.card.kind == "chat"))
    found: list[dict[str, Any]] = []
    for name in names:
        click.echo(say("cli.bench.running", model=name), err=True)
        found.append(asked("POST", "/fleet/measure", {"model": name, "tokens": tokens}))
        if minutes:
            from jarvis.cli.benched import ask_all

            ask_all(found[-1]["model"], found[-1]["engine"], 60 * minutes, QUICK if quick else None)
    if not found:
        if as_json:
            click.echo(json.dumps({"measured": [], "abilities": []}))
        else:
            click.echo(say("cli.bench.nothing"), err=True)
        return
    from jarvis.cli.benched import abilities, draw

    able = abilities({m["model"] for m in found})
    if as_json:
        click.echo(json.dumps({"measured": found, "abilities": able}, ensure_ascii=False))
    else:
        table(found)
        draw(able)


@command.command("voice", help=say("cli.bench.voice"))
@click.option(
    "--data", required=True, type=click.Path(dir_okay=False, path_type=Path), help=say("cli.bench.voice.data")
)
@click.option("--hints", type=click.Path(dir_okay=False, path_type=Path), help=say("cli.bench.voice.hints"))
@click.option("--model", "-m", default="auto", help=say("hear.option.model"))
@click.option("--json", "as_json", is_flag=True, help=say("cli.option.json"))
def voice(data: Path, hints: Path | None, model: str, as_json: bool) -> None:
    from jarvis.cli.bench_voice import run

    run(data, hints, model, as_json)
