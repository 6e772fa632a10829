"""Trains the heads for everyday questions and writes them, with their card, into the package.

    python train/everyday.py --data DIR [--vectors CACHE] --pairs EN ES [--out DIR]

The labels of ``train/everyday.jsonl`` and of the calibration set are estimates by judgement: how often a careful person
expects a good model of 8 billion parameters to fail. Only the facts of LLMRouter (``ulab``) were answered by the anchor
and judged. DIR holds the examinations, as for ``train/router.py``: what is not everyday. CACHE is a folder of
embeddings as there. The figures are of questions that their heads have not seen: topics left out whole, and the pairs
of ``train/everyday_held_out.jsonl``, of kinds that are not in the training. EN and ES are as there too: of every other
pair is learned, without labels, that a question is as hard in the other language.
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jarvis.measure.curves import ece, reliability, spearman
from jarvis.measure.questions import read
from jarvis.router.difficulty import EMBEDDING, Heads, to_embed
from jarvis.router.everyday import NAMES, Everyday, numbers
from jarvis.router.features import NAMES as SHARED
from jarvis.router.features import features
from jarvis.router.signals import signals
from jarvis.words.chat import ChatRequest, Message
from router import ANCHOR, arguments, auc, shipped, vectors

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
HERE = Path(__file__).parent
CALIBRATION = HERE.parent / "src/jarvis/measure/calibration_set"
EXAMS = ("routellm_mmlu", "routellm_gsm8k", "mmlu_pro", "routerbench_3tasks", "ulab")
FOLDS, EVERY = 4, 3
"""Of the two large examinations every third question is enough to tell them by."""
TWIN = 0.75
"""What a pair without labels counts as one that is judged, where only the languages are compared."""
FEATURE_SCALE, PENALTY, KIND_PENALTY, TURN = 0.25, 0.06, 1.0, 9.0
"""How much the numbers count beside the embedding; ridge; what a change with the language costs. The last two a third
without the embedding.
"""
JUDGED, LEVEL, ENDS, MEASURED, EXAM, DOUBTFUL = 0.075, 0.02, 5.0, 0.08, 0.45, 0.05
"""Weights: of a text that was judged (least squares in logits), of a level of the calibration set, times what either
end counts; of a measured fact (log loss); of an examination question against an everyday one, and of one that is short
enough to be everyday's too.
"""


@dataclass
class Texts:
    """Texts with their numbers, embeddings and the probability ``y`` that the anchor fails (NaN: not known)."""

    text: list[str]
    x: Array
    vector: Array
    spanish: Mask
    y: Array
    topic: NDArray[np.str_]
    pair: NDArray[np.int64]
    """Number of the pair a text is of, -1 for none and for its version without marks."""

    def take(self, rows: Mask) -> Texts:
        """Some of them."""
        text = [t for t, keep in zip(self.text, rows, strict=True) if keep]
        return Texts(
            text, self.x[rows], self.vector[rows], self.spanish[rows], self.y[rows], self.topic[rows], self.pair[rows]
        )

    def pairs(self) -> tuple[Array, Array]:
        """Places of the English and of the Spanish text of each pair."""
        place: dict[int, list[int]] = {}
        for i, pair in enumerate(self.pair.tolist()):
            if pair >= 0:
                place.setdefault(pair, []).append(i)
        both = np.array([p for p in place.values() if len(p) == 2])
        return both[:, 0], both[:, 1]


def table(rows: Sequence[tuple[str, float, str, int]], cache: Path | None) -> Texts:
    """Texts, labels, topics and pairs as numbers and embeddings."""
    text = [r[0] for r in rows]
    seen = [signals(ChatRequest((Message.of("user", t),))) for t in text]
    x = np.array([numbers(t, features(s, t)) for s, t in zip(seen, text, strict=True)])
    return Texts(
        text, x, vectors([to_embed(t) for t in text], cache), np.array([s.language == "es" for s in seen]),
        np.array([r[1] for r in rows]), np.array([r[2] for r in rows]), np.array([r[3] for r in rows]),
    )  # fmt: skip


def typed(text: str) -> str:
    """As many type it: no capitals, no accents, no marks around it."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c) or c == "\u0303")
    return re.sub(r"^[¿¡]+|[¿¡?!.]+\s*$", "", unicodedata.normalize("NFC", plain)).lower()


