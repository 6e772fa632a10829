"""Advice about a request that is too long: it can be followed, and then the request and its answer fit."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jarvis.assistant.room import ANSWER_TOKENS, too_long
from jarvis.errors import ContextTooLong
from jarvis.words.model import Installed, Kind, ModelCard, Variant


def model(name: str, context: int, kind: Kind = "chat") -> Installed:
    variant = Variant("Q4", "gguf", (), ("fake",))
    card = ModelCard(name, name, "f", kind, "MIT", ("en",), context, 1, (variant,))
    return Installed(card, variant, Path("x"), Path())


def error(tokens: object, context: int = 4096, answer: int | None = None) -> ContextTooLong:
    return ContextTooLong("engines.context_too_long", tokens=tokens, context=context, answer=answer)


SMALL, LONG, LONGER = model("small", 8192), model("long", 32768), model("longer", 131072)


@pytest.mark.parametrize("lang", ["en", "es"])
def test_a_context_that_holds_request_and_answer_is_named(lang: str) -> None:
    told = too_long(error(6025, answer=512), "messages", SMALL, [SMALL, LONG])
    assert told.param == "messages" and told.short_code == "context_length_exceeded"
    hint = told.hint(lang)  # type: ignore[arg-type]
    assert "`jarvis config set model.small.context 6656`" in hint and "`jarvis stop`" in hint
    assert "6025" in hint and "512" in hint
    assert "6025" in told.message(lang) and "4096" in told.message(lang)  # type: ignore[arg-type]


def test_a_context_is_never_more_than_the_model_was_made_for() -> None:
    assert "context 8192`" in too_long(error(8000, answer=192), "messages", SMALL, []).hint("en")
    assert "context 8100`" in too_long(error(8000, answer=100), "messages", model("odd", 8100), []).hint("en")
    assert "config set" not in too_long(error(8000, answer=193), "messages", SMALL, []).hint("en")


def test_an_answer_of_unknown_length_has_room_too() -> None:
    told = too_long(error(6000), "prompt", SMALL, [])
    assert int(str(told.facts["wanted"])) >= 6000 + ANSWER_TOKENS


def test_what_it_was_not_made_for_another_one_can_read() -> None:
    told = too_long(error(20_000, answer=100), "messages", SMALL, [LONGER, SMALL, LONG, model("v", 99999, "embedding")])
    assert "model.long.context 20224" in told.hint("en") and "ask `long`" in told.hint("en")


def test_or_none_can() -> None:
    told = too_long(error(20_000, answer=100), "messages", SMALL, [SMALL])
    assert "20100" in told.hint("en") and "jarvis models" in told.hint("es")


def test_vectors_have_no_answer() -> None:
    told = too_long(error(8192, 512), "input", model("v", 8192, "embedding"), [])
    assert told.facts["wanted"] == 8192


def test_a_length_that_nobody_knows_is_not_made_up() -> None:
    told = too_long(error("?"), "input", SMALL, [])
    assert (told.code, told.param) == ("engines.context_too_long", "input")
    assert told.hint("en")


@given(st.integers(1, 300_000), st.none() | st.integers(1, 50_000), st.integers(256, 262_144))
def test_whoever_follows_the_advice_is_answered(tokens: int, answer: int | None, most: int) -> None:
    here = [model("m", most), LONG, LONGER]
    told = too_long(error(tokens, answer=answer), "messages", here[0], here)
    named = re.search(r"model\.(\w+)\.context (\d+)", told.hint("en"))
    if named is None:
        assert tokens + (answer or ANSWER_TOKENS) > max(m.card.context for m in here)
        return
    context = next(m.card.context for m in here if m.card.id == named[1])
    assert tokens + (answer or ANSWER_TOKENS) <= int(named[2]) <= context
