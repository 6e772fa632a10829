"""The vector of a question, made once for all who want it: router, cache and memory.

It is a help, never an obstacle: whoever asks gets the vector in time, or None.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import OrderedDict
from hashlib import blake2b
from typing import TYPE_CHECKING

from jarvis.catalog.catalog import Catalog
from jarvis.catalog.progress import OnProgress, PullProgress, silent
from jarvis.catalog.pull import pull
from jarvis.embedders.base import Embedder
from jarvis.errors import Busy, JarvisError, ModelNotFound
from jarvis.words.model import Installed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vector = NDArray[np.float32]

_log = logging.getLogger(__name__)

LIMIT_SECONDS = 0.05
"""How long an asker waits unless it says otherwise."""
KEPT = 512
"""Vectors of the last questions, 1.5 kB each. Of the texts only a hash is kept."""
LOOK_SECONDS = 5.0
"""How long it is believed that the model is not here."""
FAILING_SECONDS = 30.0
"""How long one that failed is not thought to be well again, unless it is seen to be."""
WORKING = 32
"""Questions that are being embedded; more get no vector."""


class Embedding:
    """The vectors of one embedder. Use it on one event loop, and ``close`` it there; it closes the embedder too."""

    def __init__(self, embedder: Embedder, catalog: Catalog) -> None:
        self.embedder = embedder
        self._catalog = catalog
        self._kept: OrderedDict[bytes, Vector] = OrderedDict()
        self._working: dict[bytes, asyncio.Task[Vector | None]] = {}
        self._fetching: asyncio.Task[bool] | None = None
        self._stop = threading.Event()
        self._here = not embedder.model
        self._looked = -LOOK_SECONDS
        self._said: set[str] = set()
        self._failed = float("-inf")
        self.error: JarvisError | None = None
        """What it failed with last; None when it was well since."""

    @property
    def ready(self) -> bool:
        """Whether the model was here when somebody last asked for a vector, or has been fetched since."""
        return self._here

    @property
    def failing(self) -> bool:
        """Whether it failed a moment ago, and nothing was embedded since."""
        return time.monotonic() - self._failed < FAILING_SECONDS

    async def of(self, text: str, within: float = LIMIT_SECONDS) -> Vector | None:
        """The vector of a question, (dimension,), read-only; None when it is not there within so many seconds: the
        model is not here, still starting, busy or broken. What was begun goes on, for whoever asks next.
        """
        key = blake2b(text.encode(errors="replace"), digest_size=16).digest()
        if (vector := self._kept.get(key)) is not None:
            self._kept.move_to_end(key)
            return vector
        if not self._here and time.monotonic() - self._looked < LOOK_SECONDS:
            return None
        task = self._working.get(key)
        if task is None:
            if len(self._working) >= WORKING or self._stop.is_set():
                return None
            task = self._working[key] = asyncio.create_task(self._work(key, text), name="vector")
        await asyncio.wait((task,), timeout=within)
        return task.result() if task.done() and not task.cancelled() else None

    async def _work(self, key: bytes, text: str) -> Vector | None:
        try:
            if not self._here:
                self._here = await asyncio.to_thread(self.embedder.here)
                self._looked = time.monotonic()
            if not self._here:
                self._failed = time.monotonic()
                return None
            vector: Vector = (await self.embedder.embed([text], "query"))[0]
            vector.setflags(write=False)
            self._is_well()
            self._kept[key] = vector
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            return vector
        except Busy:
            return None
        except ModelNotFound as error:
            self._here = False
            self._say(error)
            return None
        except Exception as error:  # noqa: BLE001 - said once; no asker is to fail for want of a vector
            self._say(error)
            return None
        finally:
            del self._working[key]

    async def ensure(self, on_progress: OnProgress = silent) -> bool:
        """Fetch the model if it is not here, and start what computes. Returns whether vectors can be had now; why not
        is in the log. Several may wait for it; the fetching goes on when they leave, until ``close``.

        ``on_progress`` of the first of them is told, in another thread, how far it is.
        """
        if self._fetching is None:
            self._fetching = asyncio.create_task(self._fetch(on_progress), name=f"fetching {self.embedder.model}")
        task = self._fetching
        await asyncio.wait((task,))
        if self._fetching is task:
            self._fetching = None
        return not task.cancelled() and task.result()

    async def _fetch(self, on_progress: OnProgress) -> bool:
        try:
            if self.embedder.model and not await asyncio.to_thread(self.embedder.here):
                await asyncio.to_thread(self._pull, on_progress)
            await self.embedder.embed(["ready?"], "query")
            self._here = True
            self._is_well()
        except _Stopped:
            return False
        except Exception as error:  # noqa: BLE001 - as above
            self._say(error)
            return False
        return True

    def _pull(self, on_progress: OnProgress) -> Installed:
        def tell(progress: PullProgress) -> None:
            if self._stop.is_set():
                raise _Stopped
            on_progress(progress)

        return pull(self._catalog, *self._catalog.wanted(self.embedder.model), tell)

    def _is_well(self) -> None:
        self._failed, self.error = float("-inf"), None

    def _say(self, error: Exception) -> None:
        """Once for each kind of failure."""
        self._failed = time.monotonic()
        self.error = error if isinstance(error, JarvisError) else None
        kind = error.code if isinstance(error, JarvisError) else type(error).__name__
        if kind not in self._said:
            self._said.add(kind)
            _log.warning("no vectors from %s: %s", self.embedder.id, error, exc_info=not isinstance(error, JarvisError))

    async def close(self) -> None:
        """End what was begun; what was fetched so far is kept for the next time."""
        self._stop.set()
        if self._fetching is not None:
            await asyncio.wait((self._fetching,))
        for task in (working := list(self._working.values())):
            task.cancel()
        if working:
            await asyncio.wait(working)
        await self.embedder.close()


class _Stopped(Exception):
    """The fetching is to end."""
