"""HTTP with one loaded engine, on loopback, with a key only it knows: requests, streams of events, and what it means
when either breaks.

What an engine or the HTTP library says of a failure goes into the log; whoever asked is told what it means.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import aiohttp

from jarvis.engines.dialect import Event
from jarvis.engines.pulse import Pulse
from jarvis.errors import ContextTooLong, EngineDied, EngineError, JarvisError, OutOfMemory, UsageError
from jarvis.words.json_bytes import decode, encode

KEEP_SECONDS = 2.0
"""How long an idle connection to an engine is kept: llama.cpp drops one after 5, and no request must meet its end."""
LAST_BYTES_SECONDS = 1.0
"""How long the end of a stream may take to follow its last event."""
COMPUTED = ("/v1/embeddings", "/v1/rerank")
"""What only the model can answer. Tokens are counted and templates filled in by other threads, also while it hangs."""
MAX_EVENT_BYTES = 16 << 20
"""Longest line an engine may send; a longer one is garbage."""
OUT_OF_MEMORY = re.compile(
    r"out[ _]of[ _](?:\w+[ _])?memory|OutOf(?:Device|Host)Memory|MemoryError|bad_alloc|not enough memory"
    r"|insufficient memory|failed to allocate|unable to allocate|can't allocate memory|cudaMalloc failed"
    r"|memory allocation of size \d+ failed|STATUS_ALLOC_FAILED|the resource allocation failed"
    r"|^(?!.*(?:mlock|madvise)).*Cannot allocate memory|createDevice: ErrorInitializationFailed"
    r"|No available memory for the cache blocks|KV cache is needed, which is larger|can be stored in KV cache"
    r"|is less than (?:desired (?:GPU|CPU) memory utilization|the engine's budget)|Error in memory profiling",
    re.IGNORECASE | re.MULTILINE,
)
"""In the words of the kernel, Python, llama.cpp, CUDA and its libraries, Vulkan, PyTorch (its CPU allocator: "can't
allocate memory") and vLLM. Memory that could not be locked, or read ahead, is there all the same. NVIDIA's Vulkan says
of a full card only that it cannot be initialised (driver 580, an H200 that another program had taken).
"""
_TOO_LONG = re.compile(r"maximum context length is (\d+) tokens.*?(\d+) input tokens", re.DOTALL)
"""vLLM's words. It stops counting one token after the limit."""
_TEMPLATE = re.compile(r"raise_exception|While executing|jinja", re.IGNORECASE)
_GRAMMAR = re.compile(r"grammar|JSON schema", re.IGNORECASE)
_PICTURE = re.compile(r"(?:load|decode|process) (?:the )?(?:image|audio|media)", re.IGNORECASE)
_TOO_LARGE = re.compile(r"input \((\d+) tokens\) is too large.*?(\d+)\)?$|input is too large", re.DOTALL)

_log = logging.getLogger(__name__)


class Line:
    """One engine's. ``close`` it when the engine is stopped: whoever still waits is told what it died of."""

    def __init__(
        self,
        url: str,
        key: str,
        *,
        name: str,
        pulse: Pulse,
        death: Callable[[], Awaitable[JarvisError | None]],
        context: int,
        log: Path,
    ) -> None:
        """``url`` is the engine's, ``key`` its bearer key, ``name`` the model's, for messages, ``context`` its tokens,
        ``log`` what it prints.

        ``death`` says what the engine died of, or None while it lives.
        """
        self.pulse = pulse
        pulse.on_broken = self._let_go
        self._url = url
        self._name = name
        self._death = death
        self._context = context
        self._printed = log
        self._open: set[aiohttp.ClientResponse] = set()
        self._leaving: set[asyncio.Task[None]] = set()
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEP_SECONDS),
            headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=10),
            trust_env=False,
            auto_decompress=False,
        )

    async def close(self) -> None:
        """Let go of every connection, also of those that somebody still reads from."""
        self.pulse.close()
        for response in self._open:  # closing the session alone would leave their readers waiting for ever
            response.close()
        await self._session.close()

    def _let_go(self) -> None:
        self._later(self.close())

    def _later(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)

    async def events(self, path: str, body: Mapping[str, Any]) -> AsyncGenerator[Event, None]:
        """The events of one stream. Leaving it early closes the connection, which aborts the generation."""
        call = self.pulse.begin()
        response: aiohttp.ClientResponse | None = None
        over = False
        try:
            response = await self._send(path, body)
            buffer = b""
            while not over:
                data = await response.content.readany()
                if not data:
                    raise await self._cut("half an answer")
                *lines, buffer = (buffer + data).split(b"\n")
                if len(buffer) > MAX_EVENT_BYTES:
                    raise self.garbage(buffer)
                for line in lines:
                    if not line.startswith(b"data:"):
                        continue  # an empty line, or a comment that only keeps the connection open
                    if line[5:].strip() == b"[DONE]":
                        over = True
                        break
                    event = self._event(line)
                    if failed := event.get("error"):
                        raise await self._refused(500, failed, body)
                    self.pulse.beat()
                    if "prompt_progress" in event:
                        call.steps += 1
                    else:
                        call.reading = False
                    call.since = None  # a reader that is busy elsewhere is not the engine's fault
                    yield event
                    call.since = time.monotonic()
        except aiohttp.ClientError as error:
            raise await self._cut(str(error) or type(error).__name__) from error
        finally:
            self.pulse.end(call)
            if response is not None:
                self._leave(response, over)

    async def call(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """The JSON that one request returns; without a body it is a GET."""
        call = self.pulse.begin()
        response: aiohttp.ClientResponse | None = None
        try:
            response = await self._send(path, body)
            data = await response.read()
        except aiohttp.ClientError as error:
            raise await self._cut(str(error) or type(error).__name__) from error
        finally:
            self.pulse.end(call)
            if response is not None:
                self._leave(response, False)
        if path in COMPUTED:
            self.pulse.beat()
        try:
            return decode(data) if data else None
        except ValueError as error:
            raise self.garbage(data) from error

    async def is_healthy(self) -> bool:
        """Whether the server says that its model is loaded."""
        try:
            async with self._session.get(self._url + "/health", allow_redirects=False) as response:
                return response.status == 200
        except aiohttp.ClientError:
            return False

    def garbage(self, said: object) -> EngineError:
        """The error that what the engine said makes no sense."""
        text = said[:200].decode(errors="replace") if isinstance(said, bytes) else str(said)[:200]
        _log.warning("%s sent what is no answer: %s", self._name, text)
        return EngineError("engines.garbage", name=self._name, log=self._printed)

    async def _send(self, path: str, body: Mapping[str, Any] | None) -> aiohttp.ClientResponse:
        """The response to a request, if it is a good one; hand it to ``_leave``. Raises what a bad one means."""
        if self.pulse.hung:  # before this request: whoever asks need not be told of it, but be answered by the next
            raise EngineDied("engines.ending", name=self._name, log=self._printed)
        method, data = ("GET", b"") if body is None else ("POST", encode(body))
        for last in (False, False, True):
            if self._session.closed:
                raise await self._cut("closed")
            try:
                response = await self._session.request(method, self._url + path, data=data, allow_redirects=False)
                break
            except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError) as error:
                # llama.cpp closes a connection after its 100th request without a word
                if last or isinstance(error, aiohttp.ClientConnectorError):
                    raise
        self._open.add(response)
        if response.status == 200:
            return response
        try:
            text = await response.read()
        finally:
            self._leave(response, False)
        try:
            told = decode(text)["error"]
        except (ValueError, KeyError, TypeError):
            told = text[:200].decode(errors="replace")
        raise await self._refused(response.status, told, body or {})

    def _leave(self, response: aiohttp.ClientResponse, over: bool) -> None:
        """Keep the connection when all that it carries has come, or is about to (``over``); else close it."""
        if over and not response.content.at_eof() and not response.closed:
            self._later(self._last_bytes(response))
            return
        self._open.discard(response)
        if response.content.at_eof():
            response.release()
        else:
            response.close()

    async def _last_bytes(self, response: aiohttp.ClientResponse) -> None:
        """Read a stream to its very end, so that its connection can be used again; close one that goes on."""
        try:
            async with asyncio.timeout(LAST_BYTES_SECONDS):
                await response.read()
        except (aiohttp.ClientError, TimeoutError):
            response.close()
        finally:
            self._open.discard(response)

    def _event(self, line: bytes) -> Event:
        try:
            event: Event = decode(line[5:])
            event.get("error")
        except (ValueError, AttributeError) as error:
            raise self.garbage(line) from error
        return event

    async def _cut(self, reason: str) -> JarvisError:
        """What it means that the connection broke: most often, that the engine died."""
        _log.warning("the connection to %s broke: %s", self._name, reason)
        return self.pulse.hung or await self._death() or EngineError("engines.cut", name=self._name)

    async def _refused(self, status: int, told: Any, asked: Mapping[str, Any]) -> JarvisError:
        """What an error means. A server in front of its engine (vLLM's) outlives it for a moment, in which it says only
        that something went wrong.
        """
        error = self._refusal(status, told, asked)
        return (await self._death() if error.code == "engines.failed" else None) or error

    def _refusal(self, status: int, told: Any, asked: Mapping[str, Any]) -> JarvisError:
        """What an error that the engine states means. ``asked`` is the body that it refuses."""
        error: Mapping[str, Any] = told if isinstance(told, dict) else {"message": str(told)}
        message = str(error.get("message", ""))
        status = error["code"] if isinstance(error.get("code"), int) else status
        if error.get("type") == "exceed_context_size_error":
            return ContextTooLong(
                "engines.context_too_long",
                param="messages",
                tokens=error.get("n_prompt_tokens", 0),
                context=error.get("n_ctx", self._context),
            )
        if large := _TOO_LARGE.search(message):
            return ContextTooLong(
                "engines.context_too_long", param="input", tokens=large[1] or "?", context=large[2] or self._context
            )
        if long := _TOO_LONG.search(message):
            return ContextTooLong(
                "engines.context_too_long", param="messages", tokens=int(long[2]), context=int(long[1])
            )
        _log.warning("%s refused (%s): %s", self._name, status, message)
        facts: dict[str, Any] = {"name": self._name, "log": self._printed}
        if OUT_OF_MEMORY.search(message):
            return OutOfMemory("engines.out_of_memory", **facts)
        if status not in (400, 404, 413, 422, 501):
            return EngineError("engines.failed", status=status, **facts)
        if _TEMPLATE.search(message):
            return UsageError("engines.template", param="messages", **facts)
        if _GRAMMAR.search(message) and "grammar" in {**asked, **asked.get("structured_outputs", {})}:  # vLLM's place
            return UsageError("engines.grammar", param="grammar", **facts)
        if _GRAMMAR.search(message):  # made of a schema
            param = "response_format" if "response_format" in asked else "tools"
            return UsageError("engines.schema", param=param, **facts)
        if _PICTURE.search(message):
            return UsageError("engines.unreadable_part", param="messages", **facts)
        return UsageError("engines.refused", **facts)
