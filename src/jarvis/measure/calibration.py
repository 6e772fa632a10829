"""The calibration set: 240 questions of our own, each in English and in Spanish, whose answers can be checked.

They are the files ``calibration_set/SPECIALTY.jsonl``, thirty a specialty, six a level. ``difficulty`` is their
author's estimate for a specialty's level, held against what small models answered (``bench/levels.py``); the anchor
itself was never asked. How far off that may be is ``router.ability.SHIFT_SPREAD``.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import zip_longest
from typing import Any, Literal

from jarvis.measure.checks import Check, Language, passes
from jarvis.words.routing import SPECIALTIES, Specialty

LANGUAGES: tuple[Language, ...] = ("en", "es")
THOUGHT_LEVEL = 3
"""From this level on a question with one result is thought about before it is answered."""
SEED = 20
Hint = Literal["brief", "number", "letter", "thought"]

_HINTS: dict[Hint, dict[Language, str]] = {
    "brief": {"en": "Answer briefly.", "es": "Responde brevemente."},
    "number": {"en": "Answer with the number only.", "es": "Responde solo con el número."},
    "letter": {"en": "Answer with the letter only.", "es": "Responde solo con la letra."},
    "thought": {
        "en": "Think briefly, then give the result on the last line as «Answer: …».",
        "es": "Piensa brevemente y da el resultado en la última línea como «Respuesta: …».",
    },
}
_TOKENS = {"brief": 64, "number": 64, "letter": 32, "thought": 320}
MADE_TOKENS = 200
"""For an answer that is a text."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question in both languages. ``level`` is 1..5; ``difficulty`` 0..100, see words.routing.Difficulty."""

    id: str
    specialty: Specialty
    level: int
    difficulty: float
    en: str
    es: str
    check: Check

    @property
    def chance(self) -> float:
        """Probability that who knows nothing answers rightly."""
        return float(self.check.get("chance", 0.0))

    def text(self, language: Language) -> str:
        """The question alone."""
        return self.es if language == "es" else self.en

    @property
    def hint(self) -> Hint | None:
        """How the answer is asked for, so that it can be read; None where the question says it."""
        if self.check["kind"] not in ("number", "choice", "any_of"):
            return None
        if self.level >= THOUGHT_LEVEL and self.specialty in ("math", "code", "reasoning", "technical", "analysis"):
            return "thought"
        if self.specialty == "command":
            return None
        return {"number": "number", "choice": "letter"}.get(self.check["kind"], "brief")  # type: ignore[return-value]

    def prompt(self, language: Language) -> str:
        """What a model is asked."""
        return f"{self.text(language)}\n{_HINTS[self.hint][language]}" if self.hint else self.text(language)

    @property
    def tokens(self) -> int:
        """How long an answer may be."""
        return _TOKENS[self.hint] if self.hint else MADE_TOKENS if self.check["kind"] == "constraints" else 100

    def right(self, answer: str, language: Language) -> bool:
        """Whether it is answered."""
        return passes(self.check, answer, language)


@cache
def questions() -> tuple[Question, ...]:
    """All of them, by specialty and level."""
    folder = files("jarvis.measure") / "calibration_set"
    read = (folder / f"{name}.jsonl" for name in SPECIALTIES)
    return tuple(Question(**json.loads(line)) for file in read for line in file.read_text("utf-8").splitlines())


def order(asked: Sequence[Question], seed: int = SEED) -> list[tuple[Question, Language]]:
    """Every question in both languages, at random, but so that every beginning is balanced: specialties and languages
    take turns, and of each specialty the levels do.
    """
    chance = random.Random(seed)
    rows = []
    for specialty in SPECIALTIES:
        for language in LANGUAGES:
            levels = []
            for level in range(1, 6):
                of_level = [q for q in asked if q.specialty == specialty and q.level == level]
                chance.shuffle(of_level)
                levels.append(of_level)
            chance.shuffle(levels)
            rows.append([(q, language) for turn in zip_longest(*levels) for q in turn if q is not None])
    return [pair for turn in zip_longest(*rows) for pair in turn if pair is not None]


def parallel() -> Iterator[dict[str, Any]]:
    """The lines of ``jarvis eval router`` for es/en invariance: the same ids in both languages, without scores."""
    for question in questions():
        for language in LANGUAGES:
            yield {
                "id": question.id,
                "lang": language,
                "category": question.specialty,
                "prompt": question.text(language),
                "score": {},
            }


def main() -> None:
    """``python -m jarvis.measure.calibration``: those lines."""
    import sys

    for line in parallel():
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
