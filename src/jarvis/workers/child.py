"""In a child: answers what it is asked on a connection, its stdin (``frames``). The other end is ``line``.

Two kinds of threads compute at once: one that for which somebody waits, with all the threads of its order, and others
the rest, one each. These let the first go before them (nice), so that a question does not wait for the end of a
document.
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
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from jarvis.workers.frames import (
    ANSWER,
    ASK,
    DAMAGED,
    FAILED,
    FORGET,
    HEAD,
    NO_MEMORY,
    READY,
    URGENT,
    frame,
)

NICE = 10
"""Of the threads that compute what nobody waits for: they get a tenth of what the first gets when both want a core."""
SWITCH_SECONDS = 0.0005
"""How long a thread that cuts a document may keep the interpreter from one that has a question (default: 5 ms)."""


class Mind(Protocol):
    """What computes. ``threads``: as many as it uses for what is urgent, and as compute the rest, one thing each."""

    threads: int

    def answer(self, kind: int, body: bytes, urgent: bool) -> bytes:
        """What is sent back. Thread-safe."""
        ...


class Queue:
    """What waits, in the order in which it came."""

    def __init__(self) -> None:
        self._waiting: dict[int, tuple[int, bytes]] = {}
        self._change = threading.Condition()

    def put(self, number: int, what: int, body: bytes) -> None:
        with self._change:
            self._waiting[number] = what, body
            self._change.notify()

    def take(self) -> tuple[int, int, bytes]:
        with self._change:
            self._change.wait_for(lambda: self._waiting)
            number = next(iter(self._waiting))
            return number, *self._waiting.pop(number)

    def forget(self, number: int) -> None:
        with self._change:
            self._waiting.pop(number, None)


class Child:
    """One connection, one model."""

    def __init__(self, line: socket.socket, load: Callable[[Mapping[str, Any]], Mind]) -> None:
        """``load`` makes the mind of an order; whatever it raises means that its file is no good."""
        self._line = line
        self._make = load
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
                    queue.put(number, what, body)

    def _load(self, order: Mapping[str, Any]) -> Mind | None:
        try:
            mind = self._make(order)
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
            number, what, body = queue.take()
            try:
                answer = ANSWER, mind.answer((what & ~URGENT) - ASK, body, not nice)
            except Exception as error:  # noqa: BLE001 - whatever one thing does, it is told, and the next one is taken
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


def serve(load: Callable[[Mapping[str, Any]], Mind]) -> None:
    """The whole life of such a process."""
    sys.setswitchinterval(SWITCH_SECONDS)
    Child(socket.socket(fileno=0), load).run()
    os._exit(0)  # not waiting for what is being computed
