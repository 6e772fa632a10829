"""Thoughts and calls in a text that comes in pieces, whatever the pieces are."""

from __future__ import annotations

import json
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from jarvis.engines.tags import Tags
from jarvis.words.chat import Delta

CALL = '<tool_call>\n{"name": "weather", "arguments": {"city": "Paris"}}\n</tool_call>'


def told(text: str, cuts: list[int], opened: bool = False, calls: bool = True) -> tuple[str, str, list[object], str]:
    """Text, thoughts, calls and finish of a text that is cut at these places."""
    places = sorted({0, len(text), *(cut % (len(text) + 1) for cut in cuts)})
    tags, said = Tags(opened, calls), []
    for a, b in pairwise(places):
        said += tags(Delta(0, text[a:b]))
    said += tags(Delta(0, finish="stop"))
    names = [c.name for d in said for c in d.tool_calls if c.name]
    arguments = [json.loads(c.arguments) for d in said for c in d.tool_calls if c.arguments]
    (finish,) = [d.finish for d in said if d.finish]
    pairs = list(zip(names, arguments, strict=True))
    return "".join(d.text for d in said), "".join(d.reasoning for d in said), pairs, finish


CUTS = st.lists(st.integers(0, 200), max_size=30)


@given(CUTS)
def test_a_thought_comes_apart(cuts: list[int]) -> None:
    said = told("\n<think>\nhot & bright</think>\n\nIt is a star.", cuts)
    assert said == ("It is a star.", "hot & bright", [], "stop")
    assert told("so hot\n</think>\nA star.", cuts, opened=True) == ("A star.", "so hot\n", [], "stop")
    assert told("never ends", cuts, opened=True) == ("", "never ends", [], "stop")


@given(CUTS)
def test_calls_come_apart(cuts: list[int]) -> None:
    call = ("weather", {"city": "Paris"})
    assert told(CALL, cuts) == ("", "", [call], "tool_calls")
    assert told(f"Let me see. {CALL}\n{CALL}", cuts) == ("Let me see. ", "", [call, call], "tool_calls")
    assert told(f"<think>Hm.</think>{CALL[:-12]}", cuts) == ("", "Hm.", [call], "tool_calls")


@given(CUTS)
def test_what_only_looks_like_a_tag_is_text(cuts: list[int]) -> None:
    for text in ("a < b <tool b", "<thin", "<tool_call>no json</tool_call> so", "1 </think> 2"):
        assert told(text, cuts) == (text, "", [], "stop")
    assert told(CALL, cuts, calls=False) == (CALL, "", [], "stop")


@given(st.text("<>/think tool_call\n{}", max_size=60), CUTS)
def test_no_text_is_lost(text: str, cuts: list[int]) -> None:
    whole, pieces = told(text, []), told(text, cuts)
    assert whole == pieces
    if "<think>" not in text and "<tool_call>" not in text:
        assert whole[0] == text


def test_each_answer_has_its_own_tags_and_what_goes_with_a_piece_stays() -> None:
    tags = Tags(False, False)
    said = [*tags(Delta(0, "<think>a")), *tags(Delta(1, "b")), *tags(Delta(0, "</think>c", logprobs=["x"]))]
    assert [(d.choice, d.text, d.reasoning, d.logprobs) for d in said] == [
        (0, "", "a", None), (1, "b", "", None), (0, "c", "", ["x"]),
    ]  # fmt: skip
    assert [d.logprobs for d in Tags(True, False)(Delta(0, "</th", logprobs=["y"]))] == [["y"]]
