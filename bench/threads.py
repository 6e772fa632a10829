"""How many threads, how eager, how big a batch: tokens per second of llama.cpp here, through Jarvis's engine.

    python bench/threads.py MODEL.gguf [--repeats 5] [--json FILE]

Every repeat measures every setting once, in turn, each in a process of its own, so that what else the machine does
falls on all alike. Shown are medians with the lowest and highest; figures are the engine's own timings.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import re
import secrets
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from jarvis.config.schema import Settings
from jarvis.engines.llama_cpp import CHILD, ENVIRON, EXTRAS, Engine, cores, settings_of
from jarvis.engines.served import Launch, Served
from jarvis.words.chat import Json
from jarvis.words.model import Load


@dataclass(frozen=True)
class Setting:
    """What differs from Jarvis's defaults: fields of the order to the engine, and variables of its environment."""

    name: str
    order: dict[str, Json] = field(default_factory=dict)
    environ: dict[str, str] = field(default_factory=dict)


def settings_to_try(n: int) -> list[Setting]:
    """``n`` is the number of processors."""
    threads = [Setting(f"threads {t}", {"threads": t, "threads_batch": t}) for t in range(1, n + 2)]
    batch = [Setting(f"threads {max(1, n - 1)}, batch threads {n}", {"threads": max(1, n - 1), "threads_batch": n})]
    poll = [Setting(f"poll {p}", {"poll": p}) for p in (0, 100)]
    wait = [Setting(f"OpenMP waits {p}", environ={"OMP_WAIT_POLICY": p}) for p in ("passive", "active")]
    wait += [
        Setting(f"OpenMP spins {n}", environ={"OMP_WAIT_POLICY": "active", "GOMP_SPINCOUNT": str(n)})
        for n in (10_000, 100_000, 1_000_000)
    ]
    ubatch = [Setting(f"ubatch {u}", {"ubatch": u, "batch": u}) for u in (16, 32, 64, 128, 256, 512)]
    return [Setting("defaults"), *threads, *batch, *poll, *wait, *ubatch]


async def measure(model: Path, setting: Setting, prompt_words: int, tokens: int, logs: Path) -> tuple[float, float]:
    """Prefill and decode, tokens per second."""
    load = Load("bench", model, context=2 * prompt_words + tokens)
    key = secrets.token_urlsafe()
    order = {**settings_of(load, Settings()), **setting.order, "key": key}
    served = await Served.start(
        Launch(
            engine="llama_cpp",
            load=load,
            command=[sys.executable, "-E", "-P", str(CHILD)],
            order=json.dumps(order).encode(),
            key=key,
            logs=logs,
            load_seconds=600,
            hang_seconds=600,
            environ=ENVIRON | setting.environ,
            extras=EXTRAS,
        )
    )
    try:
        await ask(served, "warm up", 8)
        prefill = await ask(served, " ".join(str(i) for i in range(prompt_words // 2)), 1)
        decode = await ask(served, "Once upon a time", tokens)
    finally:
        await served.stop()
    # the first token comes out of the prefill
    return (
        prefill["prompt_n"] / prefill["prompt_ms"] * 1000,
        (decode["predicted_n"] - 1) / decode["predicted_ms"] * 1000,
    )


async def ask(served: Served, prompt: str, tokens: int) -> dict[str, float]:
    """The engine's own account of one continued text: llama.cpp's ``timings``."""
    told: dict[str, float] = {}
    body: dict[str, Json] = {"prompt": prompt, "temperature": 0, "max_tokens": tokens, "stream": True, **EXTRAS}
    async for event in served.wire.line.events("/v1/completions", body):
        told = dict(event).get("timings") or told  # type: ignore[assignment]
    return told


def shown(values: list[float]) -> str:
    return f"{statistics.median(values):8.1f} ({min(values):.1f}-{max(values):.1f})"


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--prompt", type=int, default=512, help="words of the prompt that is read")
    parser.add_argument("--tokens", type=int, default=64, help="tokens that are written")
    parser.add_argument("--only", default="", help="only settings whose name matches this (regular expression)")
    parser.add_argument("--json", type=Path, help="also write all figures to this file")
    args = parser.parse_args()
    settings = [s for s in settings_to_try(os.cpu_count() or 1) if re.search(args.only, s.name)]
    figures: dict[str, tuple[list[float], list[float]]] = {s.name: ([], []) for s in settings}
    with tempfile.TemporaryDirectory() as logs:
        engine = Engine(Settings(), Path(logs)).found()
        for repeat in range(args.repeats):
            for setting in settings:
                prefill, decode = await measure(args.model, setting, args.prompt, args.tokens, Path(logs))
                figures[setting.name][0].append(prefill)
                figures[setting.name][1].append(decode)
                print(f"\r{repeat + 1}/{args.repeats} {setting.name:40}", end="", file=sys.stderr, flush=True)
    machine = (
        f"{platform.processor() or platform.machine()}, {os.cpu_count()} processors, {cores()} cores used by default"
    )
    when = time.strftime("%Y-%m-%d")
    print(f"\n{args.model.name}; {engine}; {machine}; {when}; median of {args.repeats} (lowest-highest), tokens/s\n")
    print(f"{'setting':34} {'prefill':>28} {'decode':>28}")
    for name, (prefills, decodes) in figures.items():
        print(f"{name:34} {shown(prefills):>28} {shown(decodes):>28}")
    told = {
        "model": args.model.name,
        "engine": engine,
        "machine": machine,
        "date": when,
        "tokens_per_second": {name: {"prefill": p, "decode": d} for name, (p, d) in figures.items()},
    }
    if args.json:
        args.json.write_text(json.dumps(told, indent=1))


if __name__ == "__main__":
    asyncio.run(main())
