"""A provider that costs nothing: a real process on this machine that speaks OpenAI's wire and fails as it is told.

``provider.fake.address`` names one that runs already (``http://127.0.0.1:PORT/v1``); without it one is started at the
first call, and ends with ``close`` or with Jarvis. See ``_fake_server`` for what it can be told.
"""

from __future__ import annotations

import asyncio
import secrets
import sys
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from typing import Any

from jarvis.config.schema import Provider as Settings
from jarvis.errors import ProviderUnavailable
from jarvis.providers import openai_compatible
from jarvis.words.chat import ChatRequest, Delta
from jarvis.workers.environment import TAG, environment

START_SECONDS = 30.0


class Provider(openai_compatible.Provider):
    def __init__(self, name: str, settings: Settings, key: str | None) -> None:
        super().__init__(name, settings, key or secrets.token_urlsafe(24))
        self._process: asyncio.subprocess.Process | None = None
        self._starting = asyncio.Lock()

    async def chat(
        self, request: ChatRequest, model: str, *, deadline: float | None = None
    ) -> AsyncGenerator[Delta, None]:
        """See ``providers.base.Provider.chat``."""
        await self._started()
        async with aclosing(super().chat(request, model, deadline=deadline)) as deltas:
            async for delta in deltas:
                yield delta

    async def tell(self, path: str, order: dict[str, Any] | None = None) -> Any:
        """Ask or order the process something: ``tell("/_fault", {"kind": "cut"})``, ``tell("/_served")``."""
        import aiohttp

        await self._started()
        url = self.base.removesuffix("/v1") + path
        async with aiohttp.ClientSession() as session:
            asked = session.get(url, params={"wire": "fake"}) if order is None else session.post(
                url, json={"wire": "fake", **order}
            )  # fmt: skip
            async with asked as response:
                return await response.json()

    async def close(self) -> None:
        await super().close()
        process, self._process = self._process, None
        if process is not None:
            if process.stdin is not None:
                process.stdin.close()
            try:
                async with asyncio.timeout(5):
                    await process.wait()
            except TimeoutError:
                with suppress(ProcessLookupError):
                    process.kill()
                await process.wait()

    async def _started(self) -> None:
        async with self._starting:
            if self._settings.address is not None or self._process is not None:
                return
            bare = environment(TAG)
            del bare[TAG]  # no worker: nothing is to be swept up after it
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-E", "-P", "-m", "jarvis.providers._fake_openai",
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, env=bare,
            )  # fmt: skip
            self._process = process
            assert process.stdin is not None and process.stdout is not None
            process.stdin.write(f"{self._key}\n".encode())
            try:
                async with asyncio.timeout(START_SECONDS):
                    line = (await process.stdout.readline()).decode()
            except TimeoutError:
                line = ""
            if not line.startswith("listening on "):
                await self.close()
                raise ProviderUnavailable("providers.fake_failed", provider=self.name)
            self._settings = self._settings.model_copy(update={"address": f"http://127.0.0.1:{line.split()[2]}/v1"})
