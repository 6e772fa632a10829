"""What is asked of a loaded model, over the OpenAI wire: one client per model.

Answers always stream inside, so that the engine notices at its next token that nobody listens any more.
"""

from __future__ import annotations

import asyncio
import base64
from array import array
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Any

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
    usage,
)
from jarvis.engines.forcing import CallDeltas, must_call, schema_of
from jarvis.engines.line import Line
from jarvis.engines.marks import PLAIN
from jarvis.engines.tags import THINK, Tags
from jarvis.errors import ContextTooLong, UsageError
from jarvis.words.chat import ChatRequest, CompletionRequest, Delta, Json, Message
from jarvis.words.usage import Usage

TEXTS_AT_ONCE = 32
"""Texts of one embedding call: each call that returns is a sign of life."""

Deltas = Callable[[Event, int], Iterator[Delta]]


class Wire:
    """One loaded model's client. ``close`` it when the model is stopped."""

    def __init__(
        self,
        line: Line,
        *,
        parallel: int = 1,
        able: Abilities = Abilities(),  # noqa: B008 - frozen
        extras: Mapping[str, Any] | None = None,
    ) -> None:
        """``parallel`` is sequences; ``extras`` are fields that this engine's streams understand besides OpenAI's."""
        self.able = able
        self.plainness = PLAIN
        self.pulse = line.pulse
        self.line = line
        self._parallel = parallel
        self._stream_fields = {"stream": True, "stream_options": {"include_usage": True}, **(extras or {})}

    async def close(self) -> None:
        await self.line.close()

    def chat(self, request: ChatRequest) -> AsyncGenerator[Delta, None]:
        """The answer in pieces; see ``Running.chat``."""
        top, seed = request.top_logprobs or 0, request.sampling.seed
        body = chat_body(request, self.able, self.plainness)
        if must_call(request) and not self.able.must_call:
            return self._calls(request, body)
        tags = Tags(self.able.opened, bool(body.get("tools"))) if self.able.tagged else None

        def read(event: Event, first: int) -> Iterator[Delta]:
            for delta in chat_deltas(event, first, top):
                yield from tags(delta) if tags is not None else (delta,)

        return self._answers("/v1/chat/completions", body, request.n, seed, read)

    async def _calls(self, request: ChatRequest, body: Body) -> AsyncGenerator[Delta, None]:
        """An answer that is a call of a tool and nothing else."""
        asked: Body = {
            "prompt": await self._ready(body),
            "json_schema": schema_of(chosen(request)),
            **sampling_body(replace(request.sampling, stop=())),  # half a call is none
        }
        calls = self._answers("/v1/completions", asked, request.n, request.sampling.seed, CallDeltas())
        async with aclosing(calls) as deltas:
            async for delta in deltas:
                yield delta

    async def complete(self, request: CompletionRequest) -> AsyncGenerator[Delta, None]:
        """The continuation in pieces; with ``echo`` the prompt comes first, once the engine has read it."""
        body = completion_body(request)
        deltas = CompletionDeltas(request)
        silent = set(range(request.n)) if request.echo else set()
        async with aclosing(self._answers("/v1/completions", body, request.n, request.sampling.seed, deltas)) as pieces:
            async for piece in pieces:
                if piece.choice in silent:
                    silent.discard(piece.choice)
                    yield Delta(piece.choice, request.prompt)
                yield piece

    async def _answers(
        self, path: str, body: Body, n: int, seed: int | None, deltas: Deltas
    ) -> AsyncGenerator[Delta, None]:
        """``n`` answers, in groups of at most as many as the engine generates at once; the usage last."""
        spent = Usage()
        most = self._group(body)
        for first in range(0, n, most):
            count = min(most, n - first)
            asked = {**self._said(body), **self._stream_fields}
            if count > 1:
                asked["n"] = count
            if seed is not None:
                asked["seed"] = (seed + first) % SEEDS  # the engine counts on from there within a group
            try:
                async with aclosing(self.line.events(path, asked)) as events:
                    async for event in events:
                        for delta in self._read(deltas, event, first):
                            yield delta
                        if (told := usage(event)) is not None:
                            spent = _add(spent, told)
            except ContextTooLong as error:
                error.facts["answer"] = body.get("max_tokens")
                raise
        yield Delta(usage=spent)

    def _group(self, body: Body) -> int:
        """How many answers one request may ask for."""
        return self._parallel

    def _said(self, body: Body) -> Body:
        """A body in the words of this server, where they are not OpenAI's or llama.cpp's."""
        return body

    def _read(self, deltas: Deltas, event: Event, first: int) -> list[Delta]:
        try:
            return list(deltas(event, first))
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            raise self.line.garbage(event) from error

    async def embed(self, texts: Sequence[str]) -> tuple[list[list[float]], Usage]:
        """One vector for each text, in their order."""
        vectors: list[list[float]] = []
        tokens = 0
        for start in range(0, len(texts), TEXTS_AT_ONCE):
            part = [self.plainness.said(text) for text in texts[start : start + TEXTS_AT_ONCE]]
            told = await self.line.call("/v1/embeddings", {"input": part, "encoding_format": "base64"})
            try:
                data = sorted(told["data"], key=lambda entry: entry["index"])
                vectors += [_vector(entry["embedding"]) for entry in data]
                tokens += told["usage"]["prompt_tokens"]
            except (KeyError, TypeError, ValueError) as error:
                raise self.line.garbage(told) from error
        if len(vectors) != len(texts):
            raise self.line.garbage(f"{len(vectors)} != {len(texts)}")
        return vectors, Usage(tokens)

    async def rerank(self, query: str, documents: Sequence[str]) -> list[float]:
        """The relevance of each document, in their order."""
        if not documents:
            return []
        plain = self.plainness.said
        body = {"query": plain(query), "documents": [plain(d) for d in documents], "top_n": len(documents)}
        told = await self.line.call("/v1/rerank", body)
        try:
            scores = {entry["index"]: float(entry["relevance_score"]) for entry in told["results"]}
            return [scores[i] for i in range(len(documents))]
        except (KeyError, TypeError, ValueError) as error:
            raise self.line.garbage(told) from error

    async def count_tokens(self, request: ChatRequest) -> int:
        """Tokens of the prompt that ``request`` makes."""
        body = chat_body(request, self.able, self.plainness)
        try:
            told = await self.line.call("/v1/chat/completions/input_tokens", body)
        except UsageError as error:
            if isinstance(error, ContextTooLong):
                raise
            # a llama-server from before that endpoint: the two steps it is made of
            whole = {"content": await self._prompt(body), "add_special": True, "parse_special": True}
            told = await self.line.call("/tokenize", whole)
        try:
            return int(told["input_tokens"]) if "input_tokens" in told else len(told["tokens"])
        except (KeyError, TypeError, ValueError) as error:
            raise self.line.garbage(told) from error

    async def opens_a_thought(self) -> bool:
        """Whether the model's template begins an answer with ``<think>``, so that the model does not.

        One that takes no such conversation is asked with a system message too (some insist on one); if it refuses that
        as well, it is taken not to.
        """
        user = Message.of("user", "x")
        for messages in ((user,), (Message.of("system", "x"), user)):
            try:
                return (await self._prompt(chat_body(ChatRequest(messages), self.able))).rstrip().endswith(THINK)
            except UsageError:
                continue
        return False

    async def _ready(self, body: Body) -> Json:
        """The same as a prompt to be continued."""
        return await self._prompt(body)

    async def _prompt(self, body: Body) -> str:
        """The text that a chat becomes by the model's own template."""
        told = await self.line.call("/apply-template", body)
        try:
            return str(told["prompt"])
        except (KeyError, TypeError) as error:
            raise self.line.garbage(told) from error

    async def healthy(self) -> None:
        """Return when the server says that its model is loaded."""
        while not await self.line.is_healthy():  # noqa: ASYNC110 - another process's state
            await asyncio.sleep(0.01)

    async def props(self) -> Mapping[str, Any]:
        """What a llama.cpp server says of itself and its model; empty when it says nothing."""
        try:
            told = await self.line.call("/props")
        except UsageError:
            return {}
        return told if isinstance(told, dict) else {}


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
