"""The process that reads files: run by ``reading.py``, which it hears on its stdin, a connection.

Whatever a file does to the libraries that open it, it does here. From the first file on this process opens no
connection, starts nothing and writes no file, and has a limit of memory and, for each file, of processor time.
"""

from __future__ import annotations

import os
import resource
import socket
import stat
import sys
import warnings
from pathlib import Path
from typing import Any, BinaryIO

from jarvis.documents import _wire, kinds
from jarvis.documents.draft import Draft
from jarvis.documents.formats.base import Source
from jarvis.documents.limits import Limits
from jarvis.errors import Unreadable

NICE = 10
TIRED_BYTES = 512 << 20
"""Memory after which it is replaced: what libraries keep is given back only so."""
REASON_CHARACTERS = 200
_FORBIDDEN = frozenset({
    "socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname",
    "subprocess.Popen", "os.exec", "os.posix_spawn", "os.system", "os.fork", "os.forkpty",
    "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.symlink", "os.link", "os.truncate", "shutil.rmtree",
})  # fmt: skip
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def _guard(event: str, facts: tuple[Any, ...]) -> None:
    """An audit hook (PEP 578): no Python library can be talked into more than reading. What is written in C is not seen
    here; it is told where it is called: no network, no entities, no forms, no scripts.
    """
    if event in _FORBIDDEN or (event == "open" and facts[2] & _WRITES and facts[0] != os.devnull):
        raise PermissionError(f"{event} is not allowed while a document is read")


class Child:
    """One connection, one set of limits."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._limits = Limits()

    def run(self) -> None:
        """Until the other end is closed."""
        self._limits = Limits(**(_wire.receive(self._line) or {}))
        # what is private and can be written; address space would count what libraries only reserve
        resource.setrlimit(resource.RLIMIT_DATA, (self._limits.memory_bytes, self._limits.memory_bytes))
        warnings.simplefilter("ignore")
        sys.addaudithook(_guard)
        kinds.by_suffix()
        _wire.send(self._line, {"ready": True})
        while (asked := _wire.receive(self._line)) is not None:
            _wire.send(self._line, self._answer(Path(os.fsdecode(asked["path"].encode("latin-1")))))

    def _answer(self, path: Path) -> dict[str, Any]:
        self._time(self._limits.cpu_seconds)
        last = False
        try:
            answer = self._read(path)
        except Unreadable as error:
            answer = {"code": error.code, "facts": dict(error.facts)}
        except MemoryError:
            answer, last = {"code": "documents.no_memory", "facts": {"limit": self._limits.memory_bytes >> 20}}, True
        except Exception as error:  # noqa: BLE001 - whatever a library makes of a file, it is told, and the next one is read
            reason = " ".join(f"{type(error).__name__}: {error}".split())[:REASON_CHARACTERS]
            answer = {"code": "documents.damaged", "facts": {"kind": kinds.proposed(path) or "?", "reason": reason}}
        answer["last"] = last or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10 > TIRED_BYTES
        return answer

    def _read(self, path: Path) -> dict[str, Any]:
        with _open(path, self._limits) as file:
            source = Source(file, path.suffix.lower(), self._limits, self._more)
            kind = kinds.kind(path, source)
            draft = Draft(self._limits)
            kinds.formats()[kind].read(source, draft)
            sections = draft.sections()
        if not sections and not draft.warnings:
            draft.warn("documents.no_text")
        return {
            "kind": kind,
            "told": [draft.title or "", draft.author or "", draft.date or "", draft.pages, draft.encoding],
            "sections": [(section.text, section.headings, section.page) for section in sections],
            "warnings": [(notice.code, notice.facts) for notice in draft.warnings],
        }

    def _more(self) -> None:
        soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (soft + self._limits.ocr_seconds, hard))
        _wire.send(self._line, {"more": True})

    def _time(self, seconds: int) -> None:
        """So much processor time from now on; then the kernel ends this process (SIGXCPU)."""
        used = resource.getrusage(resource.RUSAGE_SELF)
        soft = int(used.ru_utime + used.ru_stime) + 1 + seconds
        resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def _open(path: Path, limits: Limits) -> BinaryIO:
    try:  # not blocking: opening a pipe would wait for whoever writes into it
        number = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        raise Unreadable("documents.gone") from None
    except OSError as error:
        raise Unreadable("documents.not_opened", reason=error.strerror) from None
    told = os.fstat(number)
    if not stat.S_ISREG(told.st_mode):
        os.close(number)
        raise Unreadable("documents.not_a_file")
    file = os.fdopen(number, "rb")
    if told.st_size > limits.file_bytes:
        file.close()
        raise Unreadable("documents.too_big", size=told.st_size >> 20, limit=limits.file_bytes >> 20)
    return file


def main() -> None:
    os.nice(NICE)
    with socket.socket(fileno=os.dup(0)) as line:
        Child(line).run()


if __name__ == "__main__":
    main()
