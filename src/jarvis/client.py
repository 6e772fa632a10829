"""How commands and the library talk to Jarvis: over HTTP, to the daemon or to the same application in this process."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import aiohttp

from jarvis.config.load import Loaded
from jarvis.config.paths import Paths
from jarvis.daemon import Address, find, start
from jarvis.errors import EngineError, JarvisError, UsageError
from jarvis.server import token_file
from jarvis.texts import Language, language, prefer, say
from jarvis.version import __version__
from jarvis.words.chat import Delta, ToolCallDelta
from jarvis.words.exchange import Answer, Called, Event, Notice, Progress, Restart, Route
from jarvis.words.usage import Seconds, Usage

T = TypeVar("T")
Tell = Callable[[str], None]

SILENT_SECONDS = 60.0
"""After so long without a word from it a server hangs: while there is nothing else to say, it says so every 15 s."""
PATIENCE = aiohttp.ClientTimeout(total=None, sock_connect=5)  # for work: the server says when it takes too long
_NO_TEXT = re.compile("[\ud800-\udfff]")
"""What Python makes of bytes that are not UTF-8, in arguments for example: it can be sent to nobody."""


class RemoteError(JarvisError):
    """An error that the server reported; it says what the server said."""

    def __init__(self, body: Mapping[str, Any], status: int) -> None:
        super().__init__("client.remote")
        self._message = str(body.get("message") or status)
        self._hint = str(body.get("hint") or "")
        self.status = status
        self.remote_code = str(body.get("code") or "")
        self.exit_code = 2 if status in (400, 422) and self.remote_code != "context_length_exceeded" else 1

    def message(self, lang: Language | None = None) -> str:
        return self._message

    def hint(self, lang: Language | None = None) -> str:
        return self._hint


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked with ``Client.ask``. None leaves a setting to Jarvis.

    ``earlier`` is what was said before by the same two, when it is not stored anywhere: question, answer, question, …
    ``confirm`` is the id of a call that was asked about (``Called``): it is to be done.
    """

    text: str
    model: str = "jarvis"
    system: str | None = None
    max_tokens: int | None = None
    temperature: float | None = None
    conversation: str | None = None
    store: bool = True
    quality: str | float | None = None
    cache: bool = True
    difficulty: float | None = None
    fresh: bool = True
    earlier: tuple[str, ...] = ()
    confirm: str = ""
    tools: bool = True
    incognito: bool = False


