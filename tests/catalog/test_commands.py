"""``jarvis pull`` and ``jarvis models``, as a person runs them."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def home(shelf: Any, index: Any, make: Any, tiny: bytes) -> Path:
    """A home with two cards of its owner; the package of one of them is not there."""
    index.add("tiny-model", "1.0", make.wheel({"a": tiny}))
    shelf.card(["pypi:tiny-model==1.0#a"], tiny)
    shelf.card(["pypi:gone-model==1.0#a"], tiny, id="gone", extra="commercial_use = false")
    home = Path(shelf.root / "home")
    (home / "config").mkdir(parents=True)
    (shelf.root / "cards").rename(home / "config" / "models")
    return home


@pytest.fixture
def jarvis(home: Path) -> Run:
    def run(*arguments: str, language: str = "en", **more: Any) -> subprocess.CompletedProcess[str]:
        environ = os.environ | {"JARVIS_HOME": str(home), "JARVIS_LANG": language}
        command = [sys.executable, "-m", "jarvis.cli.main", *arguments]
        return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=120, check=False, **more)

    return run


def test_pull_goes_on_after_a_failure_and_tells(jarvis: Run, home: Path) -> None:
    done = jarvis("pull", "gone", "tiny", "nothing")
    assert done.returncode == 1
    assert done.stdout == ""
    model = home / "data" / "models" / "tiny" / "Q4_0" / "tiny.gguf"
    assert model.exists()
    assert str(model) in done.stderr
    assert "gone: its licence (Apache-2.0) does not allow commercial use" in done.stderr
    assert "pip index versions gone-model" in done.stderr
    assert "There is no model 'nothing'" in done.stderr
    assert "2 of 3" in done.stderr
    again = jarvis("pull", "tiny", language="es")
    assert again.returncode == 0
    assert "ya está aquí" in again.stderr


def test_ctrl_c_says_that_it_will_continue(jarvis: Run, home: Path, index: Any, make: Any) -> None:
    file = index.files["/files/tiny_model-1.0-py3-none-any.whl"]
    file.hold(100_000)
    environ = os.environ | {"JARVIS_HOME": str(home), "JARVIS_LANG": "en"}
    command = [sys.executable, "-m", "jarvis.cli.main", "pull", "tiny"]
    with subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, text=True) as process:
        make.eventually(lambda: file.sent >= 100_000, 60)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "the same command continues" in said
    assert "Traceback" not in said
    file.release()
    assert jarvis("pull", "tiny").returncode == 0


def test_pull_shows_a_bar_on_a_terminal(home: Path, index: Any) -> None:
    controller, terminal = pty.openpty()
    environ = os.environ | {"JARVIS_HOME": str(home), "JARVIS_LANG": "en", "TERM": "xterm", "COLUMNS": "120"}
    command = [sys.executable, "-m", "jarvis.cli.main", "pull", "tiny"]
    with subprocess.Popen(command, env=environ, stdin=terminal, stdout=subprocess.PIPE, stderr=terminal) as process:
        os.close(terminal)
        seen = b""
        while select.select([controller], [], [], 60)[0]:
            try:
                seen += os.read(controller, 65536)
            except OSError:
                break
        assert process.wait(60) == 0
    os.close(controller)
    text = re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]", b"", seen).decode()
    assert re.search(r"tiny ━+ +100 % 200\.0 kB / 200\.0 kB", text), text


def test_pull_without_a_name_lists_the_sets(jarvis: Run) -> None:
    done = jarvis("pull")
    assert done.returncode == 2
    assert "starter" in done.stderr
    done = jarvis("pull", "--set", "nope")
    assert done.returncode == 1
    assert "starter" in done.stderr


def test_set_without_a_name_shows_every_set_and_what_is_here(jarvis: Run) -> None:
    done = jarvis("pull", "--set")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert [line.partition(":")[0] for line in lines if not line.startswith(" ")] == [
        "starter", "small", "gpu-6gb", "gpu-16gb", "plan",
    ]  # fmt: skip
    assert re.search(r"llama-3.3-70b-instruct:IQ2_XXS +19.1 GB$", done.stdout, re.M)


def test_the_community_catalog_must_be_asked_for(jarvis: Run) -> None:
    done = jarvis("pull", "qwen2.5-coder-0.5b-instruct")
    assert done.returncode == 1
    assert "models.community true" in done.stderr
    listed = json.loads(jarvis("models", "--json", "--community").stdout)
    assert "qwen2.5-coder-0.5b-instruct" in {row["id"] for row in listed if row["catalog"] == "community"}
    assert not {row["id"] for row in json.loads(jarvis("models", "--json").stdout) if row["catalog"] == "community"}


def test_models_lists_shows_checks_and_removes(jarvis: Run, home: Path) -> None:
    assert "jarvis pull starter" in jarvis("models", "--installed").stderr
    jarvis("pull", "tiny")
    (row,) = json.loads(jarvis("models", "--installed", "--json").stdout)
    model = home / "data" / "models" / "tiny" / "Q4_0" / "tiny.gguf"
    assert (row["id"], row["quantization"], row["bytes"], row["installed"], row["path"]) == (
        "tiny", "Q4_0", 200_000, True, str(model),
    )  # fmt: skip
    every = jarvis("models").stdout
    assert re.search(r"^tiny +Q4_0 +200\.0 kB +512 +en +Apache-2\.0 +yes$", every, re.M)
    assert re.search(r"^gone +Q4_0 +200\.0 kB +512 +en +Apache-2\.0 \*$", every, re.M)
    shown = jarvis("models", "show", "tiny").stdout
    assert "pypi:tiny-model==1.0#a" in shown and str(model) in shown
    assert json.loads(jarvis("models", "show", "tiny", "--json").stdout)["installed"] == {"Q4_0": str(model)}
    assert "intact" in jarvis("models", "verify").stdout
    model.write_bytes(b"x" * 200_000)
    done = jarvis("models", "verify", "tiny")
    assert done.returncode == 1
    assert "damaged" in done.stderr and "jarvis pull tiny" in done.stderr
    assert jarvis("pull", "tiny").returncode == 0
    terminal, stdin = pty.openpty()
    os.write(terminal, b"n\ny\n")
    kept = jarvis("models", "remove", "tiny", stdin=stdin)
    assert (kept.returncode, kept.stdout) == (1, "") and "Delete tiny (200.0 kB)?" in kept.stderr
    assert model.exists()
    assert "200." in jarvis("models", "remove", "tiny", stdin=stdin).stdout
    assert not model.exists()
    jarvis("pull", "tiny")
    assert "200." in jarvis("models", "remove", "tiny", "-y", stdin=stdin).stdout
    jarvis("pull", "tiny")
    assert "200." in jarvis("models", "remove", "tiny").stdout, "a script is not asked"
    assert jarvis("models", "remove", "tiny").returncode == 1
    assert jarvis("models", "verify", "tiny").returncode == 1


def test_a_card_that_is_wrong_is_named(jarvis: Run, home: Path) -> None:
    path = home / "config" / "models" / "tiny.toml"
    path.write_text(path.read_text().replace("licence", "license"))
    done = jarvis("models")
    assert done.returncode == 2
    assert str(path) in done.stderr and "'licence'" in done.stderr
