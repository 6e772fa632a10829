"""Whether somebody said yes, and nothing but yes; or no. Pure."""

from __future__ import annotations

from jarvis.words.fold import fold

_YES = frozenset({
    "si", "yes", "vale", "ok", "okay", "claro", "adelante", "hazlo", "confirmo", "confirm", "confirmed", "yep", "yeah",
    "sure", "do it", "go ahead", "de acuerdo", "/yes", "/si", "si hazlo", "yes do it", "si adelante", "yes please",
    "si por favor",
})  # fmt: skip

_NO = frozenset({
    "no", "nope", "nah", "no thanks", "no thank you", "no gracias", "mejor no", "better not", "dejalo", "cancel",
    "stop", "cancela", "don't", "no lo hagas", "don't do it", "no quiero", "leave it", "para",
})  # fmt: skip


def is_yes(text: str) -> bool:
    """True for a short, plain yes; a question, a condition or anything more is none."""
    return _plain(text) in _YES


def is_no(text: str) -> bool:
    """True for a short, plain no."""
    return _plain(text) in _NO


def _plain(text: str) -> str:
    return " ".join(fold(text).replace(",", " ").replace("’", "'").split()).strip(" .!¡")
