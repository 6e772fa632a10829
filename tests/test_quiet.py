"""No library tells its maker anything."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tiny_onnx import embeds

CODE = """
import jarvis
import onnxruntime, time
onnxruntime.InferenceSession({model!r}, providers=["CPUExecutionProvider"])
time.sleep(0.5)
"""


@pytest.mark.parametrize(("first", "told"), [("import jarvis", False), ("", True)])
def test_onnxruntime_makes_no_identifier(tmp_path: Path, first: str, told: bool) -> None:
    """Without Jarvis it does: if that changes, this test no longer shows anything."""
    model = embeds(tmp_path / "model")
    home = tmp_path / "home"
    home.mkdir()
    code = CODE.replace("import jarvis", first).format(model=str(model))
    environ = {"HOME": str(home), "PATH": "/usr/bin:/bin", "PYTHONPATH": ":".join(sys.path)}
    subprocess.run([sys.executable, "-c", code], env=environ, check=True, timeout=60)
    assert bool(list(home.rglob("*"))) is told
