"""How many tokens a request can be, at most: a bound that holds for every provider's tokenizer without having any."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from typing import Literal

from jarvis.words.chat import Audio, ChatRequest, Image, Json, Message, Text, Tool

Media = Literal["image", "audio"]
MEDIA: frozenset[Media] = frozenset({"image", "audio"})

REQUEST_TOKENS = 64
"""For what a provider wraps around a whole request: marks of begin and end, a date, a default system line."""
MESSAGE_TOKENS = 16
"""For the marks around one message; the widest published form (OpenAI's cookbook) takes 4."""
FORM_TOKENS = 1024
"""For the instructions that a provider adds for tools or for a JSON schema. Anthropic's list, the only one published,
goes up to 804 (pricing, *tool use*)."""
SCHEMA_FACTOR = 2
"""A schema is shown to the model in a form of the provider's own, perhaps indented: at most twice our bytes."""
IMAGE_TOKENS = 48_169
"""One picture. The dearest published rule: GPT-4o mini takes 2,833 and 5,667 for each of at most 8 tiles (OpenAI,
*images and vision*); Claude's most is 4,784, Gemini's 258 a tile."""
AUDIO_BYTES_PER_TOKEN = 25
"""Gemini takes 32 tokens a second, OpenAI 10; the thinnest MP3 has 8 kbit/s, so that 1,000 bytes are 32 at most."""


def worst_tokens(request: ChatRequest) -> int:
    """The most tokens that any provider can find in ``request``: all that is sent, with schemas, pictures and sounds.

    A byte-level or byte-fallback tokenizer makes at most one token of each byte of UTF-8. Some normalise first (NFKC),
    which can lengthen a text; then the longer form counts.
    """
    found = REQUEST_TOKENS + sum(_message(m) for m in request.messages)
    schemas = [_tool(t) for t in request.tools]
    if request.response_format is not None:
        schemas.append(_json(dict(request.response_format)))
    if schemas:
        found += FORM_TOKENS + SCHEMA_FACTOR * sum(schemas)
    if request.tool_choice is not None:
        found += SCHEMA_FACTOR * _json(request.tool_choice)
    return found + text_bytes(request.grammar or "")


def media(request: ChatRequest) -> frozenset[Media]:
    """What a request holds besides text: providers may bill it at prices of its own."""
    parts = [part for message in request.messages for part in message.parts]
    found: set[Media] = set()
    if any(isinstance(p, Image) for p in parts):
        found.add("image")
    if any(isinstance(p, Audio) for p in parts):
        found.add("audio")
    return frozenset(found)


def text_bytes(text: str) -> int:
    """Bytes of UTF-8, as it stands or normalised, whichever are more."""
    plain = len(text.encode("utf-8", "surrogatepass"))
    if text.isascii():
        return plain
    return max(plain, len(unicodedata.normalize("NFKC", text).encode("utf-8", "surrogatepass")))


def _message(message: Message) -> int:
    found = MESSAGE_TOKENS + text_bytes(message.role) + text_bytes(message.name or "") + text_bytes(message.reasoning)
    found += text_bytes(message.tool_call_id or "")
    for call in message.tool_calls:
        found += MESSAGE_TOKENS + text_bytes(call.id) + text_bytes(call.name) + text_bytes(call.arguments)
    for part in message.parts:
        match part:
            case Text(text):
                found += text_bytes(text)
            case Image():
                found += IMAGE_TOKENS
            case Audio(data):
                found += MESSAGE_TOKENS + len(data) // AUDIO_BYTES_PER_TOKEN
    return found


def _tool(tool: Tool) -> int:
    return MESSAGE_TOKENS + text_bytes(tool.name) + text_bytes(tool.description) + _json(dict(tool.parameters))


def _json(value: Json | Mapping[str, Json]) -> int:
    return len(json.dumps(value))  # with everything but ASCII escaped, the longest form there is
