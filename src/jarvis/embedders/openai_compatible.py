"""Vectors from any address that speaks OpenAI's ``/embeddings``: another Jarvis, Ollama, vLLM, a server in the house.

What is embedded is sent there, whole: it is used only where its owner's settings name it. What a request may cost is
set aside before it and booked after it, as of every paid call.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from jarvis.errors import EngineError, ProviderRefused, ProviderUnavailable
from jarvis.words.usage import Usage

if TYPE_CHECKING:
    import aiohttp

    from jarvis.embedders.base import Kind, Vectors

TEXTS_AT_ONCE = 64
LETTERS_AT_ONCE = 200_000
"""Of one request, unless a single text is longer."""
LETTERS = 32_768
"""Of a text the rest is not sent."""
TRIES = 4
FIRST_WAIT_SECONDS = 0.5
"""Before it is tried again, twice as long each time; or as long as it asks for."""
MOST_WAIT_SECONDS = 30.0
CONNECT_SECONDS = 10.0
MOST_BYTES = 64 << 20
"""Of an answer; no texts of one request make so many."""
_AGAIN = frozenset({408, 409, 425, 429, 500, 502, 503, 504})


class Bill(Protocol):
    """A request that may cost something, while it is made; see money.ledger.Held."""

    usage: Usage | None
    unsent: bool
    status: int


@dataclass(slots=True)
class _Nothing:
    """Of what costs nothing."""

    usage: Usage | None = None
    unsent: bool = False
    status: int = 0


@asynccontextmanager
async def free(texts: Sequence[str]) -> AsyncIterator[Bill]:
    """Nobody pays for it."""
    yield _Nothing()


class Endpoint(NamedTuple):
    """Where it is. ``name`` is its entry of ``provider`` in the settings, ``model`` what it calls the model,
    ``seconds`` the longest wait for an answer. ``open`` gives the base address and the key; it may block, and raises
    ConfigError. ``pay`` sets aside what a request with these texts may cost at most, and raises OverBudget.
    ``leaves``: it is no machine of this house, so nothing private is sent there.
    """

    name: str
    model: str
    seconds: float
    open: Callable[[], tuple[str, str | None]]
    pay: Callable[[Sequence[str]], AbstractAsyncContextManager[Bill]] = free
    leaves: bool = False


class Embedder:
    """See ``base.Embedder``. Its ``dimension`` is known when the first text has been embedded, and its ``id`` final."""

    model = ""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self.dimension = 0
        self._client: aiohttp.ClientSession | None = None
        self._address = ""
        self._opening = asyncio.Lock()
        self.leaves = endpoint.leaves

    @property
    def id(self) -> str:
        """Provider, model, and how many numbers it answers with."""
        return f"{self._endpoint.name}/{self._endpoint.model}:{self.dimension}"

    def here(self) -> bool:
        """Whether it answers is found out by asking it."""
        return True

    async def embed(self, texts: Sequence[str], kind: Kind) -> Vectors:
        """See ``base.Embedder.embed``. Questions and passages are the same to it.

        Raises ProviderUnavailable, ProviderRefused, ConfigError, OverBudget; EngineError when it answers something
        else.
        """
        import numpy as np

        rows: list[Vectors] = []
        for part in parts([_plain(text) for text in texts]):
            rows.append(self._checked(await self._ask(part), len(part)))
        if not rows:
            return np.empty((0, self.dimension), np.float32)
        return np.concatenate(rows)

    def _checked(self, told: Any, count: int) -> Vectors:
        import numpy as np

        try:
            data = sorted(told["data"], key=lambda entry: entry["index"])
            rows = np.array([_numbers(entry["embedding"]) for entry in data], np.float32)
        except (KeyError, TypeError, ValueError):
            raise self._odd("?") from None
        known = self.dimension or (rows.shape[1] if rows.ndim == 2 else 0)
        if rows.shape != (count, known) or not known or not np.isfinite(rows).all():
            raise self._odd(rows.shape)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        if not lengths.all():
            raise self._odd("0")
        self.dimension = known
        return np.asarray(rows / lengths, np.float32)

    def _odd(self, shape: object) -> EngineError:
        name = f"{self._endpoint.name}/{self._endpoint.model}"
        return EngineError("embedders.other_answer", name=name, dimension=self.dimension or "?", shape=shape)

    async def _ask(self, texts: Sequence[str]) -> Any:
        """The answer to one request, tried again where that may help."""
        wait = FIRST_WAIT_SECONDS
        for left in reversed(range(TRIES)):
            try:
                return await self._once(texts)
            except ProviderUnavailable as error:
                if not left:
                    raise
                await asyncio.sleep(min(error.retry_after or wait, MOST_WAIT_SECONDS))
                wait *= 2
        raise AssertionError  # the last try returns or raises

    async def _once(self, texts: Sequence[str]) -> Any:
        client = await self._opened()
        async with self._endpoint.pay(texts) as bill:
            told = await self._sent(client, texts, bill)
            bill.usage = _usage(told)
            return told

    async def _sent(self, client: aiohttp.ClientSession, texts: Sequence[str], bill: Bill) -> Any:
        import aiohttp

        facts: dict[str, Any] = {"provider": self._endpoint.name, "model": self._endpoint.model}
        body = {"model": self._endpoint.model, "input": list(texts), "encoding_format": "float"}
        try:
            async with client.post(self._address, json=body, allow_redirects=False) as response:
                if response.status == 200:
                    return json.loads(await _read(response))
                bill.status = response.status
                if response.status in _AGAIN:
                    after = response.headers.get("retry-after", "")
                    seconds = float(after) if after.isdigit() else None
                    raise ProviderUnavailable(
                        "embedders.elsewhere_busy", retry_after=seconds, status=response.status, **facts
                    )
                raise ProviderRefused("embedders.elsewhere_refused", status=response.status, **facts)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            bill.unsent = isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError)
            raise ProviderUnavailable("embedders.elsewhere_away", reason=type(error).__name__, **facts) from None
        except ValueError:
            raise self._odd("?") from None

    async def _opened(self) -> aiohttp.ClientSession:
        import aiohttp

        async with self._opening:
            if self._client is None:
                address, key = await asyncio.to_thread(self._endpoint.open)
                self._address = f"{address.rstrip('/')}/embeddings"
                self._client = aiohttp.ClientSession(
                    headers={"Accept-Encoding": "identity"} | ({"Authorization": f"Bearer {key}"} if key else {}),
                    cookie_jar=aiohttp.DummyCookieJar(),
                    timeout=aiohttp.ClientTimeout(total=self._endpoint.seconds, sock_connect=CONNECT_SECONDS),
                    trust_env=True,
                    auto_decompress=False,
                )
            return self._client

    async def close(self) -> None:
        """See ``base.Embedder.close``."""
        if self._client is not None:
            client, self._client = self._client, None
            await client.close()


def parts(texts: Sequence[str]) -> list[list[str]]:
    """What goes into each request. Pure."""
    found: list[list[str]] = []
    letters = 0
    for text in texts:
        if not found or len(found[-1]) == TEXTS_AT_ONCE or letters + len(text) > LETTERS_AT_ONCE:
            found.append([])
            letters = 0
        found[-1].append(text)
        letters += len(text)
    return found


def _plain(text: str) -> str:
    """What can be sent; some refuse an empty text."""
    return text[:LETTERS].encode(errors="replace").decode().replace("\0", " ") or " "


def _numbers(found: Any) -> Any:
    """A row, also of one who sends base64 unasked."""
    import numpy as np

    return np.frombuffer(base64.b64decode(found), "<f4") if isinstance(found, str) else found


def _usage(told: Any) -> Usage | None:
    """What it says that it read; the ledger judges whether that can be."""
    try:
        return Usage(told["usage"]["prompt_tokens"])
    except (KeyError, TypeError):
        return None


async def _read(response: aiohttp.ClientResponse) -> bytes:
    """The body. Raises ValueError for one without end."""
    body = bytearray()
    async for piece in response.content.iter_any():
        body += piece
        if len(body) > MOST_BYTES:
            raise ValueError
    return bytes(body)
