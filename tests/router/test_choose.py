from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from jarvis.errors import NotFound, UsageError
from jarvis.router.choose import Needs, choose
from jarvis.words.model import Installed, ModelCard, Variant


def model(name: str, parameters: int = 1, kind: str = "chat", capabilities: tuple[str, ...] = ()) -> Installed:
    variant = Variant("Q4", "gguf", (), ("fake",))
    card = ModelCard(
        id=name, name=name, family="f", kind=kind, licence="MIT", languages=("en",), context=10,  # type: ignore[arg-type]
        parameters=parameters, variants=(variant,), capabilities=frozenset(capabilities),
    )  # fmt: skip
    return Installed(card, variant, Path("x"), Path())


SMALL, BIG, EYES = model("small", 1), model("big", 9), model("eyes", 5, capabilities=("images",))
VECTORS = model("vectors", 99, "embedding")


def test_auto_takes_the_biggest_that_serves() -> None:
    chosen, route = choose("auto", [SMALL, BIG, VECTORS], Needs(), {})
    assert chosen is BIG
    assert (route.model, route.asked) == ("big", "auto")
    assert route.why


def test_the_owners_priority_wins_over_size() -> None:
    assert choose("jarvis", [SMALL, BIG], Needs(), {"small": 1})[0] is SMALL


def test_what_is_needed_is_honoured() -> None:
    assert choose("auto", [SMALL, BIG, EYES], Needs(images=True), {})[0] is EYES
    assert choose("auto", [BIG, VECTORS], Needs(kind="embedding"), {})[0] is VECTORS


def test_tools_are_a_matter_of_choice() -> None:
    handy = model("handy", 2, capabilities=("tools",))
    assert choose("auto", [SMALL, BIG, handy], Needs(tools=True), {})[0] is handy
    assert choose("auto", [SMALL, BIG], Needs(tools=True), {})[0] is BIG
    assert choose("big", [BIG, handy], Needs(tools=True), {})[0] is BIG


def test_a_name_is_a_promise() -> None:
    assert choose("small", [SMALL, BIG], Needs(), {"big": 0})[0] is SMALL
    aliased = replace(SMALL, card=replace(SMALL.card, aliases=("tiny",)))
    assert choose("tiny", [aliased, BIG], Needs(), {})[1].model == "small"


def test_refusals_say_what_to_do() -> None:
    with pytest.raises(NotFound) as unknown:
        choose("huge", [SMALL, BIG], Needs(), {})
    assert "jarvis pull huge" in unknown.value.hint("en")
    assert "small, big" in unknown.value.message("en")
    with pytest.raises(NotFound) as nothing:
        choose("auto", [VECTORS], Needs(), {})
    assert "jarvis pull" in nothing.value.hint("es")
    with pytest.raises(UsageError):
        choose("vectors", [VECTORS], Needs(), {})
    with pytest.raises(UsageError):
        choose("small", [SMALL], Needs(images=True), {})
