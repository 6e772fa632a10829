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
    import os

    from jarvis.cli import taking_over
    from jarvis.errors import NotFound
    from jarvis.imports.ollama import is_folder, places

    path = path.expanduser()
    if str(path) == "ollama" and not path.exists():
        looked = list(places(os.environ))
        found = next(filter(is_folder, looked), None)
        if found is None:
            raise NotFound("imports.ollama.none", places=", ".join(map(str, looked)))
        path = found
    for folder in (path, path / "models"):
        if is_folder(folder):
            from jarvis.cli import from_ollama

            return from_ollama.take(folder, dry_run, as_json)
    return taking_over.talks(path, dry_run, as_json)
