"""Engines to hold against their contract: the fake, llama.cpp with the starter model, and where their environments are
(``./test --engines`` makes them) vLLM and Transformers with the same model as safetensors.
"""

from __future__ import annotations

import asyncio
import re
import sys
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from jarvis import registry
from jarvis.config.schema import Engines, Models, Settings, Transformers, Vllm
from jarvis.engines.base import Engine
from jarvis.engines.served import Served
from jarvis.words.chat import ChatRequest, Delta, Finish, Message, Sampling
from jarvis.words.model import Load

sys.path.insert(0, str(Path(__file__).parents[1]))

from environments import engine_python, safetensors_of

ANSWER = "The sun is a star and the moon is not."
"""What the fake says; the starter says what it can."""


@dataclass
class Heard:
    """An answer put together again."""

    deltas: list[Delta] = field(default_factory=list)

    def of(self, choice: int = 0) -> list[Delta]:
        return [d for d in self.deltas if d.choice == choice]

    def text(self, choice: int = 0) -> str:
        return "".join(d.text for d in self.of(choice))

    def reasoning(self) -> str:
        return "".join(d.reasoning for d in self.deltas)

    def finishes(self) -> dict[int, Finish]:
        return {d.choice: d.finish for d in self.deltas if d.finish is not None}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever starts a big engine of its own is slow."""
    for item in items:
        if item.get_closest_marker("engines") and "own" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)


class Bench:
    """One engine under test and how to use it."""

    def __init__(self, kind: str, model: Path, logs: Path, python: Path | None) -> None:
        self.kind = kind
        self.python = python
        self.model = model
        self.logs = logs
        self.started: list[Served] = []

    @property
    def real(self) -> bool:
        return self.kind != "fake"

    @property
    def folders(self) -> bool:
        """Whether it runs folders of safetensors, in an environment of its own."""
        return self.python is not None

    def engine(self, **models: Any) -> Engine:
        settings = Settings(
            models=Models(**{"load_timeout_seconds": 600 if self.folders else 120, **models}),
            engines=Engines(vllm=Vllm(python=self.python), transformers=Transformers(python=self.python)),
        )
        made: Engine = registry.load("jarvis.engines", self.kind, "Engine")(settings, self.logs)
        return made

    async def start(
        self, models: dict[str, Any] | None = None, fake: dict[str, Any] | None = None, **load: Any
    ) -> Served:
        """A loaded model; ``fake`` are options for the fake alone, ``models`` settings."""
        if not self.real:
            load["options"] = {"answer": ANSWER, **(fake or {})}
        order = Load(**{"model": "model-under-test", "path": self.model, "context": 1024, "parallel": 2, **load})
        served = await self.engine(**(models or {})).start(order)
        assert isinstance(served, Served)
        self.started.append(served)
        return served

    async def close(self) -> None:
        for served in self.started:
            await served.stop()

    @staticmethod
    def ask(text: str = "What is the sun?", system: str = "You are a helpful assistant.", **more: Any) -> ChatRequest:
        """A request without chance and of few tokens, unless ``more`` says otherwise."""
        sampling = Sampling(**{"temperature": 0.0, "max_tokens": 24, **more.pop("sampling", {})})
        return ChatRequest((Message.of("system", system), Message.of("user", text)), sampling=sampling, **more)

    @staticmethod
    async def hear(deltas: AsyncGenerator[Delta, None]) -> Heard:
        return Heard([delta async for delta in deltas])

    @staticmethod
    async def busy(served: Served) -> int:
        """How many sequences the engine itself says that it is working on."""
        if served.engine == "vllm":
            async with served.wire.line._session.get(served.wire.line._url + "/metrics") as response:
                told = re.findall(r"^vllm:num_requests_running\{.*\} ([\d.]+)$", await response.text(), re.MULTILINE)
                return int(sum(map(float, told)))
        async with served.wire.line._session.get(served.wire.line._url + "/slots") as response:
            return sum(slot["is_processing"] for slot in await response.json())

    @staticmethod
    async def until(condition: Callable[[], Awaitable[object]], seconds: float = 20.0) -> bool:
        limit = time.monotonic() + seconds
        while not await condition():
            if time.monotonic() > limit:
                return False
            await asyncio.sleep(0.005)
        return True


@pytest.fixture(
    scope="module",
    params=[
        "fake",
        pytest.param("llama_cpp", marks=pytest.mark.real),
        pytest.param("vllm", marks=pytest.mark.engines),
        pytest.param("transformers", marks=pytest.mark.engines),
    ],
)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def python(kind: str) -> Path | None:
    """The Python of its environment, if it has one of its own."""
    return engine_python(kind) if kind in ("vllm", "transformers") else None


@pytest.fixture(scope="module")
def model(kind: str, python: Path | None, request: pytest.FixtureRequest) -> Path:
    """The model's file or folder; the fake opens none."""
    if kind == "fake":
        return Path("/nowhere")
    starter = Path(request.getfixturevalue("starter_path"))
    return starter if python is None else safetensors_of(starter)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(
    kind: str, model: Path, python: Path | None, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Bench]:
    """For tests that do no harm: one loaded model for them all, ``shared.started[0]``."""
    bench = Bench(kind, model, tmp_path_factory.mktemp("logs"), python)
    await bench.start()
    yield bench
    await bench.close()


@pytest_asyncio.fixture(loop_scope="module")
async def own(kind: str, model: Path, python: Path | None, tmp_path: Path) -> AsyncIterator[Bench]:
    """For tests that start their own."""
    bench = Bench(kind, model, tmp_path / "logs", python)
    yield bench
    await bench.close()
