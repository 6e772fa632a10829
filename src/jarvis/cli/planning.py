"""What ``jarvis plan`` looks at and how it is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.text import Text

from jarvis.catalog.here import catalog
from jarvis.config.load import load, read
from jarvis.config.paths import paths, written
from jarvis.config.plan import Known, KnownVariant, Surroundings, convert, meant, parse
from jarvis.errors import ConfigError
from jarvis.fleet.outlook import Asked, Option, Outlook, best, outlook, together
from jarvis.fleet.refusals import reason, short_names
from jarvis.hardware.devices import devices, uuid_of_index
from jarvis.hardware.inventory import Inventory
from jarvis.registry import names
from jarvis.texts import say
from jarvis.words.fleet import Device
from jarvis.words.hardware import Machine

MIB = 1 << 20
BAR = 60
COLOURS = ("cyan", "magenta", "green", "yellow", "blue", "red")


@dataclass(frozen=True, slots=True)
class Survey:
    """Everything that was found out.

    ``chosen`` is how each model would best be run, by the key of its ``Asked``, ``placed`` those that can be loaded at
    the same time, ``unknown`` entries of the plan that the catalog does not know, ``notes`` what else is wrong in it.
    """

    devices: tuple[Device, ...]
    outlooks: list[Outlook]
    chosen: dict[str, Option]
    placed: dict[str, Option]
    unknown: list[tuple[str, str]]
    notes: list[str]
    context: int


def here(hardware: Path | None) -> Machine:
    """The machine: as it is, or as a file declares it. Raises ConfigError for a file that is none."""
    file = None if hardware is None else written(str(hardware), Path.cwd())
    return Inventory(file or load().settings.hardware.file).now()


def asked_by_name(names: Sequence[str], *, everything: bool) -> list[Asked]:
    """The models of these names; with ``everything`` and no name, those that are here. Raises NotFound."""
    models = catalog(load().settings, paths())
    if everything:
        return [Asked(m.card.id, m.card, m.variant) for m in models.installed() if m.card.kind == "chat"]
    found = []
    for name in dict.fromkeys(names):
        id, _, quantization = name.partition(":")
        card = models.card(id)
        found.append(Asked(name, card, models.variant(card, quantization) if quantization else None))
    return found


def asked_by_plan(source: Path, machine: Machine) -> tuple[list[Asked], list[tuple[str, str]], list[str]]:
    """What the plan's own file asks for, the entries that the catalog does not know, and what has to be corrected.

    Raises ConfigError.
    """
    file = written(str(source), Path.cwd())
    text = read(file)
    if text is None:
        raise ConfigError("config.missing", path=file)
    cards = {card.id: card for card in catalog(load().settings, paths()).cards()}
    known = {
        id: Known((c.name, *c.aliases), tuple(KnownVariant(v.quantization, v.bytes, v.engines) for v in c.variants))
        for id, c in cards.items()
    }
    asked, unknown = [], []
    plan = parse(text, file).model_copy(update={"api_models": {}})
    notes = convert(plan, Surroundings(known, names("jarvis.engines"), Path.exists), file.parent).notices
    for key, model in plan.models.items():
        found = meant(model, known)
        if found is None:
            unknown.append((key, model.name))
            continue
        id, quantization, engine = found
        variant = next((v for v in cards[id].variants if v.quantization == quantization), None)
        card = None if model.gpu_id is None else uuid_of_index(machine, model.gpu_id)
        # of a quantisation that the catalog lacks any other of the model is looked at, with whatever engine runs it
        asked.append(Asked(key, cards[id], variant, engine if variant and engine in variant.engines else None, card))
    return asked, unknown, [say(note.code, None, **note.facts) for note in notes]


def survey(
    asked: Sequence[Asked], unknown: list[tuple[str, str]], notes: list[str], machine: Machine, context: int | None
) -> Survey:
    """How all of them would run."""
    settings = load().settings
    places = devices(machine, settings.hardware.reserve_mib * MIB)
    others = [c for c in catalog(settings, paths()).cards() if c.commercial_use and not c.gated]
    tokens = context or settings.models.context
    outlooks = [outlook(a, places, tokens, settings.models.parallel, others) for a in asked]
    chosen = {look.asked.key: option for look in outlooks if (option := best(look)) is not None}
    return Survey(places, outlooks, chosen, together(chosen, places), unknown, notes, tokens)


def body(found: Survey) -> dict[str, object]:
    """As JSON."""
    return {
        "devices": [
            {
                "uuid": device.id,
                "name": device.name,
                "memory_mib": device.total // MIB,
                "used_mib": (device.total - device.free) // MIB,
                "reserve_mib": device.reserve // MIB,
                "placed": [
                    {"model": key, "mib": -(-option.placement.need[device.id] // MIB)}
                    for key, option in found.placed.items()
                    if device.id in option.placement.need
                ],
            }
            for device in found.devices
        ],
        "models": [_model(o, found) for o in found.outlooks]
        + [
            {
                "model": key,
                "quantisation": None,
                "weights_bytes": None,
                "kv_bytes_per_token": None,
                "feasible": False,
                "devices": [],
                "reason": say("fleet.plan.unknown", name=name),
                "tokens_per_second": None,
                "alternatives": [],
            }
            for key, name in found.unknown
        ],
        "notes": found.notes,
    }


def _model(look: Outlook, found: Survey) -> dict[str, object]:
    option = look.option
    return {
        "model": look.asked.key,
        "id": look.asked.card.id,
        "quantisation": look.variant.quantization,
        "engine": look.engine,
        "weights_bytes": look.footprint.weights,
        "kv_bytes_per_token": look.footprint.kv_per_token,
        "feasible": option is not None,
        "devices": [] if option is None else list(option.placement.devices),
        "reason": said(look, found),
        "tokens_per_second": None if option is None else round(option.placement.tokens_per_second, 1),
        **({} if option is None else _how(option)),
        "alternatives": [
            {
                "model": o.card.id,
                "quantisation": o.variant.quantization,
                "engine": o.engine,
                "devices": list(o.placement.devices),
                "tokens_per_second": round(o.placement.tokens_per_second, 1),
                **_how(o),
            }
            for o in look.alternatives
        ],
    }


def _how(option: Option) -> dict[str, object]:
    placement = option.placement
    return {
        "context": option.context,
        "cache": placement.mode.cache,
        "parallel": placement.mode.parallel,
        "layers": {split.device: split.units for split in placement.split},
        "experts_in_ram": placement.experts_in_ram,
        "mib": {device: -(-size // MIB) for device, size in placement.need.items()},
    }


def said(look: Outlook, found: Survey) -> str:
    """One sentence: how it would run, or why not."""
    if look.option is None:
        return reason(look, found.devices)
    called = short_names(found.devices)
    on = ", ".join(called[d] for d in look.option.placement.devices)
    how = look.option.placement
    if look.asked.card.kind != "chat":
        return say(
            "fleet.plan.sits", quantization=look.variant.quantization, weights=look.footprint.weights / 1e9, on=on
        )
    return say(
        "fleet.plan.fits",
        quantization=look.variant.quantization,
        weights=look.footprint.weights / 1e9,
        on=on,
        context=look.option.context,
        cache=how.mode.cache,
        parallel=how.mode.parallel,
        speed=how.tokens_per_second,
    )


def draw(found: Survey) -> None:
    """The devices as bars, then each model with its reasons and what would work instead."""
    console = Console(highlight=False)
    colours = {key: COLOURS[i % len(COLOURS)] for i, key in enumerate(found.placed)}
    width = max(20, min(BAR, console.width - 2))
    for device in found.devices:
        parts = [(device.total - device.free, say("fleet.plan.used"), "bright_black")]
        parts += [
            (o.placement.need[device.id], key, colours[key])
            for key, o in found.placed.items()
            if o.placement.need.get(device.id)
        ]
        parts.append((device.reserve, say("fleet.plan.reserve"), "white"))
        console.print(Text(f"{device.name} · {device.total // MIB:,} MiB", style="bold"))
        console.print(bar(parts, device.total, width))
        left = device.total - sum(size for size, _, _ in parts)
        legend = Text()
        for size, name, colour in parts:
            if size:
                legend.append("■ ", style=colour).append(f"{name} {-(-size // MIB):,}   ")
        console.print(legend.append(say("fleet.plan.free", mib=max(0, left) // MIB)))
    console.print()
    for look in found.outlooks:
        sign, colour = ("✓", "green") if look.option else ("✗", "red")
        console.print(
            Text(sign, style=colour).append(f" {look.asked.key}", style="bold").append(f"  {said(look, found)}")
        )
        for option in look.alternatives:
            console.print(Text(f"    {_line(option, found)}"))
    for key, name in found.unknown:
        console.print(Text("✗", style="red").append(f" {key}  {say('fleet.plan.unknown', name=name)}"))
    waiting = [key for key in found.chosen if key not in found.placed]
    if waiting:  # never one alone: what can be run at all can be run when nothing else is loaded
        console.print(Text(say("fleet.plan.in_turns", models=", ".join(waiting))))
    for note in found.notes:
        console.print(Text(f"- {note}", style="bright_black"))
    if not found.outlooks and not found.unknown:
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


def bar(parts: Sequence[tuple[int, str, str]], total: int, width: int) -> Text:
    """Parts of a whole, in characters: what is there gets one at least."""
    line, drawn = Text(), 0
    for size, _, colour in parts:
        cells = min(width - drawn, max(1, round(size * width / total)) if size else 0) if total else 0
        line.append("█" * cells, style=colour)
        drawn += cells
    return line.append("░" * (width - drawn), style="bright_black")
