"""Who sits where and who must leave, or why not. Pure: same question, same answer."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from jarvis.fleet.lacks import lack
from jarvis.fleet.places import Place, fitting
from jarvis.words.fleet import Device, Placement, Plan, Refusal, Resident, Wish

STAY_TOKENS = 1000
"""Tokens that a model is expected to write before it leaves again: what a faster place is worth."""
READ_TOKENS_PER_SECOND = 40.0
"""Nobody reads faster: speeds beyond are equal."""
LEAST_SECONDS = STAY_TOKENS / READ_TOKENS_PER_SECOND
"""What the best of places costs."""
FORGOTTEN_SECONDS = 600.0
"""After so long unused a model is half as likely to be wanted again."""
UNLOAD_SECONDS = 0.5
"""How long it takes until a model has left and its bytes are back."""


Leaver = tuple[float, str, Resident]
"""Who may leave, after what it is worth and by what name."""


def plan(devices: Sequence[Device], residents: Sequence[Resident], wish: Wish) -> Plan | Refusal:
    """Where ``wish`` goes: a place among those who are there, or one that some of the idle make, whichever costs less.

    ``devices`` are as they are now, one of them ``HOST``. Busy, loading and pinned models stay. A refusal is given only
    when no cut fits though all who may leave did.
    """
    leavers = sorted(((_worth(r), r.model, r) for r in residents if r.may_leave), key=lambda w: w[:2])
    room = {d.id: d.free - d.reserve for d in devices}
    speed = {d.id: d.bandwidth for d in devices}

    def cost(placement: Placement, leave: Sequence[str], seconds: float) -> tuple[float, ...]:
        on = [s.device for s in placement.split]
        # equally good: the owner's card, nothing for the processor, the fewest and slowest cards, the smallest gap
        return (
            seconds,
            wish.prefer not in on,
            bool(placement.in_ram or placement.experts_in_ram),
            len(leave),
            len(on),
            sum([speed[d] for d in on]),
            sum([room[d] - placement.need[d] for d in on]),
        )

    best: tuple[tuple[float, ...], Placement, tuple[str, ...]] | None = None
    if at_once := [(_seconds(p), p) for p in fitting(devices, room, wish)]:
        least = min([seconds for seconds, _ in at_once])
        equal = [p.placement() for seconds, p in at_once if seconds == least]
        best = min([(cost(p, (), least), p, ()) for p in equal], key=lambda o: o[0])
    emptied = room
    if leavers:
        on: dict[str, list[Leaver]] = {}
        for leaver in leavers:
            for device in leaver[2].held:
                on.setdefault(device, []).append(leaver)
        emptied = _emptied(room, (r for _, _, r in leavers))
        most = math.inf if best is None else best[0][0] / LEAST_SECONDS  # a mode that loses more costs more
        found = [(_seconds(p), i, p) for i, p in enumerate(fitting(devices, emptied, wish, most))]
        for seconds, _, place in sorted(found, key=lambda f: f[:2]):
            if best is not None and seconds > best[0][0]:
                break  # however little it costs to lose who has to leave for it
            placement = place.placement()
            leave, lost = _leave(room, leavers, on, placement)
            if best is None or seconds + lost <= best[0][0]:
                option = cost(placement, leave, seconds + lost)
                if best is None or option < best[0]:
                    best = option, placement, leave
    if best is None:
        return _refusal(devices, residents, emptied, wish)
    _, placement, leave = best
    return Plan(placement, leave, wish.load_seconds + (UNLOAD_SECONDS if leave else 0.0))


def _seconds(place: Place) -> float:
    """What the place itself costs: the time to write what will be asked of it, and what its mode loses."""
    return STAY_TOKENS / min(place.tokens_per_second, READ_TOKENS_PER_SECOND) * place.mode.loss


def _worth(resident: Resident) -> float:
    """Seconds that are expected to be lost when it leaves."""
    wanted: float = 0.5 ** (resident.idle_seconds / FORGOTTEN_SECONDS)
    return resident.reload_seconds * wanted * (2.0 if resident.priority < 50 else 1.0)


def _emptied(room: dict[str, int], leave: Iterable[Resident]) -> dict[str, int]:
    """The room once these have left."""
    after = dict(room)
    for resident in leave:
        for device, size in resident.held.items():
            if device in after:
                after[device] += size
    return after


def _leave(
    room: Mapping[str, int], leavers: Sequence[Leaver], on: Mapping[str, Sequence[Leaver]], goal: Placement
) -> tuple[tuple[str, ...], float]:
    """Few enough of them, the least worth first, that ``goal`` is free; and the seconds that this loses. ``on`` has
    those of each device.
    """
    over = {device: size - room[device] for device, size in goal.need.items() if size > room[device]}
    if not over:
        return (), 0.0
    leave: list[Leaver] = []
    short = set(over)
    for leaver in on.get(next(iter(over)), ()) if len(over) == 1 else leavers:
        held = leaver[2].held
        if short.isdisjoint(held):
            continue
        leave.append(leaver)
        for device in over.keys() & held.keys():
            over[device] -= held[device]
            if over[device] <= 0:
                short.discard(device)
        if not short:
            break
    for leaver in reversed(leave[:]):  # who need not go after all, stays: the most worth first
        held = leaver[2].held
        shared = over.keys() & held.keys()
        if all([over[device] + held[device] <= 0 for device in shared]):
            leave.remove(leaver)
            for device in shared:
                over[device] += held[device]
    return tuple(sorted([name for _, name, _ in leave])), sum([worth for worth, _, _ in leave])


def _refusal(
    devices: Sequence[Device],
    residents: Sequence[Resident],
    emptied: dict[str, int],
    wish: Wish,
) -> Refusal:
    """What lacks where in the place that comes nearest, and who would have to leave that may not now."""
    waiting = [r for r in residents if not r.may_leave and not r.pinned]
    pinned = sorted((r for r in residents if r.pinned), key=lambda r: r.model)
    freed = _emptied(emptied, waiting)

    def fits(leave: Sequence[Resident]) -> bool:
        return any(True for _ in fitting(devices, _emptied(freed, leave), wish))

    helps = bool(waiting) and fits(())
    if not helps and pinned and fits(pinned):
        for resident in pinned[:]:
            if fits(others := [r for r in pinned if r is not resident]):
                pinned = others
    else:
        pinned = []
    return Refusal(
        lack(devices, emptied, wish),
        tuple(sorted(r.model for r in waiting)) if helps else (),
        tuple(r.model for r in pinned),
    )
