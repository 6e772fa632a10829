"""What a model takes: the header's arithmetic against what llama.cpp logs and what its process holds.

    python bench/footprint.py MODEL.gguf... [--contexts 1024 2048 4096] [--caches f16 q8_0] [--parallel 1 4]
                              [--batch N] [--embedding] [--dry] [--card N] [--server LLAMA_SERVER] [--json FILE]
    python bench/footprint.py FOLDER --engine transformers|vllm [--python PYTHON] [--card N]
                              [--contexts ...] [--parallel ...]
    python bench/footprint.py --speed

Each model is loaded without mmap, with every context, cache type and number of sequences, and every sequence's context
is filled; then the resident memory of the process is read. Predicted figures come from the header alone. ``--dry`` asks
the engine for its own figure too, without the weights. ``--engine`` measures another one than llama.cpp, on a folder of
safetensors. In RAM, or whole on the NVIDIA card with the driver's number ``--card``: what counts then is what the
driver says that its processes hold, and tokens per second stand beside what the planner expects. ``--speed`` times the
arithmetic.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import platform
import re
import sys
import tempfile
import time
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from jarvis import registry
from jarvis.catalog.cards import read_card
from jarvis.catalog.footprint import of_card, of_header
from jarvis.catalog.headers import read
from jarvis.config.schema import Engines, LlamaCpp, Models, Settings, Transformers, Vllm
from jarvis.engines import one_piece
from jarvis.engines.dry_run import dry_run
from jarvis.engines.llama_cpp import Engine
from jarvis.engines.memory import by_vulkan, compute_bytes, embeds, kv_bytes, llama_cpp, row_of, shape_of
from jarvis.fleet.places import needs, tokens_per_second
from jarvis.hardware.inventory import Inventory
from jarvis.words.chat import ChatRequest, Message, Sampling
from jarvis.words.fleet import HOST, Row, Shape, Split
from jarvis.words.footprint import CACHE_BYTES
from jarvis.words.hardware import Gpu
from jarvis.words.model import Load
from jarvis.workers.family import descendants, resident_bytes

MIB = 1 << 20
KEEP = 64
"""Tokens of the context that the prompt leaves free."""
EDGE = 8
"""Of a text that is embedded, which writes nothing, the tokens left free for those that its model adds."""
SIXTEEN = re.compile(r'"(?:torch_)?dtype": "b?float16"')
PATIENT = Settings(models=Models(hang_timeout_seconds=1800, load_timeout_seconds=600))
"""One go of a long text can take minutes on a machine that is shared."""


def logged(log: str, what: str, card: Gpu | None = None) -> float:
    """MiB that the engine says it gave to ``what``; with a card, without what of it is in RAM."""
    found = re.findall(rf"(\S+)\s+{what} buffer size =\s+([\d.]+) MiB", log)
    return sum(float(mib) for where, mib in found if card is None or not where.endswith("Host"))


INVENTORY = Inventory()


def card_of(index: int) -> Gpu:
    """The card of that number, now."""
    for gpu in INVENTORY.now().gpus.found:
        if gpu.index == index and gpu.fault is None:
            return gpu
    sys.exit(f"There is no NVIDIA card {index} here.")


def placed(load: Load, row: Row, card: Gpu | None) -> Load:
    """``load``, whole on the card if there is one, with all that is free there."""
    if card is None:
        return load
    return replace(
        load, split=(Split(card.uuid, row.units),), claims={card.uuid: card.free_bytes or 0}, capability=card.capability
    )


def held_by(pid: int, index: int | None) -> int:
    """Bytes that an engine's processes hold: resident, or on the card as its driver counts them."""
    family = {pid, *descendants(pid)}
    if index is None:
        return sum(map(resident_bytes, family))
    return sum(holder.bytes or 0 for holder in card_of(index).holders if holder.pid in family)


