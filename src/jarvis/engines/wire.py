"""Talks to an engine over the OpenAI wire: one client per loaded model, on loopback, with a key only it knows.

Answers always stream inside, so that the engine notices at its next token that nobody listens any more.
"""

from __future__ import annotations

import asyncio
import base64
import re
import time
from array import array
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing, suppress
from typing import Any

import aiohttp

from jarvis.engines.dialect import (
    SEEDS,
    Abilities,
    Body,
    CompletionDeltas,
    Event,
    chat_body,
    chat_deltas,
    chosen,
    completion_body,
    sampling_body,
    timings,
    usage,
)
from jarvis.engines.forcing import CallDeltas, must_call, schema_of
from jarvis.engines.pulse import Pulse
from jarvis.errors import ContextTooLong, EngineError, JarvisError, OutOfMemory, UsageError
from jarvis.words.chat import ChatRequest, CompletionRequest, Delta
from jarvis.words.json_bytes import decode, encode
from jarvis.words.usage import Timings, Usage

KEEP_SECONDS = 2.0
"""How long an idle connection to an engine is kept."""
LAST_BYTES_SECONDS = 1.0
"""How long the end of a stream may take to follow its last event."""
MAX_EVENT_BYTES = 16 << 20
"""Longest line an engine may send; a longer one is garbage."""
TEXTS_AT_ONCE = 32
"""Texts of one embedding call: each call that returns is a sign of life."""
OUT_OF_MEMORY = re.compile(
    r"out of memory|failed to allocate|unable to allocate|bad_alloc|OutOfDeviceMemory|cudaMalloc failed", re.IGNORECASE
)
_TOO_LARGE = re.compile(r"input \((\d+) tokens\) is too large.*?(\d+)\)?$|input is too large", re.DOTALL)

Deltas = Callable[[Event, int], Iterator[Delta]]


