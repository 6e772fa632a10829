from __future__ import annotations

from dataclasses import replace

from jarvis.fleet.suggest import suggest
from jarvis.words.model import ModelCard, ModelFile, Variant

GIB = 1 << 30


def card(name: str, parameters: int, **gib: float) -> ModelCard:
    variants = tuple(
        Variant(q, "gguf", (ModelFile("x", int(size * GIB), "", ()),), ("llama_cpp",)) for q, size in gib.items()
    )
    return ModelCard(name, name, "f", "chat", "MIT", ("en", "es"), 4096, parameters, variants)


SMALL, MIDDLE, LARGE = card("small", 1, q=0.5), card("middle", 4, q4=2.5, q8=4.5), card("large", 32, q=19.0)
ALL = [SMALL, MIDDLE, LARGE]


def test_on_a_processor_what_is_fast_enough() -> None:
    found = suggest(ALL, 64 * GIB, 0, "en")
    assert found is not None
    assert (found[0].id, found[1].quantization) == ("middle", "q4")


def test_on_a_card_what_fits_it() -> None:
    assert (suggest(ALL, 64 * GIB, 32 * GIB, "en") or [SMALL])[0].id == "large"
    assert (suggest(ALL, 64 * GIB, 6 * GIB, "en") or [LARGE])[1].quantization == "q8"  # type: ignore[union-attr]


def test_nothing_is_better_than_something_that_does_not_serve() -> None:
    assert suggest(ALL, GIB // 4, 0, "en") is None
    assert suggest([replace(MIDDLE, languages=("zh",))], 64 * GIB, 0, "es") is None
    assert suggest([replace(MIDDLE, commercial_use=False), replace(SMALL, gated=True)], 64 * GIB, 0, "en") is None
