"""Who answers: of the models that could, the cheapest that is good enough. Pure.

A model's **worth** for a question is the probability that it answers rightly, less what waiting for it and paying for
it is worth in that unit (how much, the asked quality says). Good enough is who reaches a share of the best worth
(``economy``, ``balanced``, ``best``) or the probability that was asked for, and a local model that is likely right.
Of those the cheapest answers, money and waiting added up; near equals are told apart by what their owner prefers. A
loaded model is thereby not left for one whose loading takes longer than the gain is worth.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from jarvis.words.routing import Ability, Candidate, Difficulty, Signals, Specialty

MICRO_USD_PER_SECOND = 300.0
"""What a second of waiting counts as, where money and time are added up: about 1 USD an hour."""
NEAR_MICRO_USD, NEAR_SHARE = 150.0, 0.1
"""Two are near equals when their costs differ by less than the larger of these."""
FREE_SECONDS = 1.0
"""A wait for the first token that nobody minds."""
READ_TOKENS_PER_SECOND = 10.0
"""An answer that comes slower than people read is waited for."""
WATCHED_SHARE = 0.2
"""What a second counts in which an answer is being written, as part of one in which nothing comes."""
STAY = 0.06
"""Worth by which another must be better before a conversation changes who answers."""
SURE = 0.03
"""How far above what is good enough one must be that costs less, for the same."""
WITHIN = 0.02
"""Where nobody reaches the probability asked for: how far below the best one may be."""


@dataclass(frozen=True, slots=True)
class Level:
    """What a quality that was asked for by name means. ``share`` of the best worth is good enough; for a local model
    that is preferred, to be right with probability ``enough`` is too. ``second`` and ``dollar`` are what one of each is
    worth, as a part of a right answer.
    """

    share: float
    enough: float
    second: float
    dollar: float


LEVELS: Mapping[str, Level] = {
    "economy": Level(0.85, 0.80, 0.010, 8.0),
    "balanced": Level(0.95, 0.85, 0.006, 2.0),
    "best": Level(0.995, 0.97, 0.001, 0.2),
}


@dataclass(frozen=True, slots=True)
class Mind:
    """A model that might answer this question, as things are now.

    ``ready_seconds`` is how long until it could begin: queue, and loading or waking with whatever must leave for it;
    ``read_seconds`` what reading the question takes then (or the network); ``cost_micro_usd`` what the answer will
    probably cost, ``worst_micro_usd`` what it may cost and ``left_micro_usd`` what may be spent on it now (None: no
    limit); ``lean`` >= 1 how much dearer a dollar of it is than usual, by the state of its budgets. ``why_not``: it
    cannot serve now, whatever is asked.
    ``difficulty_range`` and ``priority`` are its owner's word; ``usual_priority`` its card's.
    ``shift`` and ``shift_spread`` are what was learned from feedback, logits.
    """

    model: str
    local: bool
    abilities: Mapping[Specialty, Ability]
    context: int
    capabilities: frozenset[str] = frozenset()
    loaded: bool = True
    ready_seconds: float = 0.0
    read_seconds: float = 0.0
    tokens_per_second: float = 50.0
    cost_micro_usd: int = 0
    worst_micro_usd: int = 0
    left_micro_usd: int | None = None
    lean: float = 1.0
    why_not: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    difficulty_range: tuple[int, int] | None = None
    priority: int | None = None
    usual_priority: int = 50
    fast: bool = False
    fallback: bool = False
    shift: float = 0.0
    shift_spread: float = 0.0


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was asked for beside the question, and what its owner set.

    ``quality`` is a level's name or a probability. ``stays`` is who answered last in this conversation. ``room`` is how
    many tokens the answer may need, ``droppable`` how many of the context may be left out.
    """

    quality: str | float = "balanced"
    prefer_local: bool = True
    max_local_latency: float = 5.0
    private_stays: bool = True
    stays: str | None = None
    answer_tokens: int = 300
    room: int = 300
    droppable: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """``candidates`` are all that were looked at; ``order`` who answers, then who is asked if that fails. ``warm`` is a
    local model that was passed over only because it has yet to be loaded: it would be chosen if it were.
    """

    candidates: tuple[Candidate, ...]
    order: tuple[str, ...]
    reason: str
    facts: Mapping[str, object] = field(default_factory=dict)
    warm: str | None = None


