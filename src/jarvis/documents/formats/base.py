"""What the rest of the room knows of a kind of file, and what a reader is given of one."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from jarvis.documents.draft import Draft
from jarvis.documents.limits import Limits
from jarvis.errors import Unreadable

HEAD_BYTES = 8192
"""What is looked at to tell what a file is."""

BYTES_PER_CHARACTER = 8
"""Of what is read whole: letters have at most four, the rest is markup and what is attached."""


@dataclass(slots=True)
class Source:
    """One open file. Its name says nothing that can be trusted."""

    file: BinaryIO
    suffix: str
    limits: Limits
    more_time: Callable[[], None] = lambda: None
    """Asks for ``limits.ocr_seconds`` more: called before each page that is read by OCR."""
    _names: frozenset[str] | None = None

    def data(self) -> bytes:
        """All of it. Raises Unreadable when so much would come out of it that memory is better not tried."""
        if self.file.seek(0, 2) > self.limits.characters * BYTES_PER_CHARACTER:
            raise Unreadable("documents.too_long", limit=self.limits.characters)
        self.file.seek(0)
        return self.file.read()

    def head(self) -> bytes:
        self.file.seek(0)
        return self.file.read(HEAD_BYTES)

    def names(self) -> frozenset[str]:
        """The files in it when it is an archive (zip), else none."""
        if self._names is None:
            self.file.seek(0)
            try:
                self._names = frozenset(zipfile.ZipFile(self.file).namelist())
            except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
                self._names = frozenset()
        return self._names

    def holds(self, part: bytes) -> bool:
        """Whether these bytes are anywhere in it."""
        self.file.seek(0)
        before = b""
        while block := self.file.read(1 << 20):
            if part in before + block:
                return True
            before = block[-len(part) :]
        return False

    def tail(self) -> bytes:
        size = self.file.seek(0, 2)
        self.file.seek(max(0, size - HEAD_BYTES))
        return self.file.read()

    @staticmethod
    def of(data: bytes, suffix: str, limits: Limits) -> Source:
        """Of what is already in memory."""
        return Source(io.BytesIO(data), suffix, limits)


class Format(Protocol):
    """A kind of file. Heavy libraries are imported in ``read``, in the child process that may die of it."""

    suffixes: frozenset[str]
    """In lower case, with the dot."""

    binary: bool
    """Whether such a file is no text, and so has a signature by which it is told for certain."""

    def looks(self, source: Source) -> bool:
        """Whether a file is certainly of this kind; False for kinds that cannot be told by their content."""
        ...

    def read(self, source: Source, draft: Draft) -> None:
        """Write what it says into ``draft``.

        Raises Unreadable for what it knows to be wrong; any other exception means that the file is damaged.
        """
        ...
