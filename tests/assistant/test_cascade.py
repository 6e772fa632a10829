"""An answer is judged by its first clause before anybody sees it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from typing import Any

import pytest

from jarvis.assistant.cascade import Expected, Impression, Unsure, judge, watched
from jarvis.words.chat import Delta, ToolCallDelta

HOPES = Expected(quality=0.6, other=0.9, who="big")


def piece(text: str, logprob: float | None = -0.05, **more: Any) -> Delta:
    return Delta(text=text, logprobs=None if logprob is None else [{"token": text, "logprob": logprob}], **more)


async def heard(pieces: Sequence[Delta], expected: Expected = HOPES) -> tuple[str, Impression]:
    async def played() -> AsyncGenerator[Delta, None]:
        for one in pieces:
            yield one

    impression, said = Impression(), ""
    async for delta in watched(played(), expected, impression):
        said += delta.text
    return said, impression


def words(text: str, logprob: float | None = -0.05) -> list[Delta]:
    return [piece(word + " ", logprob) for word in text.split()] + [Delta(finish="stop")]


async def test_a_sure_answer_is_shown_whole() -> None:
    said, impression = await heard(words("The capital of France is Paris. It lies on the Seine."))
    assert said.strip() == "The capital of France is Paris. It lies on the Seine."
    assert impression.mean == pytest.approx(-0.05)


async def test_an_unsure_one_is_not_seen() -> None:
    with pytest.raises(Unsure) as caught:
        await heard(words("The capital of France is Rome. It lies on the Tiber.", -2.5))
    assert caught.value.reason == "router.unsure.words" and caught.value.quality < 0.2


async def test_what_comes_after_the_first_clause_is_shown_as_it_comes() -> None:
    pieces = words("The capital of France is Paris.")[:-1] + words("No it is Rome no it is Oslo.", -5.0)
    said, impression = await heard(pieces)
    assert said.endswith("Oslo. ")
    with pytest.raises(Unsure):
        judge(impression, HOPES, whole=True)


@pytest.mark.parametrize(
    "text",
    [
        "I'm sorry, but I can't help with that.", "As an AI language model I have no opinion.",
        "Lo siento, no puedo ayudar con eso.", "No tengo información sobre eso.", "No sé la respuesta a eso.",
    ],
)  # fmt: skip
async def test_a_refusal_is_no_answer(text: str) -> None:
    with pytest.raises(Unsure) as caught:
        await heard(words(text))
    assert caught.value.reason == "router.unsure.refuses"


async def test_a_form_that_is_not_kept_is_no_answer() -> None:
    form = Expected(0.6, 0.9, "big", json=True)
    with pytest.raises(Unsure):
        await heard(words("Sure! Here is the JSON that you wanted: {}"), form)
    assert (await heard([piece('{"a": 1}'), Delta(finish="stop")], form))[0] == '{"a": 1}'
    with pytest.raises(Unsure):
        await heard([piece('{"a": '), Delta(finish="length")], form)
    with pytest.raises(Unsure):
        await heard([Delta(finish="stop")])


async def test_nobody_is_asked_who_would_hardly_do_better() -> None:
    alike = Expected(quality=0.3, other=0.31, who="big")
    assert (await heard(words("The capital of France is Oslo.", -0.5), alike))[0]


async def test_calls_of_tools_are_not_held_back() -> None:
    call = Delta(tool_calls=(ToolCallDelta(0, "c", "clock", "{}"),))
    assert await heard([call, Delta(finish="tool_calls")])


async def test_an_engine_without_log_probabilities_is_believed() -> None:
    said, impression = await heard(words("The capital of France is Paris.", None))
    assert said and impression.mean is None
