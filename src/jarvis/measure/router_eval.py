"""``jarvis eval router``: the router on questions with judged answers, beside random, length and oracle.

The form of the report is stable (issue of the router, point 11); what does not apply is null. More is told beside it:
``curves`` for the plots, ``detail`` for what the figures are made of.
"""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any

from jarvis.measure import curves, pool
from jarvis.measure.pairs import SHARES, Ranked, Seen, choose, rank, two_saving
from jarvis.measure.questions import Question, Questions
from jarvis.router.difficulty import View, answer_tokens, difficulty, to_embed
from jarvis.router.policy import Mind, Wishes
from jarvis.router.policy import choose as choose_mind
from jarvis.router.signals import signals
from jarvis.words.chat import ChatRequest, Message
from jarvis.words.routing import SPECIALTIES, Ability

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

Embed = Callable[[Sequence[str]], Awaitable["NDArray[np.floating[Any]]"]]
"""Texts to vectors of length 1, one row each (kind ``query``)."""
TIMED = 200
"""Questions whose decision is timed, one after another, spread over the data."""
WARM = 5
MINDS = tuple(
    Mind(f"m{i}", i < 3, dict.fromkeys(SPECIALTIES, Ability(i / 3 - 1, 0.5, "card")), 8192, cost_micro_usd=20 * i)
    for i in range(10)
)
"""A house with three models and seven paid ones."""
_ANCHOR = re.compile(r"llama[-_ ]?3[._]1[-_ ]8b", re.IGNORECASE)


async def look(questions: Questions, embed: Embed | None) -> Seen:
    """Everything that the router sees of a file."""
    import numpy as np

    asked, texts = [signals(_asked(q)) for q in questions.items], [q.prompt for q in questions.items]
    vectors = None if embed is None else np.asarray(await embed([to_embed(text) for text in texts]), np.float64)
    fails, counts = View.of(asked, texts, vectors).item()
    parts = np.array([[one.specialties.get(s, 0.0) for s in SPECIALTIES] for one in asked])
    share = np.clip(fails, 0.005, 0.995)
    return Seen(questions, np.log(share / (1 - share)), counts, parts)


def _asked(question: Question) -> ChatRequest:
    return ChatRequest((Message.of("user", question.prompt),))


def row(ranked: Ranked) -> dict[str, object]:
    """One line of ``data``."""
    import numpy as np

    items = ranked.seen.questions.items
    length = np.array([float(len(q.prompt)) for q in items])
    low, high = ranked.low, ranked.high
    return {
        "name": ranked.seen.questions.name,
        "n": len(items),
        "weak": ranked.weak,
        "strong": ranked.strong,
        "router": curves.gap(ranked.score, low, high).json(),
        "length": curves.gap(length, low, high).json(),
        "random": curves.chance(low, high).json(),
        "oracle": curves.gap(high - low, low, high).json(),
        "quality": {"weak": round(float(low.mean()), 4), "strong": round(float(high.mean()), 4)},
    }


def _empty(name: str, n: int) -> dict[str, object]:
    nothing = {"router": None, "length": None, "random": None, "oracle": None}
    return {"name": name, "n": n, "weak": None, "strong": None, **nothing}


def priced(seen: Seen, models: Sequence[str] | None = None) -> tuple[Seen, pool.Pool] | None:
    """The questions of a file for which every model has a score and a cost; None for fewer than two models."""
    import numpy as np

    items = seen.questions.items
    names = models or [m for m in seen.questions.models if sum(m in q.cost_usd for q in items) * 2 >= len(items)]
    places = [i for i, q in enumerate(items) if all(m in q.score and m in q.cost_usd for m in names)]
    if len(names) < 2 or len(places) < 2 * pool.FOLDS:
        return None
    some = seen.keep(places)
    score, cost = (
        np.array([[getattr(q, what)[m] for m in names] for q in some.questions.items]) for what in ("score", "cost_usd")
    )
    return some, pool.Pool(tuple(names), score, cost)


