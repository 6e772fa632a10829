"""What a conversation asks of memory itself: /remember, /forget, /memory and /incognito, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from jarvis.cli.remembering import COUNTS, cut, day, still_in_backups
from jarvis.cli.terminal import clean
from jarvis.client import Client
from jarvis.texts import say

NAMES = {
    "/remember": "remember", "/recuerda": "remember", "/forget": "forget", "/olvida": "forget", "/memory": "memory",
    "/memoria": "memory", "/incognito": "incognito", "/incógnito": "incognito",
}  # fmt: skip
_ID = re.compile(r"[mtpd]\d+")
SHOWN = 10


class ChatMemory:
    """``note`` says something to the person."""

    def __init__(self, note: Callable[[str], None]) -> None:
        self._note = note
        self._wanted: dict[str, str] | None = None

    async def obey(self, name: str, argument: str, client: Client) -> None:
        """All of them but /incognito, which is the conversation's own affair."""
        if name == "remember":
            await self._remember(argument, client)
        elif name == "forget":
            await self._forget(argument, client)
        else:
            await self._show(argument, client)

    async def _remember(self, text: str, client: Client) -> None:
        if not text:
            self._note(say("recall.chat.remember"))
            return
        kept = await client.json("POST", "/jarvis/memory", {"text": text})
        self._note(say("recall.again" if kept["did"] == "again" else "recall.added", id=kept["id"]))

    async def _forget(self, text: str, client: Client) -> None:
        """First what would go; with ``!`` it goes."""
        if text == "!":
            wanted, self._wanted = self._wanted, None
            if wanted is None:
                self._note(say("recall.chat.nothing_asked"))
                return
            await client.json("POST", "/jarvis/memory/forget", {**wanted, "confirm": True})
            self._note(say("recall.done"))
            if told := still_in_backups():
                self._note(told)
            return
        if not text:
            self._note(say("recall.chat.forget"))
            return
        asked = {"item" if _ID.fullmatch(text) else "query": text}
        would = await client.json("POST", "/jarvis/memory/forget", asked)
        if not any(would[name] for name in COUNTS):
            self._note(say("recall.nothing_to_forget"))
            return
        for one in would["listed"][:SHOWN]:
            self._tell(one)
        self._wanted = asked
        self._note(say("recall.chat.sure", None, **{n: would[n] for n in ("turns", "facts", "passages")}))

    async def _show(self, text: str, client: Client) -> None:
        if text:
            found = (await client.json("POST", "/jarvis/memory/search", {"query": text, "n": SHOWN}))["found"]
        else:
            found = (await client.json("GET", "/jarvis/memory", None, limit=SHOWN))["facts"]
        if not found:
            self._note(say("recall.nothing_found" if text else "recall.empty"))
        for one in found:
            self._tell(one)

    def _tell(self, one: dict[str, Any]) -> None:
        at = one["at"] if "at" in one else one["said"]
        self._note(f"{one['id']:>5}  {day(at)}  {clean(cut(one['text']))}")
