"""How much a passage has to do with a question: one linear sum of what its words, its meaning and its place say. Pure.

The weights are learned (``train/recall.py``) and frozen in ``weights.json``. They differ for a passage in the
question's own language and in the other one: across languages words tell little, names and numbers apart, and ranks
fused in equal parts cost 27 points there (``docs/memory.md``). Scores of two questions can be compared: whether
anything found is relevant at all is read off them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

LENGTH = 20
"""Stems from which on a passage is no longer a short one."""


@dataclass(frozen=True, slots=True)
class Features:
    """Of each candidate, (n,). ``own``, ``near`` and ``thread`` are BM25's parts (``keywords.Scores``); ``dense`` and
    ``sentence`` the cosine of the whole and of its best sentence, ``fellows`` how much nearer the nearest of its
    thread is; ``asks`` 1 for a question, ``length`` 0..1, ``speaker`` 1 when the question names who said it,
    ``within`` 1 when it is of the time that the question names, ``recent`` 1 now and less the longer ago.
    """

    same: Floats
    own: Floats
    near: Floats
    thread: Floats
    dense: Floats
    sentence: Floats
    fellows: Floats
    asks: Floats
    length: Floats
    speaker: Floats
    within: Floats
    recent: Floats

    def matrix(self) -> Floats:
        """One row a candidate, a column a weight; what words and meaning say has two, by the language."""
        columns = []
        for name in WORDS:
            value = getattr(self, name)
            columns += [value * self.same, value * (1 - self.same)]
        return np.stack([*columns, *(getattr(self, name) for name in PLAIN)], axis=1)


WORDS = ("own", "near", "thread", "dense", "sentence")
"""What weighs differently across languages."""
PLAIN = tuple(f.name for f in fields(Features) if f.name not in (*WORDS, "same"))
NAMES = tuple(f"{name}.{side}" for name in WORDS for side in ("same", "other")) + PLAIN


SORTS = ("said", "document")
"""What a passage may be. Of what was said it can be told whether a question is about it, hardly whether it answers: the
words of both differ too much. Of documents, which answer in the question's words, it can.
"""


@dataclass(frozen=True, slots=True)
class Relevant:
    """Turns what the best candidate says into the probability that it answers: an intercept, and weights of its score,
    its cosine, its part of the words, and what it is ahead of the fifth. ``threshold``: from where on it is read.
    ``beside`` is what a passage scores that has nothing to do with a question: where there are no five, the best is
    ahead of that.
    """

    weights: Sequence[float]
    threshold: float
    beside: float


@dataclass(frozen=True, slots=True)
class Weights:
    """``linear`` has one for each of ``NAMES``; without vectors ``words`` stands in."""

    linear: Floats
    words: Floats
    relevant: Mapping[str, Relevant]
    """By ``SORTS``; without vectors by these and ``_words``."""
    reranker: float
    """What a standard deviation of the reranker's scores counts."""


@cache
def weights() -> Weights:
    """The frozen ones."""
    told = json.loads(files("jarvis.memory").joinpath("weights.json").read_text())
    return of(told)


def of(told: Mapping[str, object]) -> Weights:
    """Weights as the file has them. Raises KeyError for one that is missing."""

    def row(name: str) -> Floats:
        found = told[name]
        assert isinstance(found, dict)
        return np.array([found[n] for n in NAMES], np.float32)

    relevant, reranker = told["relevant"], told["reranker"]
    assert isinstance(relevant, dict) and isinstance(reranker, float)
    judges = {f"{sort}{words}": Relevant(**relevant[f"{sort}{words}"]) for sort in SORTS for words in ("", "_words")}
    return Weights(row("linear"), row("words"), judges, reranker)


def scores(features: Features, with_vectors: bool = True) -> Floats:
    """How much each candidate has to do with the question."""
    found = weights()
    return np.asarray(features.matrix() @ (found.linear if with_vectors else found.words))


def why(features: Features, candidate: int, with_vectors: bool = True) -> dict[str, float]:
    """What each feature gave to a candidate's score, in thousandths, without those that gave nothing."""
    found = weights()
    parts = features.matrix()[candidate] * (found.linear if with_vectors else found.words)
    total: dict[str, float] = {}
    for name, part in zip(NAMES, parts.tolist(), strict=True):
        if part:
            total[name.partition(".")[0]] = round(part, 3)
    return total


def evidence(features: Features, score: Floats, beside: float, order: Sequence[int] | None = None) -> list[float]:
    """What tells whether the best candidate answers; of those in ``order``, best first, where it is given. ``beside``:
    see ``Relevant``.
    """
    order = np.argsort(-score).tolist() if order is None else order
    best = order[0]
    fifth = score[order[4]] if len(order) > 4 else min(beside, score[best])
    return [
        float(score[best]),
        float(max(features.dense[best], features.sentence[best])),
        float(max(features.own[best], features.near[best])),
        float(score[best] - fifth),
    ]


def relevance(
    features: Features, score: Floats, sort: str, with_vectors: bool = True, order: Sequence[int] | None = None
) -> tuple[float, bool]:
    """How likely it is that the best candidate answers, 0..1, and whether that is enough to read what was found;
    ``sort`` is the best one's, of ``SORTS``; ``order``: see ``evidence``. 0 and False when there is none.
    """
    if not len(score if order is None else order):
        return 0.0, False
    judge = weights().relevant[sort if with_vectors else f"{sort}_words"]
    intercept, *rest = judge.weights
    logit = intercept + sum(w * x for w, x in zip(rest, evidence(features, score, judge.beside, order), strict=True))
    likely = 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
    return likely, likely >= judge.threshold
