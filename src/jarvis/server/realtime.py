"""WS /v1/realtime: a spoken conversation, by the events of OpenAI's Realtime API where there is one for what happens.

A client may send sound as binary messages too. What OpenAI has no event for is called ``jarvis.…`` (docs/voice.md).
"""

from __future__ import annotations

import asyncio
import json
import re
import secrets
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from starlette.websockets import WebSocketDisconnect, WebSocketState

from jarvis.assistant.prompt import VOICE
from jarvis.assistant.spoken_events import (
    Awake,
    Deaf,
    Happening,
    Hold,
    Manner,
    Measured,
    Ready,
    Unanswered,
    Understood,
    Unheard,
)
from jarvis.assistant.talking import Talking
from jarvis.errors import JarvisError, NotFound, TooLarge, UsageError
from jarvis.server.refusals import error_body
from jarvis.server.responses import Items, Responses
from jarvis.server.sockets import Line, Socket
from jarvis.server.wire.realtime import SessionBody, merged, response_of, samples, session_of, text_of
from jarvis.server.wire.shape import parse
from jarvis.speech.ear import Begins, Failed, Partial
from jarvis.speech.rates import Resampler
from jarvis.telemetry.spoken import SpokenTurn
from jarvis.words.audio import RATE
from jarvis.words.json_bytes import encode
from jarvis.words.memory import Language

SUBPROTOCOL = "realtime"
"""A browser wants one of those that it offered; the others that it offers to OpenAI's carry a key."""
MOST_UNSENT = 4096
"""Messages that a client has not read; one that has more of them does not read at all."""


async def realtime(line: Line) -> None:
    """Talk until the client leaves. Raises NotFound where nobody hears."""
    parts = line.parts
    if parts.listening is None or parts.senses is None:
        raise NotFound("server.not_offered", path=line.socket.url.path)
    session = _Session(line)
    await line.socket.accept(SUBPROTOCOL if SUBPROTOCOL in line.socket.scope["subprotocols"] else None)
    await session.run()


