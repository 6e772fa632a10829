"""What a person is told when a model cannot be placed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from jarvis.errors import OutOfMemory
from jarvis.fleet.outlook import Outlook
from jarvis.texts import say
from jarvis.words.fleet import HOST, Device, Refusal, Wish

MIB = 1 << 20


def short_names(devices: Sequence[Device]) -> dict[str, str]:
    """What a person calls each device, by id."""
    short = ("RAM" if d.id == HOST else d.name.removeprefix("NVIDIA ").removeprefix("GeForce ") for d in devices)
    return dict(zip((d.id for d in devices), numbered(short), strict=True))


def numbered(names: Iterable[str]) -> list[str]:
    """The names, those of equal devices with a number."""
    known = list(names)
    return [f"{n} #{known[: i + 1].count(n)}" if known.count(n) > 1 else n for i, n in enumerate(known)]


def refused(wish: Wish, refusal: Refusal, devices: Sequence[Device]) -> OutOfMemory:
    """The error for a wish that no device can take, with what lacks where in the place that comes nearest."""
    names = short_names(devices)
    if refusal.pinned:
        commands = " ".join(f"`jarvis pin --off {name}`" for name in refusal.pinned)
        return OutOfMemory("fleet.pinned", model=wish.model, pinned=", ".join(refusal.pinned), commands=commands)
    if not refusal.short:
        return OutOfMemory("fleet.no_device", model=wish.model)
    short = ", ".join(f"{names.get(d, d)}: {-(-size // MIB):,} MiB" for d, size in sorted(refusal.short.items()))
    return OutOfMemory("fleet.does_not_fit", model=wish.model, short=short)


def reason(look: Outlook, devices: Sequence[Device]) -> str:
    """Why a model cannot run as it was asked for."""
    names = short_names(devices)
    card, lowest = look.asked.only_on, look.terms.capability
    weights, refusal = look.way.footprint.weights / 1e9, look.refusal or Refusal()
    facts: dict[str, object] = {"quantization": look.variant.quantization, "engine": look.engine, "weights": weights}
    weak = [d for d in devices if d.capability and lowest and d.capability < lowest and card in (None, d.id)]
    if not refusal.short and weak:
        able, needed = (".".join(map(str, version)) for version in (weak[0].capability or (), lowest or ()))
        return say("fleet.plan.too_old", None, card=names[weak[0].id], has=able, needed=needed, **facts)
    if not refusal.short:
        return say("fleet.plan.no_engine", None, **facts)
    short = ", ".join(f"{names.get(d, d)}: {-(-size // MIB):,} MiB" for d, size in sorted(refusal.short.items()))
    only = say("fleet.plan.only_on", card=names.get(card, card)) if card else ""
    facts |= {"kv": look.way.footprint.kv_per_token // 1024, "context": look.way.order.context}
    return say("fleet.plan.short", None, short=short, only=only, **facts)
