"""Which model of the catalog would serve this machine well. Pure; the whole planner comes with the fleet."""

from __future__ import annotations

from collections.abc import Iterable

from jarvis.words.model import ModelCard, Variant

CPU_BYTES = 4 << 30
"""A token reads every weight: at the 20-45 GB/s of a home machine's memory, 4 GiB is 5-11 tokens a second."""

MEMORY_SHARE = 0.75
"""Of the memory that may be weights; the rest is KV cache, buffers and other programs."""


def suggest(cards: Iterable[ModelCard], ram_bytes: int, gpu_bytes: int, lang: str) -> tuple[ModelCard, Variant] | None:
    """The best general chat model that fits: on the largest GPU when there is one, else in RAM at a useful speed.

    ``gpu_bytes`` is the memory of the largest card, 0 without one. Among those that fit, and speak ``lang``, the one
    with most parameters, then the larger file. None when nothing fits.
    """
    limit = int(gpu_bytes * MEMORY_SHARE) if gpu_bytes else min(CPU_BYTES, int(ram_bytes * MEMORY_SHARE))
    fitting = [
        (card.parameters, variant.bytes, card, variant)
        for card in cards
        if card.kind == "chat" and card.commercial_use and not card.gated and lang in card.languages
        for variant in card.variants
        if variant.format == "gguf" and 0 < variant.bytes <= limit
    ]
    if not fitting:
        return None
    _, _, card, variant = max(fitting, key=lambda f: f[:2])
    return card, variant