def judged(path: Path, *, also_typed: bool) -> list[tuple[str, float, str, int]]:
    """The pairs of a file."""
    found = []
    for n, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        row = json.loads(line)
        fails = row["fails"] if "fails" in row else max(row["difficulty"], 1) / 100
        for lang in ("en", "es"):
            found.append((row[lang], fails, row.get("topic") or row["specialty"], n))
            if also_typed:
                found.append((typed(row[lang]), fails, row["topic"], -1))
    return found


def calibration() -> list[tuple[str, float, str, int]]:
    """The questions that models are measured with, their levels as labels."""
    files = sorted(CALIBRATION.glob("*.jsonl"))
    return [(*row[:3], row[3] + 1000 * i) for i, f in enumerate(files) for row in judged(f, also_typed=False)]


def exams(folder: Path, cache: Path | None) -> tuple[Texts, NDArray[np.str_], Mask]:
    """Examination questions, where each is from, and which of them are short questions that anybody might ask: those
    say nothing of what is not everyday, and the facts among them were measured.
    """
    rows, source = [], []
    for name in EXAMS:
        items = read(folder / f"{name}.jsonl.gz").items
        items = items[::EVERY] if "mmlu" in name else items
        for q in items:
            score = [1 - q.score[m] for m in ANCHOR if m in q.score]
            rows.append((q.prompt, sum(score) / len(score) if score else np.nan, q.category or "-", -1))
        source += [name] * len(items)
    short = [len(t) < 200 and not re.search(r"\n|\$|boxed|def ", t) for t, *_ in rows]
    return table(rows, cache), np.array(source), np.array(short) & (np.array(source) == "ulab")


def parallel(english: Path, spanish: Path, cache: Path | None) -> Texts:
    """Every other question with the same id in both files."""
    by_id = {q.id: q.prompt for q in read(spanish).items}
    both = [(q.prompt, by_id[q.id]) for q in read(english).items if q.id in by_id][::2]
    return table([(text, np.nan, "-", i) for i, pair in enumerate(both) for text in pair], cache)


def newton(x: Array, y: Array, weight: Array, squares: Mask, penalty: float, turn: Array) -> tuple[Array, float]:
    """Weights and bias of a linear head: log loss, and for ``squares`` least squares in logits. ``turn`` are the
    differences that translating makes in ``x``; what they change in the result is penalised.
    """
    wide = np.c_[x, np.ones(len(x))]
    a, b = wide[squares], wide[~squares]
    wanted = np.log(y[squares] / (1 - y[squares]))
    fixed = np.diag(np.r_[np.full(x.shape[1], penalty), 1e-6])
    fixed[:-1, :-1] += turn.T @ turn
    least = (a * weight[squares, None]).T @ a + fixed
    found = np.zeros(wide.shape[1])
    for _ in range(12):
        p = 1 / (1 + np.exp(-np.clip(b @ found, -30, 30)))
        step = a.T @ (weight[squares] * (a @ found - wanted)) + b.T @ (weight[~squares] * (p - y[~squares]))
        curve = (b * (weight[~squares] * p * (1 - p))[:, None]).T @ b + least
        found -= np.linalg.solve(curve, step + fixed @ found)
    return found[:-1], float(found[-1])


@dataclass
class Data:
    """All that is learned from. ``short`` and ``source`` are of ``exam``; ``twins`` are pairs without labels."""

    own: Texts
    levels: Texts
    exam: Texts
    source: NDArray[np.str_]
    short: Mask
    twins: Texts

    @property
    def facts(self) -> Mask:
        """Short questions of the examinations that were measured. Not programs: those were run on tests that the
        question does not tell.
        """
        return np.asarray(self.short & ~np.isnan(self.exam.y) & (self.exam.x[:, NAMES.index("code")] == 0))


