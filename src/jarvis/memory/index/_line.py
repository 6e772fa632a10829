"""Messages between ``chroma.py`` and its child: a head as JSON, then what it tells how many pieces of bytes."""

from __future__ import annotations

import json
from multiprocessing.connection import Connection
from typing import Any

LIMIT = 1 << 30


def tell(line: Connection, head: dict[str, Any], *pieces: bytes) -> None:
    """Send one message."""
    line.send_bytes(json.dumps({**head, "pieces": len(pieces)}).encode())
    for piece in pieces:
        line.send_bytes(piece)


def hear(line: Connection, seconds: float | None = None) -> tuple[dict[str, Any], list[bytes]]:
    """The next message. Raises EOFError when the other end is gone, TimeoutError when it is silent for ``seconds``."""

    def piece() -> bytes:
        if not line.poll(seconds):
            raise TimeoutError
        return line.recv_bytes(LIMIT)

    head = json.loads(piece())
    return head, [piece() for _ in range(head["pieces"])]
