"""The web search that the owner set up, if any: who is asked, and who is asked when that one fails."""

from __future__ import annotations

from typing import Literal

from jarvis import registry
from jarvis.config.schema import Settings
from jarvis.errors import ConfigError, ProviderError
from jarvis.search.base import Result, Search, visible

QUERY_CHARACTERS = 400
"""What services take; the beginning of a longer question says what it is about."""


class Searching:
    """Web search by the settings of section ``search``; SearXNG comes first."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        set_up = {"searxng": settings.search.searxng, "brave": settings.search.brave_key_file}
        self._names = [name for name, value in set_up.items() if value]

    @property
    def available(self) -> bool:
        """Whether there is any."""
        return bool(self._names)

    async def find(self, query: str, language: Literal["en", "es"]) -> list[Result]:
        """Results for a question, at most ``search.results``, cleaned (``base.results``); none when nothing was found.

        The question leaves this machine: what is private must not get here. Raises ConfigError (code
        ``search.cannot_know``) when no search is set up, else what the last service raised: ConfigError,
        ProviderUnavailable, ProviderRefused.
        """
        failed: ProviderError | ConfigError = ConfigError("search.cannot_know")
        words = visible(query, QUERY_CHARACTERS).rstrip("…")
        for name in self._names:
            try:
                part: Search = registry.load("jarvis.search", name, "Search")(self._settings)
                return await part.find(words, language)
            except (ProviderError, ConfigError) as error:
                failed = error
        raise failed
