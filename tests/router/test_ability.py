"""Ability: what is published, then what was measured, then what the owner said; and honest doubt throughout."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, replace
from statistics import fmean, pstdev
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jarvis.catalog.catalog import Catalog
from jarvis.router.ability import (
    SHIFT_SPREAD,
    UNLISTED,
    Observation,
    ability,
    posterior,
    prior,
    quality,
)
from jarvis.router.anchor import benchmark, loss
from jarvis.words.model import Architecture, ModelCard, Score, Variant
from jarvis.words.routing import SPECIALTIES, Ability

LEVELS = (4.0, 14.0, 33.0, 62.0, 88.0)


@dataclass(frozen=True)
class Paid:
    """A card as small as a paid model's is."""

    scores: tuple[Score, ...] = ()
    specialties: tuple[str, ...] = ()


def card(parameters: int = 8_030_261_248, **more: Any) -> ModelCard:
    facts: dict[str, Any] = {"languages": ("en", "es"), "context": 4096, "parameters": parameters, "variants": ()}
    return ModelCard(id="m", name="m", family="f", kind="chat", licence="MIT", **{**facts, **more})


def form(quantization: str) -> Variant:
    return Variant(quantization, "gguf", (), ("fake",))


def score(name: str, specialty: str, value: float) -> Score:
    return Score(name, specialty, value, "https://example.org")


def test_the_anchor_is_at_nought(tmp_path: Any) -> None:
    anchor = Catalog(tmp_path).card("llama-3.1-8b-instruct")
    for specialty in SPECIALTIES:
        known = ability(replace(anchor, specialties=()), specialty)
        assert abs(known.value) < 0.05 and known.source == "card"
        assert quality(replace(known, spread=1e-6), 30.0)[0] == pytest.approx(0.7, abs=0.01)


def test_a_better_score_is_a_better_model_first_in_its_own_specialty() -> None:
    poor, good = (Paid((score("MATH (CoT)", "math", v),)) for v in (0.3, 0.9))
    gain = {s: ability(good, s).value - ability(poor, s).value for s in SPECIALTIES}
    assert gain["math"] > gain["reasoning"] > gain["writing"] > 0
    assert ability(good, "math").spread < ability(good, "writing").spread < ability(Paid(), "math").spread
    assert ability(Paid(), "math").source == "guess"


def test_guessing_is_no_ability() -> None:
    """At 27 % of MMLU nothing is known; of MATH 27 % is something."""
    guessed = ability(Paid((score("MMLU", "general", 0.27),)), "chat").value
    worked = ability(Paid((score("MGSM", "general", 0.27),)), "chat").value
    assert guessed < worked - 0.4


def test_a_benchmark_of_which_the_anchors_score_is_unknown_leaves_more_doubt() -> None:
    known = ability(Paid((score("IFEval", "code", 0.8),)), "code")
    unknown = ability(Paid((score("Tau2", "code", 0.8),)), "code")
    assert unknown.spread > known.spread + 0.3 and unknown.source == "card"


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("MMLU (CoT)", "mmlu cot"),
        ("MMLU 0-shot, CoT", "mmlu cot"),
        ("MMLU", "mmlu"),
        ("MMLU-Pro (CoT)", "mmlu pro"),
        ("GPQA Diamond pass@1", "gpqa diamond"),
        ("MATH-500 pass@1", "math 500"),
        ("GSM8K (8-shot)", "gsm8k"),
        ("MBPP EvalPlus", "mbpp evalplus"),
        ("IFEval strict", "ifeval"),
        ("AIME 2025", "aime 2025"),
    ],
)
def test_a_benchmark_is_known_however_it_is_written(name: str, plain: str) -> None:
    assert benchmark(name) == plain


def test_larger_is_abler_and_experts_count_in_part() -> None:
    values = [prior(card(int(n * 1e9)), "chat").value for n in (0.135, 0.5, 1.5, 8, 32, 70)]
    assert values == sorted(values) and values[0] < -2 and abs(values[3]) < 0.1
    dense = prior(card(30_000_000_000), "chat").value
    sparse = prior(card(30_000_000_000, architecture=Architecture(experts=128, experts_used=8)), "chat").value
    assert prior(card(3_000_000_000), "chat").value < sparse < dense


