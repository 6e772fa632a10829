"""Jarvis on a real NVIDIA card: what it claims against what the driver says, swaps, a thief of memory, a killed engine.

    python bench/cards.py SMALL.gguf BIG.gguf --server LLAMA_SERVER [--card 0] [--requests 60] [--json FILE]

The files may be made up (``bench/made.py``). A process of its own holds memory of the card as another program would.

claims: each model is loaded alone; what it was given of the card against what its processes hold after an answer.
swaps: the thief leaves room for one of the two; requests for both are sent at once, while the card is looked at every
50 ms. stolen: the thief takes what is free as soon as a load has begun, so that it cannot succeed as it was planned.
killed: the engine is killed in the middle of an answer. Run it where RAM has room for neither model (a control group
will do) to see swaps on the card; else one of them is free to go there.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from footprint import card_of
from swap import MIB, Side, ask, jarvis, tell

from jarvis.workers.family import descendants

SPARE = 1500 * MIB
"""Room beside the bigger model that the thief leaves for swaps: Jarvis's reserve, and what an estimate may be off."""
THIEF = """
import ctypes, sys
cuda, held = ctypes.CDLL("libcuda.so.1"), []
def do(call, *arguments):
    if call(*arguments): sys.exit(f"{call.__name__} failed")
device, context = ctypes.c_int(), ctypes.c_void_p()
do(cuda.cuInit, 0); do(cuda.cuDeviceGet, ctypes.byref(device), int(sys.argv[1]))
do(cuda.cuCtxCreate_v2, ctypes.byref(context), 0, device)
print("ready", flush=True)
for line in sys.stdin:
    for pointer in held: do(cuda.cuMemFree_v2, pointer)
    held.clear()
    leave = int(line)
    free, total, pointer = ctypes.c_size_t(), ctypes.c_size_t(), ctypes.c_uint64()
    do(cuda.cuMemGetInfo_v2, ctypes.byref(free), ctypes.byref(total))
    if 0 <= leave < free.value:
        do(cuda.cuMemAlloc_v2, ctypes.byref(pointer), ctypes.c_size_t(free.value - leave)); held.append(pointer)
    print("done", flush=True)
"""


