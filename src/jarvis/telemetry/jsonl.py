"""Events as lines of JSON in the owner's file (the plan's ``logs/metrics.jsonl``). Off unless a path is set."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from jarvis.errors import StoreError
from jarvis.telemetry.events import Exchange

QUESTION_CHARACTERS = 100


class Jsonl:
    """The sink that appends to a file, one whole line at a time.

    A line cut off by a crash is closed with a newline before the next one, so that it spoils no other.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    async def record(self, event: Exchange) -> None:
        """``write`` on a thread."""
        await asyncio.to_thread(self.write, event)

    def write(self, event: Exchange) -> None:
        """Append one event and fsync. Raises OSError."""
        text = line(event)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
            size = os.fstat(fd).st_size
            torn = size > 0 and os.pread(fd, 1, size - 1) != b"\n"
            os.write(fd, (("\n" if torn else "") + text + "\n").encode())
            os.fsync(fd)
        finally:
            os.close(fd)

    async def redact(self, whose: Callable[[dict[str, object]], bool]) -> None:
        """Take the question out of every event for which ``whose`` says so; the rest of it stays. Raises StoreError."""
        await asyncio.to_thread(self._redact, whose)

    def _redact(self, whose: Callable[[dict[str, object]], bool]) -> None:
        """In place and never longer, so that a crash leaves every line whole and another writer's lines are kept."""
        try:
            fd = os.open(self.path, os.O_RDWR)
        except FileNotFoundError:
            return
        except OSError as error:
            raise StoreError("store.failed", path=self.path, reason=str(error)) from error
        with os.fdopen(fd, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            at = 0
            for text in file:
                body = text.rstrip(b"\n")
                if (new := _without(body, whose)) is not None:
                    os.pwrite(fd, new, at)
                at += len(text)
            os.fsync(fd)


def _without(text: bytes, whose: Callable[[dict[str, object]], bool]) -> bytes | None:
    """A line without its question, as long as it was; None where it stays as it is. Of a line that was cut off it is
    not known what it says: it goes whole.
    """
    if not text.strip():
        return None
    try:
        event = json.loads(text)
        if not isinstance(event, dict) or not event.get("question") or not whose(event):
            return None
        new = json.dumps(event | {"question": ""}, ensure_ascii=False).encode()
    except ValueError:
        new = b""
    return (new if len(new) <= len(text) else b"").ljust(len(text))


def line(event: Exchange) -> str:
    """One event as JSON; the question cut to 100 characters."""
    data = asdict(event)
    data["question"] = event.question[:QUESTION_CHARACTERS]
    data["timestamp"] = datetime.fromtimestamp(event.started, UTC).isoformat()
    return json.dumps(data, ensure_ascii=False)
