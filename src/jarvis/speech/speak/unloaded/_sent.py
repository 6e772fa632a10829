"""A request to a voice elsewhere, and the sound that it answers with."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp

from jarvis.embedders.openai_compatible import Bill
from jarvis.errors import ProviderError, ProviderRefused, ProviderUnavailable
from jarvis.speech.speak.base import Spoken

CONNECT_SECONDS = 10.0
MOST_BYTES = 32 << 20
_BUSY = frozenset({408, 409, 425, 429, 500, 502, 503, 504})


def session(seconds: float, key: str | None = None) -> aiohttp.ClientSession:
    """Connections for one text."""
    return aiohttp.ClientSession(
        headers={"Authorization": f"Bearer {key}"} if key else {},
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=seconds, sock_connect=CONNECT_SECONDS),
        trust_env=True,
    )


async def post(client: aiohttp.ClientSession, address: str, name: str, bill: Bill | None = None, **body: Any) -> bytes:
    """What ``name`` answers; ``bill`` is told what came of it. Raises ProviderUnavailable, ProviderRefused."""
    try:
        async with client.post(address, allow_redirects=False, **body) as response:
            if response.status != 200:
                if bill is not None:
                    bill.status = response.status
                kind = ProviderUnavailable if response.status in _BUSY else ProviderRefused
                code = "speak.elsewhere_busy" if response.status in _BUSY else "speak.elsewhere_refused"
                raise kind(code, name=name, status=response.status)
            found = await response.content.read(MOST_BYTES + 1)
            while len(found) <= MOST_BYTES and (more := await response.content.read(MOST_BYTES)):
                found += more
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        if bill is not None:
            bill.unsent = isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError)
        raise ProviderUnavailable("speak.elsewhere_away", name=name, reason=type(error).__name__) from None
    if len(found) > MOST_BYTES:
        raise odd(name)
    return found


async def decoded(recording: bytes, name: str, speed: float = 1.0) -> Spoken:
    """As samples. Raises ProviderError for what is no sound."""
    from jarvis.speech.speak.decoding import decode

    try:
        return await asyncio.to_thread(decode, recording, speed)
    except ValueError:
        raise odd(name) from None


def odd(name: str) -> ProviderError:
    """That what it answered is no speech."""
    return ProviderError("speak.elsewhere_odd", name=name)
