"""The first run: a model to begin with when there is none, and a better one offered after its answer."""

from __future__ import annotations

import click

from jarvis.catalog.catalog import spoken
from jarvis.catalog.here import catalog, check_default
from jarvis.cli.pulling import pull_with_bar
from jarvis.config.paths import Paths, private
from jarvis.config.schema import Settings
from jarvis.errors import ConfigError, ModelNotFound
from jarvis.texts import language, say
from jarvis.words.exchange import Answer

STARTER = "smollm2-135m-instruct"


def ensure_model(settings: Settings, paths: Paths, asked: str) -> None:
    """Fetch the starter when nothing here can chat and no model was asked for by name.

    Raises ConfigError for a default that is none, ModelNotFound for a model that is damaged, and what a pull raises.
    """
    if asked not in ("jarvis", "auto"):
        return
    models = catalog(settings, paths)
    if asked == "jarvis" and check_default(models, settings.models.default):
        return
    if any(m.card.kind == "chat" for m in models.installed()):
        return
    for card in models.cards():
        for variant in card.variants:
            broken = models.broken(card, variant)
            if broken and card.kind == "chat" and card.id != STARTER:  # not answered by something smaller instead
                raise ModelNotFound("catalog.broken", model=spoken(card, variant), **broken._asdict())
    card = models.card(STARTER)
    variant = models.variant(card)
    if models.broken(card, variant) is None:  # of a damaged one the pull says what is wrong with it
        click.echo(say("cli.first.pull", model=card.name, mb=variant.bytes / 1e6), err=True)
    pull_with_bar(models, card, variant)


def offer_better(settings: Settings, paths: Paths, answer: Answer | None) -> None:
    """Once, after an answer of the starter: what it is, and which model this machine could run instead."""
    told = paths.state / "told_of_better_model"
    if answer is None or answer.model != STARTER or told.exists():
        return
    from jarvis.fleet.proposal import propose
    from jarvis.hardware.devices import devices
    from jarvis.hardware.inventory import Inventory

    try:
        places = devices(Inventory(settings.hardware.file).now(), settings.hardware.reserve_mib << 20)
        chosen = propose(catalog(settings, paths).cards(), places, language(), settings.models.context)
    except ConfigError:
        return  # a card of the owner's or a declared machine is wrong: not what was asked for now
    chats = [c.option for c in chosen if c.option.card.kind == "chat" and c.option.card.id != STARTER]
    chats = [option for option in chats if language() in option.card.languages]
    if not chats:
        return
    best = max(chats, key=lambda option: option.card.parameters)
    facts = {"better": best.card.name, "gb": best.variant.bytes / 1e9, "id": spoken(best.card, best.variant)}
    text = say("cli.first.demonstration", None, model=answer.model, **facts)
    click.secho(text, dim=True, err=True)
    private(paths.state)
    told.touch(mode=0o600)
