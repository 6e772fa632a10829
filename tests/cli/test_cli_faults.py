"""What goes wrong is said in one message with the next step, and a non-zero exit."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from home import Home, turns

GARBAGE = {"empty": b"", "not a model": b"hello" * 100, "cut off": b"GGUF\x03\0\0\0" + b"\xff" * 64}


def shown_well(text: str) -> bool:
    """One message and its hint, no traceback."""
    return "✗" in text and "→" in text and "Traceback" not in text


@pytest.mark.parametrize("what", GARBAGE)
def test_a_corrupt_model_file(home: Home, what: str) -> None:
    file = home.folder / "broken.gguf"
    file.write_bytes(GARBAGE[what])
    home.settings(f'[model."smollm2-135m-instruct"]\npath = "{file}"')
    done = home.run("ask", "x", "-m", "smollm2-135m-instruct")
    assert done.returncode == 1
    assert shown_well(done.stderr), done.stderr
    assert "smollm2-135m-instruct" in done.stderr or "broken.gguf" in done.stderr


def test_a_model_file_that_went_away(home: Home) -> None:
    home.settings(f'[model."smollm2-135m-instruct"]\npath = "{home.folder}/gone.gguf"')
    done = home.run("ask", "x", "-m", "smollm2-135m-instruct")
    assert done.returncode == 1
    assert "gone.gguf" in done.stderr
    assert shown_well(done.stderr)


def test_no_index_reachable(home: Home) -> None:
    """The first run without a network: nothing to answer with, and how to go on."""
    home.environ |= {
        "PIP_CONFIG_FILE": "/dev/null",
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_NO_INDEX": "0",
        "PIP_RETRIES": "0",
        "PIP_TIMEOUT": "2",
    }
    home.environ.pop("PIP_FIND_LINKS", None)
    home.environ.pop("PIP_EXTRA_INDEX_URL", None)
    done = home.run("ask", "x", timeout=120)
    assert done.returncode == 1
    assert done.stdout == ""
    assert shown_well(done.stderr), done.stderr
    assert home.daemon_pid() is None


def test_a_misspelt_model_and_a_known_one_that_is_not_here(home: Home) -> None:
    home.fake("small", answer="x")
    misspelt = home.run("ask", "x", "-m", "qwen3-4")
    assert misspelt.returncode == 1
    assert "qwen3-4b" in misspelt.stderr
    absent = home.run("ask", "x", "-m", "qwen3-4b")
    assert absent.returncode == 1
    assert "jarvis pull qwen3-4b" in absent.stderr


def test_a_half_downloaded_model_says_so(home: Home) -> None:
    home.fake("small", answer="x")
    folder = home.paths.models / "qwen3-4b" / "Q4_K_M" / ".jarvis" / "unfinished"
    folder.mkdir(parents=True)
    (folder / "model.gguf").write_bytes(b"x" * 5_000_000)
    done = home.run("ask", "x", "-m", "qwen3-4b")
    assert done.returncode == 1
    assert "5.0 MB" in done.stderr
    assert "jarvis pull qwen3-4b" in done.stderr


def test_a_damaged_database(home: Home) -> None:
    home.fake("small", answer="x")
    home.paths.data.mkdir(parents=True)
    home.paths.database.write_bytes(b"not a database" * 1000)
    done = home.run("ask", "x")
    assert done.returncode == 1
    assert "damaged" in done.stderr
    assert ".recover" in done.stderr
    assert home.paths.database.read_bytes() == b"not a database" * 1000


def test_a_broken_configuration(home: Home) -> None:
    config = Path(home.folder / "config" / "config.toml")
    config.write_text("[server]\nprot = 1\n")
    done = home.run("ask", "x")
    assert done.returncode == 2
    assert "port" in done.stderr
    assert f"{config}:2" in done.stderr


def test_unknown_commands_and_flags(home: Home) -> None:
    assert "Did you mean 'ask'" in home.run("aks").stderr
    assert home.run("ask", "--temperature", "9", "x").returncode == 2
    assert home.run("ask", "--max-tokens", "0", "x").returncode == 2


@pytest.mark.parametrize("words", [["ask", "x"], ["serve"], ["history"], ["stop"]])
def test_a_folder_that_cannot_be_written(home: Home, words: list[str]) -> None:
    home.fake("small", answer="x")
    home.paths.state.write_text("a file where the folder should be")
    done = home.run(*words)
    if words == ["stop"]:
        assert done.returncode == 0
        return
    assert done.returncode == 1
    assert shown_well(done.stderr), done.stderr
    assert str(home.paths.state) in done.stderr and "JARVIS_HOME" in done.stderr


def test_why_it_could_not_start_in_the_background_is_said_once(home: Home) -> None:
    home.paths.data.mkdir(parents=True)
    home.paths.database.write_bytes(b"not a database" * 1000)
    done = home.run("history")
    assert done.returncode == 1
    assert done.stderr.count("✗") == done.stderr.count("→") == 1, done.stderr
    assert "could not start" in done.stderr and "damaged" in done.stderr and ".recover" in done.stderr


def test_a_full_disk_is_told_by_what_it_refused(home: Home) -> None:
    home.folder.joinpath("state").mkdir()
    script = (
        'mount -t tmpfs -o size=1m tmpfs "$1" || exit 77; cat /dev/zero >"$1/ballast" 2>/dev/null; shift; exec "$@"'
    )
    words = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh", str(home.paths.state)]
    done = subprocess.run(
        [*words, *home.command("history")],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, env=home.environ, timeout=60,
    )  # fmt: skip
    if done.returncode == 77 or "unshare" in done.stderr:
        pytest.skip(f"no small file system can be made here: {done.stderr.strip()}")
    assert done.returncode == 1
    assert done.stderr.count("✗") == 1
    assert f"disk is full: nothing more could be written to {home.paths.lock}" in done.stderr, done.stderr
    assert "df -h" in done.stderr


@pytest.mark.parametrize("name", ["nope", "", "..", "../stats", "last?limit=1", "a/b", os.fsdecode(b"\xff")])
def test_a_name_that_no_conversation_has(home: Home, name: str) -> None:
    home.fake("small", answer="x")
    for words in (["show"], ["export"], ["delete", "--yes"]):
        done = home.run("history", *words, "--", name)
        assert (done.returncode, done.stdout) == (1, ""), done.stderr
        assert "There is no conversation" in done.stderr and "jarvis history" in done.stderr


def test_bytes_that_are_no_text(home: Home) -> None:
    home.fake("echo")
    broken = os.fsdecode(b"caf\xe9")
    asked = home.run("ask", broken, "--system", broken)
    assert asked.returncode == 0, asked.stderr
    assert "caf\ufffd" in asked.stdout
    assert turns(home)[0][1] == "caf\ufffd"
    assert home.run("history", "search", broken).returncode == 0
    named = home.run("ask", "x", "--model", broken)
    assert named.returncode == 1
    assert "There is no model" in named.stderr
    piped = subprocess.run(home.command("chat"), input=b"caf\xe9\n", capture_output=True, env=home.environ, timeout=60)
    assert piped.returncode == 0
    assert "caf\ufffd" in piped.stdout.decode()
