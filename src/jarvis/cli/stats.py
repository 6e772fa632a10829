"""``jarvis stats``: questions, latency, tokens and cost since a moment ago."""

from __future__ import annotations

import json
import re
import time

import click

from jarvis.texts import say

_UNITS = {"m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}


def seconds(text: str) -> float:
    """``7d``, ``24h``, ``30m``, ``2w`` as seconds. Raises BadParameter."""
    match = re.fullmatch(r"(\d+)([mhdw])", text)
    if match is None:
        raise click.BadParameter(say("cli.stats.since", text=text))
    return int(match[1]) * _UNITS[match[2]]


@click.command(help=say("cli.stats"))
@click.option("--since", default="7d", show_default=True, help=say("cli.stats.option.since"))
@click.option("--json", "as_json", is_flag=True, help=say("cli.option.json"))
def command(since: str, as_json: bool) -> None:
    started = max(0, int(time.time() - seconds(since)))
    from jarvis.cli.history import _get

    body = _get("GET", "/jarvis/stats", since=started)
    if as_json:
        click.echo(json.dumps(body, ensure_ascii=False))
        return
    click.echo(
        say(
            "cli.stats.total",
            since=since,
            queries=body["queries"],
            errors=body["errors"],
            prompt=body["prompt_tokens"],
            completion=body["completion_tokens"],
            cost=body["cost_usd"],
        )
    )
    if (saving := body["saving"])["share"] is not None:
        click.echo(say("cli.stats.saving", **saving))
    if spoken := body.get("spoken", {}).get("turns"):
        figures = {name: body["spoken"].get(name, {}) for name in ("text", "first_audio", "own")}
        facts = {f"{name}_{part}": figures[name].get(part, "-") for name in figures for part in ("p50", "p95")}
        click.echo(say("voice.stats", turns=spoken, interrupted=body["spoken"]["interrupted"], **facts))
    if not body["models"]:
        return
    from jarvis.cli.table import show

    titles = ("model", "queries", "errors", "p50_s", "p95_s", "first_p50_s", "tokens_s", "tokens", "usd")
    rows = []
    for name, m in body["models"].items():
        tokens = f"{m['prompt_tokens']}+{m['completion_tokens']}"
        numbers = [m["p50_seconds"], m["p95_seconds"], m["p50_first_token"], m["tokens_per_second"]]
        rows.append([name, str(m["queries"]), str(m["errors"]), *map(_number, numbers), tokens, f"{m['cost_usd']:.4f}"])
    show([say(f"cli.stats.column.{title}") for title in titles], rows, right=range(1, len(titles)))


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
