"""One exchange as everything that takes part in it needs to know it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from jarvis.assistant.offer import Offer
from jarvis.assistant.remembered import Remembered
from jarvis.words.chat import ChatRequest, Message, last_asked
from jarvis.words.exchange import Event, Preferences
from jarvis.words.person import Person

Language = Literal["en", "es"]


@dataclass(frozen=True, slots=True)
class Talk:
    """What every step of one exchange needs to know. ``kept``: the conversation is being stored; ``remembered`` is what
    memory holds for the question; ``forgot`` says whether something was forgotten since it began.
    """

    request: ChatRequest
    person: Person
    face: str
    history: Sequence[Message]
    conversation: str | None
    preferences: Preferences
    language: Language
    kept: bool
    remembered: Remembered | None = None
    forgot: Callable[[], bool] = lambda: False

    @property
    def keeps(self) -> bool:
        """Whether what comes of it is stored: it may tell what was forgotten meanwhile."""
        return self.kept and not self.forgot()

    @property
    def question(self) -> str:
        return last_asked(self.request.messages)


Generate = Callable[[Talk, Offer], AsyncGenerator[Event, None]]
"""One step: the events of an answer to the request of a talk, whose reader is given what is offered."""
