"""History is cut only when it must be, only before a question, and what is cut is counted."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jarvis.assistant.prompt import fit, spoken_history
from jarvis.errors import ContextTooLong
from jarvis.words.chat import ChatRequest, Message, Sampling


async def words(request: ChatRequest) -> int:
    return sum(1 + len(m.text.split()) for m in request.messages)


def talk(sizes: list[int]) -> list[Message]:
    return [Message.of("user" if i % 2 == 0 else "assistant", f"{i} " * n) for i, n in enumerate(sizes)]


def asked(size: int, max_tokens: int | None = None) -> ChatRequest:
    system = Message.of("system", "be good")
    return ChatRequest((system, Message.of("user", "q " * size)), sampling=Sampling(max_tokens=max_tokens))


async def test_all_of_it_when_it_fits() -> None:
    history = talk([2, 2, 2, 2])
    request, left_out = await fit(asked(3), history, 1000, words)
    assert left_out == 0
    assert list(request.messages[1:-1]) == history
    assert request.messages[0].role == "system"
    assert request.messages[-1].text.startswith("q")


async def test_the_newest_is_kept() -> None:
    history = talk([30, 30, 5, 5])
    request, left_out = await fit(asked(3), history, 40, words)
    assert left_out == 2
    assert list(request.messages[1:-1]) == history[2:]


async def test_a_question_too_long_by_itself() -> None:
    with pytest.raises(ContextTooLong) as caught:
        await fit(asked(500), talk([1, 1]), 100, words)
    assert "100" in caught.value.message("en")


async def test_a_question_may_use_the_room_of_its_answer() -> None:
    request, left_out = await fit(asked(90), talk([1, 1]), 100, words)
    assert left_out == 2
    assert len(request.messages) == 2


@given(
    st.lists(st.integers(1, 40), max_size=12), st.integers(1, 30), st.integers(20, 200), st.none() | st.integers(1, 50)
)
async def test_it_never_goes_over_and_leaves_out_little_more_than_it_must(
    sizes: list[int], question: int, context: int, max_tokens: int | None
) -> None:
    history = talk(sizes)
    request = asked(question, max_tokens)
    room = context - min(max_tokens or context, context // 4)
    try:
        fitted, left_out = await fit(request, history, context, words)
    except ContextTooLong:
        assert await words(request) >= context
        return
    kept = list(fitted.messages[1:-1])
    assert kept == history[left_out:]
    assert not kept or kept[0].role == "user"
    if kept:
        assert await words(fitted) <= room
    for first in (i for i in range(left_out) if history[i].role == "user"):
        longer = ChatRequest((request.messages[0], *history[first:], request.messages[-1]))
        if await words(longer) <= room:  # it would have fitted
            assert sum(len(m.text) for m in history[first:left_out]) < room + 2 * 2 * max(sizes) * 3
            break


@given(st.integers(10, 30), st.integers(400, 2000), st.none() | st.integers(200, 1000))
@settings(deadline=None, max_examples=30)
async def test_it_is_cut_at_the_same_place_for_many_turns(size: int, context: int, most: int | None) -> None:
    exchange = [Message.of("user", "ask " * 10), Message.of("assistant", "say " * size)]
    history, cuts = exchange * 60, []
    for n in range(0, len(history), 2):
        _, left_out = await fit(asked(3), history[:n], context, words, most)
        cuts.append(left_out)
    assert cuts == sorted(cuts)
    length = sum(len(m.text) for m in history)
    assert len(set(cuts)) <= 2 + length // min(2 * most if most else context, context - context // 4)


async def test_who_talks_waits_for_no_long_conversation() -> None:
    history = talk([10, 10] * 20)
    request, left_out = await fit(asked(3), history, 8000, words, 100)
    assert left_out and sum(1 + len(m.text.split()) for m in request.messages[1:-1]) <= 100
    assert [spoken_history(speed) for speed in (None, 30, 300, 700, 5000)] == [None, 2048, 2048, 2048, 16384]
