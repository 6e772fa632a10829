"""Which models are known, which are here, and what is said of those that are not."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from jarvis.catalog.catalog import Catalog, spoken
from jarvis.catalog.pull import pull
from jarvis.errors import NotFound

COMMUNITY = "qwen2.5-coder-0.5b-instruct"


def test_ids_and_aliases_whatever_their_case(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path)
    assert catalog.card("SmolLM2-135M-Instruct").id == catalog.card("starter").id == "smollm2-135m-instruct"


def test_an_unknown_model_gets_the_nearest_name(tmp_path: Path) -> None:
    with pytest.raises(NotFound) as told:
        Catalog(tmp_path).card("smolm2-135m-instruct")
    assert "'smollm2-135m-instruct'" in told.value.message()
    assert "jarvis models" in told.value.hint()


@pytest.mark.parametrize("name", ["https://huggingface.co/Qwen/Qwen3-0.6B-GGUF", "hf:Qwen/Qwen3-0.6B", "a:b:c"])
def test_an_address_is_told_as_it_was_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotFound) as told:
        Catalog(tmp_path).wanted(name)
    assert name in told.value.message("en")


def test_the_community_catalog_is_off_and_says_so(tmp_path: Path) -> None:
    for name in (COMMUNITY, "qwen2.5-coder-0.5b"):
        with pytest.raises(NotFound) as told:
            Catalog(tmp_path).card(name)
        assert told.value.code == "catalog.in_community"
        assert "models.community" in told.value.hint()
    assert COMMUNITY not in [c.id for c in Catalog(tmp_path).cards()]
    card = Catalog(tmp_path, community=True).card("qwen2.5-coder-0.5b")
    assert (card.id, card.catalog) == (COMMUNITY, "community")


def test_what_was_pulled_from_the_community_goes_when_it_is_turned_off(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path, community=True)
    (catalog.folder(*catalog.wanted(COMMUNITY)) / ".jarvis").mkdir(parents=True)
    assert Catalog(tmp_path).installed() == []
    with pytest.raises(NotFound) as told:
        Catalog(tmp_path).find(COMMUNITY)
    assert told.value.code == "catalog.in_community"


def test_the_owners_card_wins(shelf: Any) -> None:
    shelf.card([f"file:{shelf.root}/x.gguf"], b"x", id="smollm2-135m-instruct")
    card = shelf.catalog().card("smollm2-135m-instruct")
    assert (card.catalog, card.name) == ("owner", "Tiny")


def test_variants_by_name(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path)
    card = catalog.card("starter")
    assert catalog.variant(card) is card.variants[0] is catalog.variant(card, "q4_1")
    assert catalog.wanted("starter:Q4_1")[1] is card.variants[0]
    with pytest.raises(NotFound) as told:
        catalog.variant(card, "Q9")
    assert "Q4_1" in told.value.message()


def test_a_model_that_is_not_here_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(NotFound) as told:
        Catalog(tmp_path).find("starter")
    assert told.value.hint() == "`jarvis pull smollm2-135m-instruct`"
    assert Catalog(tmp_path / "missing").installed() == []


@pytest.fixture
def pulled(shelf: Any, tiny: Any) -> Any:
    (shelf.root / "own.gguf").write_bytes(tiny)
    shelf.card([f"file:{shelf.root}/own.gguf"], tiny)
    catalog = shelf.catalog()
    return pull(catalog, *catalog.wanted("tiny"))


def test_a_pulled_model_is_found(shelf: Any, pulled: Any) -> None:
    catalog = shelf.catalog()
    assert [m.path for m in catalog.installed()] == [pulled.path] == [catalog.find("tiny").path]
    assert catalog.find("tiny:q4_0").variant.quantization == "Q4_0"
    assert spoken(pulled.card, pulled.variant) == "tiny"


@pytest.mark.parametrize("damage", ["gone", "short", "manifest"])
def test_a_damaged_model_is_not_installed(damage: str, shelf: Any, pulled: Any) -> None:
    if damage == "gone":
        pulled.path.unlink()
    elif damage == "short":
        os.truncate(pulled.path, 10)
    else:
        (pulled.folder / ".jarvis" / "manifest.json").write_text('{"format": 1, "files": 3}')
    assert shelf.catalog().installed() == []
    with pytest.raises(NotFound) as told:
        shelf.catalog().find("tiny")
    assert told.value.code == ("catalog.not_here" if damage == "manifest" else "catalog.broken")
    assert "`jarvis pull tiny`" in told.value.hint("en")


def test_a_card_that_asks_for_another_sum_makes_the_model_old(shelf: Any, pulled: Any, tiny: Any) -> None:
    shelf.card([f"file:{shelf.root}/own.gguf"], bytes(reversed(tiny)))
    assert shelf.catalog().installed() == []


def test_a_half_downloaded_model_says_how_much_is_there(shelf: Any) -> None:
    shelf.card(["pypi:tiny==1#x"], b"x" * 1000)
    begun = shelf.folder() / ".jarvis" / "unfinished"
    begun.mkdir(parents=True)
    (begun / "tiny.gguf").write_bytes(b"x" * 250)
    with pytest.raises(NotFound) as told:
        shelf.catalog().find("tiny")
    assert told.value.code == "catalog.half"
    assert "250 bytes" in told.value.message() and "1.0 kB" in told.value.message()
    assert "jarvis pull tiny" in told.value.hint()


def test_the_owners_own_files(shelf: Any, tiny: Any) -> None:
    shelf.card(["pypi:tiny==1#x"], tiny)
    path = shelf.root / "elsewhere" / "tiny.gguf"
    path.parent.mkdir()
    path.write_bytes(tiny)
    catalog = Catalog(shelf.models, shelf.root / "cards", own_paths={"tiny": path})
    found = catalog.find("tiny")
    assert (found.path, found.variant.quantization) == (path, "Q4_0")
    assert [m.path for m in catalog.installed()] == [path] == [catalog.find("tiny", "q4_0").path]
    other = path.with_name("other.gguf")
    other.write_bytes(b"GGUF")
    found = Catalog(shelf.models, shelf.root / "cards", own_paths={"tiny": other}).find("tiny")
    assert (found.path, found.variant.quantization, found.variant.bytes) == (other, "own", 4)


def test_the_owners_own_file_that_is_gone(shelf: Any) -> None:
    shelf.card(["pypi:tiny==1#x"], b"x")
    catalog = Catalog(shelf.models, shelf.root / "cards", own_paths={"tiny": shelf.root / "gone.gguf"})
    assert catalog.installed() == []
    with pytest.raises(NotFound) as told:
        catalog.find("tiny")
    assert str(shelf.root / "gone.gguf") in told.value.message()
    assert "model.tiny.path" in told.value.hint()
