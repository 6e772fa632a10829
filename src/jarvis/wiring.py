"""The only file that knows the concrete parts: it builds the house and takes it down."""

from __future__ import annotations

import asyncio
import logging
import shutil
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from jarvis import registry
from jarvis.assistant import calls, conversations
from jarvis.assistant.along import along
from jarvis.assistant.books import Books
from jarvis.assistant.chain import Chain
from jarvis.assistant.conversations import Conversations
from jarvis.assistant.desk import Desk
from jarvis.assistant.elsewhere import Paying
from jarvis.assistant.finding import Finding, finding, not_to_be_sent
from jarvis.assistant.forgetting import Forgetting
from jarvis.assistant.fresh import Freshness
from jarvis.assistant.health import Health
from jarvis.assistant.inside import Inside
from jarvis.assistant.judging import Judging, Known
from jarvis.assistant.orders import Orders
from jarvis.assistant.pace import Pace, Paces
from jarvis.assistant.paid import PaidModels
from jarvis.assistant.recalled import Recalled
from jarvis.assistant.remembered import Recollection
from jarvis.assistant.routing import Routing
from jarvis.assistant.saving import Saving
from jarvis.assistant.since import Since
from jarvis.assistant.tooling import Tooling
from jarvis.assistant.turn import Assistant
from jarvis.assistant.verdicts import Verdicts
from jarvis.cache import exact
from jarvis.cache.cache import Cache
from jarvis.catalog.api_cards import api_models
from jarvis.catalog.catalog import Catalog
from jarvis.catalog.here import catalog
from jarvis.catalog.shelf import Shelf
from jarvis.config.paths import Paths, private
from jarvis.config.schema import Provider, Settings
from jarvis.documents.reading import Reader
from jarvis.embedders.base import Embedder
from jarvis.embedders.embedding import Embedding
from jarvis.errors import JarvisError
from jarvis.fleet import measured
from jarvis.fleet.fleet import Fleet
from jarvis.fleet.host import Host
from jarvis.fleet.keeper import Keeper
from jarvis.fleet.lease import Rules
from jarvis.fleet.lending import Lending
from jarvis.fleet.lessons import Lessons
from jarvis.fleet.measured import Kept, Measurement, Measurements
from jarvis.fleet.survey import set_context
from jarvis.measure.memory_eval import UNHURRIED, Made
from jarvis.memory import tables
from jarvis.memory.changing import Earlier, Query
from jarvis.memory.facts import Facts
from jarvis.memory.filling import Filling
from jarvis.memory.following import Following
from jarvis.memory.index.keeping import Keeping
from jarvis.memory.learning import Learning
from jarvis.memory.memory import Memory
from jarvis.memory.recall import Recall
from jarvis.money import ledger
from jarvis.money.current import CurrentLimits
from jarvis.money.ledger import Ledger
from jarvis.money.prices import Prices
from jarvis.money.report import Money
from jarvis.providers import keys
from jarvis.router import decisions, feedback, observed
from jarvis.router.decisions import Decisions
from jarvis.router.feedback import Learner
from jarvis.router.observed import Abilities as Observed
from jarvis.router.private import private as private_kinds
from jarvis.search.searching import Searching
from jarvis.server import tokens
from jarvis.server.parts import Deeds, Parts, Remembrance
from jarvis.server.tokens import TokenStore
from jarvis.store.database import Database
from jarvis.telemetry import table
from jarvis.tools import telling, timers
from jarvis.tools.base import Home
from jarvis.tools.toolkit import Toolkit
from jarvis.wiring_speech import voice
from jarvis.wiring_telemetry import Watch, watching
from jarvis.words.model import Installed

_log = logging.getLogger(__name__)
MIGRATIONS = {
    "tokens": tokens.MIGRATIONS,
    "assistant": conversations.MIGRATIONS,
    "telemetry": table.MIGRATIONS,
    "fleet": measured.MIGRATIONS,
    "money": ledger.MIGRATIONS,
    "cache": exact.MIGRATIONS,
    "decisions": decisions.MIGRATIONS,
    "feedback": feedback.MIGRATIONS,
    "abilities": observed.MIGRATIONS,
    "calls": calls.MIGRATIONS,
    "timers": timers.MIGRATIONS,
    "telling": telling.MIGRATIONS,
    "memory": tables.MIGRATIONS,
}
"""Every room's tables, in the order in which they are made."""


