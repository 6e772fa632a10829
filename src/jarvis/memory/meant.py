"""Whether what a clause says is so now and is its speaker's own: not supposed, not somebody else's, not of long ago, no
joke. Pure.
"""

from __future__ import annotations

import re

from jarvis.memory.sentences import Sentence

_SUPPOSED = re.compile(
    r"(?:^|[\s,;(])(?:si(?!,)|ojala|como si|quizas?|tal vez|a lo mejor|puede que|imagina\w*|supon\w*|supongamos|"
    r"if|unless|wish|as if|as though|maybe|perhaps|might|suppose|imagine|pretend|let's say|would|quisiera|"
    r"(?:dij|dic)(?:o|e|en|eron|es)|segun|cuent[ao]n?|cree|creen|piensan?|escrib(?:e|io)|pone|"
    r"says?|said|according|thinks?|believes?|claims?|wrote|tells?|told|quote|sings?|"
    r"cancion|pelicula|novela|libro|chiste|personaje|protagonista|cuento|ejemplo|traduccion|frase|ejercicio|juguemos|"
    r"jugar a (?:que|ser)|sone|"
    r"song|movie|film|novel|story|joke|character|protagonist|example|translation|lyrics|sentence|exercise|"
    r"role-?play|let's play|dream(?:t|ed)"
    r")\b|\b(?:sale|lee|goes|reads|titul\w+|letra|poema|poem|dictado|text[o]? (?:es|is))\s?:"
)
"""Before a clause: it is supposed, or somebody else's."""
_LONG_AGO = re.compile(
    r"(?:^|[\s,;(])(?:antes|before|used to|solia|de (?:nino|nina|joven|pequen[oa])|hace anos|cuando (?:era|tenia)|"
    r"when i was|as a (?:kid|child))\b"
)
_NOW = re.compile(r"(?:ahora|actualmente|hoy|now|nowadays|these days)\b|(?:(?:i|we) )(?:now|currently)\b")
_JOKE = re.compile(
    r"(?:\b(?:(?:ja){2,}|(?:je){2,}|(?:ha){2,}|a?jaj\w*|lol|lmao|xd+|es broma|era broma|just kidding|kidding)|, not"
    r"|;-?\)|:-?p|/s|[\U0001f602\U0001f923\U0001f61c\U0001f609])\W*$"
)
"""Ends what is said in jest."""


def supposed(folded: str) -> bool:
    """Whether a sentence speaks of what might be, was long ago, or somebody else says."""
    return _SUPPOSED.search(folded) is not None or _LONG_AGO.search(folded) is not None


def joke(sentence: Sentence) -> bool:
    return _JOKE.search(sentence.folded) is not None


def guarded(sentence: Sentence, start: int) -> bool:
    """Whether what stands before the clause that begins at ``start`` takes back that it is so."""
    found = _SUPPOSED.search(sentence.folded[:start])
    if found is not None:
        # "sí, vivo en…" is folded to the word for "if"
        return sentence.text[found.start() : found.end()].strip(" ,;(").lower() != "sí"
    return _LONG_AGO.search(sentence.folded[:start]) is not None and _NOW.match(sentence.folded, start) is None
