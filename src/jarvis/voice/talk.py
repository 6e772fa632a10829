"""The near end of a spoken conversation: what the microphone hears goes to Jarvis, what it answers to the loudspeaker.

Who speaks, and what is answered, is decided at the far end (``server.realtime``); here it is played, paused and dropped
at once, and told how much of it was really heard.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

import aiohttp

from jarvis.voice.echo import Echo
from jarvis.words.audio import RATE

VOICE_RATE = 24_000
"""Samples a second of what is played."""
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


class Talk:
    """One connection. ``run`` it once."""

    def __init__(
        self,
        wire: Wire,
        speaker: Loudspeaker | None,
        echo: Echo | None,
        style: Style,
        tell: Tell,
        named: Callable[[bytes], bool] | None = None,
    ) -> None:
        """``tell`` hears every event but the sound. ``named``: whether Jarvis is called by name in a piece of sound."""
        self._wire, self._speaker, self._echo, self._style, self._tell = wire, speaker, echo, style, tell
        self._named = named
        self._open = not style.push
        """Whether the microphone is listened to."""
        self._item = ""
        """What is being played."""
        self.conversation = style.conversation

    async def run(self, sound: AsyncIterator[bytes]) -> None:
        """Until the sound ends, or raises. Raises Lost."""
        await self._send("session.update", session=self._session())
        tasks = [
            asyncio.create_task(self._hear(sound), name="talk, hear"),
            asyncio.create_task(self._listen(), name="talk, listen"),
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        except (aiohttp.ClientError, ConnectionError) as error:
            raise Lost from error
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
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
        self._open = False
        self._tell({"type": "jarvis.listening", "on": False})
        await self._send("input_audio_buffer.commit")
        await self._send("response.create")

    async def stop(self) -> None:
        """Say no more of the answer."""
        await self._send("response.cancel")

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
        await self._wire.send_str(json.dumps({"type": type, **facts}))

    async def _hear(self, sound: AsyncIterator[bytes]) -> None:
        leaks = 0
        async for piece in sound:
            if self._echo is not None and self._echo.leaks > leaks:
                leaks = self._echo.leaks
                await self._send("jarvis.echo")
            if self._named is not None and self._named(piece):
                await self._send("jarvis.named")
                self._beep()
            if self._open:
                await self._wire.send_bytes(piece)

    async def _listen(self) -> None:
        while True:
            message = await self._wire.receive()
            if message.type is not aiohttp.WSMsgType.TEXT:
                raise Lost
            event = json.loads(message.data)
            if event["type"] == "response.output_audio.delta":
                self._play(event)
                continue
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
