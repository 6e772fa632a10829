"""A mailbox in one file (mbox, RFC 4155): its messages one after another."""

from __future__ import annotations

from collections.abc import Iterator

from jarvis.documents.draft import Draft
from jarvis.documents.formats.base import Source
from jarvis.documents.formats.mail import write

MESSAGE_BYTES = 64 << 20
_FROM = b"From "


class Format:
    """See ``base.Format``."""

    suffixes = frozenset({".mbox", ".mbx"})
    binary = False

    def looks(self, source: Source) -> bool:
        """Never: a letter may well begin with From."""
        return False

    def read(self, source: Source, draft: Draft) -> None:
        """See ``base.Format``. It has the title and the author of none of its messages."""
        for message in messages(source):
            write(message, draft)
            draft.title = draft.author = draft.date = ""


def messages(source: Source) -> Iterator[bytes]:
    """Each message without its line ``From ``; ``>From `` is what a line of its text became."""
    source.file.seek(0)
    held: list[bytes] = []
    size, blank = 0, True
    for line in source.file:
        if blank and line.startswith(_FROM):
            if size:
                yield b"".join(held)
            held, size = [], 0
        else:
            size += len(line)
            if size <= MESSAGE_BYTES:
                held.append(line[1:] if line.startswith(b">From ") else line)
        blank = not line.strip()
    if size:
        yield b"".join(held)
