"""``jarvis restore``: put a backup back, the latest if none is named."""

from __future__ import annotations

from pathlib import Path

import click

from jarvis.cli.backing import passphrase_option
from jarvis.texts import say


@click.command(help=say("cli.restore"))
@click.argument("file", required=False, type=click.Path(path_type=Path))
@passphrase_option
@click.option("--yes", "-y", is_flag=True, help=say("cli.option.yes"))
@click.option("--json", "as_json", is_flag=True, help=say("cli.option.json"))
def command(file: Path | None, passphrase_file: Path | None, yes: bool, as_json: bool) -> int:
    from jarvis.cli import backing, restoring
    from jarvis.config.paths import paths
    from jarvis.errors import NotFound

    where = paths()
    if file is None:
        latest = next((one for one in backing.all_of(where) if one.why != "aside"), None)
        if latest is None:
            raise NotFound("backup.nothing_to_restore", path=backing.place(where))
        file = latest.file
    file = file.expanduser().absolute()
    return restoring.run(where, file, backing.secret_of(file, passphrase_file), yes=yes, as_json=as_json)
