"""What a model or a file said, made harmless for a terminal: it could drive one (clipboard, title, screen)."""

from __future__ import annotations

import sys

_CONTROLS = {code: None for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\n\t"}


def clean(text: str) -> str:
    """``text`` without control characters, but for newlines and tabs."""
    return text.translate(_CONTROLS)


def shown(text: str) -> str:
    """``text`` as it may go to stdout: cleaned for a terminal, as it is for a file or a pipe."""
    return clean(text) if sys.stdout.isatty() else text
