"""A home that was used for long: exchanges, conversations, facts and what was spent, made up but in their tables."""

from __future__ import annotations

import random
import sqlite3
import time
from datetime import datetime

from home import Home
from jarvis.memory.facts import Facts
from jarvis.memory.learned import Learned
from jarvis.store.database import Database
from jarvis.wiring import MIGRATIONS

DAY = 86400.0
MODELS = ("qwen-4b", "qwen-14b", "gpt-4o", "claude-sonnet")
PAID = {"gpt-4o": (2.5, 10.0), "claude-sonnet": (3.0, 15.0)}
"""Dollars for a million tokens read and written."""
SETTINGS = """
[budget]
month_usd = 50
[api."gpt-4o"]
provider = "fake"
model = "gpt-4o"
input_usd_per_million = 2.5
output_usd_per_million = 10
"""
TOPICS = ("la capital de Francia", "a recipe for lentils", "this Python error", "el recibo de la luz", "my next trip")


def use(home: Home, exchanges: int, days: int = 90, facts: int = 300, seed: int = 7) -> None:
    """As if ``exchanges`` questions had been asked in the last ``days``, four to a conversation. No daemon may run."""
    chance = random.Random(seed)
    database = Database(home.paths.database, MIGRATIONS)
    try:
        now = time.time()
        moments = sorted(now - chance.random() * days * DAY for _ in range(exchanges))
        database.call(lambda db: _exchanges(db, moments, chance))
        database.call(lambda db: _conversations(db, moments, chance))
        learned = [
            Learned("fact", f"The {i}th thing to know is about {TOPICS[i % 5]}.", now - i * 3600, told=True)
            for i in range(facts)
        ]
        database.call(lambda db: Facts(database).insert(db, "owner", learned))
    finally:
        database.close()


def _exchanges(db: sqlite3.Connection, moments: list[float], chance: random.Random) -> None:
    rows, spent = [], []
    for at in moments:
        model = chance.choices(MODELS, (60, 25, 10, 5))[0]
        read, written = chance.randint(40, 3000), chance.randint(5, 700)
        first = chance.lognormvariate(-0.7, 0.6)
        total = first + written / {"qwen-4b": 120, "qwen-14b": 60}.get(model, 80)
        failed, hit = chance.random() < 0.02, chance.random() < 0.08
        price = PAID.get(model)
        cost = (read * price[0] + written * price[1]) / 1e6 if price and not failed and not hit else 0.0
        rows.append(
            (
                at, "owner", chance.choice(("ask", "chat", "api", "voice")), "jarvis", "" if failed else model,
                "api" if price else "llama_cpp", "cache" if hit else "api" if price else "GPU-1",
                "error" if failed else "stop", "timed_out" if failed else "", "hit" if hit else "miss", None,
                read, 0 if failed else written, 0, 0, 0.0, 0.0, first, total, chance.uniform(1, 90), cost, None,
            )
        )  # fmt: skip
        if cost:
            day = datetime.fromtimestamp(at).date().isoformat()
            micro = int(cost * 1e6)
            spent.append((at, day, day[:7], "fake", model, "owner", "", micro, micro, "settled", "made", at))
    db.executemany(
        "INSERT INTO exchanges (started, person, face, asked, model, engine, device, finish, error, cache,"
        " conversation, prompt_tokens, completion_tokens, cached_tokens, reasoning_tokens, queue_seconds,"
        f" load_seconds, first_token_seconds, total_seconds, difficulty, cost_usd, memory_bytes)"
        f" VALUES ({', '.join('?' * 22)})",
        rows,
    )
    db.executemany(
        "INSERT INTO spending (at, day, month, provider, model, person, key, reserved, amount, state, holder, closed)"
        f" VALUES ({', '.join('?' * 12)})",
        spent,
    )


def _conversations(db: sqlite3.Connection, moments: list[float], chance: random.Random) -> None:
    for number in range(0, len(moments), 4):
        some = moments[number : number + 4]
        name = f"{number:012x}"
        title = f"Question {number} about {chance.choice(TOPICS)}"
        db.execute("INSERT INTO conversations VALUES (?, 'owner', ?, ?, ?)", (name, title, some[0], some[-1]))
        for at in some:
            question, answer = f"{title}, at {at:.0f}", f"**An answer** of some length. {'Words and words. ' * 30}"
            db.executemany(
                "INSERT INTO turns (conversation, role, text, reasoning, model, state, created)"
                " VALUES (?, ?, ?, '', ?, 'whole', ?)",
                [(name, "user", question, "", at), (name, "assistant", answer, "qwen-4b", at + 3)],
            )
