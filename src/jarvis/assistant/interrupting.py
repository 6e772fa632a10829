"""What somebody says while Jarvis speaks: an order to stop, no more than that they listen, Jarvis's own words out of a
loudspeaker, or something to answer. Pure.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Literal

from jarvis.words.fold import fold

Meaning = Literal["stop", "listens", "echo", "speaks"]


def _alike(text: str) -> str:
    """As it sounds in Spanish: small models write "bale"."""
    return text.replace("v", "b")


def _listed(text: str) -> frozenset[str]:
    return frozenset(_alike(text.replace("\n", "").replace("    ", "")).split("|"))


_STOPS = _listed(
    """
    para|para ya|parate|para para|para por favor|basta|basta ya|ya basta|callate|calla|silencio|alto|detente|espera
    |dejalo|vale para|para jarvis|jarvis para|ya esta|ya vale|stop|stop it|stop stop|stop please|please stop|jarvis stop
    |stop jarvis|ok stop|quiet|be quiet|silence|shut up|enough|that s enough|hold on|wait|cancel|cancela|nevermind
    |never mind|no para
    """
)
_LISTENS = _listed(
    """
    aja|ah|aha|mm|mmm|mhm|hm|hmm|uh huh|eh|oh|si|si si|ya|ya ya|vale|vale vale|ok|okay|okey|claro|bien|bueno|entiendo
    |de acuerdo|yes|yeah|yep|right|sure|i see|got it|great|good|cool|perfecto|genial
    """
)
ECHO = 0.6
"""Part of the words that were heard which Jarvis said, in the same order, for them to be its own."""
ECHO_WORDS = 3
"""Fewer are what a person may well say too."""
CLOSE = 0.75
"""How much one word has to be like these: small models write "pada", "estop", "cájate", "clado"."""
_LIKE: tuple[tuple[Meaning, tuple[str, ...]], ...] = (
    ("stop", ("para", "stop", "basta", "callate", "silencio", "espera", "enough")),
    ("listens", ("claro", "bueno", "entiendo", "perfecto")),
)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", fold(text))


def meant(heard: str, said: str, cancelled: bool = True) -> Meaning:
    """What ``heard`` means while Jarvis says ``said``. ``cancelled``: whatever plays it is taken out of what is heard,
    so that a word or two are a person's.
    """
    words = _words(heard)
    plain = _alike(" ".join(words))
    if plain in _STOPS:
        return "stop"
    if _is_echo(words, _words(said), 1 if not cancelled else ECHO_WORDS):
        return "echo"
    if not words or plain in _LISTENS:
        return "listens"
    for meaning, known in _LIKE if len(words) == 1 else ():
        if any(SequenceMatcher(None, plain, word).ratio() >= CLOSE for word in known):
            return meaning
    return "speaks"


def _is_echo(heard: list[str], said: list[str], least: int) -> bool:
    if len(heard) < least or not said:
        return False
    matched = sum(block.size for block in SequenceMatcher(None, said, heard, autojunk=False).get_matching_blocks())
    return matched / len(heard) >= ECHO
