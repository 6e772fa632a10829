"""``jarvis install``, as its owner sees it."""

from __future__ import annotations

import json

from home import Home


def test_it_lists_what_can_be_installed(home: Home) -> None:
    done = home.run("install", "--json")
    assert done.returncode == 0, done.stderr
    rows = {row["name"]: row for row in json.loads(done.stdout)}
    assert list(rows) == ["vllm", "transformers", "llama-vulkan", "llama-cuda"]
    assert not any(row["installed"] for row in rows.values())
    assert not rows["llama-cuda"]["available"] and rows["llama-cuda"]["hint"]
    assert "vLLM" in home.run("install").stdout


def test_what_there_is_not(home: Home) -> None:
    done = home.run("install", "vlm")
    assert done.returncode == 1 and "Did you mean 'vllm'?" in done.stderr
    done = home.run("install", "llama-cuda")
    assert done.returncode == 1 and "→" in done.stderr
    done = home.run("install", "--remove", "vllm", "--json")
    assert json.loads(done.stdout) == [{"name": "vllm", "removed": False}]
    assert home.run("install", "--remove", "vlm").returncode == 1
