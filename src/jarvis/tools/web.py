"""One public web page as text. Off unless ``tools.web`` is set; what it says is a stranger's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from jarvis.tools._fetch import SECONDS, Fetcher
from jarvis.tools.base import Asker, Home, Outcome, Tool
from jarvis.words.chat import Json


class Toolbox:
    """Needs ``tools.web``."""

    def __init__(self, home: Home, fetcher: Fetcher | None = None) -> None:
        self._fetcher = fetcher or Fetcher()

    async def tools(self) -> Sequence[Tool]:
        return (
            Tool(
                "fetch_page",
                "Reads one public web page that the person named, as text.",
                {
                    "type": "object",
                    "properties": {"url": {"type": "string", "minLength": 8, "maxLength": 600}},
                    "required": ["url"],
                    "additionalProperties": False,
                },
                self._fetch,
                seconds=SECONDS + 5,
                show=lambda a: str(a.get("url", "")),
            ),
        )

    async def _fetch(self, given: Mapping[str, Json], asker: Asker) -> Outcome:
        page = await self._fetcher.page(str(given["url"]))
        host = urlsplit(page.url).hostname or page.url
        return Outcome(f"{page.url}\n{page.text}", {"url": page.url}, stranger=host)

    async def close(self) -> None:
        return None
