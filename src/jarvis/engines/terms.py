"""What each engine can do with a quantisation, wherever it is installed: the planner asks, never guesses. Pure.

Whether an engine is installed here, and whether what is installed can use cards at all, its class says (``found``,
``uses_cards``); this is what holds on every machine, so that one can be planned for before it is bought.
"""

from __future__ import annotations

import re

from jarvis.words.fleet import Terms
from jarvis.words.hardware import Version
from jarvis.words.model import Variant

NEVER = Terms(capability=None, host=False)
"""Of an engine that cannot run these files."""
_TORCH = (7, 5)
"""Lowest capability in the machine code of PyTorch's CUDA 12.8 and 13 builds (hardware/support.py)."""
_LLAMA_CPP = (5, 0)
"""PTX of llama.cpp's CUDA builds (hardware/support.py)."""
_QUANTIZED: tuple[tuple[re.Pattern[str], Version], ...] = (
    # vLLM's quantisation matrix (documentation, "Supported hardware"): AWQ, GPTQ and Marlin from Turing on, FP8
    # weights from Ada on (as W8A16 by Marlin from Ampere on), NVFP4 natively from Blackwell on
    (re.compile(r"nvfp4|fp4", re.I), (10, 0)),
    (re.compile(r"fp8", re.I), (8, 0)),
    (re.compile(r"awq|gptq|int4|int8|w4a16|w8a16|bnb|bitsandbytes", re.I), (7, 5)),
)


def terms(engine: str, variant: Variant) -> Terms:
    """What ``engine`` can do with the files of ``variant``."""
    if engine not in variant.engines:
        return NEVER
    match engine:
        case "llama_cpp":
            return Terms(_LLAMA_CPP)
        case "vllm":
            # one process per card: tensor parallelism over unlike cards is no faster than the slowest, nor larger
            return Terms(
                max(_TORCH, _lowest(variant.quantization)), host=_plain(variant), splits=False, experts_apart=False,
                caches=("f16",),
            )  # fmt: skip
        case "transformers":
            return Terms(
                max(_TORCH, _lowest(variant.quantization)), host=_plain(variant), splits=True, experts_apart=False,
                caches=("f16",),
            )  # fmt: skip
        case "fake":
            return Terms()
        case _:  # what hears, speaks and embeds: one lump on one card, or in RAM
            return Terms(_TORCH, splits=False, experts_apart=False, caches=("f16",))


def _lowest(quantization: str) -> Version:
    """The lowest capability that has a kernel for it."""
    return next((lowest for pattern, lowest in _QUANTIZED if pattern.search(quantization)), (0, 0))


def _plain(variant: Variant) -> bool:
    """Whether it is quantised in no way that needs a card's kernels."""
    return _lowest(variant.quantization) == (0, 0)