class Client:
    """One connection pool to one Jarvis."""

    def __init__(self, address: Address, token: str, face: str, log: Path, daemon_of: Paths | None = None) -> None:
        """``log`` is the daemon's. ``daemon_of``: whose daemon is started when this one has left, as it does when
        nobody asks it anything.
        """
        self._face = face
        self._token = token
        self._log = log
        self._daemon_of = daemon_of
        self._dialling = asyncio.Lock()
        self._dial(address)

    def _dial(self, address: Address) -> None:
        self.address = address
        self._http = aiohttp.ClientSession(
            base_url=address.url,
            headers={
                "Authorization": f"Bearer {self._token}",
                "Accept-Language": language(),
                "User-Agent": f"jarvis-{self._face}/{__version__}",
            },
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=SILENT_SECONDS),
            connector=aiohttp.TCPConnector(ssl=_tls(address)),
            json_serialize=lambda body: sound(json.dumps(body, ensure_ascii=False)),
            trust_env=False,
            read_bufsize=1 << 20,
        )

    async def _request(self, method: str, path: str, **what: Any) -> aiohttp.ClientResponse:
        return await self._reach(lambda: self._http.request(method, path, **what))

    async def _reach(self, ask: Callable[[], Awaitable[T]]) -> T:
        if self._daemon_of is not None and find(self._daemon_of) != self.address:
            await self._again()  # a kept connection to one that is leaving breaks in the middle
        try:
            return await ask()
        except aiohttp.ClientConnectorError:
            if self._daemon_of is None:
                raise
            await self._again()
            return await ask()

    async def _again(self) -> None:
        """Talk to the daemon that is there now."""
        assert self._daemon_of is not None
        broken = self._http
        async with self._dialling:
            if self._http is broken:  # or somebody else has just dialled
                self._dial(await _started(self._daemon_of, gone=self.address))
                await broken.close()

    def bearing(self, token: str) -> Client:
        """The same Jarvis, asked by whoever has another token. Close it too."""
        return Client(self.address, token, self._face, self._log, self._daemon_of)

    async def close(self) -> None:
        await self._http.close()

    async def ask(self, question: Question) -> AsyncGenerator[Event, None]:
        """Everything that happens until the answer is complete; the last event is the Answer.

        Raises UsageError, RemoteError, or EngineError when the connection breaks. Closing it stops the generation.
        """
        said = [*question.earlier, question.text]
        messages = [{"role": "assistant" if i % 2 else "user", "content": text} for i, text in enumerate(said)]
        if question.system:
            messages.insert(0, {"role": "system", "content": question.system})
        body: dict[str, Any] = {
            "model": question.model,
            "messages": messages,
            "stream": True,
            "stream_options": {"include_usage": True},
            "jarvis": {**_options(question), "face": self._face},
        }
        if question.max_tokens is not None:
            body["max_tokens"] = question.max_tokens
        if question.temperature is not None:
            if not 0 <= question.temperature <= 2:  # NaN is neither, and no JSON
                raise UsageError("client.temperature", param="temperature", temperature=question.temperature)
            body["temperature"] = question.temperature
        try:
            async with await self._request("POST", "/v1/chat/completions", json=body) as response:
                await _check(response)
                if conversation := response.headers.get("x-jarvis-conversation"):
                    yield _route(response.headers, question.model, conversation)
                async for line in response.content:
                    for event in _events(line.decode().rstrip("\r\n")):
                        yield event
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise self._unreachable(error) from error

    async def steps(
        self, path: str, body: Mapping[str, Any], **params: str | int
    ) -> AsyncGenerator[dict[str, Any], None]:
        """What is told of a long piece of work, as it is done. Raises RemoteError. Closing it ends the work."""
        try:
            async with await self._request("POST", path, params=_sendable(params), json=body) as response:
                await _check(response)
                async for line in response.content:
                    text = line.decode().rstrip("\r\n")
                    if text.startswith("data: ") and text != "data: [DONE]":
                        told = json.loads(text.removeprefix("data: "))
                        if "error" in told and "path" not in told:
                            raise RemoteError(told["error"], 500)
                        yield told
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise self._unreachable(error) from error

    async def json(self, method: str, path: str, body: Mapping[str, Any] | None = None, **params: str | int) -> Any:
        """A request whose answer is JSON. Raises RemoteError."""
        waits = {} if body is None else {"timeout": PATIENCE}
        try:
            async with await self._request(method, path, params=_sendable(params), json=body, **waits) as response:
                await _check(response)
                return await response.json()
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise self._unreachable(error) from error

    async def pieces(self, path: str, body: Mapping[str, Any]) -> AsyncGenerator[bytes, None]:
        """What is answered, as it comes. Raises RemoteError. Closing it ends the work."""
        try:
            async with await self._request("POST", path, json=body, timeout=PATIENCE) as response:
                await _check(response)
                async for piece in response.content.iter_any():
                    yield piece
        except (aiohttp.ClientError, OSError) as error:
            raise self._unreachable(error) from error

    @asynccontextmanager
    async def talk(self, **params: str) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        """The wire of a spoken conversation (docs/voice.md). Raises RemoteError."""
        asked = _sendable(params)
        try:
            wire = await self._reach(lambda: self._http.ws_connect("/v1/realtime", params=asked, max_msg_size=0))
        except aiohttp.WSServerHandshakeError as error:
            raise RemoteError({"message": error.message}, error.status) from error
        except (aiohttp.ClientError, OSError) as error:
            raise self._unreachable(error) from error
        async with wire:
            yield wire

    def _unreachable(self, error: Exception) -> JarvisError:
        if isinstance(error, (aiohttp.ClientPayloadError, aiohttp.ServerDisconnectedError, ConnectionResetError)):
            return EngineError("daemon.lost", pid=self.address.pid, log=self._log)
        reason = str(error) or type(error).__name__
        if isinstance(error, aiohttp.SocketTimeoutError):
            reason = say("client.silent", seconds=SILENT_SECONDS)
        return EngineError("daemon.unreachable", url=self.address.url, reason=reason, log=self._log)


def _sendable(params: Mapping[str, str | int]) -> dict[str, str]:
    return {name: sound(str(value)) for name, value in params.items()}


def _options(question: Question) -> dict[str, Any]:
    """What only our own server understands; what is left to it is left out."""
    told: dict[str, Any] = {"conversation": question.conversation, "store": question.store}
    if question.quality is not None:
        told["quality"] = question.quality
    if question.difficulty is not None:
        told["difficulty"] = question.difficulty
    if not question.fresh:
        told["fresh"] = False
    if question.confirm:
        told["confirm"] = question.confirm
    if not question.tools:
        told["tools"] = False
    if not question.cache:
        told["cache"] = "none"
    if question.incognito:
        told |= {"incognito": True, "store": False, "conversation": None}
    return told


def sound(text: str) -> str:
    """``text`` with U+FFFD for what is no character, as it reads when the same bytes are piped in."""
    return _NO_TEXT.sub("\ufffd", text)


def _tls(address: Address) -> Any:
    if not address.url.startswith("https"):
        return True
    import ssl

    context = ssl.create_default_context(cafile=address.certificate or None)
    context.check_hostname = False  # it is this machine: the certificate itself is what is trusted
    return context


