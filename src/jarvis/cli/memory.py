"""``jarvis memory``: what is remembered - list, search, show, add, edit, pin, make private, close, forget."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click

from jarvis.cli.remembering import as_option, ask, cut, day, forget, line, moment, tell_gone
from jarvis.cli.terminal import minute, on_line, shown
from jarvis.errors import UsageError
from jarvis.texts import find, say

PATH = "/jarvis/memory"
_MARKS = {
    (True, True): "", (True, False): "recall.status.made", (False, True): "recall.status.serves",
    (False, False): "recall.status.old",
}  # fmt: skip
"""What is said of an embedder: that its vectors are made, and that they are searched."""
_MOMENTS = ("said", "at", "valid_from", "valid_to")
_json_option = click.option("--json", "as_json", is_flag=True, help=say("cli.option.json"))
_yes_option = click.option("--yes", "-y", is_flag=True, help=say("cli.option.yes"))


def _print(body: Any) -> None:
    click.echo(shown(json.dumps(body, ensure_ascii=False)))


def _item(method: str, item: str, body: dict[str, Any] | None = None) -> Any:
    return ask(method, f"{PATH}/{quote(item, safe='')}", body)


@click.group(help=say("cli.memory"), invoke_without_command=True)
@_json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    if ctx.invoked_subcommand is None:
        ctx.invoke(listing, as_json=as_json)


@command.command("list", help=say("recall.list"))
@click.option("--about", help=say("recall.option.about"))
@click.option("--at", help=say("recall.option.at"))
@click.option("--closed", is_flag=True, help=say("recall.option.closed"))
@click.option("--limit", "-n", default=100, type=click.IntRange(1, 1000), help=say("recall.option.limit"))
@_json_option
def listing(about: str | None, at: str | None, closed: bool, limit: int, as_json: bool) -> None:
    params: dict[str, str | int] = {"limit": limit}
    if about is not None:
        params["about"] = about
    if (then := moment(at)) is not None:
        params["at"] = f"{then:.0f}"
    if closed:
        params["closed"] = "true"
    body = ask("GET", PATH, None, **params)
    if as_json:
        _print(body)
        return
    if not body["facts"]:
        click.echo(say("recall.empty"), err=True)
    for fact in body["facts"]:
        line(f"{fact['id']:>5}  {day(fact['said'])}", f"{cut(fact['text'])}{_marks(fact)}")
    if body["total"] > len(body["facts"]):
        click.echo(say("recall.more", count=body["total"] - len(body["facts"])), err=True)


def _marks(fact: dict[str, Any]) -> str:
    marks = [say(f"recall.mark.{name}") for name in ("pinned", "private") if fact[name]]
    if fact.get("valid_to") is not None:
        marks.append(say("recall.until_day", day=day(fact["valid_to"])))
    return f"  [{', '.join(marks)}]" if marks else ""


@command.command("search", help=say("recall.search"))
@click.argument("words", nargs=-1, required=True)
@click.option("--limit", "-n", default=10, type=click.IntRange(1, 100), help=say("recall.option.limit"))
@click.option(
    "--kind", "kinds", multiple=True, type=click.Choice(["turn", "fact", "chunk"]), help=say("recall.option.kind")
)
@_json_option
def search(words: tuple[str, ...], limit: int, kinds: tuple[str, ...], as_json: bool) -> None:
    body = ask("POST", f"{PATH}/search", {"query": " ".join(words), "n": limit, "kinds": list(kinds)})
    if as_json:
        _print(body)
        return
    if not body["found"]:
        click.echo(say("recall.nothing_found"), err=True)
    elif not body["relevant"]:
        click.echo(say("recall.doubtful"), err=True)
    for one in body["found"]:
        where = say(f"recall.kind.{one['kind']}")
        if one["kind"] == "chunk":
            where = f"{Path(one['path']).name}{_pages(one)}"
        line(f"{one['id']:>5}  {day(one['at'])}  {on_line(where)}", f"{cut(one['text'])}{_marks(one)}")


def _pages(found: dict[str, Any]) -> str:
    first = found.get("page")
    if first is None:
        return ""
    last = found.get("last_page", first)
    return f", {say('memory.page', page=first) if last == first else say('memory.pages', page=first, last=last)}"


@command.command("show", help=say("recall.show"))
@click.argument("item")
@_json_option
def show(item: str, as_json: bool) -> None:
    body = _item("GET", item)
    if as_json:
        _print(body)
        return
    click.echo(shown(body["text"]))
    for name, value in body.items():
        if name != "text" and value not in (None, "", False):
            label = say(code) if find(code := f"recall.field.{name}") else name
            click.secho(f"  {label}: {shown(_told(name, value))}", dim=True)


def _told(name: str, value: Any) -> str:
    """A field of a thing as a person reads it."""
    if name in _MOMENTS:
        return minute(value)
    if value is True:
        return say("recall.yes")
    return say(code) if find(code := f"recall.{name}.{value}") else str(value)


@command.command("add", help=say("recall.add"))
@click.argument("words", nargs=-1, required=True)
@click.option("--private", is_flag=True, help=say("recall.option.private"))
@as_option
@_json_option
def add(words: tuple[str, ...], private: bool, as_json: bool) -> None:
    body = ask("POST", PATH, {"text": " ".join(words), "private": private})
    if as_json:
        _print(body)
        return
    click.echo(say("recall.again" if body["did"] == "again" else "recall.added", id=body["id"]), err=True)


def _change(item: str, as_json: bool, **what: Any) -> None:
    body = _item("PATCH", item, what)
    if as_json:
        _print(body)
    else:
        click.echo(say("recall.changed", id=body["id"]), err=True)


@command.command("edit", help=say("recall.edit"))
@click.argument("item")
@click.argument("words", nargs=-1, required=True)
@_json_option
def edit(item: str, words: tuple[str, ...], as_json: bool) -> None:
    _change(item, as_json, text=" ".join(words))


@command.command("pin", help=say("recall.pin"))
@click.argument("item")
@_json_option
def pin(item: str, as_json: bool) -> None:
    _change(item, as_json, pinned=True)


@command.command("unpin", help=say("recall.unpin"))
@click.argument("item")
@_json_option
def unpin(item: str, as_json: bool) -> None:
    _change(item, as_json, pinned=False)


@command.command("private", help=say("recall.private"))
@click.argument("item")
@click.option("--off", is_flag=True, help=say("recall.option.off"))
@_json_option
def private(item: str, off: bool, as_json: bool) -> None:
    _change(item, as_json, private=not off)


@command.command("close", help=say("recall.close"))
@click.argument("item")
@_json_option
def close(item: str, as_json: bool) -> None:
    _change(item, as_json, closed=True)


@command.command("forget", help=say("recall.forget"))
@click.argument("item", required=False)
@click.option("--source", help=say("recall.option.source"))
@click.option("--person", help=say("recall.option.person"))
@click.option("--since", metavar="DAY", help=say("recall.option.since"))
@click.option("--until", metavar="DAY", help=say("recall.option.until"))
@click.option("--conversation", metavar="ID", help=say("recall.option.conversation"))
@click.option("--query", help=say("recall.option.query"))
@click.option("--everything", is_flag=True, help=say("recall.option.everything"))
@click.option("--user", metavar="NAME", help=say("recall.option.user"))
@_yes_option
@_json_option
def forgetting(since: str | None, until: str | None, yes: bool, as_json: bool, **what: Any) -> int:
    body = {name: value for name, value in what.items() if value}
    body |= {name: at for name, at in (("since", moment(since)), ("until", moment(until))) if at is not None}
    if not body:
        raise UsageError("memory.forget_what", given="-")
    return tell_gone(forget(body, yes), as_json)


@command.command("forgotten", help=say("recall.forgotten"))
@_json_option
def forgotten(as_json: bool) -> None:
    body = ask("GET", f"{PATH}/forgotten")
    if as_json:
        _print(body)
        return
    if not body["forgotten"]:
        click.echo(say("recall.none_forgotten"), err=True)
    for one in body["forgotten"]:
        counts = [say(f"recall.count.{n}", count=one[n]) for n in ("turns", "facts", "documents") if one[n]]
        click.echo(f"{day(one['at'])}  {say('recall.how.' + one['kind'])}  {', '.join(counts)}".rstrip())


@command.command("status", help=say("recall.status"))
@as_option
@_json_option
def status(as_json: bool) -> None:
    body = ask("GET", f"{PATH}/status")
    if as_json:
        _print(body)
        return
    click.echo(say("recall.status.said", **{n: body[n] for n in ("turns", "facts", "closed", "pinned", "private")}))
    folders = len(body["folders"])
    click.echo(say("recall.status.read", documents=body["documents"], unread=body["unread"], folders=folders))
    if folders and not body["watching"]:
        click.echo(say("learn.not_watched"))
    for model in body["models"]:
        mark = _MARKS[model["used"], model["serves"]]
        told = say("recall.status.model", model=model["model"], embedded=model["embedded"], of=model["of"])
        click.echo(f"{told} ({say(mark)})" if mark else told)
        if model["withheld"]:
            click.echo(f"  {say('recall.status.withheld', count=model['withheld'])}")
    if body["trouble"] is not None:
        click.echo(say("recall.status.trouble", reason=shown(body["trouble"]["message"])))
        if body["trouble"]["hint"]:
            click.echo(f"  → {shown(body['trouble']['hint'])}")
    if body["index"]["name"] is None:
        click.echo(say("recall.status.words"))
    else:
        state = say(f"recall.state.{body['index']['state']}")
        click.echo(say("recall.status.index", name=body["index"]["name"], state=state))