@dataclass(frozen=True, slots=True)
class _Weighed:
    mind: Mind
    candidate: Candidate
    worth: float
    cost: float
    in_range: bool
    too_slow: bool

    @property
    def model(self) -> str:
        return self.mind.model


def quality_of(mind: Mind, signals: Signals, difficulty: Difficulty) -> tuple[float, float]:
    """The probability that it answers rightly, and one standard deviation of it.

    The two-parameter model over the specialties of the question; what is not known for sure draws the probability
    towards one half (the logistic-normal integral by MacKay's approximation, "The Evidence Framework", 1992).
    """
    known, counts = ability_of(mind, signals), difficulty.discrimination
    variance = (counts * known.spread) ** 2 + mind.shift_spread**2
    share = min(max(difficulty.value / 100, 0.005), 0.995)
    logit = counts * known.value + mind.shift - math.log(share / (1 - share))
    quality = _sigmoid(logit / math.sqrt(1 + math.pi / 8 * variance))
    spread = (_sigmoid(logit + math.sqrt(variance)) - _sigmoid(logit - math.sqrt(variance))) / 2
    return quality, spread


def ability_of(mind: Mind, signals: Signals) -> Ability:
    """What is known of it for such a question, before anything was learned: its specialties in their parts."""
    weights = {s: w for s, w in signals.specialties.items() if w > 0 and s in mind.abilities} or {
        s: 1.0 for s in mind.abilities
    }
    whole = sum(weights.values()) or 1.0
    value = sum(w * mind.abilities[s].value for s, w in weights.items()) / whole
    variance = sum(w * mind.abilities[s].spread ** 2 for s, w in weights.items()) / whole
    return Ability(value, math.sqrt(variance), "guess")


def choose(signals: Signals, difficulty: Difficulty, minds: Sequence[Mind], wishes: Wishes) -> Choice:
    """Decide. ``order`` is empty when nobody can serve; then every candidate says why not."""
    level = _level(wishes.quality)
    weighed = [_weigh(mind, signals, difficulty, wishes, level, minds) for mind in minds]
    able = [w for w in weighed if w.candidate.feasible]
    if not able:
        return Choice(tuple(w.candidate for w in weighed), (), "router.nobody_can")
    wanted = _in_range(able, difficulty)
    quick = [w for w in wanted if not w.too_slow] or wanted
    good, sure = _good_enough(quick, wishes, level)
    chosen, reason = _stay(quick, good, sure, wishes), "router.stays"
    if chosen is None:
        chosen = _cheapest(good, wishes)
        reason = _reason(chosen, good, quick, wishes)
    warm = _to_warm(wanted, chosen, wishes, level)
    order = _order(chosen, quick, able, wishes, level)
    said = {w.model: w for w in quick}
    candidates = tuple(
        w.candidate
        if not w.candidate.feasible or w.model in said
        else replace(
            w.candidate,
            feasible=False,
            why_not="router.why.slow" if w.in_range and w.too_slow else "router.why.range",
            facts={"seconds": w.candidate.first_seconds, "most": wishes.max_local_latency}
            if w.in_range and w.too_slow
            else {"range": "-".join(map(str, w.mind.difficulty_range or (0, 100))), "difficulty": difficulty.value},
        )
        for w in weighed
    )
    best = max(quick, key=lambda w: w.candidate.quality)
    facts: dict[str, object] = {
        "model": chosen.model,
        "quality": chosen.candidate.quality,
        "best": best.model,
        "best_quality": best.candidate.quality,
        "difficulty": difficulty.value,
        "count": len(good) if reason == "router.cheapest_good" else len(quick),
    }
    return Choice(candidates, order, reason, facts, warm)


