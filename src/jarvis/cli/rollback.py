"""``jarvis rollback``: the data as it was before Jarvis was upgraded."""

from __future__ import annotations

import click

from jarvis.texts import say


@click.command(help=say("cli.rollback"))
@click.option("--yes", "-y", is_flag=True, help=say("cli.option.yes"))
@click.option("--json", "as_json", is_flag=True, help=say("cli.option.json"))
def command(yes: bool, as_json: bool) -> int:
    from jarvis.backup.upgrading import before_upgrade
    from jarvis.cli import backing, restoring
    from jarvis.config.paths import paths

    where = paths()
    backup, manifest = before_upgrade(where, backing.place(where), backing.known())
    status = restoring.run(where, backup.file, "", yes=yes, as_json=as_json)
    if status == 0 and not as_json:
        click.echo(say("backup.rolled_back", version=manifest.used_by or "?"), err=True)
    return status
