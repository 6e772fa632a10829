"""The shipped heads: in range, explained, moved by what should move them, and alike in both languages."""

from __future__ import annotations

import json
from importlib import resources

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from jarvis.router.difficulty import (
    EMBEDDING,
    LEAST,
    MOST,
    STRONG,
    TRUST,
    Heads,
    View,
    answer_tokens,
    difficulty,
    to_embed,
)
from jarvis.router.essence import LIMIT, essence
from jarvis.router.features import NAMES, features
from jarvis.router.signals import signals
from jarvis.texts import find
from jarvis.words.chat import ChatRequest, Message
from jarvis.words.routing import Signals

EASY = "What is the capital of France?\nA. Paris\nB. Rome"
HARD = (
    "Let $f(x) = \\int_0^x \\frac{\\sin t}{t} dt$ and evaluate $\\lim_{x \\to 0} \\frac{f(x) - x}{x^3}$.\n"
    "A. $-\\frac{1}{18}$\nB. $\\frac{1}{6}$\nC. 0\nD. 1\nE. $\\frac{1}{9}$\nF. 2\nG. 3\nH. $\\frac{5}{18}$\nI. 4\nJ. 5"
)


def seen(text: str) -> Signals:
    return signals(ChatRequest((Message.of("user", text),)))


def test_weights_are_small_and_have_a_card() -> None:
    folder = resources.files("jarvis.router").joinpath("weights")
    assert len(folder.joinpath("router.npz").read_bytes()) < 2_000_000
    card = json.loads(folder.joinpath("router.json").read_text())
    assert {"data", "figures", "anchor", "embedding"} <= set(card)
    assert "alpaca_eval" not in card["data"]


def test_hard_is_harder_than_easy() -> None:
    easy, hard = difficulty(seen(EASY), EASY), difficulty(seen(HARD), HARD)
    assert easy.value < 50 < hard.value
    assert easy.source == hard.source == "features"
    assert hard.because
    assert all(find(code) for code in (*easy.because, *hard.because))


def test_the_embedding_has_a_say() -> None:
    vector = np.full(384, 384**-0.5)
    plain, told = difficulty(seen(EASY), EASY), difficulty(seen(EASY), EASY, vector)
    assert told.source == EMBEDDING
    assert told.value != plain.value
    assert difficulty(seen(EASY), EASY, vector).discrimination != difficulty(seen(EASY), EASY).discrimination


@given(st.text(max_size=300), st.integers(0, 2**31))
@settings(max_examples=80, deadline=None)
def test_any_text_and_any_direction(text: str, seed: int) -> None:
    vector = np.random.default_rng(seed).normal(size=384)
    vector /= np.linalg.norm(vector)
    found = seen(text)
    assert len(features(found, text)) == len(NAMES)
    assert 0 <= difficulty(found, text, vector).value <= 100
    assert 0 < difficulty(found, text, vector).discrimination < 5
    assert LEAST <= answer_tokens(found, vector, text) <= MOST
    assert len(to_embed(text)) <= LIMIT


@pytest.mark.parametrize(
    ("english", "spanish"),
    [
        ("What is the capital of France?", "¿Cuál es la capital de Francia?"),
        ("How many eggs are in 3 dozen?", "¿Cuántos huevos hay en 3 docenas?"),
        ("Who discovered penicillin in 1928?", "¿Quién descubrió la penicilina en 1928?"),
    ],
)
def test_features_do_not_tell_the_language(english: str, spanish: str) -> None:
    en, es = difficulty(seen(english), english), difficulty(seen(spanish), spanish)
    assert en.value == pytest.approx(es.value, abs=6)


def gain(text: str, vector: NDArray[np.float64] | None = None) -> float:
    view = View.of([seen(text)], [text], None if vector is None else vector[None])
    return float(Heads.load().gains(view.x, view.direction)[0])


STATEMENTS = "\nA. True, True\nB. True, False\nC. False, True\nD. False, False"
NAMED = "\nA. Ostwald\nB. Haber\nC. Bosch\nD. Nernst"


def test_options_that_repeat_each_other_are_weighed_not_known() -> None:
    stem = "Which of these holds for the synthesis of ammonia?"
    place = NAMES.index("options_alike")
    assert features(seen(stem + STATEMENTS), stem + STATEMENTS)[place] > 0.5
    assert features(seen(stem + NAMED), stem + NAMED)[place] == 0
    assert features(seen(stem), stem)[place] == 0
    assert gain(stem + STATEMENTS) > gain(stem + NAMED)


def test_what_the_strong_model_fails_too_is_not_sent_to_it() -> None:
    heads, plain = Heads.load(), np.zeros((1, len(NAMES)))
    x = plain.copy()
    x[0, NAMES.index("kind_choice")] = 1
    arrays = {**heads._a, "weak_features_bias": np.array(1.0)}
    sure, lost = (Heads({**arrays, "strong_features_bias": np.array(b)}).gains(x, None)[0] for b in (-4.0, 2.0))
    assert sure > 0.2
    assert lost < 0


def test_the_embedding_ranks_only_open_questions_that_calculate() -> None:
    vector = np.random.default_rng(1).normal(size=384)
    vector /= np.linalg.norm(vector)
    counted, named = (
        "Ana has 3 boxes of 12 eggs and breaks 5. How many are left?",
        "Who painted the ceiling of the chapel?",
    )
    assert gain(counted, vector) != gain(counted)
    assert gain(named, vector) == gain(named)


def test_what_is_embedded_is_the_question() -> None:
    shots = "What is 1+1?\nA) 2\nB) 3\nAnswer:\nA\n\n" * 20
    last = 'Which planet is red?\nA) Mars\nB) Venus\nPrint only a single choice from "A" or "B" without explanation.\nAnswer:'  # noqa: E501
    assert essence(shots + last) == "Which planet is red? / Mars / Venus"
    assert essence((shots + last).replace("\n", "\\n")) == essence(shots + last)
    long = "Beginning of it all. " + "and so on " * 400 + "What is the end?"
    assert essence(long).startswith("Beginning of it")
    assert essence(long).endswith("What is the end?")
    assert essence("") == ""


def test_lengths_of_answers() -> None:
    assert answer_tokens(seen("Turn off the light")) < answer_tokens(seen("Write an essay about the sea"))
    assert answer_tokens(seen(EASY), None, EASY) < answer_tokens(seen(HARD), None, HARD)


def test_ability_counts_for_as_much_as_is_gained() -> None:
    """With all of the trust the strong model of the two-parameter model gains what the heads say, never less than 0."""
    heads = Heads.load()
    fails, gains = np.array([0.2, 0.5, 0.8, 0.5, 0.5]), np.array([0.1, 0.3, 0.1, 0.0, -0.2])
    full = 1 + (heads.discriminations(fails, gains) - 1) / TRUST
    logit = np.log(fails / (1 - fails))
    found = 1 / (1 + np.exp(logit - STRONG * full)) - (1 - fails)
    assert np.allclose(found[:3], gains[:3], atol=0.01)
    assert found[1] > found[3] > found[4] > 0, "what gains nothing still ranks"
