"""`jarvis voice` in a house without hardware; its ears and its voice are real."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import queue
import re
import shutil
import signal
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import psutil
import pytest
from pulse import RATE, House, pulse

from environments import pulled
from home import Home
from jarvis.cli.voicing import Voicing
from jarvis.daemon import find
from jarvis.voice.talk import Style

MODELS = ("whisper-base-mirror", "silero-vad", "smart-turn", "hibari")
SECONDS = 90.0
STORY = (
    "In the morning the boats come back to the harbour, one after the other.",
    "The fishermen carry their boxes to the market, where the cooks of the town are waiting for them.",
    "Later the gulls have the quay to themselves, and only the wind moves the ropes.",
)


class Run:
    """The command, and what it tells."""

    def __init__(self, home: Home, house: House, *options: str) -> None:
        environ = {**home.environ, **{k: house.env[k] for k in ("HOME", "PULSE_SERVER", "XDG_RUNTIME_DIR")}}
        self.process = subprocess.Popen(
            home.command("voice", "--json", *options), env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        self.events: list[dict[str, Any]] = []
        self._new: queue.Queue[None] = queue.Queue()
        self.errors = ""
        self._closed = False
        self._threads = [threading.Thread(target=one, daemon=True) for one in (self._read, self._complain)]
        for thread in self._threads:
            thread.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.events.append(json.loads(line))
            self._new.put(None)

    def _complain(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.errors += line

    def until(self, type: str, count: int = 1, wanted: Callable[[dict[str, Any]], bool] = lambda e: True) -> Any:
        limit = time.monotonic() + SECONDS
        while time.monotonic() < limit:
            found = [event for event in self.of(type) if wanted(event)]
            if len(found) >= count:
                return found[count - 1]
            assert self.process.poll() is None, self.errors
            try:
                self._new.get(timeout=0.2)
            except queue.Empty:
                continue
        raise AssertionError(f"no {type}: {[e['type'] for e in self.events]} {self.errors}")

    def of(self, type: str) -> list[dict[str, Any]]:
        return [event for event in list(self.events) if event["type"] == type]

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        code = self.process.wait(30)
        if self._closed:
            return code
        self._closed = True
        for thread in self._threads:
            thread.join(5)
        for pipe in (self.process.stdout, self.process.stderr):
            assert pipe is not None
            pipe.close()
        return code


@pytest.fixture
def furnished(home: Home) -> Home:
    home.settings("[models]\ncommunity = true")
    for name in MODELS:
        file = pulled(name)
        source = next(folder for folder in file.parents if folder.name == name)
        shutil.copytree(source, home.paths.models / name, copy_function=os.link, dirs_exist_ok=True)
    home.fake("mind", answer="I do not know.")
    return home


@pytest.fixture
def room(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[House]:
    """Its microphone hears the loudspeaker so many milliseconds late, if it does."""
    folder = tmp_path / "room"
    folder.mkdir()
    with pulse(folder, getattr(request, "param", None)) as house:
        yield house


def spoken(home: Home, text: str) -> bytes:
    """As hibari says it, for the microphone."""
    address = find(home.paths)
    assert address is not None
    asked = {"input": text, "model": "hibari", "response_format": "pcm", "language": "en"}
    headers = {"Authorization": f"Bearer {home.paths.token.read_text().strip()}"}
    reply = httpx.post(f"{address.url}/v1/audio/speech", json=asked, headers=headers, timeout=60)
    reply.raise_for_status()
    sound = np.frombuffer(reply.content, "<i2").astype(float)
    at = np.arange(int(len(sound) * RATE / 24_000)) * 24_000 / RATE
    return np.interp(at, np.arange(len(sound)), sound).astype("<i2").tobytes()


def test_it_is_talked_with_and_interrupted(furnished: Home, room: House, request: pytest.FixtureRequest) -> None:
    run = Run(furnished, room)
    request.addfinalizer(run.stop)
    run.until("jarvis.ready")
    question = spoken(furnished, "What is the time?")
    recorder = room.recorder()
    room.say(question)
    understood = run.until("jarvis.understood", 1, lambda e: e["meaning"] == "speaks")
    assert "time" in understood["text"].lower()
    measured = run.until("jarvis.measured")
    assert measured["model"] == "clock" and measured["mouth"] == "hibari" and measured["first_audio"] > 0
    time.sleep(2)
    assert np.abs(np.frombuffer(recorder.taken(), "<i2")).max() > 1000, "it is heard"
    room.say(question)  # over the answer
    run.until("jarvis.interrupted")
    cut = run.until("conversation.item.truncated")["transcript"]
    said = run.of("response.done")[0]["response"]["output"][0]["content"][0]["transcript"]
    assert said.startswith(cut) and len(cut) < len(said)
    run.until("jarvis.measured", 2)
    time.sleep(4)
    assert len([e for e in run.of("jarvis.understood") if e["meaning"] == "speaks"]) == 2
    children = psutil.Process(furnished.daemon_pid()).children(recursive=True)
    ears = next(one for one in children if "jarvis.speech.hear._whisper_child" in one.cmdline()[:6])
    saying = room.say(question, wait=False)
    time.sleep(0.7)
    ears.kill()  # in the middle of the sentence
    saying.wait()
    time.sleep(2)
    answered = len(run.of("jarvis.measured"))
    room.say(question)
    run.until("jarvis.measured", answered + 1)
    time.sleep(4)  # over its voice the first word may be lost
    saying = room.say(spoken(furnished, "Tell me what the time is in the city of Berlin."), wait=False)
    time.sleep(1.2)
    os.kill(furnished.daemon_pid(), signal.SIGKILL)  # the whole of Jarvis
    saying.wait()
    whole = run.until("jarvis.understood", 1, lambda e: "berlin" in e["text"].lower())["text"]
    assert "tell me" in whole.lower(), "it is heard from its beginning"
    room.unplug()
    assert run.process.wait(SECONDS) == 1
    assert run.stop() == 1
    assert "went away" in run.errors and "--list-devices" in run.errors
    assert "Expression" not in run.errors, "PortAudio's own words"
    assert (furnished.paths.logs / "sound.log").exists()


@pytest.mark.parametrize("room", [40], indirect=True)
def test_it_hears_who_speaks_over_it_and_not_itself(
    furnished: Home, room: House, request: pytest.FixtureRequest
) -> None:
    """`bench/voice.py echo`, short: three answers, and the same command lets itself be interrupted."""
    furnished.fake("talker", answer=" ".join(STORY))
    run = Run(furnished, room, "--model", "talker")
    request.addfinalizer(run.stop)
    run.until("jarvis.ready")
    question, over = (
        spoken(furnished, "Tell me about the harbour."),
        spoken(furnished, "How much is seven times eight?"),
    )
    asked = 0

    def ask() -> None:
        nonlocal asked
        asked += 1
        answers = len(run.of("response.done"))
        room.say(question)
        run.until("jarvis.spoken", 1, lambda e: e["response_id"] == f"resp_{asked}")
        run.until("response.done", answers + 1)

    for _ in range(2):
        ask()
        time.sleep(seconds(run, asked) + 2.0)
        assert len(turns(run)) == asked, turns(run)
    for _ in range(3):  # a machine that is busy may need it said again, as people do
        ask()
        time.sleep(3.0)
        room.say(over)
        time.sleep(2.0)
        if run.of("jarvis.interrupted"):
            break
    run.until("jarvis.interrupted")
    run.until("jarvis.understood", asked + 1, lambda e: e["meaning"] == "speaks")
    assert set(turns(run)[asked:]) != set(turns(run)[:asked]), turns(run)


def turns(run: Run) -> list[str]:
    """What was taken for a question."""
    return [event["text"] for event in run.of("jarvis.understood") if event["meaning"] == "speaks"]


def seconds(run: Run, answer: int) -> float:
    """How long it takes to say an answer."""
    return sum(e["seconds"] for e in run.of("jarvis.spoken") if e["response_id"] == f"resp_{answer}")


def test_the_devices_are_listed(home: Home, room: House) -> None:
    environ = {**home.environ, **{k: room.env[k] for k in ("HOME", "PULSE_SERVER", "XDG_RUNTIME_DIR")}}
    plain = subprocess.run(
        home.command("voice", "--list-devices"), env=environ, capture_output=True, text=True, timeout=60
    )
    assert plain.returncode == 0 and "default" in plain.stdout and "DEVICE" in plain.stdout
    listed = subprocess.run(
        home.command("voice", "--list-devices", "--json"), env=environ, capture_output=True, text=True, timeout=60
    )
    assert any(device["is_default_input"] for device in json.loads(listed.stdout))


def test_without_a_microphone_it_says_what_to_do(home: Home, tmp_path: Path) -> None:
    environ = {**home.environ, "HOME": str(tmp_path), "PULSE_SERVER": "unix:/nowhere"}
    done = subprocess.run(home.command("voice"), env=environ, capture_output=True, text=True, timeout=60)
    if "PortAudio" in done.stderr or "sounddevice" in done.stderr:
        assert done.returncode == 1 and "→" in done.stderr
        return
    assert done.returncode == 1 and "no microphone" in done.stderr and "arecord -l" in done.stderr


def test_two_ways_at_once_are_none(home: Home) -> None:
    done = home.run("voice", "--push", "--wake")
    assert done.returncode == 2 and "exclude" in done.stderr


def test_an_answer_that_fails_is_told_with_the_next_step(capsys: pytest.CaptureFixture[str]) -> None:
    voicing = Voicing(Style(speaks=False), "", "", as_json=False, yes=False)
    error = {"message": "There is no conversation 'zzzz'.", "hint": "See `jarvis history`."}
    response = {"status": "failed", "status_details": {"type": "failed", "error": error}}
    voicing._told({"type": "response.done", "response": response})
    assert "✗ There is no conversation 'zzzz'. See `jarvis history`." in capsys.readouterr().err
    voicing._told({"type": "response.done", "response": {"status": "completed"}})
    assert "✗" not in capsys.readouterr().err


@pytest.mark.parametrize("events", [("jarvis.ready", "session.updated"), ("session.updated", "jarvis.ready")])
def test_it_listens_when_it_is_known_that_it_can(events: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """What hears may be loaded before it is looked who is to answer."""
    voicing = Voicing(Style(speaks=False), "", "", as_json=False, yes=False)
    for _ in range(2):
        voicing._told({"type": "session.created"})
        voicing._told({"type": events[0]})
        assert "q " not in capsys.readouterr().err
        voicing._told({"type": events[1]})
        assert "q " in capsys.readouterr().err


def test_what_is_missing_is_named_before_anything_is_fetched(home: Home, room: House) -> None:
    run = Run(home, room)
    assert run.process.wait(SECONDS) == 1 and run.stop() == 1
    assert "silero-vad" in run.errors and "jarvis voice --yes" in run.errors


@pytest.mark.parametrize("option", ["--model", "--speaker", "--continue"])
def test_who_is_not_there_is_told_before_anybody_speaks(option: str, furnished: Home, room: House) -> None:
    run = Run(furnished, room, option, "nobody")
    assert run.process.wait(SECONDS) == 1 and run.stop() == 1
    assert "nobody" in run.errors and "→" in run.errors and not run.of("input_audio_buffer.speech_started")


def on_a_terminal(home: Home, house: House, columns: int) -> tuple[subprocess.Popen[bytes], int]:
    """The command, and the near end of its terminal."""
    mine, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environ = {**home.environ, **{k: house.env[k] for k in ("HOME", "PULSE_SERVER", "XDG_RUNTIME_DIR")}}
    process = subprocess.Popen(home.command("voice"), env=environ, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    return process, mine


def test_whoever_ends_it_has_the_terminal_as_it_was(furnished: Home, room: House) -> None:
    process, terminal = on_a_terminal(furnished, room, 80)
    before = termios.tcgetattr(terminal)[3]
    try:
        shown = b""
        while b"q leaves" not in shown:
            shown += os.read(terminal, 4096)
        assert not termios.tcgetattr(terminal)[3] & termios.ICANON, "keys come at once"
        process.send_signal(signal.SIGTSTP)  # Ctrl-Z
        while psutil.Process(process.pid).status() != psutil.STATUS_STOPPED:
            time.sleep(0.05)
        assert termios.tcgetattr(terminal)[3] == before
        time.sleep(2)
        process.send_signal(signal.SIGCONT)
        time.sleep(2)
        assert not termios.tcgetattr(terminal)[3] & termios.ICANON and process.poll() is None, "no device was lost"
        process.terminate()
        assert process.wait(30) == 130
        assert termios.tcgetattr(terminal)[3] == before
    finally:
        process.kill()
        process.wait()
        os.close(terminal)


@pytest.mark.parametrize("columns", [80, 16])
def test_what_is_heard_is_shown_on_one_line(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    mine, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with os.fdopen(theirs, "w") as terminal:
        monkeypatch.setattr("sys.stderr", terminal)
        voicing = Voicing(Style(), "", "", as_json=False, yes=False)
        voicing._told({"type": "jarvis.partial", "confirmed": "one two three " * 20, "tail": "and the last of it"})
        terminal.flush()
        shown = os.read(mine, 4096).decode()
    os.close(mine)
    plain = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", shown).strip("\r\n")
    assert len(plain) < columns and plain.endswith("it")


def test_space_pressed_twice_at_once_is_no_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    voicing = Voicing(Style(push=True), "", "", as_json=False, yes=False)
    voicing._told({"type": "jarvis.listening", "on": False})
    assert voicing._state == "thinking"
    voicing._told({"type": "error", "error": {"code": "empty", "message": "no sound", "hint": "commit"}})
    assert voicing._state == "" and "commit" not in capsys.readouterr().err
