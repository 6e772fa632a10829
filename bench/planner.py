"""How long the planner takes to decide: 8 unlike cards, 50 loaded models, a model of 80 layers.

python bench/planner.py [--cards 8] [--models 50] [--rounds 2000] [--seed 1]
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from itertools import accumulate

from jarvis.fleet.planner import plan
from jarvis.words.fleet import HOST, Device, Mode, Plan, Resident, Row, Wish

GIB = 1 << 30


def machine(dice: random.Random, cards: int) -> list[Device]:
    """RAM and unlike cards, partly used by other programs."""
    found = [Device(HOST, "RAM", 64 * GIB, dice.randint(4, 60) * GIB, 70e9)]
    for number in range(cards):
        total = dice.choice((6, 8, 12, 16, 24, 32)) * GIB
        free = int(total * dice.random())
        speed, capability = dice.choice((336, 448, 672, 896, 936)) * 1e9, dice.choice(((7, 5), (8, 6), (12, 0)))
        found.append(Device(f"GPU-{number}", "card", total, free, speed, GIB // 2, capability))
    return found


def residents(dice: random.Random, devices: list[Device], count: int) -> list[Resident]:
    """Models on one or two devices each."""
    found = []
    for number in range(count):
        on = dice.sample([d.id for d in devices], dice.choice((1, 1, 1, 2)))
        state = dice.choice(("idle", "idle", "idle", "busy"))
        held = {device: dice.randint(200, 4000) << 20 for device in on}
        found.append(Resident(f"m{number}", held, state, dice.random() < 0.1, 50, dice.random() * 1000, 3.0))
    return found


def wish(dice: random.Random, layers: int = 80) -> Wish:
    """A big model, a mixture every other time, with two types of cache."""
    layer, experts = dice.randint(60, 500) << 20, dice.choice((0.0, 0.85))
    rows = []
    for mode, kv in ((Mode("f16", 2), 80 << 20), (Mode("q8_0", 2, 1.1), 42 << 20), (Mode("q8_0", 1, 1.2), 21 << 20)):
        held = (0, *accumulate([layer + kv] * layers), (layer + kv) * layers + layer)
        apart = (0, *accumulate([int(layer * experts)] * layers))
        read = (0, *accumulate([layer // 4 + kv // 2] * layers), (layer // 4 + kv // 2) * layers + layer)
        used = (0, *accumulate([int(layer * experts / 8)] * layers))
        rows.append((mode, Row(held, (*apart, apart[-1]), read, (*used, used[-1]), 900 << 20, 600 << 20, 400 << 20)))
    return Wish("big", tuple(rows))


def main() -> None:
    """Print the spread."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--cards", type=int, default=8)
    asked.add_argument("--models", type=int, default=50)
    asked.add_argument("--rounds", type=int, default=2000)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    dice, took, planned = random.Random(given.seed), [], 0
    for _ in range(given.rounds):
        devices = machine(dice, given.cards)
        question = devices, residents(dice, devices, given.models), wish(dice)
        began = time.thread_time()
        planned += isinstance(plan(*question), Plan)
        took.append((time.thread_time() - began) * 1000)
    cuts = statistics.quantiles(took, n=100)
    print(f"{given.cards} cards, {given.models} models, {given.rounds} questions, {planned} of them planned")
    print(f"ms of processor time: median {cuts[49]:.3f}  p90 {cuts[89]:.3f}  p99 {cuts[98]:.3f}  max {max(took):.3f}")


if __name__ == "__main__":
    main()
