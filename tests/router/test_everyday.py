"""What is asked of an assistant all day: easy where a person finds it easy, hard where it is, alike in both languages,
and with features alone.
"""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from jarvis.router.difficulty import Heads, difficulty
from jarvis.router.everyday import NAMES, Everyday, numbers
from jarvis.router.features import features
from jarvis.router.signals import signals
from jarvis.texts import find
from jarvis.words.chat import ChatRequest, Message

PAIRS = [
    json.loads(line)
    for line in (Path(__file__).parents[2] / "train/everyday_held_out.jsonl").read_text(encoding="utf-8").splitlines()
]
"""Of kinds that nothing was trained on; their labels are estimates."""
EXAM = (
    "Which of the following is a correct statement about a monopolist in the long run?\nA. It earns no profit\n"
    "B. It equates price and marginal cost\nC. It faces a falling demand curve\nD. It cannot be regulated\nAnswer:"
)


def hard(text: str) -> float:
    return difficulty(signals(ChatRequest((Message.of("user", text),))), text).value


@pytest.mark.parametrize(
    ("easy", "harder"),
    [
        (("hello", "hola"), ("What is the capital of Kenya?", "¿Cuál es la capital de Kenia?")),
        (("thank you", "gracias"), ("Write an e-mail to my landlord", "Escribe un correo a mi casero")),
        (("switch off the lamp", "apaga la lámpara"), ("Solve x^2 - 7x + 12 = 0", "Resuelve x^2 - 7x + 12 = 0")),
        (("what is 3 + 4?", "¿cuánto es 3 + 4?"), ("what is 7318 * 5927?", "¿cuánto es 7318 * 5927?")),
        (
            ("How do I boil rice?", "¿Cómo se cuece el arroz?"),
            ("Prove that every bounded sequence has a convergent one", "Demuestra que toda sucesión acotada tiene una convergente"),  # noqa: E501
        ),
        (
            ("Write a for loop in Python", "Escribe un bucle for en Python"),
            ("Design a distributed database with consensus and sharding", "Diseña una base de datos distribuida con consenso y particiones"),  # noqa: E501
        ),
        (("What is a prime number?", "¿Qué es un número primo?"), ("Prove the Goldbach conjecture", "Demuestra la conjetura de Goldbach")),  # noqa: E501
    ],
)  # fmt: skip
def test_what_a_person_finds_harder_is_harder(easy: tuple[str, str], harder: tuple[str, str]) -> None:
    for one, other in zip(easy, harder, strict=True):
        assert hard(one) < 13
        assert hard(other) > hard(one) * 1.5


def test_trivial_is_near_nothing_and_what_nobody_solved_near_everything() -> None:
    assert max(map(hard, ("hello", "hola", "thanks", "gracias", "ok", "vale", "bye", "adiós"))) < 3
    assert min(map(hard, ("Prove the Riemann hypothesis", "Demuestra la hipótesis de Riemann"))) > 80


def test_other_kinds_of_questions_are_ranked_as_they_were_judged_and_alike_in_both_languages() -> None:
    english, spanish = (np.array([hard(p[lang]) for p in PAIRS]) for lang in ("en", "es"))
    wanted = np.array([p["fails"] for p in PAIRS])
    for found in (english, spanish):
        assert np.median(found[wanted >= 0.6]) > 4 * np.median(found[wanted <= 0.05])
    gap = np.abs(english - spanish)
    assert np.median(gap) <= 3
    assert np.quantile(gap, 0.95) <= 8


def test_an_examination_is_judged_as_before() -> None:
    seen = signals(ChatRequest((Message.of("user", EXAM),)))
    heads = Heads.load()
    alone = heads.fails(heads.standard(np.array([features(seen, EXAM)])), None)
    assert hard(EXAM) == pytest.approx(100 * float(alone[0]), abs=1)


def test_the_weights_are_small_have_a_card_and_fit_the_numbers() -> None:
    folder = resources.files("jarvis.router").joinpath("weights")
    assert len(folder.joinpath("everyday.npz").read_bytes()) < 100_000
    card = json.loads(folder.joinpath("everyday.json").read_text())
    assert card["numbers"] == list(NAMES)
    assert "estimate" in card["data"]["train/everyday.jsonl"]
    text = "Turn on the light"
    shared = features(signals(ChatRequest((Message.of("user", text),))), text)
    assert Everyday.load().standard(np.array(numbers(text, shared))).shape == (1, len(NAMES))


def test_why_is_told_by_the_heads_that_decided() -> None:
    for text in ("hello", "Prove the Riemann hypothesis"):
        told = difficulty(signals(ChatRequest((Message.of("user", text),))), text).because
        assert told and all(find(code) for code in told)
        assert not any(".numbers." in code for code in told), "there are none"
    assert "router.because.topic.hard" in told
