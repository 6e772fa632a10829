"""When somebody may be listened to while Jarvis speaks."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jarvis.voice.return_loss import DOUBT, LEAST, WINDOW, ReturnLoss

LOUD, QUIET = 1e-2, 1e-7


def fed(*parts: tuple[int, float, float, float]) -> ReturnLoss:
    """How many frames: what was said, what was heard, what was left."""
    loss = ReturnLoss()
    for count, said, before, after in parts:
        for _ in range(count):
            loss.add(said, before, after)
    return loss


def test_of_silence_nothing_is_known() -> None:
    loss = fed((1000, 0, QUIET, QUIET))
    assert loss.enough is None and loss.decibels is None and loss.left is None


def test_echo_that_is_taken_out_is_well() -> None:
    loss = fed((100, 0, QUIET, QUIET), (WINDOW, LOUD, LOUD, QUIET))
    assert loss.enough and loss.decibels is not None and loss.decibels > 30


def test_echo_that_stays_is_not() -> None:
    loss = fed((100, 0, QUIET, QUIET), (WINDOW, LOUD, LOUD, LOUD / 4))
    assert loss.enough is False and loss.decibels is not None and 5 < loss.decibels < 7


def test_it_is_known_again_when_the_echo_is_learnt() -> None:
    loss = fed((WINDOW, LOUD, LOUD, LOUD), (WINDOW, LOUD, LOUD, QUIET))
    assert loss.enough


def test_headphones_have_no_echo_to_lose() -> None:
    loss = fed((100, 0, QUIET, QUIET), (WINDOW, LOUD, QUIET, QUIET))
    assert loss.enough and loss.decibels is not None and loss.decibels < 1


def test_somebody_who_speaks_over_it_is_no_echo() -> None:
    loss = fed((100, 0, QUIET, QUIET), (WINDOW, LOUD, LOUD, QUIET), (40, LOUD, LOUD, LOUD / 2))
    assert loss.enough


def test_a_loud_room_is_not_taken_for_an_echo() -> None:
    noise = 1e-5
    loss = fed((100, 0, noise, noise), (WINDOW, LOUD, LOUD, noise * 2))
    assert loss.enough


def test_a_disturbed_one_is_not_relied_upon_for_a_second() -> None:
    loss = fed((100, 0, QUIET, QUIET), (WINDOW, LOUD, LOUD, QUIET))
    loss.disturb()
    loss.add(LOUD, LOUD, QUIET)
    assert loss.enough is False
    for _ in range(DOUBT):
        loss.add(LOUD, LOUD, QUIET)
    assert loss.enough


def test_the_echo_of_the_last_word_counts() -> None:
    said = [(1, LOUD, LOUD, LOUD), (20, 0, LOUD, LOUD)] * 4
    loss = fed(*said)
    assert loss.left == 1.0


@given(st.lists(st.tuples(*[st.floats(0, 1)] * 3), min_size=LEAST + 1, max_size=80))
def test_it_says_something_about_any_sound(frames: list[tuple[float, float, float]]) -> None:
    loss = fed(*((1, *frame) for frame in frames))
    assert loss.left is None or 0 <= loss.left <= 1
    assert loss.decibels is None or abs(loss.decibels) < 100
