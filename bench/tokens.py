"""Tokens per second through Jarvis against the same engine called directly, pair by pair.

    python bench/tokens.py MODEL.gguf [--pairs 30] [--tokens 128] [--json]

Both are real: ``jarvis serve`` with everything that a client meets (HTTP, token, router, keeper, telemetry), and the
engine's own server started with the very settings that Jarvis gives it. Each pair asks both the same question, in
alternating order; a rate is the tokens written divided by the seconds from request to last byte. Printed is the ratio
Jarvis / direct with its 95 % interval (t distribution on the logarithms of the pairs' ratios).
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import math
import os
import re
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from jarvis.config.schema import Settings
from jarvis.engines.llama_cpp import CHILD, ENVIRON, settings_of
from jarvis.words.model import Load

MODEL = "bench-model"
T_975 = {9: 2.262, 19: 2.093, 29: 2.045, 39: 2.023, 49: 2.010, 99: 1.984}
"""Student's t, 97.5 %, by degrees of freedom (any table)."""

CARD = """
id = "bench-model"
name = "bench"
family = "bench"
kind = "chat"
licence = "unknown"
languages = ["en"]
context = 2048
parameters = 1
capabilities = ["chat"]
[[variants]]
quantization = "own"
format = "gguf"
engines = ["llama_cpp"]
[[variants.files]]
name = "{name}"
bytes = {size}
sha256 = "{sum}"
sources = ["file:{path}"]
"""


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@asynccontextmanager
async def process(*command: str, stdin: bytes | None = None, env: dict[str, str] | None = None) -> AsyncIterator[str]:
    """A server that says ``http://…`` when it listens; gives that address."""
    child = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        env=env,
    )  # fmt: skip
    assert child.stdin is not None and child.stdout is not None
    if stdin is not None:
        child.stdin.write(stdin)
        child.stdin.close()
    said = []
    async for line in child.stdout:
        said.append(line.decode(errors="replace"))
        found = re.search(r"(?:listening on|listens on) (http://\S+)", said[-1])
        if found:
            break
    else:
        raise SystemExit("".join(said))
    drain = asyncio.create_task(child.stdout.read())
    try:
        yield found[1]
    finally:
        child.terminate()
        await child.wait()
        await drain


async def ask(http: aiohttp.ClientSession, url: str, key: str, question: str, tokens: int) -> tuple[float, int]:
    """Seconds from request to last byte, and tokens written."""
    body = {
        "model": MODEL,
        "messages": [{"role": "user", "content": question}],
        "temperature": 0,
        "max_tokens": tokens,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    began = time.perf_counter()
    written = 0
    async with http.post(
        f"{url}/v1/chat/completions", json=body, headers={"Authorization": f"Bearer {key}", "x-jarvis-cache": "none"}
    ) as reply:
        if reply.status != 200:
            raise SystemExit(await reply.text())
        async for line in reply.content:
            if line.startswith(b"data: {") and b'"usage"' in line:
                usage = json.loads(line[6:]).get("usage")
                written = usage["completion_tokens"] if usage else written
    return time.perf_counter() - began, written


async def main(model: Path, pairs: int, tokens: int) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "config" / "models").mkdir(parents=True)
        (home / "config" / "models" / "bench-model.toml").write_text(
            CARD.format(name=model.name, size=model.stat().st_size, sum=digest(model), path=model)
        )
        (home / "config" / "config.toml").write_text(f'[model."{MODEL}"]\npath = "{model}"\n')
        env = os.environ | {"JARVIS_HOME": str(home), "JARVIS_LANG": "en"}
        settings = Settings()
        load = Load(MODEL, model, context=2048, parallel=settings.models.parallel)
        key = secrets.token_hex()
        order = json.dumps({**settings_of(load, settings), "key": key}).encode()
        async with (
            process(sys.executable, str(CHILD), stdin=order, env=os.environ | ENVIRON) as direct,
            process(sys.executable, "-m", "jarvis.cli.main", "serve", "--port", "0", env=env) as through,
            # llama.cpp drops idle connections: neither side keeps any
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as http,
        ):
            token = (home / "data" / "token").read_text().strip()
            sides = {"direct": (direct, key), "jarvis": (through, token)}
            for url, secret in sides.values():
                await ask(http, url, secret, "Say hello.", 8)
            rates: dict[str, list[float]] = {"direct": [], "jarvis": []}
            for pair in range(pairs):
                question = f"Tell a long story about traveller number {pair} and what he found in town {pair * 7}."
                for side in ("direct", "jarvis") if pair % 2 else ("jarvis", "direct"):
                    seconds, written = await ask(http, *sides[side], question, tokens)
                    rates[side].append(written / seconds)
                sys.stderr.write(f"\r{pair + 1}/{pairs}")
            sys.stderr.write("\n")
    logs = [math.log(j / d) for j, d in zip(rates["jarvis"], rates["direct"], strict=True)]
    middle, spread = statistics.fmean(logs), statistics.stdev(logs) / math.sqrt(len(logs))
    t = T_975.get(len(logs) - 1, 1.96)
    return {
        "pairs": pairs,
        "tokens": tokens,
        "tokens_per_second": {side: round(statistics.median(r), 2) for side, r in rates.items()},
        "ratio": round(math.exp(middle), 4),
        "interval": [round(math.exp(middle - t * spread), 4), round(math.exp(middle + t * spread), 4)],
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--pairs", type=int, default=30)
    parser.add_argument("--tokens", type=int, default=128)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    result = asyncio.run(main(given.model.absolute(), given.pairs, given.tokens))
    if given.json:
        print(json.dumps(result))
    else:
        rate = result["tokens_per_second"]
        print(f"tokens/s, median of {result['pairs']}: {rate}")
        print(f"ratio Jarvis / direct: {result['ratio']}, 95 % interval {result['interval']}")
