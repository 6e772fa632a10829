"""A file of unknown origin, read from its front: no size it declares is believed before it is checked.

Every fault is a CorruptFile that names the file, the byte and the field. Reading is by ``pread`` into a small buffer,
not by mapping: a file that shrinks while it is read must end in an error, not in a bus error.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from struct import Struct
from types import TracebackType

from jarvis.errors import CatalogError, CorruptFile, JarvisError, NotFound

CHUNK = 1 << 18
_KINDS = {stat.S_IFDIR: "is_directory", stat.S_IFIFO: "is_fifo", stat.S_IFSOCK: "is_socket"}


def unreadable(path: Path, error: Exception) -> JarvisError:
    """The error for a file that the system would not open or read."""
    if isinstance(error, FileNotFoundError | NotADirectoryError | ValueError):  # ValueError: a NUL in the name
        return NotFound("headers.missing", file=printable(str(path)))
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return CatalogError("headers.unreadable", file=printable(str(path)), reason=reason)


def printable(text: str) -> str:
    """The text without characters that could drive a terminal, at most 300 of them."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text[:300])


def corrupt(path: Path, code: str, *, offset: int = 0, **facts: object) -> CorruptFile:
    """The error ``headers.<code>`` about a byte of a file; what comes from the file is made printable."""
    clean = {name: printable(fact) if isinstance(fact, str) else fact for name, fact in facts.items()}
    return CorruptFile(f"headers.{code}", file=printable(str(path)), offset=offset, **clean)


class Reader:
    """A regular file, its length, and a position in it. A context manager."""

    def __init__(self, path: Path) -> None:
        """Raises NotFound, CatalogError (no permission), CorruptFile (not a regular file, or empty)."""
        self.path = path
        self.position = 0
        self._buffer = b""
        self._start = 0
        try:
            # O_NONBLOCK: opening a FIFO that nobody writes to would wait for ever.
            self._fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except (OSError, ValueError) as error:
            kind = _special(path)
            if kind:
                raise self.fault(kind) from error
            raise unreadable(path, error) from error
        try:
            status = os.fstat(self._fd)
            if not stat.S_ISREG(status.st_mode):
                raise self.fault(_KINDS.get(stat.S_IFMT(status.st_mode), "is_device"))
            if status.st_size == 0:
                raise self.fault("empty")
            self.size = status.st_size
        except BaseException:
            os.close(self._fd)
            raise

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        os.close(self._fd)

    def fault(self, code: str, **facts: object) -> CorruptFile:
        """The error ``headers.<code>`` at the present position."""
        return corrupt(self.path, code, offset=self.position, **facts)

    @property
    def left(self) -> int:
        """Bytes from here to the end."""
        return self.size - self.position

    def window(self, count: int, field: str) -> tuple[bytes, int]:
        """A buffer and the place in it where at least ``count`` bytes from here begin."""
        if count > self.left:
            raise self.fault("ends_early", field=field, size=self.size, needed=count)
        at = self.position - self._start
        if at < 0 or at + count > len(self._buffer):
            try:
                self._buffer = os.pread(self._fd, max(count, CHUNK), self.position)
            except OSError as error:
                raise unreadable(self.path, error) from error
            self._start, at = self.position, 0
            if len(self._buffer) < count:  # it shrank after its length was taken
                raise self.fault("ends_early", field=field, size=self.position + len(self._buffer), needed=count)
        return self._buffer, at

    def take(self, count: int, field: str) -> bytes:
        """The next ``count`` bytes. The caller bounds ``count``."""
        buffer, at = self.window(count, field)
        self.position += count
        return buffer[at : at + count]

    def number(self, form: Struct, field: str) -> int | float:
        """The next number of the given form."""
        buffer, at = self.window(form.size, field)
        self.position += form.size
        value: int | float = form.unpack_from(buffer, at)[0]
        return value

    def skip(self, count: int, field: str) -> None:
        """Go on by ``count`` bytes without reading them."""
        if count > self.left:
            raise self.fault("ends_early", field=field, size=self.size, needed=count)
        self.position += count


def _special(path: Path) -> str:
    """The code that says what a path that cannot be opened is, when it is no regular file (a socket, a device)."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return ""
    return "" if stat.S_ISREG(mode) else _KINDS.get(stat.S_IFMT(mode), "is_device")
