"""A machine with NVIDIA GPUs that are not there: the real binding on a driver library made for the test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from jarvis.words.exchange import Notice
from jarvis.words.hardware import Gpu, Gpus, Holder

STEPS = """
import json, os, sys
from pathlib import Path
from jarvis.hardware.inventory import Inventory

inventory = Inventory()
file = Path(os.environ["FAKE_NVML"])
for step in json.loads(sys.argv[1]):
    file.with_suffix(".new").write_text(step)
    file.with_suffix(".new").rename(file)
    if " hang " in step:  # the wait itself is not what is tested
        inventory._limit_seconds = 0.2
    print(inventory.now().gpus)
"""


@pytest.fixture
def with_cards(fake_driver: Path, tmp_path: Path) -> Callable[..., str]:
    """Runs Python code in a process that sees the cards described (see fake_nvml.c) and gives what it printed."""

    def run(cards: str, code: str, *words: str) -> str:
        described = tmp_path / "cards"
        described.write_text(cards)
        env = os.environ | {"LD_LIBRARY_PATH": str(fake_driver), "FAKE_NVML": str(described)}
        env |= {"FAKE_NVML_CHARGES": str(tmp_path / "charges")}
        command = [sys.executable, "-W", "error", "-c", code, *words]
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture
def look(with_cards: Callable[..., str]) -> Callable[..., list[Gpus]]:
    """What one inventory sees while the machine goes through these descriptions."""

    def run(*steps: str) -> list[Gpus]:
        names = {"Gpus": Gpus, "Gpu": Gpu, "Notice": Notice, "Holder": Holder}
        return [eval(line, names) for line in with_cards(steps[0], STEPS, json.dumps(steps)).splitlines()]

    return run
