"""A chat answer as OpenAI sends it: whole, or piece by piece."""

from __future__ import annotations

from jarvis.server.wire.answer import answer_json
from jarvis.server.wire.bodies import (
    ChatCompletion,
    ChatCompletionChunk,
    ChoiceBody,
    ChunkChoice,
    DeltaBody,
    FunctionBody,
    LogprobsBody,
    MessageBody,
    ToolCallBody,
    usage_body,
)
from jarvis.words.chat import Delta, Finish, Json
from jarvis.words.exchange import Answer
from jarvis.words.json_bytes import encode

EVENT = b"data: %b\n\n"
DONE = b"data: [DONE]\n\n"


class ChatChunks:
    """The events of one stream. ``model`` is set once it is known who answers."""

    def __init__(self, identity: str, created: int, model: str, include_usage: bool) -> None:
        self.model = model
        self._identity = identity
        self._created = created
        self._include_usage = include_usage
        self._begun: set[int] = set()
        self._called: set[tuple[int, int]] = set()
        self._finish: dict[int, Finish] = {}

    def delta(self, piece: Delta) -> bytes:
        """The events for one piece; none for one that says only how the answer ended (see ``end``)."""
        events = b""
        if piece.finish is not None:
            self._finish[piece.choice] = piece.finish
        if not (piece.text or piece.reasoning or piece.tool_calls or piece.logprobs):
            return events
        if piece.choice not in self._begun:
            events = self._begin(piece.choice, None if piece.tool_calls and not piece.text else "")
        body: DeltaBody = {}
        if piece.reasoning:
            body["reasoning_content"] = piece.reasoning
        if piece.text:
            body["content"] = piece.text
        if piece.tool_calls:
            body["tool_calls"] = self._calls(piece)
        return events + self._event(_chunk_choice(piece.choice, body, piece.logprobs))

    def _begin(self, choice: int, content: str | None) -> bytes:
        self._begun.add(choice)
        return self._event(_chunk_choice(choice, {"role": "assistant", "content": content}))

    def _calls(self, piece: Delta) -> list[ToolCallBody]:
        calls: list[ToolCallBody] = []
        for part in piece.tool_calls:
            function: FunctionBody = {"arguments": part.arguments}
            call: ToolCallBody = {"index": part.index, "function": function}
            if (piece.choice, part.index) not in self._called:
                self._called.add((piece.choice, part.index))
                call["id"] = part.id or f"call_{self._identity[9:]}_{piece.choice}_{part.index}"
                call["type"] = "function"
                function["name"] = part.name or ""
            calls.append(call)
        return calls

    def end(self, answer: Answer) -> bytes:
        """How each choice ended, the usage if it was asked for, and our own account in the last chunk."""
        ended = dict(self._finish) or {0: _ended(answer)}
        events = b"".join(self._begin(choice, "") for choice in sorted(ended) if choice not in self._begun)
        last = max(ended)
        for choice in sorted(ended):
            chunk = self._chunk([_chunk_choice(choice, {}, finish=ended[choice])])
            if choice == last and not self._include_usage:
                chunk["jarvis"] = answer_json(answer)
            events += EVENT % encode(chunk)
        if self._include_usage:
            chunk = self._chunk([])
            chunk["usage"] = usage_body(answer.usage) if answer.counted else None
            chunk["jarvis"] = answer_json(answer)
            events += EVENT % encode(chunk)
        return events + DONE

    def _event(self, choice: ChunkChoice) -> bytes:
        return EVENT % encode(self._chunk([choice]))

    def _chunk(self, choices: list[ChunkChoice]) -> ChatCompletionChunk:
        chunk: ChatCompletionChunk = {
            "id": self._identity,
            "object": "chat.completion.chunk",
            "created": self._created,
            "model": self.model,
            "choices": choices,
        }
        if self._include_usage:
            chunk["usage"] = None
        return chunk


class _Choice:
    """One of the ``n`` answers while it is gathered."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self.reasoning: list[str] = []
        self.calls: dict[int, ToolCallBody] = {}
        self.logprobs: list[Json] = []
        self.finish: Finish | None = None

    def add(self, piece: Delta, identity: str) -> None:
        self.text.append(piece.text)
        self.reasoning.append(piece.reasoning)
        for part in piece.tool_calls:
            call = self.calls.get(part.index)
            if call is None:
                name = part.id or f"call_{identity[9:]}_{piece.choice}_{part.index}"
                call = {"id": name, "type": "function", "function": {"name": "", "arguments": ""}}
                self.calls[part.index] = call
            call["function"]["name"] += part.name or ""
            call["function"]["arguments"] += part.arguments
        if isinstance(piece.logprobs, list):
            self.logprobs.extend(piece.logprobs)
        self.finish = piece.finish or self.finish


class ChatGathering:
    """A whole answer, put together from its pieces."""

    def __init__(self, identity: str, created: int) -> None:
        self._identity = identity
        self._created = created
        self._choices: dict[int, _Choice] = {}

    def add(self, piece: Delta) -> None:
        choice = self._choices.get(piece.choice)
        if choice is None:
            choice = self._choices[piece.choice] = _Choice()
        choice.add(piece, self._identity)

    def restart(self) -> None:
        self._choices.clear()

    def body(self, answer: Answer) -> ChatCompletion:
        choices = self._choices or {0: _Choice()}
        told: ChatCompletion = {
            "id": self._identity,
            "object": "chat.completion",
            "created": self._created,
            "model": answer.model,
            "choices": [_choice(index, choices[index], answer) for index in sorted(choices)],
            "jarvis": answer_json(answer),
        }
        if answer.counted:
            told["usage"] = usage_body(answer.usage)
        return told


def _choice(index: int, choice: _Choice, answer: Answer) -> ChoiceBody:
    text, reasoning = "".join(choice.text), "".join(choice.reasoning)
    message: MessageBody = {
        "role": "assistant",
        "content": text if text or not choice.calls else None,
        "refusal": None,
    }
    if reasoning:
        message["reasoning_content"] = reasoning
    if choice.calls:
        message["tool_calls"] = [choice.calls[i] for i in sorted(choice.calls)]
    return {
        "index": index,
        "message": message,
        "logprobs": _logprobs(choice.logprobs),
        "finish_reason": choice.finish or _ended(answer),
    }


def _chunk_choice(index: int, delta: DeltaBody, logprobs: Json = None, finish: Finish | None = None) -> ChunkChoice:
    content = logprobs if isinstance(logprobs, list) else []
    return {"index": index, "delta": delta, "logprobs": _logprobs(content), "finish_reason": finish}


def _logprobs(content: list[Json]) -> LogprobsBody | None:
    return {"content": content, "refusal": None} if content else None


def _ended(answer: Answer) -> Finish:
    return "stop" if answer.finish == "stopped" or answer.finish == "error" else answer.finish
