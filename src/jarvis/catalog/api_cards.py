"""Models that providers run: their cards, one TOML file each in ``api/``, and what the owner says of them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from typing import Any

from jarvis.config.schema import ApiModel, Settings
from jarvis.errors import ConfigError
from jarvis.registry import nearest
from jarvis.texts import say
from jarvis.words.model import ApiCard

FOLDER = Path(__file__).parent / "api"


@cache
def shipped() -> tuple[ApiCard, ...]:
    """The cards that come with Jarvis, by id."""
    return tuple(read_api_card(file) for file in sorted(FOLDER.glob("*.toml")))


def read_api_card(file: Path) -> ApiCard:
    """The card in a file. Raises ConfigError naming the file, the key and what is wrong."""
    from pydantic import TypeAdapter, ValidationError

    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError("catalog.card_syntax", file=file, reason=str(error)) from error
    known = [field.name for field in fields(ApiCard) if field.name != "own"]
    for key in table:
        if key not in known:
            near = nearest(key, known)
            meant = " " + say("cli.did_you_mean", name=near) if near else ""
            raise ConfigError("catalog.card_unknown_key", file=file, key=key, meant=meant)
    try:
        card = TypeAdapter(ApiCard).validate_python(table)
    except ValidationError as error:
        first = error.errors()[0]
        facts: Mapping[str, Any] = {"key": ".".join(map(str, first["loc"])), "value": first["input"]}
        raise ConfigError("catalog.card_bad_value", file=file, expected=first["msg"], **facts) from error
    if card.id != file.stem:
        raise ConfigError("catalog.card_other_name", file=file, id=card.id, right=file.with_name(f"{card.id}.toml"))
    return card


def find(cards: Iterable[ApiCard], name: str) -> ApiCard | None:
    """The card of this id, or else the one of this alias."""
    known = list(cards)
    named = (card for card in known if card.id == name)
    return next(named, next((card for card in known if name in card.aliases), None))


def api_models(settings: Settings) -> list[ApiCard]:
    """Every model of a provider that may be asked for: the owner's first, in their order, then the catalog's others.

    What the owner says of one (``api.ID``) wins over its card. Raises ConfigError for an id that has no card and does
    not say whose it is.
    """
    found: dict[str, ApiCard] = {}
    for id, said in settings.api.items():
        card = find(shipped(), id)
        if card is None and said.provider is None:
            known = [name for card in shipped() for name in (card.id, *card.aliases)]
            near = nearest(id, known)
            meant = say("cli.did_you_mean", name=near) if near else ""
            raise ConfigError("models.api_unknown", param=f"api.{id}", id=id, meant=meant)
        mine = _joined(card or ApiCard(id=id, name=id, provider="", model=id), said)
        found[mine.id] = mine
    return [*found.values(), *(card for card in shipped() if card.id not in found)]


def _joined(card: ApiCard, said: ApiModel) -> ApiCard:
    return replace(
        card,
        provider=said.provider or card.provider,
        model=said.model or card.model,
        context=said.context or card.context,
        difficulty_range=said.difficulty_range or card.difficulty_range,
        specialties=said.specialties or card.specialties,
        priority=card.priority if said.priority is None else said.priority,
        fast=said.fast or card.fast,
        fallback=said.fallback or card.fallback,
        own=True,
    )
