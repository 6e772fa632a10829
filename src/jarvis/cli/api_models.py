"""The part of ``jarvis models`` about models that providers run."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from jarvis.texts import say

if TYPE_CHECKING:
    from jarvis.config.schema import Settings
    from jarvis.words.model import ApiCard


def rows(settings: Settings) -> list[dict[str, Any]]:
    """Every card, with whether its model can be asked: ``ready``, ``no_key``, ``no_budget`` or ``wrong``."""
    from jarvis.catalog.api_cards import api_models

    states: dict[str, str] = {}
    found = []
    for card in api_models(settings):
        if card.provider not in states:
            states[card.provider] = _state(settings, card.provider)
        found.append(asdict(card) | {"capabilities": sorted(card.capabilities), "state": states[card.provider]})
    return found


def _state(settings: Settings, name: str) -> str:
    from jarvis.config.paths import paths
    from jarvis.config.schema import Provider
    from jarvis.errors import JarvisError
    from jarvis.providers import keys
    from jarvis.providers.here import make, needs_key

    provider = settings.provider.get(name, Provider())
    try:
        key = keys.find(name, provider, paths())
        make(name, provider, key.value if key else None)
    except JarvisError:
        return "wrong"
    if key is None and needs_key(name, provider):
        return "no_key"
    limits = (settings.budget.day_usd, settings.budget.month_usd, provider.day_usd, provider.month_usd)
    return "ready" if provider.free or any(limits) else "no_budget"


def show_table(found: list[dict[str, Any]]) -> None:
    from jarvis.cli.table import show

    click.echo("\n" + say("models.api_title"), err=True)
    columns = ("id", "provider", "context", "capabilities", "state")
    table = [
        [row["id"], row["provider"], str(row["context"] or ""), " ".join(row["capabilities"]), _said(row["state"])]
        for row in found
    ]
    show([say(f"models.column.{name}") for name in columns], table, right=(2,))


def show_one(card: ApiCard, state: str) -> None:
    """All that is known of one."""
    click.secho(f"{card.name} ({card.id})", bold=True)
    facts = {
        "provider": card.provider,
        "called": card.model,
        "state": _said(state),
        "context": str(card.context or ""),
        "max_output": str(card.max_output or ""),
        "aliases": ", ".join(card.aliases),
        "capabilities": ", ".join(sorted(card.capabilities)),
        "specialties": ", ".join(card.specialties),
        "difficulty_range": f"{card.difficulty_range[0]}-{card.difficulty_range[1]}",
        "released": card.released,
        "scores": "; ".join(f"{s.benchmark} {s.value:.3g} ({s.specialty}, {s.source})" for s in card.scores),
        "notes": card.notes,
    }
    for field, text in facts.items():
        if text:
            click.echo(f"{say(f'models.field.{field}')}: {text}")


def _said(state: str) -> str:
    return say(f"models.api_state.{state}")