async def fill(running: object, load: Load) -> float:
    """Use every token of the context. Tokens a second of the last that were written."""
    call = running.wire.line.call  # type: ignore[attr-defined]
    tokens = [100 + i * 7 % 5000 for i in range(load.context - (EDGE if embeds(load) else KEEP))]
    if embeds(load):
        await call("/v1/embeddings", {"input": [tokens] * load.parallel})
        return 0.0
    said: dict[str, dict[str, float]] = {}
    for slot in range(load.parallel):
        wanted = {"prompt": tokens, "n_predict": KEEP // 2, "id_slot": slot, "ignore_eos": True}
        said = await call("/completion", wanted)
    return said["timings"]["predicted_per_second"]


async def one(load: Load, settings: Settings, logs: Path, dry: bool, index: int | None) -> dict[str, Any]:
    model, card = of_header(read(load.path)), None if index is None else card_of(index)
    row = row_of(model, load, on_card=card is not None)
    if Engine(settings, logs).uses_vulkan():
        row = by_vulkan(row)
    load, device = placed(load, row, card), card.uuid if card else HOST
    shape, need = shape_of(load), needs(row, load.split, 0)[device]
    said = await dry_run(load, settings, logs) if dry else None
    for file in logs.glob("*.log"):
        file.unlink()
    running = await Engine(settings, logs).start(load)
    try:
        speed = await fill(running, load)
        held = held_by(running.pid, index)
    finally:
        await running.stop()
    log = "".join(file.read_text(errors="replace") for file in logs.glob("*.log"))
    cache = kv_bytes(model, shape, range(len(model.layers)), embeds(load))
    return {
        "model": load.path.name,
        "context": load.context,
        "parallel": load.parallel,
        "cache": load.cache_type + ("/embed" if embeds(load) else ""),
        "weights_mib": (model.weights / MIB, logged(log, "model")),
        "kv_mib": (cache / MIB, logged(log, "KV") + logged(log, "RS")),
        "compute_mib": (
            compute_bytes(model, shape, embeds(load), on_card=card is not None) / MIB,
            logged(log, "compute", card),
        ),
        "total_mib": (need / MIB, held / MIB),
        "dry_mib": [part >> 20 for part in said[device]] if said else None,
        **speeds(row, load, card, speed),
    }


def speeds(row: Row, load: Load, card: Gpu | None, found: float) -> dict[str, Any]:
    """Tokens a second, expected and found, where the card's bandwidth is known."""
    if card is None or card.bandwidth is None:
        return {}
    return {"per_second": (tokens_per_second(row, load.split, 0, {card.uuid: card.bandwidth, HOST: 1e10}), found)}


async def whole(engine: str, load: Load, settings: Settings, logs: Path, index: int | None) -> dict[str, Any]:
    """A model that an engine holds in one piece: only its processes can be looked at."""
    model, card = of_header(read(load.path)), None if index is None else card_of(index)
    wide = card is None and SIXTEEN.search((load.path / "config.json").read_text()) is not None
    shape = shape_of(load, on_card=card is not None)
    row = (
        one_piece.vllm(model, shape, eager=card is None, wide=wide)
        if engine == "vllm"
        else one_piece.transformers(model, shape, wide)
    )
    load, device = placed(load, row, card), card.uuid if card else HOST
    running = await registry.load("jarvis.engines", engine, "Engine")(settings, logs).start(load)

    async def fill_one(number: int) -> None:
        text = f"{number} " + "the sun is a star and " * ((load.context - 2 * KEEP) // 6)
        limits = Sampling(temperature=0.0, max_tokens=KEEP // 2)
        async for _ in running.chat(ChatRequest((Message.of("user", text),), sampling=limits)):
            pass

    try:
        await asyncio.gather(*map(fill_one, range(load.parallel)))
        held = held_by(running.pid, index)
    finally:
        await running.stop()
    return {
        "model": load.path.name,
        "engine": engine,
        "context": load.context,
        "parallel": load.parallel,
        "cache": load.cache_type,
        "total_mib": (needs(row, load.split, 0)[device] / MIB, held / MIB),
    }


async def measure_whole(options: argparse.Namespace) -> list[dict[str, Any]]:
    engines = Engines(vllm=Vllm(python=options.python), transformers=Transformers(python=options.python))
    settings, rows = PATIENT.model_copy(update={"engines": engines}), []
    with tempfile.TemporaryDirectory() as folder:
        for path in options.models:
            for context in options.contexts:
                for parallel in options.parallel:
                    load = Load(path.stem, path, context=context, parallel=parallel)
                    rows.append(await whole(options.engine, load, settings, Path(folder), options.card))
                    show(rows[-1])
    return rows


async def measure(options: argparse.Namespace) -> list[dict[str, Any]]:
    rows = []
    settings = PATIENT.model_copy(update={"engines": Engines(llama_cpp=LlamaCpp(binary=options.server))})
    own: dict[str, str | int | float | bool] = {"mmap": False, "verbosity": 4}
    if options.batch:
        own["ubatch"] = options.batch
    if options.embedding:
        own["pooling"] = "last"
    with tempfile.TemporaryDirectory() as folder:
        for path in options.models:
            for context in options.contexts:
                for parallel in options.parallel:
                    for cache in options.caches:
                        load = Load(
                            path.stem,
                            path,
                            kind="embedding" if options.embedding else "chat",
                            context=context,
                            parallel=parallel,
                            cache_type=cache,
                            options=own,
                        )
                        rows.append(await one(load, settings, Path(folder), options.dry, options.card))
                        show(rows[-1])
    return rows


def show(row: dict[str, Any]) -> None:
    text = f"{str(row['model'])[:24]:24} {row['context']:6} x{row['parallel']} {row['cache']:5}"
    for name in [n for n in ("weights", "kv", "compute", "total") if f"{n}_mib" in row]:
        said, found = row[f"{name}_mib"]
        text += f"  {name} {said:8.2f} {found:8.2f} {said - found:+6.2f}"
    said, found = row["total_mib"]
    good = abs(said - found) <= max(0.03 * found, 16)
    dry = f" dry {row['dry_mib']}" if row.get("dry_mib") else ""
    speed = "  tokens/s {:.1f} {:.1f}".format(*row["per_second"]) if "per_second" in row else ""
    share = f"{(said / found - 1) * 100:+.2f} %" if found else "nothing found"
    print(f"{text} ({share}{'' if good else ' TOO FAR'}){dry}{speed}", flush=True)


def speed() -> None:
    """How long the arithmetic takes."""
    folder = Path(str(files("jarvis.catalog"))) / "cards"
    card = read_card(folder / "llama-3.3-70b-instruct.toml")
    variant, shape = card.variants[0], Shape(8192, 4)
    model = of_card(card, variant)
    for name, call in (
        ("footprint of a card", lambda: of_card(card, variant)),
        (f"row of {len(model.layers)} layers", lambda: llama_cpp(model, shape)),
    ):
        times = []
        for _ in range(200):
            begun = time.perf_counter()
            call()
            times.append(time.perf_counter() - begun)
        print(f"{name}: median {sorted(times)[100] * 1000:.3f} ms, best {min(times) * 1000:.3f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", type=Path, nargs="*", metavar="MODEL.gguf")
    parser.add_argument("--contexts", type=int, nargs="+", default=[1024, 2048, 4096])
    parser.add_argument("--caches", nargs="+", default=["f16", "q8_0"], choices=list(CACHE_BYTES))
    parser.add_argument("--parallel", type=int, nargs="+", default=[1])
    parser.add_argument("--batch", type=int)
    parser.add_argument("--embedding", action="store_true")
    parser.add_argument("--dry", action="store_true")
    parser.add_argument("--engine", choices=["llama_cpp", "transformers", "vllm"], default="llama_cpp")
    parser.add_argument("--python", type=Path, help="of the engine's environment, if `jarvis install` did not make it")
    parser.add_argument("--server", type=Path, help="the llama-server to measure instead of the wheel's")
    parser.add_argument("--card", type=int, help="the driver's number of the card that the model goes to")
    parser.add_argument("--speed", action="store_true")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    if options.speed:
        speed()
    if not options.models:
        sys.exit(0 if options.speed else "name a model")
    where = platform.processor() or platform.machine() if options.card is None else card_of(options.card).name
    print(f"{where}; MiB: predicted, found, difference")
    rows = asyncio.run(measure(options) if options.engine == "llama_cpp" else measure_whole(options))
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2) + "\n")


if __name__ == "__main__":
    main()
