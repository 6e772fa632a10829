"""``jarvis tools``: what Jarvis can do besides answering, and why something is off."""

from __future__ import annotations

import json

import click

from jarvis.texts import say


@click.command(help=say("cli.tools"))
@click.option("--json", "as_json", is_flag=True, help=say("cli.option.json"))
def command(as_json: bool) -> None:
    from jarvis.cli.history import _get
    from jarvis.cli.table import show
    from jarvis.cli.terminal import shown

    rows = _get("GET", "/jarvis/tools")["tools"]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    table = []
    for row in rows:
        state = say("tools.cli.on" if row["on"] else "tools.cli.off")
        effect = say("tools.cli.asks" if row["ask"] else "tools.cli.effect") if row["effect"] or row["ask"] else ""
        table.append([shown(row["name"]), state, effect, shown(row["description"] if row["on"] else row["why"])])
    show([say(f"tools.cli.column.{name}") for name in ("tool", "state", "effect", "about")], table)
