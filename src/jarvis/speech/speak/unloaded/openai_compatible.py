"""A voice at any address that speaks OpenAI's ``/audio/speech``: OpenAI, another Jarvis, a server in the house.

What is said is sent there, whole: it is used only where its owner's settings name it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, NamedTuple

from jarvis.embedders.openai_compatible import Bill, free
from jarvis.speech.speak.base import Spoken

if TYPE_CHECKING:
    import aiohttp

USUAL = "alloy"
"""The voice that is asked for where its owner names none: OpenAI wants one, others make of it what they have."""


class Place(NamedTuple):
    """Where it is. ``name`` is its entry of ``provider`` in the settings, ``model`` what it calls the model,
    ``seconds`` the longest wait. ``open`` gives the base address and the key; it may block, and raises ConfigError.
    ``pay`` sets aside what saying these texts costs, and raises OverBudget. ``leaves``: it is outside this house.
    """

    name: str
    model: str
    seconds: float
    open: Callable[[], tuple[str, str | None]]
    pay: Callable[[Sequence[str]], AbstractAsyncContextManager[Bill]] = free
    leaves: bool = True


class Voice:
    """See ``base.Voice``."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self.name = f"{place.name}/{place.model}"
        self.leaves = place.leaves
        self._client: aiohttp.ClientSession | None = None
        self._address = ""

    async def say(self, text: str, language: str, voice: str = "", speed: float = 1.0) -> Spoken:
        from jarvis.speech.speak.unloaded._sent import decoded, post, session
        from jarvis.words.shorter import plain

        text = plain(text)
        if not any(map(str.isalnum, text)):
            return Spoken(b"", 24_000)
        if self._client is None:
            address, key = await asyncio.to_thread(self._place.open)
            self._address = f"{address.rstrip('/')}/audio/speech"
            self._client = session(self._place.seconds, key)
        asked = {
            "model": self._place.model, "input": text, "voice": voice or USUAL, "response_format": "wav", "speed": speed
        }  # fmt: skip
        async with self._place.pay([text]) as bill:
            found = await post(self._client, self._address, self._place.name, bill, json=asked)
        return await decoded(found, self._place.name)

    async def close(self) -> None:
        """See ``base.Voice.close``."""
        if self._client is not None:
            await self._client.close()
            self._client = None
