"""``jarvis setup``: look at the machine, propose models that fit it, and fetch them after a yes."""

from __future__ import annotations

import json
from pathlib import Path

import click

from jarvis.texts import say


@click.command(help=say("cli.setup"))
@click.option("--hardware", type=click.Path(path_type=Path), help=say("cli.plan.option.hardware"))
@click.option("--yes", "-y", is_flag=True, help=say("cli.option.yes"))
@click.option("--json", "as_json", is_flag=True, help=say("cli.setup.option.json"))
def command(hardware: Path | None, yes: bool, as_json: bool) -> int:
    from jarvis.cli.planning import surveyor
    from jarvis.cli.pulling import pull_with_bar
    from jarvis.cli.terminal import agreed
    from jarvis.fleet.refusals import short_names
    from jarvis.fleet.setup import body, fetch_bytes, proposed

    look = surveyor(hardware)
    found = proposed(look)
    if as_json:
        click.echo(json.dumps(body(found), ensure_ascii=False))
        return 0
    if not found:
        click.echo(say("fleet.setup.nothing"))
        return 1
    click.echo(say("fleet.setup.head"))
    called = short_names(look.devices)
    for model in found:
        option, role = model.choice.option, model.choice.role
        placed = option.placement
        text = say(
            "fleet.setup.line",
            role=say(f"fleet.role.{role}"),
            model=option.card.id,
            quantization=option.variant.quantization,
            size=option.variant.bytes / 1e9,
            on=" + ".join(called[device] for device in placed.devices),
            speed=say("fleet.setup.speed", speed=placed.tokens_per_second) if option.card.kind == "chat" else "",
        )
        after = say("fleet.setup.here") if model.here else "" if model.usable else say("fleet.setup.later")
        click.echo(f"  {text}{after}")
        if model.foreign:
            click.echo(f"    {say('fleet.setup.foreign', languages=', '.join(option.card.languages))}")
    missing = [model.choice.option for model in found if model.missing]
    if not missing:
        click.echo(say("fleet.setup.done"))
        return 0
    if not yes and not agreed(say("fleet.setup.ask", size=fetch_bytes(found) / 1e9)):
        return 1
    for option in missing:
        pull_with_bar(look.models, option.card, option.variant)
    click.echo(say("fleet.setup.done"))
    return 0
