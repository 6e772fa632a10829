"""A machine with NVIDIA GPUs that are not there: the real binding on a driver library made for the test."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def fake_driver(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a ``libnvidia-ml.so.1``."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler to build the fake libnvidia-ml.so.1 with")
    folder = tmp_path_factory.mktemp("nvml")
    source = Path(__file__).with_name("fake_nvml.c")
    library = folder / "libnvidia-ml.so.1"
    subprocess.run([compiler, "-shared", "-fPIC", "-Wall", "-Werror", "-o", library, source], check=True, timeout=60)
    return folder


@pytest.fixture
def with_cards(fake_driver: Path, tmp_path: Path) -> Callable[[str, str], str]:
    """Runs Python code in a process that sees the cards described (see fake_nvml.c) and gives what it printed."""

    def run(cards: str, code: str) -> str:
        described = tmp_path / "cards"
        described.write_text(cards)
        env = os.environ | {"LD_LIBRARY_PATH": str(fake_driver), "FAKE_NVML": str(described)}
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", code], env=env, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run
