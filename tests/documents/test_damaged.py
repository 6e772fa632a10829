"""Half files and files with broken bytes: content or Unreadable, never anything else, and the caller goes on."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from made import EVERY, WORDS, text

from jarvis.documents.reading import Read
from jarvis.errors import Unreadable

BINARY = {".pdf", ".docx", ".pptx", ".xlsx", ".epub", ".odt", ".ods", ".png"}


def truncated(data: bytes) -> list[bytes]:
    return [data[: len(data) * tenths // 10] for tenths in (0, 1, 3, 5, 7, 9)] + [data[:1], data[:-1]]


def flipped(data: bytes, seed: str) -> list[bytes]:
    """Some with few broken bytes, some with many, one with a hole, one with its middle twice."""
    dice = random.Random(seed)
    made = []
    for count in (1, 1, 3, 10, 100):
        broken = bytearray(data)
        for _ in range(count):
            broken[dice.randrange(len(data))] = dice.randrange(256)
        made.append(bytes(broken))
    third = len(data) // 3
    return [*made, data[:third] + bytes(third) + data[2 * third :], data[: 2 * third] + data[third:]]


@pytest.mark.parametrize("suffix", EVERY)
def test_damaged(suffix: str, tmp_path: Path, read: Callable[[Path], Read]) -> None:
    data = EVERY[suffix](tmp_path / f"entero{suffix}").read_bytes()
    refused = 0
    for number, broken in enumerate([*truncated(data), *flipped(data, suffix)]):
        path = tmp_path / f"roto{number}{suffix}"
        path.write_bytes(broken)
        try:
            found = read(path)
        except Unreadable as error:
            refused += 1
            assert error.message("es") and error.hint("en")
            assert error.code in (
                "documents.damaged",
                "documents.encrypted",
                "documents.unknown_kind",
                "documents.crashed",
            )
        else:
            assert found.sections or found.warnings
    assert read(text(tmp_path / "siguiente.txt")).sections[0].text == WORDS
    assert refused or suffix not in BINARY
