"""What verdicts do to a model's standing: bounded, one way, in any order, and no more than they are sure of."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from jarvis.router.learning import (
    CLOSE,
    HALF_LIFE_SECONDS,
    KEPT,
    MEANING,
    MOST,
    NEIGHBOURS,
    Feedback,
    Kind,
    Shift,
    counted,
    fit,
    packed,
    unpacked,
    unseen,
)
from jarvis.words.routing import SPECIALTIES, Specialty

Vector = NDArray[np.float32]

E = "test-embedder"
HUNDREDS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""Of whole histories; how long that takes is a matter of the machine."""


def unit(seed: int, near: Vector | None = None, apart: float = 1.0) -> Vector:
    drawn = np.random.default_rng(seed).standard_normal(32).astype(np.float32)
    drawn /= np.float32(np.linalg.norm(drawn))
    if near is not None:
        drawn = near + np.float32(apart) * drawn
    found: Vector = (drawn / np.float32(np.linalg.norm(drawn))).astype(np.float32)
    return found


def said(
    kind: Kind, number: int = 0, specialty: Specialty = "code", vector: Vector | None = None, **more: object
) -> Feedback:
    facts: dict[str, object] = {
        "exchange": f"e{number}", "model": "m", "kind": kind, "specialty": specialty, "difficulty": 50.0, "at": 1e9,
        "vector": b"" if vector is None else packed(vector), "embedder": "" if vector is None else E,
    }  # fmt: skip
    return Feedback(**{**facts, **more})  # type: ignore[arg-type]


def shift(feedback: list[Feedback], specialty: Specialty = "code", vector: Vector | None = None) -> Shift:
    fitted = fit(feedback)
    embedder = "" if vector is None else E
    return unseen(specialty, vector, embedder) if fitted is None else fitted.shift(specialty, vector, embedder)


@st.composite
def histories(draw: st.DrawFn) -> list[Feedback]:
    count = draw(st.integers(0, 25))
    return [
        said(
            draw(st.sampled_from(sorted(MEANING))),
            number,
            draw(st.sampled_from(SPECIALTIES)),
            unit(draw(st.integers(0, 9))) if draw(st.booleans()) else None,
            difficulty=draw(st.floats(0, 100)),
            ability=draw(st.floats(-9, 9)),
            strength=draw(st.floats(0, 1)),
            at=draw(st.floats(0, 3e9)),
        )
        for number in range(count)
    ]


@HUNDREDS
@given(histories(), st.sampled_from(SPECIALTIES), st.one_of(st.none(), st.integers(0, 99)))
def test_a_shift_is_bounded_and_no_surer_than_before(
    history: list[Feedback], specialty: Specialty, seed: int | None
) -> None:
    vector = None if seed is None else unit(seed)
    found = shift(history, specialty, vector)
    assert abs(found.mean) <= MOST
    assert 0 < found.spread <= unseen(specialty, vector, E).spread + 1e-9


@HUNDREDS
@given(histories(), st.randoms(use_true_random=False))
def test_the_order_does_not_matter(history: list[Feedback], dice: object) -> None:
    mixed = list(history)
    dice.shuffle(mixed)  # type: ignore[attr-defined]
    for vector in (None, unit(3)):
        one, other = shift(history, "code", vector), shift(mixed, "code", vector)
        assert math.isclose(one.mean, other.mean, abs_tol=1e-6) and math.isclose(one.spread, other.spread, abs_tol=1e-6)


@HUNDREDS
@given(histories(), st.sampled_from(SPECIALTIES), st.one_of(st.none(), st.integers(0, 9)))
def test_up_raises_and_down_lowers(history: list[Feedback], specialty: Specialty, seed: int | None) -> None:
    history = [replace(f, at=1e9) for f in history]
    vector = None if seed is None else unit(seed)
    before = shift(history, specialty, vector).mean
    up = shift([*history, said("up", 900, specialty, vector)], specialty, vector).mean
    down = shift([*history, said("down", 900, specialty, vector)], specialty, vector).mean
    assert down - 1e-9 <= before <= up + 1e-9


def test_many_ups_raise_and_many_downs_lower() -> None:
    assert shift([said("up", n) for n in range(20)]).mean > 0.5
    assert shift([said("down", n) for n in range(20)]).mean < -0.5


def test_one_click_moves_nearly_nothing() -> None:
    assert abs(shift([said("down")]).mean) < 0.2


def test_what_was_expected_teaches_less() -> None:
    easy = shift([said("up", n, difficulty=3.0) for n in range(10)]).mean
    hard = shift([said("up", n, difficulty=90.0) for n in range(10)]).mean
    assert hard > easy + 0.3


