"""What another busy program does to an engine whose threads spin while they wait, and to one whose threads sleep.

    python bench/contention.py MODEL.gguf [--rounds 5] [--json]

Starts the engine's own server (as Jarvis does) once per way of waiting, asks them in turn on an idle machine, then the
same beside one busy process per core; prints the median tokens per second of each, and the ratio passive / active.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import secrets
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from jarvis.config.schema import Settings
from jarvis.engines.llama_cpp import CHILD, settings_of
from jarvis.words.model import Load

WAYS = {"passive": {"OMP_WAIT_POLICY": "passive"}, "active": {"OMP_WAIT_POLICY": "active"}, "default": {}}
TOKENS = 32


@contextmanager
def server(model: Path, environ: dict[str, str]) -> Iterator[tuple[str, str]]:
    """An engine that waits in that way: its address and key."""
    key = secrets.token_hex()
    order = {**settings_of(Load("bench", model, context=1024), Settings()), "key": key}
    own = {k: v for k, v in os.environ.items() if not k.startswith(("OMP_", "GOMP_"))}
    with subprocess.Popen(
        [sys.executable, str(CHILD)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=own | environ,
        text=True,
    ) as child:
        assert child.stdin is not None and child.stdout is not None
        json.dump(order, child.stdin)
        child.stdin.close()
        for line in child.stdout:
            if found := re.search(r"listening on (http://\S+)", line):
                break
        else:
            raise SystemExit("the engine did not start")
        try:
            yield found[1], key
        finally:
            child.kill()


def rate(url: str, key: str, number: int) -> float:
    """Tokens per second of one short continuation."""
    body = json.dumps({"prompt": f"Story {number}: once", "max_tokens": TOKENS, "temperature": 0}).encode()
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    began = time.perf_counter()
    with urllib.request.urlopen(urllib.request.Request(f"{url}/v1/completions", body, headers)) as reply:
        written = json.load(reply)["usage"]["completion_tokens"]
    return float(written) / (time.perf_counter() - began)


@contextmanager
def busy(count: int) -> Iterator[None]:
    """That many processes that never rest."""
    others = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()


def main(model: Path, rounds: int) -> dict[str, dict[str, float]]:
    result: dict[str, dict[str, float]] = {}
    with ExitStack() as stack:
        servers = {way: stack.enter_context(server(model, environ)) for way, environ in WAYS.items()}
        for situation, others in (("idle", 0), ("one busy program", 1), ("a busy program a core", os.cpu_count() or 1)):
            rates: dict[str, list[float]] = {way: [] for way in WAYS}
            with busy(others):
                for number in range(rounds):
                    for way, (url, key) in servers.items():
                        rates[way].append(rate(url, key, number))
            medians = {way: round(statistics.median(r), 1) for way, r in rates.items()}
            result[situation] = medians | {"passive/active": round(medians["passive"] / medians["active"], 2)}
    return result


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = main(given.model, given.rounds)
    print(json.dumps(found) if given.json else "\n".join(f"{k:24} {v}" for k, v in found.items()))