def _weigh(
    mind: Mind, signals: Signals, difficulty: Difficulty, wishes: Wishes, level: Level, minds: Sequence[Mind]
) -> _Weighed:
    quality, spread = quality_of(mind, signals, difficulty)
    first = mind.ready_seconds + mind.read_seconds
    seconds = first + wishes.answer_tokens / max(mind.tokens_per_second, 1e-3)
    why, facts = _why_not(mind, signals, wishes, minds)
    candidate = Candidate(
        mind.model, mind.local, quality, spread, seconds, first, mind.cost_micro_usd, not why, why, facts,
        ability_of(mind, signals).value,
    )  # fmt: skip
    behind = max(0.0, seconds - first - wishes.answer_tokens / READ_TOKENS_PER_SECOND)
    waited = max(0.0, first - FREE_SECONDS) + behind
    dollars = mind.cost_micro_usd / 1e6
    worth = quality - level.second * waited - level.dollar * mind.lean * dollars
    watched = WATCHED_SHARE * (seconds - first)
    cost = mind.cost_micro_usd * mind.lean + MICRO_USD_PER_SECOND * (first + behind + watched)
    low, high = mind.difficulty_range or (0, 100)
    in_range = low <= round(difficulty.value) <= high
    too_slow = mind.local and (
        first > wishes.max_local_latency or mind.tokens_per_second < 1.0  # a word a second is no answer
    )
    return _Weighed(mind, candidate, worth, cost, in_range, too_slow)


