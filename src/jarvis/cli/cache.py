"""``jarvis cache``: the answers that are kept to be given again; showing how many, and deleting them."""

from __future__ import annotations

import json

import click

from jarvis.texts import say


@click.group(help=say("cli.cache"), invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    if ctx.invoked_subcommand is None:
        ctx.invoke(show, as_json=False)


@command.command("show", help=say("cache.cli.show"))
@click.option("--json", "as_json", is_flag=True, help=say("cli.option.json"))
def show(as_json: bool) -> None:
    from jarvis.cli.history import _get
    from jarvis.cli.inspect import size
    from jarvis.cli.terminal import minute

    body = _get("GET", "/jarvis/cache")
    if as_json:
        click.echo(json.dumps(body, ensure_ascii=False))
        return
    facts = {"entries": body["entries"], "size": size(body["bytes"]), "most": size(body["most_bytes"])}
    click.echo(say("cache.cli.kept", **facts, hits=body["hits"]))
    if body["oldest"] is not None:
        click.echo(say("cache.cli.oldest", at=minute(body["oldest"])))
    for what in ("exact", "sampled", "semantic"):
        state = say("cache.cli.on" if body[what] else "cache.cli.off")
        click.echo(f"{state:<4}{say(f'cache.cli.{what}')}")


@command.command("clear", help=say("cache.cli.clear"))
@click.option("--person", metavar="NAME", help=say("cache.cli.option.person"))
@click.option("--yes", "-y", is_flag=True, help=say("cli.option.yes"))
def clear(person: str | None, yes: bool) -> int:
    from jarvis.cli.history import _get
    from jarvis.cli.terminal import agreed, clean

    sure = say("cache.cli.sure") if person is None else say("cache.cli.sure_of", person=clean(person))
    if not (yes or agreed(sure)):
        return 1
    body = _get("DELETE", "/jarvis/cache", **({} if person is None else {"person": person}))
    click.echo(say("cache.cli.cleared", deleted=body["deleted"]), err=True)
    return 0
