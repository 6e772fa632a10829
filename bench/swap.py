"""Three models on memory for one of them: is anything lost, and how long does a swap take, beside llama.cpp's router?

    python bench/swap.py --server LLAMA_SERVER MODEL.gguf MODEL.gguf MODEL.gguf
        [--memory-mib N] [--requests 200] [--swaps 30] [--patience 600] [--json FILE]

Jarvis is given a declared machine with ``--memory-mib`` of RAM (default: what the largest model needs and half of the
smallest) and the same llama-server binary that runs the router (``--models-dir … --models-max 1``).

Two things are measured in one run. Requests at once: all of them are sent together, in mixed order; an answer counts
when it names the model that was asked for and holds the word that this model says when it is asked alone; memory is the
resident memory of all engine processes, looked at every 50 ms. Swaps: one request of one token after the other, A B C A
B C..., each asked of both sides in turn; the time is from sending it to its first token.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from jarvis.catalog.footprint import of_header
from jarvis.catalog.headers import read
from jarvis.engines.memory import llama_cpp
from jarvis.fleet.places import needs
from jarvis.words.fleet import HOST, Shape
from jarvis.workers.family import descendants, resident_bytes

MIB = 1 << 20
CONTEXT, PARALLEL = 2048, 2
QUESTIONS = ("What is the capital of France?", "What is the capital of Spain?", "What is the capital of Italy?")
SYSTEM = "You answer in one short sentence."
CARD = """
id = "{name}"
name = "{name}"
family = "bench"
kind = "chat"
licence = "Apache-2.0"
languages = ["en"]
context = 32768
parameters = {size}
capabilities = ["chat"]
[[variants]]
quantization = "none"
format = "gguf"
engines = ["llama_cpp"]
[[variants.files]]
name = "{file}"
bytes = {size}
sha256 = ""
sources = ["hf:bench/bench@main#{file}"]
"""


@dataclass
class Side:
    """A server that is measured."""

    name: str
    url: str
    key: str
    pid: int
    first_seconds: list[float] = field(default_factory=list)
    answers: dict[tuple[str, str], str] = field(default_factory=dict)


def need(path: Path) -> int:
    """Bytes that a model takes here."""
    return needs(llama_cpp(of_header(read(path)), Shape(CONTEXT, PARALLEL, batch=128)), (), 0)[HOST]


@asynccontextmanager
async def jarvis(
    server: Path,
    models: dict[str, Path],
    memory_mib: int | None,
    home: Path,
    card: str = CARD,
    more: Sequence[str] = (),
) -> AsyncIterator[Side]:
    """Jarvis on a declared machine of so much RAM; None: on this one. ``more`` lines of its settings."""
    (home / "config/models").mkdir(parents=True)
    lines = ["[models]", f"context = {CONTEXT}", f"parallel = {PARALLEL}", "queue = 1000", "idle_unload_seconds = 0"]
    lines += ["[server]", "max_concurrent = 1000", "request_timeout_seconds = 3600"]
    if memory_mib is not None:
        machine = f'[cpu]\nname = "bench"\ncores = 2\nmemory_mib = {memory_mib}\nbandwidth_gbs = 20\n'
        (home / "machine.toml").write_text(machine)
        lines += ["[hardware]", f'file = "{home / "machine.toml"}"', "reserve_mib = 0"]
    lines += ["[engines.llama_cpp]", f'binary = "{server}"', *more]
    for name, path in models.items():
        text = card.format(name=name, file=path.name, size=path.stat().st_size)
        (home / "config/models" / f"{name}.toml").write_text(text)
        lines += [f'[model."{name}"]', f'path = "{path}"']
    (home / "config/config.toml").write_text("\n".join(lines) + "\n")
    env = os.environ | {"JARVIS_HOME": str(home), "JARVIS_LANG": "en"}
    command = [sys.executable, "-m", "jarvis.cli.main"]
    daemon = subprocess.Popen(
        [*command, "serve", "--port", "0"], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        assert daemon.stdout is not None
        line = await asyncio.to_thread(daemon.stdout.readline)
        found = re.search(rb"http://\S+", line)
        if found is None:
            raise SystemExit(f"jarvis did not start: {line.decode()}")
        key = subprocess.run([*command, "token"], env=env, capture_output=True, text=True, check=True).stdout.strip()
        yield Side("jarvis", found[0].decode().rstrip("/."), key, daemon.pid)
    finally:
        daemon.terminate()
        daemon.wait()


@asynccontextmanager
async def router(server: Path, models: dict[str, Path], folder: Path) -> AsyncIterator[Side]:
    """llama.cpp's own router, one model at a time, with the settings that Jarvis gives the same server; mapped into
    memory, as is the router's default, the files are there a second time: 2,019 MiB where 1,412 are declared.
    """
    for name, path in models.items():
        (folder / f"{name}.gguf").symlink_to(path.resolve())
    command = [
        str(server), "--models-dir", str(folder), "--models-max", "1", "--host", "127.0.0.1", "--port", "0",
        "--ctx-size", str(CONTEXT * PARALLEL), "--parallel", str(PARALLEL), "--no-kv-unified", "--batch-size", "128",
        "--ubatch-size", "128", "--threads", "2", "--fit", "off", "--cache-ram", "0", "--no-webui", "--no-mmap",
    ]  # fmt: skip
    env = os.environ | {"GOMP_SPINCOUNT": "2000"}  # as Jarvis gives it to its engines
    log = (folder / "log").open("wb")
    process = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
    try:
        limit = time.monotonic() + 60
        while not (found := re.search(rb"listening on (http://127\.0\.0\.1:\d+)", (folder / "log").read_bytes())):
            if process.poll() is not None or time.monotonic() > limit:
                raise SystemExit(f"the router did not start: {(folder / 'log').read_text()[-500:]}")
            await asyncio.sleep(0.05)
        yield Side("llama.cpp router", found[1].decode(), "none", process.pid)
    finally:
        process.terminate()
        process.wait()
        log.close()


async def ask(
    http: aiohttp.ClientSession, side: Side, model: str, question: str, tokens: int
) -> tuple[str, str, float]:
    """The model that answered, its answer, and the seconds to its first token. Raises RuntimeError for an error."""
    body = {
        "model": model, "stream": True, "max_tokens": tokens, "temperature": 0,
        "messages": [{"role": "system", "content": SYSTEM}, {"role": "user", "content": question}],
    }  # fmt: skip
    began, first, text, who = time.perf_counter(), 0.0, "", ""
    headers = {"Authorization": f"Bearer {side.key}", "x-jarvis-cache": "none"}
    async with http.post(side.url + "/v1/chat/completions", json=body, headers=headers) as response:
        if response.status != 200:
            raise RuntimeError(f"{response.status}: {(await response.text())[:200]}")
        over = False
        async for line in response.content:
            if line.strip() == b"data: [DONE]":
                over = True
            elif line.startswith(b"data: "):
                event = json.loads(line[6:])
                if "error" in event:
                    raise RuntimeError(str(event["error"])[:200])
                who = event.get("model") or who
                for choice in event.get("choices", ()):
                    if piece := choice.get("delta", {}).get("content"):
                        first = first or time.perf_counter() - began
                        text += piece
        if not over:
            raise RuntimeError("cut off")
    return who, text, first


async def watch(side: Side, seen: list[int]) -> None:
    """Resident bytes of everything below the server, again and again; of Jarvis that is its engines and guardians."""
    while True:
        seen.append(sum(resident_bytes(pid) for pid in descendants(side.pid)))
        await asyncio.sleep(0.05)


async def at_once(http: aiohttp.ClientSession, side: Side, models: list[str], count: int, seed: int) -> dict[str, Any]:
    """Many requests at the same time."""
    dice = random.Random(seed)
    wanted = [(models[i % len(models)], QUESTIONS[i % len(QUESTIONS)]) for i in range(count)]
    dice.shuffle(wanted)
    memory: list[int] = []
    watcher = asyncio.create_task(watch(side, memory))
    began = time.perf_counter()
    results = await asyncio.gather(*(ask(http, side, m, q, 24) for m, q in wanted), return_exceptions=True)
    seconds = time.perf_counter() - began
    watcher.cancel()
    lost = [str(r) or type(r).__name__ for r in results if isinstance(r, BaseException)]
    wrong = 0
    for (model, question), result in zip(wanted, results, strict=True):
        if not isinstance(result, BaseException):
            word = side.answers[model, question]
            wrong += result[0].removesuffix(".gguf") != model or word not in result[1]
    return {
        "requests": count, "lost": len(lost), "wrong": wrong, "seconds": round(seconds, 1),
        "most_mib": max(memory, default=0) // MIB, "reasons": sorted(set(lost))[:5],
    }  # fmt: skip


async def alone(http: aiohttp.ClientSession, side: Side, models: list[str]) -> None:
    """What each model says to each question when nobody else asks: the word that its answer is known by."""
    for model in models:
        for question in QUESTIONS:
            _, text, _ = await ask(http, side, model, question, 24)
            side.answers[model, question] = max(re.findall(r"\w+", text) or [""], key=len)


def quantiles(seconds: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(seconds, n=20)
    return {"p50": round(statistics.median(seconds), 3), "p95": round(cuts[18], 3)}


async def measure(given: argparse.Namespace) -> dict[str, Any]:
    paths = {f"model-{'abc'[i]}": path.resolve() for i, path in enumerate(given.models)}
    sizes = sorted(need(path) for path in paths.values())
    memory_mib = given.memory_mib or (sizes[-1] + sizes[0] // 2) // MIB
    names = list(paths)
    report: dict[str, Any] = {"machine": platform.processor() or platform.machine(), "memory_mib": memory_mib}
    report["needs_mib"] = {name: need(path) // MIB for name, path in paths.items()}
    timeout = aiohttp.ClientTimeout(total=given.patience)
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryDirectory() as folder:
        connector = aiohttp.TCPConnector(limit=0)
        async with (
            aiohttp.ClientSession(timeout=timeout, connector=connector) as http,
            jarvis(given.server.resolve(), paths, memory_mib, Path(home)) as ours,
            router(given.server.resolve(), paths, Path(folder)) as theirs,
        ):
            sides = [ours, theirs]
            for side in sides:
                await alone(http, side, names)
            for number in range(given.swaps):
                model = names[number % len(names)]
                for side in sides if number % 2 else sides[::-1]:
                    side.first_seconds.append((await ask(http, side, model, QUESTIONS[0], 1))[2])
            report["swap_seconds"] = {side.name: quantiles(side.first_seconds) for side in sides}
            pairs = [a / b for a, b in zip(ours.first_seconds, theirs.first_seconds, strict=True)]
            report["swap_ratio"] = {"median": round(statistics.median(pairs), 3)}
            report["at_once"] = {}
            for side in sides:
                report["at_once"][side.name] = await at_once(http, side, names, given.requests, given.seed)
                print(side.name, report["at_once"][side.name], file=sys.stderr)
    return report


def tell(report: dict[str, Any], file: Path | None) -> None:
    """Print it, and write it if there is a file for it."""
    text = json.dumps(report, indent=2)
    print(text)
    if file:
        file.write_text(text + "\n")


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("models", type=Path, nargs="+")
    asked.add_argument("--server", type=Path, required=True)
    asked.add_argument("--memory-mib", type=int, default=0)
    asked.add_argument("--requests", type=int, default=200)
    asked.add_argument("--swaps", type=int, default=30)
    asked.add_argument("--patience", type=float, default=600, help="seconds after which a request counts as lost")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--json", type=Path)
    given = asked.parse_args()
    tell(asyncio.run(measure(given)), given.json)


if __name__ == "__main__":
    main()
