"""When a turn begins, pauses and ends, frame by frame of 32 ms."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jarvis.speech.detect.turns import FRAME_SECONDS, Event, Turns

Heard = tuple[float, Event]


def heard(*parts: tuple[float, float], finished: bool | None = None) -> list[Heard]:
    """Events and when, of parts: how probable speech is, how many seconds. After a pause the sentence sounds so."""
    turns, found, now = Turns(), list[Heard](), 0.0
    for probability, seconds in parts:
        for _ in range(round(seconds / FRAME_SECONDS)):
            now += FRAME_SECONDS
            if (event := turns.step(probability)) is not None:
                found.append((round(now, 2), event))
                if event == "pauses":
                    turns.finished = finished
    return found


def kinds(*parts: tuple[float, float], finished: bool | None = None) -> list[str]:
    return [event for _, event in heard(*parts, finished=finished)]


def test_a_finished_sentence_ends_soon_and_an_unfinished_one_is_waited_for() -> None:
    said = ((0.0, 1.0), (0.9, 2.0), (0.0, 2.0))
    soon, late = heard(*said, finished=True), heard(*said, finished=False)
    assert [event for _, event in soon] == [event for _, event in late] == ["begins", "pauses", "ends"]
    assert soon[-1][0] < 3.3 and 3.9 < late[-1][0] < 4.1
    assert heard(*said, finished=None)[-1] == late[-1], "not known is not finished"


def test_whoever_goes_on_was_not_finished() -> None:
    assert kinds((0.9, 1.0), (0.0, 0.5), (0.9, 1.0), (0.0, 2.0), finished=False) == [
        "begins", "pauses", "goes on", "pauses", "ends",
    ]  # fmt: skip


def test_a_short_stop_is_caught_and_a_click_is_not() -> None:
    assert kinds((0.0, 0.5), (0.9, 0.2), (0.0, 2.0), finished=True) == ["begins", "pauses", "ends"]
    assert kinds((0.0, 0.5), (0.9, 0.033), (0.0, 2.0)) == []
    assert kinds(*[(0.9, 0.033), (0.0, 1.0)] * 10) == [], "clicks do not add up"


def test_a_dip_within_a_word_is_no_pause() -> None:
    assert kinds((0.9, 0.5), (0.1, 0.08), (0.9, 0.5), (0.0, 2.0), finished=True) == ["begins", "pauses", "ends"]
    assert kinds((0.9, 0.5), (0.4, 0.5), (0.9, 0.5), (0.0, 2.0), finished=True) == ["begins", "pauses", "ends"]


@given(st.lists(st.floats(0, 1), max_size=400), st.booleans())
def test_turns_begin_before_they_end_and_every_pause_is_answered(probabilities: list[float], finished: bool) -> None:
    turns, state = Turns(), "silent"
    allowed = {
        ("silent", "begins"): "speaking",
        ("speaking", "pauses"): "paused",
        ("paused", "goes on"): "speaking",
        ("paused", "ends"): "silent",
    }
    for probability in [*probabilities, *[0.0] * 40]:
        if (event := turns.step(probability)) is not None:
            assert (state, event) in allowed
            state = allowed[state, event]
            turns.finished = finished
    assert state == "silent"


def test_who_interrupts_is_noticed_sooner() -> None:
    for probability in (0.9, 0.4):
        turns = Turns()
        turns.hasty = True
        assert turns.step(probability) == "begins"
    patient = Turns()
    assert [patient.step(0.9) for _ in range(2)] == [None, None] and patient.step(0.9) == "begins"
    assert [Turns().step(0.4) for _ in range(20)] == [None] * 20


def test_what_began_in_haste_may_be_nothing() -> None:
    turns = Turns()
    turns.hasty = True
    for probability, frames, sure in ((0.4, 20, False), (0.6, 2, False), (0.6, 1, True), (0.0, 3, True)):
        for _ in range(frames):
            turns.step(probability)
        assert turns.sure == sure
    turns.finished = True
    assert [turns.step(0.0) for _ in range(4)][-1] == "ends" and not turns.sure
    patient = Turns()
    assert [patient.step(probability) for probability in (0.6, 0.4, 0.4)][-1] == "begins" and patient.sure
