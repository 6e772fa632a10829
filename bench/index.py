"""Vector indexes side by side: seconds to fill, disk, memory, milliseconds of a search, recall.

    python bench/index.py [--sizes 10000 100000] [--dimension 384] [--searches 300] [--json]

Each index gets the same vectors, as the keeper gives them (500 at once); then each question goes to all of them in
turn, so that what else the machine does falls on all alike. The vectors are made: a common direction, as E5 has,
topics, and 2 % equal ones, as "ok" is in a chat. Memory is what this process and its children grew by. Recall@10 is
against NumPy in float64.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from jarvis import registry
from jarvis.config.schema import Memory, Settings
from jarvis.memory.index.keeping import BATCH
from jarvis.workers.family import descendants, resident_bytes

PARTS = ("exact", "faiss", "chroma")


def made(n: int, dimension: int) -> Any:
    """Rows of length 1."""
    dice = np.random.default_rng(n)
    topics = dice.standard_normal((max(1, n // 50), dimension))
    rows = topics[dice.integers(len(topics), size=n)] + 0.8 * dice.standard_normal((n, dimension)) + 1.5
    rows[dice.integers(n, size=n // 50)] = rows[0]
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def memory() -> int:
    return sum(map(resident_bytes, [os.getpid(), *descendants(os.getpid())]))


def disk(folder: Path) -> int:
    return sum(p.stat().st_blocks * 512 for p in folder.rglob("*") if p.is_file())


def measure(n: int, dimension: int, searches: int, folder: Path) -> dict[str, dict[str, float]]:
    rows = made(n, dimension)
    indexes, collections, found = {}, {}, {}
    for name in PARTS:
        where, before = folder / name, memory()
        settings = Settings(memory=Memory(index=name))
        indexes[name] = registry.load("jarvis.memory.index", name, "Index")(settings, where, folder / "logs")
        collections[name] = indexes[name].collection("bench", "m", dimension)
        began = time.perf_counter()
        for i in range(0, n, BATCH):
            collections[name].add(range(i, min(n, i + BATCH)), rows[i : i + BATCH])
        seconds = time.perf_counter() - began
        found[name] = {"fill_s": seconds, "disk_mib": disk(where) / 2**20, "rss_mib": (memory() - before) / 2**20}
    dice = np.random.default_rng(1)
    asked = rows[dice.integers(n, size=searches)] + 0.4 / dimension**0.5 * dice.standard_normal((searches, dimension))
    asked = (asked / np.linalg.norm(asked, axis=1, keepdims=True)).astype(np.float32)
    times: dict[str, list[float]] = {name: [] for name in PARTS}
    hits = dict.fromkeys(PARTS, 0.0)
    whole = rows.astype(np.float64)
    for turn, vector in enumerate(asked):
        truth = whole @ vector
        tenth = np.partition(truth, n - 10)[n - 10]
        for name in np.roll(PARTS, turn):
            began = time.perf_counter()
            near = collections[name].search(vector, 10)
            times[name].append((time.perf_counter() - began) * 1e3)
            hits[name] += float((truth[near.ids] >= tenth - 1e-6).sum()) / 10
    for name in PARTS:
        p50, p95 = np.percentile(times[name], [50, 95])
        found[name] |= {"p50_ms": p50, "p95_ms": p95, "recall@10": hits[name] / searches}
        indexes[name].close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--dimension", type=int, default=384)
    parser.add_argument("--searches", type=int, default=300)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found: dict[str, Any] = {"load": os.getloadavg()[0], "cores": os.cpu_count(), "python": platform.python_version()}
    for n in given.sizes:
        with tempfile.TemporaryDirectory() as folder:
            found[str(n)] = measure(n, given.dimension, given.searches, Path(folder))
    if given.json:
        print(json.dumps(found))
        return
    print(f"load {found['load']:.1f} before, {os.getloadavg()[0]:.1f} after; {found['cores']} cores")
    for n in given.sizes:
        columns = list(next(iter(found[str(n)].values())))
        print(f"{n:>10,}" + "".join(f"{c:>11}" for c in columns))
        for name, row in found[str(n)].items():
            print(f"{name:>10}" + "".join(f"{v:11.3f}" if v < 10 else f"{v:11.0f}" for v in row.values()))


if __name__ == "__main__":
    main()
