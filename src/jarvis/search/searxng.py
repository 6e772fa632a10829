"""SearXNG: a metasearch of the owner's own, asked by its JSON API (https://docs.searxng.org/dev/search_api.html)."""

from __future__ import annotations

from typing import Literal

from jarvis.config.schema import Settings
from jarvis.search._asking import ask, checked
from jarvis.search.base import Result, results


class Search:
    """Needs ``search.searxng``."""

    name = "SearXNG"

    def __init__(self, settings: Settings) -> None:
        """Raises ConfigError for an address that is none."""
        self._settings = settings.search
        self._address = checked(self._settings.searxng or "", "search.searxng")

    async def find(self, query: str, language: Literal["en", "es"]) -> list[Result]:
        """As ``base.Search``. The question travels in the body, so that it is in no access log."""
        form = {"q": query, "format": "json", "language": language, "categories": "general", "pageno": "1"}
        body = await ask(self.name, "POST", f"{self._address}/search", self._settings.timeout_seconds, form=form)
        found = body.get("results") if isinstance(body, dict) else None
        rows = [r for r in found if isinstance(r, dict)] if isinstance(found, list) else []
        return results(
            ((r.get("title"), r.get("url"), r.get("content"), r.get("publishedDate")) for r in rows),
            self._settings.results,
        )
