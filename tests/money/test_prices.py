"""Prices: never less than the list's own arithmetic, never more than the bound, nothing when something is unknown."""

from __future__ import annotations

import math
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import genai_prices
import pytest
from genai_prices.data_snapshot import get_snapshot
from hypothesis import given, settings
from hypothesis import strategies as st

from jarvis.config.schema import ApiModel, Budget, Provider, Settings
from jarvis.money.prices import LISTED, Price, Prices, always_api_cost, reference
from jarvis.money.rates import Rates, Tiered, micro_usd, usd
from jarvis.money.tokens import MEDIA
from jarvis.words.usage import Usage

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
PRICES = Prices(Settings())


def known() -> list[tuple[str, str]]:
    """Every model of the four providers that has a price here, by a name that leads to it."""
    found = []
    for kind, lister in LISTED.items():
        for model in next(p for p in get_snapshot().providers if p.id == lister).models:
            price = PRICES.price(kind, model.id, at=NOON)
            if price is not None and price.listed == model.id:
                found.append((kind, model.id))
    return found


KNOWN = known()
TOKENS = st.integers(0, 1_500_000)
USAGES = st.builds(
    lambda prompt, answer, cached, put, thought: Usage(
        prompt,
        answer,
        int(prompt * cached),
        int(answer * thought),
        None if put is None else int((prompt - int(prompt * cached)) * put),
    ),
    TOKENS,
    TOKENS,
    st.floats(0, 1),
    st.none() | st.floats(0, 1),
    st.floats(0, 1),
)


def test_most_chat_models_of_the_four_providers_have_a_price() -> None:
    assert len(KNOWN) > 100
    assert {"openai", "anthropic", "gemini", "deepseek"} == {kind for kind, _ in KNOWN}


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(KNOWN), USAGES)
def test_what_is_booked_is_what_the_list_says_rounded_up(which: tuple[str, str], usage: Usage) -> None:
    price = PRICES.price(*which, at=NOON)
    assert price is not None
    price = price.sending(())
    rates = price.rates[0]
    told: dict[str, int] = {"input_tokens": usage.prompt_tokens, "output_tokens": usage.completion_tokens}
    told["cache_read_tokens"] = usage.cached_tokens if rates.cached else 0
    told["cache_write_tokens"] = (usage.cache_write_tokens or 0) if rates.written else 0
    listed = genai_prices.calc_price(
        genai_prices.Usage(**told), which[1], provider_id=LISTED[which[0]], genai_request_timestamp=NOON
    ).total_price
    exact = math.ceil(listed * 1_000_000)
    assert price.cost(usage) >= exact
    if usage.cache_write_tokens is not None and len(rates.output) == 1 and len(price.rates) == 1:
        assert price.cost(usage) == exact


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(KNOWN), USAGES, st.sets(st.sampled_from(sorted(MEDIA))), TOKENS, TOKENS)
def test_no_usage_within_the_bound_costs_more_than_the_worst(
    which: tuple[str, str], usage: Usage, sent: set[str], more_prompt: int, more_answer: int
) -> None:
    price = PRICES.price(*which, at=NOON)
    assert price is not None
    price = price.sending(frozenset(k for k in MEDIA if k in sent))
    assert price.cost(usage) <= price.worst(usage.prompt_tokens + more_prompt, usage.completion_tokens + more_answer)


TIERS = st.lists(st.tuples(st.integers(0, 5000), st.decimals(0, 100, places=3)), max_size=3).map(
    lambda found: tuple(sorted(found))
)
TIERED = st.builds(Tiered, st.decimals(0, 100, places=3), TIERS)
RATES = st.builds(
    Rates, TIERED, st.tuples(TIERED), st.none() | TIERED, st.none() | TIERED,
    st.dictionaries(st.sampled_from(sorted(MEDIA)), TIERED), st.decimals(0, 20_000, places=0),
)  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(RATES, USAGES.map(lambda u: replace(u, prompt_tokens=u.prompt_tokens % 8000)), st.integers(0, 8000))
def test_the_worst_is_the_worst_also_of_prices_that_fall_with_length(rates: Rates, usage: Usage, more: int) -> None:
    usage = replace(usage, cached_tokens=usage.cached_tokens % 9000)
    sent = frozenset({"image"})
    assert rates.cost(usage, sent) <= rates.worst(usage.prompt_tokens + more, usage.completion_tokens, sent)


