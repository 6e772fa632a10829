"""Whether somebody said yes, and nothing but yes. Pure."""

from __future__ import annotations

from jarvis.words.fold import fold

_YES = frozenset({
    "si", "yes", "vale", "ok", "okay", "claro", "adelante", "hazlo", "confirmo", "confirm", "confirmed", "yep", "yeah",
    "sure", "do it", "go ahead", "de acuerdo", "/yes", "/si", "si hazlo", "yes do it", "si adelante", "yes please",
    "si por favor",
})  # fmt: skip


def is_yes(text: str) -> bool:
    """True for a short, plain yes; a question, a condition or anything more is none."""
    return " ".join(fold(text).replace(",", " ").split()).strip(" .!¡") in _YES
