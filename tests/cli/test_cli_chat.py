"""``jarvis chat`` as its user has it: from a pipe, and on a real pseudo-terminal."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import threading

import psutil
import pytest

from home import Home, turns, wait_for


def test_chat_from_a_pipe(home: Home) -> None:
    home.fake("echo")
    lines = "/good\nhello there\n/why\n/good\n/bad\n/nonsense\n/stats\n/new\nsecond talk\n/quit\nnever asked\n"
    done = home.run("chat", stdin=lines)
    assert done.returncode == 0, done.stderr
    assert "hello there" in done.stdout and "second talk" in done.stdout
    assert "never asked" not in done.stdout
    assert "echo answered" in done.stderr  # /why
    assert "Nothing was answered yet" in done.stderr  # the first /good
    assert "echo did well" in done.stderr and "echo did badly" in done.stderr
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
    home.paths.state.mkdir(parents=True)
    (home.paths.state / "chat_history").write_text("what an earlier version wrote down")
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
    assert not (home.paths.state / "chat_history").exists()


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


def test_ctrl_c_in_the_first_answer_keeps_the_conversation(home: Home) -> None:
    home.fake("slow", answer_tokens=100, tokens_per_second=50)
    chatting = home.start("chat", stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert chatting.stdin is not None and chatting.stdout is not None
    chatting.stdin.write("first\n")
    chatting.stdin.flush()
    assert os.read(chatting.stdout.fileno(), 100)
    chatting.send_signal(signal.SIGINT)
    wait_for(lambda: any(t[2] == "stopped" for t in turns(home)))
    _, err = chatting.communicate("second\n", timeout=60)
    assert "kept" in err
    assert [(t[0], t[2]) for t in turns(home)] == [
        ("user", "whole"), ("assistant", "stopped"), ("user", "whole"), ("assistant", "whole")
    ]  # fmt: skip
    assert len(json.loads(home.run("history", "--json").stdout)["conversations"]) == 1


@pytest.mark.parametrize("how", ["option", "setting"])
def test_a_chat_that_is_not_stored_remembers_while_it_lasts(home: Home, how: str) -> None:
    home.fake("echo")
    # without what memory has to say of "who am I?", which is longer than the rest
    home.settings("[memory]\nrecall = false" + ("\n[assistant]\nstore = false" if how == "setting" else ""))
    words = ["--no-store"] if how == "option" else []
    done = home.run("chat", "--json", *words, stdin="my name is Ana\nwho am I?\n/new\nwho am I?\n")
    first, second, anew = (json.loads(line) for line in done.stdout.splitlines())
    assert second["usage"]["prompt_tokens"] > first["usage"]["prompt_tokens"] + 5
    assert anew["usage"]["prompt_tokens"] < first["usage"]["prompt_tokens"]
    assert turns(home) == []


def test_a_tall_answer_is_printed_once(home: Home) -> None:
    """While it grows no more than the screen is drawn anew: what scrolls away is the answer, not copies of it."""
    home.fake("slow", answer="\n\n".join(f"paragraph-{i}" for i in range(60)), tokens_per_second=30)
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 12, 80, 0, 0))
    chatting = home.start("chat", "--no-daemon", stdin=subprocess.PIPE, stdout=theirs, stderr=subprocess.DEVNULL)
    os.close(theirs)
    assert chatting.stdin is not None
    chatting.stdin.write("go on\n")
    chatting.stdin.close()
    drawn = b""
    with contextlib.suppress(OSError):
        while data := os.read(ours, 4096):
            drawn += data
    os.close(ours)
    assert chatting.wait(60) == 0
    *frames, printed = drawn.split(b"\x1b[2K")  # the line before is taken back
    assert len(frames) > 10
    assert max(frame.count(b"\n") for frame in frames) < 12
    assert any(b"paragraph-30" in frame and b"paragraph-59" not in frame for frame in frames)  # its end is followed
    assert [int(number) for number in re.findall(rb"paragraph-(\d+)", printed)] == list(range(60))


def test_a_piped_chat_says_in_its_status_that_a_question_was_not_answered(home: Home) -> None:
    home.fake("echo")
    done = home.run("chat", "--model", "nobody", stdin="one\n/model echo\n/usr/bin/env is what?\n")
    assert done.returncode == 1, done.stderr
    assert "/usr/bin/env is what?" in done.stdout  # the rest is answered all the same


def test_a_model_that_cannot_be_had_is_said_with_the_step_that_helps(home: Home) -> None:
    home.fake("echo")
    done = home.run("chat", stdin="/model nope\n/model ecko\n/model qwen3-4b\nwho?\n")
    assert done.returncode == 1
    nope, _, ecko, _, absent, pull, *_ = [line for line in done.stderr.splitlines() if "background" not in line]
    assert "no model 'nope' in the catalog" in nope and "jarvis pull" not in nope + ecko
    assert "Did you mean 'echo'?" in ecko
    assert "qwen3-4b has not been downloaded" in absent and "jarvis pull qwen3-4b" in pull
    assert "who?" in done.stdout


def test_ctrl_c_while_a_pipe_is_waited_for(home: Home) -> None:
    home.fake("small", answer="Paris.")
    assert home.run("ask", "hi").returncode == 0  # starting a daemon takes a thread too
    chatting = home.start("chat", stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert chatting.stdin is not None and chatting.stdout is not None
    chatting.stdin.write("hi\n")
    chatting.stdin.flush()
    assert chatting.stdout.readline() == "Paris.\n"
    wait_for(lambda: psutil.Process(chatting.pid).num_threads() == 2)  # the second waits for the next line
    chatting.send_signal(signal.SIGINT)
    assert chatting.wait(20) == 130  # with its stdin still open
    chatting.stdin.close()
    chatting.stdout.close()
    assert chatting.stderr is not None
    with chatting.stderr as err:
        assert "Traceback" not in err.read()
