"""What is published of the anchor, Llama-3.1-8B-Instruct, and of what quantisation costs: facts with their sources.

A score is told apart from another one by its benchmark alone; how many examples a prompt had is not, but for MMLU.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

_META = "https://github.com/meta-llama/llama-models/blob/main/models/llama3_1/MODEL_CARD.md"
_META_33 = "https://github.com/meta-llama/llama-models/blob/main/models/llama3_3/MODEL_CARD.md"


@dataclass(frozen=True, slots=True)
class Published:
    """A result 0..1 of the anchor, and what guessing gets there."""

    value: float
    chance: float
    source: str


ANCHOR = {
    "mmlu": Published(0.694, 0.25, _META),
    "mmlu cot": Published(0.73, 0.25, _META),
    "mmlu pro": Published(0.483, 0.1, _META),
    "mmlu es": Published(0.6245, 0.25, _META),
    "ifeval": Published(0.804, 0.0, _META),
    "arc c": Published(0.834, 0.25, _META),
    "arc challenge": Published(0.834, 0.25, _META),
    "gpqa": Published(0.304, 0.25, _META),
    "gpqa diamond": Published(0.318, 0.25, _META_33),
    "humaneval": Published(0.726, 0.0, _META),
    "mbpp evalplus": Published(0.728, 0.0, _META),
    "multipl e humaneval": Published(0.508, 0.0, _META),
    "multipl e mbpp": Published(0.524, 0.0, _META),
    "gsm8k": Published(0.845, 0.0, _META),
    "gsm 8k": Published(0.845, 0.0, _META),
    "math": Published(0.519, 0.0, _META),
    "math 500": Published(0.519, 0.0, _META),  # a sample of MATH
    "mgsm": Published(0.689, 0.0, _META),
    "api bank": Published(0.826, 0.0, _META),
    "bfcl": Published(0.761, 0.0, _META),
    "bfcl v2": Published(0.654, 0.0, _META_33),
    "nexus": Published(0.385, 0.0, _META),
}
"""By name as ``benchmark`` writes it."""

LOSS = {
    "q8_0": 0.0, "q6_k": 0.01, "q5_k_m": 0.02, "q5_k_s": 0.02, "q4_k_m": 0.03, "q4_k_s": 0.03, "iq4_nl": 0.05,
    "iq4_xs": 0.05, "q3_k_l": 0.13, "q3_k_m": 0.12, "iq3_m": 0.14, "iq3_s": 0.17, "q3_k_s": 0.33, "iq3_xs": 0.22,
    "iq3_xxs": 0.25, "q2_k": 0.5, "iq2_m": 0.41, "iq2_s": 0.61, "iq2_xs": 0.84, "iq2_xxs": 1.26, "iq1_m": 3.06,
    "iq1_s": 3.9, "nf4": 0.1, "bnb4": 0.1, "exl2_4.25": 0.1,
}  # fmt: skip
"""Logits that an 8B model loses: from MMLU of Llama-3-8B-Instruct in each form (65.20 % in 16 bits), guessing
taken off. Source: https://github.com/matt-c1/llama-3-quant-comparison, commit f35b7db2.
"""
_ALIKE = {"awq": 0.1, "gptq": 0.1, "int4": 0.1, "q4_0": 0.08, "q4_1": 0.06, "q5_0": 0.03, "q5_1": 0.02,
          "int8": 0.03, "fp8": 0.03, "w8a8": 0.03, "nvfp4": 0.1}  # fmt: skip
"""Not in that table: as the forms of so many bits that are in it (EXL2 of 4.25 bits, nf4; 8 bits of bitsandbytes)."""
_WHOLE = {"bf16", "f16", "fp16", "f32", "fp32", "mxfp4"}
"""As the maker ships it; MXFP4 is what gpt-oss was trained in."""
UNKNOWN_LOSS = 0.15
LOSS_BY_SIZE = 0.35
"""Power of the size with which it falls: of a 70B model, in the same table, it is 0.4 to 0.6 of an 8B's."""
ANCHOR_PARAMETERS = 8.03e9


def benchmark(name: str) -> str:
    """A benchmark's name as the table has it: without case, marks, and how it was asked or counted."""
    plain = re.sub(r"[^a-z0-9]+", " ", name.lower()).strip()
    if re.match(r"mmlu\b(?! pro)", plain) and re.search(r"\bcot\b", plain):
        return "mmlu cot"
    plain = re.sub(r"\b(cot|pass 1|pass1|\d+ ?shot|em|acc|strict|prompt|instruct|maj 1)\b", " ", plain)
    plain = re.sub(r"\s+", " ", plain).strip()
    return "mbpp evalplus" if plain in ("mbpp base", "mbpp plus") else plain


def loss(quantization: str, parameters: int) -> float:
    """Logits that a model of so many parameters loses by a quantisation; 0 for an unknown size is an 8B's."""
    name = quantization.lower().removeprefix("ud-")
    if name in _WHOLE or not name:
        return 0.0
    found = LOSS.get(name, _ALIKE.get(name, UNKNOWN_LOSS))
    return found * math.pow(ANCHOR_PARAMETERS / (parameters or ANCHOR_PARAMETERS), LOSS_BY_SIZE)


def logit(p: float) -> float:
    """Log odds."""
    return math.log(p / (1 - p))