def test_a_prompt_beyond_a_tier_pays_it_for_every_token() -> None:
    price = PRICES.price("openai", "gpt-6.1-sol", at=NOON)
    assert price is not None
    start, dear = price.rates[0].read.tiers[0]
    flat = replace(price, rates=(replace(price.rates[0], written=None),))
    assert flat.cost(Usage(start, 0)) == math.ceil(start * price.rates[0].read.base)
    assert flat.cost(Usage(start + 1, 0)) == math.ceil((start + 1) * dear)


def test_what_may_have_been_written_to_a_cache_is_booked_so_unless_it_is_told() -> None:
    price = PRICES.price("anthropic", "claude-sonnet-5-5", at=NOON)
    assert price is not None
    assert price.cost(Usage(1_000_000, 0)) == 2_500_000
    assert price.cost(Usage(1_000_000, 0, cache_write_tokens=0)) == 2_000_000
    assert price.cost(Usage(1_000_000, 0, 1_000_000)) == 100_000


def test_reasoning_that_is_counted_apart_is_added() -> None:
    price = PRICES.price("openai", "gpt-5", at=NOON)
    assert price is not None
    assert price.cost(Usage(0, 100, 0, 40)) == 1000
    assert price.cost(Usage(0, 100, 0, 400)) == 5000


def test_pictures_and_sounds_at_their_own_price() -> None:
    price = PRICES.price("gemini", "gemini-2.5-flash", at=NOON)
    assert price is not None
    assert price.sending(()).cost(Usage(1_000_000, 0)) == 300_000
    assert price.sending({"image"}).cost(Usage(1_000_000, 0)) == 300_000
    assert price.sending({"audio"}).cost(Usage(1_000_000, 0, 500_000)) == 1_000_000
    assert price.worst(1_000_000, 0) == 1_000_000


@pytest.mark.parametrize(
    ("hour", "minute", "reads"),
    [(0, 10, "0.3"), (0, 1, "0.3"), (2, 0, "0.3"), (4, 2, "0.3"), (4, 30, "0.15"), (12, 0, "0.15"), (23, 59, "0.15")],
)
def test_a_price_by_the_hour_is_the_dearest_of_the_time_that_a_call_may_take(
    hour: int, minute: int, reads: str
) -> None:
    """DeepSeek's peak hours begin at 1:00 and 6:00 UTC."""
    price = PRICES.price("deepseek", "deepseek-v4-flash", at=datetime(2026, 11, 26, hour, minute, tzinfo=UTC))
    assert price is not None
    assert price.per_million[0] == Decimal(reads)


def test_a_price_that_rises_at_midnight() -> None:
    def reads(*moment: int) -> Decimal:
        price = PRICES.price("gemini", "gemini-4-argon", at=datetime(*moment, tzinfo=UTC))  # type: ignore[arg-type, misc]
        assert price is not None
        return price.per_million[0]

    assert reads(2026, 11, 30, 22, 0) == 2
    assert reads(2026, 11, 30, 23, 30) == reads(2026, 12, 1, 0, 30) == 4


@pytest.mark.parametrize(
    ("provider", "model"),
    [
        ("openai", "gpt-99-unheard-of"),
        ("openai", "gpt-4o-search-preview"),  # bills searches too
        ("openai", "o3-deep-research"),
        ("openai", "text-embedding-3-small"),  # writes nothing
        ("openai", "whisper-1"),  # by the hour
        ("gemini", "gemma-3-27b-it"),  # listed without any price
        ("mine", "gpt-4o"),  # a name says nothing of who is behind it
    ],
)
def test_what_is_not_known_has_no_price(provider: str, model: str) -> None:
    assert PRICES.price(provider, model) is None


