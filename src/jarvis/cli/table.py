"""Rows for a person: in columns, or where the terminal is too narrow for those, one below the other."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Sequence

import click

NARROW = 60
"""Columns of a terminal below which nothing is aligned any more."""


def width() -> int | None:
    """Columns of the terminal (or ``COLUMNS``); None for a file or a pipe, whose lines may be as long as they are."""
    if sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdigit():
        return shutil.get_terminal_size().columns
    return None


def show(titles: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> None:
    """Print rows on stdout; ``right`` are the columns of numbers. The first column names a row."""
    widths = [max(len(row[n]) for row in (titles, *rows)) for n in range(len(titles))]
    most = width()
    if most is None or sum(widths) + 2 * (len(widths) - 1) <= most:
        for row in (titles, *rows):
            cells = (
                text.rjust(w) if n in right else text.ljust(w)
                for n, (text, w) in enumerate(zip(row, widths, strict=True))
            )
            click.echo("  ".join(cells).rstrip())
        return
    for row in rows:
        click.echo(row[0])
        pieces = (f"{title.lower()} {text}" for title, text in zip(titles[1:], row[1:], strict=True) if text)
        for line in _lines(pieces, most - 2):
            click.echo(f"  {line}")


def _lines(pieces: Iterator[str], most: int) -> Iterator[str]:
    """The pieces, as many in a line as fit; none is broken."""
    line = ""
    for piece in pieces:
        if line and len(line) + len(piece) + 3 > most:
            yield line
            line = piece
        else:
            line = f"{line} · {piece}" if line else piece
    if line:
        yield line
