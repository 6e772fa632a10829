"""Calls that wait for a yes. The yes is for one call with its arguments, of one person, in one conversation, and soon.

They are kept in memory alone: after a restart nothing is done that was asked about before it.
"""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass, field

from jarvis.assistant.talk import Talk
from jarvis.errors import NotFound
from jarvis.tools.toolkit import Held
from jarvis.words.agreed import is_yes
from jarvis.words.chat import Json

YES_SECONDS = 600.0
"""How long a yes is waited for."""
MOST_WAITING = 200


@dataclass(frozen=True, slots=True)
class Waiting:
    """A call that waits for a yes."""

    person: str
    conversation: str | None
    held: Held
    arguments: dict[str, Json]
    since: float = field(default_factory=time.monotonic)


class Consent:
    """Owns which calls wait."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[str, Waiting] = OrderedDict()

    def agreed(self, talk: Talk) -> Waiting | None:
        """The call that this message says yes to. Every other message takes the question back."""
        identity = talk.preferences.confirm
        mine = [
            name
            for name, w in self._waiting.items()
            if w.person == talk.person.name and w.conversation == talk.conversation and w.conversation is not None
        ]
        if identity:
            found = self._waiting.get(identity)
            if found is None or found.person != talk.person.name or found.conversation not in (None, talk.conversation):
                raise NotFound("assistant.no_call", call=identity[:40])
        elif mine and is_yes(talk.question):
            identity = mine[-1]
        for name in mine:
            if name != identity:
                del self._waiting[name]
        found = self._waiting.pop(identity, None)
        if found is not None and time.monotonic() - found.since > YES_SECONDS:
            raise NotFound("assistant.no_call", call=identity)
        return found

    def ask(self, talk: Talk, held: Held, arguments: dict[str, Json]) -> str:
        identity = f"call_{secrets.token_hex(12)}"
        self._waiting[identity] = Waiting(talk.person.name, talk.conversation, held, arguments)
        while len(self._waiting) > MOST_WAITING:
            self._waiting.popitem(last=False)
        return identity
