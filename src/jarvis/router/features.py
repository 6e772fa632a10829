"""A question as numbers that mean the same in Spanish and English: lengths, numbers, form, what is asked. Pure.

No words of either language get in, except through signals that both languages share; Spanish lengths are brought to
English ones by the ratio of parallel texts, since Spanish says the same with more letters.
"""

from __future__ import annotations

import math
import re

from jarvis.router.essence import asked, parts
from jarvis.router.lexicon import NEGATION
from jarvis.words.fold import fold
from jarvis.words.routing import QuestionType, Signals

_STRETCH = {"en": 1.0, "es": 1.13}
"""Characters of a text over those of its English original (median of the question pairs of XQuAD)."""
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_DECIMAL = re.compile(r"\d[.,]\d{1,2}(?!\d)")
_FRACTION = re.compile(r"\b\d+\s?/\s?\d+\b")
_LATEX = re.compile(r"\\[a-zA-Z]+|[\^_]\{")
_OPERATOR = re.compile(r"[=+*^×÷≤≥<>∑∫√]")
_ACRONYM = re.compile(r"\b[A-Z]{2,}\b")
_SENTENCE = re.compile(r"[.!?]+(?:\s|$)")
_WORD = re.compile(r"[^\W\d_]+")
_TOKEN = re.compile(r"\w+")
_NONE_OF = re.compile(
    r"\b(?:all|none|both|neither|todas?|todos?|ningun[oa]?|amb[oa]s)\b.{0,12}\b(?:above|these|of|de|anteriores)\b"
)
_STATEMENTS = re.compile(r"\b(?:statement|afirmacion|i and ii|i y ii|ii only|solo ii|i only|solo i)\b")
_TRUE = re.compile(r"\b(?:true|false|correct|incorrect|verdader[oa]s?|fals[oa]s?|correct[oa]s?|incorrect[oa]s?)\b")
_EACH = re.compile(r"\b(?:each|every|per|cada|por (?:hora|dia|semana|mes|ano|persona|minuto|kilo))\b")
_TIMES = re.compile(
    r"\b(?:times|twice|half|third|quarter|double|triple|dozen|veces|doble|mitad|tercio|cuarto|triple|docena)\b"
)
_MONEY = re.compile(r"[$€£]|\b(?:dollars?|euros?|cents?|dolares?|centavos?|centimos?)\b")

_KINDS: tuple[QuestionType, ...] = (
    "what", "who", "when", "where", "why", "how", "how_many", "yes_no", "choice", "order", "statement",
)  # fmt: skip
"""``which`` counts as ``what``: Spanish parts *qué* and *cuál* otherwise than English does."""

NAMES: tuple[str, ...] = (
    "stem_length", "text_length", "options", "option_length", "option_spread", "options_numeric", "options_alike",
    "sentences", "numbers",
    "large_number", "decimals", "fractions", "percent", "money", "digits", "latex", "operators", "acronyms", "negation",
    "none_of", "statements", "true_false", "each", "times", "blank", "quotes", "commas", "lines", "code", "maths",
    *(f"kind_{kind}" for kind in _KINDS),
)  # fmt: skip
"""What each number is, in order."""


def features(signals: Signals, text: str) -> list[float]:
    """The numbers of a question, ``len(NAMES)`` of them, in the order of ``NAMES``; ``text`` is the question itself.

    Lengths and counts are logarithms (``log1p``), the rest shares and 0 or 1.
    """
    read = asked(text)
    stem, listed = parts(read)
    folded = fold(read)
    options = [o for o in re.split(r"\n\s*\(?[A-Ja-j1-9][.)]\s", listed) if o.strip()]
    stretch = _STRETCH[signals.language]
    asks = "what" if signals.question == "which" else signals.question
    words = _WORD.findall(stem)
    sizes = [len(o.strip()) / stretch for o in options]
    mean_size = sum(sizes) / len(sizes) if sizes else 0.0
    numbers = _NUMBER.findall(stem)
    large = max((min(len(n.replace(",", "").split(".")[0]), 9) for n in numbers), default=0)
    some = max(len(words), 1)
    values = [
        math.log1p(len(stem) / stretch),
        math.log1p(len(read) / stretch),
        min(len(options), 10) / 10,
        math.log1p(mean_size),
        math.log1p((max(sizes) - min(sizes)) if sizes else 0.0),
        sum(bool(_NUMBER.search(o)) for o in options) / max(len(options), 1),
        _alike(options),
        math.log1p(len(_SENTENCE.findall(stem))),
        math.log1p(len(numbers)),
        large / 9,
        math.log1p(len(_DECIMAL.findall(stem))),
        math.log1p(len(_FRACTION.findall(stem))),
        math.log1p(folded.count("%") + folded.count("percent") + folded.count("por ciento")),
        math.log1p(len(_MONEY.findall(folded))),
        sum(map(len, numbers)) / max(len(stem), 1),
        math.log1p(len(_LATEX.findall(read))),
        math.log1p(len(_OPERATOR.findall(read))),
        math.log1p(len(_ACRONYM.findall(stem))),
        math.log1p(len(NEGATION.findall(folded))),
        float(bool(options and _NONE_OF.search(folded))),
        float(bool(options and _STATEMENTS.search(folded))),
        float(bool(_TRUE.search(folded))),
        math.log1p(len(_EACH.findall(folded))),
        math.log1p(len(_TIMES.findall(folded))),
        float("_" in stem),
        float(any(q in stem for q in '"“«')),
        stem.count(",") / some,
        math.log1p(stem.count("\n")),
        float(signals.code),
        float(signals.maths),
        *(float(asks == kind) for kind in _KINDS),
    ]  # fmt: skip
    return values


def _alike(options: list[str]) -> float:
    """How much the options repeat each other's words, 0..1: who judges two statements ("True, False") or weighs causes
    against each other has to reason, who picks a name has to know.
    """
    said = [set(_TOKEN.findall(o.lower())) for o in options]
    return 1 - len(set().union(*said)) / max(sum(map(len, said)), 1) if len(said) > 1 else 0.0
