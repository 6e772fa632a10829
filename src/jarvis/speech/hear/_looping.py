"""Whether a decoder has lost its way and says the same over and over. Pure."""

from __future__ import annotations

from collections.abc import Sequence

LONGEST, TIMES = 12, 4
"""A run of up to so many tokens, so often in a row, is no speech: "no, no, no" is three."""


def _begin(tokens: Sequence[int]) -> tuple[int, int] | None:
    """Where the first run begins that is repeated too often, and how long it is."""
    for start in range(len(tokens)):
        for length in range(1, LONGEST + 1):
            run = tokens[start : start + length]
            if start + length * TIMES > len(tokens):
                break
            if all(tokens[start + n * length : start + (n + 1) * length] == run for n in range(1, TIMES)):
                return start, length
    return None


def looping(tokens: Sequence[int]) -> bool:
    return _begin(tokens) is not None


def once(tokens: Sequence[int]) -> Sequence[int]:
    """The tokens up to the end of the first time that a repeated run was said."""
    found = _begin(tokens)
    return tokens if found is None else tokens[: sum(found)]
