"""What a machine could do: the truths about the owner's reference machine, and proposals that fit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from jarvis.catalog.catalog import Catalog
from jarvis.fleet.outlook import Asked, Option, Outlook, best, outlook, together, usual
from jarvis.fleet.proposal import propose
from jarvis.words.fleet import HOST, Device

MIB = 1 << 20
BIG, SMALL = "GPU-5070", "GPU-2060"
REFERENCE = (
    Device(HOST, "Ryzen", 65536 * MIB, 60000 * MIB, 70e9, 500 * MIB),
    Device(BIG, "RTX 5070 Ti", 16303 * MIB, 15883 * MIB, 896e9, 500 * MIB, (12, 0)),
    Device(SMALL, "RTX 2060", 6144 * MIB, 6144 * MIB, 336e9, 500 * MIB, (7, 5)),
)
CATALOG = Catalog(Path("/nowhere"))


def look(name: str, only_on: str | None = None, context: int = 4096, parallel: int = 2) -> Outlook:
    id, _, quantization = name.partition(":")
    card = CATALOG.card(id)
    variant = CATALOG.variant(card, quantization) if quantization else None
    return outlook(Asked(name, card, variant, only_on=only_on), REFERENCE, usual(context, parallel), CATALOG.cards())


def alternative(found: Outlook, quantization: str) -> Option:
    return next(o for o in found.alternatives if o.variant.quantization == quantization and o.card == found.asked.card)


def test_the_70b_does_not_fit_as_awq_and_what_does_has_its_speed() -> None:
    found = look("llama-3.3-70b-instruct:AWQ", BIG)
    assert found.option is None
    assert found.way.footprint.weights == pytest.approx(39.77e9, rel=0.01)
    assert found.way.footprint.kv_per_token == 320 * 1024
    whole = alternative(found, "IQ2_XXS")
    assert whole.placement.devices == (BIG, SMALL)
    for quantization, speed in (("IQ2_XXS", 20), ("IQ3_XXS", 6), ("Q4_K_M", 2.7)):
        assert alternative(found, quantization).placement.tokens_per_second == pytest.approx(speed, rel=0.3)
    assert alternative(found, "Q4_K_M").placement.devices == (BIG, SMALL, HOST)


def test_the_32b_fits_as_iq3_on_one_card_or_larger_over_both() -> None:
    found = look("qwen2.5-32b-instruct:AWQ", BIG)
    assert found.option is None
    assert found.way.footprint.weights == pytest.approx(19.33e9, rel=0.01)
    assert found.way.footprint.kv_per_token == 256 * 1024
    assert alternative(found, "IQ3_XS").placement.devices == (BIG,)
    assert {BIG, SMALL} <= {*alternative(found, "Q4_K_M").placement.devices}


def test_the_14b_has_32k_of_context_when_its_cache_is_q8() -> None:
    short, long = look("deepseek-r1-distill-qwen-14b", BIG), look("deepseek-r1-distill-qwen-14b", BIG, 32768)
    assert short.option is not None
    assert short.option.placement.mode.cache == "f16"
    assert long.option is not None
    assert (long.option.context, long.option.placement.mode.cache) == (32768, "q8_0")
    assert long.way.footprint.kv_per_token == 192 * 1024


def test_the_8b_in_16_bits_does_not_fit_the_small_card_and_its_4_bits_do() -> None:
    found = look("llama-3.1-8b-instruct:BF16", SMALL)
    assert found.option is None
    assert found.way.footprint.weights == pytest.approx(16.07e9, rel=0.01)
    assert alternative(found, "Q4_K_M").placement.devices == (SMALL,)
    chosen = best(found)
    assert chosen is not None
    assert chosen.variant.quantization == "Q4_K_M"
    others = [o for o in found.alternatives if o.card != found.asked.card]
    assert others
    assert all(o.placement.devices == (SMALL,) for o in others)


def test_a_vllm_that_is_built_for_cards_is_not_planned_into_ram() -> None:
    """The 8B in 16 bits fits no card here; its build for processors is another one, for machines without cards."""
    asked = replace(look("llama-3.1-8b-instruct:BF16").asked, engine="vllm")
    found = outlook(asked, REFERENCE, usual(4096, 2))
    assert found.option is None and found.refusal is not None
    assert set(found.refusal.short) == {BIG}
    without = outlook(asked, REFERENCE[:1], usual(4096, 2)).option
    assert without is not None and without.placement.devices == (HOST,)
    by_any = outlook(replace(asked, engine=None), REFERENCE, usual(4096, 2)).option
    assert by_any is not None and by_any.engine == "transformers"


def test_who_is_placed_together_fits_together() -> None:
    names = ("qwen3.5-4b", "whisper-large-v3-turbo", "gpt-oss-20b")
    placed = together({name: option for name in names if (option := best(look(name)))}, REFERENCE, usual(4096, 2))
    assert len(placed) == 3
    for device in REFERENCE:
        assert sum(o.placement.need.get(device.id, 0) for o in placed.values()) <= device.free - device.reserve


@pytest.mark.parametrize(
    "name", ["llama-3.3-70b-instruct:Q4_K_M", "qwen3-30b-a3b", "qwen3-8b", "whisper-large-v3-turbo"]
)
def test_who_can_be_run_is_there_when_nobody_else_is(name: str) -> None:
    option = best(look(name))
    assert option is not None
    assert together({name: option}, REFERENCE, usual(4096, 2)) == {name: option}


@pytest.mark.parametrize("lang", ["en", "es"])
def test_a_proposal_fits_speaks_the_language_and_may_be_used(lang: str) -> None:
    for devices in (REFERENCE, REFERENCE[:1], REFERENCE[:2]):
        chosen = propose(CATALOG.cards(), devices, lang, 4096)
        assert {"embedding", "hear"} <= {c.role for c in chosen}
        for choice in chosen:
            card, need = choice.option.card, choice.option.placement.need
            assert {lang, "en"} <= {*card.languages}
            assert card.commercial_use
            assert all(size <= d.free - d.reserve for d in devices for size in [need.get(d.id, 0)])


def test_who_uses_a_card_is_not_put_into_ram_for_another() -> None:
    devices = [REFERENCE[0], REFERENCE[2]]
    ways = usual(4096, 2)
    names = ("qwen3-8b", "qwen3-14b", "qwen3-30b-a3b")
    looks = (outlook(Asked(n, CATALOG.card(n)), devices, ways) for n in names)
    options = {look.asked.key: option for look in looks if (option := best(look)) is not None}
    assert all(option.placement.split for option in options.values())
    placed = together(options, devices, ways)
    assert 0 < len(placed) < len(options)
    assert all(option.placement.split for option in placed.values())


def test_where_none_that_speaks_the_language_fits_the_best_that_does_is_proposed() -> None:
    tiny = [Device(HOST, "tiny", 900 * MIB, 900 * MIB, 20e9, 500 * MIB)]
    (english,) = (c.option.card for c in propose(CATALOG.cards(), tiny, "en", 4096) if c.role == "chat")
    (spanish,) = (c.option.card for c in propose(CATALOG.cards(), tiny, "es", 4096) if c.role == "chat")
    assert "es" not in english.languages and spanish == english


def test_nothing_is_proposed_that_does_not_fit() -> None:
    assert propose(CATALOG.cards(), [Device(HOST, "tiny", 100 * MIB, 60 * MIB, 10e9)], "en", 4096) == []
