"""``jarvis pull``: download models, one by one; what is there is skipped, what fails does not stop the rest."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from jarvis.catalog.catalog import spoken
from jarvis.cli.main import report
from jarvis.cli.terminal import agreed
from jarvis.errors import JarvisError, ModelNotFound, NotFound, UsageError
from jarvis.texts import say

if TYPE_CHECKING:
    from jarvis.catalog.catalog import Catalog
    from jarvis.words.model import ModelCard, Variant


@click.command(help=say("cli.pull"))
@click.argument("ids", nargs=-1, metavar="[ID[:QUANT]]...")
@click.option(
    "--set", "sets", multiple=True, metavar="[NAME]", is_flag=False, flag_value="", help=say("models.option.set")
)
@click.option("--quantization", metavar="QUANT", help=say("models.option.quantization"))
@click.option("--community", is_flag=True, help=say("models.option.community"))
@click.option("--yes", "-y", is_flag=True, help=say("models.option.yes"))
def command(ids: tuple[str, ...], sets: tuple[str, ...], quantization: str | None, community: bool, yes: bool) -> int:
    from rich.filesize import decimal

    from jarvis.catalog.here import catalog
    from jarvis.catalog.manifest import stamp
    from jarvis.cli.pulling import note, pull_with_bar
    from jarvis.config.load import load
    from jarvis.config.paths import paths

    flags = {"models.community": "true"} if community else {}
    models = catalog(load(flags).settings, paths())
    is_off = community and not load().settings.models.community
    if "" in sets:
        _show_sets(models)
        return 0
    names = _names(models, ids, sets)
    wanted, failed = _wanted(models, names, quantization)
    missing = [(card, variant) for card, variant in wanted if _absent(models, card, variant)]
    if len(wanted) > 1:
        size = sum(v.bytes - min(v.bytes, models.present_bytes(c, v)) for c, v in missing)
        click.echo(say("models.sum", count=len(missing), size=decimal(size)), err=True)
        if sets and missing and not yes and sys.stdin.isatty() and not agreed(say("models.go_on")):
            return 1
    for card, variant in wanted:
        name = f"{card.id} {variant.quantization}"
        before = models.here(card, variant)
        old = before and stamp(before.path)
        try:
            found = pull_with_bar(models, card, variant)
        except JarvisError as error:
            report(error)
            failed += 1
            continue
        except KeyboardInterrupt:
            click.echo(say("models.stopped", name=name), err=True)
            raise
        same = models.own(card) or old == stamp(found.path)
        click.echo(
            say("models.already", name=name) if same else say("models.done", name=name, path=found.path), err=True
        )
        if is_off and card.catalog == "community":
            note(say("models.community_off", name=card.id))
    if failed and len(names) > 1:
        click.echo(say("models.failed", failed=failed, count=len(names)), err=True)
    return 1 if failed else 0


def _show_sets(models: Catalog) -> None:
    """Every set: what it is for, and its models with their sizes, those that are here marked."""
    from rich.filesize import decimal

    for name, entries in models.sets().items():
        click.echo(f"{click.style(name, bold=True)}: {say(f'models.set.{name}')}")
        for entry in entries:
            card, variant = models.wanted(entry)
            here = "" if _absent(models, card, variant) else f"  {say('models.here')}"
            click.echo(f"  {spoken(card, variant):<36} {decimal(variant.bytes):>9}{here}")


def _absent(models: Catalog, card: ModelCard, variant: Variant) -> bool:
    try:
        return not (models.own(card) or models.here(card, variant))
    except ModelNotFound:  # the owner's own path leads nowhere; that is told when its turn comes
        return False


def _names(models: Catalog, ids: tuple[str, ...], sets: tuple[str, ...]) -> list[str]:
    """What was asked for, each once. Raises UsageError when that is nothing, NotFound for an unknown set."""
    known = models.sets()
    for name in sets:
        if name not in known:
            raise NotFound("catalog.unknown_set", name=name, known=", ".join(known))
    names = list(dict.fromkeys([*ids, *(entry for name in sets for entry in known[name])]))
    if not names:
        raise UsageError("models.which", sets=", ".join(known))
    return names


def _wanted(models: Catalog, names: list[str], quantization: str | None) -> tuple[list[tuple[ModelCard, Variant]], int]:
    """The models that are known, and how many names were not; those are reported."""
    wanted, failed = [], 0
    for name in names:
        try:
            wanted.append(models.wanted(name, quantization))
        except NotFound as error:
            report(error)
            failed += 1
    return wanted, failed
