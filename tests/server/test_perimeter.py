"""Whatever is wrong with who asks, no handler runs: every route, every way to carry a token, every Host and Origin."""

from __future__ import annotations

import itertools
import json
import socket
from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from jarvis.config.schema import Server
from jarvis.errors import ConfigError
from jarvis.server import realtime
from jarvis.server.app import ENDPOINTS
from jarvis.server.guesses import Guesses
from jarvis.server.perimeter import Perimeter

BODIES: dict[str, Any] = {
    "/v1/chat/completions": {"messages": [{"role": "user", "content": "x"}]},
    "/v1/completions": {"prompt": "x"},
    "/v1/embeddings": {"input": "x"},
    "/v1/rerank": {"query": "x", "documents": ["x"]},
    "/jarvis/feedback": {"verdict": "up"},
}
FORMS = {endpoint.path for endpoint in ENDPOINTS if endpoint.form}
PATHS = {"/v1/models/{id:path}": "/v1/models/tiny", "/jarvis/history/{conversation}": "/jarvis/history/last"}
OPEN = {"/health", "/", "/page/authority.crt", "/page/enter", "/page/page.js", "/page/page.css", "/page/texts"}
WHOLE = {"/v1/chat/completions", "/v1/models", "/health"}
"""Routes for which every combination is tried; for the others, all in which at most one thing is wrong."""
OPEN |= {f"/page/{name}.js" for name in ("shown", "talk", "sound", "microphone", "player")}
OPEN |= {f"/page/{name}.js" for name in ("live", "chat", "answer", "attached", "past", "words", "why", "fleet")}
OPEN |= {f"/page/{name}.js" for name in ("chart", "period", "money", "quality", "memory", "log")}
OPEN |= {f"/page/vendor/{name}" for name in ("dompurify/purify.es.mjs", "temml/temml.mjs", "uplot/uPlot.esm.js")}
OPEN |= {"/page/vendor/markdown-it/markdown-it.esm.min.mjs", "/page/vendor/uplot/uPlot.min.css"}


def carriers(token: str, session: str) -> dict[str, tuple[bool, list[str], str]]:
    """Ways to present a token, or the cookie of a page: whether it is right, its header lines, its query."""
    name, _, secret = session.partition("=")
    return {
        "page": (True, [f"Cookie: {session}"], ""),
        "page among others": (True, [f"cookie: a=b; {session};c={name}; {name}x=1"], ""),
        "page twice": (True, [f"Cookie: {session}", f"Cookie: {session}"], ""),
        "token and another's cookie": (True, [f"Cookie: {name}=wrong", f"Authorization: Bearer {token}"], ""),
        "page, wrong token": (False, [f"Cookie: {session}", "Authorization: Bearer jarvis_wrong"], ""),
        "page, no bearer": (False, [f"Cookie: {session}", "Authorization: Basic x"], ""),
        "page, empty x-api-key": (False, [f"Cookie: {session}", "x-api-key: "], ""),
        "page and a planted one": (False, [f"Cookie: {session}; {name}=planted"], ""),
        "a planted one and page": (False, [f"Cookie: {name}=planted", f"Cookie: {session}"], ""),
        "wrong page": (False, [f"Cookie: {name}={secret[:-1]}"], ""),
        "empty page": (False, [f"Cookie: {name}="], ""),
        "page of another port": (False, [f"Cookie: {name}1={secret}"], ""),
        "token as a page": (False, [f"Cookie: {name}={token}"], ""),
        "page as a token": (False, [f"Authorization: Bearer {secret}"], ""),
        "bearer": (True, [f"Authorization: Bearer {token}"], ""),
        "lower case": (True, [f"authorization: bearer {token}"], ""),
        "x-api-key": (True, [f"x-api-key: {token}"], ""),
        "both alike": (True, [f"x-api-key: {token}", f"Authorization: Bearer {token}"], ""),
        "none": (False, [], ""),
        "empty": (False, ["Authorization: Bearer "], ""),
        "wrong": (False, ["Authorization: Bearer jarvis_wrong"], ""),
        "wrong x-api-key": (False, ["x-api-key: jarvis_wrong"], ""),
        "no scheme": (False, [f"Authorization: {token}"], ""),
        "basic": (False, [f"Authorization: Basic {token}"], ""),
        "query": (False, [], f"?token={token}&api_key={token}&access_token={token}"),
        "cookie": (False, [f"Cookie: token={token}; jarvis={token}"], ""),
        "right and wrong": (False, [f"Authorization: Bearer {token}", "x-api-key: jarvis_wrong"], ""),
        "wrong and right": (False, ["Authorization: Bearer jarvis_wrong", f"x-api-key: {token}"], ""),
        "two of one": (False, [f"Authorization: Bearer {token}", "Authorization: Bearer jarvis_wrong"], ""),
        "longer": (False, [f"Authorization: Bearer {token}x"], ""),
        "shorter": (False, [f"Authorization: Bearer {token[:-1]}"], ""),
        "not ASCII": (False, ["Authorization: Bearer jarvis_ñ"], ""),
        "huge": (False, ["Authorization: Bearer " + "a" * 5000], ""),
    }


