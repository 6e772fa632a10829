"""``jarvis service``: Jarvis as a service of systemd's user manager."""

from __future__ import annotations

import json
from typing import Any

import click

from jarvis.texts import say


@click.group(help=say("cli.service"))
def command() -> None: ...


@command.command(help=say("service.cli.install"))
@click.option("--write", "writable", multiple=True, metavar="FOLDER", help=say("service.option.write"))
@click.option("--linger", is_flag=True, help=say("service.option.linger"))
@click.option("--no-sandbox", is_flag=True, help=say("service.option.no_sandbox"))
@click.option("--print", "only_print", is_flag=True, help=say("service.option.print"))
@click.option("--json", "as_json", is_flag=True, help=say("cli.option.json"))
def install(writable: tuple[str, ...], linger: bool, no_sandbox: bool, only_print: bool, as_json: bool) -> None:
    import os

    from jarvis.cli.servicing import folders, started, text
    from jarvis.config.kept import replace
    from jarvis.config.paths import made, paths, private
    from jarvis.daemon import stop
    from jarvis.service import manager
    from jarvis.service.unit import NAME

    written = folders(writable)
    if not manager.cards_are_awake():
        click.echo(say("service.no_uvm"), err=True)
    if only_print:
        click.echo(text(written, sandboxed=not no_sandbox), nl=False)
        return
    manager.there()
    sandboxed = not no_sandbox and manager.can_sandbox()
    if not sandboxed and not no_sandbox:
        click.echo(say("service.no_sandbox"), err=True)
    file = manager.unit_file(os.environ)
    made(file.parent)
    private(paths().logs)
    replace(file, text(written, sandboxed=sandboxed))
    if linger:
        manager.linger()
    stop(paths())
    manager.systemctl("daemon-reload")
    manager.systemctl("enable", NAME)
    manager.systemctl("restart", NAME)
    url = started(paths())
    if as_json:
        click.echo(json.dumps({"unit": str(file), "url": url, "sandboxed": sandboxed, "lingers": manager.lingers()}))
        return
    click.echo(say("service.installed", url=url, unit=file))
    if manager.lingers() is False:
        click.echo(say("service.logged_out"), err=True)


@command.command(help=say("service.cli.remove"))
@click.option("--json", "as_json", is_flag=True, help=say("cli.option.json"))
def remove(as_json: bool) -> None:
    import os

    from jarvis.service import manager
    from jarvis.service.unit import NAME

    file = manager.unit_file(os.environ)
    was = file.exists()
    if was:
        manager.there()
        manager.systemctl("disable", "--now", NAME)
        file.unlink()
        manager.systemctl("daemon-reload")
    if as_json:
        click.echo(json.dumps({"unit": str(file), "removed": was}))
    else:
        click.echo(say("service.removed" if was else "service.none", unit=file))


@command.command(help=say("service.cli.status"))
@click.option("--json", "as_json", is_flag=True, help=say("cli.option.json"))
def status(as_json: bool) -> None:
    import os

    from jarvis.config.paths import paths
    from jarvis.daemon import find
    from jarvis.service import manager

    file = manager.unit_file(os.environ)
    found: dict[str, Any] = {"unit": str(file), "installed": file.exists(), "state": {}, "url": None}
    if file.exists():
        manager.there()
        known, here = manager.state(), find(paths())
        mine = here is not None and str(here.pid) == known.get("MainPID")
        found |= {"state": known, "url": here.url if here and mine else None}
    if as_json:
        click.echo(json.dumps(found))
    elif not file.exists():
        click.echo(say("service.none", unit=file))
    else:
        state = found["state"]
        told = {"active": state.get("ActiveState"), "sub": state.get("SubState"), "restarts": state.get("NRestarts")}
        click.echo(say("service.status", url=found["url"] or "-", **told))