@dataclass(frozen=True, slots=True)
class House:
    """Everything, built. ``close`` it on the loop where it was built."""

    parts: Parts
    database: Database
    keeper: Keeper
    kept: Kept
    minds: Minds
    inside: Inside
    memory: Memory
    forgetting: Forgetting
    following: Following
    kit: Toolkit
    watch: Watch
    tasks: tuple[asyncio.Task[None], ...]
    """Loads the models that are always to be there; makes ready what decides."""

    async def close(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.wait(self.tasks)
        await self.following.close()
        await self.forgetting.close()
        await self.memory.close()
        await self.inside.close()
        await self.kit.close()
        await self.minds.close()
        await self.keeper.close()
        await self.kept.close()
        await self.watch.close()
        self.database.close()


@dataclass(frozen=True, slots=True)
class Minds:
    """Who answers: everything that decides, and that asks whoever was chosen."""

    routing: Routing
    chain: Chain
    judging: Judging
    known: Known
    paid: PaidModels
    ledger: Ledger
    cache: Cache
    learner: Learner
    prices: Prices
    observed: Observed
    embedder: Embedder | None
    """What places questions by meaning; ``judging`` closes it."""
    finding: Finding

    async def ready(self) -> None:
        """Whatever takes a moment, before a question waits for it. What fails here fails again where it is told."""
        self.paid.models()  # keys and prices are read beside the rest
        self.learner.centre(self.judging.embedder, await self.judging.ready())
        for step in (self.ledger.recover, self.learner.known, self.observed.known, self.cache.open):
            try:
                await step()
            except JarvisError as error:
                _log.warning("not ready to decide: %s", error)
        await self.paid.ready()

    async def close(self) -> None:
        await self.finding.close()
        await self.chain.close()
        await self.routing.close()
        await self.paid.close()
        await self.judging.close()
        await self.cache.close()
        await self.ledger.close()


async def build(settings: Settings, paths: Paths, clock: Callable[[], float] = time.time) -> House:
    """Open the database, make the owner's token, and put the parts together. Pinned models are loaded by and by.
    ``clock`` says when something is said, asked and remembered.
    """
    private(paths.data)
    private(paths.state)
    logs = private(paths.engine_logs)
    models = catalog(settings, paths)
    database = Database(paths.database, MIGRATIONS)
    try:
        store = TokenStore(database, paths.token)
        await store.owner_token()
        patience = settings.server.request_timeout_seconds / 2
        rules = Rules(settings.models.idle_unload_seconds, patience, settings.models.queue, logs)
        machine = Host(models, settings, logs)
        kept = Kept(database)
        keeper = Keeper(machine.look, machine.how, rules, Lessons(await kept.known(), kept.keep))
        measurements = Measurements(database)
        watch = watching(settings, database)
        events, lines = watch.events, watch.lines
        shelf = Shelf(models, settings)
        priorities = {name: m.priority for name, m in settings.model.items() if m.priority is not None}
        told = Decisions(database)
        since = Since()
        books = Books(watch.sinks, told, since)
        minds = _minds(settings, paths, database, models, shelf, keeper, await measurements.known(), logs)
        recalled = Recalled(minds.cache, books, lambda: minds.judging.embedder, sampled=settings.cache.sampled)

        def known(name: str) -> str:
            card = minds.paid.named(name)
            return shelf.find(name).card.id if card is None else card.id

        verdicts = Verdicts(told, minds.learner, known, minds.cache)
        desk = Desk(
            shelf,
            shelf.find,
            priorities,
            keeper,
            books,
            minds.routing,
            minds.chain,
            models.cards,
            settings.models.default,
            lambda installed: set_context(installed.card, settings),
            measurements.speeds,
            minds.paid.named,
            recalled if settings.routing.cache_responses else None,
            verdicts,
            settings.routing.cascade,
            Freshness(minds.judging.signals, Searching(settings), settings.routing.private_stays),
            settings.routing.private_stays,
            minds.paid.on_offer,
            inside := Inside(settings, models, logs, minds.embedder),
        )
        talks, made = Conversations(database, clock), calls.Calls(database)
        tells = telling.Telling(database)
        kit = Toolkit(Home(settings, database, private(paths.data / "tools"), tells.tell))
        tooling = Tooling(kit, made, talks, books, settings.tools.steps)
        memory = _memory(settings, paths, database, models, minds, clock)
        judge = partial(private_kinds, topics=settings.routing.private_topics)
        facts = Facts(database, judge, clock)
        forgetting = Forgetting(database, memory, facts, told, minds.learner, minds.cache, events, books, lines, since)
        await forgetting.resume()
        topics = settings.routing.private_topics
        orders = Orders(facts, forgetting, talks, books, lambda: datetime.fromtimestamp(clock()), topics)
        reads = along(settings.memory.reads_along, shelf.find, keeper, memory, facts)
        recollection = Recollection(memory, facts, judge, reads) if settings.memory.recall else None
        assistant = Assistant(
            desk, talks, settings.assistant, tooling, recollection, settings.memory.may_leave, since, orders, clock
        )
    except BaseException:
        database.close()
        raise
    watch.trace(desk, assistant)
    fleet = Fleet(keeper, machine.look, shelf.find, measurements, machine.surveyor, inside.running)
    always = asyncio.create_task(fleet.preload([n for n, m in settings.model.items() if m.pinned]), name="pinned")
    ready = asyncio.create_task(minds.ready(), name="ready")
    opened = asyncio.create_task(kit.open(), name="tools")
    money = Money(database, minds.ledger, minds.prices, settings, minds.paid.has_key, minds.paid.ready)
    following = Following(memory)
    forgetting.unwatched = following.changed
    parts = Parts(
        settings, desk, assistant, store, talks, events, fleet, told, Saving(settings, minds.prices), minds.observed,
        forgetting, minds.cache, time.time(), verdicts, money, Deeds(kit, timers.Timers(database), tells, made),
        Remembrance(
            memory, facts, Learning(memory), paths.data / "incoming", settings.memory.watch, following.changed,
            lambda: memory.busy or following.busy,
        ),
        *voice(desk.borrowing, settings, paths, models, database, minds.ledger, minds.prices, facts, kit,
            forgetting),
        metrics=watch.metrics, folders={"data": paths.data, "models": paths.models}, under_way=books.under_way,
    )  # fmt: skip
    remembering = asyncio.create_task(_remember(memory, following, settings.memory.watch, paths), name="memory")
    tasks = (always, ready, opened, remembering, asyncio.create_task(reads.work(), name="along"))
    return House(parts, database, keeper, kept, minds, inside, memory, forgetting, following, kit, watch, tasks)


async def _remember(memory: Memory, following: Following, watches: bool, paths: Paths) -> None:
    shutil.rmtree(paths.data / "incoming", ignore_errors=True)  # what was being read when a crash came
    await memory.begin()
    if watches:
        following.begin()


def _memory(
    settings: Settings, paths: Paths, database: Database, models: Catalog, minds: Minds, clock: Callable[[], float]
) -> Memory:
    found, reader, withheld = minds.finding, Reader(paths.engine_logs), partial(not_to_be_sent, settings)
    vectors = minds.judging.embedding if found.shared else None
    if vectors is None and found.embedder is not None:
        vectors = Embedding(found.embedder, models)
    if vectors is None:
        return Memory(database, reader, clock=clock, trouble=found.problem)
    from jarvis.memory.vectors import Vectors

    index = registry.load("jarvis.memory.index", settings.memory.index, "Index")
    keeping = Keeping(
        index(settings, private(paths.data / "index"), paths.engine_logs), Vectors(database),
        settings.memory.index_mib << 20,
    )  # fmt: skip

    def again(id: str) -> Earlier | None:
        routers = minds.judging.embedding
        if routers is not None and routers.embedder.id == id:
            return Earlier(routers, own=False)
        made = found.again(id)
        return None if made is None else Earlier(Embedding(made, models), own=True, withheld=withheld(made))

    return Memory(
        database, reader, vectors, keeping, found.reranker, settings.memory.rerank_seconds, clock,
        owns_vectors=not found.shared, again=again, withheld=withheld(vectors.embedder),
    )  # fmt: skip


def _minds(
    settings: Settings,
    paths: Paths,
    database: Database,
    models: Catalog,
    shelf: Shelf,
    keeper: Keeper,
    measured: Mapping[str, Measurement],
    logs: Path,
) -> Minds:
    health, prices = Health(), Prices(settings)
    book = Ledger(database, CurrentLimits(settings, paths.config_file))
    name = settings.routing.embedder
    made: Embedder | None = None
    if name != "none":
        made = registry.load("jarvis.embedders", name, "Embedder")(settings, models, logs)
    judging = Judging(settings, None if made is None else Embedding(made, models))
    learner = Learner(database, settings.routing.learn)
    watched = Observed(database)

    def find_key(name: str, own: Provider) -> str | None:
        key = keys.find(name, own, paths)
        return None if key is None else key.value

    paid = PaidModels(api_models(settings), settings, find_key, book, prices, health, lambda: keys.stamp(paths))
    known = Known(settings, watched, learner, paid.dollars)
    paces = Paces(
        {
            name: Pace(found.first_token_seconds, found.tokens_per_second, found.prompt_tokens_per_second)
            for name, found in measured.items()
        }
    )

    def talking() -> list[Installed]:
        return [m for m in shelf() if m.card.kind == "chat"]

    routing = Routing(talking, keeper, judging, known, paces, settings, health, paid)
    patience = settings.server.request_timeout_seconds
    chain = Chain(keeper, shelf, health, paid, settings.routing.fallback_on_oom, patience)
    cache = Cache(database, settings.cache)
    found = finding(settings, models, logs, Lending(keeper), find_key, made, Paying(book, prices))
    return Minds(routing, chain, judging, known, paid, book, cache, learner, prices, watched, made, found)


@asynccontextmanager
async def searching(
    settings: Settings, paths: Paths, folder: Path, words_only: bool, reranks: bool
) -> AsyncIterator[Made]:
    """Everything that searches memory, by its owner's settings, with a database of its own in ``folder``: to measure.

    Models that are missing are not fetched: what they would do is left out.
    """
    from jarvis.memory.vectors import Vectors

    if not reranks:
        settings = settings.model_copy(update={"memory": settings.memory.model_copy(update={"reranker": "none"})})
    logs, models = private(paths.engine_logs), catalog(settings, paths)
    host = Host(models, settings, logs)
    keeper = Keeper(host.look, host.how, Rules(0, settings.server.request_timeout_seconds, 1, logs), Lessons())
    found = finding(settings, models, logs, Lending(keeper), lambda name, own: None, None)
    database = Database(folder / "memory.db", {"assistant": conversations.MIGRATIONS, "memory": tables.MIGRATIONS})
    embedder = None if words_only or found.embedder is None or not found.embedder.here() else found.embedder
    reranker = None if found.reranker is None or not found.reranker.here() else found.reranker
    made = registry.load("jarvis.memory.index", settings.memory.index, "Index")(settings, folder / "index", logs)
    index = Keeping(made, Vectors(database), settings.memory.index_mib << 20)
    vectors = None if embedder is None else Embedding(embedder, models)
    recall = Recall(database, None if vectors is None else Query(vectors, UNHURRIED), index, reranker)
    filling = None if embedder is None else Filling(database, embedder, index.changed)
    try:
        name = "" if embedder is None else embedder.id
        yield Made(database, recall, name, settings.memory.index, filling, reranker is not None)
    finally:
        recall.close()
        await index.close()
        if vectors is not None:
            await vectors.close()
        await found.close()
        await keeper.close()
        database.close()
