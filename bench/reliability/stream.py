"""A stream of mixed questions in Spanish and English under random faults: is every one answered, or refused with a
reason, and does the ledger agree with what the providers themselves counted?

    python bench/reliability/stream.py [--questions 500] [--models FOLDER] [--seed 1] [--json FILE]

A real daemon with the models of FOLDER (as `jarvis pull` leaves them; without it the starter is fetched) and four paid
models at stand-ins of their providers, real servers of the real wire formats. While the questions run, engines are
killed, providers answer 429 and 5xx, cut their streams, and the budget runs out.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import platform
import random
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import aiohttp
import psutil

from jarvis.measure.calibration import parallel

STAND_INS = Path(__file__).parents[2] / "tests/providers/servers/serve.py"
KEY = "sk-stand-in-0123456789abcdef"
PAID = {
    "gpt-4o-mini": "openai",
    "claude-haiku-5-5": "anthropic",
    "gemini-3.8-flash": "gemini",
    "deepseek-flash": "deepseek",
}
BASE = {"openai": "/openai/v1", "anthropic": "/anthropic", "gemini": "/gemini", "deepseek": "/deepseek"}
PATIENCE_SECONDS = 240.0
CONFIG = """
[server]
port = 0
[models]
community = true
context = 2048
[budget]
month_usd = {budget}
spread = false
[routing]
max_local_latency = 20.0
"""


class House:
    """A daemon in a home of its own, and the stand-ins that it pays."""

    def __init__(self, home: Path, models: Path | None, budget: float) -> None:
        self.home = home
        self.environ = {k: v for k, v in os.environ.items() if not k.startswith("JARVIS_")}
        self.environ |= {"JARVIS_HOME": str(home), "JARVIS_LANG": "en"}
        self.command = [sys.executable, "-m", "jarvis.cli.main"]
        self.stand_ins = subprocess.Popen(
            [sys.executable, str(STAND_INS)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self.stand_ins.stdin and self.stand_ins.stdout
        self.stand_ins.stdin.write(KEY + "\n")
        self.stand_ins.stdin.flush()
        self.provider = f"http://127.0.0.1:{self.stand_ins.stdout.readline().split()[2]}"
        (home / "config").mkdir(parents=True)
        (home / "config/key").write_text(KEY)
        (home / "config/key").chmod(0o600)
        config = CONFIG.format(budget=budget)
        for name, base in BASE.items():
            config += f'[provider.{name}]\naddress = "{self.provider}{base}"\nkey_file = "{home}/config/key"\n'
        for name in PAID:
            config += f'[api."{name}"]\nfallback = false\n'
        (home / "config/config.toml").write_text(config)
        if models is None:
            self.run("pull", "smollm2-135m-instruct")
        else:
            shutil.copytree(models, home / "data/models", copy_function=os.link)
        self.daemon = subprocess.Popen(
            [*self.command, "serve"], env=self.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def run(self, *words: str) -> str:
        done = subprocess.run(
            [*self.command, *words], env=self.environ, capture_output=True, text=True, timeout=600, check=True
        )
        return done.stdout

    async def address(self) -> tuple[str, str]:
        """Where it listens and its token, once it does."""
        lock, token = self.home / "state/daemon.lock", self.home / "data/token"
        limit = time.monotonic() + 60
        while time.monotonic() < limit:
            with contextlib.suppress(OSError, ValueError, KeyError):
                if url := json.loads(lock.read_text())["url"]:
                    return url, token.read_text().strip()
            await asyncio.sleep(0.05)
        raise TimeoutError("the daemon does not listen")

    def engines(self) -> list[int]:
        """Processes that run a model: below the daemon, and no guardians."""
        found = []
        for process in psutil.Process(self.daemon.pid).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if "_child" in " ".join(process.cmdline()):
                    found.append(process.pid)
        return found

    def close(self) -> None:
        self.daemon.terminate()
        try:
            self.daemon.wait(30)
        except subprocess.TimeoutExpired:
            self.daemon.kill()
        assert self.stand_ins.stdin
        self.stand_ins.stdin.close()
        self.stand_ins.wait(10)


async def ask(session: aiohttp.ClientSession, url: str, number: int, text: str, dice: random.Random) -> dict[str, Any]:
    """One question, streamed or not; what became of it."""
    stream = dice.random() < 0.5
    body: dict[str, Any] = {
        "model": dice.choice(["auto", "jarvis"]), "messages": [{"role": "user", "content": text}],
        "max_tokens": 24, "stream": stream, "temperature": 0.7,
    }  # fmt: skip
    headers = {"x-jarvis-quality": dice.choice(["0.05", "0.2", "economy", "balanced", "best"])}
    told: dict[str, Any] = {"number": number, "stream": stream, "text": "", "model": "", "error": "", "tried": []}
    began = time.monotonic()
    try:
        async with session.post(f"{url}/v1/chat/completions", json=body, headers=headers) as response:
            if response.status != 200:
                error = (await response.json())["error"]
                told["error"] = f"{response.status} {error['code']}: {error['message']}"
            elif stream:
                async for line in response.content:
                    if line.startswith(b"data: {"):
                        _heard(told, json.loads(line[6:]))
            else:
                _heard(told, await response.json())
    except (aiohttp.ClientError, TimeoutError) as error:
        told["lost"] = repr(error)
    told["seconds"] = time.monotonic() - began
    return told


def _heard(told: dict[str, Any], chunk: dict[str, Any]) -> None:
    if "error" in chunk:
        told["error"] = f"{chunk['error']['code']}: {chunk['error']['message']}"
    if mine := chunk.get("jarvis"):
        told |= {"text": mine["answer"], "model": mine["model"], "cost": mine["cost_usd"], "tried": mine["tried"],
                 "finish": mine["finish_reason"]}  # fmt: skip


async def trouble(house: House, session: aiohttp.ClientSession, dice: random.Random, kills: list[int]) -> None:
    """Kills an engine now and then, for as long as it is let."""
    while True:
        await asyncio.sleep(dice.uniform(4, 12))
        if engines := house.engines():
            victim = dice.choice(engines)
            with contextlib.suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)
                kills.append(victim)


async def run(args: argparse.Namespace, house: House) -> dict[str, Any]:
    dice = random.Random(args.seed)
    url, token = await house.address()
    questions = [line["prompt"] for line in parallel()]
    dice.shuffle(questions)
    questions = (questions * (args.questions // len(questions) + 1))[: args.questions]
    timeout = aiohttp.ClientTimeout(total=PATIENCE_SECONDS)
    told: list[dict[str, Any]] = []
    kills: list[int] = []
    began = time.monotonic()
    async with aiohttp.ClientSession(headers={"authorization": f"Bearer {token}"}, timeout=timeout) as session:
        for number, wire in enumerate(BASE):
            order = {"wire": wire, "rate": args.rate, "seed": args.seed + number}
            async with session.post(f"{house.provider}/_random", json=order) as reply:
                reply.raise_for_status()
        troubling = asyncio.create_task(trouble(house, session, dice, kills))
        waiting = iter(enumerate(questions))

        async def asker() -> None:
            for number, text in waiting:
                told.append(await ask(session, url, number, text, dice))
                if len(told) % 50 == 0:
                    print(f"{len(told)} of {len(questions)}, {time.monotonic() - began:.0f} s", file=sys.stderr)

        await asyncio.gather(*(asker() for _ in range(args.at_once)))
        troubling.cancel()
        served: dict[str, Any] = {}
        for wire in BASE:
            async with session.get(f"{house.provider}/_served", params={"wire": wire}) as reply:
                served[wire] = await reply.json()
    stats = json.loads(house.run("stats", "--since", "1h", "--json"))
    return report(told, kills, served, stats, house.home / "data/jarvis.db", time.monotonic() - began)


def report(
    told: list[dict[str, Any]],
    kills: list[int],
    served: dict[str, Any],
    stats: dict[str, Any],
    db: Path,
    seconds: float,
) -> dict[str, Any]:
    lost = [t for t in told if "lost" in t or not (t["error"] or t["model"])]
    answered = [t for t in told if t["model"] and not t["error"] and "lost" not in t]
    refused = Counter(t["error"].split(":")[0] for t in told if t["error"])
    return {
        "questions": len(told), "answered": len(answered), "refused": sum(refused.values()), "lost": len(lost),
        "refusals": dict(refused), "lost_how": [t.get("lost", "no end") for t in lost][:5],
        "by_model": dict(Counter(t["model"] for t in answered)),
        "after_others_failed": sum(bool(t["tried"]) for t in answered),
        "engines_killed": len(kills), "seconds": round(seconds, 1),
        "median_seconds": statistics.median(t["seconds"] for t in answered) if answered else None,
        "ledger": balance(db, served), "stats": {k: stats[k] for k in ("queries", "errors", "cost_usd", "saving")},
    }  # fmt: skip


def balance(db: Path, served: dict[str, Any]) -> dict[str, Any]:
    """What was booked, and what the providers counted: call by call where they reported, in sums where they did not."""
    from jarvis.config.schema import Settings
    from jarvis.money.prices import Prices
    from jarvis.words.usage import Usage

    prices, found = Prices(Settings()), sqlite3.connect(f"file:{db}?mode=ro", uri=True)
    rows = found.execute(
        "SELECT provider, model, state, amount, reserved, prompt_tokens, completion_tokens FROM spending"
    ).fetchall()
    found.close()
    from jarvis.catalog.api_cards import shipped

    wire_name = {card.model: card.id for card in shipped()} | {card.id: card.id for card in shipped()}
    theirs = Counter[tuple[str, int, int, int]]()  # model, tokens read and written, micro-dollars
    billed = 0
    for provider, told in served.items():
        for call in told["calls"]:
            told = {k: v for k, v in call.items() if k in Usage.__dataclass_fields__}
            usage = Usage(**{"cache_write_tokens": 0, **told})  # they keep nothing, and say so
            price = prices.price(provider, call["model"])
            assert price is not None, call
            cost = price.cost(usage)
            billed += cost
            if usage.total_tokens:
                name = wire_name.get(call["model"], call["model"])
                theirs[name, usage.prompt_tokens, usage.completion_tokens, cost] += 1
    ours = Counter((model, read, wrote, cost) for _, model, state, cost, _, read, wrote in rows if state == "settled")
    by_state = Counter[str]()
    for row in rows:
        by_state[row[2]] += row[3]
    unreported = sum((theirs - ours).values())
    return {
        "booked_micro_usd": sum(r[3] for r in rows), "billed_micro_usd": billed, "by_state_micro_usd": dict(by_state),
        "rows": dict(Counter(r[2] for r in rows)), "settled_calls_that_nobody_counted": sum((ours - theirs).values()),
        "counted_calls_that_were_guessed": unreported, "open": sum(r[2] == "open" for r in rows),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=500)
    parser.add_argument("--models", type=Path)
    parser.add_argument("--budget", type=float, default=0.02, help="dollars a month")
    parser.add_argument("--rate", type=float, default=0.3, help="part of the calls that fail")
    parser.add_argument("--at-once", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder) / "home", args.models, args.budget)
        try:
            found = asyncio.run(run(args, house))
        finally:
            house.close()
    found |= {"machine": f"{platform.machine()}, {os.cpu_count()} cores", "python": platform.python_version()}
    print(json.dumps(found, indent=1))
    if args.json:
        args.json.write_text(json.dumps(found, indent=1))
    balanced = found["ledger"]["settled_calls_that_nobody_counted"] == 0 and not found["ledger"]["open"]
    sys.exit(0 if found["lost"] == 0 and balanced and found["questions"] == args.questions else 1)


if __name__ == "__main__":
    main()
