"""``jarvis service`` in a real user manager of systemd, which has a ``/run`` of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from home import Home, wait_for
from jarvis.service.manager import cards_are_awake
from jarvis.service.unit import quoted, unit

SYSTEMD = Path("/lib/systemd/systemd")
BEGINS = """
mount -t tmpfs tmpfs /run
mkdir -p /run/systemd/system /run/systemd/unit-root /run/systemd/inaccessible /run/user/0
chmod 700 /run/user/0
(cd /run/systemd/inaccessible && touch reg && mkdir dir && mkfifo fifo && mknod chr c 0 0 && mknod blk b 0 0)
exec {systemd} --user --log-target=null
"""
EXPOSED = 2.5
"""As ``systemd-analyze security`` counts, 0 to 10."""


class Manager:
    """A systemd for one test; ``home`` is its person."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.environ = home.environ | {
            "XDG_RUNTIME_DIR": "/run/user/0",
            "HOME": str(home.folder / "person"),
            "XDG_CONFIG_HOME": str(home.folder / "person" / ".config"),
        }
        words = ["unshare", "--mount", "bash", "-c", BEGINS.format(systemd=SYSTEMD)]
        self.process = subprocess.Popen(words, env=self.environ, start_new_session=True)
        try:
            wait_for(lambda: self.run("systemctl", "--user", "is-system-running").stdout.strip() == "running")
        except AssertionError:
            self.end()
            pytest.skip("no user manager of systemd can run here")

    def run(self, *words: str, timeout: float = 90) -> subprocess.CompletedProcess[str]:
        inside = ["nsenter", "--mount", "--target", str(self.process.pid), *words]
        return subprocess.run(inside, env=self.environ, capture_output=True, text=True, timeout=timeout, check=False)

    def jarvis(self, *words: str) -> subprocess.CompletedProcess[str]:
        return self.run(*self.home.command(*words))

    def end(self) -> None:
        self.process.terminate()  # it ends its services first
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@pytest.fixture
def manager(home: Home) -> Iterator[Manager]:
    if os.getuid() or not SYSTEMD.exists() or not shutil.which("nsenter") or not shutil.which("unshare"):
        pytest.skip("needs root and systemd, to give a user manager a /run of its own")
    home.settings('[routing]\nembedder = "none"\n[memory]\nembedder = "none"')
    home.fake("small")
    (home.folder / "person").mkdir()
    made = Manager(home)
    yield made
    made.end()


def test_it_runs_answers_comes_back_and_goes(manager: Manager, home: Home) -> None:
    done = manager.jarvis("service", "install", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["sandboxed"] is True
    pid = home.daemon_pid()
    assert pid is not None

    answered = manager.jarvis("ask", "--model", "small", "hello")
    assert answered.returncode == 0, answered.stderr
    assert answered.stdout.strip()
    assert home.daemon_pid() == pid  # no other one was started
    assert "Seccomp:\t2" in Path(f"/proc/{pid}/status").read_text()
    tried = manager.run("nsenter", "--mount", "--target", str(pid), "touch", "/usr/nowhere")
    assert "Read-only" in tried.stderr

    psutil.Process(pid).kill()
    back = wait_for(lambda: (now := home.daemon_pid()) is not None and now != pid and now, 30)
    state = json.loads(manager.jarvis("service", "status", "--json").stdout)
    assert state["state"]["NRestarts"] == "1"
    assert state["state"]["MainPID"] == str(back)
    assert manager.jarvis("ask", "--model", "small", "again").returncode == 0

    assert manager.jarvis("backup").returncode == 0
    [backup] = (home.paths.data / "backups").iterdir()
    home.paths.database.write_bytes(b"damaged" * 1000)
    restored = manager.jarvis("restore", str(backup), "--yes")
    assert restored.returncode == 0, restored.stderr
    wait_for(lambda: home.daemon_pid() not in (None, back), 30)
    state = json.loads(manager.jarvis("service", "status", "--json").stdout)
    assert state["state"]["MainPID"] == str(home.daemon_pid()), "the service goes on"

    gone = manager.jarvis("service", "remove", "--json")
    assert json.loads(gone.stdout)["removed"] is True
    assert not Path(told["unit"]).exists()
    assert home.daemon_pid() is None
    assert home.paths.database.exists()
    assert "not installed" in manager.jarvis("service", "status").stdout


def test_it_is_installed_over_a_running_one_and_again(manager: Manager, home: Home) -> None:
    assert manager.jarvis("ask", "--model", "small", "hello").returncode == 0
    first = home.daemon_pid()
    for _ in range(2):
        done = manager.jarvis("service", "install", "--no-sandbox")
        assert done.returncode == 0, done.stderr
        assert home.daemon_pid() not in (None, first)
    assert (
        "ProtectSystem"
        not in Path(json.loads(manager.jarvis("service", "status", "--json").stdout)["unit"]).read_text()
    )


def test_one_that_cannot_start_says_why(manager: Manager, home: Home) -> None:
    home.settings("[server]\nport = 'x'")
    done = manager.jarvis("service", "install")
    assert done.returncode == 1
    assert "does not start" in done.stderr
    assert "tail -50" in done.stderr


def test_without_systemd_it_says_what_to_do(home: Home) -> None:
    if Path("/run/systemd/system").exists():
        pytest.skip("systemd runs here")
    done = home.run("service", "install")
    assert done.returncode == 1
    assert "jarvis serve" in done.stderr


def test_it_is_little_exposed(home: Home, tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd-analyze here")
    file = tmp_path / "jarvis.service"
    file.write_text(home.run("service", "install", "--print").stdout)
    environ = os.environ | {"XDG_RUNTIME_DIR": str(tmp_path)}
    words = ["systemd-analyze", "security", "--user", "--offline=yes", str(file)]
    found = subprocess.run(words, env=environ, capture_output=True, text=True, check=False, timeout=60)
    assert float(found.stdout.split("jarvis.service:")[1].split()[0]) <= EXPOSED


def test_a_unit_says_paths_as_they_are(tmp_path: Path) -> None:
    text = unit(["/o p/50%/py"], {"JARVIS_HOME": '/a "b" $c', "PATH": "x"}, Path("/l%"), [Path("/w w")])
    assert 'ExecStart="/o p/50%%/py" serve' in text
    assert 'Environment="JARVIS_HOME=/a \\"b\\" $c"' in text
    assert "PATH=x" not in text
    assert "append:/l%%\n" in text
    assert 'ReadWritePaths="-/w w"' in text
    assert "ProtectSystem" not in unit(["/p"], {}, Path("/l"), [], sandboxed=False)
    assert quoted("a\\b") == '"a\\\\b"'


def test_a_sleeping_card_is_noticed(tmp_path: Path) -> None:
    assert cards_are_awake(tmp_path)
    (tmp_path / "proc/driver/nvidia").mkdir(parents=True)
    (tmp_path / "proc/driver/nvidia/version").touch()
    assert not cards_are_awake(tmp_path)
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev/nvidia-uvm").touch()
    assert cards_are_awake(tmp_path)
