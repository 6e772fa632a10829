"""What an engine says: kept in a file of bounded size that only its owner can read, its end also in memory."""

from __future__ import annotations

import contextlib
import os
import re
from collections import deque
from pathlib import Path

MAX_BYTES = 1 << 20
"""Size at which the file is set aside as ``NAME.log.1`` (replacing the one before) and begun anew."""
TAIL_LINES = 80
LINE_BYTES = 4096


class Log:
    """The log of one worker. A disk that is full or gone loses lines, never the engine."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.tail: deque[str] = deque(maxlen=TAIL_LINES)
        self._rest = b""
        self._size = 0
        self._file = -1
        self._open()

    @staticmethod
    def beside(folder: Path, name: str) -> Path:
        """The log file for ``name`` (a model's id, say) in ``folder``: no name leads out of the folder."""
        return folder / (re.sub(r"[^A-Za-z0-9._-]", "_", name).lstrip(".")[:100] + ".log")

    def _open(self) -> None:
        with contextlib.suppress(OSError):
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
            self._size = os.fstat(self._file).st_size

    def write(self, data: bytes) -> list[str]:
        """Keep ``data``. Returns the lines that it completes."""
        *complete, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > LINE_BYTES:
            complete.append(self._rest)
            self._rest = b""
        lines = [line[:LINE_BYTES].decode(errors="replace").rstrip("\r") for line in complete]
        self.tail.extend(lines)
        if self._size + len(data) > MAX_BYTES:
            with contextlib.suppress(OSError):
                self.path.replace(self.path.with_name(self.path.name + ".1"))
            self.close()
            self._open()
        if self._file >= 0:
            with contextlib.suppress(OSError):
                self._size += os.write(self._file, data)
        return lines

    def last_words(self, lines: int = TAIL_LINES) -> str:
        """The end of what it said, an unfinished line included."""
        rest = [self._rest.decode(errors="replace")] if self._rest else []
        return "\n".join([*self.tail, *rest][-lines:]).strip()

    def close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