def joined(parts: Sequence[tuple[Seen, pool.Pool]]) -> tuple[Seen, pool.Pool]:
    """Several files of the same models as one."""
    import numpy as np

    models = parts[0][1].models
    score, cost = (np.concatenate([getattr(p, what) for _, p in parts]) for what in ("score", "cost"))
    items = tuple(q for s, _ in parts for q in s.questions.items)
    arrays = (np.concatenate([getattr(s, what) for s, _ in parts]) for what in ("hard", "counts", "parts"))
    return Seen(Questions(parts[0][0].questions.name, items), *arrays), pool.Pool(models, score, cost)


def many(trained: Sequence[Seen], judged: Sequence[Seen]) -> dict[str, object] | None:
    """Routing among all priced models: abilities and operating points from ``trained`` (without it, cross-fitted and no
    operating point), figures on ``judged``. None when these have no prices.
    """
    first = next((p for p in map(priced, judged) if p), None)
    if first is None:
        return None
    names = first[1].models
    test, data = joined([p for p in (priced(s, names) for s in judged) if p])
    lengths = [len(q.prompt) for q in test.questions.items]
    own = [p for p in (priced(s, names) for s in trained) if p]
    operating: dict[str, float] = {}
    if own:
        mine, measured = joined(own)
        quality, cost = pool.crossfit(mine, measured)
        operating = {f"at{round(100 * s)}": pool.operating_price(quality, cost, measured, s) for s in SHARES}
        quality, cost = pool.Known(mine, measured).expect(test)
    else:
        quality, cost = pool.crossfit(test, data)
    alone, top = pool.singles(data), pool.best(data)
    low, high = min(c for c, _ in alone), max(c for c, _ in alone)
    router = [(r.cost, r.quality) for r in pool.curve(quality, cost, data)]
    length, oracle = pool.by_length(lengths, data), pool.oracle(data)
    made = {name: pool.outcome(data, pool.take(quality, cost, price)) for name, price in operating.items()}
    best_cost, best_quality = alone[top]
    zero = curves.hull(alone)
    return {
        "models": list(names), "best": names[top], "n": len(data.score),
        "best_usd_per_1k": round(1000 * best_cost, 4), "best_quality": round(best_quality, 4),
        "operating": {
            name: {
                "saving": round(1 - r.cost / best_cost, 4), "quality": round(r.quality / best_quality, 4),
                "usd_per_1k": round(1000 * r.cost, 4), "share": r.share,
                "random_quality": round(curves.at(zero, r.cost) / best_quality, 4),
                "length_quality": round(curves.at(curves.hull(length), r.cost) / best_quality, 4),
                "single_quality": round(max((q for c, q in alone if c <= r.cost), default=0.0) / best_quality, 4),
            }
            for name, r in made.items()
        },
        "aiq": {
            "router": curves.aiq(router, low, high), "random": curves.aiq(alone, low, high),
            "length": curves.aiq(length, low, high), "oracle": curves.aiq(oracle, low, high),
        },
        "curves": {"router": router, "length": length, "oracle": oracle, "models": dict(zip(names, alone, strict=True))},  # noqa: E501
    }  # fmt: skip


def calibration(judged: Sequence[Seen]) -> tuple[float, list[curves.Bin], str] | None:
    """ECE and reliability of the difficulty, where the anchor itself was judged, and its name there."""
    import numpy as np

    told: list[Array] = []
    wrong: list[float] = []
    name = ""
    for seen in judged:
        anchor = next((m for m in seen.questions.models if _ANCHOR.search(m)), None)
        if anchor is None:
            continue
        name = anchor
        some = seen.keep([i for i, q in enumerate(seen.questions.items) if anchor in q.score])
        told.append(some.fails())
        wrong += [1 - q.score[anchor] for q in some.questions.items]
    if not told:
        return None
    diagram = curves.reliability(np.concatenate(told), np.array(wrong))
    return curves.ece(diagram), diagram, name


