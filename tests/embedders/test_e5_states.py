"""States of texts are kept for the next question, within their bytes, until they are to be forgotten."""

from __future__ import annotations

from typing import Any

import numpy as np

from jarvis.embedders._e5_states import States


class Reader:
    """Ten pieces of sixteen numbers for any text."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def __call__(self, text: str) -> Any:
        self.read.append(text)
        found = np.random.default_rng(sum(text.encode())).normal(size=(10, 16))
        return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


ONE = 10 * (16 + 4)


def test_a_text_is_read_once_and_is_the_same_the_second_time() -> None:
    reader = Reader()
    states = States(reader)
    first = states.of("the boiler")
    assert np.array_equal(states.of("the boiler"), first) and reader.read == ["the boiler"]
    assert np.abs(first - Reader()("the boiler")).max() < 1 / 250
    assert states.of("la caldera") is not first and reader.read == ["the boiler", "la caldera"]
    assert states.bytes == 2 * ONE


def test_the_longest_unused_go_first() -> None:
    reader = Reader()
    states = States(reader, 3 * ONE)
    for text in ("a", "b", "c", "a", "d", "a", "b"):
        states.of(text)
    assert reader.read == ["a", "b", "c", "d", "b"] and states.bytes == 3 * ONE


def test_what_is_greater_than_all_that_is_kept_is_read_each_time() -> None:
    reader = Reader()
    states = States(reader, ONE - 1)
    states.of("a")
    states.of("a")
    assert reader.read == ["a", "a"] and states.bytes == 0


def test_nothing_is_kept_of_what_is_forgotten() -> None:
    reader = Reader()
    states = States(reader)
    states.of("a")
    states.forget()
    assert states.bytes == 0
    states.of("a")
    assert reader.read == ["a", "a"]
