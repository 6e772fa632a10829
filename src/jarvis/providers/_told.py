"""A stream of pydantic-ai as the pieces of an answer.

Imported when a provider is first called, never before.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

from pydantic_ai.messages import (
    PartDeltaEvent,
    PartStartEvent,
    TextPart,
    TextPartDelta,
    ThinkingPart,
    ThinkingPartDelta,
    ToolCallPart,
    ToolCallPartDelta,
)
from pydantic_ai.models import StreamedResponse
from pydantic_ai.usage import RequestUsage

from jarvis.errors import ContentFiltered
from jarvis.providers._faults import cut, excerpt
from jarvis.words.chat import Delta, Finish, Json, ToolCallDelta
from jarvis.words.usage import Usage

_FINISHES: Mapping[str, Finish] = {
    "stop": "stop", "length": "length", "tool_call": "tool_calls", "content_filter": "content_filter",
}  # fmt: skip

_LATER = re.compile(r"([-@:.]?(\d{4}-\d\d-\d\d|\d\d-\d\d|\d{3,8}|v\d+(?=$|[-:])|latest|preview|exp|free|beta))+$")
"""What providers put after a model's name: the date of a version, or which one it is of those that change."""


class Reading:
    """Reads one stream of the model ``asked``; knows which tool call is which, and who says that it answers."""

    def __init__(self, asked: str) -> None:
        self._asked = asked
        self._calls: dict[int, int] = {}
        self._said = False
        self._served_as = ""

    def read(self, event: object) -> Iterator[Delta]:
        """The pieces that an event is."""
        if isinstance(event, PartStartEvent):
            part = event.part
            if isinstance(part, TextPart):
                yield from self._text(part.content)
            elif isinstance(part, ThinkingPart):
                yield from self._thought(part.content)
            elif isinstance(part, ToolCallPart):
                index = self._calls.setdefault(event.index, len(self._calls))
                yield self._call(ToolCallDelta(index, part.tool_call_id, part.tool_name, _arguments(part.args)))
        elif isinstance(event, PartDeltaEvent):
            change = event.delta
            if isinstance(change, TextPartDelta):
                yield from self._text(change.content_delta)
            elif isinstance(change, ThinkingPartDelta):
                yield from self._thought(change.content_delta or "")
            elif isinstance(change, ToolCallPartDelta) and change.args_delta:
                index = self._calls.setdefault(event.index, len(self._calls))
                yield self._call(ToolCallDelta(index, arguments=_arguments(change.args_delta)))

    def named(self, model: str) -> None:
        """Whoever answers calls itself so."""
        if not self._served_as and is_another(model, self._asked):
            self._served_as = excerpt(model)

    def end(self, stream: StreamedResponse, provider: str) -> Iterator[Delta]:
        """What comes when there are no more events: why it ended, and what it took.

        Raises ProviderUnavailable for one that broke off, ContentFiltered for one that never began for that reason.
        """
        if stream.finish_reason is None:
            raise cut(provider, stream.model_name)
        finish = _FINISHES.get(stream.finish_reason)
        if finish is None:  # "error": the model or its server gave up
            raise cut(provider, stream.model_name)
        if finish == "content_filter" and not self._said:
            raise ContentFiltered("providers.filtered", provider=provider, model=stream.model_name)
        if finish == "stop" and self._calls:
            finish = "tool_calls"  # Gemini says STOP of those too
        logprobs = (stream.provider_details or {}).get("logprobs")
        yield Delta(logprobs=cast(Json, logprobs), finish=finish, served_as=self._served_as)
        if (usage := _usage(stream.usage)) is not None:
            yield Delta(usage=usage)

    def _text(self, text: str) -> Iterator[Delta]:
        if text:
            self._said = True
            yield Delta(text=text)

    def _thought(self, text: str) -> Iterator[Delta]:
        if text:
            yield Delta(reasoning=text)

    def _call(self, call: ToolCallDelta) -> Delta:
        self._said = True
        return Delta(tool_calls=(call,))


def is_another(model: str, asked: str) -> bool:
    """Whether it is not the one that was asked under a longer name: with its maker, its date, or how it is run."""
    told, wanted = (name.lower().rpartition("/")[2] for name in (model, asked))
    bare = _LATER.sub("", wanted)
    moves = bare if wanted.endswith(("latest", "preview")) else wanted
    return bool(told) and told not in (wanted, bare, wanted.partition(":")[0]) and _LATER.sub("", told) != moves


def _arguments(told: str | Mapping[str, Any] | None) -> str:
    """JSON text; Gemini sends an object. An object that is not there yet is nothing, not ``{}``."""
    if told is None:
        return ""
    return told if isinstance(told, str) else json.dumps(told, ensure_ascii=False)


def _usage(told: RequestUsage) -> Usage | None:
    """Tokens that were cached or reasoned are part of the prompt and of the answer, as in OpenAI's API."""
    if not (told.input_tokens or told.output_tokens):
        return None  # what else it says, and whether that can be true, is the ledger's to judge
    details = told.details or {}
    reasoning = details.get("reasoning_tokens") or details.get("thoughts_tokens") or 0
    return Usage(told.input_tokens, told.output_tokens, told.cache_read_tokens, reasoning, told.cache_write_tokens)
