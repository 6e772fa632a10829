"""A text on its way to the daemon, and its sound on the way back to a Wyoming client."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass

from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Event

from jarvis.client import Client
from jarvis.errors import TooLarge
from jarvis.speech.speak.clauses import Clauses
from jarvis.speech.speak.forms import RAW_RATE
from jarvis.speech.which import which
from jarvis.texts import language
from jarvis.words.audio import SAMPLE_BYTES

MOST_LETTERS = 65_536
"""Of one text."""


@dataclass(frozen=True, slots=True)
class Manner:
    """Who says it: a model and its voice, and the language of the text; empty: whatever is best, and found out."""

    model: str = "auto"
    voice: str = ""
    language: str = ""


class Saying:
    """One text, whole or as it is being written."""

    def __init__(self, client: Client, manner: Manner, write: Callable[[Event], Awaitable[None]]) -> None:
        self._client, self._manner, self._write = client, manner, write
        self._clauses = Clauses()
        self._language = manner.language
        self._letters = 0
        self._begun = False
        self._samples = 0

    async def add(self, text: str) -> None:
        """More of it; what is whole is said. Raises JarvisError."""
        self._letters += len(text)
        if self._letters > MOST_LETTERS:
            raise TooLarge("wyoming.long_text", letters=MOST_LETTERS)
        for piece in self._clauses.add(text):
            await self._say(piece)

    async def end(self) -> None:
        """That was all of it."""
        await self._say(self._clauses.rest())
        await self._begin()
        await self._write(AudioStop(timestamp=self._milliseconds).event())

    @property
    def _milliseconds(self) -> int:
        return self._samples * 1000 // RAW_RATE

    async def _begin(self) -> None:
        if not self._begun:
            self._begun = True
            await self._write(AudioStart(RAW_RATE, SAMPLE_BYTES, 1, timestamp=0).event())

    async def _say(self, text: str) -> None:
        if not text.strip():
            return
        if not self._language:  # what comes next is said by the same voice
            self._language = await asyncio.to_thread(which, text, language())
        body = {
            "input": text, "model": self._manner.model, "voice": self._manner.voice, "language": self._language,
            "response_format": "pcm",
        }  # fmt: skip
        odd = b""
        async with aclosing(self._client.pieces("/v1/audio/speech", body)) as pieces:
            async for piece in pieces:
                sound = odd + piece
                whole = len(sound) - len(sound) % SAMPLE_BYTES
                sound, odd = sound[:whole], sound[whole:]
                await self._begin()
                await self._write(AudioChunk(RAW_RATE, SAMPLE_BYTES, 1, sound, timestamp=self._milliseconds).event())
                self._samples += len(sound) // SAMPLE_BYTES
