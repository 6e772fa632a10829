"""The launcher's environment is made once, and anew when it no longer works."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "deploy" / "venv.sh"
PYTHON = """#!/bin/bash
# A Python that knows only what the launcher asks of it.
echo "$*" >>"$LOG"
case "$*" in
  "-c import pip") [ ! -e "$OTHER_VERSION" ] ;;
  *"quietly.py venv "*)
    mkdir -p "$4/bin"
    if [ -e "$SLOW" ]; then trap 'exit 130' INT; echo waiting; while :; do sleep 0.1; done; fi
    ln -s "$INTERPRETER" "$4/bin/python" && rm -f "$OTHER_VERSION" ;;
  *" -e "*) printf '#!%s\\n' "$0" >"${0%/*}/jarvis" && chmod +x "${0%/*}/jarvis" ;;
esac
"""


class Clone:
    def __init__(self, folder: Path) -> None:
        self.root, self.log = folder / "clone", folder / "log"
        self.interpreter, self.other_version = folder / "bin" / "python3.13", folder / "other_version"
        self.slow = folder / "slow"
        self.root.mkdir()
        (self.root / "pyproject.toml").touch()
        (self.root / "lock.txt").touch()
        self.interpreter.parent.mkdir()
        self.interpreter.write_text(PYTHON)
        self.interpreter.chmod(0o755)

    def start(self) -> subprocess.Popen[str]:
        self.log.write_text("")
        environ = os.environ | {
            "PATH": f"{self.interpreter.parent}:{os.environ['PATH']}",
            "JARVIS_LANG": "en",
            "LOG": str(self.log),
            "INTERPRETER": str(self.interpreter.resolve()),
            "OTHER_VERSION": str(self.other_version),
            "SLOW": str(self.slow),
        }
        code = 'set -eu; . "$0"; sync_venv "$1" "$1/lock.txt"; exec "$1/.venv/bin/python" --version'
        pipe = subprocess.PIPE
        words = ["bash", "-c", code, str(SCRIPT), str(self.root)]
        return subprocess.Popen(words, env=environ, stdout=pipe, stderr=pipe, text=True, start_new_session=True)

    def sync(self) -> list[str]:
        """What Python was told to install or make."""
        starting = self.start()
        _, err = starting.communicate(timeout=30)
        assert starting.returncode == 0, err
        lines = (line.split() for line in self.log.read_text().splitlines())
        return [words[2] for words in lines if words[0] == "-P"]


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    made = Clone(tmp_path)
    assert made.sync() == ["venv", "pip", "pip"]
    return made


def test_it_is_made_once(clone: Clone) -> None:
    assert clone.sync() == []


@pytest.mark.parametrize("locale", ["C", "POSIX", "es_XX.UTF-8", "es_XX"])
@pytest.mark.parametrize("variable", ["LC_ALL", "LANG"])
def test_in_a_locale_without_letters_names_have_accents_too(locale: str, variable: str) -> None:
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG"))} | {variable: locale}
    code = "import locale; print(locale.getencoding())"
    told = subprocess.run(
        ["bash", "-c", f'. "$0"; _say English español; python3 -c "{code}"', SCRIPT],
        env=environ, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert told.stdout.strip().upper() == "UTF-8"
    assert told.stderr.splitlines()[-1] == ("español" if locale.startswith("es") else "English")


def test_a_new_lock_is_installed_into_the_same(clone: Clone) -> None:
    (clone.root / "lock.txt").write_text("click==8.3.0\n")
    assert clone.sync() == ["pip", "pip"]


def test_a_clone_that_was_moved(clone: Clone) -> None:
    clone.root = clone.root.rename(clone.root.with_name("elsewhere"))
    assert clone.sync() == ["venv", "pip", "pip"]
    assert clone.sync() == []


def test_a_python_that_is_gone(clone: Clone) -> None:
    moved = clone.interpreter.parent.with_name("newer")
    shutil.move(clone.interpreter.parent, moved)
    clone.interpreter = moved / "python3.13"
    assert clone.sync() == ["venv", "pip", "pip"]
    assert clone.sync() == []


def test_a_python_that_became_another_version(clone: Clone) -> None:
    clone.other_version.touch()
    assert clone.sync() == ["venv", "pip", "pip"]
    assert clone.sync() == []


def test_ctrl_c_leaves_nothing_half_made(clone: Clone) -> None:
    shutil.rmtree(clone.root / ".venv")
    clone.slow.touch()
    starting = clone.start()
    assert starting.stdout is not None
    assert starting.stdout.readline() == "waiting\n"
    os.killpg(starting.pid, signal.SIGINT)  # as a terminal does it
    _, err = starting.communicate(timeout=30)
    assert starting.returncode == 130
    assert err.splitlines()[-1] == "Stopped. Run it again to go on."
    assert not (clone.root / ".venv").exists()
    clone.slow.unlink()
    assert clone.sync() == ["venv", "pip", "pip"]


def test_ctrl_c_in_what_the_launcher_runs_is_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "stopped.py").write_text("raise KeyboardInterrupt")
    (tmp_path / "broken.py").write_text("import sys; raise ValueError(sys.argv[1:])")
    words = [sys.executable, "-P", str(SCRIPT.with_name("quietly.py"))]
    environ = os.environ | {"PYTHONPATH": str(tmp_path)}
    stopped = subprocess.run([*words, "stopped"], env=environ, capture_output=True, text=True)
    assert (stopped.returncode, stopped.stderr) == (-signal.SIGINT, "")
    broken = subprocess.run([*words, "broken", "a word"], env=environ, capture_output=True, text=True)
    assert "ValueError: ['a word']" in broken.stderr