def train(data: Data, use: Mask, facts: Mask) -> dict[str, Array]:
    """The heads, from the everyday texts of ``use`` and the measured ``facts`` of the examinations."""
    own, levels, fact = data.own.take(use), data.levels, data.exam.take(facts)
    (en, es), (level_en, level_es) = own.pairs(), levels.pairs()
    twin_en, twin_es = data.twins.pairs()
    x = np.r_[own.x, levels.x]
    arrays = {
        "mean": x.mean(0), "scale": x.std(0) + 0.05, "vector_mean": np.r_[own.vector, levels.vector].mean(0),
        "spanish_shift": (own.vector[es] - own.vector[en]).mean(0),
    }  # fmt: skip
    base = Everyday(arrays)
    for name, embedded in (("", True), ("_features", False)):

        def view(some: Texts, embedded: bool = embedded) -> Array:
            x = base.standard(some.x) * FEATURE_SCALE
            return np.c_[x, base.direction(some.vector, some.spanish)] if embedded else x

        mine, known, told = view(own), view(levels), view(fact)
        alike = view(data.twins)
        twin = TWIN * (alike[twin_es] - alike[twin_en])
        turn = np.r_[mine[es] - mine[en], known[level_es] - known[level_en], twin]
        y = np.r_[own.y, levels.y, fact.y]
        squares = np.r_[np.ones(len(mine) + len(known), bool), np.zeros(len(told), bool)]
        weight = np.r_[np.full(len(mine), JUDGED), np.full(len(known), LEVEL), np.full(len(told), MEASURED)]
        weight = weight * np.where(squares & ((y >= 0.5) | (y <= 0.015)), ENDS, 1)
        ridge = 1.0 if embedded else 1 / 3
        fails = newton(np.r_[mine, known, told], y, weight, squares, PENALTY * ridge, np.sqrt(TURN * ridge) * turn)
        other = view(data.exam)
        both = np.r_[mine, known, other]
        is_own = np.r_[np.ones(len(mine) + len(known)), np.zeros(len(other))]
        weight = np.r_[np.ones(len(mine) + len(known)), np.where(data.short, DOUBTFUL, EXAM)]
        none = np.zeros(len(both), bool)
        kind = newton(both, is_own, weight, none, KIND_PENALTY * ridge, np.r_[mine[es] - mine[en], twin])
        for head, (weights, bias) in (("fails", fails), ("kind", kind)):
            arrays[f"{head}{name}_x"] = weights[: len(NAMES)] * FEATURE_SCALE
            arrays[f"{head}{name}_bias"] = np.array(bias)
            if embedded:
                arrays[f"{head}_v"] = weights[len(NAMES) :]
    return arrays


# --- figures ----------------------------------------------------------------------------------------------------------


def told(arrays: dict[str, Array], some: Texts, *, embedded: bool) -> Array:
    """What is shipped says of texts: both kinds of heads together."""
    exam, own = Heads.load(), Everyday(arrays)
    direction = exam.direction(some.vector, some.spanish) if embedded else None
    value = exam.fails(exam.standard(some.x[:, : len(SHARED)]), direction)
    return own.blend(value, own.standard(some.x), own.direction(some.vector, some.spanish) if embedded else None)


def judged_figures(some: Texts, found: Array) -> dict[str, object]:
    """How near the estimates the difficulty is, and how far apart the languages are, in points of 100."""
    en, es = some.pairs()
    both = np.r_[en, es]
    gap = 100 * np.abs(found[en] - found[es])
    easy, hard = both[some.y[both] <= 0.05], both[some.y[both] >= 0.6]
    return {
        "pairs": len(en), "mean_error": round(100 * float(np.abs(found - some.y)[both].mean()), 1),
        "spearman": round(spearman(found[both], some.y[both]) or 0, 3),
        "gap_median": round(float(np.median(gap)), 1), "gap_p95": round(float(np.quantile(gap, 0.95)), 1),
        "easy_p90": round(100 * float(np.quantile(found[easy], 0.9)), 1),
        "hard_p10": round(100 * float(np.quantile(found[hard], 0.1)), 1),
    }  # fmt: skip


def measured_figures(found: Array, wrong: Array) -> dict[str, object]:
    """Calibration where the anchor was judged."""
    return {
        "n": len(wrong), "ece": round(ece(reliability(found, wrong)), 4), "auc": round(auc(found, wrong > 0.5), 4),
        "brier": round(float(((found - wrong) ** 2).mean()), 4),
    }  # fmt: skip


