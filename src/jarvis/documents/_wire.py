"""What the reader and its child say to each other on one connection: the length of a message, then JSON."""

from __future__ import annotations

import json
import socket
import struct
from typing import Any

HEAD = struct.Struct("<I")


def pack(message: dict[str, Any]) -> bytes:
    body = json.dumps(message, ensure_ascii=False, default=str).encode(errors="replace")
    return HEAD.pack(len(body)) + body


def send(line: socket.socket, message: dict[str, Any]) -> None:
    line.sendall(pack(message))


def receive(line: socket.socket) -> dict[str, Any] | None:
    """The next message; None when the other end is closed."""
    head = _exactly(line, HEAD.size)
    body = _exactly(line, HEAD.unpack(head)[0]) if head else b""
    found: dict[str, Any] | None = json.loads(body) if body else None
    return found


def _exactly(line: socket.socket, size: int) -> bytes:
    found = bytearray()
    while len(found) < size:
        piece = line.recv(size - len(found))
        if not piece:
            return b""
        found += piece
    return bytes(found)
