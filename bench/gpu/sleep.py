"""What sleep saves of loading a model anew in vLLM: seconds to sleep, wake and answer, and the bytes given back.

    python bench/gpu/sleep.py FOLDER [--rounds 5] [--share 0.8] [--card 0] [--json]

FOLDER is a model as safetensors. Needs an NVIDIA card and `jarvis install vllm`. Each round loads the model from
nothing, lets it answer, puts it to sleep at each level, wakes it and lets it answer again; the ratio is the seconds of
loading divided by those of waking, both to the end of the first answer, in one run.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from jarvis.config.load import load
from jarvis.engines.vllm import Engine, Sleeper
from jarvis.hardware.inventory import Inventory
from jarvis.words.chat import ChatRequest, Message, Sampling
from jarvis.words.fleet import Split
from jarvis.words.hardware import Gpu
from jarvis.words.model import Load

INVENTORY = Inventory()
ASKED = ChatRequest((Message.of("user", "Say hello."),), sampling=Sampling(temperature=0, max_tokens=16))


async def answered(running: Sleeper) -> str:
    return "".join([delta.text async for delta in running.chat(ASKED)])


def free_bytes(index: int) -> int:
    found = next(gpu for gpu in INVENTORY.now().gpus.found if gpu.index == index)
    return found.free_bytes or 0


async def one_round(folder: Path, gpu: Gpu, share: float) -> dict[str, float]:
    """Seconds and bytes of one round."""
    order = Load(
        "bench", folder, context=2048, parallel=4, split=(Split(gpu.uuid, 1),), shares={gpu.uuid: share},
        capability=gpu.capability,
    )  # fmt: skip
    found: dict[str, float] = {"free_before": free_bytes(gpu.index)}
    with tempfile.TemporaryDirectory() as logs:
        began = time.monotonic()
        running = await Engine(load().settings, Path(logs)).start(order)
        assert isinstance(running, Sleeper)
        try:
            found["load"] = time.monotonic() - began
            said = await answered(running)
            found["load_to_answer"] = time.monotonic() - began
            for level in (1, 2):
                began = time.monotonic()
                await running.sleep(level)  # type: ignore[arg-type]
                found[f"sleep_{level}"] = time.monotonic() - began
                found[f"held_asleep_{level}"] = found["free_before"] - free_bytes(gpu.index)
                found[f"ram_asleep_{level}"] = running.memory_bytes()
                began = time.monotonic()
                await running.wake()
                found[f"wake_{level}"] = time.monotonic() - began
                assert await answered(running) == said, f"another answer after level {level}"
                found[f"wake_{level}_to_answer"] = time.monotonic() - began
        finally:
            await running.stop()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--share", type=float, default=0.8)
    parser.add_argument("--card", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    gpu = next((gpu for gpu in INVENTORY.now().gpus.found if gpu.index == args.card and gpu.fault is None), None)
    if gpu is None:
        sys.exit("There is no NVIDIA card here to measure on.")
    rounds = [asyncio.run(one_round(args.folder.resolve(), gpu, args.share)) for _ in range(args.rounds)]
    told: dict[str, Any] = {
        name: {"median": statistics.median(values), "least": min(values), "most": max(values)}
        for name in rounds[0]
        if (values := [found[name] for found in rounds])
    }
    for level in (1, 2):
        ratios = [found["load_to_answer"] / found[f"wake_{level}_to_answer"] for found in rounds]
        told[f"ratio_{level}"] = {"median": statistics.median(ratios), "least": min(ratios), "most": max(ratios)}
    told["machine"] = {"gpu": gpu.name, "driver": gpu.driver, "engine": Engine(load().settings, Path()).found()}
    if args.json:
        print(json.dumps(told, indent=1))
        return
    print(told["machine"])
    for name, row in told.items():
        if name != "machine":
            print(f"{name:<22} {row['median']:>16.3f} {row['least']:>16.3f} {row['most']:>16.3f}")


if __name__ == "__main__":
    main()
