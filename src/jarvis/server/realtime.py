"""WS /v1/realtime: a spoken conversation, by the events of OpenAI's Realtime API where there is one for what happens.

A client may send sound as binary messages too. What OpenAI has no event for is called ``jarvis.…`` (docs/voice.md).
"""

from __future__ import annotations

import asyncio
import base64
import json
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from starlette.websockets import WebSocketDisconnect, WebSocketState

from jarvis.assistant.spoken_events import (
    Awake,
    Begun,
    Cut,
    Deaf,
    Done,
    Happening,
    Hold,
    Interrupted,
    Measured,
    Ready,
    Sound,
    Told,
    Unanswered,
    Understood,
    Unheard,
    Words,
)
from jarvis.assistant.talking import Talking
from jarvis.errors import JarvisError, NotFound, TooLarge, UsageError
from jarvis.server.refusals import error_body
from jarvis.server.sockets import Line, Socket
from jarvis.server.stream import notice_json
from jarvis.server.wire.answer import answer_json
from jarvis.server.wire.bodies import usage_body
from jarvis.server.wire.realtime import SessionBody, merged, samples, session_of, text_of
from jarvis.server.wire.shape import parse
from jarvis.speech.ear import Begins, Failed, Partial
from jarvis.speech.rates import Resampler
from jarvis.telemetry.spoken import SpokenTurn
from jarvis.words.audio import RATE
from jarvis.words.exchange import Notice
from jarvis.words.json_bytes import encode

PIECE_SECONDS = 0.4
"""Of sound in one message."""
MOST_UNSENT = 4096
"""Messages that a client has not read; one that has more of them does not read at all."""


async def realtime(line: Line) -> None:
    """Talk until the client leaves. Raises NotFound where nobody hears."""
    parts = line.parts
    if parts.listening is None or parts.senses is None:
        raise NotFound("server.not_offered", path=line.socket.url.path)
    session = _Session(line)
    await line.socket.accept()
    await session.run()


