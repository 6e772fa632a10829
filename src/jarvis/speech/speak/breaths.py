"""Where a sentence may be cut for a voice that takes long to say it, so that its beginning is heard while the rest is
being made. Pure.
"""

from __future__ import annotations

import re

_JOIN = """
aunque como cuando e era eran es está están fue fueron ha han hay mientras ni o pero porque pues que se sino son
también tiene tienen u y
although and are because but can could had has have if is or so that was were when where which while who will
would
"""
"""Words that a new part of a sentence begins with: it can be said by itself."""
_WITH = """
a al ante con de del desde el en entre hasta la las le les lo los mi mis muy más no para por qué según si sin sobre
su sus tan te tu tus un una unas uno unos ya
an as at be been by for from he her his i in into it its my not of on our than the their they this to very we with
you your
"""
"""These, and those, go with the word after them."""
_JOINS = frozenset(_JOIN.split())
_SMALL = _JOINS | frozenset(_WITH.split())
_SPACE = re.compile(r"\s+")
_NEAR = 1.4
"""What is no longer than this many times what may be said at once is not worth a cut."""


def breath(text: str, most: int) -> int:
    """How many letters of ``text``, about ``most`` of them, can be said before the rest: up to a comma if there is one,
    else before a verb or a new part of the sentence; never between a small word and the one that it belongs to, where
    that can be helped.
    """
    if len(text) <= most * _NEAR:
        return len(text)
    found = [(gap.start(), gap.end()) for gap in _SPACE.finditer(text.rstrip()) if gap.start()]
    within = [gap for gap in found if gap[0] <= most] or found[:1]
    if not within:
        return len(text)
    return max(within, key=lambda gap: (_worth(text, *gap), gap))[1]


def _worth(text: str, end: int, start: int) -> int:
    """How well a voice can draw breath between two words."""
    if text[end - 1] in ",;:.!?…":
        return 4
    before = text[:end].rsplit(None, 1)[-1].lower()
    after = text[start:].split(None, 1)[0].lower()
    if before in _SMALL:
        return 0
    return 3 if after in _JOINS else 2 if after in _SMALL else 1
