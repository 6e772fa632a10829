"""The process in the background: one of it, found, waited for, started anew, and gone when it is told to go."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import psutil
import pytest

from home import Home, turns, wait_for
from jarvis.daemon import hold
from jarvis.workers.environment import TAG


def test_two_commands_at_once_share_one_daemon(home: Home) -> None:
    home.fake("small", answer="Paris.", load_seconds=0.5)
    asked = [home.start("ask", "x", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
             for _ in range(4)]  # fmt: skip
    for process in asked:
        out, err = process.communicate(timeout=60)
        assert (process.returncode, out) == (0, "Paris.\n"), err
    serving = [p for p in home.processes() if "serve" in p.cmdline()]
    assert len(serving) == 1
    engines = [p for p in home.processes() if any("_fake_server" in w for w in p.cmdline())]
    assert len(engines) <= 2  # one engine: its guardian names it too


def test_kill_9_of_the_daemon_loses_no_question_and_leaves_no_engine(home: Home) -> None:
    home.fake("slow", answer_tokens=2000, tokens_per_second=50)
    asking = home.start(
        "ask", "tell me a story", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert asking.stdout is not None
    os.read(asking.stdout.fileno(), 100)
    wait_for(lambda: any(t[2] == "partial" for t in turns(home)))
    engines = [p for p in psutil.Process(home.daemon_pid()).children(recursive=True)]
    assert engines
    os.kill(home.daemon_pid() or 0, signal.SIGKILL)
    _, err = asking.communicate(timeout=20)
    assert asking.returncode == 1
    assert "ended in the middle of the answer" in err and "Ask again" in err
    wait_for(lambda: not [p for p in engines if p.is_running() and p.status() != psutil.STATUS_ZOMBIE], 2)
    assert turns(home)[0] == ("user", "tell me a story", "whole")
    assert turns(home)[1][1]
    again = home.run("ask", "still there?", "--max-tokens", "3")
    assert again.returncode == 0


def test_the_daemon_leaves_when_idle(home: Home) -> None:
    home.fake("small", answer="Paris.")
    home.settings("[daemon]\nidle_exit_seconds = 1")
    assert home.run("ask", "x").returncode == 0
    wait_for(lambda: home.daemon_pid() is None and not home.processes())


def test_a_second_daemon_is_refused_and_stop_stops(home: Home) -> None:
    home.fake("small", answer="Paris.")
    home.run("ask", "x")
    second = home.run("serve")
    assert second.returncode == 1
    assert "already runs" in second.stderr
    assert "jarvis stop" in second.stderr
    assert home.run("stop").returncode == 0
    assert home.processes() == []
    assert "not running" in home.run("stop").stderr


@pytest.mark.parametrize("damage", ["", "{not json", '{"pid": 1}'])
def test_a_stale_lock_file_is_no_daemon(home: Home, damage: str) -> None:
    home.fake("small", answer="Paris.")
    home.paths.state.mkdir(parents=True)
    home.paths.lock.write_text(damage)
    assert home.run("ask", "x").stdout == "Paris.\n"


def test_a_taken_port_does_not_stop_a_question(home: Home) -> None:
    import socket

    home.fake("small", answer="Paris.")
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        config = Path(home.folder / "config" / "config.toml")
        config.write_text(config.read_text().replace("port = 0", f"port = {port}"))
        assert home.run("ask", "x").stdout == "Paris.\n"
        home.run("stop")
        refused = home.run("serve")
        assert refused.returncode == 1
        assert str(port) in refused.stderr


def test_a_daemon_that_is_leaving_is_waited_for(home: Home) -> None:
    home.fake("small", answer="Paris.", ignore_sigterm=True)  # its engine takes its time to go
    home.run("ask", "hi")
    pid = home.daemon_pid()
    assert pid is not None
    os.kill(pid, signal.SIGTERM)
    wait_for(lambda: home.daemon_pid() is None)
    assert psutil.pid_exists(pid)
    done = home.run("ask", "hi")
    assert (done.returncode, done.stdout) == (0, "Paris.\n"), done.stderr
    assert home.daemon_pid() not in (None, pid)


def test_a_relative_path_in_the_environment_is_the_callers(home: Home, tmp_path: Path) -> None:
    home.fake("small", answer="Paris.")
    home.environ["JARVIS_TELEMETRY_JSONL"] = "logs/metrics.jsonl"
    asked = subprocess.run(
        home.command("ask", "hi"), stdin=subprocess.DEVNULL, capture_output=True, env=home.environ, cwd=tmp_path
    )
    assert asked.returncode == 0, asked.stderr
    wait_for((tmp_path / "logs" / "metrics.jsonl").exists)


def test_stop_waits_for_a_daemon_that_is_already_leaving(home: Home) -> None:
    home.fake("small", answer="Paris.", ignore_sigterm=True)
    home.run("ask", "hi")
    pid = home.daemon_pid()
    assert pid is not None
    os.kill(pid, signal.SIGTERM)
    wait_for(lambda: home.daemon_pid() is None)
    done = home.run("stop")
    assert (done.returncode, f"process {pid}" in done.stderr) == (0, True), done.stderr
    assert home.processes() == []


def test_ctrl_c_while_another_daemon_is_waited_for(home: Home) -> None:
    home.fake("small", answer="Paris.")
    with hold(home.paths):  # one that neither listens nor leaves
        asking = home.start("ask", "hi", stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
        wait_for(home.paths.logs.is_dir)
        asking.send_signal(signal.SIGINT)
        _, err = asking.communicate(timeout=20)
    assert asking.returncode == 130
    assert "Traceback" not in err


def test_the_daemon_imports_nothing_from_the_callers_folder(home: Home, tmp_path: Path) -> None:
    home.fake("small", answer="Paris.")
    (tmp_path / "click.py").write_text("raise SystemExit('somebody else's module')")
    python, *words = home.command("ask", "hi")
    asked = subprocess.run(
        [python, "-P", *words], stdin=subprocess.DEVNULL, capture_output=True, env=home.environ, cwd=tmp_path
    )
    assert (asked.returncode, asked.stdout) == (0, b"Paris.\n"), asked.stderr


def test_what_a_dead_daemon_left_running_is_ended(home: Home) -> None:
    home.fake("small", answer="Paris.")
    dead = subprocess.Popen(["true"])
    dead.wait()
    namespace = os.readlink("/proc/self/ns/pid").strip("pid:[]")
    left = subprocess.Popen(
        ["sleep", "600"], env={TAG: f"{dead.pid}.1.{namespace}.1"}, start_new_session=True
    )  # in a group of its own: the whole group is ended
    try:
        assert home.run("ask", "hi").returncode == 0
        assert left.wait(10) == -signal.SIGKILL
    finally:
        left.kill()
        left.wait()


def test_a_closed_terminal_stops_the_server_in_it(home: Home) -> None:
    home.settings("")  # on a free port
    for before, status in ([[], 0], [["nohup"], None]):
        serving = subprocess.Popen(
            [*before, *home.command("serve")], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=home.environ
        )
        assert serving.stderr is not None
        while b"listens" not in serving.stderr.readline():
            assert serving.poll() is None
        serving.send_signal(signal.SIGHUP)
        if status is None:
            assert home.run("history").returncode == 0
            assert serving.poll() is None
            serving.terminate()
        _, err = serving.communicate(timeout=20)
        assert serving.returncode == 0 and b"Finished server process" in err


def test_a_folder_that_is_gone(home: Home, tmp_path: Path) -> None:
    home.fake("small", answer="Paris.")
    (tmp_path / "gone").mkdir()
    script = ["bash", "-c", 'cd "$0" && rmdir "$0" && exec "$@"', str(tmp_path / "gone"), *home.command("ask", "hi")]
    asked = subprocess.run(script, stdin=subprocess.DEVNULL, capture_output=True, env=home.environ)
    assert (asked.returncode, asked.stdout) == (0, b"Paris.\n"), asked.stderr


def test_a_daemon_that_starts_keeps_a_copy_of_the_configuration_to_go_back_to(home: Home) -> None:
    home.fake("small", answer="Hello.")
    file = home.paths.config_file
    written = file.read_text()
    assert home.run("ask", "hi").returncode == 0
    file.write_text("[server")
    broken = home.run("ask", "hi")
    assert broken.returncode == 2
    command = broken.stderr.split("`")[1]
    subprocess.run(["sh", "-c", command], check=True, timeout=60)
    assert file.read_text() == written
    assert home.run("ask", "hi").returncode == 0
