"""``jarvis import``: conversations and models of other programs."""  # noqa: N999 - as the command is called

from __future__ import annotations

from pathlib import Path

import click

from jarvis.texts import say


@click.command(help=say("imports.help"))
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help=say("imports.option.dry_run"))
@click.option("--json", "as_json", is_flag=True, help=say("cli.option.json"))
def command(path: Path, dry_run: bool, as_json: bool) -> int:
    from jarvis.cli import taking_over

    return taking_over.talks(path.expanduser(), dry_run, as_json)
