"""The figures of routing against values worked out by hand, and what must hold whatever the scores are."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jarvis.measure import curves

WEAK = np.array([1.0, 0.0, 0.0, 1.0])
STRONG = np.array([1.0, 1.0, 1.0, 1.0])


def test_apgr_and_cpt_by_hand() -> None:
    """Gains are 0, 1, 1, 0; best first: 1, 1, 0, 0 recovers 0, 1/2, 1, 1, 1 of the gap."""
    curve = curves.recovered(np.array([0.1, 0.9, 0.8, 0.2]), WEAK, STRONG)
    assert curve.tolist() == [0.0, 0.5, 1.0, 1.0, 1.0]
    # Trapezoids of width 1/4: (0.25 + 0.75 + 1 + 1) / 4.
    assert curves.apgr(np.array([0.1, 0.9, 0.8, 0.2]), WEAK, STRONG) == pytest.approx(0.75)
    assert curves.cpt(curve, 0.5) == pytest.approx(0.25)
    assert curves.cpt(curve, 0.8) == pytest.approx(0.4)
    assert curves.cpt(curve, 0.95) == pytest.approx(0.475)
    # Worst first: 0, 0, 0, 1/2, 1.
    assert curves.apgr(np.array([0.9, 0.1, 0.2, 0.8]), WEAK, STRONG) == pytest.approx(0.25)


def test_a_strong_model_that_is_wrong_costs_what_was_gained() -> None:
    weak, strong = np.array([0.0, 1.0, 0.0]), np.array([1.0, 0.0, 1.0])
    curve = curves.recovered(np.array([3.0, 2.0, 1.0]), weak, strong)
    assert curve.tolist() == [0.0, 1.0, 0.0, 1.0]
    assert curves.cpt(curve, 0.95) == pytest.approx(0.95 / 3)
    oracle = curves.recovered(strong - weak, weak, strong)
    assert oracle.tolist() == [0.0, 1.0, 2.0, 1.0]


def test_no_gap_is_never_recovered() -> None:
    curve = curves.recovered(np.zeros(4), STRONG, STRONG)
    assert curve.tolist() == [0.0] * 5
    assert curves.cpt(curve, 0.5) is None


answers = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1), st.integers(0, 5)), min_size=2, max_size=60).filter(
    lambda rows: sum(s for _, s, _ in rows) > sum(w for w, _, _ in rows)
)


@settings(deadline=None)
@given(answers)
def test_who_cannot_tell_questions_apart_recovers_half(rows: list[tuple[int, int, int]]) -> None:
    weak, strong = (np.array([float(r[i]) for r in rows]) for i in (0, 1))
    assert curves.apgr(np.full(len(rows), 7.0), weak, strong) == pytest.approx(0.5)


@settings(deadline=None)
@given(answers, st.randoms(use_true_random=False))
def test_nobody_beats_the_oracle_and_order_in_the_file_is_nothing(
    rows: list[tuple[int, int, int]], random: object
) -> None:
    weak, strong, score = (np.array([float(r[i]) for r in rows]) for i in (0, 1, 2))
    mine = curves.apgr(score, weak, strong)
    assert mine <= curves.apgr(strong - weak, weak, strong) + 1e-9
    order = np.array(sorted(range(len(rows)), key=lambda _: random.random()))  # type: ignore[attr-defined]
    assert curves.apgr(score[order], weak[order], strong[order]) == pytest.approx(mine)
    assert curves.apgr(np.exp(score), weak, strong) == pytest.approx(mine)
    assert curves.recovered(score, weak, strong)[-1] == pytest.approx(1.0)


def test_a_random_router_is_about_half_and_its_interval_says_so() -> None:
    random = np.random.default_rng(5)
    weak = (random.random(2000) < 0.6).astype(float)
    strong = (random.random(2000) < 0.85).astype(float)
    found = curves.gap(random.random(2000), weak, strong)
    assert found.apgr == pytest.approx(0.5, abs=0.06)
    assert found.apgr_ci[0] < 0.5 < found.apgr_ci[1]
    chance = curves.chance(weak, strong)
    assert (chance.apgr, chance.cpt50, chance.cpt80) == (pytest.approx(0.5), 0.5, 0.8)


def test_aiq_by_hand() -> None:
    """Hull (1, .5), (2, .7), (4, .8): (2, .6) and (3, .65) lie below. Area: .6 * 1 + .75 * 2, over 3."""
    points = [(4.0, 0.8), (1.0, 0.5), (2.0, 0.7), (2.0, 0.6), (3.0, 0.65)]
    assert curves.hull(points) == [(1.0, 0.5), (2.0, 0.7), (4.0, 0.8)]
    assert curves.aiq(points, 1.0, 4.0) == pytest.approx((0.6 + 1.5) / 3)
    # Beyond the dearest point nothing more is had.
    assert curves.aiq(points, 1.0, 5.0) == pytest.approx((0.6 + 1.5 + 0.8) / 4)
    assert curves.aiq(points, 2.0, 2.0) is None


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(0.1, 9), st.floats(0, 1)), min_size=1, max_size=30))
def test_a_hull_rises_bends_down_and_covers_every_point(points: list[tuple[float, float]]) -> None:
    corners = curves.hull(points)
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in pairwise(corners)]
    assert all(s > 0 for s in slopes)
    assert all(a >= b - 1e-9 for a, b in pairwise(slopes))
    assert all(curves.at(corners, cost) >= quality - 1e-6 for cost, quality in points if cost >= corners[0][0])


def test_spearman_and_calibration_by_hand() -> None:
    assert curves.spearman(np.array([1.0, 2.0, 3.0]), np.array([10.0, 20.0, 15.0])) == pytest.approx(0.5)
    assert curves.spearman(np.array([1.0, 2.0]), np.array([3.0, 3.0])) is None
    diagram = curves.reliability(np.array([0.05, 0.05, 0.95, 0.95]), np.array([0.0, 1.0, 1.0, 1.0]))
    assert [(b.n, b.observed) for b in diagram] == [(2, 0.5), (2, 1.0)]
    assert curves.ece(diagram) == pytest.approx((0.45 * 2 + 0.05 * 2) / 4)
