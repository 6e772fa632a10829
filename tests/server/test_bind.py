"""Where Jarvis listens: safe places only, and a clear word when a place cannot be had."""

from __future__ import annotations

import itertools
import shutil
import socket
import ssl
import subprocess
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest

from jarvis.config.schema import Server
from jarvis.errors import ConfigError, Conflict
from jarvis.server import protocol, tls
from jarvis.server.bind import check_bind, is_loopback, reached

LOOPBACK = {
    "127.0.0.1": ["127.0.0.1"],
    "127.9.9.9": ["127.9.9.9"],
    "::1": ["::1"],
    "::ffff:127.0.0.1": ["::ffff:127.0.0.1"],
    "localhost": ["127.0.0.1", "::1"],
}
OUTSIDE = {
    "0.0.0.0": ["0.0.0.0", "192.168.1.5"],
    "0.0.0.0 alone": ["0.0.0.0"],
    "::": ["::", "fe80::1%eth0"],
    "": ["0.0.0.0"],
    "192.168.1.5": ["192.168.1.5"],
    "10.0.0.1": ["10.0.0.1"],
    "203.0.113.9": ["203.0.113.9"],
    "fe80::1": ["fe80::1%eth0"],
    "2001:db8::1": ["2001:db8::1"],
    "a name of both": ["127.0.0.1", "192.168.1.5"],
    "a name of nothing": [],
    "unix:/run/jarvis": ["unix:/run/jarvis"],
}
CELLS = list(itertools.product([*LOOPBACK, *OUTSIDE], (False, True), (False, True)))


@pytest.mark.parametrize(("host", "tls", "proxy"), CELLS)
def test_every_unsafe_cell_is_refused_and_every_safe_one_is_not(host: str, tls: bool, proxy: bool) -> None:
    files: dict[str, Any] = {"tls_cert": Path("c"), "tls_key": Path("k")} if tls else {}
    server = Server(host=host, behind_proxy=proxy, **files)
    addresses = (LOOPBACK | OUTSIDE)[host]
    if host in LOOPBACK or (tls and not proxy):
        check_bind(server, addresses)
        return
    with pytest.raises(ConfigError) as caught:
        check_bind(server, addresses)
    assert caught.value.exit_code != 0
    assert "\n" not in caught.value.hint("en") and "server." in caught.value.hint("en")


def test_the_matrix_is_wide() -> None:
    assert len(CELLS) >= 48


def test_what_is_no_address_is_not_loopback() -> None:
    assert not is_loopback("localhost") and not is_loopback("")


def test_a_wildcard_is_reached_at_itself_and_everywhere_else() -> None:
    assert reached("0.0.0.0")[0] == "0.0.0.0"
    assert not any(is_loopback(a) for a in reached("::"))
    assert reached("127.0.0.1") == ["127.0.0.1"]
    assert all(is_loopback(a) for a in reached("localhost"))


def test_a_name_that_nobody_knows() -> None:
    with pytest.raises(ConfigError) as caught:
        reached("no-such-host.invalid")
    assert "no-such-host.invalid" in caught.value.message()


def test_the_server_itself_refuses_an_exposed_address(open_house: Any) -> None:
    with pytest.raises(ConfigError, match=r"0\.0\.0\.0"):
        open_house(host="0.0.0.0")


def test_a_port_that_is_taken(open_house: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(Conflict) as caught:
            open_house(port=port)
    assert str(port) in caught.value.message()
    assert f"jarvis serve --port {port + 1}" in caught.value.hint()


def test_an_address_that_is_not_ours(open_house: Any, certificate: tuple[Path, Path]) -> None:
    cert, key = certificate
    with pytest.raises(ConfigError) as caught:
        open_house(host="203.0.113.9", tls_cert=cert, tls_key=key)
    assert caught.value.code == "server.unknown_address"


def test_it_listens_on_ipv6_loopback_too(open_house: Any) -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")
    house = open_house(host="::1")
    with socket.create_connection(("::1", house.port), timeout=10) as wire:
        wire.sendall(f"GET /health HTTP/1.1\r\nHost: [::1]:{house.port}\r\nConnection: close\r\n\r\n".encode())
        assert wire.recv(65536).startswith(b"HTTP/1.1 200 ")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    if shutil.which("openssl") is None:
        pytest.skip("openssl, which makes the certificate, is not installed")
    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
         "-keyout", key, "-out", cert], check=True, capture_output=True,
    )  # fmt: skip
    return cert, key


