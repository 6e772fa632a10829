"""What was found out by a survey, as JSON and in words. Pure."""

from __future__ import annotations

from typing import Any

from jarvis.fleet.outlook import Option, Outlook
from jarvis.fleet.refusals import reason, short_names
from jarvis.fleet.survey import MIB, Survey
from jarvis.texts import say


def body(found: Survey) -> dict[str, Any]:
    """As JSON."""
    return {
        "devices": [
            {
                "uuid": device.id,
                "name": device.name,
                "memory_mib": device.total // MIB,
                "used_mib": (device.total - device.free) // MIB,
                "reserve_mib": device.reserve // MIB,
                "placed": [
                    {"model": key, "mib": -(-option.placement.need[device.id] // MIB)}
                    for key, option in found.placed.items()
                    if device.id in option.placement.need
                ],
            }
            for device in found.devices
        ],
        "models": [_model(o, found) for o in found.outlooks]
        + [
            {
                "model": key,
                "quantisation": None,
                "weights_bytes": None,
                "kv_bytes_per_token": None,
                "feasible": False,
                "devices": [],
                "reason": say("fleet.plan.unknown", name=name),
                "tokens_per_second": None,
                "alternatives": [],
            }
            for key, name in found.wanted.unknown
        ],
        "in_turns": found.in_turns,
        "notes": found.wanted.notes,
    }


def _model(look: Outlook, found: Survey) -> dict[str, object]:
    option = look.option
    return {
        "model": look.asked.key,
        "id": look.asked.card.id,
        "quantisation": look.variant.quantization,
        "engine": look.engine,
        "weights_bytes": look.way.footprint.weights,
        "kv_bytes_per_token": look.way.footprint.kv_per_token,
        "feasible": option is not None,
        "devices": [] if option is None else list(option.placement.devices),
        "context": look.way.order.context,
        "reason": said(look, found),
        "tokens_per_second": None if option is None else round(option.placement.tokens_per_second, 1),
        **({} if option is None else _how(option)),
        "alternatives": [
            {
                "model": o.card.id,
                "quantisation": o.variant.quantization,
                "engine": o.engine,
                "devices": list(o.placement.devices),
                "tokens_per_second": round(o.placement.tokens_per_second, 1),
                **_how(o),
            }
            for o in look.alternatives
        ],
    }


def _how(option: Option) -> dict[str, object]:
    placement = option.placement
    return {
        "context": option.context,
        "cache": placement.mode.cache,
        "parallel": placement.mode.parallel,
        "layers": {split.device: split.units for split in placement.split},
        "experts_in_ram": placement.experts_in_ram,
        "mib": {device: -(-size // MIB) for device, size in placement.need.items()},
    }


def said(look: Outlook, found: Survey) -> str:
    """One sentence: how it would run, or why not."""
    if look.option is None:
        return reason(look, found.devices)
    called = short_names(found.devices)
    on = ", ".join(called[d] for d in look.option.placement.devices)
    how = look.option.placement
    if look.asked.card.kind != "chat":
        return say(
            "fleet.plan.sits", quantization=look.variant.quantization, weights=look.way.footprint.weights / 1e9, on=on
        )
    return say(
        "fleet.plan.fits",
        quantization=look.variant.quantization,
        weights=look.way.footprint.weights / 1e9,
        on=on,
        context=look.option.context,
        cache=how.mode.cache,
        parallel=how.mode.parallel,
        speed=how.tokens_per_second,
    )
