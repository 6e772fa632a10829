"""What our answers look like: OpenAI's objects as typed dictionaries."""

from __future__ import annotations

from typing import Literal, NotRequired

from pydantic import JsonValue
from typing_extensions import TypedDict

from jarvis.server.wire.answer import AnswerJson
from jarvis.words.chat import Finish
from jarvis.words.usage import Usage


class PromptTokens(TypedDict):
    cached_tokens: int


class CompletionTokens(TypedDict):
    reasoning_tokens: int


class UsageBody(TypedDict):
    prompt_tokens: int
    completion_tokens: int
    total_tokens: int
    prompt_tokens_details: PromptTokens
    completion_tokens_details: CompletionTokens


def usage_body(usage: Usage) -> UsageBody:
    return {
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "total_tokens": usage.total_tokens,
        "prompt_tokens_details": {"cached_tokens": usage.cached_tokens},
        "completion_tokens_details": {"reasoning_tokens": usage.reasoning_tokens},
    }


class FunctionBody(TypedDict, total=False):
    name: str
    arguments: str


class ToolCallBody(TypedDict, total=False):
    index: int
    id: str
    type: Literal["function"]
    function: FunctionBody


class LogprobsBody(TypedDict):
    content: list[JsonValue]
    refusal: None


class MessageBody(TypedDict):
    role: Literal["assistant"]
    content: str | None
    refusal: None
    reasoning_content: NotRequired[str]
    tool_calls: NotRequired[list[ToolCallBody]]


class ChoiceBody(TypedDict):
    index: int
    message: MessageBody
    logprobs: LogprobsBody | None
    finish_reason: Finish


class ChatCompletion(TypedDict):
    """Without ``usage`` where nobody told it."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[ChoiceBody]
    usage: NotRequired[UsageBody]
    jarvis: AnswerJson


class DeltaBody(TypedDict, total=False):
    role: Literal["assistant"]
    content: str | None
    reasoning_content: str
    tool_calls: list[ToolCallBody]


class ChunkChoice(TypedDict):
    index: int
    delta: DeltaBody
    logprobs: LogprobsBody | None
    finish_reason: Finish | None


class ChatCompletionChunk(TypedDict):
    id: str
    object: Literal["chat.completion.chunk"]
    created: int
    model: str
    choices: list[ChunkChoice]
    usage: NotRequired[UsageBody | None]
    jarvis: NotRequired[AnswerJson]


class TextChoice(TypedDict):
    index: int
    text: str
    logprobs: JsonValue
    finish_reason: Finish | None


class TextCompletion(TypedDict):
    """Both the whole answer and a piece of a stream."""

    id: str
    object: Literal["text_completion"]
    created: int
    model: str
    choices: list[TextChoice]
    usage: NotRequired[UsageBody | None]
    jarvis: NotRequired[AnswerJson]


class PromptUsage(TypedDict):
    prompt_tokens: int
    total_tokens: int


class EmbeddingBodyOut(TypedDict):
    object: Literal["embedding"]
    index: int
    embedding: list[float] | str


class EmbeddingList(TypedDict):
    object: Literal["list"]
    data: list[EmbeddingBodyOut]
    model: str
    usage: PromptUsage


class RankedDocument(TypedDict):
    text: str


class Ranked(TypedDict):
    index: int
    relevance_score: float
    document: NotRequired[RankedDocument]


class RerankList(TypedDict):
    object: Literal["list"]
    model: str
    results: list[Ranked]


class ModelFacts(TypedDict):
    loaded: bool
    kind: str
    context: int


class ModelBody(TypedDict):
    id: str
    object: Literal["model"]
    created: int
    owned_by: str
    jarvis: NotRequired[ModelFacts]


class ModelList(TypedDict):
    object: Literal["list"]
    data: list[ModelBody]


class Status(TypedDict):
    status: Literal["ok", "ready"]


class ErrorFacts(TypedDict):
    message: str
    type: str
    param: str | None
    code: str
    hint: str


class ErrorBody(TypedDict):
    error: ErrorFacts
