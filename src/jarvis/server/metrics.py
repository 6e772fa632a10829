"""What Prometheus may ask: requests, tokens, and how long answers take."""

from __future__ import annotations

from typing import NamedTuple

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from starlette.types import Scope

from jarvis.version import __version__
from jarvis.words.exchange import Answer
from jarvis.words.usage import Usage

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
FIRST_TOKEN_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 60, 120)
ANSWER_BUCKETS = (0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 60, 120, 300, 600)
METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH"})


class _Series(NamedTuple):
    """One model's, found once: the library looks labels up under a lock each time."""

    prompt: Counter
    completion: Counter
    first_token: Histogram
    total: Histogram


class Metrics:
    """One registry of its own, so that two applications in one process do not meet."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._models: dict[str, _Series] = {}
        self._counted: dict[tuple[str, str, int], Counter] = {}
        self._requests = Counter(
            "jarvis_http_requests",
            "HTTP requests that were answered.",
            ["route", "method", "status"],
            registry=self.registry,
        )
        self.in_flight = Gauge(
            "jarvis_http_requests_in_flight", "HTTP requests being answered now.", registry=self.registry
        )
        self._tokens = Counter(
            "jarvis_tokens", "Tokens read (prompt) and written (completion).", ["model", "kind"], registry=self.registry
        )
        self._first = Histogram(
            "jarvis_first_token_seconds",
            "Seconds from the question to the first piece of its answer, queue and load included.",
            ["model"],
            buckets=FIRST_TOKEN_BUCKETS,
            registry=self.registry,
        )
        self._total = Histogram(
            "jarvis_answer_seconds", "Seconds from the question to the end of its answer.", ["model"],
            buckets=ANSWER_BUCKETS, registry=self.registry,
        )  # fmt: skip
        self.wrong_tokens = Counter(
            "jarvis_wrong_tokens", "Requests with an unknown access token.", registry=self.registry
        )
        Info("jarvis_build", "Which Jarvis this is.", registry=self.registry).info({"version": __version__})
        ProcessCollector(registry=self.registry)

    def request(self, route: str, scope: Scope, status: int) -> None:
        """Count one request. ``route`` is the pattern, never the path: labels must stay few."""
        method = scope.get("method", "WEBSOCKET")
        key = (route, method if method in METHODS else "other", status)
        counted = self._counted.get(key)
        if counted is None:
            counted = self._counted[key] = self._requests.labels(route, key[1], str(status))
        counted.inc()

    def answered(self, answer: Answer) -> None:
        """Count one answer's tokens and time."""
        self.used(answer.model, answer.usage)
        found = self._series(answer.model)
        if answer.seconds.first_token is not None:
            found.first_token.observe(answer.seconds.first_token)
        found.total.observe(answer.seconds.total)

    def used(self, model: str, usage: Usage) -> None:
        """Count tokens."""
        found = self._series(model)
        found.prompt.inc(usage.prompt_tokens)
        found.completion.inc(usage.completion_tokens)

    def _series(self, model: str) -> _Series:
        found = self._models.get(model)
        if found is None:
            found = self._models[model] = _Series(
                self._tokens.labels(model, "prompt"),
                self._tokens.labels(model, "completion"),
                self._first.labels(model),
                self._total.labels(model),
            )
        return found

    def page(self) -> bytes:
        """All of it in Prometheus's text format."""
        return generate_latest(self.registry)
