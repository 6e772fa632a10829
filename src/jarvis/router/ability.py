"""How well a model does in a specialty, above the anchor, and how sure that is. Pure.

The anchor is Llama-3.1-8B-Instruct; see words.routing.Ability. A model's ability begins with what is published of it
(``prior``), is corrected by what it answered of the calibration set, and then by what its owner thought of its answers.

What is meant is the shift of log odds at a *stated* difficulty, which is a probability for questions that look alike,
not the difficulty of one question. Between the answers of two models to the very same questions the Rasch model finds
1.1 to 2 times as much (``bench/stretch.py``); a router that knows only what a question looks like never sees that.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from jarvis.router.anchor import ANCHOR, ANCHOR_PARAMETERS, UNKNOWN_LOSS, benchmark, logit, loss
from jarvis.words.model import Score, Variant
from jarvis.words.routing import Ability, Specialty

Language = Literal["en", "es"]

GRID = 8
"""Points for each standard deviation before, five of them to each side."""
LIMIT = 8.0
"""Logits; beyond, nothing changes."""
GUESS_SPREAD = 1.3
"""One standard deviation, logits, of what size alone tells: good and bad models of a size are so far apart."""
DIRECT_SPREAD, NEAR_SPREAD, FAR_SPREAD = 0.7, 0.9, 1.2
"""Of what a benchmark tells of its own specialty, of one that it touches, of any other."""
NO_ANCHOR, NO_ANCHOR_SPREAD = 0.15, 1.5
"""What the anchor is taken to score where nothing is published, and logits of doubt that this adds."""
LEAST_SPREAD = 0.5
"""However many scores there are: makers choose what they publish, and how it is asked differs."""
BONUS = 0.25
"""Of a specialty that the card or the owner lists."""
API_GUESS, API_DOLLARS, TENFOLD = 1.0, 0.6, 0.4
"""Of a model whose size nobody tells: its ability if a million tokens that it writes cost so many dollars, and what ten
times the price adds: among the eleven models of RouterBench-3 it is 0.39 logits, with much doubt."""
SHIFT_SPREAD = 0.4
"""How far the levels of the calibration set may be off the anchor as a whole, in one specialty: it was not asked."""
LANGUAGE_SPREAD = 0.5
UNLISTED, UNLISTED_SPREAD = -1.0, 1.0
"""What a language takes that the card does not list."""

_NEAR: Mapping[str, tuple[str, ...]] = {
    "general": ("chat", "analysis", "technical", "reasoning", "writing"),
    "instructions": ("command", "writing"),
    "tools": ("command", "code"),
    "agents": ("command", "code"),
    "reasoning": ("reasoning", "analysis", "math", "technical"),
    "analysis": ("analysis", "reasoning", "technical"),
    "math": ("math", "reasoning", "technical"),
    "code": ("code", "technical", "reasoning"),
    "multilingual": ("chat", "writing"),
}
"""What the specialty of a score touches; the first of a list of its own name is itself."""


class Scored(Protocol):
    """What a card has to have: a local model's or a paid one's. ``parameters`` and ``languages`` are used if there."""

    @property
    def scores(self) -> tuple[Score, ...]: ...

    @property
    def specialties(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Observation:
    """One question that was answered rightly or not. ``difficulty`` 0..100; ``chance`` is what guessing gets;
    ``weight`` is less than 1 for what is only a hint (a re-ask).
    """

    difficulty: float
    right: bool
    language: Language | None = None
    chance: float = 0.0
    weight: float = 1.0


Observations = tuple[Observation, ...]


def ability(
    card: Scored,
    specialty: Specialty,
    variant: Variant | None = None,
    observations: Iterable[Observation] = (),
    feedback: Iterable[Observation] = (),
    *,
    specialties: Sequence[str] = (),
    language: Language | None = None,
    dollars: float | None = None,
) -> Ability:
    """What is known of a model in a specialty. ``dollars``: what a million tokens that it writes cost.

    ``variant`` is the quantisation that runs (None: as its maker ships it); ``observations`` are its answers to the
    calibration set, ``feedback`` its owner's word on others; ``specialties`` the owner's own list. With ``language``
    answers in that one count in full, those in the other as a hint.
    """
    before = prior(card, specialty, variant, specialties, dollars)
    mean, spread, source = before.value, before.spread, before.source
    if language is not None and not _speaks(card, language):
        mean, spread = mean + UNLISTED, math.hypot(spread, UNLISTED_SPREAD)
    if seen := tuple(observations):
        mean, spread = _measured(mean, spread, seen, language, card)
        source = "measured"
    if told := tuple(feedback):
        mean, spread = posterior(mean, spread, told)
        source = "feedback"
    return Ability(max(-LIMIT, min(LIMIT, mean)), spread, source)


def prior(
    card: Scored,
    specialty: Specialty,
    variant: Variant | None = None,
    specialties: Sequence[str] = (),
    dollars: float | None = None,
) -> Ability:
    """What size, or else the price, and published scores tell, before anything was measured."""
    parameters = int(getattr(card, "parameters", 0) or 0)
    told = [(_by_size(_active(card, parameters)) if parameters else _by_price(dollars), GUESS_SPREAD)]
    told += [_by_score(score, specialty) for score in card.scores]
    weights = [1 / spread**2 for _, spread in told]
    mean = sum(w * value for w, (value, _) in zip(weights, told, strict=True)) / sum(weights)
    spread = max(LEAST_SPREAD, sum(weights) ** -0.5)
    if specialty in (*card.specialties, *specialties):
        mean += BONUS
    if variant is not None:
        lost = loss(variant.quantization, parameters)
        mean, spread = mean - lost, math.hypot(spread, max(lost / 2, UNKNOWN_LOSS / 3))
    return Ability(max(-LIMIT, min(LIMIT, mean)), spread, "card" if card.scores else "guess")


def quality(known: Ability, difficulty: float) -> tuple[float, float]:
    """Probability that a question of this difficulty (0..100) is answered well, and one standard deviation of it: the
    mean and spread over what the ability may be (Gauss and Hermite's rule with 7 points).
    """
    hard = _log_odds(difficulty, 0.0)
    values = [_sigmoid(known.value + known.spread * x - hard) for x, _ in _HERMITE]
    mean = sum(w * v for v, (_, w) in zip(values, _HERMITE, strict=True))
    square = sum(w * (v - mean) ** 2 for v, (_, w) in zip(values, _HERMITE, strict=True))
    return mean, math.sqrt(square)


def posterior(mean: float, spread: float, seen: Iterable[Observation]) -> tuple[float, float]:
    """Mean and standard deviation of an ability, normal before, after these answers (on a grid).

    The likelihood is Rasch's with guessing: ``chance + (1 - chance) / (1 + exp(logit(difficulty) - ability))``, where
    the difficulty too is that of the anchor, guessing included.
    """
    groups = Counter[tuple[float, float, bool]]()
    for o in seen:
        groups[_log_odds(o.difficulty, o.chance), o.chance, o.right] += o.weight  # type: ignore[assignment]
    width = max(spread, 1e-6)
    points = [mean + width * x / GRID for x in range(-5 * GRID, 5 * GRID + 1)]
    logs = []
    for a in points:
        total = -0.5 * ((a - mean) / width) ** 2
        for (hard, chance, right), count in groups.items():
            p = chance + (1 - chance) * _sigmoid(a - hard)
            total += count * math.log(max(1e-12, p if right else 1 - p))
        logs.append(total)
    top = max(logs)
    weights = [math.exp(value - top) for value in logs]
    whole = sum(weights)
    centre = sum(w * a for w, a in zip(weights, points, strict=True)) / whole
    return centre, math.sqrt(sum(w * (a - centre) ** 2 for w, a in zip(weights, points, strict=True)) / whole)


def _measured(
    mean: float, spread: float, seen: Observations, language: Language | None, card: Scored
) -> tuple[float, float]:
    """After the calibration set. What is measured is the ability and a shift: how far the set is off the anchor. So the
    doubt about that shift stays, however many questions are answered.
    """
    centre, width = mean, math.hypot(spread, SHIFT_SPREAD)
    here = tuple(o for o in seen if language is None or o.language in (None, language))
    other = tuple(o for o in seen if language is not None and o.language not in (None, language))
    if other:  # the same model in the other language: seen through one more shift
        assert language is not None
        between = UNLISTED_SPREAD if not _speaks(card, language) else LANGUAGE_SPREAD
        off = UNLISTED * ((not _speaks(card, language)) - (not _speaks(card, _other(language))))
        through = math.hypot(width, between)
        found, sure = posterior(centre - off, through, other)
        centre, width = _behind(centre, width, between, found + off, sure)
    if here:
        centre, width = posterior(centre, width, here)
    return _behind(mean, spread, SHIFT_SPREAD, centre, width)


def _behind(mean: float, spread: float, shift: float, found: float, sure: float) -> tuple[float, float]:
    """A normal quantity of which only the sum with a normal shift of mean 0 was seen: ``found``, ``sure`` are that
    sum's mean and spread now.
    """
    share = spread**2 / (spread**2 + shift**2)
    return mean + share * (found - mean), math.sqrt(share * shift**2 + (share * sure) ** 2)


def _by_score(score: Score, specialty: Specialty) -> tuple[float, float]:
    """What one score tells of a specialty: logits above the anchor's on the same benchmark, guessing taken off, and
    their spread. The last few per cent of a benchmark are mistakes of its own.
    """
    near = _NEAR.get(score.specialty, ())
    spread = DIRECT_SPREAD if score.specialty == specialty else NEAR_SPREAD if specialty in near else FAR_SPREAD
    known = ANCHOR.get(benchmark(score.benchmark))
    value, chance = score.value, known.chance if known else 0.0

    def odds(p: float) -> float:
        return logit(min(0.97, max(0.015, (p - chance) / (1 - chance))))

    if known is None:
        return odds(value) - logit(NO_ANCHOR), math.hypot(spread, NO_ANCHOR_SPREAD)
    return odds(value) - odds(known.value), spread


def _by_size(parameters: float) -> float:
    """From size alone. Of Llama 3.1 and 3.2 (1B, 3B, 8B, 70B; MMLU of their cards, guessing taken off) each doubling
    adds 0.45 below the anchor and 0.3 above.
    """
    doublings = math.log2(parameters / ANCHOR_PARAMETERS)
    return doublings * (0.3 if doublings > 0 else 0.45)


def _by_price(dollars: float | None) -> float:
    """From the price alone; a makeshift until somebody publishes a score, or the owner judges an answer."""
    return API_GUESS + (TENFOLD * math.log10(max(dollars, 0.01) / API_DOLLARS) if dollars else 0.0)


def _active(card: Scored, parameters: int) -> float:
    """Parameters of a dense model that is as able: of a mixture of experts, the mean of all and of those used, on a
    logarithmic scale (a rule of thumb).
    """
    network = getattr(card, "architecture", None)
    experts, used = getattr(network, "experts", 0), getattr(network, "experts_used", 0)
    return parameters * math.sqrt(used / experts) if experts and used else float(parameters)


def _speaks(card: Scored, language: Language) -> bool:
    listed = getattr(card, "languages", ())
    return not listed or language in listed


def _other(language: Language) -> Language:
    return "en" if language == "es" else "es"


def _log_odds(difficulty: float, chance: float) -> float:
    wrong = min(99.5, max(0.5, difficulty)) / 100 / (1 - chance)
    return logit(min(0.995, wrong))


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x > -500 else 0.0


_HERMITE = (
    (0.0, 0.457142857142857), (1.154405394739968, 0.240123178605013), (-1.154405394739968, 0.240123178605013),
    (2.366759410734541, 0.030757123967586), (-2.366759410734541, 0.030757123967586),
    (3.750439717725742, 0.000548268855972), (-3.750439717725742, 0.000548268855972),
)  # fmt: skip
"""Points and weights for a standard normal."""
