"""``install.sh`` from one end to the other, with an environment that is there already: the packages are not fetched."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OLD_DRIVER = """0 550.54.14 12040
0 GPU-1 12 0 17094934528 16000000000 40 30000 NVIDIA GeForce RTX 5070 Ti
0 GPU-2 8 9 8585740288 8000000000 40 30000 NVIDIA GeForce RTX 4060
"""
SCRIPTS = ("install.sh", "jarvis", "test", ".ci/run", "deploy/venv.sh")
STAMP = 'cat "$1/constraints/base.txt" "$1/pyproject.toml" | sha256sum'


class Clone:
    """A copy of what the script needs, and a person's home."""

    def __init__(self, folder: Path) -> None:
        self.root, self.home = folder / "a clone", folder / "home"
        self.home.mkdir()
        self.root.mkdir()
        for name in ("install.sh", "jarvis", "pyproject.toml"):
            shutil.copy2(ROOT / name, self.root / name)
        for name in ("deploy", "constraints"):
            shutil.copytree(ROOT / name, self.root / name)
        self.environment()

    def environment(self) -> None:
        """What ``sync_venv`` would make, of the packages that are here."""
        venv = self.root / ".venv"
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True, timeout=60)
        site = next(venv.glob("lib/python*/site-packages"))
        (site / "here.pth").write_text("\n".join(path for path in sys.path if path))
        (venv / "bin" / "jarvis").write_text(
            f"#!/bin/sh\nexec '{venv}/bin/python' -P -m jarvis.cli.main \"$@\"  # {venv}/bin/python\n"
        )
        (venv / "bin" / "jarvis").chmod(0o755)
        stamp = subprocess.run(["bash", "-c", STAMP, "-", self.root], capture_output=True, text=True, check=True)
        (venv / ".locked-base").write_text(stamp.stdout)

    def run(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        environ = {"HOME": str(self.home), "PATH": os.environ["PATH"], "JARVIS_LANG": "en", **more}
        return subprocess.run(
            [self.root / "install.sh", *words],
            env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path)


def test_it_is_installed_twice_used_and_leaves_nothing(clone: Clone) -> None:
    for _ in range(2):
        done = clone.run("--yes", "--engines", "none", "--models", "none")
        assert done.returncode == 0, done.stdout + done.stderr
    assert "in order" in done.stdout
    command = clone.home / ".local/bin/jarvis"
    environ = {"HOME": str(clone.home), "PATH": os.environ["PATH"], "JARVIS_LANG": "en"}
    for words in (["config", "set", "memory.embedder", "none"], ["token"]):
        subprocess.run([command, *words], env=environ, check=True, timeout=60, capture_output=True)

    done = clone.run("--uninstall", "--yes")
    assert done.returncode == 0, done.stderr
    assert "Stays: " in done.stderr
    assert (clone.home / ".config/jarvis/config.toml").exists()
    assert not os.path.lexists(command)
    assert not (clone.root / ".venv").exists()

    clone.environment()
    done = clone.run("--uninstall", "--purge", "--yes")
    assert done.returncode == 0, done.stderr
    assert [path for path in clone.home.rglob("*") if not path.is_dir() or "jarvis" in path.name] == []


def test_where_nobody_answers_nothing_is_done(clone: Clone) -> None:
    for words in ([], ["--uninstall"]):
        done = clone.run(*words)
        assert done.returncode == 2
        assert "--yes" in done.stderr
    assert list(clone.home.iterdir()) == []
    assert (clone.root / ".venv").exists()


@pytest.mark.parametrize("words", [["--modles", "none"], ["--engines"], ["--purge"]])
def test_what_is_asked_wrongly_is_said(clone: Clone, words: list[str]) -> None:
    done = clone.run(*words, JARVIS_LANG="es")
    assert done.returncode == 2
    assert "--uninstall" in done.stderr
    assert "Uso: " in done.stderr


def test_a_driver_that_is_too_old_is_told_and_the_command_of_another_stays(
    clone: Clone, fake_driver: Path, tmp_path: Path
) -> None:
    """The cards of the plan, with a driver for CUDA 12.4: nothing is installed for the processor instead."""
    cards = tmp_path / "cards"
    cards.write_text(OLD_DRIVER)
    other = clone.home / ".local/bin/jarvis"
    other.parent.mkdir(parents=True)
    other.write_text("mine")
    done = clone.run("--yes", "--models", "none", LD_LIBRARY_PATH=str(fake_driver), FAKE_NVML=str(cards))
    assert "580" in done.stderr
    assert "RTX 5070 Ti" in done.stderr
    assert "capability 12.0" in done.stdout and "570 or newer" in done.stdout  # what CUDA 12.8 needs
    assert not (clone.home / ".local/share/jarvis/engines").exists()
    assert "another one" in done.stderr and other.read_text() == "mine"


@pytest.mark.parametrize("words", [["shellcheck", "-x", *SCRIPTS], ["hadolint", "deploy/Containerfile"]])
def test_what_checks_scripts_finds_nothing(words: list[str]) -> None:
    checker = Path(sys.executable).parent / words[0]
    if not checker.exists():
        pytest.skip(f"{words[0]} is not installed")
    done = subprocess.run([checker, *words[1:]], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert (done.stdout, done.returncode) == ("", 0)


def test_the_containers_may_write_only_to_their_volume() -> None:
    yaml = pytest.importorskip("yaml")
    found = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())
    assert set(found["services"]) == {"jarvis", "jarvis-cuda"}
    for name, service in found["services"].items():
        assert service["read_only"] and service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["volumes"] == ["jarvis:/var/lib/jarvis"]
        target = service["build"]["target"]
        assert f" AS {target}\n" in (ROOT / "deploy" / "Containerfile").read_text()
