"""One request to a system that the owner connected: its own address only, no redirects, little time, little to read."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from jarvis.errors import ConfigError, ProviderRefused, ProviderUnavailable
from jarvis.words.chat import Json
from jarvis.words.web_base import web_base

MOST_BYTES = 16 << 20
"""A big house has some thousand devices, each of some kilobytes."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What was answered. ``body`` is None when there was none, or no JSON."""

    status: int
    body: Any
    retry_after: float | None = None


def checked(address: str, setting: str) -> str:
    """An address without its last slash. Raises ConfigError for what is none of http or https."""
    found = web_base(address)
    if found is None:
        raise ConfigError("connect.bad_address", param=setting, setting=setting)
    return found


async def call(
    name: str,
    method: Literal["GET", "POST"],
    url: str,
    seconds: float,
    *,
    headers: Mapping[str, str] | None = None,
    params: Mapping[str, str] | None = None,
    body: Json = None,
    form: Mapping[str, str] | None = None,
) -> Reply:
    """Ask ``name``, as its owner knows it. What a status means is for the caller to say.

    Raises ProviderUnavailable (no connection, too slow), ProviderRefused (a redirect, an answer without end).
    """
    import aiohttp

    try:
        async with (
            asyncio.timeout(seconds),
            aiohttp.ClientSession(
                trust_env=False,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                headers={"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "jarvis"},
            ) as session,
            session.request(
                method, url, params=params, json=body, data=form, headers=headers, allow_redirects=False
            ) as response,
        ):
            if 300 <= response.status < 400 or response.headers.get("Content-Encoding", "identity") != "identity":
                raise ProviderRefused("connect.elsewhere", name=name, status=response.status)
            read = b""
            async for piece in response.content.iter_chunked(1 << 16):
                read += piece
                if len(read) > MOST_BYTES:
                    raise ProviderRefused("connect.too_large", name=name, most=MOST_BYTES >> 20)
            after = response.headers.get("Retry-After", "")
            wait = float(after) if after.isascii() and after.isdigit() and len(after) < 6 else None
            return Reply(response.status, _json(read), wait)
    except TimeoutError as error:
        raise ProviderUnavailable("connect.slow", name=name, seconds=seconds) from error
    except (aiohttp.ClientError, OSError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
        raise ProviderUnavailable("connect.down", name=name, reason=reason) from None


def _json(read: bytes) -> Any:
    try:
        return json.loads(read)
    except (ValueError, RecursionError):
        return None
