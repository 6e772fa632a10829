"""The launcher's environment is made once, and anew when it no longer works."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "deploy" / "venv.sh"
PYTHON = """#!/bin/bash
# A Python that knows only what the launcher asks of it.
echo "$*" >>"$LOG"
case "$*" in
  "-c import pip") [ ! -e "$OTHER_VERSION" ] ;;
  "-m venv "*) mkdir -p "$3/bin" && ln -s "$INTERPRETER" "$3/bin/python" && rm -f "$OTHER_VERSION" ;;
  *" -e "*) printf '#!%s\\n' "$0" >"${0%/*}/jarvis" && chmod +x "${0%/*}/jarvis" ;;
esac
"""


class Clone:
    def __init__(self, folder: Path) -> None:
        self.root, self.log = folder / "clone", folder / "log"
        self.interpreter, self.other_version = folder / "bin" / "python3.13", folder / "other_version"
        self.root.mkdir()
        (self.root / "pyproject.toml").touch()
        (self.root / "lock.txt").touch()
        self.interpreter.parent.mkdir()
        self.interpreter.write_text(PYTHON)
        self.interpreter.chmod(0o755)

    def sync(self) -> list[str]:
        """What Python was told to install or make."""
        self.log.write_text("")
        environ = os.environ | {
            "PATH": f"{self.interpreter.parent}:{os.environ['PATH']}",
            "LOG": str(self.log),
            "INTERPRETER": str(self.interpreter.resolve()),
            "OTHER_VERSION": str(self.other_version),
        }
        code = 'set -eu; . "$0"; sync_venv "$1" "$1/lock.txt"; exec "$1/.venv/bin/python" --version'
        subprocess.run(["bash", "-c", code, SCRIPT, self.root], env=environ, check=True, capture_output=True)
        return [line.split()[1] for line in self.log.read_text().splitlines() if line.startswith("-m ")]


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    made = Clone(tmp_path)
    assert made.sync() == ["venv", "pip", "pip"]
    return made


def test_it_is_made_once(clone: Clone) -> None:
    assert clone.sync() == []


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
