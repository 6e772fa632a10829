"""What other busy programs do to an engine: Jarvis, which chooses its threads by what they leave, beside fixed choices.

    python bench/contention.py MODEL.gguf [--rounds 9] [--json]

Starts llama.cpp's own server (as Jarvis does) once per choice and asks them in turn: on an idle machine, beside one
busy program, beside one per core, and beside another engine of all cores that spins. Printed are the median tokens per
second of each, and the ratio of Jarvis to the best fixed choice of that situation.
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
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path

from jarvis.config.schema import Settings
from jarvis.engines.llama_cpp import CHILD, ENVIRON, cores, settings_of
from jarvis.words.model import Load

TOKENS = 32
WAYS: dict[str, dict[str, str]] = {"spinning": {}, "asleep": {"OMP_WAIT_POLICY": "passive"}}
"""How threads wait. ``OMP_WAIT_POLICY=active`` spins for seconds after an answer: it would be measured by the next."""
SETTLE_SECONDS = 1.0


@contextmanager
def server(model: Path, environ: dict[str, str], **order: object) -> Iterator[tuple[str, str]]:
    """An engine of that order: its address and key."""
    key = secrets.token_hex()
    order = {**settings_of(Load("bench", model, context=1024), Settings()), **order, "key": key}
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
        threading.Thread(target=child.stdout.read, daemon=True).start()  # or a full pipe would stop it
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


@contextmanager
def engine(model: Path, threads: int) -> Iterator[None]:
    """Another engine, of all cores, that always answers and whose threads spin."""
    with server(model, {}, threads=threads, threads_batch=threads, gives_way=False) as (url, key):
        over = threading.Event()

        def talk() -> None:
            while not over.is_set():
                rate(url, key, 0)

        talking = threading.Thread(target=talk)
        talking.start()
        try:
            yield
        finally:
            over.set()
            talking.join()


def main(model: Path, rounds: int) -> dict[str, dict[str, float]]:
    most = cores()
    fixed = {
        f"{threads} of {most} threads, {way}": (environ, threads)
        for threads in sorted({1, max(1, most - 1), most})
        for way, environ in WAYS.items()
    }
    situations: dict[str, Callable[[], AbstractContextManager[None]]] = {
        "idle": nullcontext,
        "one busy program": lambda: busy(1),
        "a busy program a core": lambda: busy(most),
        "another engine that spins": lambda: engine(model, most),
    }
    result: dict[str, dict[str, float]] = {}
    with ExitStack() as stack:
        servers = {
            name: stack.enter_context(server(model, environ, threads=n, threads_batch=n, gives_way=False))
            for name, (environ, n) in fixed.items()
        } | {"jarvis": stack.enter_context(server(model, ENVIRON))}
        for situation, others in situations.items():
            rates: dict[str, list[float]] = {name: [] for name in servers}
            with others():
                time.sleep(SETTLE_SECONDS)
                for number in range(rounds):
                    for name, (url, key) in servers.items():
                        rates[name].append(rate(url, key, number))
            medians = {name: round(statistics.median(found), 1) for name, found in rates.items()}
            best = max(medians[name] for name in fixed)
            result[situation] = medians | {"jarvis / best fixed": round(medians["jarvis"] / best, 2)}
    return result


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = main(given.model, given.rounds)
    if given.json:
        print(json.dumps(found, indent=1))
    else:
        for situation, figures in found.items():
            print(situation, *(f"  {name:28} {value}" for name, value in figures.items()), sep="\n")
