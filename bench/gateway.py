"""What the hop through Jarvis adds to calling an engine directly.

    python bench/gateway.py [--rate 50] [--seconds 20] [--rounds 5] [--json]

Three processes: a null engine that answers at once (bench/null_upstream.py), the whole gateway that started it and
stands in front of it (bench/null_gateway.py), and this one, which asks. Load is an open loop: requests leave at fixed
times whether or not earlier ones are back, and an answer's time counts from the moment it should have left. Every
request to the gateway has a direct one beside it, half a period later, in the same run. What is added is the difference
of the quantiles of the two distributions; of several rounds the median is taken, and all of them are printed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import re
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import uvloop

from jarvis.version import __version__

HERE = Path(__file__).parent
QUESTION = "What is the capital of France? " * 8
WARM_UP = 100
KINDS = ("whole", "stream", "first token")
"""Answers sent whole, and streams: to their end, and to their first token."""
QUANTILES = (0.5, 0.9, 0.99)


@asynccontextmanager
async def process(*command: str) -> AsyncIterator[str]:
    """A server that says ``http://…`` when it listens; gives that address."""
    child = await asyncio.create_subprocess_exec(sys.executable, *command, stdout=asyncio.subprocess.PIPE)
    assert child.stdout is not None
    try:
        found = re.search(rb"http://\S+", await child.stdout.readline())
        if found is None:
            raise SystemExit(f"{command[0]} did not start")
        yield found[0].decode()
    finally:
        child.terminate()
        await child.wait()


@dataclass(frozen=True)
class Target:
    """Whom to ask."""

    url: str
    token: str


async def ask(http: aiohttp.ClientSession, target: Target, stream: bool) -> tuple[float, float]:
    """When the first token came and when the last byte did (``time.perf_counter``)."""
    body = {"model": "auto", "messages": [{"role": "user", "content": QUESTION}], "temperature": 0.7, "stream": stream}
    headers = {"Authorization": f"Bearer {target.token}"}
    async with http.post(f"{target.url}/v1/chat/completions", json=body, headers=headers) as reply:
        answer, first = b"", 0.0
        async for data in reply.content.iter_any():
            answer += data
            if not first and b"The" in answer:
                first = time.perf_counter()
    end = time.perf_counter()
    if not first or b"Paris" not in answer or (stream and not answer.endswith(b"data: [DONE]\n\n")):
        raise SystemExit(f"{target.url} answered {reply.status}: {answer[:300]!r}")
    return first, end


async def open_loop(
    http: aiohttp.ClientSession, targets: Sequence[Target], stream: bool, rate: float, seconds: float
) -> list[list[tuple[float, float]]]:
    """Milliseconds to the first token and to the end of each answer, per target.

    Each target gets ``rate`` requests a second, spread evenly.
    """
    took: list[list[tuple[float, float]]] = [[] for _ in targets]
    now = time.perf_counter  # uvloop's own clock stands still for a whole millisecond

    async def one(at: float, which: int) -> None:
        first, end = await ask(http, targets[which], stream)
        took[which].append(((first - at) * 1000, (end - at) * 1000))

    step = 1 / rate / len(targets)
    start = now() + 0.1
    async with asyncio.TaskGroup() as tasks:
        for number in range(int(seconds * rate) * len(targets)):
            at = start + number * step
            await asyncio.sleep(max(0.0, at - now() - 0.0015))
            while now() < at:
                await asyncio.sleep(0)
            tasks.create_task(one(at, number % len(targets)))
    return took


def quantile(values: Sequence[float], q: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(q * len(ordered)))]


def summary(direct: Sequence[float], gateway: Sequence[float]) -> dict[str, float]:
    told = {}
    for q in QUANTILES:
        name = f"p{q * 100:.0f}"
        told[f"direct_{name}"] = quantile(direct, q)
        told[f"gateway_{name}"] = quantile(gateway, q)
        told[f"added_{name}"] = told[f"gateway_{name}"] - told[f"direct_{name}"]
    return told


async def measure(rate: float, seconds: float, rounds: int) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        async with (
            process(str(HERE / "null_gateway.py"), folder) as gateway,
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http,
        ):
            token = (Path(folder) / "data" / "token").read_text().strip()
            await ask(http, Target(gateway, token), stream=False)  # loads the engine
            upstream = (Path(folder) / "upstream").read_text()
            targets = (Target(upstream, "key"), Target(gateway, token))
            each: dict[str, list[dict[str, float]]] = {kind: [] for kind in KINDS}
            for stream in (False, True):
                for _ in range(WARM_UP):
                    for target in targets:
                        await ask(http, target, stream)
                for _ in range(rounds):
                    direct, through = await open_loop(http, targets, stream, rate, seconds)
                    if stream:
                        each["first token"].append(summary([f for f, _ in direct], [f for f, _ in through]))
                    each["stream" if stream else "whole"].append(
                        summary([e for _, e in direct], [e for _, e in through])
                    )
    return {
        "unit": "ms",
        "rate_per_second": rate,
        "seconds": seconds,
        "jarvis": __version__,
        "python": platform.python_version(),
        "cpus": os.cpu_count(),
        "load_average": [round(x, 2) for x in os.getloadavg()],
        "date": time.strftime("%Y-%m-%d"),
        **{
            kind: {
                "median": {name: round(statistics.median(r[name] for r in found), 3) for name in found[0]},
                "rounds": [{name: round(value, 3) for name, value in r.items()} for r in found],
            }
            for kind, found in each.items()
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    told = uvloop.run(measure(options.rate, options.seconds, options.rounds))
    if options.json:
        print(json.dumps(told, indent=2))
        return
    print(f"{told['rate_per_second']:g} requests/s each, {told['cpus']} CPUs, load {told['load_average']}; ms")
    for kind in KINDS:
        result = told[kind]
        assert isinstance(result, dict)
        for name, figures in (
            ("median", result["median"]),
            *((f"round {i}", r) for i, r in enumerate(result["rounds"], 1)),
        ):
            columns = "   ".join(
                f"{side} " + " ".join(f"{p} {figures[f'{side}_{p}']:7.3f}" for p in ("p50", "p90", "p99"))
                for side in ("direct", "gateway", "added")
            )
            print(f"{kind:12}{name:9}{columns}")


if __name__ == "__main__":
    main()
