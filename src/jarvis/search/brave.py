"""Brave's search API (https://api-dashboard.search.brave.com/app/documentation/web-search), with the owner's key."""

from __future__ import annotations

import re
import stat
from pathlib import Path
from typing import Literal

from jarvis.config.schema import Settings
from jarvis.errors import ConfigError
from jarvis.search._asking import ask, checked
from jarvis.search.base import Result, results

ADDRESS = "https://api.search.brave.com"


class Search:
    """Needs ``search.brave_key_file``. The key is read for each question, and goes into a header alone."""

    name = "Brave"

    def __init__(self, settings: Settings, address: str = ADDRESS) -> None:
        self._settings = settings.search
        self._address = checked(address, "search.brave_key_file")

    async def find(self, query: str, language: Literal["en", "es"]) -> list[Result]:
        """As ``base.Search``."""
        body = await ask(
            self.name,
            "GET",
            f"{self._address}/res/v1/web/search",
            self._settings.timeout_seconds,
            headers={"X-Subscription-Token": key(self._settings.brave_key_file)},
            params={
                "q": query,
                "search_lang": language,
                "count": str(self._settings.results),
                "result_filter": "web",
                "text_decorations": "false",
            },
        )
        web = body.get("web") if isinstance(body, dict) else None
        found = web.get("results") if isinstance(web, dict) else None
        rows = [r for r in found if isinstance(r, dict)] if isinstance(found, list) else []
        return results(
            ((r.get("title"), r.get("url"), r.get("description"), r.get("page_age")) for r in rows),
            self._settings.results,
        )


def key(path: Path | None) -> str:
    """The key in ``path``. Raises ConfigError when it is not there, others may read it, or it holds none."""
    try:
        if path is None:
            raise FileNotFoundError
        with path.open("rb") as file:
            mode = stat.S_IMODE(path.stat().st_mode)
            if mode & 0o077:
                raise ConfigError("search.key_exposed", path=path, mode=f"{mode:03o}")
            text = file.read(1024).decode("ascii", "replace").strip()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigError("search.no_key", path=path or "-", reason=reason) from error
    if re.fullmatch(r"[\x21-\x7e]{8,512}", text) is None:
        raise ConfigError("search.bad_key", path=path)
    return text
