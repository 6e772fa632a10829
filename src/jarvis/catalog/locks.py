"""One at a time: a lock that the system lets go of when the process that holds it dies."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from jarvis.catalog.places import place
from jarvis.errors import Conflict

_POLL_SECONDS = 0.2


@contextmanager
def alone(models: Path, id: str, quantization: str, on_wait: Callable[[], None] | None = None) -> Iterator[None]:
    """Hold the lock of a model: whoever changes its files does. Waits as ``locked`` does.

    Raises Conflict instead of waiting when there is no ``on_wait``.
    """
    folder = models / ".locks"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with locked(place(folder, f"{id}@{quantization}.lock"), on_wait, Conflict("catalog.busy", model=id)):
        yield


@contextmanager
def locked(path: Path, on_wait: Callable[[], None] | None, busy: Exception) -> Iterator[None]:
    """Hold ``path``. While another process does, ``on_wait`` is called again and again, and may raise to give up.

    Without ``on_wait`` raises ``busy``. The file stays: deleted while somebody waits for it, it would be held twice.
    """
    with path.open("a") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if on_wait is None:
                    raise busy from None
                on_wait()
                time.sleep(_POLL_SECONDS)
        yield
