"""A loaded model: a worker that serves the OpenAI wire, and the client that talks to it."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Self

from jarvis.engines.line import OUT_OF_MEMORY, Line
from jarvis.engines.pulse import Pulse
from jarvis.engines.reasons import killed_for_memory, out_of_memory, why
from jarvis.engines.wire import Wire
from jarvis.errors import EngineDied, JarvisError, UsageError
from jarvis.words.chat import ChatRequest, CompletionRequest, Delta, Json
from jarvis.words.exchange import Notice
from jarvis.words.model import Load
from jarvis.words.usage import Usage
from jarvis.workers.log import Log
from jarvis.workers.worker import POLITE_SECONDS, Worker

LISTENING = re.compile(r"listening on (http://127\.0\.0\.1:[1-9]\d*)")
"""How a server says where it is: llama.cpp's own words. It picks the port itself, so that nobody can take it first."""
NICE = 5
DEATH_SECONDS = 1.0
"""How long after a broken connection the news of a death may take to arrive."""

State = Literal["ready", "busy", "stalled", "dead"]


@dataclass(frozen=True, slots=True)
class Launch:
    """How to start one server. ``order`` is what it reads on stdin; ``on_line`` sees each line that it prints."""

    engine: str
    load: Load
    command: Sequence[str]
    order: bytes
    key: str
    logs: Path
    load_seconds: float
    hang_seconds: float
    polite_seconds: float = POLITE_SECONDS
    """How long it gets to end by itself."""
    environ: Mapping[str, str] = field(default_factory=dict)
    extras: Mapping[str, Json] = field(default_factory=dict)
    announces: bool = False
    """Whether it says so when it begins to read a prompt (``engines.pulse``)."""
    on_line: Callable[[str], None] | None = None
    wire: type[Wire] = Wire


def check_options(load: Load, engine: str, known: frozenset[str]) -> None:
    """Raises UsageError for an option of ``load`` that the engine does not have."""
    for name in load.options:
        if name not in known:
            raise UsageError("engines.unknown_option", engine=engine, name=name, known=", ".join(sorted(known)))


class Served:
    """``engines.base.Running``, for every engine that is a server of its own."""

    def __init__(self, launch: Launch, worker: Worker, wire: Wire) -> None:
        self.load = launch.load
        self.engine = launch.engine
        self._polite_seconds = launch.polite_seconds
        self.worker = worker
        self.wire = wire
        self.notices: tuple[Notice, ...] = ()

    @classmethod
    async def start(cls, launch: Launch) -> Self:
        """Start the server and wait until its model is loaded.

        Raises what ``reasons.why`` reads in its last words when it ends, EngineStartFailed when it takes too long.
        """
        load, address = launch.load, asyncio.get_running_loop().create_future()

        def look(line: str) -> None:
            found = LISTENING.search(line)
            if found and not address.done():
                address.set_result(found[1])
            if launch.on_line is not None:
                launch.on_line(line)

        worker = await Worker.start(
            load.model,
            launch.command,
            Log.beside(launch.logs, load.model),
            order=launch.order,
            environ=launch.environ,
            on_line=look,
        )
        with suppress(OSError):  # whoever hears and speaks is waited for at every moment: they go first
            os.setpriority(os.PRIO_PROCESS, worker.pid, NICE)

        async def probe() -> Wire:
            line = Line(
                await address,
                launch.key,
                name=load.model,
                pulse=Pulse(
                    load.model,
                    launch.hang_seconds,
                    worker.cpu_seconds,
                    worker.end,
                    slow=not load.split or bool(load.in_ram or load.experts_in_ram),
                    announces=launch.announces,
                ),
                death=lambda: _death(worker),
                context=load.context,
                log=worker.log.path,
            )
            wire = launch.wire(line, parallel=load.parallel, extras=launch.extras)
            try:
                await wire.healthy()
            except BaseException:
                await wire.close()
                raise
            return wire

        try:
            return cls(launch, worker, await worker.ready(probe, launch.load_seconds))
        except EngineDied:
            raise why(worker, load.path, launch.engine) from None
        finally:
            if worker.state != "ready":
                await worker.stop(0)

    async def settle(self, learning: Awaitable[None]) -> None:
        """Wait for what has to be known of it before it is given to anybody. When that fails, or is called off, it
        ends: nobody else knows of it yet.
        """
        try:
            await learning
        except BaseException:
            await self.stop()
            raise

    @property
    def died(self) -> asyncio.Future[None]:
        return self.worker.died

    @property
    def pid(self) -> int:
        return self.worker.pid

    @property
    def state(self) -> State:
        """What it does now; ``stalled`` is busy without progress, on the way to being called hung."""
        pulse = self.wire.pulse
        if self.worker.state == "dead":
            return "dead"
        if not pulse.running:
            return "ready"
        return "stalled" if pulse.stalled else "busy"

    def memory_bytes(self) -> int:
        return self.worker.memory_bytes()

    def chat(self, request: ChatRequest) -> AsyncGenerator[Delta, None]:
        return self.wire.chat(request)

    def complete(self, request: CompletionRequest) -> AsyncGenerator[Delta, None]:
        return self.wire.complete(request)

    async def embed(self, texts: Sequence[str]) -> tuple[list[list[float]], Usage]:
        return await self.wire.embed(texts)

    async def rerank(self, query: str, documents: Sequence[str]) -> list[float]:
        return await self.wire.rerank(query, documents)

    async def count_tokens(self, request: ChatRequest) -> int:
        return await self.wire.count_tokens(request)

    async def stop(self) -> None:
        try:
            await self.worker.stop(self._polite_seconds)
        finally:
            await self.wire.close()


async def _death(worker: Worker) -> JarvisError | None:
    """What a worker died of, or None when it lives on."""
    await asyncio.wait((worker.died,), timeout=DEATH_SECONDS)
    if worker.exit is None:
        return None
    await worker.drained()
    said = worker.log.last_words()
    if killed_for_memory(worker.exit, said) or (OUT_OF_MEMORY.search(said) and worker.exit.signal != signal.SIGKILL):
        return out_of_memory(worker, said)
    return worker.death()