def _why_not(mind: Mind, signals: Signals, wishes: Wishes, minds: Sequence[Mind]) -> tuple[str, Mapping[str, object]]:
    """What keeps a model from serving this question, as a text code and its facts."""
    if mind.why_not:
        return mind.why_not, mind.facts
    if signals.private and wishes.private_stays and not mind.local:
        return "router.why.private", {"kinds": ", ".join(signals.private)}
    if signals.images and "images" not in mind.capabilities:
        return "router.why.images", {}
    for name, wanted in (("tools", signals.tools), ("json", signals.json)):
        # a card may not know that its model can: it is passed over only if there is a choice
        if wanted and name not in mind.capabilities and any(name in m.capabilities and not m.why_not for m in minds):
            return f"router.why.{name}", {}
    needed = signals.context_tokens - wishes.droppable + min(wishes.room, mind.context // 4)
    if needed > mind.context:
        return "router.why.context", {"tokens": needed, "context": mind.context}
    if mind.left_micro_usd is not None and mind.worst_micro_usd > mind.left_micro_usd:
        return "router.why.budget", {
            "worst": f"{mind.worst_micro_usd / 1e6:.4f}",
            "left": f"{max(0, mind.left_micro_usd) / 1e6:.4f}",
        }
    return "", {}


def _in_range(able: Sequence[_Weighed], difficulty: Difficulty) -> list[_Weighed]:
    """Those whose owner wants them for such questions; the nearest where there is none."""
    inside = [w for w in able if w.in_range]
    if inside:
        return inside

    def away(w: _Weighed) -> float:
        low, high = w.mind.difficulty_range or (0, 100)
        return max(low - difficulty.value, difficulty.value - high)

    nearest = min(map(away, able))
    return [w for w in able if away(w) <= nearest + 1e-9]


def _good_enough(quick: Sequence[_Weighed], wishes: Wishes, level: Level) -> tuple[list[_Weighed], list[_Weighed]]:
    """Those that are good enough, and of them those that are so for sure."""
    asked = _number(wishes.quality)
    if asked is not None:
        best = max(w.candidate.quality for w in quick)
        least = asked if best >= asked else best - WITHIN
        good = [w for w in quick if w.candidate.quality >= least]
        return good, [w for w in good if w.candidate.quality >= least + SURE]
    best = max(w.worth for w in quick)
    # a share of a worth below nothing would be more than it
    least = best * level.share if best > 0 else best

    def reaches(w: _Weighed, more: float) -> bool:
        if w.worth >= least + more:
            return True
        likely = w.candidate.quality >= level.enough + more
        # nobody waits long for it either
        return wishes.prefer_local and w.mind.local and likely and w.worth >= level.share * level.enough + more

    return [w for w in quick if reaches(w, 0.0)], [w for w in quick if reaches(w, SURE)]


def _stay(
    quick: Sequence[_Weighed], good: Sequence[_Weighed], sure: Sequence[_Weighed], wishes: Wishes
) -> _Weighed | None:
    """Who answered last, while no other is clearly better, and none that is good enough for sure costs less money."""
    last = next((w for w in quick if w.model == wishes.stays), None)
    if last is None or (last not in good and last.worth < max(w.worth for w in good) - STAY):
        return None
    cheaper = any(w.candidate.cost_micro_usd < last.candidate.cost_micro_usd for w in sure)
    return None if cheaper else last


def _cheapest(good: Sequence[_Weighed], wishes: Wishes) -> _Weighed:
    if wishes.prefer_local:
        good = [w for w in good if w.mind.local] or good
    least = min(w.cost for w in good)
    near = [w for w in good if w.cost <= least + max(NEAR_MICRO_USD, NEAR_SHARE * least)]

    def preferred(w: _Weighed) -> tuple[float, bool, bool, int, float, str]:
        own = math.inf if w.mind.priority is None else w.mind.priority
        return own, not w.mind.loaded, not w.mind.fast, w.mind.usual_priority, -w.worth, w.model

    return min(near, key=preferred)


def _reason(chosen: _Weighed, good: Sequence[_Weighed], quick: Sequence[_Weighed], wishes: Wishes) -> str:
    if len(quick) == 1:
        return "router.only_able"
    asked = _number(wishes.quality)
    if asked is not None and all(w.candidate.quality < asked for w in good):
        return "router.none_reaches"
    if len(good) == 1:
        return "router.best_for_it" if chosen.candidate.quality >= 0.5 else "router.likeliest"
    here = chosen.mind.local and any(not w.mind.local for w in good)
    return "router.here_good" if here and wishes.prefer_local else "router.cheapest_good"


def _to_warm(wanted: Sequence[_Weighed], chosen: _Weighed, wishes: Wishes, level: Level) -> str | None:
    """A local model that would have been taken had it been loaded."""
    if chosen.mind.local:
        return None
    cold = [w for w in wanted if w.too_slow and not w.mind.loaded and w.mind.tokens_per_second >= 1.0]
    floor = chosen.candidate.quality * level.share
    if wishes.prefer_local and _number(wishes.quality) is None:
        floor = min(floor, level.enough)
    ready = [w for w in cold if w.candidate.quality >= floor and w.mind.read_seconds <= wishes.max_local_latency]
    return max(ready, key=lambda w: w.candidate.quality).model if ready else None


def _order(
    chosen: _Weighed, quick: Sequence[_Weighed], able: Sequence[_Weighed], wishes: Wishes, level: Level
) -> tuple[str, ...]:
    """Who is asked, one after the other: the chosen, then whoever would be chosen if those before were not there, and
    last who was only passed over, those first that are there for that.
    """
    ranked, rest = [chosen], [w for w in quick if w is not chosen]
    while rest:
        ranked.append(_cheapest(_good_enough(rest, wishes, level)[0], wishes))
        rest = [w for w in rest if w is not ranked[-1]]
    ranked += sorted(able, key=lambda w: (not w.mind.fallback, not w.in_range, -w.worth))
    return tuple(dict.fromkeys(w.model for w in ranked))


def _level(quality: str | float) -> Level:
    """The level asked for; who asks for a probability above nine in ten minds waiting and paying as little as
    ``best`` does.
    """
    return LEVELS[quality if isinstance(quality, str) else "best" if quality > 0.9 else "balanced"]


def _number(quality: str | float) -> float | None:
    return None if isinstance(quality, str) else float(quality)


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x >= 0 else 1 - 1 / (1 + math.exp(x))
