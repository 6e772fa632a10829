"""A newcomer's first minutes: a clean clone, an empty home, the two commands; seconds and sizes.

    python bench/first_run.py [--test] [--json]

Clones this repository into a temporary folder and uses the package index that pip is configured with. ``--test`` also
times ``./test`` (minutes).
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REPEATS = 5


def timed(*command: str, cwd: Path, env: dict[str, str]) -> tuple[float, str]:
    """Seconds and standard output of a command that succeeds."""
    began = time.perf_counter()
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return time.perf_counter() - began, done.stdout


def megabytes(folder: Path) -> float:
    return sum(f.stat().st_size for f in folder.rglob("*") if f.is_file() and not f.is_symlink()) / 1e6


def main(with_test: bool) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as scratch:
        clone, home = Path(scratch, "jarvis"), Path(scratch, "home")
        home.mkdir()
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("JARVIS_", "XDG_")) and k != "VIRTUAL_ENV"}
        env = kept | {"HOME": str(home), "JARVIS_LANG": "en"}
        question = ("./jarvis", "ask", "--json", "What is the capital of France?")
        try:
            first, said = timed(*question, cwd=clone, env=env)
            again = [timed(*question, cwd=clone, env=env) for _ in range(REPEATS)]
            tokens = [json.loads(out)["seconds"]["first_token"] for _, out in again]
            shown = [timed(".venv/bin/jarvis", "--help", cwd=clone, env=env)[0] for _ in range(REPEATS)]
        finally:
            subprocess.run(["./jarvis", "stop"], cwd=clone, env=env, capture_output=True, check=False)
        packages = next((clone / ".venv").glob("lib/python*/site-packages"))
        result: dict[str, object] = {
            "first_ask_seconds": round(first, 1),
            "answer": json.loads(said)["answer"],
            "next_ask_seconds": round(statistics.median(seconds for seconds, _ in again), 2),
            "next_first_token_seconds": round(statistics.median(tokens), 2),
            "help_seconds": round(statistics.median(shown), 3),
            "site_packages_mb": round(megabytes(packages)),
            "model_mb": round(megabytes(home / ".local" / "share" / "jarvis" / "models")),
        }
        if with_test:
            result["test_seconds"] = round(timed("./test", "-q", cwd=clone, env=env)[0])
            result["site_packages_with_test_mb"] = round(megabytes(packages))
        return result


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--test", action="store_true")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = main(given.test)
    print(json.dumps(found) if given.json else "\n".join(f"{key:28} {value}" for key, value in found.items()))
