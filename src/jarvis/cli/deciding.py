"""A decision as a person reads it, and the quality that a person asks for."""

from __future__ import annotations

from typing import Any

import click

from jarvis.cli.table import show as table
from jarvis.router.policy import LEVELS
from jarvis.texts import say


def quality_of(text: str | None) -> str | float | None:
    """What ``--quality`` says: a level, or 0 to 1. Raises BadParameter."""
    if text is None or text in LEVELS:
        return text
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise click.BadParameter(say("cli.bad_quality", text=text[:40]), param_hint="--quality")
    return value


def show(told: dict[str, Any]) -> None:
    """Who answers and why, then everyone who could, the best first."""
    from jarvis.router.explained import seen as named

    special = ", ".join(
        f"{say(f'router.specialty.{name}')} {weight:.0%}" for name, weight in _largest(told["specialties"])
    )
    language = say(f"router.language.{told['language']}")
    click.echo(say("cli.why.question", difficulty=told["difficulty"], specialties=special, language=language))
    if told["because"]:
        click.echo("  " + "; ".join(told["because"]))
    seen = told["signals"]
    noted = [name for name in ("code", "maths", "images", "tools", "json", "now") if seen.get(name)]
    noted += list(seen.get("private") or ())
    if noted:
        click.echo("  " + say("cli.why.seen", seen=", ".join(named(name) for name in noted)))
    click.echo(say("cli.why.chosen", model=told["chosen"] or "-", reason=told["reason"]))
    answered = told.get("answered") or {}
    if answered.get("tried") or answered.get("model", told["chosen"]) != told["chosen"]:
        click.echo(say("cli.why.became", model=answered["model"], tried=", ".join(answered.get("tried", ())) or "-"))
    if told["candidates"]:
        click.echo()
        table(
            [say(f"cli.why.column.{name}") for name in ("model", "quality", "first", "seconds", "usd", "why_not")],
            [_row(c, told["chosen"]) for c in sorted(told["candidates"], key=_rank(told["chosen"]))],
            right=range(1, 5),
        )
    click.echo(say("cli.why.took", ms=told["decision_ms"], id=told["id"]), err=True)


def _row(candidate: dict[str, Any], chosen: str | None) -> list[str]:
    return [
        ("→ " if candidate["model"] == chosen else "  ") + candidate["model"],
        f"{candidate['quality']:.0%} ±{candidate['spread']:.0%}",
        f"{candidate['first_seconds']:.1f}",
        f"{candidate['seconds']:.1f}",
        "0" if candidate["local"] else f"{candidate['cost_usd']:.5f}",
        candidate["why_not"] or "",
    ]


def _rank(chosen: str | None) -> Any:
    return lambda c: (c["model"] != chosen, not c["feasible"], -c["quality"])


def _largest(weights: dict[str, float]) -> list[tuple[str, float]]:
    return sorted(weights.items(), key=lambda w: -w[1])[:3]
