"""Showing what was spent."""

from __future__ import annotations

import json
from typing import Any

import click

from jarvis.cli.history import _get
from jarvis.cli.table import show as table
from jarvis.cli.terminal import clean, named
from jarvis.money.rates import usd
from jarvis.texts import say


def show(as_json: bool) -> None:
    """Ask the daemon, which alone knows what is under way."""
    body = _get("GET", "/jarvis/budget")
    if as_json:
        click.echo(json.dumps(body, ensure_ascii=False))
        return
    for line in _spent(body):
        click.echo(line)
    if body["budgets"]:
        click.echo()
        _budgets(body)
    if body["providers"]:
        click.echo()
        _providers(body)
    if body["models"]:
        click.echo()
        _models(body)
    if len(body["people"]) > 1:
        click.echo()
        columns = [_column(name) for name in ("person", "today", "month")]
        rows = [[clean(p["person"]), usd(p["today_micro_usd"]), usd(p["month_micro_usd"])] for p in body["people"]]
        table(columns, rows, right=(1, 2))
    click.echo()
    prices = body["prices"]
    click.echo(say("money.cli.prices", list=prices["list"], dated=prices["dated"]))


def _spent(body: dict[str, Any]) -> list[str]:
    today, month, later = (usd(body[f"{name}_micro_usd"]) for name in ("today", "month", "projection"))
    lines = [say("money.cli.spent", today=today, month=month, projection=later)]
    if not any(b["budget"] != "key" for b in body["budgets"]):
        lines.append(named(say("money.cli.no_budget")))
    if body["open_micro_usd"]:
        lines.append(say("money.cli.open", open=usd(body["open_micro_usd"])))
    if body["guessed_micro_usd"]:
        lines.append(say("money.cli.guessed", guessed=usd(body["guessed_micro_usd"])))
    if body["over_micro_usd"]:
        lines.append(click.style(say("money.cli.over", over=usd(body["over_micro_usd"])), fg="red"))
    if body["spread"]["on"]:
        told = usd(body["spread"]["allowance_micro_usd"])
        lines.append(say("money.cli.allowance", allowance=told, pressure=f"{body['spread']['pressure']:.0%}"))
    return lines


def _budgets(body: dict[str, Any]) -> None:
    rows = []
    for b in body["budgets"]:
        name = say(f"money.cli.kind.{b['budget']}", name=clean(b["name"]))
        warned = say("money.cli.warned", part=f"{body['warn_at']:.0%}") if b["warned"] else ""
        left = usd(b["left_micro_usd"])
        rows.append([name, usd(b["limit_micro_usd"]), usd(b["used_micro_usd"]), left, b["renews"], warned])
    table([_column(c) for c in ("budget", "limit", "used", "left", "renews")] + [""], rows, right=(1, 2, 3))


def _providers(body: dict[str, Any]) -> None:
    rows = []
    for p in body["providers"]:
        lacks = [say("money.cli.free")] if p["free"] else []
        lacks += [] if p["budget"] else [say("money.cli.lacks_budget")]
        lacks += [say("money.cli.lacks_key")] if p["key"] is False else []
        left = "-" if p["left_micro_usd"] is None else usd(p["left_micro_usd"])
        today, month = usd(p["today_micro_usd"]), usd(p["month_micro_usd"])
        rows.append([clean(p["provider"]), today, month, left, ", ".join(lacks)])
    table([_column(c) for c in ("provider", "today", "month", "left")] + [""], rows, right=(1, 2, 3))


def _models(body: dict[str, Any]) -> None:
    rows = []
    for m in body["models"]:
        price = say("money.cli.lacks_price")
        if m["price"] is not None:
            price = f"{m['input_usd_per_million']:g} / {m['output_usd_per_million']:g}"
            price += f" ({say('money.cli.own_price')})" if m["price"] == "owner" else ""
        name = clean(f"{m['provider']}/{m['model']}")
        rows.append([name, str(m["calls"]), usd(m["today_micro_usd"]), usd(m["month_micro_usd"]), price])
    table([_column(c) for c in ("model", "calls", "today", "month", "price")], rows, right=(1, 2, 3))


def _column(name: str) -> str:
    return say(f"money.cli.column.{name}")
