"""Events as lines of JSON in the owner's file (the plan's ``logs/metrics.jsonl``). Off unless a path is set."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

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


def line(event: Exchange) -> str:
    """One event as JSON; the question cut to 100 characters."""
    data = asdict(event)
    data["question"] = event.question[:QUESTION_CHARACTERS]
    data["timestamp"] = datetime.fromtimestamp(event.started, UTC).isoformat()
    return json.dumps(data, ensure_ascii=False)
