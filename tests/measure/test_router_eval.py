"""The report as a whole, on questions made up here."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from jarvis.errors import UsageError
from jarvis.measure.pairs import Seen, choose
from jarvis.measure.plots import plots
from jarvis.measure.pool import Known, Pool
from jarvis.measure.questions import Question, Questions
from jarvis.measure.router_eval import evaluate, look
from jarvis.router.difficulty import STRONG, difficulty, to_embed
from jarvis.router.policy import Mind, quality_of
from jarvis.router.signals import signals
from jarvis.words.chat import ChatRequest, Message
from jarvis.words.routing import SPECIALTIES, Ability

SUBJECTS = (
    "the heart",
    "this Python function:\n```python\ndef f(x):\n    return x + 1\n```\n",
    "a friend",
    "the tides",
)


def made(name: str, n: int, *, costs: bool = False, lang: str = "en", scores: bool = True, seed: int = 0) -> Questions:
    random = np.random.default_rng(seed)
    items = []
    for i in range(n):
        about = SUBJECTS[i % 4]
        prompt = f"What is said of {about} in case {i}?" if lang == "en" else f"¿Qué se dice de {about} en el caso {i}?"
        hard = i % 4 == 1
        score = {"weak:a": float(random.random() > (0.9 if hard else 0.02)), "strong:b": float(random.random() > 0.02)}
        cost = {"weak:a": 0.0001, "strong:b": 0.01} if costs else {}
        items.append(Question(f"q{i}", "en" if lang == "en" else "es", about, prompt, score if scores else {}, cost))
    return Questions(name, tuple(items))


async def embed(texts: Sequence[str]) -> NDArray[np.float64]:
    """A direction for each subject, whatever the language."""
    rows = np.zeros((len(texts), 384))
    for row, text in zip(rows, texts, strict=True):
        row[next((i for i, s in enumerate(SUBJECTS) if s in text), 9)] = 1.0
    return rows


def run(data: Sequence[Questions], frozen: Sequence[Questions] = (), *, vectors: bool = True) -> dict[str, object]:
    return asyncio.run(evaluate(data, frozen, None, None, embed if vectors else None))


def test_the_form_is_stable_and_what_does_not_apply_is_null() -> None:
    report = run([made("plain", 40, scores=False)], vectors=False)
    assert report["data"] == [
        {"name": "plain", "n": 40, "weak": None, "strong": None, "router": None, "length": None, "random": None, "oracle": None}  # noqa: E501
    ]  # fmt: skip
    assert report["saving"] == {"at95": None, "at98": None, "quality": None}
    assert (report["aiq"], report["ece"]) == (None, None)
    assert report["invariance"] == {"spearman": None, "strong_gap": None, "flips": None}
    times = report["decision_ms"]
    assert isinstance(times, dict)
    assert 0 < times["p50"] <= times["p95"]


def test_two_models_without_prices() -> None:
    report = run([made("two", 80)], [made("other", 80, seed=1)])
    (row,) = report["data"]  # type: ignore[misc]
    assert (row["weak"], row["strong"], row["n"]) == ("weak:a", "strong:b", 80)
    assert row["random"]["apgr"] == pytest.approx(0.5)
    for way in ("router", "length", "random", "oracle"):
        assert row[way]["apgr"] <= row["oracle"]["apgr"] + 1e-9
        assert {"apgr", "apgr_ci", "cpt50", "cpt80", "cpt95"} == set(row[way])
    saving = report["saving"]
    assert isinstance(saving, dict)
    assert 0 <= saving["at98"] <= saving["at95"] <= 1
    assert report["aiq"] is None


def test_priced_models_learn_from_other_data_whom_to_ask() -> None:
    """Only questions on code need the strong model: a quarter of the money buys all its quality."""
    report = run([made("test", 120, costs=True, seed=2)], [made("train", 400, costs=True, seed=3)])
    saving = report["saving"]
    assert isinstance(saving, dict)
    assert saving["at95"] > 0.6
    assert saving["quality"] > 0.9
    spread = report["detail"]["money"]["aiq"]  # type: ignore[index]
    assert spread["oracle"] >= spread["router"] > spread["random"]
    assert report["aiq"] == spread["router"]
    assert {"recovered_1", "cost"} <= set(plots(report))


def test_the_same_questions_in_two_languages_are_compared_by_id() -> None:
    report = run([made("en", 40, scores=False), made("es", 40, scores=False, lang="es")])
    found = report["invariance"]
    assert isinstance(found, dict)
    assert found["n"] == 40
    assert found["flips"] is not None


def test_a_model_that_is_not_there_is_told() -> None:
    data = made("two", 4)
    assert choose(data, None, None) == ("weak:a", "strong:b")
    with pytest.raises(UsageError, match="gpt-9"):
        choose(data, None, "gpt-9")


def test_what_ranks_is_what_the_policy_predicts() -> None:
    """The policy's own figures for the anchor and for a strong model, question by question."""
    seen = asyncio.run(look(made("plain", 12), embed))
    advantage = seen.advantage()
    for i, question in enumerate(seen.questions.items):
        asked = signals(ChatRequest((Message.of("user", question.prompt),)))
        vector = asyncio.run(embed([to_embed(question.prompt)]))[0]
        hard = difficulty(asked, question.prompt, vector)
        weak, strong = (
            quality_of(Mind(str(a), True, dict.fromkeys(SPECIALTIES, Ability(a, 0.0, "card")), 8192), asked, hard)[0]
            for a in (0.0, STRONG)
        )
        assert strong - weak == pytest.approx(advantage[i], abs=1e-3)


def test_abilities_that_were_judged_are_found_again() -> None:
    random = np.random.default_rng(5)
    n, true = 4000, np.array([-1.0, 0.5, 2.0])
    parts = np.zeros((n, 8))
    parts[np.arange(n), random.integers(0, 8, n)] = 1
    hard, counts = random.normal(0, 1.5, n), random.uniform(0.3, 1.5, n)
    items = tuple(Question(str(i), "en", "", "x" * int(random.integers(1, 99)), {}, {}) for i in range(n))
    seen = Seen(Questions("made", items), hard, counts, parts)
    chance = 1 / (1 + np.exp(hard[:, None] - counts[:, None] * true))
    dollars = np.array([[1e-5 * len(q.prompt) * k for k in (1, 2, 3)] for q in items])
    told = Known(seen, Pool(("a", "b", "c"), (random.random((n, 3)) < chance).astype(float), dollars))
    quality, cost = told.expect(seen)
    assert np.abs(quality - chance).mean(0).max() < 0.04
    assert np.allclose(cost, dollars, rtol=1e-6)
