"""A download that goes on where it was, over whatever HTTP client the owner's settings belong to."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple

from jarvis.catalog.sources.base import OnBytes

_MOST_TRIES = 4
"""In a row without getting further than ever before; a byte beyond that starts the count again."""
_LONGEST_PAUSE_SECONDS = 8.0


class Answer(NamedTuple):
    """What a server sent when asked for the bytes from some offset on.

    ``start``: where its bytes begin (0 when it ignored the offset). ``total``: bytes of the whole file, where known.
    """

    start: int
    total: int | None
    chunks: Iterable[bytes]


Get = Callable[[int], AbstractContextManager[Answer]]
"""Ask for everything from an offset on. Raises what the caller of ``complete`` names as cut, or a final error."""


class CutOff(Exception):
    """The connection ended early, again and again."""

    def __init__(self, have: int, total: int | None, reason: str) -> None:
        super().__init__(reason)
        self.have, self.total, self.reason = have, total, reason


class _Nonsense(Exception):
    """A server's headers contradict what it was asked."""


def answer(status: int, headers: Mapping[str, str], asked: int, chunks: Iterable[bytes]) -> Answer:
    """Read the headers of an answer to ``Range: bytes=ASKED-``.

    RFC 9110, sections 14.4 and 15.5.17.
    """
    stated = re.fullmatch(r"bytes (?:(\d+)-\d+|\*)/(\d+|\*)", headers.get("Content-Range", ""))
    total = int(stated[2]) if stated and stated[2] != "*" else None
    if status == 416:
        return Answer(asked if total == asked else 0, total, ())
    if status == 206:
        if stated is None or stated[1] is None or int(stated[1]) != asked:
            raise _Nonsense(f"asked for bytes {asked}-, got Content-Range {headers.get('Content-Range')!r}")
        return Answer(asked, total, chunks)
    length = headers.get("Content-Length", "")
    return Answer(0, int(length) if length.isdecimal() and "Content-Encoding" not in headers else None, chunks)


def complete(
    path: Path, get: Get, on_bytes: OnBytes, cut: tuple[type[Exception], ...], total: int | None = None
) -> None:
    """Bring ``path`` from what is there to the whole file, and make it survive a power cut.

    ``total`` is what the file must have, where that is known beforehand: never more than that is written, plus a chunk.
    ``cut``: exceptions that mean "again, from here". Raises CutOff when several tries brought no further.
    """
    again: tuple[type[Exception], ...] = (*cut, _Nonsense)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
    with os.fdopen(descriptor, "r+b") as file:
        size = file.seek(0, os.SEEK_END)
        if total is not None and size > total:
            size = file.truncate(file.seek(0))
        tries, reason, most = 0, "", size
        on_bytes(size, total or 0)
        while total is None or size < total:
            if tries >= _MOST_TRIES:
                raise CutOff(size, total, reason)
            if tries:
                time.sleep(min(2.0 ** (tries - 1) / 2, _LONGEST_PAUSE_SECONDS))
            tries += 1
            try:
                with get(size) as answered:
                    if answered.start != size:
                        size = file.seek(answered.start)
                        file.truncate()
                    total = total or answered.total
                    for chunk in answered.chunks:
                        file.write(chunk)
                        size += len(chunk)
                        # A server that begins anew, and always breaks off at the same place, gets nowhere.
                        if size > most:
                            tries, most = 1, size
                        on_bytes(size, total or 0)
                        if total is not None and size > total:
                            break
                if total is None:
                    break  # nobody knows how long it is: its end is its end
                reason = f"{size} of {total} bytes"
            except again as error:
                reason = str(error) or type(error).__name__
        if total is not None and size > total:
            file.truncate(0)
            raise CutOff(0, total, f"more than {total} bytes")
        file.flush()
        os.fsync(descriptor)
