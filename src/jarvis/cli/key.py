"""``jarvis key``: keys of paid models. No command prints one."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from jarvis.texts import say

if TYPE_CHECKING:
    from jarvis.config.schema import Provider


TOOLS = ("wolfram_alpha",)
"""Tools that have a key, which is kept as a provider's is."""


def _known(name: str) -> tuple[str, Provider]:
    from jarvis.config.load import load
    from jarvis.config.schema import Provider
    from jarvis.providers.here import named

    if name in TOOLS:
        return name, Provider()

    return named(name, load({}).settings)


@click.group("key", help=say("providers.key_help"))
def command() -> None: ...


@command.command("set", help=say("providers.key_set_help"))
@click.argument("provider")
def set_key(provider: str) -> None:
    from jarvis.config.paths import paths
    from jarvis.providers import keys

    provider, settings = _known(provider)
    if sys.stdin.isatty():
        value = click.prompt(say("providers.key_ask", name=provider), hide_input=True, err=True)
    else:
        value = sys.stdin.read(keys.MOST_CHARACTERS + 2)
    kept = keys.keep(provider, value, paths())
    click.echo(say(f"providers.key_kept.{kept.source}", where=kept.where), err=True)
    if settings.key_file is not None:
        click.echo(say("providers.key_shadowed", name=provider, path=settings.key_file), err=True)


@command.command("list", help=say("providers.key_list_help"))
@click.option("--json", "as_json", is_flag=True, help=say("models.option.json"))
def list_keys(as_json: bool) -> None:
    from jarvis.cli.table import show
    from jarvis.config.load import load
    from jarvis.config.paths import paths
    from jarvis.errors import JarvisError
    from jarvis.providers import keys
    from jarvis.providers.here import every, needs_key

    rows = []
    for name, settings in every(load({}).settings).items():
        try:
            found = keys.find(name, settings, paths())
        except JarvisError as error:
            rows.append({"provider": name, "source": "error", "where": error.message()})
            continue
        nothing = "none" if needs_key(name, settings) else "needless"
        rows.append({
            "provider": name, "source": found.source if found else nothing, "where": found.where if found else "",
        })  # fmt: skip
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    told = [[row["provider"], _from(row["source"], row["where"])] for row in rows]
    show([say("providers.column.provider"), say("providers.column.key")], told)


def _from(source: str, where: str) -> str:
    return where if source == "error" else say(f"providers.key_from.{source}", where=where)


@command.command("remove", help=say("providers.key_remove_help"))
@click.argument("provider")
def remove_key(provider: str) -> int:
    from jarvis.config.paths import paths
    from jarvis.providers import keys

    provider, settings = _known(provider)
    removed = keys.remove(provider, paths())
    click.echo(say("providers.key_removed" if removed else "providers.key_not_kept", name=provider), err=True)
    left = keys.find(provider, settings, paths())
    if left is not None:
        click.echo(say("providers.key_still", where=f"{left.where}"), err=True)
    return 0 if removed else 1
