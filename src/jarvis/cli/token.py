"""``jarvis token``: print the owner's access token or replace it; tokens for the programs and persons of the house."""

from __future__ import annotations

import json

import click

from jarvis.texts import say


@click.group("token", help=say("server.token_help"), invoke_without_command=True)
@click.option("--rotate", is_flag=True, help=say("server.token_rotate_help"))
@click.pass_context
def command(ctx: click.Context, rotate: bool) -> None:
    if ctx.invoked_subcommand is not None:
        return
    from jarvis.config.paths import paths
    from jarvis.server import token_file

    path = paths().token
    if rotate:
        token = token_file.renew(path)
        click.echo(say("server.token_rotated"), err=True)
    else:
        token = token_file.obtain(path)
    click.echo(token)


@command.command("add", help=say("token.cli.add"))
@click.argument("name")
@click.option("--person", metavar="NAME", default="", help=say("token.cli.option.person"))
@click.option("--month", "month_usd", metavar="USD", type=click.FloatRange(0, 1_000_000), help=say("token.cli.month"))
@click.option("--days", type=click.IntRange(1, 36_500), help=say("token.cli.days"))
@click.option(
    "--may", "scopes", multiple=True, default=("chat", "models"), show_default=True,
    type=click.Choice(["chat", "models", "history", "metrics", "admin"]), help=say("token.cli.may"),
)  # fmt: skip
def add(name: str, person: str, month_usd: float | None, days: int | None, scopes: tuple[str, ...]) -> None:
    from jarvis.cli.fleet import asked

    body = {"name": name, "person": person, "scopes": list(scopes), "month_usd": month_usd, "days": days}
    made = asked("POST", "/jarvis/tokens", body)
    click.echo(say("token.cli.made"), err=True)
    click.echo(made["token"])


@command.command("list", help=say("token.cli.list"))
@click.option("--json", "as_json", is_flag=True, help=say("cli.option.json"))
def list_(as_json: bool) -> None:
    from jarvis.cli.fleet import asked
    from jarvis.cli.table import show
    from jarvis.cli.terminal import minute

    found = asked("GET", "/jarvis/tokens")
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    show(
        [say(f"token.cli.column.{name}") for name in ("name", "person", "may", "month", "used", "ends")],
        [
            [
                one["name"],
                one["person"],
                " ".join(one["scopes"]),
                "-" if one["month_usd"] is None else f"{one['month_usd']:g}",
                one["used"] or "-",
                "-" if one["expires"] is None else minute(one["expires"]),
            ]
            for one in found["tokens"]
        ],
    )


@command.command("remove", help=say("token.cli.remove"))
@click.argument("name")
def remove(name: str) -> None:
    from urllib.parse import quote

    from jarvis.cli.fleet import asked

    asked("DELETE", f"/jarvis/tokens/{quote(name, safe='')}")
    click.echo(say("token.cli.removed", name=name), err=True)
