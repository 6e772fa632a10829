"""The near end of a spoken conversation: what the microphone hears goes to Jarvis, what it answers to the loudspeaker.

Who speaks, and what is answered, is decided at the far end (``server.realtime``); here it is played, paused and dropped
at once, and told how much of it was really heard.
"""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

import aiohttp

from jarvis.voice.echo import Echo
from jarvis.voice.unanswered import Unanswered
from jarvis.words.audio import RATE, SAMPLE_BYTES

VOICE_RATE = 24_000
"""Samples a second of what is played."""
SESSION = "session"
"""The event that says how it is talked: what is wrong with it is told with this id."""
PIECE_BYTES = RATE * SAMPLE_BYTES
"""Of what is said again, in one message."""
BEEP_SECONDS, BEEP_HERTZ, BEEP_VOLUME = 0.12, 880, 0.2


class Wire(Protocol):
    """A connection to the far end: an aiohttp WebSocket."""

    async def receive(self) -> aiohttp.WSMessage: ...

    async def send_bytes(self, data: bytes) -> None: ...

    async def send_str(self, data: str) -> None: ...


class Loudspeaker(Protocol):
    """See ``voice.speaker``."""

    def play(self, pcm: bytes) -> None: ...

    @property
    def played(self) -> int: ...

    def reset(self) -> None: ...

    def pause(self) -> None: ...

    def resume(self) -> None: ...

    def stop(self) -> None: ...


