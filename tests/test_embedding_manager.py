"""The plan's ``EmbeddingManager``, with a real daemon and the embedder that is a fake one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from home import Home
from jarvis import EmbeddingManager
from jarvis.errors import JarvisError


@pytest.fixture
def manager(home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddingManager]:
    monkeypatch.setenv("JARVIS_HOME", str(home.folder))
    monkeypatch.setenv("JARVIS_ROUTING_EMBEDDER", "fake")
    monkeypatch.setenv("JARVIS_MEMORY_EMBEDDER", "fake")
    with EmbeddingManager(daemon=False) as found:
        yield found


def test_what_is_added_is_found_under_its_id_with_its_metadata(manager: EmbeddingManager) -> None:
    texts = ["La caldera está en el garaje.", "The boiler was serviced in March.", "El gato se llama Fosco."]
    metadatas = [{"room": "garage"}, {"room": "garage", "year": 2026}, {"room": "any"}]
    assert manager.add_to_memory(texts, metadatas, ["a", "b", "c"]) == ["a", "b", "c"]
    found = manager.search_memory("¿Dónde está la caldera?", n_results=2)
    assert found[0]["id"] == "a" and found[0]["metadata"] == {"room": "garage"}
    assert [hit["id"] for hit in manager.search_memory("caldera boiler gato", 5, {"year": 2026})] == ["b"]
    assert manager.search_memory("caldera", 5, {"room": "attic"}) == []


def test_what_is_filtered_for_is_found_among_many_that_are_nearer(manager: EmbeddingManager) -> None:
    near = [f"La caldera número {n} está en el garaje." for n in range(300)]
    manager.add_to_memory(near, [{"house": "other"}] * 300)
    manager.add_to_memory(["El calentador se cambió en mayo."], [{"house": "mine"}], ["heater"])
    found = manager.search_memory("¿Dónde está la caldera del garaje?", 3, {"house": "mine"})
    assert [hit["id"] for hit in found] == ["heater"]


def test_the_same_id_replaces(manager: EmbeddingManager) -> None:
    manager.add_to_memory(["El gato se llama Fosco."], ids=["cat"])
    manager.add_to_memory(["El gato se llama Misu."], ids=["cat"])
    assert [hit["text"] for hit in manager.search_memory("¿Cómo se llama el gato?")] == ["El gato se llama Misu."]


def test_ids_are_made_where_none_are_given(manager: EmbeddingManager) -> None:
    assert len(set(manager.add_to_memory(["uno", "dos", "tres"]))) == 3


def test_what_cannot_be_kept_is_refused_and_nothing_of_it_is_kept(manager: EmbeddingManager) -> None:
    for texts, metadatas, ids in (
        (["a"], [{}, {}], None), (["a", "b"], None, ["x"]), (["a", "b"], None, ["x", "x"]), (["a", " "], None, None),
    ):  # fmt: skip
        with pytest.raises(JarvisError):
            manager.add_to_memory(texts, metadatas, ids)
    assert manager.search_memory("a") == []
    with pytest.raises(JarvisError):
        manager.search_memory("a", n_results=0)


def test_context_is_whole_passages_within_its_length(manager: EmbeddingManager) -> None:
    manager.add_to_memory([f"La clave del armario número {n} es {n * 111}." for n in range(1, 8)])
    context = manager.get_context_for_query("¿Cuál es la clave del armario número 3?", max_context=120)
    assert len(context) <= 120
    assert all(line.endswith(".") for line in context.splitlines())
    assert manager.get_context_for_query("armario", max_context=5) == ""
