"""The controller of the month: never gone in the first week, never left over out of fear, never above."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jarvis.money.spread import MOST, allowance, multiplier, pressure

DOLLAR = 1_000_000
MONEY = st.integers(0, 1000 * DOLLAR)


def month(budget: int, days: int, demand: Callable[[int], list[tuple[int, float]]]) -> list[int]:
    """What each day spends when a question is paid for as soon as its worth is above what its price counts for.

    ``demand``: the questions of a day, each its price in micro-dollars and its worth, in prices.
    """
    left, spent = budget, []
    for day in range(days):
        today = 0
        for cost, worth in demand(day):
            p = pressure(today, left, days - day)
            if p < 1 and worth > multiplier(p) and cost <= left - today:
                today += cost
        left -= today
        spent.append(today)
    return spent


@given(MONEY, MONEY, st.integers(1, 31))
def test_within_bounds_and_rising(used: int, left: int, days: int) -> None:
    p = pressure(used, left, days)
    assert 0 <= p <= 1 <= multiplier(p) <= MOST
    assert pressure(used + DOLLAR, left, days) >= p
    assert 0 <= allowance(left, days) <= left
    if used >= allowance(left, days):
        assert p == 1
    if used * days < left * 9 // 10:
        assert p == 0


@settings(max_examples=20, deadline=None)
@given(st.integers(DOLLAR, 200 * DOLLAR), st.integers(28, 31), st.integers(0, 2**32))
def test_greed_spends_all_but_not_in_the_first_week(budget: int, days: int, seed: int) -> None:
    dice = random.Random(seed)
    cost = budget // 1000

    def demand(day: int) -> list[tuple[int, float]]:
        return [(dice.randint(1, cost), 1e9) for _ in range(400)]

    spent = month(budget, days, demand)
    assert sum(spent) <= budget
    assert sum(spent) >= 0.98 * budget
    assert sum(spent[:7]) <= 0.46 * budget
    assert max(spent[:20]) <= 2 * budget / 9


@pytest.mark.parametrize("quiet", [0, 10, 20, 27])
def test_a_quiet_beginning_makes_the_rest_richer(quiet: int) -> None:
    """With a steady wish for ten even shares a day after ``quiet`` days without any."""
    budget, days = 30 * DOLLAR, 30
    questions = [(DOLLAR // 100, 3.0)] * 1000
    spent = month(budget, days, lambda day: questions if day >= quiet else [])
    assert sum(spent) >= 0.98 * budget


def test_modest_use_never_feels_it() -> None:
    budget, days = 30 * DOLLAR, 30
    dice = random.Random(1)
    spent = month(budget, days, lambda day: [(DOLLAR // 100, 1.01)] * dice.randint(50, 100))
    wished = random.Random(1)
    assert spent == [DOLLAR // 100 * wished.randint(50, 100) for _ in range(days)]


def test_a_burst_takes_two_days_worth_and_the_days_after_go_on() -> None:
    budget, days = 30 * DOLLAR, 30
    many, few = [(DOLLAR // 100, 50.0)] * 5000, [(DOLLAR // 100, 3.0)] * 90
    spent = month(budget, days, lambda day: many if day in (1, 2, 3) else few)
    assert all(d <= 2.2 * DOLLAR for d in spent[1:4])
    assert min(spent[4:]) >= 0.8 * DOLLAR


def test_what_is_worth_most_is_paid_first() -> None:
    """Under pressure only the dearest wishes are granted: their share among what is paid is larger than among all."""
    dice = random.Random(3)
    budget, days, paid = 10 * DOLLAR, 30, []
    left = budget
    for day in range(days):
        today = 0
        for _ in range(300):
            worth, p = dice.uniform(0, 20), pressure(today, left, days - day)
            if p < 1 and worth > multiplier(p):
                today += DOLLAR // 200
                paid.append(worth)
        left -= today
    assert sum(paid) / len(paid) > 10.5
