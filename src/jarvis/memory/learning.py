"""Learning what is under paths: which files, one after the other, and what became of each."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from jarvis.documents.walk import walk
from jarvis.memory.documents import Learned
from jarvis.memory.memory import Memory


@dataclass(frozen=True, slots=True)
class Found:
    """What there is to read: how many files, and how many were passed over for which reason."""

    files: int
    skipped: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Read:
    """One file was read, the ``number``-th (from 1) of so many."""

    learned: Learned
    number: int
    files: int


class Learning:
    """See ``learn``. Whatever was read stays read, whoever leaves."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def learn(
        self, person: str, paths: Sequence[Path], watched: bool = True, after: int = 0
    ) -> AsyncGenerator[Found | Read, None]:
        """Read what is new or changed under ``paths``, which are absolute; first what there is, then each file, then
        what is gone from a folder. A file or folder that is named is read also when it was forgotten; a folder is
        ``watched`` from now on. ``after``: so many were read already, the order is always the same. Raises StoreError.
        """
        folders: dict[Path, tuple[Path, ...]] = {}
        files: dict[Path, tuple[Path | None, bool]] = {}
        skipped: Counter[str] = Counter()
        for path in paths:
            found = await asyncio.to_thread(walk, [path])
            skipped.update(found.skipped)
            folder = path if await asyncio.to_thread(os.path.isdir, path) else None
            if folder is not None:
                folders[folder] = found.files
                if not after:
                    await self._memory.documents.follow(person, folder, watched)
            for file in found.files:
                files.setdefault(file, (folder, folder is None))
        yield Found(len(files), dict(skipped))
        for number, (file, (folder, named)) in enumerate(files.items(), 1):
            if number > after:
                learned = await self._memory.documents.learn(person, file, folder, named)
                self._memory.wake()
                yield Read(learned, number, len(files))
        for folder, there in folders.items():
            for document in await self._memory.documents.drop_gone(person, folder, there):
                self._memory.wake()
                yield Read(Learned(document.path, "gone"), len(files), len(files))

    async def uploaded(self, person: str, path: Path, name: str) -> Learned:
        """Read a file that is here only to be read. ``name`` is what it is called from now on."""
        learned = await self._memory.documents.learn(person, path, named=True, name=f"upload:{name}")
        self._memory.wake()
        return learned
