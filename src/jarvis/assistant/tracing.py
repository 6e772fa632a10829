"""A trace around a question, for a collector of traces (``telemetry.otlp``); see ``telemetry.trace``."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import AbstractContextManager, aclosing
from time import monotonic
from typing import Protocol

from jarvis.telemetry.semantic import provider
from jarvis.telemetry.trace import Facts, Span, Trace, caller, current
from jarvis.words.chat import Delta
from jarvis.words.exchange import Answer, Event, Route


class Traces(Protocol):
    """Where traces go."""

    def question(
        self, name: str, facts: Facts, caller: Mapping[str, str]
    ) -> AbstractContextManager[tuple[Trace, Span]]: ...


class Tracing:
    """``texts``: questions and answers are told too."""

    def __init__(self, traces: Traces, *, texts: bool) -> None:
        self._traces = traces
        self._texts = texts

    async def follow(
        self, events: AsyncGenerator[Event, None], model: str, asked: str, face: str, *, incognito: bool = False
    ) -> AsyncGenerator[Event, None]:
        """The events as they are. Of who asks ``incognito`` no text and no conversation is in the trace."""
        agent, texts = model or "auto", self._texts and not incognito
        began, first = monotonic(), True
        facts = {
            "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": agent, "gen_ai.request.model": agent,
            "jarvis.face": face,
        }  # fmt: skip
        if texts:
            facts["gen_ai.input.messages"] = _message("user", asked)
        with self._traces.question(f"invoke_agent {agent}", facts, caller.get()) as (trace, span):
            before = current.get()
            current.set(trace)
            try:
                async with aclosing(events) as stream:
                    async for event in stream:
                        if isinstance(event, Route):
                            span.note(_routed(event, incognito=incognito))
                        elif isinstance(event, Delta) and first:
                            first = False
                            span.note({"gen_ai.response.time_to_first_chunk": monotonic() - began})
                        elif isinstance(event, Answer):
                            span.note(_answered(event))
                            if texts:
                                span.note({"gen_ai.output.messages": _message("assistant", event.answer)})
                        yield event
            finally:
                current.set(before)


def generating(model: str, engine: str) -> Facts:
    """Who is asked."""
    return {
        "gen_ai.operation.name": "chat", "gen_ai.provider.name": provider(engine), "gen_ai.request.model": model,
    }  # fmt: skip


def generated(answer: Answer) -> Facts:
    """What an answer took, by OpenTelemetry's names."""
    usage = answer.usage
    return {
        "gen_ai.provider.name": provider(answer.engine),
        "gen_ai.response.model": answer.served_as or answer.model,
        "gen_ai.response.finish_reasons": (answer.finish,),
        "gen_ai.usage.input_tokens": usage.prompt_tokens,
        "gen_ai.usage.output_tokens": usage.completion_tokens,
        "gen_ai.usage.cache_read.input_tokens": usage.cached_tokens,
        "gen_ai.usage.reasoning.output_tokens": usage.reasoning_tokens,
    }


def _routed(route: Route, *, incognito: bool) -> Facts:
    facts: dict[str, str | float] = {}
    if route.conversation and not incognito:
        facts["gen_ai.conversation.id"] = route.conversation
    if route.decision:
        facts["jarvis.decision"] = route.decision
    if route.difficulty is not None:
        facts["jarvis.difficulty"] = route.difficulty
    return facts


def _answered(answer: Answer) -> Facts:
    facts = {**generated(answer), "jarvis.cache": answer.cache, "jarvis.device": answer.device}
    if answer.cost_usd is not None:
        facts["jarvis.cost_usd"] = answer.cost_usd
    if answer.tried:
        facts["jarvis.tried"] = answer.tried
    return facts


def _message(role: str, text: str) -> str:
    return json.dumps([{"role": role, "parts": [{"type": "text", "content": text}]}], ensure_ascii=False)
