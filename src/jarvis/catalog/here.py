"""The catalog of this machine, as its owner configured it."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator

from jarvis.catalog.catalog import Catalog
from jarvis.config import keys
from jarvis.config.paths import Paths
from jarvis.config.problems import mend, removal
from jarvis.config.schema import Settings
from jarvis.errors import ConfigError, ModelNotFound, NotFound
from jarvis.texts import say
from jarvis.words.model import ModelCard, Variant


def catalog(settings: Settings, paths: Paths) -> Catalog:
    """The shipped cards, the owner's, and the community's where they are wanted."""
    own = {name: model.path for name, model in settings.model.items() if model.path is not None}
    return Catalog(paths.models, paths.cards, community=settings.models.community, own_paths=own)


def check_default(models: Catalog, name: str, typed: bool = False) -> tuple[ModelCard, Variant] | None:
    """What the setting ``models.default`` means; None when Jarvis is to choose. ``typed``: it is not in force yet.

    Raises ConfigError when it is no model of the catalog, or none to talk with.
    """
    if name in ("auto", "jarvis", ""):
        return None
    try:
        card, variant = models.wanted(name)
        if card.kind == "chat":
            return card, variant
        error: NotFound = ModelNotFound("catalog.not_to_talk_with", model=card.id, kind=card.kind)
    except NotFound as unknown:
        error = unknown
    variable = keys.variable("models.default")
    origin = f"environment {variable}" if variable in os.environ else "file"
    steps = "" if typed else mend("models.default", origin), error.hint()
    facts = {"value": name, "reason": error.message(), "steps": " ".join(filter(None, steps))}
    raise ConfigError("catalog.bad_default", param="models.default", **facts)


def not_obeyed(models: Catalog, settings: Settings, engines: Callable[[str], Collection[str]]) -> Iterator[ConfigError]:
    """Settings of single models that nothing can obey: of no model of the catalog, or naming what there is not.
    ``engines``: what runs models of a kind.
    """
    for name, own in settings.model.items():
        try:
            card = models.card(name)
        except NotFound as error:
            yield _not_obeyed(f"model.{name}", error.message())
            continue
        if card.id != name:
            yield _not_obeyed(f"model.{name}", say("catalog.meant", name=card.id))
        if own.quantization and own.path is None:
            try:
                models.variant(card, own.quantization)
            except NotFound as error:
                yield _not_obeyed(f"model.{name}.quantization", error.message())
        if own.engine and own.engine not in (runs := engines(card.kind)):
            reason = say("catalog.unknown_engine", name=own.engine, known=", ".join(runs))
            yield _not_obeyed(f"model.{name}.engine", reason)


def _not_obeyed(key: str, reason: str) -> ConfigError:
    return ConfigError("catalog.not_obeyed", param=key, key=key, reason=reason, command=removal(key, "file"))