def hosts(port: int) -> dict[str, tuple[bool, list[str]]]:
    return {
        "own": (True, [f"Host: 127.0.0.1:{port}"]),
        "localhost": (True, [f"Host: LocalHost:{port}"]),
        "six": (True, [f"Host: [::1]:{port}"]),
        "forwarded port": (True, ["Host: localhost:9"]),
        "foreign": (False, ["Host: evil.example"]),
        "foreign port": (False, [f"Host: evil.example:{port}"]),
        "looks like": (False, ["Host: 127.0.0.1.evil.example"]),
        "another address": (False, ["Host: 192.0.2.7"]),
        "BadHost": (False, ["Host: localhost/health?"]),
        "BadHost fragment": (False, ["Host: localhost#"]),
        "with user": (False, ["Host: localhost@evil.example"]),
        "port of letters": (False, ["Host: localhost:health"]),
        "empty": (False, ["Host: "]),
        "none": (False, []),
        "two": (False, [f"Host: 127.0.0.1:{port}", "Host: evil.example"]),
        "forwarded": (False, ["Host: evil.example", f"X-Forwarded-Host: 127.0.0.1:{port}"]),
    }


def origins(port: int) -> dict[str, tuple[bool, list[str]]]:
    """What a browser says of the page that asks. See PROOF and DISPROOF for what the cookie makes of it."""
    return {
        "absent": (True, []),
        "own": (True, [f"Origin: http://127.0.0.1:{port}"]),
        "fetched by own": (True, ["Sec-Fetch-Site: same-origin"]),
        "typed": (True, ["Sec-Fetch-Site: none"]),
        "fetched by another port": (True, ["Sec-Fetch-Site: same-site"]),
        "fetched by a foreign page": (True, ["Sec-Fetch-Site: cross-site"]),
        "fetched, says own": (True, ["Sec-Fetch-Site: cross-site", f"Origin: http://127.0.0.1:{port}"]),
        "null": (False, ["Origin: null"]),
        "foreign": (False, ["Origin: https://evil.example"]),
        "another port": (False, ["Origin: http://127.0.0.1:3000"]),
        "another scheme": (False, [f"Origin: https://127.0.0.1:{port}"]),
        "looks like": (False, [f"Origin: http://127.0.0.1:{port}.evil.example"]),
        "empty": (False, ["Origin: "]),
        "two": (False, [f"Origin: http://127.0.0.1:{port}", "Origin: https://evil.example"]),
    }


PROOF = {"own", "fetched by own"}
"""That a page of ours asks, which the cookie needs for whatever is not only read."""
DISPROOF = {"fetched by another port", "fetched by a foreign page", "fetched, says own"}
"""That a page of ours does not ask: then the cookie opens nothing."""


class Wire:
    """Many requests over one connection."""

    def __init__(self, house: Any) -> None:
        self._house = house
        self._socket: socket.socket | None = None

    def status(self, request: bytes) -> int:
        """The status of the answer; a server that hung up after the last one is dialled again."""
        if self._socket is None:
            self._socket = self._house.connect()
        self._socket.sendall(request)
        data = b""
        while b"\r\n\r\n" not in data:
            piece = self._socket.recv(65536)
            assert piece, "no answer"
            data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        lines = dict(x.split(b": ", 1) for x in head.split(b"\r\n")[1:])
        length = int(lines.get(b"content-length", 0))
        while len(body) < length:
            body += self._socket.recv(65536)
        if lines.get(b"connection") == b"close" or b"content-length" not in lines:  # a stream goes on and on
            self.close()
        return int(head.split()[1])

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def request(method: str, path: str, lines: list[str]) -> bytes:
    body = json.dumps(BODIES[path]).encode() if path in BODIES else b""
    if body:
        lines = [*lines, "Content-Type: application/json", f"Content-Length: {len(body)}"]
    elif path in FORMS:
        lines = [*lines, "Content-Type: multipart/form-data; boundary=x"]
    head = "".join(f"{line}\r\n" for line in lines)
    return f"{method} {PATHS.get(path, path)}".encode() + b"%b HTTP/1.1\r\n" + head.encode("latin-1") + b"\r\n" + body


