"""A loaded model that hears, as whoever loaded it has it: the other end of ``_answering``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from jarvis.errors import Unreadable
from jarvis.speech.hear._asked import HEAR, OPEN, PIECE, PIECES, REFUSED, SHUT, SOUND, written
from jarvis.speech.hear.base import Opened
from jarvis.speech.loaded import InChild
from jarvis.words.audio import Heard, Listen


class Child(InChild):
    """See ``base.Hearing``."""

    async def hear(self, sound: bytes, listen: Listen, urgent: bool = True) -> Heard:
        return Heard.of(await self._ask(HEAR, _listen(listen), sound, urgent=urgent))

    async def open(self, recording: bytes) -> Opened:
        found = await self._ask(OPEN, {}, recording)
        if REFUSED in found:
            raise Unreadable(found[REFUSED], **found["facts"])
        return Opened(**found)

    async def pieces(self, opened: Opened, after: float) -> tuple[Sequence[tuple[float, float]], float]:
        found = await self._ask(PIECES, {"number": opened.number, "after": after})
        return [(start, end) for start, end in found["pieces"]], found["until"]

    async def piece(self, opened: Opened, start: float, end: float, listen: Listen) -> Heard:
        asked = {"number": opened.number, "start": start, "end": end, "listen": _listen(listen)}
        return Heard.of(await self._ask(PIECE, asked))

    async def sound(self, opened: Opened, start: float, end: float) -> bytes:
        asked = {"number": opened.number, "start": start, "end": end}
        return await self._line.ask(SOUND, written(asked), urgent=False)

    async def shut(self, opened: Opened) -> None:
        await self._ask(SHUT, {"number": opened.number})

    async def _ask(self, kind: int, facts: dict[str, Any], sound: bytes = b"", *, urgent: bool = False) -> Any:
        return json.loads(await self._line.ask(kind, written(facts, sound), urgent=urgent))


def _listen(listen: Listen) -> dict[str, Any]:
    return {
        "language": listen.language, "task": listen.task, "hints": listen.hints, "prompt": listen.prompt,
        "words": listen.words,
    }  # fmt: skip