class _Session:
    """One connection."""

    def __init__(self, line: Line) -> None:
        self._line = line
        parts, params = line.parts, line.socket.query_params
        assert parts.listening is not None and parts.senses is not None
        self._beside: set[asyncio.Task[None]] = set()
        """What is done while it is talked."""
        self._talking = Talking(
            parts.assistant, parts.listening, parts.speaking, parts.senses, line.person, self._happened, self._record,
            parts.expected,
        )  # fmt: skip
        self._unsent: asyncio.Queue[bytes] = asyncio.Queue(MOST_UNSENT)
        self._id = f"sess_{secrets.token_hex(8)}"
        asked: dict[str, Any] = {}
        if intent := params.get("intent"):
            asked["type"] = intent
        if model := params.get("model"):
            asked["model"] = model
        self._checked = (Manner().model, Manner().conversation)
        self._asked = asked
        self._body = SessionBody()
        self._in: Resampler | None = None
        self._turn = 0
        self._begun: dict[float, str] = {}
        self._counted = 0.0
        """When the last turn began that was counted."""
        """The items of turns that were not understood yet, by when they began: the next one may begin before that."""
        self._confirmed = ""
        self._text = ""
        self._items = Items(self._tell)
        self._responses = Responses(self._tell, self._items, lambda: self._body.audio.output.format.rate, line.lang)
        self._last: dict[str, Mapping[str, Any]] = {}
        """The last event of each kind, for what is wrong with it is found out later."""
        self._manage(asked, *self._taken(asked))

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
            if self._beside:
                await asyncio.wait(self._beside)

    async def _receive(self) -> None:
        socket = self._line.socket
        await self._check(self._talking.manner)
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
                    await self._told(event)
            except JarvisError as error:
                self._refuse(error, event)

    async def _send(self) -> None:
        while True:
            data = await self._unsent.get()
            if self._line.socket.application_state is WebSocketState.CONNECTED:
                await self._line.socket.send_text(data.decode())

    # From the client

    async def _told(self, event: Mapping[str, Any]) -> None:
        talking = self._talking
        if (kind := event.get("type")) in ("input_audio_buffer.commit", "response.create"):
            self._last[kind] = event
        match kind:
            case "session.update":
                asked = merged(self._asked, session_of(event))
                body, manner = self._taken(asked)
                await self._check(manner)
                self._manage(asked, body, manner)
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
                self._items.whole(f"item_{secrets.token_hex(6)}", {"type": "input_text", "text": self._text})
            case "response.create":
                self._respond(event)
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

    def _respond(self, event: Mapping[str, Any]) -> None:
        manner = self._manner(parse(SessionBody, encode(merged(self._asked, response_of(event)))))
        text, self._text = self._text, ""
        if text:
            self._talking.ask(text, manner)
        elif not self._talking.respond(manner):
            active = "realtime.conversation_already_has_active_response"
            raise UsageError(active if self._responses.active else "realtime.nothing_said")

    def _hear(self, sound: bytes) -> None:
        if len(sound) % 2:
            raise UsageError("realtime.no_sound", param="audio")
        if self._in is not None:
            sound = self._in.add(sound)
        if not self._talking.hear(sound):
            raise TooLarge("realtime.behind")

    def _taken(self, asked: Mapping[str, Any]) -> tuple[SessionBody, Manner]:
        """A session as it is asked for. Raises UsageError, ModelNotFound."""
        body = parse(SessionBody, encode(asked))
        return body, self._manner(body)

    def _manage(self, asked: dict[str, Any], body: SessionBody, manner: Manner) -> None:
        if self._in is None or body.audio.input.format != self._body.audio.input.format:
            self._in = Resampler(body.audio.input.format.rate, RATE)
        self._asked, self._body = asked, body
        self._talking.manage(manner)

    def _manner(self, body: SessionBody) -> Manner:
        manner, speaking = body.manner(), self._line.parts.speaking
        if speaking is not None and manner.speaks:
            known: dict[str, Language] = {"es": "es", "en": "en"}
            speaking.check(manner.mouth, known.get(manner.language), manner.voice, VOICE)
        if self._line.parts.listening is not None:
            self._line.parts.listening.check(manner.ear)
        return manner

    async def _check(self, manner: Manner) -> None:
        """Who is named to answer and is not there is told before anybody speaks."""
        names = manner.model, manner.conversation
        if names != self._checked and (manner.answers or not manner.hands_free):
            await self._line.parts.assistant.check(manner.model, self._line.person, manner.conversation)
            self._checked = names

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
                self._refuse(UsageError("realtime.empty"), self._last.get("input_audio_buffer.commit"))
            case Unanswered():
                self._refuse(UsageError("realtime.nothing_said"), self._last.get("response.create"))
            case Hold():
                self._tell("jarvis.hold", on=event.on)
            case Deaf():
                self._tell("jarvis.half_duplex")
            case Awake() | Ready():
                self._tell("jarvis.awake" if isinstance(event, Awake) else "jarvis.ready")
            case Measured():
                self._tell("jarvis.measured", **_ledger(event.turn))
            case _:
                self._responses.told(event)

    def _understood(self, event: Understood, heard: str) -> None:
        said = event.said
        self._tell("input_audio_buffer.speech_stopped", audio_end_ms=_ms(said.end), item_id=heard)
        text, language = said.heard.text, said.heard.language
        told = self._body.audio.input.turn_detection is None  # who ends a turn waits for what became of it
        if told or event.meaning not in ("nothing", "echo"):
            self._tell("input_audio_buffer.committed", item_id=heard, previous_item_id=self._items.last)
            self._items.whole(heard, {"type": "input_audio", "transcript": text})
            usage = {"type": "duration", "seconds": round(said.end - said.start, 2)}
            self._tell(
                "conversation.item.input_audio_transcription.completed",
                item_id=heard, content_index=0, transcript=text, usage=usage,
            )  # fmt: skip
        self._tell("jarvis.understood", item_id=heard, text=text, meaning=event.meaning, language=language)

    def _record(self, turn: SpokenTurn) -> None:
        spoken = self._line.parts.spoken
        if spoken is not None and turn.text is not None:
            if turn.started != self._counted:  # one that is interrupted later is recorded once more
                self._counted = turn.started
                self._line.metrics.spoken(turn)
            self._does(spoken.record(turn), "ledger of a spoken turn")

    def _does(self, work: Coroutine[None, None, None], name: str) -> None:
        task = asyncio.create_task(work, name=name)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)


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