@pytest.fixture
def answering(open_house: Any) -> Any:
    house = open_house()
    house.stage.scores = [1.0]
    return house


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda e: f"{e.method} {e.path}")
def test_no_handler_runs_in_any_bad_cell(answering: Any, endpoint: Any) -> None:
    house, path = answering, endpoint.path
    wire, good, bad = Wire(house), 0, 0
    try:
        for carrier, host, origin in itertools.product(
            carriers(house.TOKEN, house.session()).items(), hosts(house.port).items(), origins(house.port).items()
        ):
            allowed, lines, query = carrier[1]
            if carrier[0].startswith("page"):
                allowed &= origin[0] not in DISPROOF and (endpoint.method == "GET" or origin[0] in PROOF)
            from_here = origin[1][0] and (host[0] == "own" or not any("//127" in line for line in origin[1][1]))
            if path not in WHOLE and [allowed, host[1][0], from_here].count(False) > 1:
                continue
            right = (allowed or path in OPEN) and host[1][0] and from_here
            raw = request(endpoint.method, path, [*host[1][1], *origin[1][1], *lines])
            before = len(house.handled)
            status = wire.status(raw % query.encode())
            ran = len(house.handled) - before
            cell = (carrier[0], host[0], origin[0], status)
            assert ran == (1 if right else 0), cell
            if right:
                good += 1
            else:
                bad += 1
                assert status in (400, 401, 403, 429), cell
    finally:
        wire.close()
    assert good >= 16 and bad > (2000 if path in WHOLE else 150)


def test_an_own_page_may_ask(house: Any) -> None:
    own = {"Origin": f"http://127.0.0.1:{house.port}"}
    assert house.ask(headers=own).status == 200
    assert house.ask(headers={**own, "Host": f"localhost:{house.port}"}).status == 403, "that is another page"


def test_hosts_and_origins_that_the_owner_listed(open_house: Any) -> None:
    house = open_house(
        allowed_hosts=("Jarvis.Home.lan",), allowed_origins=("https://chat.home.lan", "app://obsidian.md")
    )
    assert house.ask(headers={"Host": "jarvis.home.LAN:8484"}).status == 200
    assert house.ask(headers={"Host": "home.lan"}).status == 403
    assert house.ask(headers={"Origin": "app://obsidian.md"}).headers["access-control-allow-origin"] == (
        "app://obsidian.md"
    )
    refused = house.ask(token=None, headers={"Origin": "https://chat.home.lan"})
    assert refused.status == 401
    assert refused.headers["access-control-allow-origin"] == "https://chat.home.lan", "the page may read why"
    assert refused.headers["vary"] == "origin"
    foreign = house.ask(headers={"Origin": "https://other.home.lan"})
    assert foreign.status == 403 and "access-control-allow-origin" not in foreign.headers


def test_a_listed_page_may_ask_whether_it_may(open_house: Any) -> None:
    house = open_house(allowed_origins=("https://chat.home.lan",))
    asks = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    yes = house.ask("OPTIONS", "/v1/chat/completions", token=None, headers={"Origin": "https://chat.home.lan", **asks})
    assert yes.status == 204
    assert yes.headers["access-control-allow-origin"] == "https://chat.home.lan"
    assert "authorization" in yes.headers["access-control-allow-headers"]
    no = house.ask("OPTIONS", "/v1/chat/completions", token=None, headers={"Origin": "https://evil.example", **asks})
    assert no.status == 403 and "access-control-allow-origin" not in no.headers
    plain = house.ask("OPTIONS", "/v1/chat/completions", token=None, headers={"Origin": "https://chat.home.lan"})
    assert plain.status == 401, "without a question it is a request like any other"
    assert house.handled == []


def test_without_listed_origins_there_is_no_cors(house: Any) -> None:
    reply = house.ask(headers={"Origin": f"http://127.0.0.1:{house.port}"})
    assert not [h for h in reply.headers if h.startswith("access-control")]


def test_a_page_without_an_origin_is_told_something_that_helps(house: Any) -> None:
    reply = house.ask(headers={"Origin": "null"})
    assert (reply.status, reply.error["code"]) == (403, "null_origin")
    assert "allowed_origins null" not in reply.error["hint"] and "allowed_origins http" in reply.error["hint"]


@pytest.mark.parametrize(
    "wrong", [{"allowed_hosts": ("*",)}, {"allowed_hosts": ("http://a",)}, {"allowed_hosts": ("a/b",)},
              {"allowed_origins": ("*",)}, {"allowed_origins": ("null",)}, {"allowed_origins": ("a.b",)},
              {"allowed_origins": ("https://*.a.b",)}, {"allowed_origins": ("https://a/b",)}],
)  # fmt: skip
def test_lists_that_allow_everything_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigError):
        Perimeter(None, Server(**wrong))  # type: ignore[arg-type]


