"""POST /v1/audio/speech, as OpenAI has it: sound as it is made."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from typing import Literal, cast

from pydantic import Field
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from jarvis.assistant.speaking import cut
from jarvis.errors import NotFound, UsageError
from jarvis.server.door import Call, Endpoint
from jarvis.server.meanwhile import Done, meanwhile
from jarvis.server.stream import ascii_header
from jarvis.server.wire.shape import Asked, parse
from jarvis.speech.foreign import foreign
from jarvis.speech.languages import code_of
from jarvis.speech.speak.base import Spoken
from jarvis.speech.speak.forms import TYPES, Form
from jarvis.speech.which import which
from jarvis.words.json_bytes import encode
from jarvis.words.memory import Language

SILENCE = Spoken(bytes(24_000 // 5 * 2), 24_000)
"""What is sounded of a text in which nothing can be said: players fail at no sound at all."""


class SpeechBody(Asked):
    """Body of POST /v1/audio/speech. ``language`` (Jarvis's own) is that of the text, which is else found out.
    ``speed`` is held between 0.5 and 2. ``instructions`` are read and have no effect.
    """

    input: str = Field(min_length=1, max_length=65_536)
    model: str = Field("auto", min_length=1, max_length=256)
    voice: str = Field("", max_length=128)
    response_format: Form = "mp3"
    stream_format: Literal["audio", "sse"] = "audio"
    speed: float = Field(1.0, ge=0.25, le=4)
    language: str = Field("", max_length=32)


async def speech(call: Call) -> Response:
    """Say a text aloud."""
    body = parse(SpeechBody, call.body)
    if call.parts.speaking is None:
        raise NotFound("server.not_offered", path=call.request.url.path)
    if not body.input.strip():
        raise UsageError("audio.blank", param="input")
    code = code_of(body.language)
    if code not in ("", "es", "en"):
        raise UsageError("audio.speaks_not", param="language", language=code)
    if code:
        spoken, other = cast(Language, code), None
    else:
        usual = call.parts.speaking.usual(body.model, body.voice) or call.lang
        spoken = await asyncio.to_thread(which, body.input, usual)
        other = await asyncio.to_thread(foreign, body.input)
    call.parts.speaking.check(body.model, spoken, body.voice, "api", other)
    sounds = _sounds(call, body, spoken)
    first = await anext(sounds, None)  # what cannot be said is told by a status
    by = {} if first is None else {"x-jarvis-model": ascii_header(first.by)}
    pieces = _encoded(first or SILENCE, sounds, body.response_format)
    if body.stream_format == "sse":
        return Sound(_events(pieces), "text/event-stream", by)
    return Sound(pieces, TYPES[body.response_format], by)


async def _sounds(call: Call, body: SpeechBody, language: Language) -> AsyncGenerator[Spoken, None]:
    speaking, speed = call.parts.speaking, min(2.0, max(0.5, body.speed))
    assert speaking is not None

    async def work(tell: Callable[[Spoken], None]) -> str:
        return await speaking.speak(
            body.model,
            cut(body.input),
            language,
            body.voice,
            speed,
            call.person,
            "api",
            lambda _, spoken: tell(spoken) if spoken.sound else None,
            body.input,
        )

    async with aclosing(meanwhile(work, "speech")) as steps:
        async for step in steps:
            if not isinstance(step, Done):
                yield step


async def _encoded(first: Spoken, rest: AsyncGenerator[Spoken, None], form: Form) -> AsyncGenerator[bytes, None]:
    from jarvis.speech.speak.encoding import Encoder

    encoder = Encoder(form, first.rate)
    async with aclosing(rest):
        yield await asyncio.to_thread(encoder.add, first.sound)
        async for spoken in rest:
            yield await asyncio.to_thread(encoder.add, spoken.sound)
        yield await asyncio.to_thread(encoder.finish)


async def _events(pieces: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    """As OpenAI streams them, without ``usage``: nobody counts tokens here."""
    async with aclosing(pieces):
        async for piece in pieces:
            if piece:
                yield _event({"type": "speech.audio.delta", "audio": base64.b64encode(piece).decode()})
    yield _event({"type": "speech.audio.done"})


def _event(event: Mapping[str, str]) -> bytes:
    return b"data: %b\n\n" % encode(event)


class Sound(Response):
    """Bytes as they come."""

    def __init__(self, pieces: AsyncGenerator[bytes, None], kind: str, headers: Mapping[str, str]) -> None:
        self._pieces = pieces
        super().__init__(None, 200, {"x-accel-buffering": "no", **headers}, kind)
        del self.headers["content-length"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        async with aclosing(self._pieces) as pieces:
            async for piece in pieces:
                if piece:
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


ENDPOINTS = (Endpoint("POST", "/v1/audio/speech", speech, "Say a text aloud.", scope="chat", body=SpeechBody),)
