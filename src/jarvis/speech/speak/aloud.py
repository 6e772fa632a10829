"""A written answer as a person would read it aloud, in Spanish or English: what is only seen is left out, and what is
written short is said in full. Pure.
"""

from __future__ import annotations

import re
from functools import cache

from jarvis.speech.speak.amounts import amounts
from jarvis.speech.speak.called import called
from jarvis.speech.speak.formulas import formulas
from jarvis.speech.speak.markup import unmarked
from jarvis.speech.speak.numerals import numerals
from jarvis.speech.speak.slashes import laws
from jarvis.speech.speak.times import MONTHS, times
from jarvis.speech.speak.units import Step
from jarvis.words.memory import Language

_SHORT: dict[Language, tuple[tuple[str, str], ...]] = {
    "es": (
        (r"\bp\. ?ej\.", "por ejemplo"), (r"\betc\.", "etcétera"), (r"\bSr\.", "señor"), (r"\bSra\.", "señora"),
        (r"\bDr\.", "doctor"), (r"\bDra\.", "doctora"), (r"\bUd\.", "usted"), (r"\bUds\.", "ustedes"),
        (r"\baprox\.", "aproximadamente"), (r"\bpág\.", "página"), (r"\bnº ?(?=\d)", "número "),
        (r"\bn\.º ?(?=\d)", "número "), (r"\ba\. ?m\.", "de la mañana"), (r"\bp\. ?m\.", "de la tarde"),
        (r"\bD\. (?=[A-ZÁÉÍÓÚÑ])", "don "), (r"\bDña\.", "doña"), (r"\bSrta\.", "señorita"),
        (r"\bSres\.", "señores"), (r"\bProf\.", "profesor"), (r"\bProfa\.", "profesora"),
        (r"\bAvd?a?\. (?=[A-ZÁÉÍÓÚÑd])", "avenida "),
        (r"\bEE\. ?UU\.(?=,|;|\)| [a-zñáéíóú])", "Estados Unidos"),
        (r"\bEE(?:\. ?)?UU\b", "Estados Unidos"), (r"\bmáx\.", "máximo"), (r"\bmín\.", "mínimo"),
        (r"\bN\.?º ?(?=\d)", "Número "), (r"\b([Tt])el\. ?(?=[+(\d])", r"\1eléfono "),
        (r"\bart\. ?(?=\d)", "artículo "), (r"\bnúm\. ?(?=\d)", "número "),
        (r"\bTel(?=: ?\d)", "Teléfono"), (r"\bcap\. ?(?=[\dIVXL])", "capítulo "),
        (r"\ba\. ?C\.", "antes de Cristo"), (r"\bd\. ?C\.", "después de Cristo"), (r" & ", " y "),
    ),
    "en": (
        (r"\be\.g\.", "for example"), (r"\bi\.e\.", "that is"), (r"\betc\.", "et cetera"), (r"\bDr\.", "Doctor"),
        (r"\bMr\.", "Mister"), (r"\bMrs\.", "Missus"), (r"\bvs\.?(?= )", "versus"), (r"\bapprox\.", "approximately"),
        *((rf"\b{month[:3]}t?\.(?= \d)", month) for month in MONTHS["en"]), (r"\bTel\.? ?(?=[:\d(+])", "Telephone "),
        (r"\bProf\.", "Professor"), (r"\bMt\. (?=[A-Z])", "Mount "), (r"\bNo\. ?(?=\d)", "number "),
        (r" & ", " and "),
    ),
}  # fmt: skip


def aloud(text: str, language: Language) -> str:
    """``text`` as it is said. Nothing, where all of it is only to be seen."""
    text = unmarked(text, language)
    for pattern, said in _SHORT[language]:
        text = re.sub(pattern, said, text)
    for find, say in _steps(language):
        text = find.sub(say, text)
    lines = (line.strip(" \t|") for line in text.splitlines())
    return " ".join(_ended(line) for line in lines if re.search(r"\w", line)).strip()


@cache
def _steps(language: Language) -> list[Step]:
    """In the order in which they are taken: a telephone number before a date, a date before its numbers."""
    return [
        *called(language),
        *laws(language),
        *times(language),
        *numerals(language),
        *formulas(language),
        *amounts(language),
    ]


def _ended(line: str) -> str:
    """A line is a sentence of its own."""
    return line if line[-1] in '.,;:!?…)»”"' else f"{line}."
