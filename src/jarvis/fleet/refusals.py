"""What a person is told when a model cannot be placed."""

from __future__ import annotations

from collections.abc import Sequence

from jarvis.errors import OutOfMemory
from jarvis.words.fleet import HOST, Device, Refusal, Wish

MIB = 1 << 20


def refused(wish: Wish, refusal: Refusal, devices: Sequence[Device]) -> OutOfMemory:
    """The error for a wish that no device can take, with what lacks where in the place that comes nearest."""
    names = {d.id: d.name if d.id != HOST else "RAM" for d in devices}
    if not refusal.short:
        return OutOfMemory("fleet.no_device", model=wish.model)
    short = ", ".join(f"{names.get(d, d)}: {-(-size // MIB):,} MiB" for d, size in sorted(refusal.short.items()))
    return OutOfMemory("fleet.does_not_fit", model=wish.model, short=short)