def test_who_is_at_an_address_that_speaks_openais_api() -> None:
    def of(place: Provider, model: str) -> Price | None:
        return Prices(Settings(provider={"work": place})).price("work", model)

    groq = of(Provider(address="https://api.groq.com/openai/v1"), "llama-3.3-70b-versatile")
    assert groq is not None and groq.source == "list"
    assert of(Provider(address="http://127.0.0.1:11434/v1"), "gpt-4o") is None
    named = of(Provider(kind="openai"), "gpt-4o")
    assert named is not None and named.listed == "gpt-4o"
    # Named like one of the list, but elsewhere: its address decides.
    elsewhere = Settings(provider={"groq": Provider(address="http://127.0.0.1:1/v1")})
    assert Prices(elsewhere).price("groq", "llama-3.3-70b-versatile") is None


def test_free_costs_nothing_whatever_the_model() -> None:
    price = Prices(Settings(provider={"ollama": Provider(free=True)})).price("ollama", "anything")
    assert price is not None and price.source == "free"
    assert price.worst(10**9, 10**9) == price.cost(Usage(10**9, 10**9)) == 0


def test_the_owner_has_the_last_word() -> None:
    own = {
        "cheap": ApiModel(provider="openai", model="gpt-4o", input_usd_per_million=1, output_usd_per_million=2.5),
        "half": ApiModel(provider="openai", model="gpt-6.1-sol", output_usd_per_million=50),
        "odd": ApiModel(provider="mine", model="x", input_usd_per_million=0.1, output_usd_per_million=0.2),
        "unknown": ApiModel(provider="mine", model="y", output_usd_per_million=0.2),
    }
    prices = Prices(Settings(api=own))
    for asked in (("openai", "cheap"), ("openai", "gpt-4o"), ("openai", "gpt-4o", "cheap")):
        price = prices.price(*asked)
        assert price is not None and price.source == "owner"
        assert price.cost(Usage(1000, 1000, 900)) == price.worst(1000, 1000) == 3500
    half = prices.price("openai", "half")
    assert half is not None and half.per_million == (2, 50)
    assert half.cost(Usage(300_000, 0, cache_write_tokens=0)) == 1_200_000  # the list's tier still holds
    odd = prices.price("mine", "odd")
    assert odd is not None and odd.cost(Usage(1, 0)) == 1  # a tenth of a micro-dollar, rounded up
    assert prices.price("mine", "unknown") is None


def test_the_list_says_from_when_it_is() -> None:
    assert PRICES.dated == datetime.fromisoformat(PRICES.dated).date().isoformat()
    assert PRICES.dated >= "2026-10"
    assert PRICES.name.startswith("genai-prices ")
    price = PRICES.price("openai", "gpt-4o")
    assert price is not None and price.dated == PRICES.dated


def test_the_saving_is_measured_against_the_dearest_or_the_chosen() -> None:
    models = {
        "little": ApiModel(provider="deepseek", model="deepseek-v4-flash"),
        "big": ApiModel(provider="anthropic", model="claude-opus-5-5"),
        "unpriced": ApiModel(provider="mine", model="z"),
    }
    for chosen, name in ((None, "claude-opus-5-5"), ("little", "deepseek-v4-flash"), ("gpt-5", "gpt-5")):
        own = Settings(api=models, budget=Budget(compare_with=chosen))
        price = reference(own, Prices(own))
        assert price is not None and price.listed == name
        assert always_api_cost(Usage(), price) == 0
    default = reference(Settings(), PRICES)
    assert default is not None
    assert always_api_cost(Usage(1_000_000, 1_000_000), default) == 12_500_000
    assert always_api_cost(Usage(1_000_000, 0, 1_000_000), default) == 1_250_000
    own = Settings(budget=Budget(compare_with="nobody-knows"))
    assert reference(own, Prices(own)) is None


def test_dollars_for_people_and_back() -> None:
    told = {0: "0.00", 1: "0.000001", 1_500_000: "1.50", -3_000_000: "-3.00", 12_345_678: "12.345678"}
    assert {n: usd(n) for n in told} == told
    assert [micro_usd(x) for x in (0.29, 10.0, 1e-7, 0.000001, 1.1)] == [290_000, 10_000_000, 0, 1, 1_100_000]


def test_the_list_is_imported_late() -> None:
    code = (
        "import sys, jarvis.money.report, jarvis.money.ledger\nfrom jarvis.config.schema import Settings\n"
        "jarvis.money.prices.Prices(Settings())\nprint([m for m in ('genai_prices', 'httpx2') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
