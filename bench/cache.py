"""How long looking into the cache takes: nothing there, the very question there, and the same in other words.

    python bench/cache.py [--entries 10000] [--looks 2000] [--json]

Fills a real database in a temporary folder with questions that are made up (with vectors of 384 random numbers), then
looks, in turn, for ones that are not there, ones that are, and other wordings of ones that are. Printed are the median
and the 95th percentile of each, in milliseconds, reading the words and the database included, as the clock has it and
as processor time (which other programs disturb less); and, for the same machine, how long comparing one vector with all
of them takes, which the index by words makes needless.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np

from jarvis.cache import exact
from jarvis.cache.asking import Asking, Kept
from jarvis.cache.cache import Cache
from jarvis.config.schema import Cache as Settings
from jarvis.store.database import Database
from jarvis.words.chat import ChatRequest, Message, Sampling

DIMENSION = 384
VERBS = ("paint", "clean", "repair", "sell", "move", "open", "measure", "draw", "build", "cook", "plant", "pack")
THINGS = (
    "kitchen",
    "bicycle",
    "garden",
    "piano",
    "window",
    "engine",
    "carpet",
    "bridge",
    "lamp",
    "violin",
    "boat",
    "oven",
)
COLOURS = ("red", "green", "wooden", "heavy", "plastic", "golden", "narrow", "silent", "modern", "broken")
PLACES = [f"{a}{b}" for a in ("Nor", "Sol", "Vil", "Kar", "Tem", "Osa") for b in ("burg", "ton", "mar", "vik", "dal")]
ANSWER = "First look at it from all sides, then begin with what is easy. " * 12


def questions(count: int, dice: random.Random) -> list[tuple[str, str]]:
    """Questions that all differ, each with another wording."""
    found: dict[str, str] = {}
    while len(found) < count:
        rest = f"{dice.choice(VERBS)} a {dice.choice(COLOURS)} {dice.choice(THINGS)} of {dice.choice(PLACES)}"
        rest += f" in {dice.randint(1900, 2026)}?"
        found[f"How do I {rest}"] = f"What is the best way to {rest}"
    return list(found.items())


def asking(text: str, vector: np.ndarray) -> Asking:  # type: ignore[type-arg]
    request = ChatRequest((Message.of("user", text),), sampling=Sampling(temperature=0.0))
    return Asking(request, "owner", "en", "model:Q4", vector=vector, embedder="random", at=time.time())


async def measure(entries: int, looks: int) -> dict[str, object]:
    dice, generator = random.Random(1), np.random.default_rng(1)
    known = questions(entries + looks, dice)
    vectors = generator.standard_normal((len(known), DIMENSION)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    times: dict[str, list[float]] = {"absent": [], "the same": [], "other words": [], "all vectors": []}
    busy: dict[str, list[float]] = {way: [] for way in times}
    hits = dict.fromkeys(times, 0)
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder) / "j.db", {"cache": exact.MIGRATIONS})
        cache = Cache(database, Settings(semantic=True, mib=1024))
        for (text, _), vector in zip(known[:entries], vectors, strict=False):
            await cache.keep(asking(text, vector), Kept(ANSWER, "model:Q4", "fake", time.time()))
        kept = vectors[:entries]
        for at in range(looks):
            here, away = dice.randrange(entries), entries + at
            ways = {
                "absent": asking(known[away][0], vectors[away]),
                "the same": asking(known[here][0], vectors[here]),
                "other words": asking(known[here][1], vectors[here]),
            }
            for way, question in ways.items():
                began, worked = time.perf_counter(), time.process_time()
                hits[way] += await cache.look(question) is not None
                times[way].append(1000 * (time.perf_counter() - began))
                busy[way].append(1000 * (time.process_time() - worked))
            began, worked = time.perf_counter(), time.process_time()
            int(np.argmax(kept @ vectors[away]))
            times["all vectors"].append(1000 * (time.perf_counter() - began))
            busy["all vectors"].append(1000 * (time.process_time() - worked))
        database.close()
    return {
        "entries": entries,
        "looks": looks,
        "ms": {
            way: {
                "p50": round(statistics.median(taken), 3),
                "p95": round(statistics.quantiles(taken, n=20)[-1], 3),
                "cpu_p50": round(statistics.median(busy[way]), 3),
                "cpu_p95": round(statistics.quantiles(busy[way], n=20)[-1], 3),
                "hits": hits[way],
            }
            for way, taken in times.items()
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=10_000)
    parser.add_argument("--looks", type=int, default=2_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = asyncio.run(measure(options.entries, options.looks))
    if options.json:
        print(json.dumps(found))
        return
    print(f"{found['entries']} entries, {found['looks']} looks of each kind")
    for way, taken in found["ms"].items():  # type: ignore[attr-defined]
        clock = f"p50 {taken['p50']:7.3f} ms   p95 {taken['p95']:7.3f} ms"
        print(
            f"{way:12} {clock}   processor p50 {taken['cpu_p50']:.3f} p95 {taken['cpu_p95']:.3f}   {taken['hits']} hits"
        )


if __name__ == "__main__":
    main()
