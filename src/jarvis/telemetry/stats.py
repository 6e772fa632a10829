"""What a set of events adds up to. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from jarvis.telemetry.events import Exchange


@dataclass(frozen=True, slots=True)
class ModelStats:
    """One model's part. Seconds are of exchanges that were answered; tokens per second is generation alone."""

    queries: int
    errors: int
    p50_seconds: float | None
    p95_seconds: float | None
    p50_first_token: float | None
    p95_first_token: float | None
    tokens_per_second: float | None
    prompt_tokens: int
    completion_tokens: int
    cost_usd: float


@dataclass(frozen=True, slots=True)
class Stats:
    """All of it. ``cost_usd`` adds the known costs; ``unpriced`` counts the exchanges whose cost is not known.

    ``models`` are those that answered, or tried to: what nobody here can answer is counted in the sums only.
    """

    queries: int
    errors: int
    prompt_tokens: int
    completion_tokens: int
    cost_usd: float
    unpriced: int
    cache_hits: int
    p50_seconds: float | None
    p95_seconds: float | None
    models: dict[str, ModelStats] = field(default_factory=dict)


def quantile(values: Sequence[float], q: float) -> float | None:
    """The ``q`` quantile (0..1), linear between the nearest ranks; None of nothing."""
    if not values:
        return None
    ranked = sorted(values)
    at = q * (len(ranked) - 1)
    low = int(at)
    high = min(low + 1, len(ranked) - 1)
    return ranked[low] + (ranked[high] - ranked[low]) * (at - low)


def summarize(events: Iterable[Exchange]) -> Stats:
    """Counts, latencies, tokens and money of ``events``."""
    every = list(events)
    by_model: dict[str, list[Exchange]] = defaultdict(list)
    for event in every:
        if event.model:  # a name that nobody has is no model, however often it is asked for
            by_model[event.model].append(event)
    good = [e.seconds.total for e in every if _answered(e)]
    return Stats(
        queries=len(every),
        errors=sum(1 for e in every if e.error),
        prompt_tokens=sum(e.usage.prompt_tokens for e in every),
        completion_tokens=sum(e.usage.completion_tokens for e in every),
        cost_usd=sum(e.cost_usd or 0.0 for e in every),
        unpriced=sum(1 for e in every if e.cost_usd is None),
        cache_hits=sum(1 for e in every if e.cache == "hit"),
        p50_seconds=quantile(good, 0.5),
        p95_seconds=quantile(good, 0.95),
        models={name: _model(events) for name, events in sorted(by_model.items())},
    )


def _answered(event: Exchange) -> bool:
    """Whether it came to its end; how long a question waited whose asker left says nothing of the model."""
    return not event.error and event.finish != "stopped"


def _model(events: Sequence[Exchange]) -> ModelStats:
    good = [e for e in events if _answered(e)]
    first = [e.seconds.first_token for e in good if e.seconds.first_token is not None]
    totals = [e.seconds.total for e in good]
    # A rate needs at least two tokens: the first one's time is prefill.
    timed = [
        (e.usage.completion_tokens - 1, e.seconds.total - e.seconds.first_token)
        for e in good
        if e.seconds.first_token is not None and e.usage.completion_tokens > 1
    ]
    decode_seconds = sum(seconds for _, seconds in timed)
    return ModelStats(
        queries=len(events),
        errors=sum(1 for e in events if e.error),
        p50_seconds=quantile(totals, 0.5),
        p95_seconds=quantile(totals, 0.95),
        p50_first_token=quantile(first, 0.5),
        p95_first_token=quantile(first, 0.95),
        tokens_per_second=sum(n for n, _ in timed) / decode_seconds if decode_seconds > 0 else None,
        prompt_tokens=sum(e.usage.prompt_tokens for e in events),
        completion_tokens=sum(e.usage.completion_tokens for e in events),
        cost_usd=sum(e.cost_usd or 0.0 for e in events),
    )
