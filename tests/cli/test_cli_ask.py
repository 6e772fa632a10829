"""``jarvis ask`` as its user has it: a daemon in the background, an answer on stdout, the rest on stderr."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import signal
import socket
import subprocess
from contextlib import suppress
from dataclasses import replace

import psutil
import pytest

from home import CARD, SUM_OF_ONE_ZERO, Home, turns, wait_for
from jarvis import wiring
from jarvis.assistant.conversations import Conversations
from jarvis.store.database import Database
from jarvis.texts import say
from jarvis.words.chat import Audio, Image, Message, ToolCall
from jarvis.words.chat import Text as Said
from jarvis.words.person import OWNER

KEYS = {
    "answer", "reasoning", "model", "engine", "device", "route", "cache", "usage", "cost_usd", "seconds",
    "conversation", "finish_reason", "cached_at", "tried",
}  # fmt: skip


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


def test_an_answer_cut_at_its_limit_says_so(home: Home) -> None:
    home.fake("small", answer_tokens=100)
    done = home.run("ask", "--max-tokens", "7", "go on")
    assert done.returncode == 0 and len(done.stdout.split()) == 7
    assert "cut at its limit of 7 tokens" in done.stderr and "--max-tokens 14" in done.stderr
    assert [state for _, _, state in turns(home)] == ["whole", "limited"]
    assert "cut at its limit" in home.run("history", "show").stdout
    cut = home.run("ask", "--json", "--max-tokens", "7", "go on")
    assert json.loads(cut.stdout)["finish_reason"] == "length" and "--max-tokens 14" in cut.stderr
    whole = home.run("ask", "--json", "go on")
    assert (json.loads(whole.stdout)["finish_reason"], whole.stderr) == ("stop", "")


def test_a_model_that_is_removed_is_unloaded(home: Home) -> None:
    file = home.folder / "small.bin"
    file.write_bytes(b"\0")
    card = CARD.format(name="small", kind="chat", context=4096, parameters=9, path=file, sum=SUM_OF_ONE_ZERO)
    (home.folder / "config" / "models" / "small.toml").write_text(card)
    assert home.run("pull", "small").returncode == 0
    assert home.run("ask", "hi").returncode == 0
    assert [m["model"] for m in json.loads(home.run("ps", "--json").stdout)["models"]] == ["small"]
    assert home.run("models", "remove", "small").returncode == 0
    assert json.loads(home.run("ps", "--json").stdout)["models"] == []


def test_why_is_told_in_the_askers_language(home: Home) -> None:
    home.fake("small", answer="París.")
    home.run("ask", "hi")
    home.environ["JARVIS_LANG"] = "es"
    asked = json.loads(home.run("ask", "--json", "hola").stdout)
    assert asked["route"]["why"] == say("router.only_able", "es", model="small")


def test_an_answer_cut_by_the_context_says_so(home: Home) -> None:
    home.fake("small", context=512, answer_tokens=1000)
    done = home.run("ask", "go on")
    assert "filled the 512 tokens of small's context" in done.stderr and "model.small.context 1024" in done.stderr


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
    for words in ([], ["", "  "]):
        done = home.run("ask", *words)
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


def engine(home: Home) -> psutil.Process | None:
    """The engine's own process: the child of the guardian."""
    daemon = home.daemon_pid()
    below = psutil.Process(daemon).children(recursive=True) if daemon else []
    for process in below:
        with suppress(psutil.Error):  # others come and go
            words = " ".join(process.cmdline())
            if "_fake_server" in words and "guardian" not in words:
                return process
    return None


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


def test_an_engine_that_dies_mid_answer_is_gone_on_with_and_that_is_said(home: Home) -> None:
    home.fake("weak", answer_tokens=30, tokens_per_second=100, crash_after_tokens=40)
    first, second = home.run("ask", "one"), home.run("ask", "two")
    assert (first.returncode, second.returncode) == (0, 0)
    assert first.stdout == second.stdout
    assert "goes on from there" in second.stderr
    assert [t[2] for t in turns(home)] == ["whole"] * 4


def test_an_engine_that_always_dies_is_said_and_what_it_said_is_kept(home: Home) -> None:
    home.fake("weak", answer_tokens=60, tokens_per_second=100, crash_after_tokens=10)
    done = home.run("ask", "one")
    assert done.returncode == 1
    assert len(done.stdout.split()) == 3 * 9, "three attempts, each dies writing its tenth word"
    assert "weak" in done.stderr
    assert [t[2] for t in turns(home)] == ["whole", "error"]
    assert home.run("ask", "two").returncode == 1


def test_a_model_that_cannot_load_says_why(home: Home) -> None:
    home.fake("big", out_of_memory="load")
    done = home.run("ask", "x")
    assert done.returncode == 1
    assert "memory" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_question_longer_than_the_context(home: Home) -> None:
    home.settings("[models]\ncontext = 256")
    home.fake("small", context=2048)
    done = home.run("ask", "word " * 600)
    assert done.returncode == 1
    assert "256" in done.stderr
    assert "jarvis config set model.small.context" in done.stderr and "jarvis stop" in done.stderr


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
    assert home.run("history", "delete", listed[1]["id"], stdin="n\n").returncode == 1
    assert home.run("history", "delete", listed[1]["id"]).returncode == 1
    assert home.run("history", "delete", listed[1]["id"], "--yes").returncode == 0
    assert len(json.loads(home.run("history", "--json").stdout)["conversations"]) == 1
    assert "Nothing found" in home.run("history", "search", "viste").stderr


