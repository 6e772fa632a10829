"""``jarvis ask`` as its user has it: a daemon in the background, an answer on stdout, the rest on stderr."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import select
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from home import CARD, SUM_OF_ONE_ZERO, Home

KEYS = {
    "answer", "reasoning", "model", "engine", "device", "route", "cache", "usage", "cost_usd", "seconds", "conversation"
}  # fmt: skip


def wait_for(condition: Callable[[], object], seconds: float = 20) -> object:
    limit = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < limit, "it did not happen"
        time.sleep(0.02)
    return found


def turns(home: Home) -> list[tuple[str, str, str]]:
    db = sqlite3.connect(f"file:{home.paths.database}?mode=ro", uri=True)
    try:
        return db.execute("SELECT role, text, state FROM turns ORDER BY id").fetchall()
    finally:
        db.close()


def test_answer_on_stdout_and_the_rest_on_stderr(home: Home) -> None:
    home.fake("small", answer="Paris.")
    first = home.run("ask", "What is the capital of France?")
    assert (first.returncode, first.stdout) == (0, "Paris.\n")
    assert "runs in the background" in first.stderr
    pid = home.daemon_pid()
    second = home.run("ask", "And of Spain?")
    assert (second.returncode, second.stdout, second.stderr) == (0, "Paris.\n", "")
    assert home.daemon_pid() == pid


def test_a_model_that_has_just_come_answers_at_once(home: Home) -> None:
    home.fake("small", answer="Paris.")
    later = home.folder / "later.bin"
    later.write_bytes(b"\0")
    card = CARD.format(name="later", kind="chat", context=4096, parameters=9, path=later, sum=SUM_OF_ONE_ZERO)
    (home.folder / "config" / "models" / "later.toml").write_text(card)
    assert home.run("ask", "--model", "later", "hi").returncode == 1
    assert home.run("ask", "hi").stdout == "Paris.\n"
    assert home.run("pull", "later").returncode == 0
    done = home.run("ask", "--json", "--model", "later", "hi")
    assert (done.returncode, json.loads(done.stdout)["model"]) == (0, "later"), done.stderr


def test_json_has_every_key_and_nothing_else_on_stdout(home: Home) -> None:
    home.fake("small", answer="Paris.", reasoning="It is France.")
    done = home.run("ask", "--json", "capital of France?", "--model", "small")
    body = json.loads(done.stdout)
    assert set(body) == KEYS
    assert (body["answer"], body["reasoning"], body["model"], body["engine"]) == (
        "Paris.", "It is France.", "small", "fake"
    )  # fmt: skip
    assert set(body["usage"]) == {"prompt_tokens", "completion_tokens"}
    assert set(body["seconds"]) == {"queue", "load", "first_token", "total"}
    assert body["usage"]["completion_tokens"] > 0
    assert body["cost_usd"] == 0


def test_spanish(home: Home) -> None:
    home.fake("small", answer="París.")
    home.environ["JARVIS_LANG"] = "es"
    done = home.run("ask", "¿Cuál es la capital de Francia?")
    assert done.stdout == "París.\n"
    assert "segundo plano" in done.stderr
    absent = home.run("ask", "x", "--model", "qwen3-4b")
    assert absent.returncode == 1
    assert "jarvis pull qwen3-4b" in absent.stderr
    assert "está" in absent.stderr


def test_the_configured_language_is_spoken(home: Home) -> None:
    home.fake("small", answer="Hola.")
    del home.environ["JARVIS_LANG"]
    config = home.folder / "config" / "config.toml"
    config.write_text('language = "es"\n' + config.read_text())
    assert "segundo plano" in home.run("ask", "x").stderr
    home.environ["JARVIS_LANG"] = "en"
    assert "There is no model" in home.run("ask", "x", "-m", "nobody").stderr


def test_what_is_piped_in_is_asked_about(home: Home) -> None:
    home.fake("echo")
    done = home.run("ask", "what failed here?", stdin="disk full on sda1\n")
    assert "what failed here?" in done.stdout
    assert "disk full on sda1" in done.stdout


def test_nothing_asked_is_a_usage_error(home: Home) -> None:
    done = home.run("ask")
    assert done.returncode == 2
    assert "Nothing was asked" in done.stderr
    assert home.daemon_pid() is None


def test_a_conversation_goes_on(home: Home) -> None:
    home.fake("echo")
    first = json.loads(home.run("ask", "--json", "my name is Ana").stdout)
    second = json.loads(home.run("ask", "--json", "-c", first["conversation"][:6], "what is my name?").stdout)
    assert second["conversation"] == first["conversation"]
    assert second["usage"]["prompt_tokens"] > first["usage"]["prompt_tokens"] + 5
    assert [t[0] for t in turns(home)] == ["user", "assistant", "user", "assistant"]
    missing = home.run("ask", "-c", "zzzz", "x")
    assert missing.returncode == 1
    assert "jarvis history" in missing.stderr


def test_no_store_keeps_nothing(home: Home) -> None:
    home.fake("echo")
    assert home.run("ask", "--no-store", "secret").returncode == 0
    assert turns(home) == []


def test_no_daemon_leaves_nothing_running(home: Home) -> None:
    home.fake("small", answer="Paris.")
    done = home.run("ask", "--no-daemon", "x")
    assert (done.returncode, done.stdout) == (0, "Paris.\n")
    assert home.processes() == []


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


def test_ctrl_c_keeps_what_was_said(home: Home) -> None:
    home.fake("slow", answer_tokens=2000, tokens_per_second=50)
    asking = home.start("ask", "go on", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert asking.stdout is not None
    said = os.read(asking.stdout.fileno(), 100)
    assert said
    asking.send_signal(signal.SIGINT)
    _, err = asking.communicate(timeout=20)
    assert asking.returncode == 130
    assert "kept" in err
    wait_for(lambda: [t for t in turns(home) if t[2] == "stopped"])
    role, text, _ = turns(home)[-1]
    assert role == "assistant"
    assert text


def test_kill_9_of_the_daemon_loses_no_question_and_leaves_no_engine(home: Home) -> None:
    home.fake("slow", answer_tokens=2000, tokens_per_second=50)
    asking = home.start(
        "ask", "remember this", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert asking.stdout is not None
    os.read(asking.stdout.fileno(), 100)
    wait_for(lambda: any(t[2] == "partial" for t in turns(home)))
    engines = [p for p in psutil.Process(home.daemon_pid()).children(recursive=True)]
    assert engines
    os.kill(home.daemon_pid() or 0, signal.SIGKILL)
    _, err = asking.communicate(timeout=20)
    assert asking.returncode == 1
    assert "does not answer" in err
    wait_for(lambda: not [p for p in engines if p.is_running() and p.status() != psutil.STATUS_ZOMBIE], 2)
    assert turns(home)[0] == ("user", "remember this", "whole")
    assert turns(home)[1][1]
    again = home.run("ask", "still there?", "--max-tokens", "3")
    assert again.returncode == 0


def engine(home: Home) -> psutil.Process | None:
    """The engine's own process: the child of the guardian."""
    daemon = home.daemon_pid()
    below = psutil.Process(daemon).children(recursive=True) if daemon else []
    return next(
        (p for p in below if "_fake_server" in " ".join(p.cmdline()) and "guardian" not in " ".join(p.cmdline())), None
    )


