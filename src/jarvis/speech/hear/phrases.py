"""Which of several things that were perhaps said is one that people say: a small model of phrases. Pure.

Whisper base hears "Contemporizador de cinco minutos" where "pon temporizador" was said, which is its third guess. A
model of pairs of words (bigrams with absolute discounting; Ney, Essen and Kneser 1994), of phrases that are said to an
assistant at home and of the owner's names, chooses among its guesses. It only has a say where the choice is such a
phrase almost word by word: what else is dictated stays as it was heard.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from jarvis.speech.hear.normal import normal

BEGIN, END, NUMBER = "<s>", "</s>", "#"
DISCOUNT = 0.75
UNKNOWN = -12.0
"""Log probability of a word that no phrase has."""
WEIGHT, WORD = 0.3, 0.9
"""Of this model beside the acoustic one, and what each word is worth: without it, what is shorter is likelier."""
KNOWN = 0.8
"""So many of the words have to be of phrases."""
FEWER = 1
"""So many words fewer than what was heard best: a guess that ends early leaves out the second of two commands."""


class Guess(NamedTuple):
    """``log_probability`` is the sum over its tokens, by the model that heard it."""

    text: str
    log_probability: float


class Phrases:
    """The phrases of one language and the names of one owner."""

    def __init__(self, phrases: Iterable[str], language: str) -> None:
        self._language = language
        self._pairs: Counter[tuple[str, str]] = Counter()
        for phrase in phrases:
            words = self._words(phrase)
            self._pairs.update(zip([BEGIN, *words], [*words, END], strict=True))
        self._before: Counter[str] = Counter()
        self._kinds: Counter[str] = Counter()
        self._single: Counter[str] = Counter()
        for (before, word), count in self._pairs.items():
            self._before[before] += count
            self._kinds[before] += 1
            self._single[word] += count
        self._all = self._single.total() + len(self._single)

    def _words(self, text: str) -> list[str]:
        return [NUMBER if word.isdigit() else word for word in normal(text, self._language)]

    def _log(self, before: str, word: str) -> float:
        alone = self._single[word] / self._all
        if count := self._before[before]:
            left = DISCOUNT * self._kinds[before] / count
            alone = max(0.0, self._pairs[before, word] - DISCOUNT) / count + left * alone
        return max(UNKNOWN, math.log(alone)) if alone else UNKNOWN

    def score(self, text: str) -> float:
        """What this model adds to the log probability of a guess."""
        words = self._words(text)
        total = sum(self._log(a, b) for a, b in zip([BEGIN, *words], [*words, END], strict=True))
        return WEIGHT * total + WORD * len(words)

    def known(self, text: str) -> float:
        """The part of its words that phrases have, 0..1."""
        words = self._words(text)
        return sum(word in self._single for word in words) / max(1, len(words))

    def best(self, guesses: Sequence[Guess]) -> int:
        """The number of the guess that was said; the first is what was heard best."""
        least = len(self._words(guesses[0].text)) - FEWER
        whole = [n for n, guess in enumerate(guesses) if len(self._words(guess.text)) >= least]
        found = max(whole, key=lambda n: guesses[n].log_probability + self.score(guesses[n].text))
        return found if self.known(guesses[found].text) >= KNOWN else 0


@lru_cache(8)
def phrases(language: str, hints: tuple[str, ...] = ()) -> Phrases | None:
    """Of a language; None where there are none."""
    file = files("jarvis.speech.hear") / "said" / f"{language}.txt"
    if not file.is_file():
        return None
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return Phrases([*lines, *hints], language)
