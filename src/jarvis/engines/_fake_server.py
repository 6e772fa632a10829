"""The fake engine's process: speaks the OpenAI wire as llama.cpp's server does, and misbehaves when it is told to.

Run as ``python -m jarvis.engines._fake_server``; its order, one JSON object, comes on stdin: ``key``, ``context``,
``parallel`` and ``options`` (described in ``engines/fake.py``). Its HTTP is its own and small: it starts in a fraction
of the time that a library takes to import, and it must be able to send what no library would.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from jarvis.engines import _fake_mind as mind
from jarvis.engines._fake_memory import NoRoom, charge
from jarvis.engines._http import Refused, Send, chunk, head, listen, of_choice, port_of, stream

FORKER = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(3600)
    os._exit(0)
time.sleep(3600)
"""
PREFILL_STEPS = 4


class Slot:
    """One of the sequences that are generated at once, with the prompt that its cache holds."""

    def __init__(self) -> None:
        self.held: list[str] = []
        self.busy = False


class Server:
    def __init__(self, order: Mapping[str, Any]) -> None:
        self.context = int(order["context"])
        self.options: Mapping[str, Any] = order["options"]
        self.slots = [Slot() for _ in range(order["parallel"])]
        self.free = asyncio.Semaphore(len(self.slots))
        self.generated = 0
        self.cancelled = 0

    def take(self, prompt: list[str]) -> tuple[Slot, int]:
        """The free slot that holds most of ``prompt`` already, and how many tokens of it."""
        best, most = next(s for s in self.slots if not s.busy), -1
        for slot in self.slots:
            same = next((i for i, (a, b) in enumerate(zip(slot.held, prompt, strict=False)) if a != b), None)
            same = min(len(slot.held), len(prompt)) if same is None else same
            if not slot.busy and same > most:
                best, most = slot, same
        best.busy = True
        return best, min(most, len(prompt) - 1)

    async def one(
        self, body: Mapping[str, Any], choice: int, chat: bool, send: Callable[[Any], Awaitable[None]]
    ) -> None:
        """Generate one answer and send its events."""
        prompt = mind.prompt_tokens(body)
        if len(prompt) >= self.context:
            raise Refused(
                400,
                f"request ({len(prompt)} tokens) exceeds the available context size ({self.context} tokens)",
                "exceed_context_size_error",
                n_prompt_tokens=len(prompt),
                n_ctx=self.context,
            )
        async with self.free:
            slot, cached = self.take(prompt)
            done = False
            try:
                await self._generate(body, choice, chat, send, prompt, slot, cached)
                done = True
            finally:
                slot.busy = False
                self.cancelled += not done

    async def _generate(
        self,
        body: Mapping[str, Any],
        choice: int,
        chat: bool,
        send: Callable[[Any], Awaitable[None]],
        prompt: list[str],
        slot: Slot,
        cached: int,
    ) -> None:
        await self._prefill(len(prompt), cached, bool(body.get("return_progress")), choice, send)
        reply = mind.answer(body, self.options, choice)
        limit = int(body.get("max_tokens") or self.context)
        limit = min(limit, self.context - len(prompt))
        pieces = [("reasoning_content", t) for t in reply.reasoning] + [("content", t) for t in reply.text]
        whole = len(pieces) <= limit
        if chat:
            await send(of_choice(choice, {"delta": {"role": "assistant", "content": None}}))
        top = int((body.get("top_logprobs") if chat else body.get("logprobs")) or 0)
        for field, token in pieces[:limit]:
            await self._next_token()
            piece: dict[str, Any] = {"delta": {field: token}} if chat else {"text": token}
            if body.get("logprobs") and field == "content":
                piece["logprobs"] = {"content": [mind.logprob(token, top)]}
            await send(of_choice(choice, piece))
        if reply.call and whole:
            await self._call(choice, *reply.call, send)
        slot.held = prompt + reply.text
        finish = "length" if not whole else "tool_calls" if reply.call else "stop"
        written = min(len(pieces), limit)
        await send(of_choice(choice, {"delta" if chat else "text": {} if chat else "", "finish_reason": finish}))
        await send({
            "choices": [],
            "usage": {
                "prompt_tokens": len(prompt),
                "completion_tokens": max(1, written),
                "prompt_tokens_details": {"cached_tokens": cached},
                "completion_tokens_details": {"reasoning_tokens": min(len(reply.reasoning), written)},
            },
        })  # fmt: skip

    async def _prefill(
        self, total: int, cached: int, progress: bool, choice: int, send: Callable[[Any], Awaitable[None]]
    ) -> None:
        rate = float(self.options.get("prompt_tokens_per_second", 0))
        seconds = (total - cached) / rate if rate else 0.0
        if self.options.get("silent_prefill"):
            await asyncio.to_thread(_compute, seconds)
            return
        for step in range(PREFILL_STEPS if seconds else 0):
            if progress:
                done = cached + (total - cached) * step // PREFILL_STEPS
                told = {"prompt_progress": {"total": total, "cache": cached, "processed": done, "time_ms": 0}}
                await send(of_choice(choice, {"delta": {"role": "assistant", "content": None}}) | told)
            await asyncio.sleep(seconds / PREFILL_STEPS)

    async def _call(self, choice: int, name: str, arguments: str, send: Callable[[Any], Awaitable[None]]) -> None:
        half = len(arguments) // 2
        for piece in (
            {"index": 0, "id": "call_1", "type": "function", "function": {"name": name, "arguments": ""}},
            {"index": 0, "function": {"arguments": arguments[:half]}},
            {"index": 0, "function": {"arguments": arguments[half:]}},
        ):
            await self._next_token()
            await send(of_choice(choice, {"delta": {"tool_calls": [piece]}}))

    async def _next_token(self) -> None:
        rate = float(self.options.get("tokens_per_second", 0))
        await asyncio.sleep(1 / rate if rate else 0)
        self.generated += 1
        if self.generated == self.options.get("crash_after_tokens"):
            if self.options.get("out_of_memory") == "answer":
                tell("ggml_backend_cpu_buffer_type_alloc_buffer: failed to allocate buffer of size 8589934592")
            os.kill(os.getpid(), signal.SIGABRT)
        if self.generated == self.options.get("hang_after_tokens"):
            threading.Event().wait()  # the whole process, as a deadlock would: its health page included

    async def stream(self, body: Mapping[str, Any], chat: bool, write: Send) -> None:
        """All answers to one request, their events mixed as they come."""
        started = asyncio.Event()

        async def send(event: Any) -> None:
            if not started.is_set():
                started.set()
                await write(head(200, "text/event-stream"))
            await self._send(event, write)

        await stream([self.one(body, i, chat, send) for i in range(int(body.get("n") or 1))], write)

    async def _send(self, event: Any, write: Send) -> None:
        data = b"data: " + json.dumps(event).encode() + b"\n\n"
        garbage = self.options.get("garbage") if self.generated >= 2 else None
        if garbage == "json":
            data = b'data: {"choices": [{"delta": oops\n\n'
        elif garbage == "shape":
            data = b'data: {"choices": [17]}\n\n'
        elif garbage == "half":
            await write(chunk(data[: len(data) // 2]))
            raise ConnectionAbortedError
        slow = float(self.options.get("slow_loris", 0))
        if not slow:
            await write(chunk(data))
        for byte in data if slow else b"":
            await write(chunk(bytes((byte,))))
            await asyncio.sleep(slow)

    async def answer(self, method: str, path: str, body: Any, write: Send) -> None:
        """Serve one request."""
        match method, path:
            case "GET", "/health":
                told: Any = {"status": "ok"}
            case "GET", "/slots":
                told = [{"id": i, "n_ctx": self.context, "is_processing": s.busy} for i, s in enumerate(self.slots)]
            case "GET", "/test/counters":
                told = {"generated": self.generated, "cancelled": self.cancelled}
            case "POST", "/v1/chat/completions":
                return await self.stream(body, True, write)
            case "POST", "/v1/completions":
                return await self.stream(body, False, write)
            case "POST", "/v1/chat/completions/input_tokens":
                told = {"input_tokens": len(mind.prompt_tokens(body))}
            case "POST", "/v1/embeddings":
                size = int(self.options.get("dimensions", 64))
                told = {
                    "data": [{"index": i, "embedding": mind.vector(t, size)} for i, t in enumerate(body["input"])],
                    "usage": {"prompt_tokens": sum(len(mind.tokens(t)) for t in body["input"])},
                }
            case "POST", "/v1/rerank":
                scores = [mind.overlap(body["query"], d) for d in body["documents"]]
                told = {"results": [{"index": i, "relevance_score": s} for i, s in enumerate(scores)]}
            case _:
                raise Refused(404, "File Not Found", "not_found_error")
        text = json.dumps(told).encode()
        await write(head(200, "application/json", len(text)))
        if self.options.get("hang_in_body") and method == "POST":
            threading.Event().wait()
        await write(text)


def tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _compute(seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


async def serve(order: Mapping[str, Any]) -> None:
    options = order["options"]
    seconds = float(options.get("load_seconds", 0))
    for step in range(10 if seconds else 0):
        tell(f"loaded {step / 10}")
        await asyncio.sleep(seconds / 10)
    server = await listen(Server(order).answer, order["key"], int(options.get("close_after", 1 << 30)))
    ended = asyncio.Event()
    if options.get("ignore_sigterm"):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    else:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    tell(f"listening on http://127.0.0.1:{port_of(server)}")
    await ended.wait()
    os._exit(0)


def main() -> None:
    order = json.load(sys.stdin)
    options = order["options"]
    if options.get("out_of_memory") == "load":
        sys.exit("llama_init_from_model: failed to initialize the context: failed to allocate buffer for kv cache")
    if options.get("crash_at_load"):
        os.kill(os.getpid(), signal.SIGSEGV)
    if "charges" in options:
        try:
            charge(order.get("claims") or {}, options)
        except NoRoom:
            sys.exit("ggml_backend_cuda_buffer_type_alloc_buffer: allocating failed: cudaMalloc failed: out of memory")
    held = bytearray(int(options.get("touch_mib", 0)) << 20)
    held[::4096] = b"\1" * len(held[::4096])
    for _ in range(int(options.get("forks", 0))):
        subprocess.Popen([sys.executable, "-I", "-S", "-c", FORKER])
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(order))


if __name__ == "__main__":
    main()
