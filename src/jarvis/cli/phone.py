"""How a phone of the house comes in: where to, what it has to trust, and QR codes that spare it the typing."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

import click

from jarvis.texts import say

_ON_BLACK = "\033[38;5;231;48;5;16m{}\033[0m"
"""White on black, whatever the terminal's colours: some phones do not read a code that is inverted."""


def welcome(places: Sequence[str], authority: Path) -> None:
    """Say on stderr where the page is for a phone, and how that phone is made to trust it."""
    from jarvis.server.authority import name_and_fingerprint

    if not places:
        click.echo(say("authority.nowhere"), err=True)
        return
    place, *others = places
    click.echo(say("authority.house", url=place), err=True)
    if others:
        click.echo(say("authority.others", urls=", ".join(others)), err=True)
    if sys.stderr.isatty():
        click.echo(qr(place, sys.stderr), err=True)
        click.echo(say("authority.scan"), err=True)
    name, fingerprint = name_and_fingerprint(authority)
    told = say("authority.install", url=f"{place}/page/authority.crt", name=name, fingerprint=fingerprint)
    click.echo(told, err=True)


def qr(text: str, out: TextIO) -> str:
    """A QR code of ``text`` for a terminal; two rows a line where ``out`` can say half a block."""
    import segno

    code, drawn = segno.make(text, micro=False), io.StringIO()
    half = (out.encoding or "").lower().replace("-", "") == "utf8"
    code.terminal(drawn, compact=half)
    return "\n".join(_ON_BLACK.format(line) if half else line for line in drawn.getvalue().splitlines())