def test_quantisation_costs_little_then_much_and_small_models_more() -> None:
    lost = [loss(name, 8_000_000_000) for name in ("BF16", "Q8_0", "Q4_K_M", "AWQ", "Q3_K_M", "IQ2_XXS", "IQ1_M")]
    assert lost == sorted(lost) and lost[0] == 0 and lost[2] < 0.05 < 0.2 < lost[5]
    assert loss("IQ2_M", 70_000_000_000) < 0.6 * loss("IQ2_M", 8_000_000_000) < loss("IQ2_M", 1_000_000_000)
    whole, cut = (ability(card(), "chat", form(name)) for name in ("F16", "IQ2_XXS"))
    assert cut.value < whole.value - 1 and cut.spread > whole.spread


def test_what_the_owner_lists_counts_a_little() -> None:
    plain, listed = ability(card(), "code"), ability(card(), "code", specialties=("code",))
    assert 0 < listed.value - plain.value < 0.5 and ability(card(specialties=("code",)), "code") == listed


def answers(seed: int, value: float, count: int, language: str | None = None) -> tuple[Observation, ...]:
    chance = random.Random(seed)
    found = []
    for i in range(count):
        hard = LEVELS[i % 5]
        p = 1 / (1 + math.exp(math.log(hard / (100 - hard)) - value))
        found.append(Observation(hard, chance.random() < p, language))  # type: ignore[arg-type]
    return tuple(found)


def test_what_was_measured_overrules_what_was_published() -> None:
    boaster = card(scores=(score("HumanEval", "code", 0.97),))
    before, after = ability(boaster, "code"), ability(boaster, "code", observations=answers(1, -2.0, 60))
    assert before.value > 1.5 and after.value < 0 and after.spread < before.spread and after.source == "measured"


def test_more_answers_leave_less_doubt_but_never_none() -> None:
    known = [ability(card(), "math", observations=answers(2, 0.5, n)).spread for n in (0, 5, 20, 60, 2000)]
    assert known == sorted(known, reverse=True) and len(set(known)) == 5
    assert known[-1] > 0.9 * SHIFT_SPREAD, "the set itself may be off"


@given(st.integers(1, 60), st.integers(0, 60), st.sampled_from(LEVELS))
def test_a_right_answer_never_makes_a_model_worse(asked: int, right: int, hard: float) -> None:
    seen = tuple(Observation(hard, i < right) for i in range(asked))
    now = ability(card(), "math", observations=seen).value
    assert ability(card(), "math", observations=(*seen, Observation(hard, True))).value >= now - 1e-9
    assert ability(card(), "math", observations=(*seen, Observation(hard, False))).value <= now + 1e-9


def test_nine_of_ten_intervals_of_90_per_cent_hold_the_truth() -> None:
    """Models drawn as the prior says, measured with a set that is off as it may be."""
    chance, inside = random.Random(3), []
    before = ability(card(), "reasoning")
    for run in range(600):
        truth = chance.gauss(before.value, before.spread)
        shifted = truth + chance.gauss(0, SHIFT_SPREAD)
        known = ability(card(), "reasoning", observations=answers(run, shifted, chance.choice((5, 20, 60))))
        inside.append(abs(known.value - truth) < 1.645 * known.spread)
    assert 0.87 <= fmean(inside) <= 0.93


def test_feedback_moves_what_was_measured_and_by_its_weight() -> None:
    seen = answers(4, 0.0, 40)
    now = ability(card(), "writing", observations=seen)
    bad = [Observation(20.0, False)] * 5
    hinted = [replace(o, weight=0.2) for o in bad]
    told, hint = (ability(card(), "writing", observations=seen, feedback=f) for f in (bad, hinted))
    assert told.value < hint.value < now.value and told.source == "feedback" and told.spread < now.spread


