"""What Prometheus may ask: what is counted as it happens. What is read when it asks is in ``gauges``.

Names are Prometheus's, and OpenTelemetry's for generative AI where it has one (``gen_ai.client.token.usage`` is
``gen_ai_client_token_usage``, by its rules for Prometheus). Labels stay few: models and engines of this house, codes,
routes; never a person, a conversation, an address, or a name that a client made up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from starlette.types import Scope

from jarvis.telemetry.events import Exchange
from jarvis.telemetry.semantic import provider
from jarvis.telemetry.spoken import STAGES, SpokenTurn
from jarvis.version import __version__

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH"})
TOKEN_BUCKETS = tuple(4**n for n in range(11))
"""Up to a million: OpenTelemetry's, of which a model with a larger context needs more."""
DURATION_BUCKETS = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92, 300, 600)
"""OpenTelemetry's, and two for answers that wait for a load."""
FIRST_BUCKETS = (0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 120)
"""OpenTelemetry's without those below 10 ms, and two for models that are loaded first."""
PER_TOKEN_BUCKETS = (0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5)
WAIT_BUCKETS = (0.01, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300)
SPOKEN_BUCKETS = (0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10)
DIFFICULTY_BUCKETS = tuple(range(10, 101, 10))
UNPRICED_MOST = 10_000
"""Exchanges of which it is not yet worked out what they would have cost elsewhere."""
_MODEL = ("gen_ai_operation_name", "gen_ai_provider_name", "gen_ai_request_model")
_ELSEWHERE = frozenset({"api", "cache", "shared"})


class _Series(NamedTuple):
    """One model's, found once: the library looks labels up under a lock each time."""

    read: Histogram
    written: Histogram
    first: Histogram
    per_token: Histogram
    queue: Histogram
    load: Histogram


