"""Stand-ins of every provider, as one process for all tests here; and each provider pointed at its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from jarvis.config.schema import Provider as Settings
from jarvis.providers.here import make

KEY = "sk-canary-7Qz/+x9Lk2Vw8Rt5"
SERVE = Path(__file__).parent / "servers" / "serve.py"
BASES = {
    "openai": "/openai/v1",
    "deepseek": "/deepseek",
    "openai_compatible": "/compatible/v1",
    "anthropic": "/anthropic",
    "gemini": "/gemini",
    "fake": "/fake/v1",
}
MODELS = {
    "openai": "gpt-4o-mini",
    "deepseek": "deepseek-chat",
    "openai_compatible": "some-model",
    "anthropic": "claude-sonnet-4-6",
    "gemini": "gemini-2.5-flash",
    "fake": "fake-model",
}


@dataclass
class Servers:
    """The process; orders to it."""

    port: int
    elsewhere: int

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def tell(self, path: str, order: dict[str, Any] | None = None) -> Any:
        data = None if order is None else json.dumps(order).encode()
        request = urllib.request.Request(self.url(path), data, {"content-type": "application/json"})
        with urllib.request.urlopen(request, timeout=10) as told:
            return json.load(told)

    def fault(self, wire: str, kind: str, **more: Any) -> None:
        self.tell("/_fault", {"wire": wire, "kind": kind, **more})

    def served(self, wire: str) -> Any:
        return self.tell(f"/_served?wire={wire}")


@pytest.fixture(scope="session")
def one_process() -> Iterator[Servers]:
    # A proxy of the environment has nothing to do with loopback.
    process = subprocess.Popen(
        [sys.executable, str(SERVE)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "no_proxy": "*"}
    )
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(f"{KEY}\n".encode())
    process.stdin.flush()
    words = process.stdout.readline().split()
    yield Servers(int(words[2]), int(words[4]))
    process.stdin.close()
    assert process.wait(10) == 0
    process.stdout.close()


@pytest.fixture
def servers(one_process: Servers) -> Iterator[Servers]:
    yield one_process
    one_process.tell("/_clear", {})


@dataclass
class Case:
    """A provider, its model, and the stand-in that it asks."""

    kind: str
    provider: Any
    model: str
    servers: Servers

    async def fault(self, kind: str, **more: Any) -> None:
        self.servers.fault(self.kind, kind, **more)

    async def served(self) -> Any:
        return self.servers.served(self.kind)


def settings(servers: Servers, kind: str, **more: Any) -> Settings:
    return Settings(kind=None if kind == "fake" else kind, address=servers.url(BASES[kind]), **more)  # type: ignore[arg-type]


@pytest.fixture(params=BASES)
async def case(request: pytest.FixtureRequest, servers: Servers) -> AsyncIterator[Case]:
    kind = request.param
    provider = make(kind, settings(servers, kind, timeout_seconds=30), KEY)
    yield Case(kind, provider, MODELS[kind], servers)
    await provider.close()
