"""A bar per device: how `jarvis plan` and `jarvis ps` show who has what of it."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

BAR = 60
COLOURS = ("cyan", "magenta", "green", "yellow", "blue", "red")


def bar(parts: Sequence[tuple[int, str, str]], total: int, width: int) -> Text:
    """Parts of a whole, in characters: what is there gets one at least."""
    line, drawn = Text(), 0
    for size, _, colour in parts:
        cells = min(width - drawn, max(1, round(size * width / total)) if size else 0) if total else 0
        line.append("█" * cells, style=colour)
        drawn += cells
    return line.append("░" * (width - drawn), style="bright_black")
