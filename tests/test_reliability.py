"""What bench/reliability measures in full, for a few minutes: nothing is left, stuck or lost after kill -9."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

BENCH = Path(__file__).parents[1] / "bench" / "reliability"


def test_kill_9_of_jarvis_and_of_engines_leaves_nothing_stuck_or_lost() -> None:
    done = subprocess.run(
        [sys.executable, str(BENCH / "kill.py"), "--kills", "25", "--seed", "7"],
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert sum(report["kills"].values()) == 25
    assert report["kills"]["daemon"] and report["kills"]["engine"]
