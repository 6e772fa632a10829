"""``jarvis export``: everything that is stored, in open formats."""

from __future__ import annotations

from pathlib import Path

import click

from jarvis.texts import say


@click.command(help=say("cli.export"))
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--everyone", is_flag=True, help=say("export.option.everyone"))
@click.option("--json", "as_json", is_flag=True, help=say("cli.option.json"))
def command(folder: Path, everyone: bool, as_json: bool) -> None:
    import json

    from jarvis.cli.exporting import export
    from jarvis.cli.terminal import on_line
    from jarvis.config.paths import paths

    folder = folder.expanduser().absolute()
    counts = export(paths(), folder, everyone=everyone)
    if as_json:
        click.echo(json.dumps({"folder": str(folder), "files": counts}, ensure_ascii=False))
        return
    click.echo(on_line(str(folder)))
    for name, count in counts.items():
        click.echo(f"  {name}: {count}", err=True)
    click.echo(say("export.done"), err=True)
