"""Why nobody can answer a question, where there are models that could answer others. Pure."""

from __future__ import annotations

from jarvis.errors import Busy, ContextTooLong, JarvisError, ModelNotFound, OverBudget
from jarvis.texts import say
from jarvis.words.routing import Candidate, Decision


def unroutable(decision: Decision) -> JarvisError:
    """The error that tells it: what keeps each of them from it, and the next step for what keeps most."""
    codes = [c.why_not for c in decision.candidates]
    told = "; ".join(f"{c.model}: {reason(c)}" for c in decision.candidates)
    tokens = decision.signals.context_tokens
    if codes and all(code == "router.why.context" for code in codes):
        return ContextTooLong("router.too_long_for_all", param="messages", tokens=tokens, reasons=told)
    if "router.why.budget" in codes:
        return OverBudget("router.no_money_left", reasons=told)
    if "router.why.failing" in codes:
        waits = [
            float(str(c.facts.get("seconds", 1))) for c in decision.candidates if c.why_not == "router.why.failing"
        ]
        return Busy("router.all_failing", retry_after=max(1.0, min(waits)), reasons=told)
    return ModelNotFound("router.nobody_can_now", reasons=told)


def reason(candidate: Candidate) -> str:
    """What keeps one of them from it, in words."""
    return say(candidate.why_not, None, **candidate.facts) if candidate.why_not else ""