def test_a_language_that_a_card_does_not_list_is_harder_until_it_was_asked() -> None:
    english = card(languages=("en",))
    en, es = (ability(english, "chat", language=lang) for lang in ("en", "es"))
    assert es.value == pytest.approx(en.value + UNLISTED) and es.spread > en.spread
    asked = tuple(Observation(hard, False, "es") for hard in LEVELS * 6)
    asked += tuple(Observation(hard, hard < 80, "en") for hard in LEVELS * 6)
    en, both, es = (ability(english, "chat", observations=asked, language=lang) for lang in ("en", None, "es"))
    assert es.value < both.value < en.value - 0.5
    asked = tuple(o for o in asked if o.language == "en")
    en, es = (ability(english, "chat", observations=asked, language=lang) for lang in ("en", "es"))
    even = (Observation(50.0, True, "en"), Observation(50.0, False, "en"))  # what was expected of it
    unmoved = ability(english, "chat", observations=even, language="es").value
    assert unmoved == pytest.approx(ability(english, "chat", language="es").value, abs=0.1)
    assert en.value - 1.4 < es.value < en.value - 0.6, "what English tells of Spanish is that it is worse"


def test_the_other_language_is_a_hint() -> None:
    asked = tuple(Observation(hard, True, "en") for hard in LEVELS * 6)
    none, hint, own = (
        ability(card(), "chat", observations=seen, language="es")
        for seen in ((), asked, tuple(replace(o, language="es") for o in asked))
    )
    assert none.value < hint.value < own.value and none.spread > hint.spread > own.spread


def test_guessed_answers_count_less() -> None:
    """Four of five right where one of two is right by chance."""
    seen = [Observation(33.0, i < 24) for i in range(30)]
    assert posterior(0.0, 2.0, [replace(o, chance=0.4) for o in seen])[0] != posterior(0.0, 2.0, seen)[0]
    hard = [Observation(49.0, i < 15, chance=0.5) for i in range(30)]
    assert posterior(0.0, 2.0, hard)[0] < -0.3 < posterior(0.0, 2.0, [replace(o, chance=0.0) for o in hard])[0]


@given(st.floats(-8, 8), st.floats(0.05, 3), st.floats(0, 100))
def test_quality_is_a_probability_that_doubt_draws_to_the_middle(value: float, spread: float, hard: float) -> None:
    p, doubt = quality(Ability(value, spread, "card"), hard)
    assert 0 <= p <= 1 and 0 <= doubt <= 0.5
    sure = quality(Ability(value, 1e-6, "card"), hard)[0]
    assert abs(p - 0.5) <= abs(sure - 0.5) + 1e-6
    assert quality(Ability(value + 0.5, spread, "card"), hard)[0] >= p - 1e-9


def test_quality_is_the_mean_over_what_the_ability_may_be() -> None:
    chance = random.Random(5)
    drawn = [1 / (1 + math.exp(math.log(70 / 30) - chance.gauss(0.8, 1.2))) for _ in range(20_000)]
    p, doubt = quality(Ability(0.8, 1.2, "card"), 70.0)
    assert p == pytest.approx(fmean(drawn), abs=0.005)
    assert doubt == pytest.approx(pstdev(drawn), abs=0.01)


def test_anything_with_scores_is_a_card() -> None:
    paid: Any = SimpleNamespace(
        scores=(score("MMLU-Pro", "analysis", 0.8),), specialties=("analysis",), parameters=None
    )
    assert ability(paid, "analysis").value > 1


def test_a_paid_model_of_which_nothing_is_published_is_as_good_as_its_price_until_something_is() -> None:
    known = {dollars: prior(Paid(), "chat", dollars=dollars) for dollars in (None, 0.06, 0.6, 6.0, 60.0)}
    assert known[None].value == known[0.6].value == 1.0
    assert known[0.06].value < known[0.6].value < known[6.0].value < known[60.0].value < 2.0
    assert all(k.spread == pytest.approx(1.3) for k in known.values()), "a guess stays one"
    told = (score("MMLU-Pro", "general", 0.8),) * 3
    cheap, dear = (prior(Paid(told), "analysis", dollars=d).value for d in (0.06, 60.0))
    assert dear - cheap < known[60.0].value - known[0.06].value, "what is published counts for more"
    small = card(135_000_000)
    assert prior(small, "chat", dollars=60.0) == prior(small, "chat"), "a size says more than a price"
