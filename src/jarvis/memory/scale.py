"""The scale of an embedder's cosines: what is far apart to one model (0.5, BGE-M3) is as near as can be to another.

The weights of ``fusion`` and its judgement of what is relevant were learned with the cosines of one embedder. Those of
any other are moved and stretched onto its scale, by two numbers that are measured once, on questions and passages of
our own (``probes.json``, in both languages): the mean cosine of what has nothing to do with each other, and how much
nearer what answers is. Within one question this changes no order of cosines, only what they weigh beside words.

Scores relative to a question's own candidates (z-scores) rank as well and cannot judge: the best of what has nothing to
do with a question is as far ahead of the rest as what answers one. Figures: ``docs/memory.md``.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from jarvis.errors import JarvisError
from jarvis.memory.people import Transactions

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from jarvis.memory.filling import Embedder

    Floats = NDArray[np.float32]

_log = logging.getLogger(__name__)


class Onto(NamedTuple):
    """What a cosine becomes: ``shift + factor * cosine``."""

    shift: float = 0.0
    factor: float = 1.0


AS_IT_IS = Onto()


@dataclass(frozen=True, slots=True)
class Scale:
    """``unrelated``: the mean cosine of a question and a passage that have nothing to do with each other, of both
    languages and across them. ``gap``: by how much more a passage has that answers, in the question's language; 0 of
    an embedder that does not tell the two apart.
    """

    unrelated: float
    gap: float

    def onto(self, other: Scale) -> Onto:
        """What brings its cosines onto another scale."""
        if not self.gap or self == other:
            return AS_IT_IS
        factor = other.gap / self.gap
        return Onto(other.unrelated - factor * self.unrelated, factor)


class Probes(NamedTuple):
    """As many questions as passages, the English half first; each question is answered by the passage of its place, and
    by that of its place in the other half. ``name`` is a hash of them all.
    """

    questions: list[str]
    passages: list[str]
    name: str


@cache
def probes() -> Probes:
    """Our own."""
    text = files("jarvis.memory").joinpath("probes.json").read_text("utf-8")
    pairs = [topic[language] for language in ("en", "es") for topic in json.loads(text)]
    return Probes([q for q, _ in pairs], [p for _, p in pairs], blake2b(text.encode(), digest_size=8).hexdigest())


@cache
def learned() -> tuple[str, Scale]:
    """The id of the embedder with which the weights of ``fusion`` were learned, and its scale."""
    told = json.loads(files("jarvis.memory").joinpath("weights.json").read_text())["learned_with"]
    return told["model"], Scale(told["unrelated"], told["gap"])


def scale(questions: Floats, passages: Floats) -> Scale:
    """Of the vectors of ``probes``, rows of length 1. Pure."""
    import numpy as np

    cosines, half = questions @ passages.T, len(questions) // 2
    spanish, topic = np.divmod(np.arange(len(questions)), half)
    apart = topic[:, None] != topic
    alike = cosines[apart & (spanish[:, None] == spanish)]
    gap = float(np.diag(cosines).mean() - alike.mean())
    return Scale(float(cosines[apart].mean()), gap if gap > float(alike.std()) else 0.0)


class Scales:
    """Those that were measured, kept beside the vectors by the model's id."""

    def __init__(self, database: Transactions) -> None:
        self._database = database
        self._known: dict[str, Onto] = {}

    async def onto(self, model: str) -> Onto:
        """What brings the cosines of a model onto the scale of the weights; as they are while its own is not known.
        Raises StoreError.
        """
        return await self._found(model) or AS_IT_IS

    async def _found(self, model: str) -> Onto | None:
        weighed, theirs = learned()
        if model == weighed:
            return AS_IT_IS
        if model not in self._known:
            query = "SELECT unrelated, gap FROM scales WHERE model = ? AND probes = ?"
            row = await self._database.run(lambda db: db.execute(query, (model, probes().name)).fetchone())
            if row is None:
                return None
            self._known[model] = Scale(*row).onto(theirs)
        return self._known[model]

    async def measure(self, embedder: Embedder) -> None:
        """Measure the scale of an embedder, unless it is known: 64 short texts. What keeps it from that is logged, and
        it is tried again the next time. Raises StoreError.
        """
        if await self._found(embedder.id) is not None:
            return
        asked = probes()
        try:
            questions = await embedder.embed(asked.questions, "query")
            found = scale(questions, await embedder.embed(asked.passages, "passage"))
        except JarvisError as error:
            _log.warning("the cosines of %s are taken as they are: %s", embedder.id, error)
            return
        if not found.gap:
            _log.warning("the cosines of %s are taken as they are: what answers is no nearer to it", embedder.id)
        row = embedder.id, asked.name, found.unrelated, found.gap  # of a model elsewhere the id is final only now
        await self._database.run(lambda db: db.execute("INSERT OR REPLACE INTO scales VALUES (?, ?, ?, ?)", row))
