"""The network of integers computes what the network of floats does, and the file is read as it is written."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
import tiny
from e5_numpy import Reference

from jarvis.embedders._e5_file import E5File
from jarvis.embedders._e5_mind import QUESTION_TOKENS, Mind
from jarvis.embedders._onnx import _varint


def test_it_agrees_with_the_network_of_floats(file: Path) -> None:
    mind, reference = Mind(file, 2), Reference(file)
    for text in ("la capital de Francia", "x", "¿Cuál es? " * 30, "0123456789 " * 20):
        for urgent in (True, False):
            vector = mind.embed(text, "query", urgent)
            assert vector @ reference.embed(mind.tokens(text, "query")) > 0.99, (text, urgent)


def test_a_passage_longer_than_the_window_is_the_mean_of_its_windows(file: Path) -> None:
    mind, reference = Mind(file, 1), Reference(file)
    text = "abc de Francia 0123 " * 60
    tokens = mind.tokens(text, "passage")
    assert 512 < len(tokens) < 1020
    windows = [tokens[:510], tokens[510:]]
    vector = mind.embed(text, "passage", urgent=False)
    # windows count by their tokens: one that is half as long counts half
    lengths = [len(w) for w in windows]
    mean = sum(n * reference.embed(w) for n, w in zip(lengths, windows, strict=True))
    assert vector @ mean / np.linalg.norm(mean) > 0.98


def test_of_a_long_question_the_beginning_and_the_end_count(file: Path) -> None:
    mind = Mind(file, 1)
    middle = "q" * 10_000
    first, last = "la capital de Francia " * 40, "de la capital 0 1 2 3 " * 40
    tokens = mind.tokens(first + middle + last, "query")
    assert len(tokens) == QUESTION_TOKENS - 2
    assert tokens[:60] == mind.tokens(first, "query")[:60]
    assert tokens[-60:] == mind.tokens(last, "query")[-60:]
    short = mind.tokens("la capital", "query")
    assert [tiny.PIECES[n] for n in short] == ["▁query", ":", "▁la", "▁capital"]


def test_a_file_that_is_cut_off_is_refused(file: Path) -> None:
    whole = file.read_bytes()
    for size in (0, 3, 50, 500, 3000, len(whole) - 1):
        file.write_bytes(whole[:size])
        with pytest.raises((ValueError, struct.error)):
            E5File(file)


def test_what_is_no_such_file_is_refused(file: Path) -> None:
    whole = bytearray(file.read_bytes())
    whole[:4] = b"GGUF"
    file.write_bytes(whole)
    with pytest.raises(ValueError, match="E5S1"):
        E5File(file)


def test_a_tensor_that_is_missing_is_named(file: Path) -> None:
    file.write_bytes(file.read_bytes().replace(b"l0.fo.w", b"l0.xx.w"))
    with pytest.raises(ValueError, match=r"l0\.fo\.w"):
        Mind(file, 1)


@pytest.mark.parametrize(
    ("value", "expected"), [(0, b"\0"), (127, b"\x7f"), (300, b"\xac\x02"), (-1, b"\xff" * 9 + b"\x01")]
)
def test_numbers_are_written_as_protocol_buffers_have_them(value: int, expected: bytes) -> None:
    assert _varint(value) == expected
