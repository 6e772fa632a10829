"""Connecting other systems from the command line, listing them and taking them away."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jarvis.config.edit import Draft
from jarvis.config.load import load
from jarvis.config.paths import paths
from jarvis.daemon import find
from jarvis.errors import ConfigError, JarvisError, NotFound, UsageError
from jarvis.providers import keys
from jarvis.registry import nearest
from jarvis.texts import say
from jarvis.tools import _google, _secrets
from jarvis.tools import home_assistant as house
from jarvis.tools._home_wire import Wire
from jarvis.tools._remote import checked

if TYPE_CHECKING:
    from jarvis.config.schema import Settings
    from jarvis.config.tools import Mcp

GOOGLE, HOME = _google.KEPT, house.KEPT
PASTED = "http://127.0.0.1:8486/"
"""Where a browser elsewhere is sent: nobody listens there, but its address bar has the code."""


def show_all(as_json: bool) -> None:
    """Every system that is connected or could be, and how it stands. Nobody is asked."""
    from jarvis.cli.table import show

    rows = _rows(load().settings)
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    told = [[row["system"], say(f"connect.state.{row['state']}"), row["where"]] for row in rows]
    show([say("connect.column.system"), say("connect.column.state"), say("connect.column.where")], told)


def _rows(settings: Settings) -> list[dict[str, str]]:
    rows = [
        _row(HOME, lambda: _home_state(settings), settings.home_assistant.address or ""),
        _row(GOOGLE, lambda: "connected" if _google.kept() else "none", _google_where()),
    ]
    for name, server in settings.mcp.items():
        rows.append(_row(name, partial(_server_state, name, server), server.url or " ".join(server.command)))
    return rows


def _row(name: str, state: Callable[[], str], where: str) -> dict[str, str]:
    try:
        return {"system": name, "state": state(), "where": where}
    except JarvisError as error:
        return {"system": name, "state": "error", "where": error.message()}


def _home_state(settings: Settings) -> str:
    token = _secrets.find(HOME, settings.home_assistant.token_file)
    if settings.home_assistant.address is None:
        return "none"
    return "connected" if token else "keyless"


def _server_state(name: str, server: Mcp) -> str:
    return "key" if _secrets.find(_secrets.of_server(name), server.key_file) else "keyless"


def _google_where() -> str:
    """What its owner allowed, in their words."""
    try:
        grant = _google.kept()
    except JarvisError:
        return ""
    scopes = grant.scopes if grant else ()
    names = {
        _google.CALENDAR_READ: "calendar_read", _google.CALENDAR_WRITE: "calendar_write",
        _google.MAIL_READ: "mail_read", _google.MAIL_WRITE: "mail_write",
    }  # fmt: skip
    return ", ".join(say(f"connect.scope.{word}") for scope, word in names.items() if scope in scopes)


def home_assistant(address: str | None) -> None:
    """Keep address and token, once both have been tried. Raises JarvisError."""
    settings = load().settings.home_assistant
    address = address or settings.address
    if address is None:
        if not sys.stdin.isatty():
            raise UsageError("connect.home_no_address")
        address = str(click.prompt(say("connect.ask_address"), default="http://homeassistant.local:8123", err=True))
    address = checked(address, "home_assistant.address")
    token = _typed(say("connect.ask_token", address=address))
    count = len(asyncio.run(Wire(address, token, settings.timeout_seconds).states()))
    if address != settings.address:
        draft = Draft(paths().config_file)
        draft.set(("home_assistant", "address"), address)
        draft.store()
    _told_kept(_secrets.keep(HOME, token))
    click.echo(say("connect.home_done", count=count), err=True)
    _restart()


def google(file: Path | None, *, write: bool, paste: bool) -> None:
    """Get a grant by the browser, and keep it. Raises JarvisError."""
    seconds = load().settings.google.timeout_seconds
    before = None if file is not None else _google.kept()
    if file is not None:
        client = _google.client_of(file)
    elif before is not None:
        client = _google.Client(before.client_id, before.client_secret)
    else:
        raise UsageError("connect.google_which")
    grant = asyncio.run(
        _pasted(client, write, seconds) if paste else _google.ask_owner(client, write, _show, seconds, _google.GOOGLE)
    )
    _told_kept(_google.keep(grant))
    click.echo(say("connect.google_done", scopes=_google_where()), err=True)


def _show(address: str) -> None:
    import webbrowser

    screen = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))
    if screen and webbrowser.open(address):
        click.echo(say("connect.google_opened"), err=True)
    else:
        click.echo(say("connect.google_open"), err=True)
    click.echo(address)


async def _pasted(client: _google.Client, write: bool, seconds: float) -> _google.Grant:
    consent = _google.Consent(client, PASTED, write, _google.GOOGLE)
    click.echo(say("connect.google_paste"), err=True)
    click.echo(consent.address)
    code = consent.code(await asyncio.to_thread(_typed, say("connect.ask_paste"), hidden=False))
    if code is None:
        raise UsageError("connect.google_not_ours")
    return await consent.grant(code, seconds)


def server(name: str) -> None:
    """Keep the key of an MCP server. Raises JarvisError."""
    settings = load().settings
    _known(name, settings)
    if settings.mcp[name].url is None and settings.mcp[name].key_variable is None:
        raise ConfigError("connect.mcp_no_variable", param=f"mcp.{name}.key_variable", name=name)
    _told_kept(_secrets.keep(_secrets.of_server(name), _typed(say("connect.ask_key", name=name))))
    _restart()


def remove(name: str) -> int:
    """Take away what is kept of a system; at Google the grant is taken back too. Exit status: 1 for nothing."""
    settings = load().settings
    _known(name, settings)
    if name == GOOGLE:
        _revoke(settings.google.timeout_seconds)
    removed = _secrets.remove(name if name in (GOOGLE, HOME) else _secrets.of_server(name))
    click.echo(say("connect.removed" if removed else "connect.nothing_kept", name=name), err=True)
    return 0 if removed else 1


def _revoke(seconds: float) -> None:
    try:
        grant = _google.kept()
        if grant is not None and not asyncio.run(_google.revoke(grant, seconds, _google.GOOGLE)):
            click.echo(say("connect.google_was_over"), err=True)
    except JarvisError as error:  # it is forgotten here in any case
        click.echo(say("connect.google_not_told", reason=error.message()), err=True)


def _known(name: str, settings: Settings) -> None:
    """Raises NotFound for a system that is none."""
    known = [HOME, GOOGLE, *settings.mcp]
    if name not in known:
        near = nearest(name, known)
        meant = " " + say("cli.did_you_mean", name=near) if near else ""
        raise NotFound("connect.unknown", name=name, known=", ".join(known), meant=meant)


def _typed(question: str, *, hidden: bool = True) -> str:
    if sys.stdin.isatty():
        return str(click.prompt(question, hide_input=hidden, err=True)).strip()
    return sys.stdin.readline(keys.MOST_CHARACTERS + 2).strip()


def _told_kept(key: keys.Key) -> None:
    click.echo(say(f"providers.key_kept.{key.source}", where=key.where), err=True)


def _restart() -> None:
    if find(paths()) is not None:
        click.echo(say("connect.restart"), err=True)