def invariance(judged: Sequence[Seen]) -> dict[str, object] | None:
    """Same ids in two languages: rank correlation of the scores, difference of the strong shares (both fractions)
    with the
    threshold at half of the English questions, and the share of questions that go elsewhere.
    """
    import numpy as np

    by_lang: dict[str, dict[str, float]] = {"en": {}, "es": {}}
    for seen in judged:
        for q, score in zip(seen.questions.items, seen.advantage().tolist(), strict=True):
            by_lang[q.lang][q.id] = score
    both = [i for i in by_lang["en"] if i in by_lang["es"]]
    if len(both) < 2:
        return None
    en, es = (np.array([by_lang[lang][i] for i in both]) for lang in ("en", "es"))
    cut = float(np.median(en))
    alike = curves.spearman(en, es)
    return {
        "spearman": None if alike is None else round(alike, 4),
        "strong_gap": round(abs(float((es > cut).mean() - (en > cut).mean())), 4),
        "flips": round(float(((es > cut) != (en > cut)).mean()), 4),
        "n": len(both),
    }


async def decision_ms(items: Sequence[Question], embed: Embed | None) -> dict[str, object]:
    """The time of whole decisions, from signals to the policy's choice among ``MINDS`` models, the embedding included:
    each question alone, as an owner asks.
    """
    import numpy as np

    step = max(1, len(items) // TIMED)
    some = list(items[::step][:TIMED])
    taken = []
    for q in [*some[:WARM], *some]:
        start = time.perf_counter()
        seen = signals(_asked(q))
        vector = None if embed is None else np.asarray(await embed([to_embed(q.prompt)]), np.float64)[0]
        hard, tokens = difficulty(seen, q.prompt, vector), answer_tokens(seen, vector, q.prompt)
        choose_mind(seen, hard, MINDS, Wishes(answer_tokens=tokens))
        taken.append(1000 * (time.perf_counter() - start))
    times = taken[len(some[:WARM]) :]
    p50, p95 = np.quantile(times, (0.5, 0.95))
    return {"p50": round(float(p50), 3), "p95": round(float(p95), 3), "n": len(times), "embedding": embed is not None}


async def evaluate(
    data: Sequence[Questions],
    threshold_from: Sequence[Questions],
    weak: str | None,
    strong: str | None,
    embed: Embed | None,
) -> dict[str, object]:
    """The whole report. ``embed`` None: by features alone."""
    timed = await decision_ms([q for d in data for q in d.items], embed)
    judged = [await look(d, embed) for d in data]
    trained = [await look(d, embed) for d in threshold_from]
    rows: list[dict[str, object]] = []
    ranked: list[Ranked] = []
    for seen in judged:
        pair = choose(seen.questions, weak, strong)
        one = rank(seen, *pair) if pair else None
        rows.append(row(one) if one else _empty(seen.questions.name, len(seen.questions.items)))
        if one:
            ranked.append(one)
    named = weak is not None or strong is not None
    money = None if named else many(trained, judged)
    if money is not None:
        points = money["operating"] or None
    else:
        mine = [r for s in trained if (p := choose(s.questions, weak, strong)) and (r := rank(s, *p))]
        points = two_saving(mine, ranked) if mine and ranked else None
    calibrated = calibration(judged)
    spread = money["aiq"] if money else {"router": None}
    return {
        "data": rows,
        "saving": _saving(points),
        "aiq": spread["router"] if isinstance(spread, dict) else None,
        "ece": None if calibrated is None else round(calibrated[0], 4),
        "invariance": invariance(judged) or {"spearman": None, "strong_gap": None, "flips": None},
        "decision_ms": timed,
        "detail": {
            "saving": points, "money": money, "ece_of": calibrated and calibrated[2],
            "reliability": calibrated and [[b.n, b.predicted, b.observed] for b in calibrated[1]],
            "recovered": [
                {"name": r.seen.questions.name, "router": _thin(curves.recovered(r.score, r.low, r.high))} for r in ranked  # noqa: E501
            ],
        },
    }  # fmt: skip


def _saving(points: object) -> dict[str, object]:
    """The stable form: savings as fractions of always asking the best model, ``quality`` what is kept of its quality at
    the first of them.
    """
    if not isinstance(points, dict):
        return {"at95": None, "at98": None, "quality": None}
    return {"at95": points["at95"]["saving"], "at98": points["at98"]["saving"], "quality": points["at95"]["quality"]}


def _thin(curve: Array) -> list[float]:
    """101 points of a curve, for a plot."""
    import numpy as np

    return [round(float(v), 4) for v in np.interp(np.linspace(0, len(curve) - 1, 101), np.arange(len(curve)), curve)]
