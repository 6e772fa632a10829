"""Traces as OpenTelemetry has them, sent over OTLP/HTTP (extra ``otel``; ``telemetry.otlp`` is the collector).

They are sent from a thread of their own, and dropped when nobody takes them: no answer waits for a collector.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExportResult
from opentelemetry.trace import Span as Theirs
from opentelemetry.trace import SpanKind, Status, StatusCode, Tracer, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from jarvis.errors import JarvisError
from jarvis.telemetry.trace import Facts, Span
from jarvis.version import __version__

log = logging.getLogger(__name__)
EXPORT_SECONDS = 5.0
LAST_SECONDS = 2.0
"""How long Jarvis waits, when it ends, for what was not sent yet."""
_KINDS = {"invoke_agent": SpanKind.SERVER, "chat": SpanKind.CLIENT}
"""By ``gen_ai.operation.name``; what is not named here is done within."""


class Exporter(OTLPSpanExporter):
    """Says once that nobody takes what it sends, and once that somebody does again: theirs says so of every try."""

    def __init__(self, endpoint: str) -> None:
        super().__init__(endpoint, timeout=EXPORT_SECONDS)
        self._address = endpoint
        self._taken = True
        logging.getLogger(OTLPSpanExporter.__module__).setLevel(logging.CRITICAL)

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        done = super().export(spans)
        taken = done is SpanExportResult.SUCCESS
        if taken != self._taken:
            log.warning("%s %s", self._address, "takes traces again" if taken else "takes no traces: they are dropped")
        self._taken = taken
        return done


class Noted:
    """A span that is being done."""

    def __init__(self, theirs: Theirs) -> None:
        self._theirs = theirs

    def note(self, facts: Facts) -> None:
        self._theirs.set_attributes(facts)


class Question:
    """The trace of one question. ``context``: what its parts belong to."""

    def __init__(self, tracer: Tracer, context: Context) -> None:
        self._tracer = tracer
        self._context = context

    @contextmanager
    def span(self, name: str, facts: Facts) -> Iterator[Span]:
        with _spanned(self._tracer, name, facts, self._context) as theirs:
            yield Noted(theirs)


class Otlp:
    """Sends traces to ``collector`` (its address, with a path of its own or without). Raises ValueError for none."""

    def __init__(self, collector: str) -> None:
        base = collector.rstrip("/")
        endpoint = base if base.endswith("/v1/traces") else f"{base}/v1/traces"
        resource = Resource.create({"service.name": "jarvis", "service.version": __version__})
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(Exporter(endpoint)))
        self._tracer = self._provider.get_tracer("jarvis", __version__)

    @contextmanager
    def question(self, name: str, facts: Facts, caller: Mapping[str, str]) -> Iterator[tuple[Question, Span]]:
        """A trace, which goes on the one of its ``caller`` if that sent it."""
        context = TraceContextTextMapPropagator().extract(caller)
        with _spanned(self._tracer, name, facts, context) as theirs:
            yield Question(self._tracer, set_span_in_context(theirs, context)), Noted(theirs)

    async def close(self) -> None:
        """Send what is left, if somebody takes it soon."""
        last = threading.Thread(target=self._provider.shutdown, name="traces", daemon=True)
        last.start()
        await asyncio.to_thread(last.join, LAST_SECONDS)


@contextmanager
def _spanned(tracer: Tracer, name: str, facts: Facts, context: Context) -> Iterator[Theirs]:
    """Begun and ended, and marked when it failed; of an error its code is told, for its message may quote."""
    kind = _KINDS.get(str(facts.get("gen_ai.operation.name")), SpanKind.INTERNAL)
    theirs = tracer.start_span(name, context, kind, facts)
    try:
        yield theirs
    except (GeneratorExit, asyncio.CancelledError):
        theirs.set_attribute("jarvis.stopped", True)
        raise
    except BaseException as error:
        code = error.code if isinstance(error, JarvisError) else type(error).__name__
        theirs.set_attribute("error.type", code)
        theirs.set_status(Status(StatusCode.ERROR, code))
        raise
    finally:
        theirs.end()
