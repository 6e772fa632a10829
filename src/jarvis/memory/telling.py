"""Whether a passage tells anything that a question does not say itself. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

from jarvis.memory.passages import Passage
from jarvis.memory.said import JARVIS
from jarvis.memory.sentences import own
from jarvis.memory.strangers import SHORT
from jarvis.memory.terms import either, stems
from jarvis.words.fold import fold

_COURTESY = frozenset(
    re.findall(
        r"\w+",
        """
        ja jaja jajaja haha hahaha lol hola buenas buenos dias tardes noches hello hi hey jarvis que tal adios hasta
        luego manana pronto bye good morning afternoon evening night ok okay vale venga perfecto genial estupendo bien
        muy mucho muchas muchisimas gracias de nada por favor thanks thank you a lot so much very please cool great
        perfect nice sure yes yeah yep no si claro entendido understood got it see tomorrow later too igualmente un
        saludo abrazo
        """,
    )
)
_NAMED = re.compile(r"\d|(?<=[\w,;] )[^\W\d_a-zà-ÿ]")


def tells(passage: Passage, question: str) -> bool:
    """That something was asked before is no answer, and thanks are none. What is known says yes to who asks for it."""
    if passage.kind == "fact":
        return True
    said = {*stems(passage.text, passage.language)}
    if passage.kind == "turn" and passage.speaker != JARVIS:
        sentences = own(passage.text)
        if sentences and all(s.asks for s in sentences) and len(passage.text) < SHORT:
            return False
        if _COURTESY.issuperset(re.findall(r"\w+", fold(passage.text))):
            return False
        if len(said) < 3 and not _NAMED.search(passage.text):
            return False
    return not _asked(question).issuperset(said)


@lru_cache(64)
def _asked(question: str) -> frozenset[str]:
    """The question's stems in both languages: a hundred passages are held against one question."""
    return frozenset(either(question))
