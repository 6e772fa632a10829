"""What the rest of Jarvis knows of a provider: it answers a request, in pieces, for money."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Protocol

from jarvis.words.chat import ChatRequest, Delta


class Provider(Protocol):
    """A provider of models, as the owner's settings and key describe it. Class ``Provider`` of each file here.

    Nothing is tried twice here: that is for whoever knows the deadline, the budget and the other candidates.
    """

    name: str
    """The owner's name for it: the entry of ``provider`` in the settings."""

    def chat(self, request: ChatRequest, model: str, *, deadline: float | None = None) -> AsyncGenerator[Delta, None]:
        """The answer of ``model`` (the provider's own name for it; ``request.model`` is not looked at), in pieces.

        Text, reasoning and pieces of tool calls as they come, then one piece with the ``finish``, then one with the
        ``usage``, which is missing when the provider never told it. ``deadline`` is the moment of ``time.monotonic()``
        at which the whole call is given up; each piece has at most the provider's ``timeout_seconds``. Closing the
        generator closes the connection.

        Raises ProviderUnavailable (worth another try, here after its ``retry_after`` or elsewhere), ProviderRefused
        (its owner must mend something), ContentFiltered, ContextTooLong, and UsageError for what this provider cannot
        be asked. No error holds the key, a header or an address.
        """
        ...

    def ignored(self, request: ChatRequest, model: str) -> tuple[str, ...]:
        """The fields of ``request`` that ``model`` does not take and that are left out, by their names in OpenAI's API.

        Imports the translation the first time, which takes seconds: call it in a thread, or after ``chat``.
        """
        ...

    async def close(self) -> None:
        """Close its connections, and what else it holds."""
        ...
