"""A whole server on a loopback port, in front of a desk and an assistant that say what a test tells them to."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import openai
import pytest
import uvloop

from jarvis.assistant.saving import Saved, saved
from jarvis.cache.exact import Counts
from jarvis.config.schema import Server, Settings
from jarvis.errors import AuthError, NotFound
from jarvis.fleet.counts import Counts as FleetCounts
from jarvis.server import app as application
from jarvis.server.door import Call, Endpoint
from jarvis.server.parts import Parts, Served
from jarvis.server.run import run
from jarvis.words.chat import ChatRequest, CompletionRequest, Delta
from jarvis.words.exchange import Answer, Event, Notice, Preferences, Progress, Restart, Route
from jarvis.words.person import Person, Token
from jarvis.words.usage import Seconds, Usage

TOKEN = "jarvis_" + "t" * 43
GUEST = "jarvis_" + "g" * 43
LIMIT_SECONDS = 10.0

FOREVER = object()
"""In a script: wait here until closed."""
Script = Sequence[Event | BaseException | object]


def answer(text: str = "Paris.", **more: Any) -> Answer:
    facts: dict[str, Any] = {
        "answer": text,
        "model": "tiny",
        "engine": "fake",
        "device": "cpu",
        "route": Route("tiny", "auto", "the only one that is here"),
        "usage": Usage(7, 3, 2, 1),
        "seconds": Seconds(0.0, 0.0, 0.01, 0.02),
    }
    return Answer(**{**facts, **more})


ROUTE = Route("tiny", "auto", "the only one that is here")
SIMPLE: Script = (ROUTE, Delta(text="Par"), Delta(text="is."), Delta(finish="stop"), answer())


@dataclass
class Stage:
    """What the desk and the assistant play, and what they were asked."""

    script: Script = SIMPLE
    vectors: list[list[float]] = field(default_factory=lambda: [[0.5, -1.25, 3.0]])
    scores: list[float] = field(default_factory=list)
    not_ready: str | None = None
    asked: list[Any] = field(default_factory=list)
    options: list[tuple[Any, ...]] = field(default_factory=list)
    preferences: list[Any] = field(default_factory=list)
    playing: threading.Event = field(default_factory=threading.Event)
    closed: threading.Event = field(default_factory=threading.Event)

    ROUTE: ClassVar = ROUTE
    FOREVER: ClassVar = FOREVER
    answer: ClassVar = staticmethod(answer)

    def reset(self) -> None:
        self.__init__()  # type: ignore[misc]

    async def play(self) -> AsyncGenerator[Event, None]:
        try:
            for step in self.script:
                if step is FOREVER:
                    self.playing.set()
                    await asyncio.Event().wait()
                if isinstance(step, BaseException):
                    raise step
                if isinstance(step, Route | Delta | Progress | Notice | Restart | Answer):
                    yield step
        finally:
            self.closed.set()


class ScriptedDesk:
    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def models(self) -> list[Served]:
        return [Served("tiny", 1_700_000_000, "test", True, "chat", 2048), Served("org/big", 1, "x", False, "chat", 1)]

    def chat(
        self, request: ChatRequest, person: Person, face: str, *, preferences: Preferences | None = None
    ) -> AsyncGenerator[Event, None]:
        self._stage.asked.append(request)
        self._stage.options.append((person.name, face))
        self._stage.preferences.append(preferences)
        return self._stage.play()

    async def explain(
        self, request: ChatRequest, person: Person, preferences: Preferences, lang: str
    ) -> dict[str, Any]:
        self._stage.asked.append(request)
        self._stage.preferences.append(preferences)
        return {"chosen": "tiny", "lang": lang}

    def complete(self, request: CompletionRequest, person: Person, face: str) -> AsyncGenerator[Event, None]:
        self._stage.asked.append(request)
        return self._stage.play()

    async def embed(self, model: str, texts: Sequence[str], person: Person) -> tuple[str, list[list[float]], Usage]:
        self._stage.asked.append((model, tuple(texts)))
        async for _ in self._stage.play():
            pass
        return "vectors", [self._stage.vectors[i % len(self._stage.vectors)] for i in range(len(texts))], Usage(5)

    async def rerank(self, model: str, query: str, documents: Sequence[str], person: Person) -> tuple[str, list[float]]:
        self._stage.asked.append((model, query, tuple(documents)))
        return "ranks", self._stage.scores[: len(documents)]

    def ready(self) -> str | None:
        return self._stage.not_ready


class ScriptedAssistant:
    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def answer(
        self,
        request: ChatRequest,
        person: Person,
        face: str,
        conversation: str | None = None,
        store: bool = False,
        preferences: Preferences | None = None,
    ) -> AsyncGenerator[Event, None]:
        self._stage.asked.append(request)
        self._stage.preferences.append(preferences)
        self._stage.options.append((person.name, face, conversation, store))
        return self._stage.play()


class ScriptedFleet:
    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    async def view(self) -> dict[str, Any]:
        return {"devices": [], "models": [], "waiting": []}

    def counts(self) -> FleetCounts:
        return FleetCounts()

    async def plan(
        self, models: Sequence[str], context: int | None, hardware: str | None, plan: str | None
    ) -> dict[str, Any]:
        self._stage.asked.append(("plan", models, context, hardware, plan))
        return {"devices": [], "models": [], "notes": []}

    async def setup(self) -> dict[str, Any]:
        return {"models": [], "fetch_bytes": 0}

    async def load(self, name: str) -> dict[str, Any]:
        self._stage.asked.append(("load", name))
        return {"model": name}

    async def unload(self, name: str, force: bool) -> bool:
        self._stage.asked.append(("unload", name, force))
        return True

    async def pin(self, name: str, pinned: bool) -> dict[str, Any]:
        self._stage.asked.append(("pin", name, pinned))
        return {"model": name, "pinned": pinned}

    async def measure(self, name: str, tokens: int) -> dict[str, Any]:
        self._stage.asked.append(("measure", name, tokens))
        return {"model": name}

    async def measured(self) -> list[dict[str, Any]]:
        return []


class ScriptedAbilities:
    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    async def tallies(self) -> list[object]:
        return []

    async def record(self, model: str, engine: str, answers: Sequence[object]) -> None:
        self._stage.asked.append(("record", model, engine, tuple(answers)))


class ScriptedDecisions:
    async def one(self, person: str, name: str, lang: str) -> dict[str, Any]:
        if name != "last":
            raise NotFound("router.no_decision", name=name)
        return {"id": "d1", "person": person, "lang": lang}

    async def of(self, person: str, conversation: str) -> list[tuple[float, str]]:
        return []


class TwoKept:
    """Answers of two persons."""

    def __init__(self) -> None:
        self.of = {"ana": 2, "luis": 1}

    async def counts(self) -> Counts:
        entries = sum(self.of.values())
        return Counts(entries, 700 * entries, 5, 1000.0 if entries else None)

    async def forget(self, person: str) -> int:
        return self.of.pop(person, 0)

    async def clear(self) -> int:
        gone = sum(self.of.values())
        self.of.clear()
        return gone


class NothingToForget:
    async def conversation(self, person: str, conversation: str) -> None:
        raise NotFound("assistant.no_conversation", conversation=conversation)


class NothingSaved:
    async def of(self, events: Sequence[Any]) -> Saved:
        return saved(events, None)

    async def each(self, groups: Sequence[Sequence[Any]]) -> list[Saved]:
        return [saved(events, None) for events in groups]


class TwoTokens:
    async def who(self, token: str) -> Person:
        if token == TOKEN:
            return Person()
        if token == GUEST:
            return Person("guest", frozenset())
        raise AuthError("server.wrong_token")

    async def valid(self) -> list[Token]:
        return [Token("owner", "owner", ("chat",), None, 1, None, "")]

    async def make(
        self, name: str, person: str, scopes: tuple[str, ...], month_micro_usd: int | None, days: int | None
    ) -> str:
        return f"{name} {person} {' '.join(scopes)} {month_micro_usd} {days}"

    async def revoke(self, name: str) -> None:
        raise NotFound("token.unknown", name=name)


class NoHistory:
    """Nothing is stored here; see tests/assistant for what is."""

    async def search(self, person: str, words: str, limit: int) -> list[object]:
        return []

    async def resolve(self, person: str, name: str) -> str:
        raise NotFound("assistant.no_conversation", conversation=name)

    async def delete(self, person: str, name: str) -> None:
        raise NotFound("assistant.no_conversation", conversation=name)

    async def since(self, moment: float) -> list[object]:
        return []

    recorded = 0

    async def latest(self, person: object, limit: object = None) -> list[object]:
        return []


@dataclass
class House:
    """A server that runs."""

    TOKEN: ClassVar = TOKEN
    GUEST: ClassVar = GUEST

    port: int
    stage: Stage
    handled: list[str]
    stop: Callable[[], None]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def openai(self, **more: Any) -> openai.OpenAI:
        return openai.OpenAI(**{"base_url": f"{self.url}/v1", "api_key": TOKEN, "max_retries": 0, **more})

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=LIMIT_SECONDS)

    def ask(
        self,
        method: str = "GET",
        path: str = "/v1/models",
        body: object = None,
        token: str | None = TOKEN,
        headers: dict[str, str] | None = None,
    ) -> Reply:
        """One request over a socket of its own."""
        raw = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        lines = {"Host": f"127.0.0.1:{self.port}", "Connection": "close"}
        if token is not None:
            lines["Authorization"] = f"Bearer {token}"
        if method == "POST":
            lines |= {"Content-Type": "application/json", "Content-Length": str(len(raw))}
        lines |= headers or {}
        head = "".join(f"{k}: {v}\r\n" for k, v in lines.items())
        with self.connect() as wire:
            wire.sendall(f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + raw)
            return read_reply(wire)

    def session(self) -> str:
        """The cookie of a page that was opened here."""
        code = self.ask("POST", "/page/code").json["code"]
        entered = self.ask("POST", "/page/enter", token=None, headers={"X-Jarvis-Code": code})
        return entered.headers["set-cookie"].partition(";")[0]


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> dict[str, Any]:
        """The error object; every error has the same five keys."""
        error = self.json["error"]
        assert set(error) == {"message", "type", "param", "code", "hint"}, error
        assert isinstance(error["message"], str) and error["message"]
        found: dict[str, Any] = error
        return found

    @property
    def events(self) -> list[Any]:
        """The data of a stream's events, without [DONE]."""
        lines = [x.removeprefix("data: ") for x in self.body.decode().split("\n\n") if x.startswith("data: ")]
        return [json.loads(x) for x in lines if x != "[DONE]"]

    @property
    def comments(self) -> list[tuple[str, Any]]:
        found = []
        for line in self.body.decode().split("\n"):
            if line.startswith(": ") and "{" in line:
                name, _, fact = line[2:].partition(" ")
                found.append((name, json.loads(fact)))
        return found


