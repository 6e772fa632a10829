"""Whom to leave alone, and how often to ask again."""

from __future__ import annotations

from jarvis.assistant.health import RETRY_SHARE, Health, backoff
from jarvis.fleet.breaker import FAILURES, FIRST_SECONDS


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_after_three_failures_it_is_left_alone_and_then_tried_by_one() -> None:
    clock = Clock()
    health = Health(clock)
    for _ in range(FAILURES):
        assert health.pause("a") == 0
        health.asks("a")
        health.failed("a")
    assert health.pause("a") > 0 and health.pause("b") == 0
    clock.now += FIRST_SECONDS + 0.1
    assert health.pause("a") == 0
    health.asks("a")
    assert health.pause("a") > 0, "one tries it"
    health.failed("a")
    assert health.pause("a") > FIRST_SECONDS, "twice as long"
    clock.now += 3 * FIRST_SECONDS
    health.asks("a")
    health.served("a")
    assert health.pause("a") == 0


def test_what_a_provider_asks_for_is_kept() -> None:
    clock = Clock()
    health = Health(clock)
    health.failed("a", 7.0)
    assert 6 < health.pause("a") <= 7
    clock.now += 7.1
    assert health.pause("a") == 0


def test_who_leaves_says_nothing_of_it() -> None:
    clock = Clock()
    health = Health(clock)
    for _ in range(FAILURES):
        health.failed("a")
    clock.now += FIRST_SECONDS + 0.1
    health.asks("a")
    health.left("a")
    assert health.pause("a") == 0


def test_retries_are_a_tenth_of_all_requests() -> None:
    health = Health(Clock())
    while health.may_retry():
        pass
    tried = 0
    for _ in range(1000):
        health.asks("a")
        tried += health.may_retry()
    assert tried <= 1000 * RETRY_SHARE + 1


def test_those_who_failed_together_do_not_come_back_together() -> None:
    waits = {round(backoff(2), 6) for _ in range(100)}
    assert len(waits) > 50 and all(0 <= w <= 1.0 for w in waits)
