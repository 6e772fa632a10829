"""The parts that hear and speak: in the house, and an ear apart from it, to measure it and for programs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, cast

from jarvis.assistant.books import Books
from jarvis.assistant.borrowing import Borrowing
from jarvis.assistant.expected import Expected
from jarvis.assistant.forgetting import Forgetting
from jarvis.assistant.listening import Listening
from jarvis.assistant.speaking import Speaking
from jarvis.assistant.voices import speaking
from jarvis.catalog.catalog import Catalog
from jarvis.catalog.here import catalog
from jarvis.config.paths import Paths, private
from jarvis.config.schema import Settings
from jarvis.errors import ModelNotFound, UsageError
from jarvis.fleet.host import Host
from jarvis.fleet.keeper import Keeper
from jarvis.fleet.lease import Rules
from jarvis.fleet.ledger import Sight
from jarvis.fleet.lessons import Lessons
from jarvis.memory.facts import Facts
from jarvis.money.ledger import Ledger
from jarvis.money.prices import Prices
from jarvis.router.choose import Needs, choose, nobody
from jarvis.speech.hear.base import Hearing
from jarvis.store.database import Database
from jarvis.telemetry.spoken import SpokenTurns
from jarvis.tools.toolkit import Toolkit
from jarvis.words.exchange import Route
from jarvis.words.fleet import HOST
from jarvis.words.model import Installed


def voice(
    borrowing: Borrowing,
    settings: Settings,
    paths: Paths,
    models: Catalog,
    database: Database,
    ledger: Ledger,
    prices: Prices,
    facts: Facts,
    kit: Toolkit,
    forgetting: Forgetting,
) -> tuple[Listening, Speaking, Senses, SpokenTurns, Expected]:
    """What takes part in a spoken conversation besides who answers."""
    speaks = speaking(borrowing, settings, paths, ledger, prices)
    forgetting.unsaid = speaks.forget
    return (
        Listening(borrowing, settings.hear),
        speaks,
        Senses(models),
        SpokenTurns(database),
        Expected(facts, kit),
    )


VOICE_ACTIVITY, TURN_END = "silero-vad", "smart-turn"
"""Their cards."""


class Senses:
    """See ``server.parts.Senses``."""

    def __init__(self, models: Catalog) -> None:
        self._models = models
        self._finished: Callable[[bytes], float] | None = None

    def voice(self) -> Callable[[bytes], float]:
        """What tells speech in one stream. Raises ModelNotFound."""
        from jarvis.speech.detect.silero import Voice

        path = self._path(VOICE_ACTIVITY) or _bundled()
        if path is None:
            raise ModelNotFound("hear.no_voice_activity", model=VOICE_ACTIVITY)
        return Voice(path)

    def finished(self) -> Callable[[bytes], float] | None:
        """What tells whether a turn sounds finished; None where it is not here, and pauses have to be long."""
        if self._finished is None and (path := self._path(TURN_END)) is not None:
            from jarvis.speech.detect.smart_turn import SmartTurn

            self._finished = SmartTurn(path)
        return self._finished

    def _path(self, name: str) -> Path | None:
        return next((one.path for one in self._models.installed() if one.card.id == name), None)


def _bundled() -> Path | None:
    """The same network, as it comes with faster-whisper."""
    spec = find_spec("faster_whisper")
    places = (spec.submodule_search_locations if spec is not None else None) or ()
    found = [Path(place) / "assets" / "silero_vad_v6.onnx" for place in places]
    return next((path for path in found if path.is_file()), None)


@asynccontextmanager
async def hearing(settings: Settings, paths: Paths, model: str) -> AsyncIterator[tuple[str, Hearing]]:
    """A model that hears, by its name or the best one here, with its id. Raises ModelNotFound, and what loading
    does.
    """
    logs, models = private(paths.engine_logs), catalog(settings, paths)
    host = Host(models, settings, logs)
    keeper = Keeper(host.look, host.how, Rules(0, settings.server.request_timeout_seconds, 1, logs), Lessons())
    here = [one for one in models.installed() if one.card.kind == "hear"]
    if not here and model == "auto":
        raise nobody(Needs("hear"), models.cards())
    found = choose("auto", here, Needs("hear"), {})[0] if model == "auto" else models.find(model, kind="hear")
    try:
        async with keeper.use(found, lambda stage, fraction: None) as lease:
            yield found.card.id, cast(Hearing, lease.running)
    finally:
        await keeper.close()


Device = Literal["auto", "cpu", "cuda"]
SIZES = {"turbo": "large-v3-turbo", "large": "large-v3-turbo"}
"""Whisper's own names of sizes, where the catalog has another."""


@asynccontextmanager
async def listening(
    settings: Settings, paths: Paths, model: str, device: Device = "auto"
) -> AsyncIterator[tuple[str, Listening]]:
    """What writes down speech, by a model that stays loaded, with its id. ``model`` is auto, one of the catalog, or a
    size of Whisper. Raises ModelNotFound, UsageError when there is no room on a card for "cuda", and what loading does.
    """
    logs, models = private(paths.engine_logs), catalog(settings, paths)
    host = Host(models, settings, logs)

    def look() -> Sight:
        sight = host.look()
        return sight if device != "cpu" else replace(sight, devices=tuple(d for d in sight.devices if d.id == HOST))

    rules = Rules(0, settings.server.request_timeout_seconds, settings.models.queue, logs)
    keeper = Keeper(look, host.how, rules, Lessons())
    found = _whisper(models, model)
    route = Route(found.card.id, model, "")
    borrowing = Borrowing(lambda asked, needs: (found, route), lambda: [found], keeper, Books(()), None)
    try:
        async with keeper.use(found, lambda stage, fraction: None) as lease:
            if device == "cuda" and lease.running.load.device == HOST:
                raise UsageError("library.no_card", param="device", model=found.card.id)
        yield found.card.id, Listening(borrowing, settings.hear)
    finally:
        await keeper.close()


def _whisper(models: Catalog, name: str) -> Installed:
    here = [one for one in models.installed() if one.card.kind == "hear"]
    if name == "auto":
        if not here:
            raise nobody(Needs("hear"), models.cards())
        return choose("auto", here, Needs("hear"), {})[0]
    size = f"whisper-{SIZES.get(name, name)}"
    if sized := next((one for one in here if one.card.id in (size, f"{size}-mirror")), None):
        return sized
    try:
        card = models.card(name.partition(":")[0], "hear")
    except ModelNotFound:
        if size.partition(":")[0] not in (card.id for card in models.cards()):
            raise
        return models.find(size)
    if card.kind != "hear":
        raise UsageError("router.cannot", param="model", model=card.id, lack="hear")
    return models.find(name)
