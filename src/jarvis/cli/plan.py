"""``jarvis plan``: which models this machine, or one that is declared, could run, where, and how fast."""

from __future__ import annotations

import json
from pathlib import Path

import click

from jarvis.texts import say


@click.command(help=say("cli.plan"))
@click.argument("models", nargs=-1)
@click.option("--hardware", type=click.Path(path_type=Path), help=say("cli.plan.option.hardware"))
@click.option("--from", "source", type=click.Path(path_type=Path), help=say("cli.plan.option.from"))
@click.option("--context", type=click.IntRange(256), help=say("cli.plan.option.context"))
@click.option("--json", "as_json", is_flag=True, help=say("cli.option.json"))
def command(
    models: tuple[str, ...], hardware: Path | None, source: Path | None, context: int | None, as_json: bool
) -> None:
    from jarvis.cli.importing import plan_text
    from jarvis.cli.planning import draw, surveyor
    from jarvis.config.paths import written
    from jarvis.fleet.surveyed import body

    look = surveyor(hardware, context)
    file = Path() if source is None else written(str(source), Path.cwd())
    text = None if source is None else plan_text(file)
    found = look.survey(look.asked(models, text, file))
    if as_json:
        click.echo(json.dumps(body(found), ensure_ascii=False))
        return
    draw(found)
