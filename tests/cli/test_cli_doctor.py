"""``jarvis doctor``, run as an owner runs it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from jarvis.config.paths import paths
from jarvis.daemon import hold

Done = subprocess.CompletedProcess[str]
Run = Callable[..., Done]


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    kept = {n: v for n, v in os.environ.items() if not n.startswith("JARVIS_") and not n.lower().endswith("_proxy")}
    return kept | {"JARVIS_HOME": str(tmp_path / "home"), "JARVIS_LANG": "en", "JARVIS_SERVER_PORT": "0"}


@pytest.fixture
def run(environ: dict[str, str]) -> Run:
    def jarvis(*words: str, **more: str) -> Done:
        command = [Path(sys.executable).with_name("jarvis"), *words]
        return subprocess.run(command, env=environ | more, capture_output=True, text=True, timeout=120)

    return jarvis


def test_a_new_home_is_in_order_and_stays_untouched(run: Run, environ: dict[str, str]) -> None:
    done = run("doctor")
    lines = done.stdout.splitlines()
    assert {line[0] for line in lines[:-1]} <= {"✓", "!", "✗", " "}
    wrong = [line for line in lines if line.startswith("✗")]
    assert done.returncode == (1 if wrong else 0), done.stdout
    assert [line for line in wrong if not line.startswith(("✗ disk", "✗ memory", "✗ gpus", "✗ engines"))] == []
    assert any("There is no database yet" in line for line in lines)
    assert "\x1b" not in done.stdout
    assert done.stderr == ""
    assert not Path(environ["JARVIS_HOME"]).exists()


def test_as_json(run: Run) -> None:
    done = run("doctor", "--json")
    report = json.loads(done.stdout)
    assert report["ok"] is (done.returncode == 0)
    assert {"python", "disk", "memory", "processor", "gpus", "engines", "models", "port", "database"} <= {
        entry["check"] for entry in report["checks"]
    }
    for entry in report["checks"]:
        assert entry["status"] in ("OK", "WARN", "FAIL")
        assert entry["message"]
        assert bool(entry["hint"]) == (entry["status"] != "OK")


def test_in_spanish(run: Run) -> None:
    done = run("doctor", JARVIS_LANG="es")
    assert "Todavía no hay base de datos" in done.stdout
    assert "Jarvis no está en segundo plano" in done.stdout


def test_a_taken_port_is_mended_by_the_printed_command(run: Run, environ: dict[str, str]) -> None:
    del environ["JARVIS_SERVER_PORT"]
    with closing(socket.create_server(("127.0.0.1", 0))) as foreign:
        run("config", "set", "server.port", str(foreign.getsockname()[1]))
        done = run("doctor", "--json")
        assert done.returncode == 1
        (entry,) = (e for e in json.loads(done.stdout)["checks"] if e["check"] == "port")
        assert entry["status"] == "FAIL"
        command = entry["hint"].split("`")[1].split()
        assert command[0] == "jarvis"
        assert run(*command[1:]).returncode == 0
        (entry,) = (e for e in json.loads(run("doctor", "--json").stdout)["checks"] if e["check"] == "port")
        assert entry["status"] == "OK"


def test_a_broken_configuration_does_not_stop_it(run: Run, environ: dict[str, str]) -> None:
    file = paths(environ).config_file
    file.parent.mkdir(mode=0o700, parents=True)
    file.write_text("[server]\nport = high\n")
    file.chmod(0o644)
    done = run("doctor")
    assert done.returncode == 1
    assert f"✗ configuration {file} is not valid TOML: line 2" in done.stdout
    assert f"chmod 600 {file}" in done.stdout
    assert "✓ database" in done.stdout


def test_our_own_daemon_is_known(run: Run, environ: dict[str, str]) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listening, hold(paths(environ)) as lock:
        port = listening.getsockname()[1]
        lock.announce(f"http://127.0.0.1:{port}")
        checks = json.loads(run("doctor", "--json", JARVIS_SERVER_PORT=str(port)).stdout)["checks"]
    codes = {entry["code"] for entry in checks}
    assert {"doctor.daemon", "doctor.port_ours"} <= codes
