"""What a client may take: bytes, time, places. And what happens when it leaves, or the server does."""

from __future__ import annotations

import json
import socket
import threading
import time
from contextlib import ExitStack
from typing import Any

import openai
import pytest

from jarvis.errors import ContextTooLong
from jarvis.server import door, protocol, run
from jarvis.words.chat import Delta
from jarvis.words.exchange import Progress

HELLO: list[Any] = [{"role": "user", "content": "Hello"}]
CHAT = "/v1/chat/completions"
MIB = 1 << 20


def head(house: Any, *lines: str, path: str = CHAT) -> bytes:
    fixed = [f"POST {path} HTTP/1.1", "Host: localhost", f"Authorization: Bearer {house.TOKEN}"]
    return "\r\n".join([*fixed, "Content-Type: application/json", *lines, "", ""]).encode()


def reply_to(house: Any, *pieces: bytes) -> tuple[int, bytes]:
    """Status and rest of what the server says before it hangs up or falls silent."""
    with house.connect() as wire:
        for piece in pieces:
            wire.sendall(piece)
        return first_reply(wire)


def first_reply(wire: socket.socket) -> tuple[int, bytes]:
    data = b""
    while b"\r\n\r\n" not in data and (piece := wire.recv(65536)):
        data += piece
    told, _, body = data.partition(b"\r\n\r\n")
    while not body.endswith(b"}") and (piece := wire.recv(65536)):
        body += piece
    return (int(told.split()[1]) if told else 0), body


# --- bytes


def test_a_body_larger_than_allowed(open_house: Any) -> None:
    house = open_house(max_body_mib=1)
    big = json.dumps({"messages": [{"role": "user", "content": "x" * (MIB + 1)}]}).encode()
    with house.openai() as client, pytest.raises(openai.APIStatusError) as caught:
        client.post("/chat/completions", cast_to=object, body=json.loads(big))
    assert caught.value.status_code == 413
    assert caught.value.code == "too_large"
    assert "1 MiB" in caught.value.message
    assert house.handled == []
    fits = json.dumps({"messages": [{"role": "user", "content": "x" * (MIB - 100)}]}).encode()
    assert house.ask("POST", CHAT, fits).status == 200


def test_a_body_that_grows_past_the_limit_piece_by_piece(open_house: Any) -> None:
    house = open_house(max_body_mib=1)
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    status, body = reply_to(house, head(house, "Transfer-Encoding: chunked"), *[chunk] * 20, b"0\r\n\r\n")
    assert status == 413 and b"too_large" in body


def test_a_gigantic_body_is_refused_unread(open_house: Any) -> None:
    house = open_house(max_body_mib=1)
    status, _ = reply_to(house, head(house, f"Content-Length: {2 << 30}", "Expect: 100-continue"))
    assert status == 413
    assert house.handled == []


def test_a_client_that_asks_before_it_sends_is_told_to_go_on(house: Any) -> None:
    body = json.dumps({"messages": HELLO}).encode()
    with house.connect() as wire:
        wire.sendall(head(house, f"Content-Length: {len(body)}", "Expect: 100-continue", "Connection: close"))
        assert wire.recv(65536).startswith(b"HTTP/1.1 100 ")
        wire.sendall(body)
        assert first_reply(wire)[0] == 200


@pytest.mark.parametrize(
    "lines",
    [["X-Long: " + "a" * 40_000], [f"X-{i}: a" for i in range(150)], [f"X-{i}: {'a' * 900}" for i in range(50)]],
    ids=["one long line", "many lines", "many bytes"],
)
def test_a_head_that_is_too_large(house: Any, lines: list[str]) -> None:
    status, body = reply_to(house, head(house, *lines))
    assert status == 431 and b"head_too_large" in body
    assert house.handled == []


def test_a_path_that_is_too_long(house: Any) -> None:
    status, _ = reply_to(house, head(house, path="/" + "a" * 40_000))
    assert status == 431


def test_a_header_that_never_ends_does_not_fill_the_memory(house: Any) -> None:
    with house.connect() as wire:
        wire.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Endless: ")
        sent = 0
        try:
            while sent < 16 * MIB:
                sent += wire.send(b"a" * 65536)
        except OSError:
            pass
        assert sent < 16 * MIB, "the server hung up long before"


