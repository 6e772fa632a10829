"""What is learned from a made-up set whose truth is known, is that truth."""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jarvis.memory import fusion

FILE = Path(__file__).parents[2] / "train" / "recall.py"
COLUMNS = {name: n for n, name in enumerate(fusion.NAMES)}
DENSE = ("dense", "sentence", "fellows")


@pytest.fixture(scope="module")
def train() -> Any:
    spec = spec_from_file_location("train_recall", FILE)
    assert spec is not None and spec.loader is not None
    module = sys.modules[spec.name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def made(train: Any, truth: dict[str, float], seed: int, questions: int = 300, candidates: int = 12) -> Any:
    """Questions whose relevant candidate was drawn by the logit of ``truth``."""
    dice = np.random.default_rng(seed)
    weights = np.array([truth.get(name, 0.0) for name in fusion.NAMES])
    examples = []
    for number in range(questions):
        columns = {name: dice.random(candidates).astype(np.float32) for name in (*fusion.WORDS, *fusion.PLAIN)}
        columns |= {name: (columns[name] < 0.5).astype(np.float32) for name in ("asks", "speaker")}
        columns["near"], columns["sentence"] = columns["own"], columns["dense"]
        columns["within"] = columns["recent"] = np.zeros(candidates, np.float32)
        columns["same"] = dice.integers(0, 2, candidates).astype(np.float32)
        raw = fusion.Features(**columns)
        score = raw.matrix() @ weights
        chance = np.exp(score - score.max())
        relevant = np.zeros(candidates, bool)
        relevant[dice.choice(candidates, p=chance / chance.sum())] = True
        examples.append(train.Example(f"u{number % 8}", raw.matrix(), relevant, 0, raw))
    return train.Set("made", examples, [])


TRUTH = {
    "own.same": 2.0, "near.same": 2.0, "own.other": 0.5, "near.other": 0.5, "dense.same": 5.0, "sentence.same": 5.0,
    "dense.other": 7.0, "sentence.other": 7.0, "thread.same": 2.0, "asks": -1.5, "speaker": 1.0,
}  # fmt: skip


def test_the_weights_of_the_truth_are_learned(train: Any) -> None:
    found = train.fit([made(train, TRUTH, 1), made(train, TRUTH, 2)], np.ones(len(fusion.NAMES)))
    learned = {name: float(found[COLUMNS[name]]) for name in fusion.NAMES}
    for name, weight in TRUTH.items():
        assert learned[name] == pytest.approx(weight, rel=0.35, abs=0.5), name
    for name in ("length", "fellows", "thread.other"):
        assert 0 <= learned[name] < 0.8, name
    assert learned["own.same"] == learned["near.same"] and learned["dense.other"] == learned["sentence.other"]


def test_it_judges_questions_that_it_has_not_seen_as_the_truth_does(train: Any) -> None:
    unseen = made(train, TRUTH, 9).examples
    found = train.fit([made(train, TRUTH, 1)], np.ones(len(fusion.NAMES)))
    truth = np.array([TRUTH.get(name, 0.0) for name in fusion.NAMES])
    ndcg = {name: train.tally(unseen, w).facts()["ndcg@10"] for name, w in (("found", found), ("truth", truth))}
    start = train.tally(unseen, np.ones(len(fusion.NAMES))).facts()["ndcg@10"]
    assert ndcg["found"] > ndcg["truth"] - 0.02 > start


def test_words_alone_learn_nothing_of_vectors(train: Any) -> None:
    found = train.fit([made(train, TRUTH, 1)], np.ones(len(fusion.NAMES)), words_only=True)
    for name in fusion.NAMES:
        if name.partition(".")[0] in DENSE:
            assert found[COLUMNS[name]] == 0
    assert found[COLUMNS["own.same"]] > found[COLUMNS["own.other"]] > 0


def test_nothing_but_a_question_mark_speaks_against_a_passage(train: Any) -> None:
    odd = TRUTH | {"length": -6.0, "asks": 3.0}
    found = train.fit([made(train, odd, 1)], np.ones(len(fusion.NAMES)))
    assert found[COLUMNS["length"]] == 0 and found[COLUMNS["asks"]] == 0
    assert (found[[n for name, n in COLUMNS.items() if name != "asks"]] >= 0).all()


def test_the_slope_is_that_of_the_loss(train: Any) -> None:
    packed = train._packed(made(train, TRUTH, 3, questions=20).examples)
    weights = np.linspace(0.1, 2, len(fusion.NAMES))
    slope = train._slope(*packed, weights)
    for n in range(len(weights)):
        step = np.zeros_like(weights)
        step[n] = 1e-4
        wanted = (train._loss(*packed, weights + step) - train._loss(*packed, weights - step)) / 2e-4
        assert slope[n] == pytest.approx(wanted, abs=1e-3)


def test_what_answers_is_told_from_what_does_not(train: Any) -> None:
    """The relevant one of each question is far ahead: with it taken away nothing answers."""
    clear = {name: 12 * weight for name, weight in TRUTH.items()}
    sets = [made(train, clear, 4)]
    weights = np.array([clear.get(name, 0.0) for name in fusion.NAMES])
    judge, told = train.calibrate(sets, weights, 0.9, 3.0)
    assert fusion.Relevant(**judge).beside == 3.0 and len(judge["weights"]) == 5 and 0 < judge["threshold"] < 1
    assert told["auc"] > 0.75 and told["answered"] == pytest.approx(0.9, abs=0.02)
    assert told["taken away"] < 0.6


def test_what_is_about_something_else_counts_most(train: Any) -> None:
    clear = {name: 12 * weight for name, weight in TRUTH.items()}
    weights = np.array([clear.get(name, 0.0) for name in fusion.NAMES])
    known, other = made(train, clear, 4), made(train, clear, 5)
    dull = [train._part(e.raw, ~e.relevant) for e in other.examples]
    known.strange, known.nothing = dull, [e.raw for e in other.examples]
    _, told = train.calibrate([known], weights, 0.9, 3.0)
    assert told["strange"] < told["nothing"] - 0.2


def test_auc(train: Any) -> None:
    assert train._auc(np.array([0.9, 0.8]), np.array([0.1, 0.2])) == 1
    assert train._auc(np.array([0.1, 0.8]), np.array([0.5])) == 0.5
