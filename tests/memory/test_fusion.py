"""How features add up, and when what was found is worth reading."""

from __future__ import annotations

import json
import math
from importlib.resources import files
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jarvis.memory import fusion

TOLD = json.loads(files("jarvis.memory").joinpath("weights.json").read_text())
COLUMNS = {name: n for n, name in enumerate(fusion.NAMES)}


def features(**rows: list[float]) -> fusion.Features:
    """What is not given is 0."""
    n = len(next(iter(rows.values())))
    every = ("same", *fusion.WORDS, *fusion.PLAIN)
    assert set(rows) <= set(every)
    return fusion.Features(**{name: np.array(rows.get(name, [0.0] * n), np.float32) for name in every})


def test_every_weight_is_there_and_no_other() -> None:
    for table in ("linear", "words"):
        assert set(TOLD[table]) == set(fusion.NAMES)
        assert all(math.isfinite(w) for w in TOLD[table].values())
    assert set(TOLD["relevant"]) == {sort + words for sort in fusion.SORTS for words in ("", "_words")}
    for judge in TOLD["relevant"].values():
        assert len(judge["weights"]) == 5 and 0 < judge["threshold"] < 1 and judge["beside"] > 0
    assert TOLD["reranker"] > 0
    held = fusion.weights()
    assert held.linear.tolist() == pytest.approx([TOLD["linear"][name] for name in fusion.NAMES])


@pytest.mark.parametrize("table,name", [("linear", "own.same"), ("words", "asks")])
def test_one_that_is_missing_is_told(table: str, name: str) -> None:
    told = TOLD | {table: {k: v for k, v in TOLD[table].items() if k != name}}
    with pytest.raises(KeyError, match=name):
        fusion.of(told)


def test_only_a_question_mark_speaks_against_a_passage() -> None:
    for table in ("linear", "words"):
        assert {name for name, weight in TOLD[table].items() if weight < 0} <= {"asks"}


def test_words_alone_lean_on_no_vector() -> None:
    """There are none: a weight of what is always 0 would be missing from every sum."""
    assert not any(w for name, w in TOLD["words"].items() if name.split(".")[0] in ("dense", "sentence", "fellows"))
    assert all(TOLD["relevant"][f"{sort}_words"]["weights"][2] == 0 for sort in fusion.SORTS)


def test_what_words_and_meaning_say_goes_to_the_column_of_the_language() -> None:
    matrix = features(same=[1, 0], own=[0.5, 0.5], dense=[0.9, 0.9], asks=[1, 0]).matrix()
    assert matrix.shape == (2, len(fusion.NAMES))
    for name, row in (("own", 0.5), ("dense", 0.9)):
        assert matrix[:, COLUMNS[f"{name}.same"]].tolist() == pytest.approx([row, 0])
        assert matrix[:, COLUMNS[f"{name}.other"]].tolist() == pytest.approx([0, row])
    assert matrix[:, COLUMNS["asks"]].tolist() == [1, 0]


NUMBERS = st.floats(0, 1, width=32)


@st.composite
def some(draw: st.DrawFn) -> fusion.Features:
    n = draw(st.integers(1, 8))
    column = st.lists(NUMBERS, min_size=n, max_size=n)
    return features(
        **{name: draw(column) for name in (*fusion.WORDS, *fusion.PLAIN)}, same=[float(i % 2) for i in range(n)]
    )


@given(some(), st.booleans())
def test_why_adds_up_to_the_score(found: fusion.Features, vectors: bool) -> None:
    scores = fusion.scores(found, vectors)
    for n, score in enumerate(scores.tolist()):
        assert sum(fusion.why(found, n, vectors).values()) == pytest.approx(score, abs=0.02)


@given(some(), st.sampled_from(fusion.SORTS), st.booleans())
def test_likely_is_a_probability_and_enough_is_a_threshold(found: fusion.Features, sort: str, vectors: bool) -> None:
    likely, enough = fusion.relevance(found, fusion.scores(found, vectors), sort, vectors)
    assert 0 < likely < 1
    assert enough == (likely >= TOLD["relevant"][sort if vectors else f"{sort}_words"]["threshold"])


def row(words: float, cosine: float, others: int, unlike: float = 0.76) -> dict[str, Any]:
    """The best, and so many others that have nothing to do with the question."""
    return {
        "same": [1.0] * (1 + others), "own": [words] + [0.0] * others, "near": [words] + [0.0] * others,
        "dense": [cosine] + [unlike] * others, "sentence": [cosine] + [unlike] * others, "length": [0.3] * (1 + others),
    }  # fmt: skip


@pytest.mark.parametrize("sort", fusion.SORTS)
@pytest.mark.parametrize("others", [0, 1, 3, 4, 20])
def test_an_answer_is_relevant_however_little_else_there_is(others: int, sort: str) -> None:
    """The first thing that somebody tells is found as the hundredth is."""
    for vectors in (True, False):

        def told(words: float, cosine: float, vectors: bool = vectors) -> tuple[float, bool]:
            found = features(**row(words, cosine if vectors else 0.0, others, 0.76 if vectors else 0.0))
            return fusion.relevance(found, fusion.scores(found, vectors), sort, vectors)

        assert told(0.4, 0.89)[1]
        assert not told(0.0, 0.76)[1]
        assert told(0.4, 0.89)[0] > told(0.2, 0.82)[0] > told(0.0, 0.76)[0]


def test_of_nothing_nothing_is_likely() -> None:
    assert fusion.relevance(features(same=[]), np.zeros(0, np.float32), "said") == (0.0, False)
