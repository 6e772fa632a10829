"""What an embedder and its child say to each other on one connection: frames of a head and a body.

First the order goes to the child (JSON), which answers READY or FAILED with number 0. Then a text (UTF-8) has a number
and comes back under it as a VECTOR (float32) or FAILED (the reason, UTF-8), in any order.
"""

from __future__ import annotations

import struct

HEAD = struct.Struct("<IIB")
"""Bytes of the body, number, what it is."""

ORDER, QUESTION, PASSAGE, FORGET = range(4)
"""To the child. FORGET: nobody waits for that number any more."""
URGENT = 16
"""Added to QUESTION or PASSAGE: somebody waits for an answer."""
READY, VECTOR, FAILED, NO_MEMORY, DAMAGED = range(32, 37)
"""From the child."""


def frame(number: int, what: int, body: bytes = b"") -> bytes:
    return HEAD.pack(len(body), number, what) + body
