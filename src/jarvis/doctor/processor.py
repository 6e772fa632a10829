"""The processor: how much of it may be used, and whether the engine's machine code runs on it."""

from __future__ import annotations

from collections.abc import Iterator

from jarvis.doctor.base import Finding, Patient, fail, ok
from jarvis.words.hardware import Cpu

WHEEL_NEEDS = {"x86_64": frozenset({"ssse3", "avx", "avx2", "f16c", "fma", "bmi2"})}
"""What the xllamacpp wheel is compiled for, by ``xllamacpp.get_system_info()`` (2026.10: one build, no dispatch)."""
GOOD_TO_HAVE = ("avx512f", "avx512_vnni", "avx_vnni", "amx_tile", "asimddp", "i8mm", "sve")
"""What builds of llama.cpp for this very machine can use as well (ggml/src/ggml-cpu/CMakeLists.txt)."""


def check(patient: Patient) -> Iterator[Finding]:
    yield judge(patient.inventory.now().cpu)


def judge(found: Cpu) -> Finding:
    """Whether this processor runs the engine. Pure."""
    missing = sorted(WHEEL_NEEDS.get(found.architecture, frozenset()) - found.features)
    if found.features and missing:
        return fail("doctor.processor_lacks", name=found.name, missing=", ".join(missing))
    return ok(
        "doctor.processor",
        name=found.name,
        cores=found.physical,
        usable=f"{found.usable:g}",
        features=", ".join(f for f in ("avx2", *GOOD_TO_HAVE) if f in found.features) or "-",
    )
