"""What ``jarvis plan`` looks at and how it is drawn."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.text import Text

from jarvis.catalog.here import catalog
from jarvis.cli.bars import BAR, COLOURS, bar
from jarvis.cli.fleet import running
from jarvis.config.load import load
from jarvis.config.paths import paths, written
from jarvis.errors import ConfigError, JarvisError
from jarvis.fleet.outlook import Option
from jarvis.fleet.refusals import numbered, short_names
from jarvis.fleet.survey import MIB, Survey, Surveyor
from jarvis.fleet.surveyed import said
from jarvis.hardware.inventory import Inventory
from jarvis.texts import say


def surveyor(hardware: Path | None, context: int | None = None) -> Surveyor:
    """Who looks at the machine as it is, or as a file declares it. Raises ConfigError for a file that is none."""
    settings = load().settings
    file = settings.hardware.file if hardware is None else written(str(hardware), Path.cwd())
    try:
        machine = Inventory(file).now()
    except ConfigError as error:
        if hardware is None or error.code != "hardware.declared_unreadable":
            raise
        raise ConfigError("hardware.no_machine", param=None, **error.facts) from error  # which no setting mends
    loaded = None
    if not machine.declared:
        try:
            loaded = running("GET", "/fleet")
        except JarvisError:
            loaded = None  # one that does not answer, or is just leaving: what it holds counts as anybody's
    return Surveyor(settings, catalog(settings, paths()), machine, loaded, context)


def draw(found: Survey) -> None:
    """The devices as bars, then each model with its reasons and what would work instead."""
    console = Console(highlight=False)
    colours = {key: COLOURS[i % len(COLOURS)] for i, key in enumerate(found.placed)}
    width = max(20, min(BAR, console.width - 2))
    for device, name in zip(found.devices, numbered(d.name for d in found.devices), strict=True):
        parts = [(device.total - device.free, say("fleet.plan.used"), "bright_black")]
        parts += [
            (o.placement.need[device.id], key, colours[key])
            for key, o in found.placed.items()
            if o.placement.need.get(device.id)
        ]
        left = max(0, device.total - sum(size for size, _, _ in parts))
        parts.append((min(left, device.reserve), say("fleet.plan.reserve"), "white"))
        console.print(Text(f"{name} · {device.total // MIB:,} MiB", style="bold"))
        console.print(bar(parts, device.total, width))
        legend = Text()
        for size, what, colour in parts:
            if size:
                legend.append("■ ", style=colour).append(f"{what} {-(-size // MIB):,}   ")
        console.print(legend.append(say("fleet.plan.free", mib=max(0, left - device.reserve) // MIB)))
    console.print()
    for look in found.outlooks:
        sign, colour = ("✓", "green") if look.option else ("✗", "red")
        console.print(
            Text(sign, style=colour).append(f" {look.asked.key}", style="bold").append(f"  {said(look, found)}")
        )
        for option in look.alternatives:
            console.print(Text(f"    {_line(option, found)}"))
    for key, name in found.wanted.unknown:
        console.print(Text("✗", style="red").append(f" {key}  {say('fleet.plan.unknown', name=name)}"))
    if found.in_turns:
        console.print(Text(say("fleet.plan.in_turns", models=", ".join(found.in_turns))))
    for note in found.wanted.notes:
        console.print(Text(f"- {note}", style="bright_black"))
    if not found.outlooks and not found.wanted.unknown:
        console.print(Text(say("fleet.plan.nothing")))


def _line(option: Option, found: Survey) -> str:
    called = short_names(found.devices)
    where = " + ".join(called[device] for device in option.placement.devices)
    experts = (
        say("fleet.plan.experts", count=option.placement.experts_in_ram) if option.placement.experts_in_ram else ""
    )
    return say(
        "fleet.plan.alternative",
        model=option.card.id,
        quantization=option.variant.quantization,
        size=option.variant.bytes / 1e9,
        context=option.context,
        cache=option.placement.mode.cache,
        where=where + experts,
        speed=option.placement.tokens_per_second,
    )
