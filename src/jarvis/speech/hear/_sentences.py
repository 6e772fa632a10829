"""Words as they belong together. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from jarvis.words.audio import Word

SENTENCE_SECONDS, PAUSE_SECONDS = 7.0, 0.8
"""A longer piece of text ends at the next comma; a pause ends one anywhere."""


def sentences(words: Sequence[Word]) -> list[list[Word]]:
    """Words as they belong together: until a full stop, a pause, or where it gets too long to be read at a glance."""
    found: list[list[Word]] = []
    part: list[Word] = []
    for number, word in enumerate(words):
        part.append(word)
        after = words[number + 1].start - word.end if number + 1 < len(words) else 0.0
        long = word.end - part[0].start > SENTENCE_SECONDS
        if (
            word.text.endswith((".", "?", "!", "…"))
            or after > PAUSE_SECONDS
            or (long and word.text.endswith((",", ";", ":")))
        ):
            found.append(part)
            part = []
    return [*found, part] if part else found
