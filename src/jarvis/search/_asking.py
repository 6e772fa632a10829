"""One request to a search service: its own address only, no redirects, little time, little to read."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any, Literal

from jarvis.errors import ConfigError, ProviderRefused, ProviderUnavailable
from jarvis.words.web_base import web_base

MOST_BYTES = 2 << 20
"""More than any service sends for twenty results."""


def checked(address: str, setting: str) -> str:
    """A service's address without its last slash. Raises ConfigError for what is no address of one."""
    found = web_base(address)
    if found is None:
        raise ConfigError("search.bad_address", param=setting, setting=setting)
    return found


async def ask(
    name: str,
    method: Literal["GET", "POST"],
    url: str,
    seconds: float,
    *,
    headers: Mapping[str, str] | None = None,
    params: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
) -> Any:
    """The JSON that ``url`` answers. Errors name the service, never what was asked or with which key.

    Raises ProviderUnavailable (no connection, time-out, 429, 5xx, an answer that is cut) or ProviderRefused (a
    redirect, any other status, an answer that is too large or no JSON).
    """
    import aiohttp

    try:
        async with (
            asyncio.timeout(seconds),
            aiohttp.ClientSession(
                trust_env=False,
                auto_decompress=False,  # a few bytes can be gigabytes: nothing compressed is asked for, or read
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "jarvis"},
            ) as session,
            session.request(
                method, url, params=params, data=form, headers=headers, allow_redirects=False, max_line_size=16384
            ) as response,
        ):
            _answered(name, response.status, response.headers.get("Retry-After", ""))
            if response.headers.get("Content-Encoding", "identity") != "identity":
                raise ProviderRefused("search.not_json", name=name)
            body = b""
            async for piece in response.content.iter_chunked(1 << 16):
                body += piece
                if len(body) > MOST_BYTES:
                    raise ProviderRefused("search.too_large", name=name, most=MOST_BYTES >> 20)
    except TimeoutError as error:
        raise ProviderUnavailable("search.overdue", name=name, seconds=seconds, more=2 * seconds) from error
    except (aiohttp.ClientError, OSError) as error:
        reason = type(error).__name__ if not isinstance(error, OSError) else error.strerror or type(error).__name__
        raise ProviderUnavailable("search.unreachable", name=name, reason=reason) from None
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise ProviderRefused("search.not_json", name=name) from None


def _answered(name: str, status: int, retry_after: str) -> None:
    """Raises for every status but 200."""
    if status == 200:
        return
    if 300 <= status < 400:
        raise ProviderRefused("search.redirected", name=name, status=status)
    if status == 429 or status >= 500:
        wait = float(retry_after) if retry_after.isascii() and retry_after.isdigit() and len(retry_after) < 6 else None
        raise ProviderUnavailable("search.busy", name=name, status=status, retry_after=wait)
    raise ProviderRefused("search.refused_json" if name == "SearXNG" and status == 403 else "search.refused",
                          name=name, status=status)  # fmt: skip
