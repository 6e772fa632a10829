"""What a long text asks. Pure.

Who pastes a letter asks about it before it or after it. The letter's own words are near to anything: looked for whole,
ten thousand characters that end with "what time is it?" find whatever there is, and it passes for relevant.
"""

from __future__ import annotations

import re

from jarvis.assistant.choosing import asks

LONG = 600
"""Characters from which on a text is not looked for as a whole."""
EDGE, PART = 3, 200
"""Sentences at each end among which the question is looked for, and characters of each."""
_SENTENCES = re.compile(r"(?<=[.!?…:])\s+|\s*\n\s*|\s+(?=[¿¡])")
_REACH = EDGE * PART


def question(text: str) -> str:
    """A short text as it is; of a long one what asks at its beginning and its end, else its first and last sentence."""
    text = text.strip()
    if len(text) <= LONG:
        return text
    first = [s[:PART] for s in _SENTENCES.split(text[:_REACH])[:EDGE] if s]
    last = [s[-PART:] for s in _SENTENCES.split(text[-_REACH:])[-EDGE:] if s]
    found = [s for s in (*first, *last) if asks(s)] or [first[0], last[-1]]
    return " ".join(dict.fromkeys(found))
