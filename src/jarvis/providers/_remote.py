"""What all providers share: one client for each, one way of asking, every failure mapped. Cheap to import."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING

from jarvis.config.schema import Provider as Settings
from jarvis.errors import UsageError
from jarvis.providers import keys
from jarvis.words.chat import ChatRequest, Delta

if TYPE_CHECKING:
    import httpx2
    from pydantic_ai.models import Model


class Remote:
    """A provider behind an HTTP API. Each kind says how pydantic-ai names one of its models (``_model``)."""

    address = ""
    """Its own address; the settings' wins."""
    thoughts_back = False
    """Whether it wants to read again what its model thought before a tool call."""

    def __init__(self, name: str, settings: Settings, key: str | None) -> None:
        """``name``: the entry of ``provider`` in the settings. ``key`` None for one that asks for none."""
        keys.remember(key)
        self.name = name
        self._settings = settings
        self._key = key
        self._client: httpx2.AsyncClient | None = None
        self._models: dict[str, Model] = {}

    def __repr__(self) -> str:
        return f"<provider {self.name!r}>"

    @property
    def base(self) -> str:
        """Where it is asked."""
        return (self._settings.address or self.address).rstrip("/")

    async def chat(
        self, request: ChatRequest, model: str, *, deadline: float | None = None
    ) -> AsyncGenerator[Delta, None]:
        """See ``providers.base.Provider.chat``."""
        if request.n != 1:
            raise UsageError("providers.one_answer", param="n", provider=self.name, n=request.n)
        if request.grammar:
            raise UsageError("providers.no_grammar", param="grammar", provider=self.name)
        await self._ready()
        # imported by now, in a thread: seconds, during which everybody else's answers go on
        from jarvis.providers._call import pieces

        seconds = self._settings.timeout_seconds
        answer = pieces(self._known(model), request, self.name, self.thoughts_back)
        async with aclosing(answer):
            while True:
                left = seconds if deadline is None else min(seconds, deadline - time.monotonic())
                try:
                    async with asyncio.timeout(max(0.0, left)):
                        delta = await anext(answer)
                except StopAsyncIteration:
                    return
                except TimeoutError:
                    late = True
                else:
                    late = False
                if late:
                    from jarvis.providers._faults import too_slow

                    raise too_slow(self.name, model, seconds if deadline is None else min(seconds, max(left, 0.0)))
                yield delta

    def ignored(self, request: ChatRequest, model: str) -> tuple[str, ...]:
        """See ``providers.base.Provider.ignored``."""
        from jarvis.providers._asked import left_out

        return left_out(request, self._known(model))

    async def close(self) -> None:
        """See ``providers.base.Provider.close``."""
        client, self._client = self._client, None
        self._models.clear()
        if client is not None:
            await client.aclose()

    async def _ready(self) -> None:
        if self._client is None:
            await asyncio.to_thread(self._import)

    def _import(self) -> None:
        """Import what it is translated with."""
        import jarvis.providers._call
        import jarvis.providers._client  # noqa: F401

    def _known(self, model: str) -> Model:
        if model not in self._models:
            if self._client is None:
                from jarvis.providers._client import open_client

                self._client = open_client(self.base, self._settings.timeout_seconds, has_key=bool(self._key))
            self._models[model] = self._model(model, self._client)
        return self._models[model]

    def _model(self, model: str, client: httpx2.AsyncClient) -> Model:
        raise NotImplementedError
