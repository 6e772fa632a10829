"""A written answer as a person would read it aloud, in Spanish or English: what is only seen is left out, and what is
written short is said in full. Pure.
"""

from __future__ import annotations

import re
from functools import partial

from jarvis.speech.speak.amounts import Step, amounts, number
from jarvis.speech.speak.formulas import formulas
from jarvis.speech.speak.markup import unmarked
from jarvis.speech.speak.numerals import numerals
from jarvis.speech.speak.times import times
from jarvis.words.memory import Language

_SHORT: dict[Language, tuple[tuple[str, str], ...]] = {
    "es": (
        (r"\bp\. ?ej\.", "por ejemplo"), (r"\betc\.", "etcétera"), (r"\bSr\.", "señor"), (r"\bSra\.", "señora"),
        (r"\bDr\.", "doctor"), (r"\bDra\.", "doctora"), (r"\bUd\.", "usted"), (r"\bUds\.", "ustedes"),
        (r"\baprox\.", "aproximadamente"), (r"\bpág\.", "página"), (r"\bnº ?(?=\d)", "número "),
        (r"\bn\.º ?(?=\d)", "número "), (r"\ba\. ?m\.", "de la mañana"), (r"\bp\. ?m\.", "de la tarde"),
        (r"\ba\. ?C\.", "antes de Cristo"), (r"\bd\. ?C\.", "después de Cristo"), (r" & ", " y "),
    ),
    "en": (
        (r"\be\.g\.", "for example"), (r"\bi\.e\.", "that is"), (r"\betc\.", "et cetera"), (r"\bDr\.", "Doctor"),
        (r"\bMr\.", "Mister"), (r"\bMrs\.", "Missus"), (r"\bvs\.?(?= )", "versus"), (r"\bapprox\.", "approximately"),
        (r"\bNo\. ?(?=\d)", "number "), (r" & ", " and "),
    ),
}  # fmt: skip
_CALLED = re.compile(
    r"\+\d{1,3}[\d ()-]{6,16}\d\b|(?<![\w.,-])(?:\(\d{3}\) |\d{3}[-. ])\d{3}[-.]\d{4}\b"
    r"|(?<![\w.,])[679]\d\d (?:\d{3} \d{3}|\d\d \d\d \d\d)(?![\w.,]?\d)"
)
"""A telephone number: of the world, of America, of Spain."""


def aloud(text: str, language: Language) -> str:
    """``text`` as it is said. Nothing, where all of it is only to be seen."""
    text = unmarked(text, language)
    for pattern, said in _SHORT[language]:
        text = re.sub(pattern, said, text)
    for find, say in _steps(language):
        text = find.sub(say, text)
    lines = (line.strip(" \t|") for line in text.splitlines())
    return " ".join(_ended(line) for line in lines if re.search(r"\w", line)).strip()


def _steps(language: Language) -> list[Step]:
    """In the order in which they are taken: a telephone number before a date, a date before its numbers."""
    called: Step = (_CALLED, partial(_called, language))
    return [called, *times(language), *numerals(language), *formulas(language), *amounts(language)]


def _called(language: Language, found: re.Match[str]) -> str:
    plus = f"{('más' if language == 'es' else 'plus')} " if found[0].startswith("+") else ""
    groups = re.findall(r"\d+", found[0])
    return plus + ", ".join(" ".join(number(digit, language) for digit in group) for group in groups)


def _ended(line: str) -> str:
    """A line is a sentence of its own."""
    return line if line[-1] in '.,;:!?…)»”"' else f"{line}."
