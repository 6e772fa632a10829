"""POST /v1/chat/completions."""

from __future__ import annotations

import random
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress

from pydantic import ValidationError
from starlette.responses import Response

from jarvis.errors import UsageError
from jarvis.server.door import Call, Endpoint
from jarvis.server.stream import EventStream, ascii_header
from jarvis.server.whole import whole
from jarvis.server.wire.bodies import ChatCompletion, ChatCompletionChunk
from jarvis.server.wire.chat_answer import ChatChunks, ChatGathering
from jarvis.server.wire.chat_request import ChatBody, JarvisOptions
from jarvis.server.wire.shape import parse
from jarvis.words.exchange import Event, Notice, Preferences

JARVIS = "jarvis"
"""The model name that means the whole assistant. A body with the extension ``jarvis`` means it too."""


async def create(call: Call) -> Response:
    """Answer a conversation."""
    body = parse(ChatBody, call.body)
    request = body.words()
    headers: dict[str, str] = {}
    if body.model == JARVIS or body.jarvis is not None:
        options = body.jarvis or JarvisOptions()
        if options.incognito and options.conversation is not None:
            raise UsageError("memory.incognito_conversation", param="jarvis.conversation")
        events = call.parts.assistant.answer(
            request, call.person, options.face, options.conversation, options.store, _preferences(call, options)
        )
        if options.conversation is not None:
            headers["x-jarvis-conversation"] = ascii_header(options.conversation)
    else:
        preferences = _preferences(call, JarvisOptions())
        events = call.parts.desk.chat(request, call.person, "api", preferences=preferences)
    if not_held := body.not_held():
        events = _begun_with(Notice("wire.schema_not_held", {"names": ", ".join(sorted(not_held))}), events)
    heard = call.hear(events)
    identity, created = f"chatcmpl-{random.getrandbits(96):024x}", int(time.time())
    if not body.stream:
        return await whole(call, heard, ChatGathering(identity, created))
    include_usage = body.stream_options is not None and body.stream_options.include_usage
    chunks = ChatChunks(identity, created, body.model, include_usage)
    return EventStream(heard, chunks, call.lang, headers)


def _preferences(call: Call, options: JarvisOptions) -> Preferences:
    """What the body says, else the headers ``x-jarvis-quality``, ``x-jarvis-cache`` and ``x-jarvis-private``, which any
    client can send.
    """
    headers = call.request.headers
    told = {name: headers.get(f"x-jarvis-{name}") for name in ("quality", "cache", "private")}
    given: dict[str, object] = {name: value for name, value in told.items() if value is not None}
    if not given:
        return options.preferences()
    with suppress(ValueError):
        given["quality"] = float(str(told["quality"]))
    try:
        asked = JarvisOptions.model_validate(given)
    except ValidationError as error:
        name = f"x-jarvis-{error.errors()[0]['loc'][0]}"
        raise UsageError("server.bad_preference", param=name, name=name, value=str(headers.get(name))[:40]) from error
    return Preferences(
        asked.preferences().quality if options.quality is None else options.quality,
        asked.preferences().cache and options.preferences().cache,
        options.difficulty,
        options.fresh,
        asked.preferences().sends_private or options.preferences().sends_private,
        options.confirm,
        options.tools,
        options.incognito,
    )


async def _begun_with(notice: Notice, events: AsyncGenerator[Event, None]) -> AsyncGenerator[Event, None]:
    async with aclosing(events):
        yield notice
        async for event in events:
            yield event


ENDPOINTS = (
    Endpoint(
        "POST", "/v1/chat/completions", create, "Answer a conversation.",
        scope="chat", body=ChatBody, reply=ChatCompletion, stream=ChatCompletionChunk,
    ),
)  # fmt: skip
