"""Words as they are searched: stems in the text's own language, accents and case folded, words that say nothing left
out.

Pure. Stems are Snowball's (Porter 2001), by the library PyStemmer.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from jarvis.words.fold import fold
from jarvis.words.memory import Language

_WORD = re.compile(r"\w+")
_SILENT = {
    "en": """
        the a an of to and or that what how which when where who whom whose why for with is are be been was were did
        does do doing in on at by has have had having i you he she it my your his her its they them their our we us me
        as from this these those there if then than so but not no can could would should will about into over after
        before s t re ve ll d m
    """,
    "es": """
        el la los las un una unos unas de del al y o que qué cómo como cuál cuáles cuándo cuando dónde donde quién
        quiénes quien por para con sin es son está están ser fue fueron era eran en a se su sus lo le les me mi te tu
        nos este esta estos estas ese esa esos esas eso esto cuánto cuántos cuánta cuántas cuanto ha han había hay e u
        ni si no más muy ya también pero sobre entre hasta desde durante según sido
    """,
}
_SILENT_WORDS = {lang: frozenset(map(fold, words.split())) for lang, words in _SILENT.items()}
_NAMES = {"en": "english", "es": "spanish"}


@lru_cache
def _stemmer(lang: Language) -> Any:
    import Stemmer

    return Stemmer.Stemmer(_NAMES[lang])


@lru_cache(50_000)
def stem(word: str, lang: Language) -> str:
    """The stem of one word in lower case, folded after it was stemmed: the accent is a part of the ending."""
    return fold(_stemmer(lang).stemWord(word))


_ACUTE = {"a": "á", "e": "é", "i": "í", "o": "ó"}


def stems(text: str, lang: Language) -> list[str]:
    """The stems of a text that is kept, in order, each as often as it is there."""
    silent = _SILENT_WORDS[lang]
    return [stem(word, lang) for word in _WORD.findall(text.lower()) if fold(word) not in silent]


_ARTICLES = frozenset(("el", "la", "los", "las", "un", "una", "unos", "unas", "the", "a", "an"))


def words(text: str, lang: Language) -> list[str]:
    """The stems of a text by which it is compared with another: all but articles, for a "not" makes another of it."""
    return [stem(word, lang) for word in _WORD.findall(text.lower()) if word not in _ARTICLES]


def either(text: str) -> set[str]:
    """The stems of a text in both languages, where it is not known which one it is held against."""
    return {*stems(text, "en"), *stems(text, "es")}


def asked(text: str, lang: Language) -> list[frozenset[str]]:
    """The words of a question, each once, as all stems under which it may be kept: what is looked for may be in the
    other language, where a name has another stem. A question of nothing but silent words is looked for as it is.
    """
    words = list(dict.fromkeys(_WORD.findall(text.lower())))
    telling = [w for w in words if fold(w) not in _SILENT_WORDS[lang]] or words
    return list(dict.fromkeys(frozenset({stem(w, "en"), *_spelled(w)}) for w in telling))


@lru_cache(50_000)
def _spelled(word: str) -> frozenset[str]:
    """The Spanish stems of a word however its accents are written: "corrió" has another than "corrio", which many write
    for it, and the accent that was left out is on the last letter wherever it makes another ending. "años" keeps its s:
    the stemmer takes none off so short a word.
    """
    bare = fold(word)
    spellings = {word, bare}
    if bare[-1:] in _ACUTE:
        spellings |= {bare[:-1] + _ACUTE[bare[-1]]} if word == bare else set()
        spellings |= {bare + "s"} if len(bare) == 3 and bare not in _SILENT_WORDS["es"] else set()
    return frozenset(stem(one, "es") for one in spellings)
