"""Main memory, of the machine or of the container."""

from __future__ import annotations

from collections.abc import Iterator

from jarvis.doctor.base import Finding, Patient, fail, ok, warn
from jarvis.words.hardware import Ram

STARTER_BYTES = 500_000_000
"""The starter model (98 MB of weights) with its context, and Jarvis itself, with room to spare."""
USEFUL_BYTES = 4_000_000_000
"""What a 4-billion-parameter model in 4 bits takes with its context."""


def check(patient: Patient) -> Iterator[Finding]:
    yield judge(patient.inventory.now().ram)


def judge(found: Ram) -> Finding:
    """What can be done with this memory. Pure."""
    facts = {"free": f"{found.available_bytes / 1e9:.1f} GB", "total": f"{found.total_bytes / 1e9:.1f} GB"}
    if found.available_bytes < STARTER_BYTES:
        return fail("doctor.memory_full", **facts)
    if found.available_bytes < USEFUL_BYTES:
        return warn("doctor.memory_little", **facts)
    return ok("doctor.memory_limited" if found.limited else "doctor.memory", **facts)
