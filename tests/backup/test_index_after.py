"""After a restore what is remembered is found by its meaning again: the index is made anew from the database."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "memory"))

from household import Household

from home import Home, wait_for


def test_the_index_is_of_the_database_that_was_put_back(home: Home) -> None:
    if importlib.util.find_spec("chromadb") is None:
        pytest.skip("needs the extra chroma")
    household = Household(home, index="chroma")
    household.start()

    def add(text: str) -> None:
        assert household.ask("POST", "/jarvis/memory", {"text": text})["did"] == "kept"

    def found(words: str) -> list[str]:
        return [one["text"] for one in household.ask("POST", "/jarvis/memory/search", {"query": words})["found"]]

    def ready() -> bool:
        status = household.ask("GET", "/jarvis/memory/status")
        whole = all(model["embedded"] == model["of"] for model in status["models"])
        return bool(whole and status["models"] and status["index"]["state"] == "ready")

    add("Mi perro se llama Turmalina")
    wait_for(lambda: found("perro Turmalina") and ready())
    file = json.loads(home.run("backup", "--json").stdout)["file"]
    add("Mi gato se llama Obsidiana")
    wait_for(lambda: len(found("se llama")) == 2 and ready())
    home.stop()
    assert list((home.paths.data / "index").rglob("*"))
    done = home.run("restore", file, "--yes")
    assert done.returncode == 0, done.stderr
    assert not (home.paths.data / "index").exists()
    household.start()
    add("Mi loro se llama Granate")  # under the number that the cat had
    wait_for(lambda: len(found("se llama")) == 2 and ready())
    assert sorted(found("se llama")) == ["Mi loro se llama Granate", "Mi perro se llama Turmalina"]
    assert found("Obsidiana gato")[0] != "Mi gato se llama Obsidiana"
