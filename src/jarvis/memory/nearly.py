"""Words by which somebody asks for something to be forgotten that was said in other words. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from jarvis.memory.relations import RELATIONS
from jarvis.memory.terms import stems
from jarvis.words.fold import fold
from jarvis.words.language import language
from jarvis.words.memory import Language

_WORD = re.compile(r"\w+")
_ALIKE = tuple(
    frozenset(line.split())
    for line in (
        "sueldo salario nomina cobro gano brutos netos salary wage wages earn",
        "contrasena contrasenas clave claves password passwords passcode passphrase",
        "telefono movil phone mobile",
        "direccion domicilio address vivo live",
        "cumpleanos birthday",
        "enfermedad diagnostico illness diagnosis",
        "novio novia pareja boyfriend girlfriend partner",
        "jefe jefa boss",
    )
)
"""Folded words for one thing, in both languages: what people ask to be forgotten most."""
_KIN = {
    word: frozenset(w + s for w, r in RELATIONS.items() if r == relation for s in ("", "s"))
    for word, relation in RELATIONS.items()
}
"""The same of somebody's relation: "hermana" has the stem of "hermano", and is another."""

Word = tuple[dict[Language, str], frozenset[str]]


def words(text: str) -> list[Word]:
    """The telling words of a wish: each with its stem by language, where it is not silent, and what is said for it."""
    found: list[Word] = []
    for word in dict.fromkeys(_WORD.findall(text.lower())):
        both: dict[Language, str] = {lang: s[0] for lang in ("en", "es") if (s := stems(word, lang))}
        if both:
            folded = fold(word)
            alike = next((group for group in _ALIKE if folded in group), frozenset())
            if kin := _KIN.get(folded):
                both, alike = dict.fromkeys(both, folded), alike | kin
            found.append((both, alike))
    lang = language(text)  # "my" tells nothing in a Spanish text either
    return [word for word in found if lang in word[0]] or found


def holds(wanted: Iterable[Word]) -> Callable[[str], tuple[int, int]]:
    """Counts how many of the words another text holds, and of how many that tell something in its language."""
    wanted = list(wanted)

    def count(said: str) -> tuple[int, int]:
        lang = language(said)
        there, folded = set(stems(said, lang)), set(_WORD.findall(fold(said)))
        telling = [(both[lang], alike) for both, alike in wanted if lang in both]
        return sum(stem in there or bool(alike & folded) for stem, alike in telling), len(telling)

    return count


def nearest(text: str, said: Iterable[tuple[int, str]]) -> int | None:
    """Of numbered texts the one that holds most of the words of another, the latest of equals: at least two of them and
    half of all, for it is only shown to whoever asked, who says yes or no.
    """
    count = holds(words(text))
    best, most = None, 0
    for number, one in said:
        held, of = count(one)
        if held >= max(most, 2) and 2 * held >= of:
            best, most = number, held
    return best
