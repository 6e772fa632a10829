"""The first question: a model when there is none, and never a smaller one in place of one that is damaged."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from home import Home
from jarvis.catalog.catalog import Catalog
from jarvis.catalog.pull import pull
from jarvis.cli import first
from jarvis.cli.first import STARTER, ensure_model, offer_better
from jarvis.config.schema import Hardware, Settings
from jarvis.errors import ModelNotFound
from jarvis.words.exchange import Answer, Route
from jarvis.words.usage import Seconds, Usage


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What would be fetched."""
    seen: list[str] = []
    monkeypatch.setattr(first, "pull_with_bar", lambda models, card, variant: seen.append(card.id))
    monkeypatch.setenv("JARVIS_LANG", "en")
    return seen


def test_a_starter_is_fetched_when_there_is_nothing(
    home: Home, fetched: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    ensure_model(Settings(), home.paths, "some-model")
    assert fetched == []
    ensure_model(Settings(), home.paths, "jarvis")
    assert fetched == [STARTER]
    assert "No model is here yet" in capsys.readouterr().err


def test_a_damaged_model_is_told_and_not_replaced_by_a_smaller_one(home: Home, fetched: list[str]) -> None:
    home.fake("mine")
    models = Catalog(home.paths.models, home.paths.cards)
    found = pull(models, *models.wanted("mine"))
    ensure_model(Settings(), home.paths, "jarvis")
    os.truncate(found.path, 0)
    with pytest.raises(ModelNotFound) as told:
        ensure_model(Settings(), home.paths, "jarvis")
    assert "`jarvis pull mine`" in told.value.hint("en")
    assert fetched == []


def test_a_bad_card_is_no_reason_to_end_an_answer_with_an_error(
    home: Home, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    answer = Answer("Paris.", STARTER, "llama_cpp", "cpu", Route(STARTER, "auto", "the only one"), Usage(), Seconds())
    (home.paths.cards / "bad.toml").write_text("id = [")
    offer_better(Settings(), home.paths, answer)
    assert capsys.readouterr().err == ""
    (home.paths.cards / "bad.toml").unlink()
    offer_better(Settings(), home.paths, answer)
    assert "jarvis pull" in capsys.readouterr().err


def test_what_is_offered_fits_the_machine_cards_included(
    home: Home, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    answer = Answer("Paris.", STARTER, "llama_cpp", "cpu", Route(STARTER, "auto", "the only one"), Usage(), Seconds())
    cpu = "[cpu]\ncores = 8\nmemory_mib = 8000\nbandwidth_gbs = 40\n"
    card = '[[gpu]]\nname = "RTX 4090"\nmemory_mib = 24564\ncompute_capability = "8.9"\nbandwidth_gbs = 1008\n'
    offered = []
    for text in (cpu, cpu + card):
        file = tmp_path / "machine.toml"
        file.write_text(text)
        offer_better(Settings(hardware=Hardware(file=file)), home.paths, answer)
        (told,) = re.findall(r"`jarvis pull ([^`]+)`", capsys.readouterr().err)
        offered.append(Catalog(home.paths.models).wanted(told)[1].bytes)
        (home.paths.state / "told_of_better_model").unlink()
    assert 1e9 < offered[0] < 8e9 < offered[1] < 24e9
