"""Wolfram|Alpha, by its LLM API (https://products.wolframalpha.com/llm-api/documentation), with the owner's key."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from jarvis.config.paths import paths
from jarvis.config.schema import Provider
from jarvis.errors import NotFound, ProviderRefused, ProviderUnavailable
from jarvis.providers import keys
from jarvis.search.base import visible
from jarvis.tools.base import Asker, Home, Outcome, Tool
from jarvis.words.chat import Json

KEY = "wolfram_alpha"
ADDRESS = "https://www.wolframalpha.com"
SECONDS = 20.0
MOST_BYTES = 64 << 10
MOST_CHARACTERS = 4000


class Toolbox:
    """Needs a key: ``jarvis key set wolfram_alpha``, or ``tools.wolfram_key_file``."""

    def __init__(self, home: Home, address: str = ADDRESS) -> None:
        self._settings = Provider(key_file=home.settings.tools.wolfram_key_file)
        self._address = address

    async def tools(self) -> Sequence[Tool]:
        if await self._key() is None:
            return ()
        return (
            Tool(
                "wolfram_alpha",
                "Facts and calculations by Wolfram|Alpha: physics, chemistry, astronomy, statistics, exchange rates."
                " Ask in short English.",
                {
                    "type": "object",
                    "properties": {"question": {"type": "string", "minLength": 1, "maxLength": 300}},
                    "required": ["question"],
                    "additionalProperties": False,
                },
                self._ask,
                seconds=SECONDS + 5,
                show=lambda a: str(a.get("question", "")),
            ),
        )

    async def _key(self) -> str | None:
        found = await asyncio.to_thread(keys.find, KEY, self._settings, paths())
        return None if found is None else found.value

    async def _ask(self, given: Mapping[str, Json], asker: Asker) -> Outcome:
        import aiohttp

        key = await self._key()
        if key is None:
            raise ProviderRefused("tools.wolfram_key")
        question = {"input": str(given["question"]), "maxchars": str(MOST_CHARACTERS)}
        try:
            async with (
                asyncio.timeout(SECONDS),
                aiohttp.ClientSession(trust_env=False, headers={"Authorization": f"Bearer {key}"}) as session,
                # a redirect would take the key along
                session.get(f"{self._address}/api/v1/llm-api", params=question, allow_redirects=False) as answer,
            ):
                data, status = b"", answer.status
                async for piece in answer.content.iter_chunked(1 << 14):
                    data += piece
                    if len(data) >= MOST_BYTES:
                        break
        except TimeoutError:
            raise ProviderUnavailable("tools.wolfram_failed", reason=f"> {SECONDS:.0f} s") from None
        except (aiohttp.ClientError, OSError) as error:
            raise ProviderUnavailable("tools.wolfram_failed", reason=type(error).__name__) from None
        if status == 403:
            raise ProviderRefused("tools.wolfram_key")
        if status == 501:  # it says so, perhaps with other questions
            raise NotFound("tools.wolfram_unknown")
        if status != 200:
            raise ProviderUnavailable("tools.wolfram_failed", reason=f"HTTP {status}")
        lines = [visible(line, 600) for line in keys.redacted(data.decode("utf-8", "replace")).splitlines()]
        return Outcome("\n".join(line for line in lines if line)[:MOST_CHARACTERS], stranger="Wolfram|Alpha")

    async def close(self) -> None:
        return None