async def _check(response: aiohttp.ClientResponse) -> None:
    if response.status < 400:
        return
    try:
        body = (await response.json())["error"]
    except (aiohttp.ContentTypeError, ValueError, KeyError, TypeError):
        body = {"message": f"HTTP {response.status}"}
    raise RemoteError(body, response.status)


def _events(line: str) -> list[Event]:
    if line.startswith(": progress "):
        p = json.loads(line.removeprefix(": progress "))
        return [Progress(p["stage"], p["model"], p.get("fraction"), p.get("detail", ""))]
    if line.startswith(": route "):
        r = json.loads(line.removeprefix(": route "))
        decision, difficulty = r.get("decision") or "", r.get("difficulty")
        return [Route(r["model"], r["asked"], r["why"], r.get("conversation"), decision, difficulty)]
    if line.startswith(": restart "):
        again = json.loads(line.removeprefix(": restart "))
        return [Restart(again["model"], again["mark"])]
    if line.startswith(": notice "):
        n = json.loads(line.removeprefix(": notice "))
        return [Notice(n["code"], n.get("facts", {}))]
    if line.startswith(": called "):
        c = json.loads(line.removeprefix(": called "))
        return [Called(c["id"], c["name"], c["show"], c["state"], c["seconds"], c["outcome"])]
    if not line.startswith("data: ") or line == "data: [DONE]":
        return []
    chunk = json.loads(line.removeprefix("data: "))
    if "error" in chunk:
        raise RemoteError(chunk["error"], 500)
    found: list[Event] = []
    for choice in chunk.get("choices", ()):
        piece = choice.get("delta") or {}
        delta = Delta(
            choice=choice.get("index", 0),
            text=piece.get("content") or "",
            reasoning=piece.get("reasoning_content") or "",
            tool_calls=tuple(
                ToolCallDelta(c["index"], c.get("id"), c["function"].get("name"), c["function"].get("arguments") or "")
                for c in piece.get("tool_calls") or ()
            ),
            finish=choice.get("finish_reason"),
        )
        if delta != Delta(choice=delta.choice):
            found.append(delta)
    if "jarvis" in chunk:
        found.append(_answer(chunk["jarvis"]))
    return found


def _route(headers: Mapping[str, str], asked: str, conversation: str) -> Route:
    difficulty = headers.get("x-jarvis-difficulty")
    return Route(
        headers.get("x-jarvis-model", ""),
        asked,
        headers.get("x-jarvis-route", ""),
        conversation,
        headers.get("x-jarvis-decision", ""),
        None if difficulty is None else float(difficulty),
    )


def _answer(body: Mapping[str, Any]) -> Answer:
    route, seconds = body["route"], body["seconds"]
    return Answer(
        answer=body["answer"],
        reasoning=body["reasoning"],
        model=body["model"],
        engine=body["engine"],
        device=body["device"],
        route=Route(
            route["model"], route["asked"], route["why"], None, route.get("decision", ""), route.get("difficulty")
        ),
        cache=body["cache"],
        usage=Usage(body["usage"]["prompt_tokens"], body["usage"]["completion_tokens"]),
        cost_usd=body["cost_usd"],
        seconds=Seconds(seconds["queue"], seconds["load"], seconds["first_token"], seconds["total"]),
        conversation=body["conversation"],
        finish=body.get("finish_reason", "stop"),
        cached_at=body.get("cached_at"),
        tried=tuple(body.get("tried", ())),
        counted=body.get("counted", True),
        served_as=body.get("served_as", ""),
    )


@asynccontextmanager
async def connect(loaded: Loaded, paths: Paths, face: str, *, daemon: bool = True, tell: Tell) -> AsyncIterator[Client]:
    """A client of the daemon, started when none runs; or, without ``daemon``, of the application run in this process.

    ``tell`` is called with what the person should know (that a daemon was started).
    """
    prefer(loaded.settings.language)
    if daemon:
        address = find(paths)
        if address is None:
            address = await _started(paths)
            idle = loaded.settings.daemon.idle_exit_seconds
            tell(say("daemon.started", minutes=idle / 60) if idle else say("daemon.started_for_good"))
        elif address.version != __version__:
            tell(say("daemon.other_version", running=address.version, mine=__version__))
        async with _client(address, paths, face, daemon_of=paths) as client:
            yield client
        return

    from jarvis.serving import inside

    async with inside(loaded.settings, paths) as address, _client(address, paths, face) as client:
        yield client


async def _started(paths: Paths, gone: Address | None = None) -> Address:
    """``daemon.start``, which blocks, in a thread that waits no longer than who waits for it."""
    given_up = threading.Event()
    try:
        return await asyncio.to_thread(start, paths, given_up, gone)
    finally:
        given_up.set()


@asynccontextmanager
async def _client(address: Address, paths: Paths, face: str, daemon_of: Paths | None = None) -> AsyncIterator[Client]:
    client = Client(address, token_file.obtain(paths.token), face, paths.logs / "daemon.log", daemon_of)
    try:
        yield client
    finally:
        await client.close()