class Wire:
    """One loaded model's client. ``close`` it when the model is stopped."""

    def __init__(
        self,
        url: str,
        key: str,
        *,
        name: str,
        pulse: Pulse,
        death: Callable[[], Awaitable[JarvisError | None]],
        context: int,
        parallel: int = 1,
        able: Abilities = Abilities(),  # noqa: B008 - frozen
        extras: Mapping[str, Any] | None = None,
    ) -> None:
        """``url`` is the engine's, ``key`` its bearer key, ``name`` the model's, for messages.

        ``death`` says what the engine died of, or None while it lives. ``context`` and ``parallel`` are tokens and
        sequences; ``extras`` are fields that this engine's streams understand besides OpenAI's.
        """
        self.pulse = pulse
        self.able = able
        self._url = url
        self._name = name
        self._death = death
        self._context = context
        self._parallel = parallel
        pulse.on_broken = self._let_go
        self._open: set[aiohttp.ClientResponse] = set()
        self._leaving: set[asyncio.Task[None]] = set()
        self._stream_fields = {"stream": True, "stream_options": {"include_usage": True}, **(extras or {})}
        self._session = aiohttp.ClientSession(
            # llama.cpp drops an idle connection after 5 s: it is let go before, so that no request meets its end
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEP_SECONDS),
            headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=10),
            trust_env=False,
            auto_decompress=False,
        )

    async def close(self) -> None:
        self.pulse.close()
        await self._session.close()

    def _let_go(self) -> None:
        for response in self._open:
            response.close()
        closing = asyncio.create_task(self._session.close(), name="let-go")
        self._leaving.add(closing)
        closing.add_done_callback(self._leaving.discard)

    def chat(self, request: ChatRequest) -> AsyncGenerator[Delta, None]:
        """The answer in pieces; see ``Running.chat``."""
        top, body, seed = request.top_logprobs or 0, chat_body(request, self.able), request.sampling.seed
        if must_call(request) and not self.able.must_call:
            return self._calls(request, body)
        return self._answers(
            "/v1/chat/completions", body, request.n, seed, lambda event, first: chat_deltas(event, first, top)
        )

    async def _calls(self, request: ChatRequest, body: Body) -> AsyncGenerator[Delta, None]:
        """An answer that is a call of a tool and nothing else."""
        asked: Body = {
            "prompt": (await self._call("/apply-template", body))["prompt"],
            "json_schema": schema_of(chosen(request)),
            **sampling_body(request.sampling),
        }
        calls = self._answers("/v1/completions", asked, request.n, request.sampling.seed, CallDeltas())
        async with aclosing(calls) as deltas:
            async for delta in deltas:
                yield delta

    async def complete(self, request: CompletionRequest) -> AsyncGenerator[Delta, None]:
        """The continuation in pieces; with ``echo`` the prompt comes first."""
        body = completion_body(request)
        if request.echo:
            for choice in range(request.n):
                yield Delta(choice, request.prompt)
        deltas = CompletionDeltas(request)
        async with aclosing(self._answers("/v1/completions", body, request.n, request.sampling.seed, deltas)) as pieces:
            async for piece in pieces:
                yield piece

    async def _answers(
        self, path: str, body: Body, n: int, seed: int | None, deltas: Deltas
    ) -> AsyncGenerator[Delta, None]:
        """``n`` answers, in groups of at most as many as the engine generates at once; usage and timings last."""
        spent, took = Usage(), Timings()
        for first in range(0, n, self._parallel):
            count = min(self._parallel, n - first)
            asked = {**body, **self._stream_fields}
            if count > 1:
                asked["n"] = count
            if seed is not None:
                asked["seed"] = (seed + first) % SEEDS  # the engine counts on from there within a group
            async with aclosing(self._events(path, asked)) as events:
                async for event in events:
                    for delta in self._read(deltas, event, first):
                        yield delta
                    if (told := usage(event)) is not None:
                        spent = _add(spent, told)
                    if (time_told := timings(event)) is not None:
                        took = Timings(
                            max(took.prompt_seconds, time_told.prompt_seconds),
                            max(took.decode_seconds, time_told.decode_seconds),
                        )
        yield Delta(usage=spent, timings=took)

    def _read(self, deltas: Deltas, event: Event, first: int) -> list[Delta]:
        try:
            return list(deltas(event, first))
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            raise EngineError("engines.garbage", name=self._name, said=str(event)[:200]) from error

    async def _events(self, path: str, body: Mapping[str, Any]) -> AsyncGenerator[Event, None]:
        """The events of one stream. Leaving it early closes the connection, which aborts the generation."""
        call = self.pulse.begin()
        response: aiohttp.ClientResponse | None = None
        over = False
        try:
            response = await self._post(path, body)
            self._open.add(response)
            buffer = b""
            while not over:
                data = await response.content.readany()
                if not data:
                    raise await self._cut("half an answer")
                *lines, buffer = (buffer + data).split(b"\n")
                if len(buffer) > MAX_EVENT_BYTES:
                    raise EngineError("engines.garbage", name=self._name, said=repr(buffer[:200]))
                for line in lines:
                    if not line.startswith(b"data:"):
                        continue  # an empty line, or a comment that only keeps the connection open
                    if line[5:].strip() == b"[DONE]":
                        over = True
                        break
                    event = self._event(line)
                    self.pulse.beat()
                    if call.reading and "prompt_progress" not in event:
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

    def _leave(self, response: aiohttp.ClientResponse, over: bool) -> None:
        """Close the connection, or keep it when all that it carries has come or is about to."""
        self._open.discard(response)
        if not over:
            response.close()
            return
        if response.content.at_eof():
            response.release()
            return
        leaving = asyncio.create_task(_last_bytes(response), name="last-bytes")
        self._leaving.add(leaving)
        leaving.add_done_callback(self._leaving.discard)

    def _event(self, line: bytes) -> Event:
        try:
            event: Event = decode(line[5:])
            failed = event.get("error")
        except (ValueError, AttributeError) as error:
            raise EngineError("engines.garbage", name=self._name, said=line[:200].decode(errors="replace")) from error
        if failed:
            raise self._refusal(500, failed)
        return event

    async def _post(self, path: str, body: Mapping[str, Any]) -> aiohttp.ClientResponse:
        """The response to a request, if it is a good one. Raises what a bad one means."""
        data = encode(body)
        for last in (False, False, True):
            if hung := self.pulse.hung:
                raise hung
            try:
                response = await self._session.post(self._url + path, data=data, allow_redirects=False)
                break
            except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError) as error:
                # llama.cpp closes a connection after its 100th request without a word
                if last or isinstance(error, aiohttp.ClientConnectorError):
                    raise
        if response.status != 200:
            async with response:
                text = await response.read()
            try:
                told = decode(text)["error"]
            except (ValueError, KeyError, TypeError):
                told = text[:200].decode(errors="replace")
            raise self._refusal(response.status, told)
        return response

    async def _call(self, path: str, body: Mapping[str, Any]) -> Any:
        """The JSON that one request returns."""
        call = self.pulse.begin()
        try:
            async with await self._post(path, body) as response:
                data = await response.read()
        except aiohttp.ClientError as error:
            raise await self._cut(str(error) or type(error).__name__) from error
        finally:
            self.pulse.end(call)
        self.pulse.beat()
        try:
            return decode(data)
        except ValueError as error:
            raise EngineError("engines.garbage", name=self._name, said=data[:200].decode(errors="replace")) from error

    async def _cut(self, reason: str) -> JarvisError:
        """What it means that the connection broke: most often, that the engine died."""
        return self.pulse.hung or await self._death() or EngineError("engines.cut", name=self._name, reason=reason)

    def _refusal(self, status: int, told: Any) -> JarvisError:
        """What an error that the engine states means."""
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
        if OUT_OF_MEMORY.search(message):
            return OutOfMemory("engines.out_of_memory", name=self._name, reason=message)
        if status in (400, 404, 413, 422, 501):
            return UsageError("engines.refused", name=self._name, reason=message)
        return EngineError("engines.failed", name=self._name, status=status, reason=message)

    async def embed(self, texts: Sequence[str]) -> tuple[list[list[float]], Usage]:
        """One vector for each text, in their order."""
        vectors: list[list[float]] = []
        tokens = 0
        for start in range(0, len(texts), TEXTS_AT_ONCE):
            part = list(texts[start : start + TEXTS_AT_ONCE])
            told = await self._call("/v1/embeddings", {"input": part, "encoding_format": "base64"})
            try:
                data = sorted(told["data"], key=lambda entry: entry["index"])
                vectors += [_vector(entry["embedding"]) for entry in data]
                tokens += told["usage"]["prompt_tokens"]
            except (KeyError, TypeError, ValueError) as error:
                raise EngineError("engines.garbage", name=self._name, said=str(told)[:200]) from error
        if len(vectors) != len(texts):
            raise EngineError("engines.garbage", name=self._name, said=f"{len(vectors)} != {len(texts)}")
        return vectors, Usage(tokens)

    async def rerank(self, query: str, documents: Sequence[str]) -> list[float]:
        """The relevance of each document, in their order."""
        if not documents:
            return []
        body = {"query": query, "documents": list(documents), "top_n": len(documents)}
        told = await self._call("/v1/rerank", body)
        try:
            scores = {entry["index"]: float(entry["relevance_score"]) for entry in told["results"]}
            return [scores[i] for i in range(len(documents))]
        except (KeyError, TypeError, ValueError) as error:
            raise EngineError("engines.garbage", name=self._name, said=str(told)[:200]) from error

    async def count_tokens(self, request: ChatRequest) -> int:
        """Tokens of the prompt that ``request`` makes."""
        body = chat_body(request, self.able)
        try:
            told = await self._call("/v1/chat/completions/input_tokens", body)
            return int(told["input_tokens"])
        except UsageError as error:
            if isinstance(error, ContextTooLong):
                raise
        # a llama-server from before that endpoint: the two steps it is made of
        prompt = (await self._call("/apply-template", body))["prompt"]
        told = await self._call("/tokenize", {"content": prompt, "add_special": True, "parse_special": True})
        return len(told["tokens"])

    async def healthy(self) -> None:
        """Return when the server says that its model is loaded."""
        while True:
            with suppress(aiohttp.ClientError):
                async with self._session.get(self._url + "/health", allow_redirects=False) as response:
                    if response.status == 200:
                        return
            await asyncio.sleep(0.05)

    async def props(self) -> Mapping[str, Any]:
        """What a llama.cpp server says of itself and its model; empty when it says nothing."""
        async with self._session.get(self._url + "/props", allow_redirects=False) as response:
            told = decode(await response.read()) if response.status == 200 else {}
        return told if isinstance(told, dict) else {}


async def _last_bytes(response: aiohttp.ClientResponse) -> None:
    """Read a stream to its very end, so that its connection can be used again; close one that goes on."""
    try:
        async with asyncio.timeout(LAST_BYTES_SECONDS):
            await response.read()
    except (aiohttp.ClientError, TimeoutError):
        response.close()


def _add(one: Usage, other: Usage) -> Usage:
    """Usage of several answers to one prompt: the prompt is read once, every answer is written."""
    return Usage(
        max(one.prompt_tokens, other.prompt_tokens),
        one.completion_tokens + other.completion_tokens,
        max(one.cached_tokens, other.cached_tokens),
        one.reasoning_tokens + other.reasoning_tokens,
    )


def _vector(told: str | list[float]) -> list[float]:
    """A vector as base64 of little-endian floats of 32 bits, or as a list for servers that know only that."""
    if isinstance(told, str):
        return array("f", base64.b64decode(told)).tolist()
    return [float(x) for x in told]
