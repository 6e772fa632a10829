"""The bound on tokens: no tokenizer finds more."""

from __future__ import annotations

import base64
import json
import unicodedata
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jarvis.money.tokens import IMAGE_TOKENS, media, text_bytes, worst_tokens
from jarvis.words.chat import Audio, ChatRequest, Image, Message, Text, Tool, ToolCall

TEXTS = st.text(st.characters(), max_size=200)
ASKED = ChatRequest((Message.of("user", "hola"),))


def byte_pairs() -> Any:
    """A byte-level tokenizer as OpenAI's, with the 256 bytes and a few pairs: the longest that such a one can be."""
    tiktoken = pytest.importorskip("tiktoken")
    ranks = {bytes([n]): n for n in range(256)} | {b"th": 256, b"es": 257, b" d": 258}
    return tiktoken.Encoding("bytes", pat_str=r"\s+|\S+", mergeable_ranks=ranks, special_tokens={})


@settings(max_examples=300, deadline=None)
@given(st.lists(TEXTS, max_size=4))
def test_more_than_a_byte_level_tokenizer_finds(texts: list[str]) -> None:
    request = ChatRequest(tuple(Message.of("user", text) for text in texts))
    encoding = byte_pairs()
    # OpenAI's cookbook: three tokens a message, its role, and three for the answer's beginning.
    found = 3 + sum(3 + len(encoding.encode("user")) + len(encoding.encode_ordinary(text)) for text in texts)
    assert worst_tokens(request) >= found


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_more_than_one_that_normalises_first(text: str) -> None:
    longer = unicodedata.normalize("NFKC", text)
    assert text_bytes(text) >= max(len(text.encode("utf-8", "surrogatepass")), len(longer.encode("utf-8", "replace")))


def test_one_letter_may_become_many() -> None:
    assert text_bytes("\ufdfa") == len(unicodedata.normalize("NFKC", "\ufdfa").encode()) > 3
    assert text_bytes("\ud800") == 3  # half a character, as JSON may hold it


@settings(max_examples=100, deadline=None)
@given(TEXTS, st.sampled_from(["text", "name", "reasoning", "arguments", "description", "schema", "format", "grammar"]))
def test_whatever_is_sent_counts(text: str, where: str) -> None:
    message, size = ASKED.messages[0], len(text.encode("utf-8", "surrogatepass"))
    more = {
        "text": replace(ASKED, messages=(replace(message, parts=(*message.parts, Text(text))),)),
        "name": replace(ASKED, messages=(replace(message, name=text),)),
        "reasoning": replace(ASKED, messages=(replace(message, reasoning=text),)),
        "arguments": replace(ASKED, messages=(replace(message, tool_calls=(ToolCall("1", "f", text),)),)),
        "description": replace(ASKED, tools=(Tool("f", text),)),
        "schema": replace(ASKED, tools=(Tool("f", parameters={"const": text}),)),
        "format": replace(ASKED, response_format={"type": "json_schema", "json_schema": {"schema": {"const": text}}}),
        "grammar": replace(ASKED, grammar=text),
    }[where]
    assert worst_tokens(more) >= worst_tokens(ASKED) + size


def test_a_schema_that_a_provider_indents() -> None:
    schema: Any = {"type": "object", "properties": {f"p{n}": {"type": "string", "enum": ["a", "b"]} for n in range(50)}}
    bare = replace(ASKED, tools=(Tool("f"),))
    with_schema = replace(ASKED, tools=(Tool("f", parameters=schema),))
    assert worst_tokens(with_schema) - worst_tokens(bare) >= len(json.dumps(schema, indent=1))


def test_pictures_and_sounds() -> None:
    picture = replace(ASKED, messages=(Message("user", (Image("data:image/png;base64,AAAA"),)),))
    assert worst_tokens(picture) >= IMAGE_TOKENS
    assert media(picture) == {"image"} and media(ASKED) == frozenset()
    minute = base64.b64encode(bytes(60 * 1000)).decode()  # of MP3 at 8 kbit/s, the thinnest there is
    sound = replace(ASKED, messages=(Message("user", (Audio(minute, "mp3"),)),))
    assert worst_tokens(sound) >= 60 * 32
    assert media(sound) == {"audio"}