def test_an_engine_that_dies_before_it_speaks_is_started_again(home: Home) -> None:
    home.fake("weak", answer="four words it says", prompt_tokens_per_second=20)
    assert home.run("ask", "hello").returncode == 0
    found = engine(home)
    assert found is not None
    asking = home.start("ask", "word " * 40, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    wait_for(lambda: len(turns(home)) == 3)  # it is being read, for two seconds at least
    found.kill()
    out, err = asking.communicate(timeout=60)
    assert (asking.returncode, out) == (0, "four words it says\n"), err
    assert "started again" in err


def test_an_engine_killed_while_idle_costs_nobody_an_answer(home: Home) -> None:
    home.fake("small", answer="Paris.")
    home.run("ask", "x")
    found = engine(home)
    assert found is not None
    found.kill()
    again = home.run("ask", "x")
    assert (again.returncode, again.stdout) == (0, "Paris.\n"), again.stderr


def test_an_engine_that_dies_mid_answer_is_said_and_the_next_question_served(home: Home) -> None:
    home.fake("weak", answer_tokens=30, tokens_per_second=100, crash_after_tokens=40)
    assert home.run("ask", "one").returncode == 0
    second = home.run("ask", "two")
    assert second.returncode == 1
    assert second.stdout
    assert "weak" in second.stderr
    assert [t[2] for t in turns(home)] == ["whole", "whole", "whole", "error"]
    assert home.run("ask", "three").returncode == 0


def test_a_model_that_cannot_load_says_why(home: Home) -> None:
    home.fake("big", out_of_memory="load")
    done = home.run("ask", "x")
    assert done.returncode == 1
    assert "memory" in done.stderr
    assert "Traceback" not in done.stderr


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


def test_a_question_longer_than_the_context(home: Home) -> None:
    home.fake("small", context=256)
    done = home.run("ask", "word " * 600)
    assert done.returncode == 1
    assert "256" in done.stderr
    assert "models.context" in done.stderr


def test_history(home: Home) -> None:
    home.fake("small", answer="El camión rojo.")
    home.run("ask", "¿Qué viste?")
    home.run("ask", "otra cosa")
    listed = json.loads(home.run("history", "--json").stdout)["conversations"]
    assert [c["title"] for c in listed] == ["otra cosa", "¿Qué viste?"]
    shown = home.run("history", "show", listed[1]["id"]).stdout
    assert "¿Qué viste?" in shown and "El camión rojo." in shown
    assert "«camión»" in home.run("history", "search", "CAMION").stdout
    exported = [json.loads(line) for line in home.run("history", "export").stdout.splitlines()]
    assert [e["title"] for e in exported] == ["¿Qué viste?", "otra cosa"]
    assert home.run("history", "delete", listed[1]["id"], stdin="n\n").returncode == 130
    assert home.run("history", "delete", listed[1]["id"], "--yes").returncode == 0
    assert len(json.loads(home.run("history", "--json").stdout)["conversations"]) == 1
    assert "Nothing found" in home.run("history", "search", "viste").stderr


def test_stats(home: Home) -> None:
    home.fake("small", answer="one two three")
    for _ in range(3):
        home.run("ask", "x")
    home.run("ask", "x", "--model", "nobody")
    body = json.loads(home.run("stats", "--json").stdout)
    assert (body["queries"], body["errors"]) == (4, 1)
    assert body["models"]["small"]["queries"] == 3
    assert body["models"]["small"]["completion_tokens"] == 9
    assert "small" in home.run("stats", "--since", "1h").stdout
    assert home.run("stats", "--since", "soon").returncode == 2


def test_jsonl_telemetry(home: Home) -> None:
    home.fake("small", answer="one")
    home.settings('[telemetry]\njsonl = "metrics.jsonl"')
    home.run("ask", "q" * 200)
    (line,) = (home.folder / "config" / "metrics.jsonl").read_text().splitlines()
    event = json.loads(line)
    assert event["question"] == "q" * 100
    assert event["model"] == "small"
    assert event["memory_bytes"]["cpu"] > 0


def test_chat_from_a_pipe(home: Home) -> None:
    home.fake("echo")
    lines = "hello there\n/why\n/model nobody\n/nonsense\n/stats\n/new\nsecond talk\n/quit\nnever asked\n"
    done = home.run("chat", stdin=lines)
    assert done.returncode == 0, done.stderr
    assert "hello there" in done.stdout and "second talk" in done.stdout
    assert "never asked" not in done.stdout
    assert "echo answered" in done.stderr  # /why
    assert "jarvis pull nobody" in done.stderr
    assert "There is no /nonsense" in done.stderr
    assert "1 answers" in done.stderr
    assert len({t[1] for t in turns(home) if t[0] == "user"}) == 2


def test_chat_json_is_a_line_an_answer(home: Home) -> None:
    home.fake("echo")
    done = home.run("chat", "--json", stdin="one\ntwo\n")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == 2
    assert answers[0]["conversation"] == answers[1]["conversation"]


def test_chat_on_a_terminal(home: Home) -> None:
    """Markdown, multi-line input, Ctrl-C in an answer, on a real pseudo-terminal."""
    home.fake("slow", answer="**bold** word and more", tokens_per_second=400)
    ours, theirs = pty.openpty()
    chatting = home.start("chat", stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
    os.close(theirs)
    seen = bytearray()

    def read() -> None:
        while select.select([ours], [], [], 30)[0]:
            try:
                data = os.read(ours, 4096)
            except OSError:
                return
            if not data:
                return
            seen.extend(data)
            if b"\x1b[6n" in data:  # prompt_toolkit asks where the cursor is
                os.write(ours, b"\x1b[1;1R")

    reader = threading.Thread(target=read)
    reader.start()
    try:
        wait_for(lambda: "›" in seen.decode(errors="replace"))
        os.write(ours, b"first line\\\r")
        wait_for(lambda: "…" in seen.decode(errors="replace"))
        os.write(ours, b"second line\r")
        wait_for(lambda: b"bold" in seen and b"**bold**" not in seen.replace(b"**bold** word and more", b""))
        wait_for(lambda: [t for t in turns(home) if t[0] == "assistant" and t[2] == "whole"])
        wait_for(lambda: seen.decode(errors="replace").count("›") >= 2)
        os.write(ours, b"/quit\r")
        assert chatting.wait(20) == 0
    finally:
        chatting.kill()
        chatting.wait()
        reader.join(35)
        os.close(ours)
    assert turns(home)[0][1] == "first line\nsecond line"


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


def test_what_is_not_to_be_stored_is_not(home: Home) -> None:
    home.settings("[assistant]\nstore = false")
    home.fake("small", answer="Paris.")
    assert home.run("ask", "a secret").returncode == 0
    assert turns(home) == []


def test_an_answer_cannot_drive_the_terminal(home: Home) -> None:
    home.fake("small", answer="red \x1b[31m\x1b]52;c;ZXZpbA==\x07 and\ttab")
    assert home.run("ask", "hi").stdout == "red \x1b[31m\x1b]52;c;ZXZpbA==\x07 and\ttab\n"
    mine, theirs = pty.openpty()
    asking = home.start("ask", "hi", stdout=theirs, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(theirs)
    said = b""
    with contextlib.suppress(OSError):
        while data := os.read(mine, 1024):
            said += data
    os.close(mine)
    assert asking.wait(30) == 0
    assert said.replace(b"\r", b"") == b"red [31m]52;c;ZXZpbA== and\ttab\n"


def test_a_relative_path_in_the_environment_is_the_callers(home: Home, tmp_path: Path) -> None:
    home.fake("small", answer="Paris.")
    home.environ["JARVIS_TELEMETRY_JSONL"] = "logs/metrics.jsonl"
    asked = subprocess.run(
        home.command("ask", "hi"), stdin=subprocess.DEVNULL, capture_output=True, env=home.environ, cwd=tmp_path
    )
    assert asked.returncode == 0, asked.stderr
    wait_for((tmp_path / "logs" / "metrics.jsonl").exists)


def test_a_chat_outlives_its_daemon(home: Home) -> None:
    home.fake("small", answer="Paris.")
    chatting = home.start("chat", stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert chatting.stdin is not None and chatting.stdout is not None
    for _ in range(2):
        chatting.stdin.write("hi\n")
        chatting.stdin.flush()
        assert chatting.stdout.readline() == "Paris.\n"
        assert home.run("stop").returncode == 0
    chatting.stdin.close()
    assert chatting.wait(30) == 0
    chatting.stdout.close()
