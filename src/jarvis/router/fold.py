"""Text as it is compared: without case, accents and ornament. Pure, linear in the text."""

from __future__ import annotations

import unicodedata

_MARKS = {code: None for code in range(0x300, 0x370)}


def fold(text: str) -> str:
    """``text`` in lower case, accents and compatibility forms (full width, ligatures) taken off."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKD", text).translate(_MARKS).casefold()
