"""Forgetting a conversation everywhere: what was said, how it was decided, what was learned of it, what was kept."""

from __future__ import annotations

from jarvis.assistant.conversations import Conversations
from jarvis.cache.cache import Cache
from jarvis.router.decisions import Decisions
from jarvis.router.feedback import Learner


class Forgetting:
    """Knows every place."""

    def __init__(self, talks: Conversations, decisions: Decisions, learner: Learner, cache: Cache) -> None:
        self._talks = talks
        self._decisions = decisions
        self._learner = learner
        self._cache = cache

    async def conversation(self, person: str, conversation: str) -> None:
        """Delete it for good. Of the answers kept for a person nobody knows in which conversation they were given, so
        all of that person's go. Raises NotFound, StoreError.
        """
        await self._talks.about(person, conversation)
        await self._cache.forget(person)
        await self._learner.forget(person, conversation)
        await self._decisions.forget(person, conversation)
        await self._talks.delete(person, conversation)  # last: it empties the log of what was deleted before
