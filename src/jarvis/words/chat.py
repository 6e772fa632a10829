"""A conversation as data: messages made of parts, a request for an answer, and the pieces in which it comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from jarvis.words.usage import Usage

Role = Literal["system", "user", "assistant", "tool"]
Finish = Literal["stop", "length", "tool_calls", "content_filter"]
Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True, slots=True)
class Text:
    """Plain text."""

    text: str


@dataclass(frozen=True, slots=True)
class Image:
    """An image: a ``data:`` URL (never fetched from elsewhere). ``detail`` as in OpenAI's API."""

    url: str
    detail: str = "auto"


@dataclass(frozen=True, slots=True)
class Audio:
    """A sound: base64 of ``format`` (wav, mp3)."""

    data: str
    format: str


Part = Text | Image | Audio


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A model asks for a tool. ``arguments`` is the JSON text exactly as the model wrote it."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation. ``reasoning`` is what a step-by-step model thought, apart from its answer."""

    role: Role
    parts: tuple[Part, ...] = ()
    name: str | None = None
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None
    reasoning: str = ""

    @property
    def text(self) -> str:
        """All its text parts, joined."""
        return "".join(p.text for p in self.parts if isinstance(p, Text))

    @staticmethod
    def of(role: Role, text: str) -> Message:
        """A message of one text part."""
        return Message(role, (Text(text),))


@dataclass(frozen=True, slots=True)
class Tool:
    """A function that the model may ask for; ``parameters`` is a JSON schema."""

    name: str
    description: str = ""
    parameters: Mapping[str, Json] = field(default_factory=dict)
    strict: bool | None = None


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the next token is chosen; None leaves it to the model's card, then to the engine."""

    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    min_p: float | None = None
    repeat_penalty: float | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    logit_bias: Mapping[str, float] | None = None
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    seed: int | None = None


def last_asked(messages: Sequence[Message]) -> str:
    """The last words of a person in a conversation; empty where they said none."""
    return next((m.text for m in reversed(messages) if m.role == "user"), "")


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """What is asked of a model. Only fields that are named here ever reach an engine or a provider."""

    messages: tuple[Message, ...]
    model: str = "auto"
    sampling: Sampling = Sampling()
    tools: tuple[Tool, ...] = ()
    tool_choice: Json = None
    parallel_tool_calls: bool | None = None
    response_format: Mapping[str, Json] | None = None
    grammar: str | None = None
    n: int = 1
    logprobs: bool = False
    top_logprobs: int | None = None
    reasoning_effort: str | None = None


@dataclass(frozen=True, slots=True)
class CompletionRequest:
    """OpenAI's older form: continue ``prompt``."""

    prompt: str
    model: str = "auto"
    sampling: Sampling = Sampling()
    n: int = 1
    echo: bool = False
    logprobs: int | None = None
    suffix: str | None = None
    grammar: str | None = None


@dataclass(frozen=True, slots=True)
class ToolCallDelta:
    """A piece of a tool call; ``index`` says of which."""

    index: int
    id: str | None = None
    name: str | None = None
    arguments: str = ""


@dataclass(slots=True)  # not frozen: one is made for every token, and frozen takes four times as long to make
class Delta:
    """One piece of an answer as it is generated.

    ``choice`` is which of the ``n`` answers it belongs to. ``logprobs`` is OpenAI's list of token entries
    (``choices[].logprobs.content`` for chat; the whole ``logprobs`` object for completions). ``usage`` comes once, with
    or after the last piece. ``served_as`` comes with the ``finish`` of a provider that says who answered.
    """

    choice: int = 0
    text: str = ""
    reasoning: str = ""
    tool_calls: tuple[ToolCallDelta, ...] = ()
    logprobs: Json = None
    finish: Finish | None = None
    usage: Usage | None = None
    served_as: str = ""
