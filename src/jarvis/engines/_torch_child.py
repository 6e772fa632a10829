"""A model in Transformers behind the wire that llama.cpp's server speaks: run by ``engines/transformers.py``.

It runs with the Python of an environment that is not Jarvis's, so it has the standard library, PyTorch, Transformers
and the two files beside it. Its order, one JSON object, comes on stdin. The library's own ``transformers serve`` (5.19)
has no key, one seed for all, no stop on a closed connection, no log probabilities and no grammars.
"""

from __future__ import annotations

import asyncio
import base64
import importlib.util
import json
import os
import signal
import sys
from array import array
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jarvis.engines import _http, _torch_mind
else:

    def _beside(name: str) -> Any:
        """A file of this folder, by its path: the folder itself must not be searched, it has a ``transformers.py``."""
        spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
        module = sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    _http = _beside("_http")


class Server:
    """One model and those who wait for it. Everything that computes runs on one thread, a step at a time."""

    def __init__(self, model: _torch_mind.Model, parallel: int) -> None:
        self.model = model
        self.slots = [_torch_mind.Slot() for _ in range(parallel)]
        self.free = asyncio.Semaphore(parallel)
        self.compute = ThreadPoolExecutor(1, "compute")
        self.writing: dict[_torch_mind.Writer, asyncio.Queue[Any]] = {}
        self.work = asyncio.Event()

    async def drive(self) -> None:
        """Give each answer that is being written one step, in turn, for ever."""
        loop = asyncio.get_running_loop()
        while True:
            await self.work.wait()
            for writer, queue in list(self.writing.items()):
                if writer in self.writing:  # nobody has left since
                    try:
                        events: list[Any] = await loop.run_in_executor(self.compute, writer.step)
                    except Exception as error:  # noqa: BLE001 - the one who asked is told; the others go on
                        writer.slot.cache = None
                        events = [error]
                    for event in events:
                        queue.put_nowait(event)
                    if events and (isinstance(events[-1], Exception) or "usage" in events[-1]):
                        self.writing.pop(writer, None)
            if not self.writing:
                self.work.clear()

    async def one(self, body: Mapping[str, Any], prompt: list[int], choice: int, send: Any) -> None:
        """Write one answer and send its events."""
        async with self.free:
            slot = max((s for s in self.slots if not s.busy), key=lambda s: s.common(prompt))
            slot.busy = True
            writer = None
            try:
                writer = await self.called(_torch_mind.Writer, self.model, slot, prompt, body, choice)
                queue = self.writing[writer] = asyncio.Queue()
                self.work.set()
                while True:
                    event = await queue.get()
                    if isinstance(event, Exception):
                        raise event
                    await send(event)
                    if "usage" in event:
                        return
            finally:
                self.writing.pop(writer, None)  # type: ignore[arg-type]
                # the step that may be under way still uses the slot
                await asyncio.shield(asyncio.get_running_loop().run_in_executor(self.compute, lambda: None))
                slot.busy = False

    async def called(self, function: Any, *arguments: Any) -> Any:
        """What ``function`` returns, on the thread that computes."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self.compute, function, *arguments)
        except _torch_mind.Unfit as error:
            raise _http.Refused(400, str(error)) from error
        except Exception as error:
            raise _http.Refused(500, f"{type(error).__name__}: {error}") from error

    async def stream(self, body: Mapping[str, Any], write: Any) -> None:
        prompt = await self.called(self.model.tokens, body)
        if len(prompt) >= self.model.context:
            said = f"request ({len(prompt)} tokens) exceeds the available context size ({self.model.context} tokens)"
            sizes = {"n_prompt_tokens": len(prompt), "n_ctx": self.model.context}
            raise _http.Refused(400, said, "exceed_context_size_error", **sizes)
        started = False

        async def send(event: Any) -> None:
            nonlocal started
            if not started:
                started = True
                await write(_http.head(200, "text/event-stream"))
            await write(_http.chunk(b"data: " + json.dumps(event).encode() + b"\n\n"))

        try:
            await _http.stream([self.one(body, prompt, i, send) for i in range(int(body.get("n") or 1))], write)
        except _http.Refused as refused:
            if not started:
                raise
            await send(refused.body)
        except Exception as error:  # noqa: BLE001 - whatever broke this answer, the others go on
            failed = {"error": {"code": 500, "message": f"{type(error).__name__}: {error}", "type": "server_error"}}
            await send(failed)

    async def answer(self, method: str, path: str, body: Any, write: Any) -> None:
        """Serve one request."""
        match method, path:
            case "GET", "/health":
                told: Any = {"status": "ok"}
            case "GET", "/slots":
                told = [{"id": i, "is_processing": slot.busy} for i, slot in enumerate(self.slots)]
            case "POST", "/v1/chat/completions" | "/v1/completions":
                return await self.stream(body, write)
            case "POST", "/v1/chat/completions/input_tokens":
                told = {"input_tokens": len(await self.called(self.model.tokens, body))}
            case "POST", "/apply-template":
                told = {"prompt": await self.called(self.model.prompt, body)}
            case "POST", "/v1/embeddings":
                found = [await self.called(self.model.vector, text) for text in body["input"]]
                vectors = [base64.b64encode(array("f", vector).tobytes()).decode() for vector, _ in found]
                told = {
                    "data": [{"index": i, "embedding": vector} for i, vector in enumerate(vectors)],
                    "usage": {"prompt_tokens": sum(count for _, count in found)},
                }
            case "POST", "/v1/rerank":
                scores = [await self.called(self.model.relevance, body["query"], d) for d in body["documents"]]
                told = {"results": [{"index": i, "relevance_score": score} for i, score in enumerate(scores)]}
            case _:
                raise _http.Refused(404, "File Not Found", "not_found_error")
        await _http.reply(write, told)


async def serve(model: _torch_mind.Model, order: Mapping[str, Any]) -> None:
    server = Server(model, order["parallel"])
    listening = await _http.listen(server.answer, order["key"])
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, os._exit, 0)  # it has nothing to save
    print(f"listening on http://127.0.0.1:{_http.port_of(listening)}", flush=True)  # noqa: T201
    await server.drive()


def main() -> None:
    global _torch_mind
    order = json.load(sys.stdin)
    if not TYPE_CHECKING:
        _torch_mind = _beside("_torch_mind")  # only now: PyTorch takes seconds
    import torch

    if order["threads"]:
        torch.set_num_threads(order["threads"])
    try:
        model = _torch_mind.Model(order)
    except _torch_mind.Unfit as error:
        sys.exit(f"error: {error}")
    asyncio.run(serve(model, order))


if __name__ == "__main__":
    main()
