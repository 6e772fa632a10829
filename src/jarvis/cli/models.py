"""``jarvis models``: what the catalog knows, what is on this disk, whether it is intact, and taking it away."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from jarvis.texts import say

if TYPE_CHECKING:
    from jarvis.catalog.catalog import Catalog
    from jarvis.words.model import Installed, ModelCard, Variant


def _catalog(community: bool = False) -> Catalog:
    from jarvis.catalog.here import catalog
    from jarvis.config.load import load
    from jarvis.config.paths import paths

    return catalog(load({"models.community": "true"} if community else {}).settings, paths())


@click.group(help=say("cli.models"), invoke_without_command=True)
@click.option("--all", "every", is_flag=True, help=say("models.option.all"))
@click.option("--installed", is_flag=True, help=say("models.option.installed"))
@click.option("--community", is_flag=True, help=say("models.option.community"))
@click.option("--api", "api", is_flag=True, help=say("models.option.api"))
@click.option("--json", "as_json", is_flag=True, help=say("models.option.json"))
@click.pass_context
def command(ctx: click.Context, every: bool, installed: bool, community: bool, api: bool, as_json: bool) -> None:
    if ctx.invoked_subcommand is not None:
        return
    if api:
        _api(as_json)
        return
    models = _catalog(community or installed)
    rows = [_row(models, card, variant, found) for card, variant, found in _listed(models, every, installed)]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    if not rows:
        click.echo(say("models.none"), err=True)
        return
    _print(rows)
    if not installed:
        click.echo("\n" + say("models.sets", sets=", ".join(models.sets())), err=True)
        _api(as_json=False)


def _api(as_json: bool) -> None:
    """The models that providers run."""
    from jarvis.cli.api_models import rows, show_table
    from jarvis.config.load import load

    found = rows(load({}).settings)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        show_table(found)


def _listed(models: Catalog, every: bool, installed: bool) -> Iterator[tuple[ModelCard, Variant, Installed | None]]:
    """Of each card what is here, else what a pull would fetch; with ``every`` all its quantisations."""
    here: dict[str, list[Installed]] = {}
    for found in models.installed():
        here.setdefault(found.card.id, []).append(found)
    for card in models.cards() if not installed else [found[0].card for found in here.values()]:
        mine = {found.variant.quantization: found for found in here.get(card.id, [])}
        yield from ((card, found.variant, found) for found in mine.values())
        if installed or (mine and not every):
            continue
        others = [v for v in card.variants if v.quantization not in mine]
        begun = [v for v in others if models.present_bytes(card, v) or models.broken(card, v)]
        yield from ((card, variant, None) for variant in (others if every else begun or others[:1]))


def _row(models: Catalog, card: ModelCard, variant: Variant, found: Installed | None) -> dict[str, Any]:
    return {
        "id": card.id,
        "name": card.name,
        "kind": card.kind,
        "quantization": variant.quantization,
        "format": variant.format,
        "engines": list(variant.engines),
        "bytes": variant.bytes,
        "present_bytes": variant.bytes if found else models.present_bytes(card, variant),
        "context": card.context,
        "parameters": card.parameters,
        "languages": list(card.languages),
        "licence": card.licence,
        "commercial_use": card.commercial_use,
        "gated": card.gated,
        "capabilities": sorted(card.capabilities),
        "specialties": list(card.specialties),
        "catalog": card.catalog,
        "installed": found is not None,
        "damaged": found is None and models.broken(card, variant) is not None,
        "path": str(found.path) if found else None,
    }


def _print(rows: list[dict[str, Any]]) -> None:
    from rich.filesize import decimal

    from jarvis.cli.table import show as show_table

    columns = ("id", "quantization", "size", "context", "languages", "licence", "here")
    table = []
    for row in rows:
        languages = row["languages"]
        here = say("models.own") if row["installed"] and row["quantization"] == "own" else say("models.yes")
        part = f"{100 * row['present_bytes'] // row['bytes']} %" if row["present_bytes"] else ""
        table.append(
            [
                row["id"],
                row["quantization"],
                decimal(row["bytes"]),
                str(row["context"] or ""),
                " ".join(languages[:4]) + (" …" if len(languages) > 4 else ""),
                row["licence"] + ("" if row["commercial_use"] else " *"),
                here if row["installed"] else say("models.damaged_short") if row["damaged"] else part,
            ]
        )
    show_table([say(f"models.column.{name}") for name in columns], table, right=(2, 3))
    if any(not row["commercial_use"] for row in rows):
        click.echo("* " + say("models.not_commercial_short"), err=True)


@command.command("show", help=say("models.show"))
@click.argument("id")
@click.option("--json", "as_json", is_flag=True, help=say("models.option.json"))
def show(id: str, as_json: bool) -> None:
    from rich.filesize import decimal

    if _shown_api(id, as_json):
        return
    models = _catalog(community=True)
    card = models.card(id)
    if as_json:
        here = {i.variant.quantization: str(i.path) for i in models.installed() if i.card.id == card.id}
        click.echo(json.dumps(asdict(card) | {"installed": here}, ensure_ascii=False, indent=1, default=sorted))
        return
    click.secho(f"{card.name} ({card.id})", bold=True)
    for field, text in _facts(card):
        if text:
            click.echo(f"{say(f'models.field.{field}')}: {text}")
    for variant in card.variants:
        found = models.own(card) or models.here(card, variant)
        state = str(found.path) if found else ""
        engines = ", ".join(variant.engines)
        click.echo(f"  {variant.quantization:<10} {decimal(variant.bytes):>9}  {variant.format} ({engines})  {state}")
        for file in variant.files:
            for source in file.sources:
                click.echo(click.style(f"             {source}", dim=True))


def _shown_api(id: str, as_json: bool) -> bool:
    """Whether ``id`` is a model of a provider, which has then been shown."""
    from jarvis.catalog.api_cards import api_models, find
    from jarvis.cli.api_models import rows, show_one
    from jarvis.config.load import load

    settings = load({}).settings
    card = find(api_models(settings), id)
    if card is None:
        return False
    row = next(row for row in rows(settings) if row["id"] == card.id)
    if as_json:
        click.echo(json.dumps(row, ensure_ascii=False, indent=1))
    else:
        show_one(card, row["state"])
    return True


def _facts(card: ModelCard) -> Iterator[tuple[str, str]]:
    limits = [say("models.not_commercial_short")] * (not card.commercial_use) + [say("models.gated_short")] * card.gated
    shape = card.architecture
    yield "family", card.family
    yield "kind", card.kind
    yield "catalog", card.catalog
    yield "licence", ", ".join([card.licence, *limits])
    yield "languages", " ".join(card.languages)
    yield "context", str(card.context or "")
    yield "parameters", f"{card.parameters / 1e9:.2f} G" if card.parameters else ""
    yield "aliases", ", ".join(card.aliases)
    yield "capabilities", ", ".join(sorted(card.capabilities))
    yield "specialties", ", ".join(card.specialties)
    yield "difficulty_range", f"{card.difficulty_range[0]}-{card.difficulty_range[1]}"
    yield "architecture", ", ".join(f"{k} {v}" for k, v in asdict(shape).items() if v)
    yield "sampling", ", ".join(f"{k} {v}" for k, v in card.sampling.items())
    yield "template_notes", card.template_notes
    yield "scores", "; ".join(f"{s.benchmark} {s.value:.3g} ({s.specialty}, {s.source})" for s in card.scores)
    yield "notes", card.notes


@command.command("verify", help=say("models.verify"))
@click.argument("id", required=False)
def verify(id: str | None) -> int:
    from jarvis.catalog.catalog import spoken
    from jarvis.catalog.upkeep import verify as hash_again
    from jarvis.cli.main import report
    from jarvis.errors import JarvisError

    models = _catalog(community=True)
    chosen = [models.find(id)] if id else models.installed()
    if not chosen:
        click.echo(say("models.none"), err=True)
    wrong = False
    for model in chosen:
        name = spoken(model.card, model.variant)
        if models.own(model.card):
            click.echo(say("models.own_unchecked", name=name))
            continue
        try:
            damaged = hash_again(models, model)
        except JarvisError as error:
            report(error)
            wrong = True
            continue
        for file, _, found in damaged:
            code = "models.damaged" if found else "models.gone"
            click.echo(f"{click.style('✗', fg='red')} " + say(code, None, name=name, file=file, found=found), err=True)
        if damaged:
            wrong = True
            click.echo(f"  {click.style('→', fg='cyan')} " + say("models.mend", name=name), err=True)
        else:
            click.echo(f"{click.style('✓', fg='green')} " + say("models.intact", name=name))
    return 1 if wrong else 0


@command.command("remove", help=say("models.remove"))
@click.argument("ids", nargs=-1, required=True, metavar="ID[:QUANT]...")
@click.option("--yes", "-y", is_flag=True, help=say("models.option.yes"))
def remove(ids: tuple[str, ...], yes: bool) -> int:
    from rich.filesize import decimal

    from jarvis.catalog.catalog import spoken
    from jarvis.catalog.upkeep import remove as delete
    from jarvis.cli.fleet import running
    from jarvis.cli.terminal import agreed
    from jarvis.errors import JarvisError

    models = _catalog(community=True)
    for name in ids:
        card, variant = models.wanted(name)
        present = [v for v in card.variants if models.folder(card, v).exists()]
        for one in [variant] if ":" in name or not present else present:
            size = one.bytes if models.here(card, one) else models.present_bytes(card, one)
            sure = say("models.remove_sure", name=spoken(card, one), size=decimal(size))
            if present and sys.stdin.isatty() and not yes and not agreed(sure):
                return 1
            with suppress(JarvisError):  # it is not loaded; or it answers, and goes when it is idle
                running("POST", "/fleet/unload", {"model": spoken(card, one), "force": False})
            click.echo(say("models.removed", name=spoken(card, one), size=decimal(delete(models, card, one))))
    return 0
