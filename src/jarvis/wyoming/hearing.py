"""One utterance on its way from a Wyoming client to the daemon, and its text on the way back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from time import monotonic
from typing import Any

import aiohttp
import numpy as np
from wyoming.audio import AudioChunk

from jarvis.client import Client, RemoteError
from jarvis.errors import EngineError, TooLarge, UsageError
from jarvis.speech.rates import Resampler
from jarvis.words.audio import RATE, SAMPLE_BYTES

MOST_SECONDS = 300.0
"""Longest utterance."""
MOST_CHANNELS, WIDTHS, RATES = 8, (1, 2, 3, 4), (4_000, 192_000)
AHEAD_SECONDS = 15.0
"""What comes faster than it is spoken, a recording, may be so far ahead: an ear understands 30 seconds at once."""


class Utterance:
    """Begin it, ``add`` to it, ``end`` it. ``close`` it in any case."""

    def __init__(self, client: Client, session: Mapping[str, Any], told: Callable[[str], Awaitable[None]]) -> None:
        """``session``: how to listen, as a ``session.update`` has it. ``told`` hears the text as it gets sure."""
        self._client, self._session, self._told = client, session, told
        self._sound: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._seconds = 0.0
        self._rate = 0
        self._resampler: Resampler | None = None
        self._understood = asyncio.create_task(self._understand(), name="wyoming, hear")

    def add(self, chunk: AudioChunk) -> None:
        """More sound. Raises what went wrong with what came before; UsageError, TooLarge."""
        if self._understood.done():
            self._understood.result()
        sound = mono(chunk)
        if self._resampler is None:
            self._rate, self._resampler = chunk.rate, Resampler(chunk.rate, RATE)
        if chunk.rate != self._rate:
            raise UsageError("wyoming.no_sound")
        self._seconds += len(sound) / SAMPLE_BYTES / chunk.rate
        if self._seconds > MOST_SECONDS:
            raise TooLarge("wyoming.too_long", minutes=MOST_SECONDS / 60)
        if made := self._resampler.add(sound):
            self._sound.put_nowait(made)

    async def end(self) -> tuple[str, str]:
        """What was said, and in which language. Raises JarvisError."""
        if self._resampler is not None and (rest := self._resampler.rest()):
            self._sound.put_nowait(rest)
        if not self._seconds:
            return "", ""
        self._sound.put_nowait(None)
        return await self._understood

    async def close(self) -> None:
        """Whatever is being done for it is not any more."""
        self._understood.cancel()
        with suppress(BaseException):
            await asyncio.wait({self._understood})

    async def _understand(self) -> tuple[str, str]:
        async with self._client.talk(intent="transcription") as socket:
            sending: asyncio.Task[None] | None = None
            try:
                await socket.send_json({"type": "session.update", "session": self._session})
                async for message in socket:
                    if message.type is not aiohttp.WSMsgType.TEXT:
                        continue
                    event = json.loads(message.data)
                    match event.get("type"):
                        case "jarvis.ready":
                            sending = asyncio.create_task(self._send(socket), name="wyoming, sound")
                        case "conversation.item.input_audio_transcription.delta":
                            await self._told(event["delta"])
                        case "jarvis.understood":
                            return str(event["text"]), str(event["language"])
                        case "conversation.item.input_audio_transcription.failed" | "error":
                            raise RemoteError(event["error"], 502)
            except (aiohttp.ClientError, OSError) as error:
                raise EngineError("wyoming.lost") from error
            finally:
                if sending is not None:
                    sending.cancel()
                    await asyncio.wait({sending})
        raise EngineError("wyoming.lost")

    async def _send(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        began, sent = monotonic(), 0.0
        with suppress(aiohttp.ClientError, OSError):  # which the other direction tells
            while (sound := await self._sound.get()) is not None:
                sent += len(sound) / SAMPLE_BYTES / RATE
                await asyncio.sleep(max(0.0, sent - (monotonic() - began) - AHEAD_SECONDS))
                await socket.send_bytes(sound)
            await socket.send_json({"type": "input_audio_buffer.commit"})


def mono(chunk: AudioChunk) -> bytes:
    """Its samples, 16 bits, the mean of its channels. Raises UsageError for what is no sound."""
    width, channels = chunk.width, chunk.channels
    fits = width in WIDTHS and 1 <= channels <= MOST_CHANNELS and RATES[0] <= chunk.rate <= RATES[1]
    if not fits or len(chunk.audio) % (width * channels):
        raise UsageError("wyoming.no_sound")
    if width == SAMPLE_BYTES and channels == 1:
        return chunk.audio
    parts = np.frombuffer(chunk.audio, np.uint8).reshape(-1, channels, width)
    if width == 1:  # which alone has no sign
        samples = (parts[:, :, 0].astype(np.int16) - 128) * 256
    else:
        samples = np.ascontiguousarray(parts[:, :, -2:]).view("<i2")[:, :, 0]
    return bytes(samples.mean(axis=1).astype("<i2").tobytes())
