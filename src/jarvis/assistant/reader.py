"""Whoever is about to read a request: how much it can read, and what its card wants to be given beside."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from jarvis.engines.base import Running
from jarvis.words.chat import ChatRequest, CompletionRequest, Image, Message, Sampling, last_asked
from jarvis.words.exchange import Notice
from jarvis.words.language import language
from jarvis.words.model import ApiCard, ModelCard

Count = Callable[[ChatRequest], Awaitable[int]]
"""Tokens of a request's prompt, as its reader counts them."""

BYTES_PER_TOKEN = 3
"""Of a tokeniser that is not here: English has four to a token, Spanish three and a half, code three."""
MESSAGE_TOKENS = 4
CALLS_FROM = 3_000_000_000
"""Parameters from which on a local model calls tools in its own form, where its card says that it can. Smaller ones do
so seldom (``bench/tools.py``: Qwen2.5-Coder-1.5B not once), and choose well when they are held to a choice in JSON."""
LEAST_CONTEXT = 16_384
"""Of a paid model of which nobody says how much it can read."""
PICTURE_TOKENS = 1100


@dataclass(frozen=True, slots=True)
class Reader:
    """``context`` is what it reads and writes at once, tokens; ``system_prompt`` the one that it answers badly without,
    by language; ``sampling`` and ``stop`` what its card says where the caller says nothing. ``tools``: it calls them in
    its own form; ``leaves``: it is not on this machine.
    """

    model: str
    context: int
    count: Count
    sampling: Mapping[str, float] = field(default_factory=dict)
    stop: tuple[str, ...] = ()
    system_prompt: Mapping[str, str] = field(default_factory=dict)
    tools: bool = False
    leaves: bool = False


Ready = ChatRequest | CompletionRequest
Speak = Callable[[Reader, str, int], Awaitable[tuple[Sequence[Notice], Ready]]]
"""Completes a request for its reader, who goes on after the words that were said already, so many tokens. What the
person must be told comes with it."""
Prepare = Callable[[ChatRequest, Reader], Awaitable[tuple[ChatRequest, Sequence[Notice]]]]
"""Completes a request once it is known who will read it."""


def local(running: Running, card: ModelCard) -> Reader:
    """A model that is loaded here."""
    return Reader(
        card.id, running.load.context, running.count_tokens, card.sampling, card.stop, card.system_prompt,
        "tools" in card.capabilities and card.parameters >= CALLS_FROM,
    )  # fmt: skip


def elsewhere(card: ApiCard) -> Reader:
    """A paid model: its tokens can only be guessed, and are rather guessed too many."""

    async def count(request: ChatRequest) -> int:
        return guessed_tokens(request)

    return Reader(card.id, card.context or LEAST_CONTEXT, count, tools="tools" in card.capabilities, leaves=True)


def guessed_tokens(request: ChatRequest) -> int:
    """About how many tokens a request is."""
    size = sum(len(m.text.encode()) for m in request.messages)
    size += sum(len(call.arguments) + len(call.name) for m in request.messages for call in m.tool_calls)
    size += sum(len(tool.description) + len(str(tool.parameters)) for tool in request.tools)
    pictures = sum(isinstance(part, Image) for m in request.messages for part in m.parts)
    return size // BYTES_PER_TOKEN + MESSAGE_TOKENS * len(request.messages) + PICTURE_TOKENS * pictures


def with_prompt(messages: tuple[Message, ...], reader: Reader) -> tuple[Message, ...]:
    """The messages, begun with the system prompt of a model that answers badly without its own."""
    if not reader.system_prompt or any(m.role == "system" for m in messages):
        return messages
    question = last_asked(messages)
    text = reader.system_prompt.get(language(question))
    return (Message.of("system", text), *messages) if text else messages


def with_card(sampling: Sampling, reader: Reader, written: int = 0) -> Sampling:
    """What the caller left open, as the model's card says; less what is ``written`` already of the longest answer."""
    asked = {name: getattr(sampling, name) for name in Sampling.__dataclass_fields__}
    whole = {"top_k", "max_tokens"}
    for name, value in reader.sampling.items():
        if name in asked and asked[name] is None:
            asked[name] = int(value) if name in whole else value
    if asked["max_tokens"] is not None:
        asked["max_tokens"] = max(1, asked["max_tokens"] - written)
    asked["stop"] = sampling.stop or reader.stop
    return Sampling(**asked)


def speaking(request: ChatRequest, prepare: Prepare | None) -> Speak:
    """How a conversation is put to whoever reads it."""

    async def speak(reader: Reader, said: str, written: int) -> tuple[Sequence[Notice], Ready]:
        ready, notices = await prepare(request, reader) if prepare else (request, ())
        messages, sampling = with_prompt(ready.messages, reader), with_card(ready.sampling, reader, written)
        if said:  # engines go on with a last message of the assistant's
            messages, notices = (*messages, Message.of("assistant", said)), ()
        return notices, replace(ready, messages=messages, sampling=sampling)

    return speak


def continuing(request: CompletionRequest) -> Speak:
    """The same of a text that is to be continued."""

    async def speak(reader: Reader, said: str, written: int) -> tuple[Sequence[Notice], Ready]:
        return (), replace(request, prompt=request.prompt + said, sampling=with_card(request.sampling, reader, written))

    return speak
