"""Folders that were learned are followed: what is new, changed or gone in them is so in memory within seconds."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from jarvis.documents.walk import path_text, walk
from jarvis.documents.watch import watch
from jarvis.errors import JarvisError
from jarvis.memory.memory import Memory

AGAIN_SECONDS = 30.0
"""How long after it was found gone, or could not be watched, a folder is looked for again."""
_log = logging.getLogger(__name__)


class Following:
    """Use it on one event loop; ``begin`` it, and ``close`` it."""

    def __init__(self, memory: Memory, again_seconds: float = AGAIN_SECONDS) -> None:
        self._memory = memory
        self._again = again_seconds
        self._changed = asyncio.Event()
        self._followed: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._task: asyncio.Task[None] | None = None
        self._reading = 0

    @property
    def busy(self) -> bool:
        """Whether something is being read, or looked through."""
        return self._reading > 0 or (self._task is not None and self._changed.is_set())

    def begin(self) -> None:
        self._task = asyncio.create_task(self._run(), name="folders")

    def changed(self) -> None:
        """Folders were learned, or forgotten."""
        self._changed.set()

    async def _run(self) -> None:
        while True:
            self._changed.clear()
            try:
                memory = self._memory
                wanted = {(p, f) for p in await memory.people() for f in await memory.documents.folders(p)}
            except JarvisError as error:
                _log.warning("no folder is watched: %s", error)
                wanted = set()
            gone = [task for key, task in self._followed.items() if key not in wanted]
            await _end(gone)
            self._followed = {key: task for key, task in self._followed.items() if key in wanted}
            for person, folder in wanted - set(self._followed):
                following = asyncio.create_task(self._follow(person, Path(folder)), name=f"watching {folder}")
                self._followed[person, folder] = following
            await self._changed.wait()

    async def _follow(self, person: str, folder: Path) -> None:
        """For ever. A folder that is gone - a disk that was taken out - takes nothing with it."""
        while True:
            try:
                if await asyncio.to_thread(os.path.isdir, folder):
                    await self._watch(person, folder)
            except (JarvisError, OSError) as error:
                _log.warning("%s is not watched for now: %s", folder, error)
            await asyncio.sleep(self._again)

    async def _watch(self, person: str, folder: Path) -> None:
        behind = asyncio.create_task(self._catch_up(person, folder), name=f"catching up with {folder}")
        try:
            async for changes in watch([folder]):
                with self._read():
                    await self._remove(person, changes.removed)
                    for path in changes.changed:
                        await self._learn(person, path, folder)
        finally:
            await _end([behind])

    @contextmanager
    def _read(self) -> Iterator[None]:
        self._reading += 1
        try:
            yield
        finally:
            self._reading -= 1

    async def _catch_up(self, person: str, folder: Path) -> None:
        """What changed while nobody looked."""
        with self._read():
            await self._caught_up(person, folder)

    async def _caught_up(self, person: str, folder: Path) -> None:
        try:
            found = await asyncio.to_thread(walk, [folder])
            for path in found.files:
                await self._learn(person, path, folder)
            if await self._memory.documents.drop_gone(person, folder, found.files):
                self._memory.wake()
        except (JarvisError, OSError) as error:
            _log.warning("what changed in %s was not read: %s", folder, error)

    async def _learn(self, person: str, path: Path, folder: Path) -> None:
        await self._memory.documents.learn(person, path, folder)
        self._memory.wake()

    async def _remove(self, person: str, paths: Iterable[Path]) -> None:
        """Documents whose file is gone, or whose folder is."""
        names = [path_text(path) for path in paths]
        if not names:
            return
        below = tuple(f"{name.rstrip('/')}/" for name in names)
        documents = await self._memory.documents.listed(person)
        gone = [d.id for d in documents if d.folder and (d.path in names or d.path.startswith(below))]
        if gone:
            await self._memory.documents.remove(person, gone)
            self._memory.wake()

    async def close(self) -> None:
        await _end([] if self._task is None else [self._task])
        await _end(list(self._followed.values()))
        self._followed.clear()


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks)
