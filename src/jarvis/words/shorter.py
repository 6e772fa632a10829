"""A text as an engine can read it: nothing that cannot be sent, and no more of it than fits. Pure."""

from __future__ import annotations

from jarvis.errors import ContextTooLong


def plain(text: str) -> str:
    """What can be sent: half a pair of UTF-16 is no letter, and a NUL ends a text for some."""
    return text.encode(errors="replace").decode().replace("\0", " ")


def shorter(text: str, error: ContextTooLong, cut: float) -> str:
    """The beginning that should fit, by what the engine counted; of that ``cut`` (0..1), for letters differ in how many
    tokens they make. Raises ``error`` when nothing would be left.
    """
    tokens, context = (str(error.facts.get(name)) for name in ("tokens", "context"))
    part = cut * int(context) / int(tokens) if tokens.isdigit() and context.isdigit() else 0.5
    found = text[: int(len(text) * min(part, cut))]
    if not found:
        raise error
    return found
