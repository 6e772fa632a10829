"""The page's way in, and what it is made of."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from jarvis.errors import AuthError, Busy
from jarvis.server import page
from jarvis.server.sessions import Sessions
from jarvis.texts.dashboard import TEXTS as VIEWS
from jarvis.texts.page import TEXTS

STATIC = Path(page.__file__).parent / "static"
SCRIPTS = [path.name for path in STATIC.glob("*.js")]
FILES = {"/": "page.html", "/page/enter": "page.html", "/page/page.css": "page.css"}
FILES |= {f"/page/{name}": name for name in SCRIPTS}
FILES |= {f"/page/vendor/{name}": f"vendor/{name}" for name in page.VENDOR}
ASKED = {"messages": [{"role": "user", "content": "x"}]}


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(clock: Clock) -> Sessions:
    return Sessions(clock)


def own(house: Any, **more: str) -> dict[str, str]:
    return {"Cookie": house.session(), "Origin": house.url, **more}


# --- codes


def test_a_code_becomes_a_session_once(sessions: Sessions) -> None:
    code = sessions.code("t")
    session = sessions.enter(code, "")
    assert sessions.token(session) == "t"
    assert len(code) == len(session) == 43 and code != session
    for secret in (code, session):
        with pytest.raises(AuthError):
            sessions.enter(secret, "")
    with pytest.raises(AuthError):
        sessions.token(code)


def test_a_code_is_good_for_a_minute(sessions: Sessions, clock: Clock) -> None:
    early, late = sessions.code("t"), sessions.code("t")
    clock.now = 59.9
    sessions.enter(early, "")
    clock.now = 60.0
    with pytest.raises(AuthError):
        sessions.enter(late, "")


def test_few_codes_wait_at_a_time(sessions: Sessions, clock: Clock) -> None:
    codes = [sessions.code("t") for _ in range(Sessions.CODES)]
    clock.now = 20.0
    with pytest.raises(Busy) as caught:
        sessions.code("t")
    assert (caught.value.status, caught.value.retry_after) == (429, 40.0)
    sessions.enter(codes[0], "")
    sessions.code("t")
    clock.now = 60.0
    sessions.code("t")


def test_a_session_ends_after_twelve_hours(sessions: Sessions, clock: Clock) -> None:
    session = sessions.enter(sessions.code("t"), "")
    clock.now = 12 * 3600 - 0.1
    assert sessions.token(session) == "t"
    clock.now = 12 * 3600
    with pytest.raises(AuthError):
        sessions.token(session)


def test_the_oldest_page_makes_room(sessions: Sessions) -> None:
    opened = [sessions.enter(sessions.code("t"), "") for _ in range(Sessions.OPEN + 1)]
    with pytest.raises(AuthError):
        sessions.token(opened[0])
    assert all(sessions.token(session) for session in opened[1:])


def test_neither_codes_nor_sessions_are_kept_in_clear(sessions: Sessions) -> None:
    waiting, code = sessions.code("t"), sessions.code("t")
    session = sessions.enter(code, "")
    kept = repr(vars(sessions))
    assert "token='t'" in kept and not any(secret in kept for secret in (waiting, code, session))


def test_a_code_is_given_for_the_owners_token_only(house: Any) -> None:
    assert house.ask("POST", "/page/code", token=None).status == 401
    assert house.ask("POST", "/page/code", token=house.GUEST).error["code"] == "no_scope"
    prolonged = house.ask("POST", "/page/code", token=None, headers=own(house))
    assert prolonged.status == 401, "a page could stay open for ever"
    assert house.ask("POST", "/page/code").json["seconds"] == 60


def test_the_sixth_code_is_told_when(open_house: Any) -> None:
    house = open_house()
    codes = [house.ask("POST", "/page/code") for _ in range(6)]
    assert [c.status for c in codes] == [200] * 5 + [429]
    assert 0 < int(codes[5].headers["retry-after"]) <= 60
    assert "jarvis open" in codes[5].error["hint"]


def test_codes_cannot_be_guessed_and_the_right_one_always_passes(open_house: Any) -> None:
    house = open_house()
    code = house.ask("POST", "/page/code").json["code"]
    tried = [house.ask("POST", "/page/enter", token=None, headers={"X-Jarvis-Code": f"{code}{n}"}) for n in range(20)]
    assert [t.status for t in tried] == [401] * 10 + [429] * 10
    assert "set-cookie" not in tried[0].headers and "jarvis open" in tried[0].error["hint"]
    assert 0 < int(tried[19].headers["retry-after"]) <= 60
    assert house.ask("POST", "/page/enter", token=None, headers={"X-Jarvis-Code": code}).status == 204
    assert "jarvis_wrong_tokens_total 20.0" in house.ask(path="/metrics").body.decode()


def test_a_code_anywhere_else_is_none(house: Any) -> None:
    code = house.ask("POST", "/page/code").json["code"]
    for path, headers, body in (
        (f"/page/enter?code={code}", {}, None),
        ("/page/enter", {"Cookie": f"code={code}"}, None),
        ("/page/enter", {"Authorization": f"Bearer {code}"}, None),
        ("/page/enter", {}, {"code": code}),
    ):
        assert house.ask("POST", path, body, token=None, headers=headers).error["code"] == "wrong_code"
    assert house.ask("GET", f"/page/enter?code={code}", token=None).headers.keys().isdisjoint({"set-cookie"})
    house.ask("POST", "/page/enter", token=None, headers={"X-Jarvis-Code": code})


def test_whoever_has_no_code_cannot_keep_the_server_busy_with_a_body(house: Any) -> None:
    """It is answered at once, though what it announced never comes."""
    with house.connect() as wire:
        wire.sendall(b"POST /page/enter HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999999\r\n\r\n{")
        assert b" 401 " in wire.recv(65536)


# --- the cookie


def test_the_cookie_is_for_browsers_and_this_server_alone(house: Any) -> None:
    code = house.ask("POST", "/page/code").json["code"]
    entered = house.ask("POST", "/page/enter", token=None, headers={"X-Jarvis-Code": code})
    assert (entered.status, entered.body) == (204, b"")
    pair, *attributes = entered.headers["set-cookie"].split("; ")
    assert re.fullmatch(rf"jarvis_{house.port}=[\w-]{{43}}", pair)
    assert {a.lower() for a in attributes} == {"httponly", "samesite=strict", "path=/", "max-age=43200"}


def test_behind_tls_it_goes_over_tls_only(open_house: Any) -> None:
    house = open_house(behind_proxy=True)
    code = house.ask("POST", "/page/code").json["code"]
    proxied = {"X-Jarvis-Code": code, "X-Forwarded-Proto": "https"}
    entered = house.ask("POST", "/page/enter", token=None, headers=proxied)
    assert "secure" in entered.headers["set-cookie"].lower().split("; ")


def test_the_page_does_what_its_owner_may(house: Any) -> None:
    mine = own(house)
    chat = house.ask("POST", "/v1/chat/completions", {**ASKED, "stream": True}, token=None, headers=mine)
    assert "Par" in chat.body.decode()
    assert house.stage.options == [("owner", "api")]
    assert house.ask(path="/fleet", token=None, headers=mine).status == 200
    assert house.ask("POST", "/fleet/load", {"model": "tiny"}, token=None, headers=mine).status == 200
    assert house.ask("DELETE", "/jarvis/history/x", token=None, headers=mine).status == 404


def test_another_page_gets_nothing_done_with_it(open_house: Any) -> None:
    house = open_house(allowed_origins=("http://127.0.0.1:3000",))
    cookie = {"Cookie": house.session()}
    house.handled.clear()
    for headers in (
        {},
        {"Origin": "http://127.0.0.1:3000"},  # listed: it may ask with a token, not with what the browser adds
        {"Origin": "http://127.0.0.1:3001"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "none", "Origin": house.url},
        {"Referer": house.url},
        {"Content-Type": "text/plain"},
    ):
        for method, path in (
            ("POST", "/fleet/load"),
            ("POST", "/v1/chat/completions"),
            ("DELETE", "/jarvis/history/x"),
        ):
            assert house.ask(method, path, ASKED, token=None, headers=cookie | headers).status == 403, headers
    for site in ("same-site", "cross-site"):
        assert house.ask(path="/fleet", token=None, headers=cookie | {"Sec-Fetch-Site": site}).status == 403
    assert house.ask(path="/fleet", token=None, headers=cookie | {"Origin": "http://127.0.0.1:3000"}).status == 403
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Origin": "http://127.0.0.1:3001"}
    assert house.ask(path="/ws", token=None, headers=cookie | upgrade).status == 403
    assert house.handled == []
    told = house.ask("POST", "/fleet/load", {"model": "tiny"}, token=None, headers=cookie)
    assert told.error["code"] == "other_page" and "jarvis token" in told.error["hint"]


def test_a_cookie_that_is_over_is_told_so_and_is_no_guess(open_house: Any) -> None:
    house = open_house()
    over = {"Cookie": f"jarvis_{house.port}=over"}
    replies = [house.ask(path="/fleet", token=None, headers=over) for _ in range(20)]
    assert {r.status for r in replies} == {401}, "the browser goes on sending it"
    assert replies[0].error["code"] == "session_over" and "jarvis open" in replies[0].error["hint"]
    assert house.ask(token="jarvis_wrong").status == 401, "and nobody is kept out for it"


def test_no_secret_of_the_page_is_logged(open_house: Any, caplog: pytest.LogCaptureFixture) -> None:
    house = open_house()
    house.stage.script = [RuntimeError("x")]
    with caplog.at_level(0):
        code = house.ask("POST", "/page/code").json["code"]
        cookie = house.session()
        house.ask("POST", "/v1/chat/completions", ASKED, token=None, headers={"Cookie": cookie, "Origin": house.url})
        house.ask("POST", "/page/enter", token=None, headers={"X-Jarvis-Code": code + "x"})
    assert "failed" in caplog.text
    assert code not in caplog.text and cookie.partition("=")[2] not in caplog.text


# --- the files


@pytest.mark.parametrize("path", FILES)
def test_its_files_are_fenced_in(house: Any, path: str) -> None:
    reply = house.ask(path=path, token=None)
    assert reply.status == 200
    assert reply.body == (STATIC / FILES[path]).read_bytes()
    policy = dict(part.strip().partition(" ")[::2] for part in reply.headers["content-security-policy"].split(";"))
    assert policy == {
        "default-src": "'none'", "script-src": "'self'", "style-src": "'self'", "connect-src": "'self'",
        "img-src": "'self' data:", "base-uri": "'none'", "form-action": "'none'", "frame-ancestors": "'none'",
    }  # fmt: skip
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["referrer-policy"] == "no-referrer"
    assert reply.headers["content-type"].partition(";")[0] in ("text/html", "text/javascript", "text/css")


def test_a_policy_of_its_own_replaces_the_other(house: Any) -> None:
    with house.connect() as wire:
        wire.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        data = b""
        while piece := wire.recv(65536):
            data += piece
    assert data.lower().count(b"content-security-policy:") == 1, "of two, both hold"


@pytest.mark.parametrize(
    "path", ["/page/../tokens.py", "/page/%2e%2e/page.py", "/page/", "/page/page.html", "/static/page.js"]
)
def test_there_are_no_other_files(house: Any, path: str) -> None:
    assert house.ask(path=path).status == 404


def test_what_is_said_becomes_text_only() -> None:
    scripts = [(STATIC / name).read_text() for name in SCRIPTS]
    script = "".join(scripts)
    for sink in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "srcdoc",
                 "createContextualFragment", "DOMParser", "localStorage", "sessionStorage"):  # fmt: skip
        assert sink not in script
    html = (STATIC / "page.html").read_text()
    assert re.findall(r"<script[^>]*>", html) == ['<script type="module" src="/page/page.js">']
    assert not re.search(r"<style|\son\w+=|\sstyle=", html)
    whole = script + html + (STATIC / "page.css").read_text()
    assert re.findall(r"[a-z]+://[\w.]+", whole) == ["http://www.w3.org"], "the name of SVG; nothing is fetched from it"
    assert max(len(one.splitlines()) for one in scripts) < 400


def test_every_text_of_the_page_is_used_and_every_one_it_uses_is_there(house: Any) -> None:
    whole = "".join((STATIC / name).read_text() for name in [*SCRIPTS, "page.html"])
    told = house.ask(path="/page/texts", token=None, headers={"Accept-Language": "es-XX,fr;q=0.8"}).json
    literal = r'(?:say\(|button\(|labelled\(say\(|submits\(|data-say=|data-label=|sure\(\w+, )"([\w.]+)"'
    asked = set(re.findall(literal, whole)) | set(re.findall(r'"((?:talk|chat|memory|fleet)\.[\w.]+)"', whole))
    asked |= {f"state.{name}" for name in ("loading", "ready", "busy", "going", "asleep")}  # fleet/view.py
    asked |= {"queue", "load", "pull", "retry"}  # words/exchange.py: Progress
    asked |= {f"tool.{name}" for name in ("done", "failed", "asks")}  # words/exchange.py: Called
    asked |= {f"part.{name}" for name in ("image", "audio")}  # words/chat.py
    asked |= {f"budget.{kind}" for kind in ("day", "month", "provider_day", "provider_month", "key")}
    asked |= {f"chat.{name}" for name in ("up", "down")}  # server/feedback.py
    for kind in re.findall(r"say\(`([\w.]+\.)\$\{\w+\}`", whole):  # the columns of tables
        listed = re.findall(r"= \[([^\]]*)\]", whole, re.I)
        words = {word for names in listed for word in re.findall(r'"([\w]+)"', names)}
        if kind.endswith(("column.", "count.", "view.")):
            asked |= {f"{kind}{word}" for word in words if f"{kind}{word}" in told["texts"]}
    asked.discard("memory.used")  # the code of a notice
    assert told["lang"] == "es"
    assert set(told["texts"]) == asked
    assert told["texts"]["send"] == TEXTS["page.ui.send"].es and told["texts"]["more"] == VIEWS["dashboard.more"].es


def test_libraries_are_as_their_makers_publish_them() -> None:
    """What the manifests say is there, and nothing else is."""
    for folder in (STATIC / "vendor", Path(__file__).parents[1] / "vendor"):
        manifest = json.loads((folder / "manifest.json").read_text())
        told = {f"{one['name']}/{path}": sum for one in manifest for path, sum in one["files"].items()}
        there = {str(p.relative_to(folder)): p for p in folder.rglob("*") if p.is_file() and p.name != "manifest.json"}
        assert {name: sha256(path.read_bytes()).hexdigest() for name, path in there.items()} == told
        for one in manifest:
            assert one["version"] in one["source"] and one["licence"] and f"{one['name']}/LICENSE" in told