def test_a_flood_stays_within_bounds() -> None:
    flood = [said("down", n, SPECIALTIES[n % 8], difficulty=1.0, ability=4.0) for n in range(5000)]
    assert len(counted(flood)) == KEPT
    assert -MOST <= shift(flood).mean < -1.0


def test_a_thousand_clicks_on_one_answer_are_one() -> None:
    assert shift([said("down", 1, at=1e9 + n) for n in range(1000)]) == shift([said("down", 1, at=1e9 + 999)])


def test_the_last_word_counts() -> None:
    changed = [said("down", 1, at=1e9), said("up", 1, at=1e9 + 1)]
    assert counted(changed) == changed[1:]
    other = said("up", 2, at=1e9 + 0.5)
    assert counted([*changed, other]) == [other, changed[1]], "as new as its last word"
    asked_again = [said("up", 1, at=1e9), said("reask", 1, at=1e9 + 1)]
    assert counted(asked_again) == asked_again


def test_what_is_learned_of_one_thing_says_less_of_others() -> None:
    history = [said("down", n, "math", unit(1)) for n in range(15)]
    same, other = shift(history, "math", unit(1)), shift(history, "writing", unit(2))
    assert same.mean < other.mean - 0.2 <= 0
    assert same.spread < other.spread, "more spread where nothing was seen"


def test_kinds_weigh_as_they_should() -> None:
    moved = {kind: shift([said(kind, n) for n in range(30)]).mean for kind in MEANING}
    assert moved["down"] < moved["left"] < moved["reask"] < 0 < moved["picked"] < moved["up"]
    assert moved["wrong_hit"] == 0
    assert shift([said("reask", n, strength=0.0) for n in range(9)]).mean == 0
    sure = shift([said("reask", n, strength=1.0) for n in range(30)]).mean
    assert sure < shift([said("reask", n, strength=0.4) for n in range(30)]).mean


def test_old_feedback_counts_less_but_is_not_lost() -> None:
    def years_ago(years: float) -> float:
        old = [said("down", n, at=3e9 - years * 2 * HALF_LIFE_SECONDS) for n in range(20)]
        return shift([*old, said("up", 99, "chat", at=3e9)], "code").mean

    assert years_ago(0) < years_ago(1) < -0.1
    assert math.isclose(years_ago(20), years_ago(40), abs_tol=1e-9)
    assert years_ago(20) < -0.05


def test_neighbours_are_heard_only_when_there_are_enough() -> None:
    here = unit(1)
    close = [unit(100 + n, here, 0.1) for n in range(NEIGHBOURS)]
    assert all(float(v @ here) > CLOSE for v in close)

    def near(count: int) -> float:
        others = [said("up", 50 + n, "code", unit(500 + n)) for n in range(40)]
        fitted = fit([*others, *(said("down", n, "code", close[n]) for n in range(count))])
        assert fitted is not None
        return fitted._near(here, E)

    assert near(NEIGHBOURS - 1) == 0.0
    assert -1.0 <= near(NEIGHBOURS) < -0.1


def test_another_embedders_vectors_are_left_alone() -> None:
    fitted = fit([said("down", n, "code", unit(1)) for n in range(10)])
    assert fitted is not None
    longer = np.ones(48, np.float32) / np.float32(math.sqrt(48))
    assert abs(fitted.shift("code", longer, "other").mean) <= MOST
    mixed = [said("down", n, "code", unit(1)) for n in range(5)]
    mixed += [said("up", 5 + n, "code", vector=None, at=2e9) for n in range(5)]
    mixed += [replace(said("up", 10, "code", at=2e9), vector=packed(longer), embedder="other")]
    both = fit(mixed)
    assert both is not None and both.embedder == "other" and both.count == 11


def test_what_all_questions_share_says_nothing() -> None:
    common = unit(7)
    raw = [said("down", n, "code", unit(100 + n, common, 0.3)) for n in range(10)]
    known, unknown = fit(raw, {E: common}), fit(raw)
    assert known is not None and unknown is not None
    elsewhere = unit(999, common, 0.3)
    assert known.shift("chat", elsewhere, E).mean > unknown.shift("chat", elsewhere, E).mean


def test_a_vector_is_kept_small() -> None:
    vector = unit(5)
    assert len(packed(vector)) == 64
    assert np.allclose(unpacked(packed(vector)), vector, atol=1e-3)


@pytest.mark.parametrize("difficulty", [0.0, 100.0, -5.0, 1e9])
def test_any_difficulty_can_be_learned_from(difficulty: float) -> None:
    assert math.isfinite(shift([said("up", n, difficulty=difficulty) for n in range(3)]).mean)
