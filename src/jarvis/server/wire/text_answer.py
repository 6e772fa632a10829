"""A text completion as OpenAI sends it: whole, or piece by piece."""

from __future__ import annotations

from jarvis.server.wire.answer import answer_json
from jarvis.server.wire.bodies import TextChoice, TextCompletion, usage_body
from jarvis.server.wire.chat_answer import DONE, EVENT
from jarvis.words.chat import Delta, Finish, Json
from jarvis.words.exchange import Answer
from jarvis.words.json_bytes import encode


class TextChunks:
    """The events of one stream. ``model`` is set once it is known who answers."""

    def __init__(self, identity: str, created: int, model: str, include_usage: bool) -> None:
        self.model = model
        self._identity = identity
        self._created = created
        self._include_usage = include_usage
        self._finish: dict[int, Finish] = {}

    def delta(self, piece: Delta) -> bytes:
        """The event for one piece; none for one that says only how the text ended."""
        if piece.finish is not None:
            self._finish[piece.choice] = piece.finish
        if not piece.text and not piece.logprobs:
            return b""
        return EVENT % encode(self._chunk([_choice(piece.choice, piece.text, piece.logprobs, None)]))

    def end(self, answer: Answer) -> bytes:
        """How each choice ended, the usage if it was asked for, and our own account in the last chunk."""
        events, ended = b"", self._finish or {0: "stop"}
        last = max(ended)
        for index in sorted(ended):
            chunk = self._chunk([_choice(index, "", None, ended[index])])
            if index == last and not self._include_usage:
                chunk["jarvis"] = answer_json(answer)
            events += EVENT % encode(chunk)
        if self._include_usage:
            chunk = self._chunk([])
            chunk["usage"] = usage_body(answer.usage)
            chunk["jarvis"] = answer_json(answer)
            events += EVENT % encode(chunk)
        return events + DONE

    def _chunk(self, choices: list[TextChoice]) -> TextCompletion:
        chunk: TextCompletion = {
            "id": self._identity,
            "object": "text_completion",
            "created": self._created,
            "model": self.model,
            "choices": choices,
        }
        if self._include_usage:
            chunk["usage"] = None
        return chunk


class TextGathering:
    """A whole completion, put together from its pieces."""

    def __init__(self, identity: str, created: int) -> None:
        self._identity = identity
        self._created = created
        self._texts: dict[int, list[str]] = {}
        self._logprobs: dict[int, dict[str, list[Json]]] = {}
        self._finish: dict[int, Finish] = {}

    def add(self, piece: Delta) -> None:
        self._texts.setdefault(piece.choice, []).append(piece.text)
        if isinstance(piece.logprobs, dict):
            kept = self._logprobs.setdefault(piece.choice, {})
            for name, values in piece.logprobs.items():
                if isinstance(values, list):
                    kept.setdefault(name, []).extend(values)
        if piece.finish is not None:
            self._finish[piece.choice] = piece.finish

    def restart(self) -> None:
        self._texts.clear()
        self._logprobs.clear()
        self._finish.clear()

    def body(self, answer: Answer) -> TextCompletion:
        return {
            "id": self._identity,
            "object": "text_completion",
            "created": self._created,
            "model": answer.model,
            "choices": [
                _choice(i, "".join(self._texts[i]), _json(self._logprobs.get(i)), self._finish.get(i, "stop"))
                for i in sorted(self._texts)
            ],
            "usage": usage_body(answer.usage),
            "jarvis": answer_json(answer),
        }


def _json(logprobs: dict[str, list[Json]] | None) -> Json:
    return None if logprobs is None else {name: values for name, values in logprobs.items()}


def _choice(index: int, text: str, logprobs: Json, finish: Finish | None) -> TextChoice:
    return {"index": index, "text": text, "logprobs": logprobs, "finish_reason": finish}