class _Session:
    """One connection."""

    def __init__(self, line: Line) -> None:
        self._line = line
        parts, params = line.parts, line.socket.query_params
        assert parts.listening is not None and parts.senses is not None
        self._recording: set[asyncio.Task[None]] = set()
        self._talking = Talking(
            parts.assistant, parts.listening, parts.speaking, parts.senses, line.person, self._happened, self._record,
            parts.expected,
        )  # fmt: skip
        self._unsent: asyncio.Queue[bytes] = asyncio.Queue(MOST_UNSENT)
        self._id = f"sess_{secrets.token_hex(8)}"
        asked: dict[str, Any] = {}
        if params.get("intent") == "transcription":
            asked["type"] = "transcription"
        if model := params.get("model"):
            asked["model"] = model
        self._asked = asked
        self._body = SessionBody()
        self._in: Resampler | None = None
        self._out: dict[int, Resampler] = {}
        self._turn = 0
        self._begun: dict[float, str] = {}
        """The items of turns that were not understood yet, by when they began: the next one may begin before that."""
        self._confirmed = ""
        self._text = ""
        self._words: dict[int, list[str]] = {}
        self._manage(asked)

    async def run(self) -> None:
        self._tell("session.created", session=self._session())
        self._receiving = asyncio.create_task(self._receive(), name="talk, receive")
        tasks = [
            asyncio.create_task(self._talking.run(), name="talk"),
            asyncio.create_task(self._send(), name="talk, send"),
            self._receiving,
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                with suppress(WebSocketDisconnect, asyncio.CancelledError):
                    task.result()
        except JarvisError as error:
            self._refuse(error, None)
            while not self._unsent.empty():
                await self._line.socket.send_text(self._unsent.get_nowait().decode())
            raise
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            if self._recording:
                await asyncio.wait(self._recording)

    async def _receive(self) -> None:
        socket = self._line.socket
        while True:
            message = await socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            event: Mapping[str, Any] | None = None
            try:
                if (data := message.get("bytes")) is not None:
                    self._hear(data)
                else:
                    event = _object(message.get("text") or "")
                    self._told(event)
            except JarvisError as error:
                self._refuse(error, event)

    async def _send(self) -> None:
        while True:
            data = await self._unsent.get()
            if self._line.socket.application_state is WebSocketState.CONNECTED:
                await self._line.socket.send_text(data.decode())

    # From the client

    def _told(self, event: Mapping[str, Any]) -> None:
        talking = self._talking
        match event.get("type"):
            case "session.update":
                self._manage(merged(self._asked, session_of(event)))
                self._tell("session.updated", session=self._session())
            case "input_audio_buffer.append":
                self._hear(samples(event))
            case "input_audio_buffer.commit":
                talking.commit()
            case "input_audio_buffer.clear":
                talking.clear()
                self._tell("input_audio_buffer.cleared")
            case "conversation.item.create":
                self._text = text_of(event)
                item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": self._text}]}
                self._item(f"item_{secrets.token_hex(6)}", item)
            case "response.create":
                self._respond()
            case "response.cancel":
                talking.stop()
            case "conversation.item.truncate":
                talking.truncate(*_played(event))
            case "jarvis.named":
                talking.named()
            case "jarvis.echo":
                talking.leaked()
            case other:
                raise UsageError("realtime.unknown", param="type", type=str(other)[:64])

    def _respond(self) -> None:
        text, self._text = self._text, ""
        if text:
            self._talking.ask(text)
        elif not self._talking.respond():
            raise UsageError("realtime.nothing_said")

    def _hear(self, sound: bytes) -> None:
        if len(sound) % 2:
            raise UsageError("realtime.no_sound", param="audio")
        if self._in is not None:
            sound = self._in.add(sound)
        if not self._talking.hear(sound):
            raise TooLarge("realtime.behind")

    def _manage(self, asked: dict[str, Any]) -> None:
        body = parse(SessionBody, encode(asked))
        manner = body.manner()
        if self._in is None or body.audio.input.format != self._body.audio.input.format:
            self._in = Resampler(body.audio.input.format.rate, RATE)
        self._asked, self._body = asked, body
        self._talking.manage(manner)

    # To the client

    def _tell(self, type: str, **facts: Any) -> None:
        try:
            self._unsent.put_nowait(encode({"type": type, "event_id": f"event_{secrets.token_hex(8)}", **facts}))
        except asyncio.QueueFull:
            self._receiving.cancel()

    def _refuse(self, error: JarvisError, event: Mapping[str, Any] | None) -> None:
        body = dict(error_body(error, self._line.lang)["error"])
        self._tell("error", error={**body, "event_id": event.get("event_id") if event else None})

    def _session(self) -> dict[str, Any]:
        return {"object": "realtime.session", "id": self._id, **self._body.model_dump(mode="json")}

    def _item(self, name: str, item: Mapping[str, Any]) -> None:
        whole = {"id": name, "object": "realtime.item", "status": "completed", **item}
        self._tell("conversation.item.added", item=whole, previous_item_id=None)
        self._tell("conversation.item.done", item=whole, previous_item_id=None)

    def _happened(self, event: Happening) -> None:
        heard = f"item_{self._turn}h"
        match event:
            case Begins():
                self._turn += 1
                self._confirmed = ""
                self._begun[event.at] = heard = f"item_{self._turn}h"
                self._tell("input_audio_buffer.speech_started", audio_start_ms=_ms(event.at), item_id=heard)
            case Partial():
                name = "conversation.item.input_audio_transcription.delta"
                if delta := event.confirmed[len(self._confirmed) :]:
                    self._tell(name, item_id=heard, content_index=0, delta=delta)
                self._confirmed = event.confirmed
                self._tell("jarvis.partial", item_id=heard, confirmed=event.confirmed, tail=event.tail)
            case Understood():
                self._understood(event, self._begun.pop(event.said.start, heard))
            case Failed():
                name = "conversation.item.input_audio_transcription.failed"
                error = error_body(event.error, self._line.lang)["error"]
                self._tell(name, item_id=heard, content_index=0, error=error)
            case Unheard():
                self._refuse(UsageError("realtime.empty"), None)
            case Unanswered():
                self._refuse(UsageError("realtime.nothing_said"), None)
            case Hold():
                self._tell("jarvis.hold", on=event.on)
            case Deaf():
                self._tell("jarvis.half_duplex")
            case Awake() | Ready():
                self._tell("jarvis.awake" if isinstance(event, Awake) else "jarvis.ready")
            case _:
                self._answers(event)

    def _understood(self, event: Understood, heard: str) -> None:
        said = event.said
        self._tell("input_audio_buffer.speech_stopped", audio_end_ms=_ms(said.end), item_id=heard)
        text, language = said.heard.text, said.heard.language
        if event.meaning not in ("nothing", "echo"):
            self._tell("input_audio_buffer.committed", item_id=heard, previous_item_id=None)
            content = [{"type": "input_audio", "transcript": text}]
            self._item(heard, {"type": "message", "role": "user", "content": content})
            usage = {"type": "duration", "seconds": round(said.end - said.start, 2)}
            self._tell(
                "conversation.item.input_audio_transcription.completed",
                item_id=heard, content_index=0, transcript=text, usage=usage,
            )  # fmt: skip
        self._tell("jarvis.understood", item_id=heard, text=text, meaning=event.meaning, language=language)

    def _answers(self, event: Begun | Words | Sound | Told | Done | Measured | Interrupted | Cut) -> None:
        if isinstance(event, Measured):
            self._tell("jarvis.measured", **_ledger(event.turn))
            return
        where = {"response_id": f"resp_{event.response}", "item_id": f"item_{event.response}a"}
        place = {**where, "output_index": 0, "content_index": 0}
        match event:
            case Begun():
                self._words[event.response] = []
                self._tell("response.created", response=self._response(event.response, "in_progress"))
                item = _message(event.response, "in_progress", self._kind, "")
                self._tell("response.output_item.added", response_id=where["response_id"], output_index=0, item=item)
                self._tell("response.content_part.added", **place, part={"type": self._kind, "transcript": ""})
            case Words():
                self._words[event.response].append(event.text)
                name = "transcript" if self._kind == "output_audio" else "text"
                told = f"response.output_audio_{name}.delta" if name == "transcript" else "response.output_text.delta"
                self._tell(told, **place, delta=event.text)
            case Sound():
                self._sound(event, place)
            case Interrupted():
                self._tell("jarvis.interrupted", **where)
            case Told():
                self._tell_also(event, where)
            case Done():
                self._done(event, place)
            case Cut():
                self._tell(
                    "conversation.item.truncated", item_id=where["item_id"], content_index=0, transcript=event.text
                )

    def _sound(self, event: Sound, place: Mapping[str, Any]) -> None:
        if not event.spoken.sound:
            return
        rate = self._body.audio.output.format.rate
        out = self._out.setdefault(event.response, Resampler(event.spoken.rate, rate))
        data = out.add(event.spoken.sound)
        step = int(PIECE_SECONDS * rate) * 2
        for at in range(0, len(data), step):
            piece = base64.b64encode(data[at : at + step]).decode()
            self._tell("response.output_audio.delta", **place, delta=piece)
        self._tell("jarvis.spoken", **place, text=event.text, seconds=round(event.spoken.seconds, 3))

    def _done(self, event: Done, place: Mapping[str, Any]) -> None:
        out = self._out.pop(event.response, None)
        if out is not None and event.status == "completed" and (rest := out.rest()):
            self._tell("response.output_audio.delta", **place, delta=base64.b64encode(rest).decode())
        text = "".join(self._words.pop(event.response, ()))
        if self._kind == "output_audio":
            self._tell("response.output_audio.done", **place)
            self._tell("response.output_audio_transcript.done", **place, transcript=text)
        else:
            self._tell("response.output_text.done", **place, text=text)
        status = "completed" if event.status == "completed" else "incomplete"
        item = _message(event.response, status, self._kind, text)
        self._tell("response.output_item.done", response_id=place["response_id"], output_index=0, item=item)
        response = self._response(event.response, event.status) | {"output": [item]}
        if event.answer is not None:
            response |= {"usage": usage_body(event.answer.usage), "jarvis": answer_json(event.answer)}
            self._line.metrics.answered(event.answer)
        if event.error is not None:
            error = error_body(event.error, self._line.lang)["error"]
            response["status_details"] = {"type": "failed", "error": error}
        self._tell("response.done", response=response)

    def _tell_also(self, event: Told, where: Mapping[str, Any]) -> None:
        what = event.event
        facts = notice_json(what, self._line.lang) if isinstance(what, Notice) else asdict(what)
        self._tell(f"jarvis.{type(what).__name__.lower()}", **where, **facts)

    @property
    def _kind(self) -> str:
        return "output_audio" if "audio" in self._body.output_modalities else "output_text"

    def _response(self, number: int, status: str) -> dict[str, Any]:
        return {"object": "realtime.response", "id": f"resp_{number}", "status": status, "output": []}

    def _record(self, turn: SpokenTurn) -> None:
        spoken = self._line.parts.spoken
        if spoken is not None and turn.text is not None:
            task = asyncio.create_task(spoken.record(turn), name="ledger of a spoken turn")
            self._recording.add(task)
            task.add_done_callback(self._recording.discard)


def _message(number: int, status: str, kind: str, text: str) -> dict[str, Any]:
    content = [{"type": kind, "transcript" if kind == "output_audio" else "text": text}] if text else []
    return {
        "id": f"item_{number}a", "object": "realtime.item", "type": "message", "role": "assistant", "status": status,
        "content": content,
    }  # fmt: skip


def _ledger(turn: SpokenTurn) -> dict[str, Any]:
    """Milliseconds after the end of speech."""
    own = turn.own_seconds
    kept = {k: v for k, v in asdict(turn).items() if k not in ("person", "started")}
    told = {k: _ms(v) if isinstance(v, float) else v for k, v in kept.items()}
    return {**told, "own": None if own is None else _ms(own)}


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


def _object(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise UsageError("realtime.no_event")
    return found


def _played(event: Mapping[str, Any]) -> tuple[int, float]:
    item, end = event.get("item_id"), event.get("audio_end_ms")
    if not (isinstance(item, str) and re.fullmatch(r"item_[0-9]{1,9}a", item)):
        raise UsageError("realtime.no_item", param="item_id", item=str(item)[:64])
    if not isinstance(end, int | float) or isinstance(end, bool) or not 0 <= end < 1e9:
        raise UsageError("realtime.no_item", param="audio_end_ms", item=str(end)[:64])
    return int(item[5:-1]), end / 1000


SOCKETS = (Socket("/v1/realtime", realtime, scope="chat"),)