def figures(data: Data, whole: dict[str, Array], held: Texts) -> dict[str, object]:
    """Of topics left out whole, of other kinds of questions, and of the examinations before and after."""
    random = np.random.default_rng(0)
    topics = random.permutation(sorted(set(data.own.topic)))
    place = random.integers(0, FOLDS, len(data.exam.text))
    found: dict[str, object] = {}
    for embedded, name in ((True, "embedding"), (False, "features alone")):
        value, exam = np.zeros(len(data.own.y)), told(whole, data.exam, embedded=embedded)
        for fold in range(FOLDS):
            out, asked = np.isin(data.own.topic, topics[fold::FOLDS]), place == fold
            arrays = train(data, ~out, data.facts & ~asked)
            value[out] = told(arrays, data.own.take(out), embedded=embedded)
            exam[data.short & asked] = told(arrays, data.exam.take(data.short & asked), embedded=embedded)
        judged_here = ~np.isnan(data.exam.y)
        plain = Heads.load()
        direction = plain.direction(data.exam.vector, data.exam.spanish) if embedded else None
        before = plain.fails(plain.standard(data.exam.x[:, : len(SHARED)]), direction)
        base = Everyday(whole)
        kind = base.chance(
            "kind", base.standard(data.exam.x),
            base.direction(data.exam.vector, data.exam.spanish) if embedded else None,
        )  # fmt: skip
        found[name] = {
            "topics left out": judged_figures(data.own, value),
            "other kinds": judged_figures(held, told(whole, held, embedded=embedded)),
            "taken for everyday": {s: round(float(kind[data.source == s].mean()), 3) for s in EXAMS},
            **{
                f"{s}, {when}": measured_figures(v[judged_here & (data.source == s)], data.exam.y[judged_here & (data.source == s)])  # noqa: E501
                for s in ("mmlu_pro", "ulab")
                for when, v in (("without these heads", before), ("with them", exam))
            },
        }  # fmt: skip
    return found


def main() -> None:
    asked = arguments(__doc__)
    own = table(judged(HERE / "everyday.jsonl", also_typed=True), asked.vectors)
    held = table(judged(HERE / "everyday_held_out.jsonl", also_typed=False), asked.vectors)
    data = Data(
        own,
        table(calibration(), asked.vectors),
        *exams(asked.data, asked.vectors),
        parallel(*asked.pairs, asked.vectors),
    )
    arrays = train(data, np.ones(len(own.y), bool), data.facts)
    packed, size = shipped(arrays, asked.out / "everyday.npz")
    if asked.quick:
        return
    found = figures(data, packed, held)
    print(json.dumps(found, indent=1), file=sys.stderr)
    card = {
        "made by": "python train/everyday.py --data DIR --vectors CACHE --pairs EN ES",
        "embedding": EMBEDDING, "anchor": "Llama-3.1-8B-Instruct", "bytes": size, "numbers": list(NAMES),
        "data": {
            "train/everyday.jsonl": f"{len(own.pairs()[0])} pairs in English and Spanish, our own; how often the anchor"
            " fails is an estimate by judgement, not a measurement",
            "calibration_set": f"{len(data.levels.pairs()[0])} pairs, our own; levels estimated by their author",
            "ulab": f"{int(data.facts.sum())} short questions for a fact, measured (LLMRouter, MIT)",
            "pairs": f"{len(data.twins.pairs()[0])} questions of XQuAD in both languages (CC BY-SA, no text kept),"
            " without labels",
            "examinations": "what train/router.py reads (of MMLU every third), only to tell them from everyday ones",
        },
        "figures": found,
        "of the figures": f"points of 100; {FOLDS} folds of whole topics; 'other kinds' are the pairs of"
        " everyday_held_out.jsonl, on which nothing was trained; easy are those thought to fail at most 5 %, hard at"
        " least 60 %; 'without these heads' is in-sample, 'with them' not for the short questions",
    }  # fmt: skip
    (asked.out / "everyday.json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