class Thief:
    """Another program that holds memory of the card."""

    def __init__(self, card: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", THIEF, str(card)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._hear("ready")

    def leave(self, size: int) -> None:
        """Hold all of the card but so many bytes; -1: nothing."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{size}\n")
        self._process.stdin.flush()
        self._hear("done")

    def _hear(self, word: str) -> None:
        assert self._process.stdout is not None
        if self._process.stdout.readline().strip() != word:
            raise SystemExit("no memory of the card could be held")

    def end(self) -> None:
        self._process.kill()
        self._process.wait()


class House:
    """Jarvis with two models, and what is asked of it."""

    def __init__(self, http: aiohttp.ClientSession, side: Side, card: int, thief: Thief) -> None:
        self.http, self.side, self.card, self.thief = http, side, card, thief

    async def loaded(self) -> dict[str, Any]:
        async with self.http.get(self.side.url + "/fleet", headers=self._key) as response:
            return {model["model"]: model for model in (await response.json())["models"]}

    async def unload(self) -> None:
        for name in await self.loaded():
            url = self.side.url + "/fleet/unload"
            async with self.http.post(url, json={"model": name}, headers=self._key) as response:
                await response.read()

    def engine(self) -> int:
        """The process of the only model that is loaded."""
        return next(h.pid for h in card_of(self.card).holders if h.pid in set(descendants(self.side.pid)))

    async def answer(self, model: str, tokens: int = 16, question: str = "one two three") -> dict[str, Any]:
        """One answer: who gave it and in what time, or why there was none."""
        began = time.perf_counter()
        try:
            who, text, first = await ask(self.http, self.side, model, question, tokens)
        except (RuntimeError, aiohttp.ClientError) as error:
            return {"lost": str(error), "seconds": round(time.perf_counter() - began, 2)}
        return {"who": who, "letters": len(text), "seconds": round(time.perf_counter() - began, 2), "first": first}

    @property
    def _key(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.side.key}"}

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[list[int]]:
        """Free bytes of the card, every 50 ms."""
        seen: list[int] = []

        async def look() -> None:
            while True:
                seen.append((await asyncio.to_thread(card_of, self.card)).free_bytes or 0)
                await asyncio.sleep(0.05)

        task = asyncio.create_task(look())
        try:
            yield seen
        finally:
            task.cancel()


async def claims(house: House, models: list[str]) -> list[dict[str, Any]]:
    rows = []
    for name in models:
        await house.unload()
        said = await house.answer(name)
        found = (await house.loaded()).get(name, {})
        rows.append({"model": name, "answer": said, **{k: v for k, v in found.items() if "mib" in k or k == "device"}})
    return rows


async def swaps(house: House, models: list[str], count: int, room: int) -> dict[str, Any]:
    await house.unload()
    house.thief.leave(room)
    wanted = [models[i % 2] for i in range(count)]
    random.Random(1).shuffle(wanted)
    began = time.perf_counter()
    async with house.watched() as free:
        answers = await asyncio.gather(*(house.answer(name) for name in wanted))
    pairs = list(zip(wanted, answers, strict=True))
    return {
        "requests": count,
        "lost": [a["lost"] for a in answers if "lost" in a],
        "wrong": sum("who" in a and a["who"] != name for name, a in pairs),
        "seconds": round(time.perf_counter() - began, 1),
        "room_mib": room // MIB,
        "least_free_mib": min(free) // MIB,
        "looks": len(free),
        "after": {name: model.get("device") for name, model in (await house.loaded()).items()},
    }


async def stolen(house: House, model: str) -> dict[str, Any]:
    await house.unload()
    house.thief.leave(-1)
    asked = asyncio.create_task(house.answer(model))
    while model not in await house.loaded() and not asked.done():
        await asyncio.sleep(0.01)
    house.thief.leave(2000 * MIB)
    said = await asked
    found = (await house.loaded()).get(model, {})
    house.thief.leave(-1)
    return {"answer": said, "device": found.get("device"), "mib": found.get("mib"), "again": await house.answer(model)}


async def killed(house: House, model: str) -> dict[str, Any]:
    await house.unload()
    house.thief.leave(-1)
    await house.answer(model)
    before = card_of(house.card).free_bytes or 0
    pid = house.engine()
    asked = asyncio.create_task(house.answer(model, 1500, "Write a long story about the sea."))
    await asyncio.sleep(0.4)
    os.kill(pid, signal.SIGKILL)
    began = time.perf_counter()
    said = await asked
    after = (card_of(house.card).free_bytes or 0) - before
    return {
        "answer": said,
        "seconds_after": round(time.perf_counter() - began, 2),
        "again": await house.answer(model),
        "free_change_mib": after // MIB,
    }


async def measure(given: argparse.Namespace) -> dict[str, Any]:
    paths = {"small": given.small.resolve(), "big": given.big.resolve()}
    card = card_of(given.card)
    report: dict[str, Any] = {"card": card.name, "driver": card.driver, "total_mib": (card.total_bytes or 0) // MIB}
    timeout = aiohttp.ClientTimeout(total=given.patience)
    thief = Thief(given.card)
    try:
        with tempfile.TemporaryDirectory() as home:
            async with (
                aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=0)) as http,
                jarvis(given.server.resolve(), paths, None, Path(home)) as side,
            ):
                house, names = House(http, side, given.card, thief), list(paths)
                for name in given.only:
                    match name:
                        case "claims":
                            report[name] = await claims(house, names)
                        case "swaps":
                            await house.unload()
                            await house.answer("big")
                            took = (await house.loaded())["big"]["mib"][card.uuid] * MIB
                            report[name] = await swaps(house, names, given.requests, took + SPARE)
                        case "stolen":
                            report[name] = await stolen(house, "big")
                        case "killed":
                            report[name] = await killed(house, "small")
                    print(name, json.dumps(report[name]), file=sys.stderr, flush=True)
    finally:
        thief.end()
    return report


def main() -> None:
    """Measure and print."""
    parts = ["claims", "swaps", "stolen", "killed"]
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("small", type=Path)
    asked.add_argument("big", type=Path)
    asked.add_argument("--server", type=Path, required=True)
    asked.add_argument("--card", type=int, default=0)
    asked.add_argument("--requests", type=int, default=60)
    asked.add_argument("--only", nargs="+", choices=parts, default=parts)
    asked.add_argument("--patience", type=float, default=300, help="seconds after which a request counts as lost")
    asked.add_argument("--json", type=Path)
    given = asked.parse_args()
    tell(asyncio.run(measure(given)), given.json)


if __name__ == "__main__":
    main()
