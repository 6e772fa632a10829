"""A paid model that says nonsense of its answer: the answer is delivered, and the money is what was set aside."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from jarvis.errors import JarvisError
from jarvis.words.chat import Delta
from jarvis.words.usage import Usage
from office import Office, answer, booked, codes
from wire import Wire, chunk, usage, wire


@pytest.fixture
async def said() -> AsyncIterator[Wire]:
    async with wire() as made:
        yield made


@pytest.fixture
async def here(tmp_path: Path, said: Wire) -> AsyncIterator[Office]:
    made = Office(tmp_path, address=said.address)
    await made.paid.ready()
    yield made
    await made.close()


def states(office: Office) -> list[tuple[str, int, int]]:
    statement = "SELECT state, amount, reserved FROM spending ORDER BY id"
    return [tuple(row) for row in office.database.call(lambda db: db.execute(statement).fetchall())]


FALSE: list[Any] = [
    {"prompt_tokens": 10**18, "completion_tokens": 10**18},
    {"prompt_tokens": 10**6, "completion_tokens": 1},
    {"prompt_tokens": 10, "completion_tokens": 51},  # 50 were asked for
    {"prompt_tokens": 10, "completion_tokens": 2, "completion_tokens_details": {"reasoning_tokens": 5000}},
    {"prompt_tokens": 10, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 10**9}},
    {"prompt_tokens": 10.7, "completion_tokens": 3.2},
    {"prompt_tokens": "10", "completion_tokens": "3"},
    {"prompt_tokens": -5, "completion_tokens": -7},
    {"prompt_tokens": 10, "completion_tokens": 0},
    "nothing",
    None,
]


@pytest.mark.parametrize("told", FALSE, ids=lambda told: str(told)[-50:])
async def test_no_usage_that_is_false_is_booked_or_told(here: Office, said: Wire, told: Any) -> None:
    said.says(chunk("Hello "), chunk("world."), chunk(finish="stop"), usage(told))
    events = await here.ask("paid")
    last = answer(events)
    assert last.answer == "Hello world." and not last.counted
    assert not any(e.usage for e in events if isinstance(e, Delta))
    ((state, amount, reserved),) = states(here)
    assert (state, amount) == ("guessed", reserved) and reserved > 0
    assert last.cost_usd == reserved / 1e6
    assert here.events[0].usage.total_tokens < 50, "the statistics are not poisoned"


async def test_a_true_one_is(here: Office, said: Wire) -> None:
    said.says(chunk("Hello."), chunk(finish="stop"), usage({"prompt_tokens": 12, "completion_tokens": 3}))
    last = answer(await here.ask("paid"))
    assert last.counted and last.usage == Usage(12, 3, 0, 0, 0)
    assert states(here)[0][:2] == ("settled", 12 * 10 + 3 * 30)


@pytest.mark.parametrize(
    "error",
    [
        {"error": {"code": 400, "status": 400, "message": "bad", "type": "invalid_request_error"}},
        chunk(finish="error", error={"code": 429, "message": "Rate limited"}),
    ],
)
async def test_an_error_within_an_answer_may_have_been_billed(here: Office, said: Wire, error: dict[str, Any]) -> None:
    said.says(chunk(), error)
    with pytest.raises(JarvisError):
        await here.ask("paid")
    assert states(here)
    assert all((state, amount) == ("guessed", reserved) for state, amount, reserved in states(here))
    assert await booked(here) > 0


async def test_another_model_than_the_one_that_was_asked_is_told(here: Office, said: Wire) -> None:
    said.says(chunk("Hi.", model="else"), chunk(finish="stop"), usage({"prompt_tokens": 12, "completion_tokens": 3}))
    events = await here.ask("paid")
    assert (answer(events).model, answer(events).served_as) == ("paid", "else")
    assert codes(events) == ["assistant.served_as"]


async def test_what_it_does_not_take_is_told(here: Office, said: Wire) -> None:
    said.says(chunk("Hi."), chunk(finish="stop"), usage({"prompt_tokens": 12, "completion_tokens": 3}))
    events = await here.ask("paid", logprobs=True, top_logprobs=2)
    assert codes(events) == ["assistant.left_out"]
    (notice,) = [e for e in events if type(e).__name__ == "Notice"]
    assert notice.facts["names"] == "logprobs"
    assert codes(await here.ask("paid")) == []


async def test_whoever_writes_on_beyond_the_limit_is_cut(here: Office, said: Wire) -> None:
    piece = "words and more words "
    said.says(*[chunk(piece)] * 5000, chunk(finish="stop"), usage({"prompt_tokens": 12, "completion_tokens": 5000}))
    last = answer(await here.ask("paid"))
    assert last.finish == "length" and 0 < len(last.answer) < 60 * len(piece)
    ((state, amount, reserved),) = states(here)
    assert (state, amount) == ("guessed", reserved)


async def test_many_small_pieces_are_no_long_answer(here: Office, said: Wire) -> None:
    said.says(*[chunk("a")] * 300, chunk(finish="stop"), usage({"prompt_tokens": 12, "completion_tokens": 50}))
    last = answer(await here.ask("paid"))
    assert (last.finish, last.answer) == ("stop", "a" * 300)
