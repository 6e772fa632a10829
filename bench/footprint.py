"""What a model takes: the header's arithmetic against what llama.cpp logs and what its process holds.

    python bench/footprint.py MODEL.gguf... [--contexts 1024 2048 4096] [--parallel 1] [--json FILE]

Each model is loaded without mmap, with every context and cache type, and its context is filled; then the resident
memory of the process is read. Predicted figures come from the header alone.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import platform
import re
import tempfile
from pathlib import Path

from jarvis.catalog.footprint import of_header
from jarvis.catalog.headers import read
from jarvis.config.schema import Settings
from jarvis.engines.llama_cpp import Engine
from jarvis.engines.memory import BATCH, kv_bytes, llama_cpp
from jarvis.fleet.places import needs
from jarvis.words.fleet import HOST, Shape
from jarvis.words.footprint import CACHE_BYTES
from jarvis.words.model import Load
from jarvis.workers.family import descendants, resident_bytes

MIB = 1 << 20
KEEP = 64
"""Tokens of the context that the prompt leaves free."""


def logged(log: str, what: str) -> float:
    """MiB that the engine says it gave to ``what``."""
    return sum(map(float, re.findall(rf"{what} buffer size =\s+([\d.]+) MiB", log)))


async def one(path: Path, shape: Shape, logs: Path) -> dict[str, object]:
    model = of_header(read(path))
    need = needs(llama_cpp(model, shape), (), 0)[HOST]
    options: dict[str, str | int | float | bool] = {"mmap": False, "verbosity": 4}
    load = Load(
        path.stem, path, context=shape.context, parallel=shape.parallel, cache_type=shape.cache, options=options
    )
    running = await Engine(Settings(), logs).start(load)
    try:
        prompt = [100 + i * 7 % 5000 for i in range(shape.context - KEEP)]
        for slot in range(shape.parallel):
            await running.wire.line.call("/completion", {"prompt": prompt, "n_predict": KEEP // 2, "id_slot": slot})
        pids = [running.pid, *descendants(running.pid)]
        held = sum(map(resident_bytes, pids))
    finally:
        await running.stop()
    log = "".join(file.read_text(errors="replace") for file in logs.glob("*.log"))
    for file in logs.glob("*.log"):
        file.unlink()
    return {
        "model": path.name,
        "context": shape.context,
        "parallel": shape.parallel,
        "cache": shape.cache,
        "weights_mib": (model.weights / MIB, logged(log, "model")),
        "kv_mib": (kv_bytes(model, shape, range(len(model.layers))) / MIB, logged(log, "KV")),
        "total_mib": (need / MIB, held / MIB),
    }


async def measure(options: argparse.Namespace) -> list[dict[str, object]]:
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for path in options.models:
            for context in options.contexts:
                for cache in options.caches:
                    row = await one(path, Shape(context, options.parallel, cache, BATCH), Path(folder))
                    rows.append(row)
                    show(row)
    return rows


def show(row: dict[str, object]) -> None:
    text = f"{str(row['model'])[:36]:36} {row['context']:6} x{row['parallel']} {row['cache']:5}"
    for name in ("weights", "kv", "total"):
        said, found = row[f"{name}_mib"]  # type: ignore[misc]
        text += f"  {name} {said:8.2f} {found:8.2f} {said - found:+6.2f}"
    said, found = row["total_mib"]  # type: ignore[misc]
    print(f"{text} ({(said / found - 1) * 100:+.2f} %)", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", type=Path, nargs="+", metavar="MODEL.gguf")
    parser.add_argument("--contexts", type=int, nargs="+", default=[1024, 2048, 4096])
    parser.add_argument("--caches", nargs="+", default=["f16", "q8_0"], choices=list(CACHE_BYTES))
    parser.add_argument("--parallel", type=int, default=1)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    print(f"{platform.processor() or platform.machine()}; MiB: predicted, found, difference")
    rows = asyncio.run(measure(options))
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2) + "\n")


if __name__ == "__main__":
    main()
