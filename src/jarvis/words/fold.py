"""Text as it is compared: without case, accents and ornament. Pure, linear in the text."""

from __future__ import annotations

import unicodedata

_MARKS = dict.fromkeys((*range(0x300, 0x370), 0xAD, *range(0x200B, 0x2010), 0x2060, 0xFEFF))
"""Accents, and what is not seen at all: soft hyphens, joiners and spaces without width."""


def fold(text: str) -> str:
    """``text`` in lower case, accents and compatibility forms (full width, ligatures) taken off."""
    return plain(text).casefold()


def plain(text: str) -> str:
    """``text`` as ``fold`` leaves it, its case kept."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFKD", text).translate(_MARKS)
