"""``jarvis setup``: look at the machine, propose models that fit it, and fetch them after a yes."""

from __future__ import annotations

import json
from pathlib import Path

import click

from jarvis.texts import language, say


@click.command(help=say("cli.setup"))
@click.option("--hardware", type=click.Path(path_type=Path), help=say("cli.plan.option.hardware"))
@click.option("--yes", "-y", is_flag=True, help=say("cli.option.yes"))
@click.option("--json", "as_json", is_flag=True, help=say("cli.setup.option.json"))
def command(hardware: Path | None, yes: bool, as_json: bool) -> int:
    from jarvis.catalog.here import catalog
    from jarvis.cli.planning import surveyor
    from jarvis.cli.pulling import pull_with_bar
    from jarvis.cli.terminal import agreed
    from jarvis.config.load import load
    from jarvis.config.paths import paths
    from jarvis.fleet.proposal import propose
    from jarvis.fleet.refusals import short_names
    from jarvis.registry import names

    settings, where = load().settings, paths()
    models, engines = catalog(settings, where), names("jarvis.engines")
    places = surveyor(hardware).devices
    chosen = propose(models.cards(), places, language(), settings.models.context)
    called = short_names(places)
    missing = []
    lines = []
    for choice in chosen:
        card, variant = choice.option.card, choice.option.variant
        present = models.own(card) is not None or models.here(card, variant) is not None
        usable = choice.option.engine in engines
        if usable and not present:
            missing.append((card, variant))
        lines.append(
            {
                "role": choice.role,
                "model": card.id,
                "quantisation": variant.quantization,
                "bytes": variant.bytes,
                "devices": list(choice.option.placement.devices),
                "tokens_per_second": round(choice.option.placement.tokens_per_second, 1),
                "here": present,
                "usable": usable,
            }
        )
    size = sum(variant.bytes for _, variant in missing)
    if as_json:
        click.echo(json.dumps({"models": lines, "fetch_bytes": size}, ensure_ascii=False))
        return 0
    if not chosen:
        click.echo(say("fleet.setup.nothing"))
        return 1
    click.echo(say("fleet.setup.head"))
    for line, choice in zip(lines, chosen, strict=True):
        speed = say("fleet.setup.speed", speed=line["tokens_per_second"]) if choice.option.card.kind == "chat" else ""
        text = say(
            "fleet.setup.line",
            role=say(f"fleet.role.{choice.role}"),
            model=line["model"],
            quantization=line["quantisation"],
            size=choice.option.variant.bytes / 1e9,
            on=" + ".join(called[device] for device in choice.option.placement.devices),
            speed=speed,
        )
        after = say("fleet.setup.here") if line["here"] else "" if line["usable"] else say("fleet.setup.later")
        click.echo(f"  {text}{after}")
    if not missing:
        click.echo(say("fleet.setup.done"))
        return 0
    if not yes and not agreed(say("fleet.setup.ask", size=size / 1e9)):
        return 1
    for card, variant in missing:
        pull_with_bar(models, card, variant)
    click.echo(say("fleet.setup.done"))
    return 0