class Metrics:
    """One registry of its own, so that two applications in one process do not meet. A sink of exchanges."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self._models: dict[tuple[str, str, str], _Series] = {}
        self._counted: dict[tuple[str, str, int], Counter] = {}
        self._unpriced: list[Exchange] = []

        def counter(name: str, text: str, *labels: str) -> Counter:
            return Counter(name, text, labels, registry=registry)

        def histogram(name: str, text: str, buckets: Sequence[float], *labels: str) -> Histogram:
            return Histogram(name, text, labels, buckets=buckets, registry=registry)

        self._requests = counter(
            "jarvis_http_requests", "HTTP requests that were answered.", "route", "method", "status"
        )
        self.in_flight = Gauge("jarvis_http_requests_in_flight", "HTTP requests being answered now.", registry=registry)
        self.wrong_tokens = counter("jarvis_wrong_tokens", "Requests with an unknown access token.")
        self._tokens = histogram(
            "gen_ai_client_token_usage", "Tokens of one exchange, read (input) and written (output).",
            TOKEN_BUCKETS, *_MODEL, "gen_ai_token_type",
        )  # fmt: skip
        self._duration = histogram(
            "gen_ai_client_operation_duration_seconds", "From the question to the end of its answer, or to its error.",
            DURATION_BUCKETS, *_MODEL, "error_type",
        )  # fmt: skip
        self._first = histogram(
            "gen_ai_server_time_to_first_token_seconds",
            "From the question to the first piece of its answer, queue and load included.", FIRST_BUCKETS, *_MODEL,
        )  # fmt: skip
        self._per_token = histogram(
            "gen_ai_server_time_per_output_token_seconds",
            "Seconds for each token after the first.",
            PER_TOKEN_BUCKETS,
            *_MODEL,
        )
        self._exchanges = counter(
            "jarvis_exchanges",
            "Exchanges that are over: source is local, api, cache, shared (with who asked the same) or tools;"
            " outcome is answered, stopped (by its asker) or error.",
            "model", "source", "outcome",
        )  # fmt: skip
        self._errors = counter("jarvis_errors", "Exchanges that failed, by the error's code.", "code")
        self._queue = histogram("jarvis_queue_wait_seconds", "Waiting for a place in a model.", WAIT_BUCKETS, "model")
        self._load = histogram("jarvis_load_wait_seconds", "Waiting for a model to be loaded.", WAIT_BUCKETS, "model")
        self._decoded = counter("jarvis_decoded_tokens", "Tokens written after the first of each answer.", "model")
        self._decoding = counter("jarvis_decoding_seconds", "What writing jarvis_decoded_tokens took.", "model")
        self._cost = counter("jarvis_cost_usd", "What paid models cost, US dollars.", "provider", "model")
        self._unknown_cost = counter("jarvis_exchanges_unpriced", "Exchanges whose cost nobody knows.")
        self._always = counter(
            "jarvis_cost_always_api_usd", "What these exchanges would have cost had a paid model answered all of them."
        )
        self._saved = Gauge(
            "jarvis_saved_usd", "What was saved against a paid model that answers everything.", registry=registry
        )
        self._cache = counter("jarvis_cache_lookups", "Questions looked up among kept answers: hit or miss.", "result")
        for result in ("hit", "miss"):  # seen from 0 on
            self._cache.labels(result)
        self._decisions = counter(
            "jarvis_route_decisions", "Questions for which it was decided who answers, by why.", "reason", "model"
        )
        self._difficulty = histogram("jarvis_question_difficulty", "0 to 100, as judged.", DIFFICULTY_BUCKETS)
        self._spoken = histogram(
            "jarvis_spoken_turn_seconds", "From the end of speech to each stage of its answer.", SPOKEN_BUCKETS, "stage"
        )
        for stage in STAGES:
            self._spoken.labels(stage)
        self._interrupted = counter("jarvis_spoken_turns_interrupted", "Spoken answers that were spoken over.")
        Info("jarvis_build", "Which Jarvis this is.", registry=registry).info({"version": __version__})
        ProcessCollector(registry=registry)

    def request(self, route: str, scope: Scope, status: int) -> None:
        """Count one request. ``route`` is the pattern, never the path: labels must stay few."""
        method = scope.get("method", "WEBSOCKET")
        key = (route, method if method in METHODS else "other", status)
        counted = self._counted.get(key)
        if counted is None:
            counted = self._counted[key] = self._requests.labels(route, key[1], str(status))
        counted.inc()

    async def record(self, event: Exchange) -> None:
        """Count one exchange."""
        source = event.device if event.device in _ELSEWHERE else "tools" if event.engine == "tools" else "local"
        outcome = "error" if event.error else "stopped" if event.finish == "stopped" else "answered"
        self._exchanges.labels(event.model, source, outcome).inc()
        if event.error:
            self._errors.labels(event.error).inc()
        if event.cache != "off":
            self._cache.labels(event.cache).inc()
        if event.reason:
            self._decisions.labels(event.reason, event.model).inc()
        if event.difficulty is not None:
            self._difficulty.observe(event.difficulty)
        if event.cost_usd is None:
            self._unknown_cost.inc()
        elif event.cost_usd:
            self._cost.labels(event.engine, event.model).inc(event.cost_usd)
        if len(self._unpriced) < UNPRICED_MOST:
            self._unpriced.append(event)
        if event.model and event.engine and source in ("local", "api"):
            self._generated(event, outcome)

    def _generated(self, event: Exchange, outcome: str) -> None:
        key = (event.operation, provider(event.engine), event.model)
        found = self._models.get(key)
        if found is None:
            found = self._models[key] = _Series(
                self._tokens.labels(*key, "input"), self._tokens.labels(*key, "output"), self._first.labels(*key),
                self._per_token.labels(*key), self._queue.labels(event.model), self._load.labels(event.model),
            )  # fmt: skip
        seconds, written = event.seconds, event.usage.completion_tokens
        self._duration.labels(*key, event.error).observe(seconds.total)
        found.queue.observe(seconds.queue)
        found.load.observe(seconds.load)
        if event.usage.total_tokens:
            found.read.observe(event.usage.prompt_tokens)
            found.written.observe(written)
        if outcome != "answered" or seconds.first_token is None:
            return
        found.first.observe(seconds.first_token)
        decoding = seconds.total - seconds.first_token
        if written > 1 and decoding > 0:
            found.per_token.observe(decoding / (written - 1))
            self._decoded.labels(event.model).inc(written - 1)
            self._decoding.labels(event.model).inc(decoding)

    def spoken(self, turn: SpokenTurn) -> None:
        """Count one spoken turn."""
        for stage in STAGES:
            if (seconds := getattr(turn, stage)) is not None:
                self._spoken.labels(stage).observe(max(0.0, seconds))
        self._interrupted.inc(turn.interrupted)

    def unpriced(self) -> list[Exchange]:
        """The exchanges of which ``saved`` was not yet told."""
        taken, self._unpriced = self._unpriced, []
        return taken

    def saved(self, always_usd: float, spent_usd: float) -> None:
        """Some more exchanges would have cost, and did cost, so much."""
        self._always.inc(always_usd)
        self._saved.inc(always_usd - spent_usd)

    def page(self, read: Iterable[Metric] = ()) -> bytes:
        """All of it in Prometheus's text format, with what was ``read`` for it."""
        now = CollectorRegistry(auto_describe=False)
        now.register(_Read(read))
        return generate_latest(self.registry) + generate_latest(now)


class _Read(Collector):
    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families
