"""Ten times as many requests as can be answered: what is still answered, what the others are told, and what it costs.

    python bench/reliability/overload.py [--times 10] [--seconds 120] [--json FILE]

A real daemon with a fake model (0.08 s an answer, four at once), first asked as often as it can answer (the peak), then
so many times as often, whether or not it answers (an open loop, each request with its own connection out of a pool).

- goodput: answers a second while that lasts, beside the peak;
- refused: how many were, by status and code, and how many of them without a reason or without Retry-After;
- memory: how much more the daemon holds at most than before (MiB, resident);
- recovery: seconds from the last of them until a request is answered in no more than twice its usual time.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import aiohttp
import psutil

sys.path.insert(0, str(Path(__file__).parent))

from kill import House

PARALLEL, ANSWER_SECONDS = 4, 0.08
OPTIONS = f"tokens_per_second = 100\nanswer_tokens = {round(100 * ANSWER_SECONDS)}\n"
WARM_SECONDS, PEAK_SECONDS, GIVEN_UP_SECONDS = 3.0, 20.0, 30.0
BODY = {"model": "one", "messages": [{"role": "user", "content": "count"}]}


class Load:
    """Requests to one daemon, and what came of them."""

    def __init__(self, http: aiohttp.ClientSession, house: House) -> None:
        self._http, self._house = http, house
        self.counted: Counter[str] = Counter()
        self.unreasoned = self.unretryable = 0

    async def ask(self) -> bool:
        """Whether it was answered."""
        headers = {"Authorization": f"Bearer {self._house.key}"}
        try:
            async with self._http.post(
                f"{self._house.url}/v1/chat/completions", json=BODY, headers=headers,
                timeout=aiohttp.ClientTimeout(GIVEN_UP_SECONDS),
            ) as reply:  # fmt: skip
                told = await reply.json()
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            self.counted[type(error).__name__] += 1
            return False
        if reply.status == 200:
            self.counted["answered"] += 1
            return True
        error = told.get("error", {})
        self.counted[f"{reply.status} {error.get('code')}"] += 1
        self.unreasoned += not (error.get("code") and error.get("message"))
        self.unretryable += "Retry-After" not in reply.headers
        return False

    async def usual(self) -> float:
        """Seconds that one alone takes."""
        found = []
        for _ in range(20):
            began = time.perf_counter()
            assert await self.ask(), self.counted
            found.append(time.perf_counter() - began)
        return statistics.median(found)

    async def peak(self, seconds: float) -> float:
        """Answers a second, when there is always somebody waiting."""
        until, before = time.perf_counter() + seconds, self.counted["answered"]

        async def one() -> None:
            while time.perf_counter() < until:
                await self.ask()

        await asyncio.gather(*(one() for _ in range(2 * PARALLEL)))
        return (self.counted["answered"] - before) / seconds

    async def pressed(self, rate: float, seconds: float) -> float:
        """Answers a second while so many a second are asked for. Returns when the last was sent."""
        began, sent, before = time.perf_counter(), 0, self.counted["answered"]
        self.under_way: set[asyncio.Task[bool]] = set()
        while (now := time.perf_counter() - began) < seconds:
            for _ in range(int(now * rate) - sent):
                task = asyncio.create_task(self.ask())
                self.under_way.add(task)
                task.add_done_callback(self.under_way.discard)
                sent += 1
            await asyncio.sleep(0.005)
        self.sent = sent
        return (self.counted["answered"] - before) / seconds


async def watched(pid: int, highest: list[float]) -> None:
    process = psutil.Process(pid)
    while True:
        highest.append(process.memory_info().rss / (1 << 20))
        await asyncio.sleep(0.25)


async def measure(times: float, seconds: float) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder) / "home", OPTIONS, f"parallel = {PARALLEL}")
        await house.start()
        assert house.daemon is not None
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector) as http:
            load = Load(http, house)
            usual = await load.usual()
            await load.peak(WARM_SECONDS)
            peak = await load.peak(PEAK_SECONDS)
            await asyncio.sleep(1)
            before = psutil.Process(house.daemon.pid).memory_info().rss / (1 << 20)
            load.counted.clear()
            held: list[float] = []
            watching = asyncio.create_task(watched(house.daemon.pid, held))
            goodput = await load.pressed(times * peak, seconds)
            ended = time.perf_counter()
            while True:
                began = time.perf_counter()
                if await load.ask() and time.perf_counter() - began <= 2 * usual:
                    break
                await asyncio.sleep(0.02)
            recovery = began - ended
            await asyncio.gather(*load.under_way)
            watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watching
            house.daemon.terminate()
            house.daemon.wait(60)
        answered = load.counted.pop("answered")
        return {
            "usual_seconds": round(usual, 4), "peak_per_second": round(peak, 1),
            "asked_per_second": round(times * peak, 1), "seconds": seconds, "sent": load.sent, "answered": answered,
            "goodput_per_second": round(goodput, 1),
            "goodput_of_peak": round(goodput / peak, 3), "refused": dict(load.counted),
            "without_reason": load.unreasoned, "without_retry_after": load.unretryable,
            "memory_mib": {"before": round(before, 1), "more_at_most": round(max(held) - before, 1)},
            "recovery_seconds": round(recovery, 2),
            "machine": {"cores": os.cpu_count(), "python": platform.python_version()},
        }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=float, default=10)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--json", type=Path)
    told = parser.parse_args()
    found = asyncio.run(measure(told.times, told.seconds))
    print(json.dumps(found, indent=1))
    if told.json:
        told.json.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
