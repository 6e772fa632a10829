"""Changes in folders are told, once they have settled."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from jarvis.documents import watch as room
from jarvis.documents.watch import Changes, watch

SECONDS = 60.0


class Seen:
    """What was told so far."""

    def __init__(self) -> None:
        self.changed: list[Path] = []
        self.removed: list[Path] = []
        self._news = asyncio.Condition()

    async def take(self, changes: Changes) -> None:
        async with self._news:
            self.changed += changes.changed
            self.removed += changes.removed
            self._news.notify_all()

    async def until(self, done: Callable[[], bool]) -> None:
        async with asyncio.timeout(SECONDS), self._news:
            await self._news.wait_for(done)


@asynccontextmanager
async def watched(folder: Path) -> AsyncIterator[Seen]:
    """Begins once a first change was told: before that nobody knows whether it watches."""
    seen = Seen()

    async def follow() -> None:
        async for changes in watch([folder], debounce_ms=200):
            await seen.take(changes)

    task = asyncio.create_task(follow())
    sign = folder / "señal.txt"
    async with asyncio.timeout(SECONDS):
        for count in range(10_000):
            sign.write_text(str(count))
            await asyncio.wait((task,), timeout=0.05)
            if sign in seen.changed or task.done():
                break
    try:
        yield seen
    finally:
        task.cancel()
        await asyncio.wait((task,))


async def test_what_is_written_moved_and_removed(tmp_path: Path) -> None:
    (tmp_path / "viejo.txt").write_text("hola")
    async with watched(tmp_path) as seen:
        (tmp_path / "nuevo.md").write_text("hola")
        await seen.until(lambda: tmp_path / "nuevo.md" in seen.changed)
        (tmp_path / "viejo.txt").unlink()
        await seen.until(lambda: tmp_path / "viejo.txt" in seen.removed)
        seen.changed.clear()
        (tmp_path / "nuevo.md.part").write_text("otra cosa")
        (tmp_path / "nuevo.md.part").rename(tmp_path / "nuevo.md")  # as editors save
        await seen.until(lambda: tmp_path / "nuevo.md" in seen.changed)
        assert tmp_path / "nuevo.md" not in seen.removed


async def test_folders_that_come_and_go(tmp_path: Path) -> None:
    kept, outside = tmp_path / "vista", tmp_path / "fuera"
    kept.mkdir()
    (outside / "a").mkdir(parents=True)
    (outside / "a" / "b.txt").write_text("hola")
    (outside / "a" / ".oculto.txt").write_text("hola")
    async with watched(kept) as seen:
        outside.rename(kept / "dentro")
        await seen.until(lambda: kept / "dentro/a/b.txt" in seen.changed)
        shutil.move(kept / "dentro", tmp_path / "otra")
        await seen.until(lambda: kept / "dentro" in seen.removed)
        assert not any(path.name.startswith(".") for path in seen.changed)


async def test_what_is_skipped_is_not_told(tmp_path: Path) -> None:
    (tmp_path / "node_modules").mkdir()
    async with watched(tmp_path) as seen:
        for name in ("node_modules/a.js", ".oculto.txt", "a.exe", "final.txt"):
            (tmp_path / name).write_text("hola")
        await seen.until(lambda: tmp_path / "final.txt" in seen.changed)
        assert {path.name for path in seen.changed} <= {"final.txt", "señal.txt"}


async def test_what_is_no_longer_ignored_is_told(tmp_path: Path) -> None:
    (tmp_path / ".jarvisignore").write_text("*.md\n")
    (tmp_path / "a.md").write_text("hola")
    async with watched(tmp_path) as seen:
        (tmp_path / ".jarvisignore").write_text("")
        await seen.until(lambda: tmp_path / "a.md" in seen.changed)


def test_a_disk_that_is_taken_out_takes_nothing_with_it(tmp_path: Path) -> None:
    from jarvis.documents.limits import Limits
    from jarvis.documents.walk import Rules

    gone = tmp_path / "usb"
    changes = room._told({gone, gone / "a.txt"}, [Rules(gone)], Limits())
    assert changes == Changes((), ())


async def test_it_looks_itself_where_the_kernel_does_not_tell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import watchfiles

    real = watchfiles.awatch

    def full(*paths: Path, force_polling: bool | None = None, **rest: object) -> object:
        if not force_polling:
            raise OSError("OS file watch limit reached.")
        return real(*paths, force_polling=True, **rest)

    monkeypatch.setattr(watchfiles, "awatch", full)
    monkeypatch.setattr(room, "POLL_MS", 50)
    async with watched(tmp_path) as seen:
        assert seen.changed


async def test_a_name_that_is_no_utf8_does_not_end_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "POLL_MS", 200)
    async with watched(tmp_path) as seen:
        odd = tmp_path / os.fsdecode("niño.md".encode("latin-1"))
        odd.write_text("x")
        await seen.until(lambda: odd in seen.changed)
        later = tmp_path / "luego.md"
        later.write_text("x")
        await seen.until(lambda: later in seen.changed)
