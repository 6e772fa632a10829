"""POST /v1/completions."""

from __future__ import annotations

import random
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace

from starlette.responses import Response

from jarvis.server.door import Call, Endpoint
from jarvis.server.stream import EventStream
from jarvis.server.whole import whole
from jarvis.server.wire.bodies import TextCompletion
from jarvis.server.wire.other_requests import CompletionBody
from jarvis.server.wire.shape import parse
from jarvis.server.wire.text_answer import TextChunks, TextGathering
from jarvis.words.chat import CompletionRequest, Delta
from jarvis.words.exchange import Answer, Event
from jarvis.words.usage import Seconds, Usage


async def create(call: Call) -> Response:
    """Continue one text, or several."""
    body = parse(CompletionBody, call.body)
    requests = body.words()
    if len(requests) == 1:
        heard = call.hear(call.parts.desk.complete(requests[0], call.person, "api"))
    else:
        heard = call.hear(_one_after_another(call, requests))
    identity, created = f"cmpl-{random.getrandbits(96):024x}", int(time.time())
    if not body.stream:
        return await whole(call, heard, TextGathering(identity, created))
    include_usage = body.stream_options is not None and body.stream_options.include_usage
    chunks = TextChunks(identity, created, body.model, include_usage)
    return EventStream(heard, chunks, call.lang, {})


async def _one_after_another(call: Call, requests: Sequence[CompletionRequest]) -> AsyncGenerator[Event, None]:
    """The exchanges of all prompts as if they were one: choices counted on, usage and time added up."""
    answers: list[Answer] = []
    for number, request in enumerate(requests):
        async with aclosing(call.parts.desk.complete(request, call.person, "api")) as events:
            async for event in events:
                if isinstance(event, Answer):
                    answers.append(event)
                elif isinstance(event, Delta) and number:
                    yield replace(event, choice=event.choice + number * request.n)
                else:
                    yield event
    yield _sum(answers)


def _sum(answers: Sequence[Answer]) -> Answer:
    first = answers[0]
    usages, times = [a.usage for a in answers], [a.seconds for a in answers]
    costs = [a.cost_usd for a in answers]
    return replace(
        first,
        usage=Usage(
            sum(u.prompt_tokens for u in usages),
            sum(u.completion_tokens for u in usages),
            sum(u.cached_tokens for u in usages),
            sum(u.reasoning_tokens for u in usages),
        ),
        seconds=Seconds(
            sum(s.queue for s in times),
            sum(s.load for s in times),
            first.seconds.first_token,
            sum(s.total for s in times),
        ),
        cost_usd=None if None in costs else sum(c for c in costs if c is not None),
    )


ENDPOINTS = (
    Endpoint(
        "POST", "/v1/completions", create, "Continue a text.",
        scope="chat", body=CompletionBody, reply=TextCompletion, stream=TextCompletion,
    ),
)  # fmt: skip