def read_reply(wire: socket.socket) -> Reply:
    """Everything until the server hangs up."""
    data = b""
    while piece := wire.recv(65536):
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {k.lower(): v for k, _, v in (x.partition(": ") for x in lines)}
    if headers.get("transfer-encoding") == "chunked":
        whole, rest = b"", body
        while rest:
            size, _, rest = rest.partition(b"\r\n")
            whole, rest = whole + rest[: int(size, 16)], rest[int(size, 16) + 2 :]
        body = whole
    return Reply(int(first.split()[1]) if first else 0, headers, body)


def _counting(endpoint: Endpoint, handled: list[str]) -> Endpoint:
    async def counted(call: Call) -> Any:
        handled.append(endpoint.path)
        return await endpoint.handler(call)

    counted.__name__, counted.__module__ = endpoint.handler.__name__, endpoint.handler.__module__
    return replace(endpoint, handler=counted)


OpenHouse = Callable[..., House]


@contextmanager
def houses() -> Iterator[OpenHouse]:
    """Starts servers with settings of their own; they stop at the end."""
    running: list[Callable[[], None]] = []

    def opened(app: Callable[[Any], Any] = lambda app: app, feedback: Any = None, **server: Any) -> House:
        settings = Settings(language="en", server=Server(**{"port": 0, **server}))
        stage, handled = Stage(), list[str]()
        history: Any = NoHistory()
        abilities: Any = ScriptedAbilities(stage)
        decisions, saving = ScriptedDecisions(), NothingSaved()
        parts = Parts(
            settings,
            ScriptedDesk(stage),
            ScriptedAssistant(stage),
            TwoTokens(),
            history,
            history,
            ScriptedFleet(stage),
            decisions,
            saving,
            abilities,
            NothingToForget(),
            TwoKept(),
            time.time(),
            feedback,
        )
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(application, "ENDPOINTS", tuple(_counting(e, handled) for e in application.ENDPOINTS))
            built = app(application.Application(parts))
        port: list[int] = []
        started, control = threading.Event(), SimpleNamespace()

        async def main() -> None:
            control.stop, control.loop = parts.stopping, asyncio.get_running_loop()

            def on_started(number: int) -> None:
                port.append(number)
                started.set()

            await run(built, settings.server, on_started, control.stop)

        failure: list[BaseException] = []

        def thread() -> None:
            try:
                uvloop.run(main())
            except BaseException as error:  # noqa: BLE001 - handed to the test
                failure.append(error)
            finally:
                started.set()

        worker = threading.Thread(target=thread, name="server")
        worker.start()

        def stop() -> None:
            if worker.is_alive():
                control.loop.call_soon_threadsafe(control.stop.set)
                worker.join(LIMIT_SECONDS * 3)
                assert not worker.is_alive()
            if failure:
                raise failure[0]

        assert started.wait(LIMIT_SECONDS)
        running.append(stop)
        if failure:
            running.pop()
            worker.join()
            raise failure[0]
        return House(port[0], stage, handled, stop)

    try:
        yield opened
    finally:
        for stop in running:
            stop()


@pytest.fixture
def open_house() -> Iterator[OpenHouse]:
    with houses() as opened:
        yield opened


@pytest.fixture(scope="session")
def _house() -> Iterator[House]:
    with houses() as opened:
        yield opened()


@pytest.fixture
def house(_house: House) -> House:
    """The server with default settings, which tests share, on an empty stage."""
    _house.stage.reset()
    _house.handled.clear()
    return _house


@pytest.fixture
def wait_for() -> Callable[[Callable[[], bool]], None]:
    """Waits for a state, with a limit."""

    def wait(state: Callable[[], bool]) -> None:
        limit = time.monotonic() + LIMIT_SECONDS
        while not state():
            assert time.monotonic() < limit, "it never came"
            time.sleep(0.002)

    return wait


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty JARVIS_HOME."""
    monkeypatch.setenv("JARVIS_HOME", str(tmp_path / "home"))
    return tmp_path / "home"