def test_stats(home: Home) -> None:
    home.fake("small", answer="one two three")
    for _ in range(3):
        done = home.run("ask", "x")
        assert done.returncode == 0, done.stderr
    home.run("ask", "x", "--model", "nobody")
    body = json.loads(home.run("stats", "--json").stdout)
    assert (body["queries"], body["errors"]) == (4, 1)
    assert body["models"]["small"]["queries"] == 3
    assert body["models"]["small"]["completion_tokens"] == 9
    assert "small" in home.run("stats", "--since", "1h").stdout
    assert home.run("stats", "--since", "soon").returncode == 2
    assert json.loads(home.run("stats", "--json", "--since", "9999999999w").stdout)["queries"] == 4


def test_jsonl_telemetry(home: Home) -> None:
    home.fake("small", answer="one")
    home.settings('[telemetry]\njsonl = "metrics.jsonl"')
    home.run("ask", "q" * 200)
    (line,) = (home.folder / "config" / "metrics.jsonl").read_text().splitlines()
    event = json.loads(line)
    assert event["question"] == "q" * 100
    assert event["model"] == "small"
    assert event["memory_bytes"]["cpu"] > 0


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


@pytest.mark.parametrize("how", [["--no-store", "--model", "slow"], ["--model", "loading"]])
def test_ctrl_c_does_not_claim_that_something_is_kept(home: Home, how: list[str]) -> None:
    home.fake("slow", answer_tokens=2000, tokens_per_second=50)
    home.fake("loading", load_seconds=60)
    words = ["ask", *how, "go on"]
    asking = home.start(*words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert asking.stdout is not None
    if "loading" in how:
        wait_for(lambda: home.daemon_pid() and engine(home))
    else:
        assert os.read(asking.stdout.fileno(), 100)
    asking.send_signal(signal.SIGINT)
    _, err = asking.communicate(timeout=20)
    assert asking.returncode == 130
    assert "Stopped." in err and "kept" not in err


def test_what_is_piped_in_late_is_waited_for(home: Home) -> None:
    home.fake("echo")
    asking = home.start("ask", "what failed?", stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert asking.stderr is not None
    assert "piped in" in asking.stderr.readline()
    out, _ = asking.communicate("disk full\n", timeout=30)
    assert asking.returncode == 0
    assert "what failed?" in out and "disk full" in out


def test_ctrl_c_in_the_first_download(home: Home) -> None:
    with socket.create_server(("127.0.0.1", 0)) as index:
        index.settimeout(30)
        home.environ |= {
            "PIP_CONFIG_FILE": "/dev/null",
            "PIP_INDEX_URL": f"http://127.0.0.1:{index.getsockname()[1]}/simple",
            "PIP_NO_INDEX": "0",
        }
        for name in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL"):
            home.environ.pop(name, None)
        asking = home.start("ask", "x", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        with index.accept()[0]:  # it has asked, and gets no answer
            asking.send_signal(signal.SIGINT)
            _, err = asking.communicate(timeout=10)
    assert asking.returncode == 130
    assert "Traceback" not in err
    wait_for(lambda: not home.processes())


def test_what_is_stored_cannot_drive_the_terminal(home: Home) -> None:
    home.fake("small", answer="red \x1b]52;c;ZXZpbA==\x07 done")
    assert home.run("ask", "a \x1b[2Jtitle").returncode == 0
    for words in (["history"], ["history", "show"], ["history", "delete", "last", "--yes"]):
        mine, theirs = pty.openpty()
        telling = home.start(*words, stdout=theirs, stdin=subprocess.DEVNULL, stderr=theirs)
        os.close(theirs)
        said = b""
        with contextlib.suppress(OSError):
            while data := os.read(mine, 1024):
                said += data
        os.close(mine)
        assert telling.wait(30) == 0
        assert said and b"\x1b]" not in said and b"\x1b[2J" not in said and b"\x07" not in said


async def test_all_that_is_stored_is_exported(home: Home) -> None:
    database = Database(home.paths.database, wiring.MIGRATIONS)
    talks = Conversations(database)
    name = await talks.begin(OWNER, "what is it?")
    picture, sound = Image("data:image/png;base64,AA=="), Audio("AAAA", "wav")
    await talks.add(OWNER, name, Message("user", (Said("what"), picture, sound, Said("is it?"))), "", "whole")
    calling = replace(Message.of("assistant", ""), tool_calls=(ToolCall("call_1", "look", '{"at": 1}'),))
    await talks.add(OWNER, name, calling, "m", "whole")
    await talks.add(OWNER, name, replace(Message.of("tool", "a cat"), tool_call_id="call_1"), "", "whole")
    database.close()
    asked, called, told = json.loads(home.run("history", "export").stdout)["turns"]
    assert asked["parts"] == [
        {"type": "text", "text": "what"},
        {"type": "image", "url": picture.url, "detail": "auto"},
        {"type": "audio", "data": "AAAA", "format": "wav"},
        {"type": "text", "text": "is it?"},
    ]
    assert called["tool_calls"] == [{"id": "call_1", "name": "look", "arguments": '{"at": 1}'}]
    assert told["tool_call_id"] == "call_1" and "parts" not in told
    shown = home.run("history", "show", name).stdout
    assert "[picture" in shown and "[sound" in shown and 'look({"at": 1})' in shown
