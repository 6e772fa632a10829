"""What every web search offers, and what its results are before anybody reads them: plain text, short, from the web.

Results are written by strangers. Nothing here follows a link: only the service that the owner chose is asked.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol
from urllib.parse import quote, urlsplit

TITLE_CHARACTERS, TEXT_CHARACTERS, URL_CHARACTERS = 160, 800, 600
_READ = 20_000
"""Characters of a field that are looked at."""
_UNSAID = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|template|svg|iframe)\b.*?(?:</\1\b[^<>]*>|\Z)", re.DOTALL | re.I
)
_TAG = re.compile(r"</?[a-z!?][^<>]*>", re.IGNORECASE)
"""Both read every character once: Python's HTML parser takes seconds for a page made to make it."""
_BRACKETS = str.maketrans("<>", "‹›")
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Controls, direction marks, invisible and unassigned characters: they hide text from a person and not from a model."""
_IGNORED = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""By their category letters and marks; they show nothing: fillers, and variants of characters, in which bytes hide."""


@dataclass(frozen=True, slots=True)
class Result:
    """One page that was found. ``text`` is the service's excerpt; ``published`` the page's date as it states it."""

    title: str
    url: str
    text: str
    published: date | None = None


class Search(Protocol):
    """A search service. ``name`` is what its owner knows it by."""

    name: str

    async def find(self, query: str, language: Literal["en", "es"]) -> list[Result]:
        """The best results first, cleaned by ``results``; none when nothing was found. Raises ConfigError,
        ProviderUnavailable, ProviderRefused.
        """
        ...


def plain(markup: str, most: int) -> str:
    """``markup`` as one line of at most ``most`` characters: no tags, no entities, nothing that cannot be seen.

    Entities may hide tags (``&lt;b&gt;``), so this is done until nothing changes; no angle bracket is left, also not
    one of a tag without an end or of a model's control token.
    """
    text = markup[:_READ]
    for _ in range(4):
        before = text
        text = _TAG.sub(" ", _UNSAID.sub(" ", html.unescape(text)))
        if text == before:
            break
    return visible(text.translate(_BRACKETS), most)


def visible(text: str, most: int) -> str:
    """``text`` as one line of at most ``most`` characters, without those that cannot be seen."""
    text = _IGNORED.sub("", unicodedata.normalize("NFC", text[:_READ]))
    seen = "".join(" " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c) not in _HIDDEN)
    line = " ".join(seen.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def web_address(text: str) -> str | None:
    """``text`` as an address that can be shown and clicked: http(s), a host, no user name, ASCII. None for others."""
    if len(text) > URL_CHARACTERS or re.search(r"[\s\\\x00-\x1f\x7f]", text):
        return None
    try:
        parts = urlsplit(text)
        if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
            return None
        host = parts.hostname if ":" in parts.hostname else parts.hostname.encode("idna").decode()
        port = f":{parts.port}" if parts.port else ""
    except ValueError:  # UnicodeError is one
        return None
    host = f"[{host}]" if ":" in host else host
    if re.fullmatch(r"\[[0-9a-f:.]+\]|[a-z0-9._-]+", host) is None:
        return None
    keep = "/%:@!$&'*+,;=~-._"  # parentheses end a link in Markdown
    path, query = quote(parts.path, safe=keep), quote(parts.query, safe=keep + "?")
    found = f"{parts.scheme}://{host}{port}{path}" + (f"?{query}" if query else "")
    return found if len(found) <= URL_CHARACTERS else None


def day(text: object) -> date | None:
    """The day of a date in ISO 8601, None for anything else."""
    if not isinstance(text, str):
        return None
    try:
        return datetime.fromisoformat(text[:40].strip()).date()
    except ValueError:
        return None


def results(found: Iterable[tuple[object, object, object, object]], most: int) -> list[Result]:
    """The first ``most`` of (title, url, text, published) that can be shown, each address once."""
    kept: dict[str, Result] = {}
    for title, url, text, published in found:
        address = web_address(url) if isinstance(url, str) else None
        if address is None or address in kept:
            continue
        words = plain(text, TEXT_CHARACTERS) if isinstance(text, str) else ""
        name = plain(title, TITLE_CHARACTERS) if isinstance(title, str) else ""
        if name or words:
            kept[address] = Result(name or address[:TITLE_CHARACTERS], address, words, day(published))
        if len(kept) == most:
            break
    return list(kept.values())
