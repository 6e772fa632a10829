"""Kill -9 of Jarvis or of one of its engines at random moments under load: is anything left, stuck or lost afterwards?

    python bench/reliability/kill.py [--kills 500] [--seed 1] [--json FILE]

A real daemon with two fake models (real processes on the real wire, each with children that went into sessions of their
own and are deaf to SIGTERM) answers a stream of requests, on memory for one of the models at a time. Again and again
something is killed: the daemon, an engine, or a guardian. Each time:

- orphans: processes that belong to an engine and are alive one second after the daemon was killed (by their state in
  /proc, not by whether a signal reaches them);
- stuck: requests that were under way and have neither an answer nor an error 20 seconds later;
- unserved: the next request is not answered.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import platform
import random
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import aiohttp

from jarvis.workers.sweep import tagged

STUCK_SECONDS, ORPHAN_SECONDS = 20.0, 1.0
CARD = """
id = "{name}"
name = "{name}"
family = "bench"
kind = "chat"
licence = "Apache-2.0"
languages = ["en"]
context = 4096
parameters = 1
capabilities = ["chat"]
[[variants]]
quantization = "none"
format = "other"
engines = ["fake"]
[[variants.files]]
name = "{name}.bin"
bytes = 1
sha256 = ""
sources = ["hf:bench/bench@main#{name}.bin"]
"""
CONFIG = """
[server]
port = 0
[models]
idle_unload_seconds = 0
{models}
[hardware]
file = "{home}/machine.toml"
reserve_mib = 0
"""
OPTIONS = "load_seconds = 0.1\ntokens_per_second = 200\nanswer_tokens = 60\nforks = 2\n"


class House:
    """A daemon in a home of its own."""

    def __init__(self, home: Path, options: str = OPTIONS, models: str = "") -> None:
        """``options`` of its models; ``models`` is more of that section."""
        self.home = home
        self.environ = {k: v for k, v in os.environ.items() if not k.startswith("JARVIS_")}
        self.environ |= {"JARVIS_HOME": str(home), "JARVIS_LANG": "en"}
        self.command = [sys.executable, "-m", "jarvis.cli.main"]
        (home / "config/models").mkdir(parents=True)
        # a fake model takes 160 MiB besides its file: one of them fits, two do not
        (home / "machine.toml").write_text('[cpu]\nname = "x"\ncores = 2\nmemory_mib = 300\nbandwidth_gbs = 20\n')
        config = CONFIG.format(home=home, models=models)
        for name in ("one", "two"):
            (home / f"{name}.bin").write_bytes(b"\0")
            (home / "config/models" / f"{name}.toml").write_text(CARD.format(name=name))
            config += f'[model.{name}]\npath = "{home}/{name}.bin"\n[model.{name}.options]\n{options}'
        (home / "config/config.toml").write_text(config)
        self.pids: set[int] = set()
        self.daemon: subprocess.Popen[bytes] | None = None
        self.url = self.key = ""

    async def start(self) -> float:
        """Start it, and wait until it listens. Seconds that took."""
        began = time.perf_counter()
        self.daemon = subprocess.Popen(
            [*self.command, "serve"], env=self.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.pids.add(self.daemon.pid)
        lock = self.home / "state/daemon.lock"
        while True:
            try:
                told = json.loads(lock.read_text() or "{}")
                if told.get("pid") == self.daemon.pid and told.get("url"):
                    self.url = told["url"]
                    break
            except (OSError, ValueError):
                pass
            if self.daemon.poll() is not None or time.perf_counter() - began > 60:
                raise SystemExit(f"the daemon did not start: exit {self.daemon.poll()}")
            await asyncio.sleep(0.01)
        self.key = (self.home / "data/token").read_text().strip()
        return time.perf_counter() - began

    def engines(self) -> list[int]:
        """Living processes that belong to engines of this house, wherever they are by now: guardians, engines and what
        those made. They are known by the tag in their environment, which begins with their daemon's pid.
        """
        return tagged(lambda tag: int(tag.partition(".")[0] or 0) in self.pids)


async def ask(http: aiohttp.ClientSession, house: House, model: str) -> str:
    """``answered``, or the error that came instead."""
    body = {"model": model, "stream": True, "messages": [{"role": "user", "content": "count"}]}
    headers = {"Authorization": f"Bearer {house.key}"}
    try:
        async with http.post(house.url + "/v1/chat/completions", json=body, headers=headers) as response:
            text = await response.text()
            whole = response.status == 200 and text.rstrip().endswith("data: [DONE]") and '"error"' not in text
            found = re.search(r'"code": ?"([^"]+)"', text)
            return "answered" if whole else f"{response.status} {found[1] if found else text[-200:]}"
    except (aiohttp.ClientError, TimeoutError) as error:
        return type(error).__name__


async def pressure(
    http: aiohttp.ClientSession, house: House, dice: random.Random, under_way: set[asyncio.Task[str]]
) -> None:
    """Requests for both models, a few at a time."""
    while True:
        if len(under_way) < 6:
            task = asyncio.create_task(ask(http, house, dice.choice(("one", "two"))))
            under_way.add(task)
            task.add_done_callback(under_way.discard)
        await asyncio.sleep(0.02)


async def run(kills: int, seed: int) -> dict[str, Any]:
    """So many kills, and what was left of each."""
    dice = random.Random(seed)
    report: dict[str, Any] = {
        "kills": {"daemon": 0, "engine": 0, "guardian": 0},
        "orphans": 0,
        "stuck": 0,
        "unserved": 0,
        "unserved_after": [],
    }
    starts: list[float] = []
    timeout = aiohttp.ClientTimeout(total=STUCK_SECONDS)
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder))
        await house.start()
        try:
            for _ in range(kills):
                under_way: set[asyncio.Task[str]] = set()
                async with aiohttp.ClientSession(timeout=timeout) as http:
                    pushing = asyncio.create_task(pressure(http, house, dice, under_way))
                    await asyncio.sleep(dice.uniform(0.05, 0.6))
                    kind = await strike(house, dice)
                    report["kills"][kind] += 1
                    pushing.cancel()
                    if under_way:
                        _, stuck = await asyncio.wait(set(under_way), timeout=STUCK_SECONDS + 5)
                        report["stuck"] += len(stuck)
                    if kind == "daemon":
                        report["orphans"] += await orphans(house)
                        starts.append(await house.start())
                    if (told := await ask(http, house, dice.choice(("one", "two")))) != "answered":
                        report["unserved"] += 1
                        report["unserved_after"].append(f"{kind}: {told}")
        finally:
            if house.daemon is not None:
                house.daemon.terminate()
                house.daemon.wait()
        report["left at the end"] = len(house.engines())
    if starts:
        report["ready_again_seconds"] = {"median": round(statistics.median(starts), 2), "max": round(max(starts), 2)}
    report["machine"] = platform.processor() or platform.machine()
    return report


async def strike(house: House, dice: random.Random) -> str:
    """Kill something that is there."""
    assert house.daemon is not None
    kind = dice.choice(("daemon", "daemon", "engine", "guardian"))
    if kind != "daemon" and (found := [pid for pid in house.engines() if is_guardian(pid) == (kind == "guardian")]):
        with contextlib.suppress(ProcessLookupError):
            os.kill(dice.choice(found), signal.SIGKILL)
        return kind
    house.daemon.send_signal(signal.SIGKILL)
    house.daemon.wait()
    return "daemon"


def is_guardian(pid: int) -> bool:
    try:
        return b"guardian.py" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


async def orphans(house: House) -> int:
    """Processes of engines that are alive a second after their daemon is gone."""
    limit = time.monotonic() + ORPHAN_SECONDS
    while (left := house.engines()) and time.monotonic() < limit:
        await asyncio.sleep(0.05)
    return len(left)


def main() -> None:
    """Run and print."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--kills", type=int, default=500)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--json", type=Path)
    given = asked.parse_args()
    report = asyncio.run(run(given.kills, given.seed))
    print(json.dumps(report, indent=2))
    if given.json:
        given.json.write_text(json.dumps(report, indent=2) + "\n")
    if any(report[name] for name in ("orphans", "stuck", "unserved", "left at the end")):
        sys.exit(1)


if __name__ == "__main__":
    main()
