"""Names that would be known from nothing but what somebody has just had forgotten. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Set

from jarvis.words.fold import fold

_NAME = re.compile(r"(?<![.!?…¿¡:\"«(-] )(?<=[\w,;)] )[A-ZÀ-ÖØ-Þ][\w’'-]{3,}")
"""A word with a capital that does not begin a sentence."""


def dangling(turns: Iterable[tuple[int, str, str]], doomed: Set[int]) -> set[int]:
    """Of a person's ``turns`` (number, conversation, text) those that go with the ``doomed``: of the same
    conversation, speaking of a name that is known only from there. "Don't tell anybody about Elmville" says what
    it was about although it says nothing of the exam.
    """
    said = [(number, conversation, text, fold(text)) for number, conversation, text in turns]
    where = {conversation for number, conversation, _, _ in said if number in doomed}
    names = {fold(name) for number, _, text, _ in said if number in doomed for name in _NAME.findall(text)}
    found: set[int] = set()
    for name in names:
        named = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
        holders = {(number, conversation) for number, conversation, _, folded in said if named.search(folded)}
        if all(conversation in where for _, conversation in holders):
            found |= {number for number, _ in holders}
    return found - doomed
