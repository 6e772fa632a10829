"""The fleet as a person looks at it: every device with who holds what of it, every model, everybody who waits. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jarvis.fleet.ledger import left
from jarvis.fleet.slots import Seen, Slot
from jarvis.fleet.turns import Ticket

MIB = 1 << 20


def view(seen: Seen, slots: Sequence[Slot], waiting: Sequence[Ticket], now: float) -> dict[str, Any]:
    """As JSON; sizes in MiB, rounded up where something is taken and down where it is free."""
    sight = seen.sight
    holdings = {slot: slot.look(seen) for slot in slots if slot.gone_at is None}
    free = {d.id: d.free for d in left(sight, holdings.values())}
    gpus = {gpu.uuid: gpu for gpu in sight.gpus}
    devices = []
    for device in sight.devices:
        ours = {slot: holding.back(device.id) for slot, holding in holdings.items() if holding.back(device.id)}
        gpu = gpus.get(device.id)
        devices.append(
            {
                "uuid": device.id,
                "name": device.name,
                "memory_mib": device.total // MIB,
                "others_mib": max(0, device.total - free[device.id] - sum(ours.values())) // MIB,
                "reserve_mib": device.reserve // MIB,
                "free_mib": max(0, free[device.id] - device.reserve) // MIB,
                "temperature_celsius": gpu.temperature_celsius if gpu else None,
                "power_watts": gpu.power_watts if gpu else None,
                "utilisation": gpu.utilisation if gpu else None,
                "models": [{"model": slot.name, "mib": -(-size // MIB)} for slot, size in ours.items()],
            }
        )
    return {
        "declared": sight.declared,
        "devices": devices,
        "models": [_model(slot, waiting, now) for slot in slots],
        "waiting": [{"model": t.model, "seconds": round(now - t.since, 3)} for t in waiting],
    }


def _model(slot: Slot, waiting: Sequence[Ticket], now: float) -> dict[str, Any]:
    order = slot.order
    leaves = slot.stopping is not None or slot.falls is not None
    state = "going" if leaves else "asleep" if slot.asleep else "ready" if slot.awake else "loading"
    return {
        "model": slot.name,
        "kind": order.kind,
        "state": "busy" if state == "ready" and slot.users else state,
        "engine": slot.running.engine if slot.running is not None else None,
        "device": order.device,
        "context": order.context,
        "parallel": order.parallel,
        "cache": order.cache_type,
        "mib": {device: -(-size // MIB) for device, size in (slot.held or order.claims).items()},
        "claimed_mib": {device: -(-size // MIB) for device, size in order.claims.items()},
        "rung": slot.rung,
        "answering": slot.users,
        "waiting": sum(t.model == slot.name for t in waiting),
        "pinned": slot.pinned,
        "idle_seconds": round(now - slot.last_used, 1) if state == "ready" and not slot.users else 0.0,
        "load_seconds": round(slot.load_seconds, 3) if slot.running is not None else None,
    }
