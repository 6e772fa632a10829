"""An installation in a folder of the test's own, and a driver library with cards that are not there."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from jarvis.config.paths import Paths, paths
from jarvis.doctor.base import Finding, Patient
from jarvis.doctor.examine import examine, patient


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """As if started from a bare shell."""
    return {"JARVIS_HOME": str(tmp_path / "it's home"), "HF_HOME": str(tmp_path / "hub"), "PATH": os.environ["PATH"]}


@pytest.fixture
def home(environ: dict[str, str]) -> Paths:
    return paths(environ)


@pytest.fixture
def who(home: Paths, environ: dict[str, str]) -> Patient:
    return patient(home, environ)


@pytest.fixture
def look(environ: dict[str, str], home: Paths) -> Callable[..., list[Finding]]:
    """The findings of one check on this installation as it is now; keyword arguments change the patient."""

    def run(check: str, **changes: object) -> list[Finding]:
        now = replace(patient(home, environ), **changes)  # type: ignore[arg-type]
        return [found.finding for found in examine(now, [check])]

    return run


@pytest.fixture
def mend(environ: dict[str, str]) -> Callable[[str], None]:
    """Runs the first command of a hint in a shell, as the owner would."""

    def run(hint: str) -> None:
        command = hint.split("`")[1].replace("sudo ", "")
        subprocess.run(["sh", "-c", command], env=environ, check=True, timeout=60)

    return run
