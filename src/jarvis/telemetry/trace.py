"""What a question goes through, noted for a collector of traces. Without one nothing is noted, and nothing imported.

A trace is begun around a question (``assistant.traced``) and found here by whoever does a part of it; parts are noted
by when they begin and end, so that it does not matter in which task they run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from contextvars import ContextVar
from typing import Protocol

Facts = Mapping[str, str | bool | int | float | Sequence[str]]
"""By OpenTelemetry's names where it has one (``gen_ai.*``), else ``jarvis.*``. Never a text that was asked or said."""


class Span(Protocol):
    """A part that is being done."""

    def note(self, facts: Facts) -> None: ...


class Trace(Protocol):
    """One question's."""

    def span(self, name: str, facts: Facts) -> AbstractContextManager[Span]: ...


class _Nothing:
    """Notes nothing."""

    def span(self, name: str, facts: Facts) -> AbstractContextManager[Span]:
        return self

    def note(self, facts: Facts) -> None: ...

    def __enter__(self) -> Span:
        return self

    def __exit__(self, *_: object) -> None: ...


NONE: Trace = _Nothing()
current: ContextVar[Trace] = ContextVar("trace", default=NONE)
caller: ContextVar[Mapping[str, str]] = ContextVar("caller", default={})  # noqa: B039 - nobody changes it
"""``traceparent`` and ``tracestate``, as whoever asks sent them (https://www.w3.org/TR/trace-context/)."""


def span(name: str, facts: Facts | None = None) -> AbstractContextManager[Span]:
    """A part of the question that is being answered here."""
    return current.get().span(name, facts or {})