Tell = Callable[[Mapping[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Style:
    """How it is talked. ``push``: a turn begins and ends when it is told; ``wake``: only what names Jarvis is meant."""

    language: str = ""
    model: str = "jarvis"
    speaker: str = "auto"
    voice: str = ""
    push: bool = False
    wake: bool = False
    speaks: bool = True
    incognito: bool = False
    conversation: str | None = None
    hints: tuple[str, ...] = ()


class Lost(Exception):
    """The far end is gone."""


GONE = (aiohttp.ClientError, ConnectionError)
"""Who waits for what comes from it is told so."""


class Talk:
    """One conversation. ``hear`` runs once, beside it ``run`` for every connection there is to the far end."""

    def __init__(
        self,
        speaker: Loudspeaker | None,
        echo: Echo | None,
        style: Style,
        tell: Tell,
        named: Callable[[bytes], bool] | None = None,
    ) -> None:
        """``tell`` hears every event but the sound. ``named``: whether Jarvis is called by name in a piece of sound."""
        self._speaker, self._echo, self._style, self._tell = speaker, echo, style, tell
        self._named = named
        self._wire: Wire | None = None
        self._open = not style.push
        """Whether the microphone is listened to."""
        self._committed = False
        """Whether the end of a turn was told that was not understood yet."""
        self._item = ""
        """What is being played."""
        self._unanswered = Unanswered()
        self.conversation = style.conversation

    async def hear(self, sound: AsyncIterator[bytes]) -> None:
        """Until the sound ends. What is heard while there is no far end, it hears later."""
        leaks = 0
        async for piece in sound:
            if self._echo is not None and self._echo.leaks > leaks:
                leaks = self._echo.leaks
                await self._send("jarvis.echo")
            if self._named is not None and self._named(piece):
                await self._send("jarvis.named")
                self._beep()
            if self._open:
                self._unanswered.heard(piece)
                if self._wire is not None:
                    with suppress(*GONE):
                        await self._wire.send_bytes(piece)

    async def run(self, wire: Wire) -> None:
        """As long as the far end is there. A sentence that the last one did not understand it hears from its beginning.
        Raises Lost.
        """
        try:
            await _tell(wire, "session.update", event_id=SESSION, session=self._session())
            sound = self._unanswered.anew()
            self._wire = wire
            for at in range(0, len(sound), PIECE_BYTES):
                await wire.send_bytes(sound[at : at + PIECE_BYTES])
            if self._committed:
                await self._commit()
            await self._listen(wire)
        except GONE as error:
            raise Lost from error
        finally:
            self._wire = None
            self._unanswered.lost()
            if self._speaker is not None:
                with suppress(Exception):  # it may be what is gone
                    self._speaker.stop()

    async def push(self) -> None:
        """Somebody wants to speak, or has spoken."""
        if not self._open:
            await self.stop()
            self._open = True
            self._tell({"type": "jarvis.listening", "on": True})
            return
        self._open, self._committed = False, True
        self._tell({"type": "jarvis.listening", "on": False})
        await self._commit()

    async def stop(self) -> None:
        """Say no more of the answer."""
        await self._send("response.cancel")

    async def _commit(self) -> None:
        await self._send("input_audio_buffer.commit")
        await self._send("response.create")

    def _session(self) -> dict[str, Any]:
        style = self._style
        heard: dict[str, Any] = {
            "format": {"type": "audio/pcm", "rate": RATE},
            "transcription": {"language": style.language},
        }
        if style.push:
            heard["turn_detection"] = None
        return {
            "type": "realtime",
            "model": style.model,
            "output_modalities": ["audio"] if style.speaks and self._speaker is not None else ["text"],
            "audio": {"input": heard, "output": {"voice": style.voice}},
            "jarvis": {
                "hold": True,
                "wake": style.wake,
                "echo_free": self._echo is not None or self._speaker is None,
                "incognito": style.incognito,
                "conversation": self.conversation,
                "hints": style.hints,
                "speaker": style.speaker,
            },
        }

    async def _send(self, type: str, **facts: Any) -> None:
        if self._wire is not None:
            with suppress(*GONE):
                await _tell(self._wire, type, **facts)

    async def _listen(self, wire: Wire) -> None:
        while True:
            message = await wire.receive()
            if message.type is not aiohttp.WSMsgType.TEXT:
                raise Lost
            event = json.loads(message.data)
            if event["type"] == "response.output_audio.delta":
                self._play(event)
                continue
            self._unanswered.told(event)
            self._tell(event)
            await self._told(event)

    def _play(self, event: Mapping[str, Any]) -> None:
        if self._speaker is not None and event["item_id"] == self._item:
            self._speaker.play(base64.b64decode(event["delta"]))

    async def _told(self, event: Mapping[str, Any]) -> None:
        speaker = self._speaker
        match event["type"]:
            case "response.output_item.added":
                self._item = event["item"]["id"]
                if speaker is not None:
                    speaker.stop()
                    speaker.reset()
                    speaker.resume()
            case "jarvis.hold" if speaker is not None:
                (speaker.pause if event["on"] else speaker.resume)()
            case "jarvis.interrupted" if event["item_id"] == self._item:
                await self._drop()
            case "jarvis.route":
                self.conversation = event.get("conversation") or self.conversation
            case "jarvis.awake":
                self._beep()
            case "jarvis.understood" | "conversation.item.input_audio_transcription.failed" | "error":
                self._committed = False

    async def _drop(self) -> None:
        """What was not heard yet is not to be."""
        item, self._item = self._item, ""
        if self._speaker is None:
            return
        played = self._speaker.played / VOICE_RATE
        self._speaker.stop()
        await self._send("conversation.item.truncate", item_id=item, content_index=0, audio_end_ms=round(played * 1000))

    def _beep(self) -> None:
        import numpy as np

        if self._speaker is not None:
            at = np.arange(int(BEEP_SECONDS * VOICE_RATE))
            wave = np.sin(2 * np.pi * BEEP_HERTZ * at / VOICE_RATE) * np.hanning(len(at)) * BEEP_VOLUME
            self._speaker.play((wave * 32767).astype("<i2").tobytes())


async def _tell(wire: Wire, type: str, **facts: Any) -> None:
    await wire.send_str(json.dumps({"type": type, **facts}))