@pytest.fixture
def open_over_tls(open_house: Any, certificate: tuple[Path, Path]) -> Callable[[], tuple[Any, ssl.SSLContext]]:
    """Opens a house that speaks TLS; gives it, and what a client needs to trust it."""
    cert, key = certificate
    return lambda: (open_house(tls_cert=cert, tls_key=key), ssl.create_default_context(cafile=str(cert)))


def test_tls(open_over_tls: Any) -> None:
    house, context = open_over_tls()
    with context.wrap_socket(house.connect(), server_hostname="localhost") as wire:
        own = f"https://localhost:{house.port}"
        lines = f"Host: localhost:{house.port}\r\nOrigin: {own}\r\nAuthorization: Bearer {house.TOKEN}\r\n"
        wire.sendall(f"GET /v1/models HTTP/1.1\r\n{lines}Connection: close\r\n\r\n".encode())
        assert wire.recv(65536).startswith(b"HTTP/1.1 200 ")
    reply = house.ask(path="/health")
    assert (reply.status, reply.error["code"]) == (400, "plain_http") and "https://" in reply.error["hint"]
    for nonsense in (b"\x00\x01\x02", b"\x16\x03\x01nonsense"):
        with house.connect() as other, suppress(ConnectionError):
            other.sendall(nonsense)
            other.shutdown(socket.SHUT_WR)
            assert b"HTTP" not in other.recv(65536)


def test_what_is_silent_before_its_handshake_makes_room(open_over_tls: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "CONNECTIONS", 2)
    house, context = open_over_tls()
    with ExitStack() as stack:
        silent = [stack.enter_context(house.connect()) for _ in range(2)]
        for wire in silent:
            asking = stack.enter_context(context.wrap_socket(house.connect(), server_hostname="localhost"))
            asking.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert asking.recv(65536).startswith(b"HTTP/1.1 200 ")
            with suppress(ConnectionError):
                assert wire.recv(1) == b""


def test_a_handshake_that_does_not_come_is_not_waited_for(open_over_tls: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tls, "HEAD_SECONDS", 0.05)
    house, _ = open_over_tls()
    with house.connect() as wire, suppress(ConnectionError):
        assert wire.recv(1) == b""


def test_tls_files_that_cannot_be_used(open_house: Any, certificate: tuple[Path, Path], tmp_path: Path) -> None:
    cert, key = certificate
    (tmp_path / "junk.pem").write_text("junk")
    for files in ((tmp_path / "none", key), (tmp_path / "junk.pem", key), (cert, tmp_path / "junk.pem")):
        with pytest.raises(ConfigError) as caught:
            open_house(tls_cert=files[0], tls_key=files[1])
        assert caught.value.code == "server.tls_unusable"


def test_a_key_with_a_password_is_refused_and_not_asked_for(
    open_house: Any, certificate: tuple[Path, Path], tmp_path: Path
) -> None:
    cert, key = certificate
    locked = tmp_path / "locked.pem"
    subprocess.run(["openssl", "ec", "-aes128", "-passout", "pass:hunter2", "-in", key, "-out", locked],
                   check=True, capture_output=True)  # fmt: skip
    with pytest.raises(ConfigError):
        open_house(tls_cert=cert, tls_key=locked)


def test_a_proxys_word_is_believed_only_when_there_is_one(open_house: Any) -> None:
    page = {"Host": "jarvis.home.lan", "Origin": "https://jarvis.home.lan", "X-Forwarded-Proto": "https"}
    behind = open_house(behind_proxy=True, allowed_hosts=("jarvis.home.lan",))
    assert behind.ask(headers=page).status == 200
    direct = open_house(allowed_hosts=("jarvis.home.lan",))
    assert direct.ask(headers=page).status == 403


def test_guesses_behind_a_proxy_are_counted_by_who_guesses(open_house: Any) -> None:
    def guess(house: Any, peer: str) -> int:
        return int(house.ask(token="jarvis_wrong", headers={"X-Forwarded-For": peer}).status)

    behind = open_house(behind_proxy=True)
    assert [guess(behind, "198.51.100.7") for _ in range(11)][-1] == 429
    assert guess(behind, "198.51.100.8") == 401
    direct = open_house()
    assert [guess(direct, f"198.51.100.{i}") for i in range(11)][-1] == 429, "a header is no other peer"