@pytest.mark.parametrize("token", [True, False])
def test_trailers_that_never_end_do_not_fill_the_memory(house: Any, token: bool) -> None:
    start = (
        head(house, "Transfer-Encoding: chunked")
        if token
        else head(house, "Transfer-Encoding: chunked").replace(house.TOKEN.encode(), b"wrong")
    )
    for piece in (b"a" * 65536, b"X: y\r\n" * 10_000):
        with house.connect() as wire:
            wire.sendall(start + b"2\r\n{}\r\n0\r\nX-Endless: ")
            sent = 0
            try:
                while sent < 16 * MIB:
                    sent += wire.send(piece)
            except OSError:
                pass
            assert sent < 16 * MIB, "the server hung up long before"


@pytest.mark.parametrize(
    "junk", [b"\x16\x03\x01\x02\x00\x01\x00", b"GET\r\n\r\n", b"\x00" * 100, b"GET / HTTP/9.9\r\n\r\n",
             b"CONNECT evil.example:443 HTTP/1.1\r\nHost: localhost\r\n\r\n",
             b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
             b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
             b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\nhello"],
)  # fmt: skip
def test_what_is_no_request_gets_an_error_body_and_no_connection(house: Any, junk: bytes) -> None:
    status, body = reply_to(house, junk)
    assert status in (400, 401)
    assert set(json.loads(body)) == {"error"}
    assert house.handled == []


@pytest.mark.parametrize("junk", [b"ZZ\r\n", b"5\r\nhelloXX", b"-1\r\n"])
def test_a_body_that_is_cut_in_no_pieces_is_told_so(house: Any, junk: bytes) -> None:
    status, body = reply_to(house, head(house, "Transfer-Encoding: chunked"), b"2\r\n{}\r\n" + junk)
    assert status == 400 and b"not_http" in body
    assert house.handled == []


# --- time


def test_who_says_nothing_is_hung_up_on(open_house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.05)
    house = open_house()
    with house.connect() as wire:
        assert wire.recv(65536) == b""
    with house.connect() as wire:
        wire.sendall(b"GET /health HTTP/1.1\r\nHost: local")
        status, body = first_reply(wire)
        assert status == 408 and b"slow_head" in body
        assert wire.recv(1) == b""


def test_the_head_of_a_second_request_has_its_own_time(open_house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.3)
    house = open_house()
    with house.connect() as wire:
        for _ in range(3):
            wire.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert first_reply(wire)[0] == 200
        wire.sendall(b"GET /health HT")
        assert first_reply(wire)[0] == 408


def test_a_body_that_stops_coming(open_house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "BODY_IDLE_SECONDS", 0.05)
    house = open_house(max_concurrent=1)
    status, body = reply_to(house, head(house, "Content-Length: 100"), b'{"mess')
    assert status == 408 and b"slow_body" in body
    assert house.ask("POST", CHAT, {"messages": HELLO}).status == 200, "its place is free again"


def test_a_body_that_comes_and_comes_is_told_its_time_is_up(open_house: Any) -> None:
    house = open_house(request_timeout_seconds=0.2)
    with house.connect() as wire:
        wire.sendall(head(house, "Content-Length: 100000", "Connection: close"))
        told: list[tuple[int, bytes]] = []
        reading = threading.Thread(target=lambda: told.append(first_reply(wire)))
        reading.start()
        while reading.is_alive():
            try:
                wire.sendall(b" ")
            except OSError:
                break
            reading.join(0.01)
        reading.join()
    status, body = told[0]
    assert status == 408 and b"body_overdue" in body and b"request_timeout_seconds" in body
    assert b"slow_body" not in body


@pytest.mark.parametrize("stream", [False, True])
def test_an_answer_that_takes_too_long(open_house: Any, stream: bool) -> None:
    house = open_house(request_timeout_seconds=0.1)
    house.stage.script = [house.stage.ROUTE, house.stage.FOREVER]
    reply = house.ask("POST", CHAT, {"messages": HELLO, "stream": stream})
    assert (reply.status, reply.error["code"]) == (504, "timed_out")
    assert house.stage.closed.is_set()


def test_a_stream_that_takes_too_long_says_so_at_its_end(open_house: Any) -> None:
    house = open_house(request_timeout_seconds=0.2)
    house.stage.script = [house.stage.ROUTE, Delta(text="Par"), house.stage.FOREVER]
    reply = house.ask("POST", CHAT, {"messages": HELLO, "stream": True})
    assert reply.events[-1]["error"]["code"] == "timed_out"
    assert house.stage.closed.is_set()


def test_the_headers_of_a_stream_do_not_wait_for_its_first_piece(house: Any) -> None:
    house.stage.script = [house.stage.ROUTE, house.stage.FOREVER]
    with house.connect() as wire:
        body = json.dumps({"messages": HELLO, "stream": True}).encode()
        wire.sendall(head(house, f"Content-Length: {len(body)}") + body)
        data = b""
        while b": waiting" not in data:
            data += wire.recv(65536)
    assert data.startswith(b"HTTP/1.1 200 ")
    assert b"x-jarvis-model: tiny" in data


def test_progress_is_told_as_soon_as_the_answer_is_begun(house: Any) -> None:
    house.stage.script = [Progress("load", "tiny", 0.5), house.stage.FOREVER]
    with house.connect() as wire:
        body = json.dumps({"messages": HELLO, "stream": True}).encode()
        wire.sendall(head(house, f"Content-Length: {len(body)}") + body)
        data = b""
        while b'"fraction":0.5' not in data:
            data += wire.recv(65536)
    assert data.startswith(b"HTTP/1.1 200 ")


def test_a_failure_after_a_short_load_has_its_own_status(house: Any) -> None:
    house.stage.script = [
        Progress("load", "tiny", 0.5),
        ContextTooLong("engines.context_too_long", tokens=9, context=8),
    ]
    reply = house.ask("POST", CHAT, {"messages": HELLO, "stream": True})
    assert (reply.status, reply.error["code"]) == (400, "context_length_exceeded")


# --- places


def test_more_requests_than_places_are_refused_at_once(open_house: Any, wait_for: Any) -> None:
    house = open_house(max_concurrent=2)
    house.stage.script = [house.stage.FOREVER]
    body = json.dumps({"messages": HELLO}).encode()
    wires = [house.connect() for _ in range(2)]
    for wire in wires:
        wire.sendall(head(house, f"Content-Length: {len(body)}") + body)
    wait_for(lambda: len(house.stage.asked) == 2)
    refused = house.ask("POST", CHAT, {"messages": HELLO})
    assert (refused.status, refused.error["code"], refused.headers["retry-after"]) == (503, "full", "1")
    assert len(house.stage.asked) == 2, "the refused one reached nobody"
    assert house.ask().status == 200, "what is short is always served"
    for wire in wires:
        wire.close()
    house.stage.script = [house.stage.ROUTE, Delta(text="x", finish="stop"), house.stage.answer()]
    wait_for(lambda: house.ask("POST", CHAT, {"messages": HELLO}).status == 200)


HEALTH = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"


def is_dropped(wire: socket.socket) -> bool:
    try:
        return wire.recv(1) == b""
    except ConnectionError:
        return True


def test_past_the_limit_of_connections_the_silent_make_room(open_house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "CONNECTIONS", 3)
    house = open_house()
    with ExitStack() as stack:
        asked = stack.enter_context(house.connect())
        asked.sendall(HEALTH)
        assert first_reply(asked)[0] == 200
        silent = [stack.enter_context(house.connect()) for _ in range(2)]
        for wire in silent:  # of those that never asked anything the oldest
            newcomer = stack.enter_context(house.connect())
            newcomer.sendall(HEALTH)
            assert first_reply(newcomer)[0] == 200
            assert is_dropped(wire)
        newest = stack.enter_context(house.connect())
        newest.sendall(HEALTH)
        assert first_reply(newest)[0] == 200
        assert is_dropped(asked), "no one is silent any more: who asked first goes"


def test_past_the_limit_of_connections_nobody_who_is_served_is_dropped(
    open_house: Any, monkeypatch: pytest.MonkeyPatch, wait_for: Any
) -> None:
    monkeypatch.setattr(protocol, "CONNECTIONS", 1)
    house = open_house()
    house.stage.script = [house.stage.FOREVER]
    body = json.dumps({"messages": HELLO}).encode()
    with house.connect() as served:
        served.sendall(head(house, f"Content-Length: {len(body)}") + body)
        wait_for(house.stage.playing.is_set)
        with house.connect() as newcomer:
            assert is_dropped(newcomer)
        served.settimeout(0.1)
        with pytest.raises(TimeoutError):
            served.recv(1)


def test_the_server_knows_for_how_long_nobody_asked(open_house: Any, wait_for: Any) -> None:
    kept: list[Any] = []
    house = open_house(lambda app: kept.append(app) or app)
    places = kept[0].places
    house.stage.script = [house.stage.FOREVER]
    body = json.dumps({"messages": HELLO}).encode()
    with house.connect() as wire:
        wire.sendall(head(house, f"Content-Length: {len(body)}") + body)
        wait_for(house.stage.playing.is_set)
        assert places.idle_seconds == 0.0
    wait_for(lambda: places.idle_seconds > 0.0)
    before = places.idle_seconds
    house.ask("GET", "/health")
    assert places.idle_seconds >= before, "a look at the server is no use of it"


# --- who leaves


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("path", [CHAT, "/v1/completions", "/v1/embeddings"])
def test_a_client_that_leaves_stops_the_generation(open_house: Any, wait_for: Any, path: str, stream: bool) -> None:
    house = open_house()
    house.stage.script = [house.stage.ROUTE, Delta(text="Par"), house.stage.FOREVER]
    body = json.dumps({"messages": HELLO, "prompt": "x", "input": "x", "stream": stream}).encode()
    with house.connect() as wire:
        wire.sendall(head(house, f"Content-Length: {len(body)}", path=path) + body)
        wait_for(house.stage.playing.is_set)
        assert not house.stage.closed.is_set()
    wait_for(house.stage.closed.is_set)
    counted = f'jarvis_http_requests_total{{method="POST",route="{path}",status="499"}} 1.0'
    wait_for(lambda: counted.encode() in house.ask("GET", "/metrics").body)


def test_a_client_that_leaves_in_the_middle_of_its_body(open_house: Any, wait_for: Any) -> None:
    house = open_house(max_concurrent=1)
    with house.connect() as wire:
        wire.sendall(head(house, "Content-Length: 100") + b'{"mess')
        wait_for(lambda: house.ask("POST", CHAT, {"messages": HELLO}).status == 503)
    wait_for(lambda: house.ask("POST", CHAT, {"messages": HELLO}).status == 200)


def test_a_client_that_closes_its_stream_early(house: Any, wait_for: Any) -> None:
    house.stage.script = [house.stage.ROUTE, Delta(text="Par"), house.stage.FOREVER]
    with house.openai() as client, client.chat.completions.create(model="a", messages=HELLO, stream=True) as stream:
        assert next(iter(stream)).choices[0].delta.role == "assistant"
        stream.close()
    wait_for(house.stage.closed.is_set)


def test_a_client_whose_time_is_up(house: Any, wait_for: Any) -> None:
    house.stage.script = [house.stage.ROUTE, house.stage.FOREVER]
    with house.openai(timeout=0.2) as client, pytest.raises(openai.APITimeoutError):
        client.chat.completions.create(model="auto", messages=HELLO)
    wait_for(house.stage.closed.is_set)


def test_requests_behind_each_other_on_one_connection_are_answered_in_order(house: Any) -> None:
    body = json.dumps({"messages": HELLO}).encode()
    one = head(house, f"Content-Length: {len(body)}") + body
    with house.connect() as wire:
        wire.sendall(one * 3 + b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        data = b""
        while piece := wire.recv(65536):
            data += piece
    assert data.count(b"HTTP/1.1 200 ") == 4
    assert data.endswith(b'{"status":"ok"}')


# --- the server leaves


def test_a_running_answer_may_end_when_the_server_stops(open_house: Any, wait_for: Any) -> None:
    house = open_house()
    house.stage.script = [house.stage.ROUTE, Delta(text="Par"), house.stage.FOREVER]
    body = json.dumps({"messages": HELLO, "stream": True}).encode()
    with house.connect() as wire:
        wire.sendall(head(house, f"Content-Length: {len(body)}") + body)
        wait_for(house.stage.playing.is_set)
        stopping = threading.Thread(target=house.stop)
        stopping.start()
        time.sleep(0)
        wire.close()
        stopping.join(10)
        assert not stopping.is_alive()
    assert house.stage.closed.is_set()


@pytest.mark.parametrize("stream", [False, True])
def test_an_answer_that_outlasts_the_grace_is_told_why(
    open_house: Any, wait_for: Any, monkeypatch: pytest.MonkeyPatch, stream: bool
) -> None:
    monkeypatch.setattr(run, "GRACE_SECONDS", 0.3)
    house = open_house()
    house.stage.script = [house.stage.ROUTE, Delta(text="Par"), house.stage.FOREVER]
    body = json.dumps({"messages": HELLO, "stream": stream}).encode()
    with house.connect() as wire:
        wire.sendall(head(house, f"Content-Length: {len(body)}", "Connection: close") + body)
        wait_for(house.stage.playing.is_set)
        house.stop()
        data = b""
        while piece := wire.recv(65536):
            data += piece
    assert data.startswith(b"HTTP/1.1 200 " if stream else b"HTTP/1.1 503 ")
    assert b'"code":"stopping"' in data
    assert house.stage.closed.is_set()
