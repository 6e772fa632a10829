"""A thousand calls at once, at a limit, with everything going wrong: is a micro-dollar more spent than was allowed?

    python bench/reliability/budget.py [--seeds 200] [--first 0] [--calls 1000] [--fine] [--json FILE]

For each seed: three providers (servers in this process, which bill by the price list's own arithmetic, to the fraction)
and two processes that share one database and make all their calls at once, most of them refused at first. Calls are
streamed or not, aborted, cut, answered with 500 after they were billed, with 429, without usage, with zeros, or reach
nobody; what failed is tried again. The processes are killed (SIGKILL) at random moments and started again. Then:

- overrun: micro-dollars that the providers billed above any budget (in all, per provider, per key), and that the ledger
  ever counted above it (looked at all the time from outside);
- below: calls of which less was booked than billed;
- spent: booked, and billed, as a share of the tightest budget;
- parity: booked / billed (rounded up) of calls with a report, streamed and not; of those without, booked / reserved.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import math
import os
import platform
import random
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

from jarvis.config.schema import Budget, Provider, Settings
from jarvis.errors import OverBudget
from jarvis.money import ledger as ledger_module
from jarvis.money.budgets import Limits, Spending
from jarvis.money.ledger import Held, Ledger
from jarvis.money.prices import Prices
from jarvis.store.database import Database
from jarvis.words.usage import Usage

MODELS = {"openai": "gpt-6.1-sol", "anthropic": "claude-sonnet-5-5", "deepseek": "deepseek-v3.1-terminus"}
WAYS = ("fine", "fine", "fine", "fine", "silent", "zero", "cut", "abort", "broken", "busy", "nobody")
KEYS = ("ana", "bruno", "carla")
PROCESSES = 2
SHARE = 0.3
"""Part of what all calls could cost that the budget bears."""


def plan(seed: int, calls: int, fine: bool = False) -> list[dict[str, Any]]:
    """The calls of a seed: what is asked, what the provider really counts, and what goes wrong (``fine``: nothing)."""
    dice = random.Random(seed)
    found = []
    for number in range(calls):
        most, bound = dice.choice((64, 256, 1024)), dice.randint(100, 4000)
        read = dice.randint(1, bound)
        cached = dice.choice((0, 0, dice.randint(0, read)))
        found.append(
            {
                "number": number,
                "provider": dice.choice(tuple(MODELS)),
                "key": dice.choice(KEYS),
                "bound": bound,
                "most": most,
                "read": read,
                "wrote": dice.randint(1, most),
                "cached": cached,
                "put": dice.choice((0, dice.randint(0, read - cached))),
                "way": "fine" if fine else dice.choice(WAYS),
                "stream": dice.random() < 0.5,
            }
        )
    return found


def limits(seed: int, calls: int) -> Limits:
    """A budget in all that is tight, and providers' and keys' that may be tighter."""
    prices = Prices(Settings())
    worst = {name: prices.price(name, model) for name, model in MODELS.items()}
    total = sum(price.worst(c["bound"], c["most"]) for c in plan(seed, calls) if (price := worst[c["provider"]]))
    dice = random.Random(seed + 1)
    usd = total * SHARE / 1e6
    own = {n: Provider(month_usd=round(usd * dice.uniform(0.3, 0.9), 6)) for n in MODELS}
    budget = Budget(day_usd=round(usd * dice.uniform(0.8, 1.2), 6), month_usd=round(usd, 6))
    return Limits.of(Settings(budget=budget, provider=own))


def key_limit(seed: int, allowed: Limits) -> int:
    assert allowed.month is not None
    return int(allowed.month * random.Random(seed + 2).uniform(0.3, 0.9))


class Meter:
    """Three providers that bill. ``bills``: reservation -> dollars."""

    def __init__(self) -> None:
        self.bills: dict[int, Decimal] = {}
        self.asked: dict[int, dict[str, Any]] = {}
        self.count = 0

    def bill(self, call: dict[str, Any], wrote: int) -> None:
        from genai_prices import Usage as Listed
        from genai_prices import calc_price

        usage: dict[str, Any] = {"input_tokens": call["read"], "output_tokens": wrote}
        usage["cache_read_tokens"] = call["cached"]
        if call["provider"] != "deepseek":  # it has no price for that
            usage["cache_write_tokens"] = call["put"]
        found = calc_price(Listed(**usage), MODELS[call["provider"]], provider_id=call["provider"])
        assert call["id"] not in self.bills, "two calls on one reservation"
        self.bills[call["id"]] = found.total_price
        self.asked[call["id"]] = call | {"billed_tokens": wrote}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, json.JSONDecodeError):
            call = json.loads(await reader.readline())
            self.count += 1
            await self._answer(call, writer)
        writer.close()

    async def _answer(self, call: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        way, wrote = call["way"], call["wrote"]

        def say(**what: Any) -> None:
            writer.write(json.dumps(what).encode() + b"\n")

        if way == "busy":
            say(status=429)
            return await writer.drain()
        if way == "broken":
            self.bill(call, random.Random(call["id"]).randint(0, wrote))
            say(status=500)
            return await writer.drain()
        self.bill(call, wrote)  # all of it, also when the client leaves at once
        for _ in range(random.Random(call["id"]).randint(1, 4) if call["stream"] else 1):
            await asyncio.sleep(0.001)
            say(text="x")
            await writer.drain()
            if way == "cut":
                return None
        usage = [call["read"], wrote, call["cached"], 0, call["put"]]
        say(usage={"silent": None, "zero": [0, 0, 0, 0, 0]}.get(way, usage), over=True)
        return await writer.drain()


class Caller:
    """One process: all its calls at once, until each is answered, or refused while nothing is under way any more."""

    def __init__(self, ledger: Ledger, prices: Prices, ports: dict[str, int], key_month: int) -> None:
        self._ledger, self._prices, self._ports, self._key_month = ledger, prices, ports, key_month
        self._under_way = 0
        self._again = asyncio.Semaphore(3)

    async def run(self, calls: list[dict[str, Any]], done: Path) -> None:
        with done.open("a") as file:
            await asyncio.gather(*(self._one(call, file) for call in calls))

    async def _one(self, call: dict[str, Any], file: Any) -> None:
        for attempt in range(3):
            ended = await self._when_there_is_money(call if attempt == 0 else call | {"way": "fine"})
            if ended:
                break
        file.write(f"{call['number']}\n")
        file.flush()

    async def _when_there_is_money(self, call: dict[str, Any]) -> bool:
        """One attempt. Refused, it tries again while a call is under way that may cost less than was set aside."""
        with contextlib.suppress(OverBudget):
            return await self._attempt(call)
        async with self._again:
            while True:
                with contextlib.suppress(OverBudget):
                    return await self._attempt(call)
                if not self._under_way and not any(b.open for b in (await self._ledger.view()).budgets):
                    return True
                await asyncio.sleep(0.01)

    async def _attempt(self, call: dict[str, Any]) -> bool:
        """Whether it is over; False for another try."""
        provider = call["provider"]
        price = self._prices.price(provider, MODELS[provider])
        assert price is not None
        price = price.sending(())
        worst = price.worst(call["bound"], call["most"])
        spending = Spending(provider, MODELS[provider], call["key"], "", worst, self._key_month)
        async with self._ledger.hold(spending, price) as held:
            self._under_way += 1
            over = await self._call(call, held)
        self._under_way -= 1
        return over

    async def _call(self, call: dict[str, Any], held: Held) -> bool:
        port = 1 if call["way"] == "nobody" else self._ports[call["provider"]]
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            held.unsent = True
            return False
        try:
            writer.write(json.dumps(call | {"id": held.reservation.id}).encode() + b"\n")
            while line := await reader.readline():
                told = json.loads(line)
                if status := told.get("status"):
                    held.status = status
                    return False
                held.wrote = held.wrote or "text" in told
                if call["way"] == "abort":
                    return True
                if told.get("usage"):
                    held.usage = Usage(*told["usage"])
                if told.get("over"):
                    return True
            return False
        except OSError:
            return False
        finally:
            writer.close()


async def child(told: dict[str, Any]) -> None:
    database = Database(Path(told["database"]), {"money": ledger_module.MIGRATIONS})
    allowed = limits(told["seed"], told["calls"])
    ledger, prices = Ledger(database, lambda: allowed), Prices(Settings())
    await ledger.recover()
    done = Path(told["done"])
    over = {int(line) for line in done.read_text().split()} if done.exists() else set()
    mine = [c for c in plan(told["seed"], told["calls"], told["fine"]) if c["number"] % PROCESSES == told["process"]]
    caller = Caller(ledger, prices, told["ports"], key_limit(told["seed"], allowed))
    await caller.run([c for c in mine if c["number"] not in over], done)
    await ledger.close()
    database.close()


async def watch(path: Path, seen: Counter[str], allowed: Limits, stop: asyncio.Event) -> None:
    """The most that the ledger ever counted, from outside."""
    while not stop.is_set():
        await asyncio.sleep(0.02)
        with contextlib.suppress(sqlite3.OperationalError), contextlib.closing(sqlite3.connect(path)) as db:
            for name, total in db.execute("SELECT provider, sum(amount) FROM spending GROUP BY provider"):
                seen[name] = max(seen[name], total)
            seen["all"] = max(seen["all"], db.execute("SELECT sum(amount) FROM spending").fetchone()[0] or 0)


async def process(told: dict[str, Any], meter: Meter, dice: random.Random) -> int:
    """One caller, killed now and then; how many times it was."""
    kills, most = 0, 0 if told["fine"] else dice.randint(0, 2)
    while True:
        started = await asyncio.create_subprocess_exec(sys.executable, __file__, "--child", json.dumps(told))
        if kills < most:
            at = meter.count + dice.randint(1, told["calls"] // 3)
            ending = asyncio.create_task(started.wait())
            while meter.count < at and not ending.done():
                await asyncio.sleep(0.002)
            if not ending.done():
                started.send_signal(signal.SIGKILL)
                kills += 1
            await ending
        if await started.wait() == 0:
            return kills
        if started.returncode != -signal.SIGKILL:
            raise SystemExit(f"a caller failed: {started.returncode}")


async def one(seed: int, calls: int, folder: Path, fine: bool) -> dict[str, Any]:
    database, meter, dice = folder / f"{seed}.db", Meter(), random.Random(seed + 3)
    allowed = limits(seed, calls)
    Database(database, {"money": ledger_module.MIGRATIONS}).close()
    servers = {name: await asyncio.start_server(meter.serve, "127.0.0.1", 0) for name in MODELS}
    ports = {name: server.sockets[0].getsockname()[1] for name, server in servers.items()}
    told = {"database": str(database), "seed": seed, "calls": calls, "ports": ports, "fine": fine}
    seen, stop = Counter[str](), asyncio.Event()
    watching = asyncio.create_task(watch(database, seen, allowed, stop))
    kills = await asyncio.gather(
        *(process(told | {"process": n, "done": str(folder / f"{seed}.{n}")}, meter, dice) for n in range(PROCESSES))
    )
    stop.set()
    await watching
    for server in servers.values():
        server.close()
    found = judge(database, meter, allowed, seen, key_limit(seed, allowed))
    return {"seed": seed, "kills": sum(kills), "calls_billed": len(meter.bills), **found}


def judge(path: Path, meter: Meter, allowed: Limits, seen: Counter[str], key_month: int) -> dict[str, Any]:
    with contextlib.closing(sqlite3.connect(path)) as db:
        rows = db.execute("SELECT id, provider, key, reserved, amount, state FROM spending").fetchall()
    billed: defaultdict[str, Decimal] = defaultdict(Decimal)
    booked: Counter[str] = Counter()
    below, ratios = 0, defaultdict[str, list[float]](list)
    for number, provider, key, reserved, amount, state in rows:
        bill = meter.bills.get(number, Decimal(0)) * 1_000_000
        for name in ("all", provider, key):
            billed[name] += bill
            booked[name] += amount
        below += amount < bill
        call = meter.asked.get(number)
        if state == "settled" and call is not None:
            ratios["stream" if call["stream"] else "whole"].append(amount / math.ceil(bill))
        elif state in ("guessed", "crashed", "open") and call is not None:
            ratios["unreported_stream" if call["stream"] else "unreported_whole"].append(amount / reserved)
    most = {"all": min(x for x in (allowed.day, allowed.month) if x is not None)}
    most |= {name: month for name, (_, month) in allowed.providers.items() if month is not None}
    most |= dict.fromkeys(KEYS, key_month)
    over = max(max(float(billed[n]), booked[n], seen[n]) - limit for n, limit in most.items())
    tightest = max(most, key=lambda n: booked[n] / most[n])
    return {
        "overrun_micro_usd": max(0.0, over),
        "below": below,
        "reservations": len(rows),
        "states": dict(Counter(state for *_, state in rows)),
        "tightest": tightest,
        "booked_share": booked[tightest] / most[tightest],
        "billed_share": float(billed[tightest]) / most[tightest],
        "parity": {name: [min(x), max(x)] for name, x in sorted(ratios.items())},
    }


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--calls", type=int, default=1000)
    parser.add_argument("--fine", action="store_true", help="nothing goes wrong: then the budget is really used")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--child", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        return await child(json.loads(args.child))
    began, found = time.perf_counter(), []
    memory = (
        "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    )  # kill -9 needs no disk, and 200 seeds would wear it
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        for seed in range(args.first, args.first + args.seeds):
            found.append(await one(seed, args.calls, Path(folder), args.fine))
            told = found[-1]
            print(json.dumps(told), flush=True)
            for left in Path(folder).glob(f"{seed}.*"):
                left.unlink()
    parity = [x for told in found for name, pair in told["parity"].items() for x in pair]
    summary = {
        "seeds": len(found),
        "calls": args.calls,
        "kills": sum(f["kills"] for f in found),
        "billed": sum(f["calls_billed"] for f in found),
        "overrun_micro_usd": max(f["overrun_micro_usd"] for f in found),
        "below": sum(f["below"] for f in found),
        "booked_share": [min(f["booked_share"] for f in found), max(f["booked_share"] for f in found)],
        "billed_share": [min(f["billed_share"] for f in found), max(f["billed_share"] for f in found)],
        "parity": [min(parity), max(parity)],
        "seconds": round(time.perf_counter() - began, 1),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
    }
    print(json.dumps(summary, indent=1))
    if args.json:
        args.json.write_text(json.dumps({"summary": summary, "seeds": found}, indent=1))
    bad = summary["overrun_micro_usd"] or summary["below"] or summary["booked_share"][0] < 0.9
    bad = bad or summary["parity"] != [1.0, 1.0] or (args.fine and summary["billed_share"][0] < 0.9)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    asyncio.run(main())
