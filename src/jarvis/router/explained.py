"""A decision as JSON: what `jarvis route --json` and `jarvis why --json` say, and what is stored. Pure.

Stable: keys are only ever added.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from jarvis.texts import Language, find, say
from jarvis.words.routing import Candidate, Decision


def body(decision: Decision, lang: Language | None = None) -> dict[str, Any]:
    """Everything that was decided and why, the reasons in words of ``lang``."""
    signals = asdict(decision.signals)
    return {
        "id": decision.id,
        "at": decision.at,
        "difficulty": round(decision.difficulty.value, 1),
        "difficulty_source": decision.difficulty.source,
        "discrimination": round(decision.difficulty.discrimination, 3),
        "because": [words(code, {}, lang) for code in decision.difficulty.because],
        "specialties": {name: round(weight, 3) for name, weight in decision.signals.specialties.items() if weight > 0},
        "language": decision.signals.language,
        "signals": {name: value for name, value in signals.items() if name not in ("specialties", "language")},
        "asked_quality": decision.asked_quality,
        "candidates": [_candidate(c, lang) for c in decision.candidates],
        "chosen": decision.chosen or None,
        "reason": words(decision.reason, decision.facts, lang),
        "reason_code": decision.reason,
        "decision_ms": round(decision.milliseconds, 3),
    }


def _candidate(candidate: Candidate, lang: Language | None) -> dict[str, Any]:
    return {
        "model": candidate.model,
        "local": candidate.local,
        "quality": round(candidate.quality, 4),
        "spread": round(candidate.spread, 4),
        "seconds": round(candidate.seconds, 3),
        "first_seconds": round(candidate.first_seconds, 3),
        "cost_usd": candidate.cost_micro_usd / 1e6,
        "feasible": candidate.feasible,
        "ability": round(candidate.ability, 3),
        "why_not": words(candidate.why_not, candidate.facts, lang) if candidate.why_not else None,
    }


def words(code: str, facts: Mapping[str, object], lang: Language | None = None) -> str:
    """A text code in words, or itself where there are none."""
    if isinstance(kinds := facts.get("kinds"), str):
        facts = {**facts, "kinds": ", ".join(seen(kind, lang) for kind in kinds.split(", "))}
    return say(code, lang, **facts) if find(code) else code


def seen(kind: str, lang: Language | None = None) -> str:
    """What was seen in a question (a signal, a kind of private content) in words."""
    kind, _, name = kind.partition(":")
    code = f"router.seen.{kind}"
    return say(code, lang, name=name) if find(code) else kind
