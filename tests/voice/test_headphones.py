"""Whether there is an echo at all."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jarvis.voice.headphones import BESIDE, FIRST, Headphones

LOUD, QUIET = 1e-2, 1e-7


def fed(*parts: tuple[int, float, float, float]) -> Headphones:
    """How many frames: what was said, what was heard, what was left."""
    found = Headphones()
    for count, said, before, after in parts:
        for _ in range(count):
            found.add(said, before, after)
    return found


def test_it_is_quiet_while_it_speaks() -> None:
    assert not fed((1000, 0, QUIET, QUIET)).on, "nothing is known yet"
    assert not fed((100, 0, QUIET, QUIET), (FIRST - 1, LOUD, QUIET, QUIET)).on
    assert fed((100, 0, QUIET, QUIET), (FIRST, LOUD, QUIET, QUIET)).on
    assert fed((100, 0, QUIET, QUIET), (FIRST, LOUD, QUIET, QUIET), (20, LOUD, LOUD, LOUD)).on, "that is somebody"
    assert fed((100, 0, QUIET, QUIET), (BESIDE, LOUD, QUIET, QUIET)).on


def test_what_it_says_is_heard() -> None:
    assert not fed((100, 0, QUIET, QUIET), (BESIDE, LOUD, LOUD, QUIET)).on
    assert not fed((100, 0, QUIET, QUIET), *((1, LOUD, LOUD, QUIET), (9, LOUD, QUIET, QUIET)) * 30).on, "a quiet echo"
    assert not fed((100, 0, QUIET, QUIET), (BESIDE, LOUD, QUIET, QUIET), (40, LOUD, LOUD, QUIET)).on, "taken off"


def test_somebody_who_speaks_over_it_is_no_echo() -> None:
    assert fed((100, 0, QUIET, QUIET), (BESIDE, LOUD, QUIET, QUIET), (30, LOUD, LOUD, LOUD)).on


def test_a_loud_room_is_none_either() -> None:
    noise = 1e-5
    assert fed((100, 0, noise, noise), (BESIDE, LOUD, noise * 2, noise)).on


@given(st.lists(st.tuples(*[st.floats(0, 1)] * 3), max_size=300))
def test_it_says_something_about_any_sound(frames: list[tuple[float, float, float]]) -> None:
    assert fed(*((1, *frame) for frame in frames)).on in (True, False)
