"""``jarvis install``: engines that do not come with Jarvis, each in an environment of its own."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jarvis.texts import say

if TYPE_CHECKING:
    from jarvis.installs.make import Check, Step
    from jarvis.installs.offers import Offer


@click.command(help=say("installs.help"))
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--remove", is_flag=True, help=say("installs.option.remove"))
@click.option("--json", "as_json", is_flag=True, help=say("cli.option.json"))
def command(names: tuple[str, ...], remove: bool, as_json: bool) -> None:
    if not names:
        _list(as_json)
    elif remove:
        gone = {name: _removed(name) for name in names}
        if as_json:
            click.echo(json.dumps([{"name": name, "removed": was} for name, was in gone.items()], indent=1))
    else:
        made = [_made(name) for name in names]
        if as_json:
            click.echo(json.dumps(made, ensure_ascii=False, indent=1))


def _list(as_json: bool) -> None:
    from rich.filesize import decimal

    from jarvis.installs.listed import listed

    rows = listed()
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        if row["installed"]:
            state = say("installs.state.here", **{**row, "size": decimal(row["bytes"])})
        elif row["available"]:
            state = say("installs.state.can", build=row["build"], size=decimal(row["bytes"]))
            state += f"\n{'':<14} {row['but']}" if "but" in row else ""
        else:
            state = say("installs.state.no", reason=row["reason"])
        click.echo(f"{row['name']:<14} {say('installs.' + row['name'])}\n{'':<14} {state}")


def _made(name: str) -> dict[str, Any]:
    from rich.filesize import decimal

    from jarvis.installs.here import installed, root
    from jarvis.installs.listed import offered
    from jarvis.installs.make import make

    offer = offered(name)
    if offer.but:
        click.echo(say(offer.but.code, None, **offer.but.facts), err=True)
    before = installed(name)
    found = make(offer, root(), _teller(offer), _check(name))
    new = before != found
    facts = {**asdict(found), "size": decimal(found.bytes)}
    click.echo(say("installs.done", **facts) if new else say("installs.already", **facts), err=True)
    return {**asdict(found), "new": new}


def _removed(name: str) -> bool:
    from jarvis.installs.here import root
    from jarvis.installs.listed import offered
    from jarvis.installs.make import remove
    from jarvis.installs.offers import NAMES

    if name not in NAMES:
        offered(name)  # says what there is
    gone = remove(name, root())
    click.echo(say("installs.removed" if gone else "installs.nothing", name=name), err=True)
    return gone


def _teller(offered: Offer) -> Callable[[Step], None]:
    """Says how far it is: on a terminal in one line, elsewhere a line for each tenth."""
    from rich.filesize import decimal

    told = -1

    def tell(step: Step) -> None:
        nonlocal told
        if step.stage == "room":
            click.echo(say("installs.room", name=offered.name, size=decimal(offered.bytes), folder=step.what), err=True)
            return
        if step.stage == "try":
            text, tenth = say("installs.try", name=offered.name), 11
        else:
            text = say("installs.packages", name=offered.name, done=step.done, total=step.total, what=step.what)
            tenth = 10 * step.done // max(1, step.total)
        if sys.stderr.isatty():
            click.echo(f"\r\x1b[K{text}", err=True, nl=step.stage == "try")
        elif tenth != told:
            told = tenth
            click.echo(text, err=True)

    return tell


def _check(name: str) -> Check | None:
    """What a llama-server has to do besides saying its version: answer with the starter, where that is here."""
    if not name.startswith("llama-"):
        return None

    def check(program: Path) -> None:
        import asyncio

        from jarvis.catalog.here import catalog
        from jarvis.config.load import load
        from jarvis.config.paths import paths
        from jarvis.doctor.trial import answered
        from jarvis.errors import NotFound

        settings = load().settings
        try:
            starter = catalog(settings, paths()).find("starter")
        except NotFound:
            return
        own = settings.engines.llama_cpp.model_copy(update={"binary": program})
        engines = settings.engines.model_copy(update={"llama_cpp": own})
        asyncio.run(answered("llama_cpp", settings.model_copy(update={"engines": engines}), paths(), starter, None))

    return check
