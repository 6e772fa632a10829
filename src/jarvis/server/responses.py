"""What a client of a spoken conversation is told of its items, and of answers while they are made and said.

By the events of OpenAI's Realtime API; what it has none for is called ``jarvis.…`` (docs/voice.md).
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from jarvis.assistant.spoken_events import Begun, Cut, Done, Interrupted, Sound, Told, Words
from jarvis.server.refusals import error_body
from jarvis.server.stream import notice_json
from jarvis.server.wire.answer import answer_json
from jarvis.speech.rates import Resampler
from jarvis.texts import Language
from jarvis.words.exchange import Notice
from jarvis.words.usage import Usage

PIECE_SECONDS = 0.4
"""Of sound in one message."""
CUT_SHORT = {"length": "max_output_tokens", "content_filter": "content_filter"}
"""Why an answer is incomplete, by how its model finished."""


class Tell(Protocol):
    """Sends an event."""

    def __call__(self, type: str, **facts: Any) -> None: ...


class Items:
    """The items of a conversation, in their order: each names the one before it."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._before: dict[str, str | None] = {}
        self.last: str | None = None

    def added(self, item: Mapping[str, Any]) -> None:
        """It begins."""
        self._before[item["id"]], self.last = self.last, item["id"]
        self._tell("conversation.item.added", item=item, previous_item_id=self._before[item["id"]])

    def done(self, item: Mapping[str, Any]) -> None:
        """It is whole."""
        self._tell("conversation.item.done", item=item, previous_item_id=self._before.pop(item["id"]))

    def whole(self, name: str, content: Mapping[str, str]) -> None:
        """What a person said or wrote."""
        item = _item(name, "user", "completed", [content])
        self.added(item)
        self.done(item)


@dataclass(slots=True)
class _Making:
    """An answer that is being made. ``speaks``: aloud, so that its text is a transcript."""

    speaks: bool
    words: list[str] = field(default_factory=list)
    out: Resampler | None = None

    @property
    def text(self) -> str:
        return "".join(self.words)

    def part(self, text: str) -> dict[str, str]:
        return {"type": "audio", "transcript": text} if self.speaks else {"type": "text", "text": text}

    def item(self, number: int, status: str) -> dict[str, Any]:
        part = self.part(self.text)
        content = [part | {"type": f"output_{part['type']}"}] if self.words else []
        return _item(f"item_{number}a", "assistant", status, content)


class Responses:
    """All answers of one connection."""

    def __init__(self, tell: Tell, items: Items, rate: Callable[[], int], lang: Language) -> None:
        """``rate``: samples a second that the client wants now."""
        self._tell, self._items, self._rate, self._lang = tell, items, rate, lang
        self._making: dict[int, _Making] = {}

    @property
    def active(self) -> bool:
        """Whether one is being made."""
        return bool(self._making)

    def told(self, event: Begun | Words | Sound | Told | Done | Interrupted | Cut) -> None:
        """Pass it on."""
        where = {"response_id": f"resp_{event.response}", "item_id": f"item_{event.response}a"}
        place = {**where, "output_index": 0, "content_index": 0}
        match event:
            case Begun():
                self._begun(event, place)
            case Words():
                making = self._making[event.response]
                making.words.append(event.text)
                kind = "output_audio_transcript" if making.speaks else "output_text"
                self._tell(f"response.{kind}.delta", **place, delta=event.text)
            case Sound():
                self._sound(event, place)
            case Interrupted():
                self._tell("jarvis.interrupted", **where)
            case Told():
                what = event.event
                facts = notice_json(what, self._lang) if isinstance(what, Notice) else asdict(what)
                self._tell(f"jarvis.{type(what).__name__.lower()}", **where, **facts)
            case Done():
                self._done(event, place)
            case Cut():
                cut = {"item_id": where["item_id"], "content_index": 0, "audio_end_ms": round(event.seconds * 1000)}
                self._tell("conversation.item.truncated", **cut, transcript=event.text)

    def _begun(self, event: Begun, place: Mapping[str, Any]) -> None:
        self._making[event.response] = making = _Making(event.speaks)
        self._tell("response.created", response=_response(event.response, "in_progress"))
        item = making.item(event.response, "in_progress")
        self._tell("response.output_item.added", response_id=place["response_id"], output_index=0, item=item)
        self._items.added(item)
        self._tell("response.content_part.added", **place, part=making.part(""))

    def _sound(self, event: Sound, place: Mapping[str, Any]) -> None:
        if not event.spoken.sound:
            return
        making, rate = self._making[event.response], self._rate()
        making.out = making.out or Resampler(event.spoken.rate, rate)
        data = making.out.add(event.spoken.sound)
        step = int(PIECE_SECONDS * rate) * 2
        for at in range(0, len(data), step):
            piece = base64.b64encode(data[at : at + step]).decode()
            self._tell("response.output_audio.delta", **place, delta=piece)
        self._tell("jarvis.spoken", **place, text=event.text, seconds=round(event.spoken.seconds, 3))

    def _done(self, event: Done, place: Mapping[str, Any]) -> None:
        making = self._making.pop(event.response)
        if making.out is not None and event.status == "completed" and (rest := making.out.rest()):
            self._tell("response.output_audio.delta", **place, delta=base64.b64encode(rest).decode())
        text = making.text
        if making.speaks:
            self._tell("response.output_audio.done", **place)
            self._tell("response.output_audio_transcript.done", **place, transcript=text)
        else:
            self._tell("response.output_text.done", **place, text=text)
        self._tell("response.content_part.done", **place, part=making.part(text))
        reason = CUT_SHORT.get(event.answer.finish) if event.answer is not None else None
        whole = event.status == "completed" and reason is None
        item = making.item(event.response, "completed" if whole else "incomplete")
        self._items.done(item)
        self._tell("response.output_item.done", response_id=place["response_id"], output_index=0, item=item)
        response = _response(event.response, event.status) | {"output": [item]}
        if event.answer is not None:
            response |= {"usage": _usage(event.answer.usage), "jarvis": answer_json(event.answer)}
        if reason is not None and event.status == "completed":
            response |= {"status": "incomplete", "status_details": {"type": "incomplete", "reason": reason}}
        if event.error is not None:
            error = error_body(event.error, self._lang)["error"]
            response["status_details"] = {"type": "failed", "error": error}
        self._tell("response.done", response=response)


def _response(number: int, status: str) -> dict[str, Any]:
    return {"object": "realtime.response", "id": f"resp_{number}", "status": status, "output": []}


def _item(name: str, role: str, status: str, content: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    return {
        "id": name, "object": "realtime.item", "type": "message", "role": role, "status": status, "content": content,
    }  # fmt: skip


def _usage(usage: Usage) -> dict[str, Any]:
    """Of the model that answers: it reads and writes text."""
    read, written = usage.prompt_tokens, usage.completion_tokens
    return {
        "total_tokens": usage.total_tokens,
        "input_tokens": read,
        "output_tokens": written,
        "input_token_details": {"text_tokens": read, "audio_tokens": 0, "cached_tokens": usage.cached_tokens},
        "output_token_details": {"text_tokens": written, "audio_tokens": 0},
    }
