"""What somebody and the child that computes for them say to each other on one connection: frames of a head and a body.

First the order goes to the child (JSON), which answers READY or DAMAGED with number 0. Then what is asked has a number
and comes back under it as an ANSWER or FAILED (the reason, UTF-8), in any order.
"""

from __future__ import annotations

import struct

HEAD = struct.Struct("<IIB")
"""Bytes of the body, number, what it is."""

ORDER, FORGET, ASK = range(3)
"""To the child. FORGET: nobody waits for that number any more. ASK and the numbers after it: what is asked; which of
several things that is, only the two ends know."""
URGENT = 16
"""Added to what is asked: somebody waits for it."""
READY, ANSWER, FAILED, NO_MEMORY, DAMAGED = range(32, 37)
"""From the child."""


def frame(number: int, what: int, body: bytes = b"") -> bytes:
    return HEAD.pack(len(body), number, what) + body