def test_every_answer_carries_the_headers_that_fence_it_in(house: Any) -> None:
    replies = [
        house.ask(),
        house.ask(token=None),
        house.ask("GET", "/nowhere"),
        house.ask("GET", "/health"),
        house.ask(headers={"Host": "evil.example"}),
        house.ask("POST", "/v1/chat/completions", {**BODIES["/v1/chat/completions"], "stream": True}),
    ]
    for reply in replies:
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["content-security-policy"].startswith("default-src 'none'")
        assert reply.headers["cache-control"] == "no-store"
        assert reply.headers["referrer-policy"] == "no-referrer"
        assert len(reply.headers["x-request-id"]) == 16
        assert "server" not in reply.headers


def test_a_websocket_handshake_needs_all_of_it_too(house: Any) -> None:
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
               "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}  # fmt: skip
    for path in ("/v1/chat/completions", "/v1/realtime", "/ws"):
        assert house.ask("GET", path, token=None, headers=upgrade).status == 401
        assert house.ask("GET", path, headers={**upgrade, "Origin": "https://evil.example"}).status == 403
        assert house.ask("GET", path, headers={**upgrade, "Host": "evil.example"}).status == 403
        assert house.ask("GET", path, headers=upgrade).status in (404, 405), "none is spoken yet"
    assert house.handled == []


@pytest.mark.parametrize(
    ("headers", "reason"),
    [([], "bad_host"), ([(b"host", b"evil")], "foreign_host"), ([(b"host", b"localhost")], "no_token"),
     ([(b"host", b"localhost"), (b"origin", b"null")], "null_origin"),
     ([(b"host", b"localhost"), (b"authorization", b"Bearer x")], "wrong_token")],
)  # fmt: skip
async def test_a_websocket_scope_is_closed_before_it_is_accepted(
    open_house: Any, headers: list[tuple[bytes, bytes]], reason: str
) -> None:
    kept: list[Any] = []
    open_house(lambda app: kept.append(app) or app)
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "websocket", "path": "/health", "headers": headers, "scheme": "ws", "client": ("::1", 1),
             "server": ("127.0.0.1", 1), "query_string": b"", "root_path": "", "state": {}}  # fmt: skip
    await kept[0](scope, receive, send)
    assert sent == [{"type": "websocket.close", "code": 1008, "reason": reason}]


async def test_a_defect_is_no_refusal(open_house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told by the code for it, once the connection is open."""

    async def broken(line: Any) -> None:
        await line.socket.accept()
        raise RuntimeError("a defect")

    monkeypatch.setattr(realtime, "SOCKETS", (replace(realtime.SOCKETS[0], handler=broken),))
    house = open_house()
    headers = {"Authorization": f"Bearer {house.TOKEN}"}
    url = f"{house.url}/v1/realtime"
    async with aiohttp.ClientSession() as session, session.ws_connect(url, headers=headers) as line:
        said = await line.receive()
    assert (said.data, said.extra) == (1011, "unexpected")


def test_guesses_are_limited_and_the_right_token_always_passes(open_house: Any) -> None:
    house = open_house()
    statuses = []
    wire = Wire(house)
    for number in range(10_000):
        raw = f"GET /v1/models HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer jarvis_{number}\r\n\r\n"
        statuses.append(wire.status(raw.encode()))
    wire.close()
    assert statuses.index(429) < 20
    assert set(statuses[statuses.index(429) :]) == {429}
    limited = house.ask(token="jarvis_again")
    assert 0 < int(limited.headers["retry-after"]) <= 60
    assert limited.error["type"] == "rate_limit_error"
    assert house.ask().status == 200, "or any process here could lock the owner out"
    assert house.ask(token=None).status == 401, "no token is no guess"


def test_a_window_of_guesses_ends_and_peers_are_apart() -> None:
    now = [0.0]
    guesses = Guesses(lambda: now[0])
    assert [guesses.wrong("a") for _ in range(11)] == [0.0] * 10 + [60.0]
    assert guesses.wrong("b") == 0.0
    now[0] = 59.0
    assert guesses.wrong("a") == 1.0
    now[0] = 60.0
    assert guesses.wrong("a") == 0.0


def test_guessers_do_not_fill_the_memory() -> None:
    guesses = Guesses(lambda: 0.0)
    for number in range(10_000):
        guesses.wrong(str(number))
    assert len(guesses._peers) == Guesses.PEERS


def test_the_token_is_in_no_answer_and_no_log(open_house: Any, caplog: pytest.LogCaptureFixture) -> None:
    house = open_house()
    house.stage.script = [RuntimeError("x")]
    secret = "jarvis_" + "s" * 43
    with caplog.at_level(0):
        told = [house.ask(token=secret), house.ask(token=secret, path=f"/v1/models/{secret[:20]}")]
        told.append(house.ask("POST", "/v1/chat/completions", BODIES["/v1/chat/completions"]))
    for text in (*(r.body.decode() + str(r.headers) for r in told), caplog.text):
        assert secret not in text and house.TOKEN not in text
