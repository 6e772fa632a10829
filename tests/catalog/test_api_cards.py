"""Cards of models that providers run, and what the owner says of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jarvis.catalog.api_cards import FOLDER, api_models, find, read_api_card, shipped
from jarvis.catalog.catalog import Catalog
from jarvis.config.schema import ApiModel, Settings
from jarvis.errors import ConfigError
from jarvis.words.routing import SPECIALTIES

PLAN = {
    "gpt-4o-mini": ("gpt-4o-mini", "openai"),
    "claude-3.5-sonnet": ("claude-sonnet-5-5", "anthropic"),
    "gemini-flash-thinking": ("gemini-3.8-flash", "gemini"),
    "deepseek-chat": ("deepseek-flash", "deepseek"),
}


@pytest.mark.parametrize("name", PLAN)
def test_the_plans_models_are_known_by_their_old_names(name: str) -> None:
    card = find(api_models(Settings()), name)
    assert card is not None and (card.id, card.provider) == PLAN[name]


def test_names_are_clear(tmp_path: Path) -> None:
    cards = shipped()
    names = [name for card in cards for name in (card.id, *card.aliases)]
    assert len(cards) == len(list(FOLDER.glob("*.toml"))) > 10
    assert len(names) == len(set(names))
    local = {name for card in Catalog(tmp_path, community=True).cards() for name in (card.id, *card.aliases)}
    assert not local & set(names)


def test_every_model_has_a_price_that_the_price_list_knows() -> None:
    from genai_prices import Usage, calc_price

    for card in shipped():
        provider = {"gemini": "google"}.get(card.provider, card.provider)
        priced = calc_price(Usage(input_tokens=1000, output_tokens=1000), card.model, provider_id=provider)
        assert priced.total_price > 0, card.id
        assert priced.model.context_window is None or card.context <= 1.05 * priced.model.context_window, card.id


def test_what_they_say_makes_sense() -> None:
    for card in shipped():
        assert 0 < card.max_output < card.context
        assert card.capabilities >= {"chat", "tools", "json"}
        assert set(card.specialties) <= set(SPECIALTIES)
        low, high = card.difficulty_range
        assert 0 <= low < high <= 100
        assert all(0 < score.value <= 1 and score.source.startswith("https://") for score in card.scores)


def test_the_owner_wins() -> None:
    settings = Settings(
        api={
            "claude-3.5-sonnet": ApiModel(difficulty_range=(80, 100), specialties=("writing",), context=9000),
            "gpt-4o-mini": ApiModel(provider="openrouter", model="openai/gpt-4o-mini", fallback=True, priority=1),
            "mine": ApiModel(provider="box", model="llama"),
        }
    )
    cards = api_models(settings)
    sonnet, mini, mine = cards[:3]
    assert (sonnet.id, sonnet.difficulty_range, sonnet.specialties) == ("claude-sonnet-5-5", (80, 100), ("writing",))
    assert (sonnet.context, sonnet.model, sonnet.own) == (9000, "claude-sonnet-5-5", True)
    assert (mini.provider, mini.model, mini.fallback, mini.priority) == ("openrouter", "openai/gpt-4o-mini", True, 1)
    assert mini.scores
    assert (mine.id, mine.provider, mine.model, mine.context) == ("mine", "box", "llama", 0)
    assert len(cards) == len(shipped()) + 1
    assert not any(card.own for card in cards[3:])


def test_an_unknown_one_must_say_whose_it_is() -> None:
    with pytest.raises(ConfigError) as caught:
        api_models(Settings(api={"gpt-4o-minni": ApiModel()}))
    assert caught.value.code == "models.api_unknown"
    assert "gpt-4o-mini" in caught.value.message("en")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('id = "x"\nname = "X"\nprovider = "p"\nmodel = "m"\nprice = 3', "card_unknown_key"),
        ('id = "x"\nname = "X"\nprovider = "p"\nmodel = "m"\ncontext = "long"', "card_bad_value"),
        ('id = "x"\nname = "X"\nprovider = "p"', "card_bad_value"),
        ('id = "y"\nname = "X"\nprovider = "p"\nmodel = "m"', "card_other_name"),
        ("id = ", "card_syntax"),
    ],
)
def test_a_wrong_card_is_refused(tmp_path: Path, text: str, code: str) -> None:
    file = tmp_path / "x.toml"
    file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        read_api_card(file)
    assert caught.value.code == f"catalog.{code}"
    assert "x.toml" in caught.value.message("en")
    json.dumps(caught.value.message("es"))
