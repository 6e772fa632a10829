"""What is peculiar to one index."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from jarvis import registry
from jarvis.config.schema import Settings
from jarvis.errors import ConfigError
from jarvis.memory.index import chroma, faiss
from jarvis.memory.index._matrix import Matrix
from jarvis.memory.index.chroma import Server, server_at

sys.path.insert(0, str(Path(__file__).parent))

from indexes import DIMENSION, vectors


def test_the_parts() -> None:
    assert registry.names("jarvis.memory.index") == ["chroma", "exact", "faiss"]
    assert Settings().memory.index == "exact"


def test_removed_numbers_are_overwritten() -> None:
    matrix, rows = Matrix(DIMENSION), vectors(50)
    matrix.add(range(50), rows)
    matrix.remove([49, 7, 0])
    for n in (49, 7, 0):
        assert not (matrix._rows == rows[n]).all(axis=1).any()
    assert sorted(matrix.ids()) == sorted(set(range(50)) - {49, 7, 0})


@pytest.mark.parametrize("part", [chroma, faiss])
def test_what_is_not_installed_is_said(part: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(part, "find_spec", lambda name: None)
    with pytest.raises(ConfigError) as refused:
        part.Index(Settings(), tmp_path, tmp_path)  # type: ignore[attr-defined]
    assert "pip install" in refused.value.hint("en")


@pytest.mark.parametrize(
    ("address", "server"),
    [
        (None, None),
        ("", None),
        ("http://127.0.0.1:8000", Server("127.0.0.1", 8000, False)),
        ("http://chroma.lan", Server("chroma.lan", 8000, False)),
        ("https://chroma.lan/", Server("chroma.lan", 443, True)),
        ("http://[::1]:9000", Server("::1", 9000, False)),
    ],
)
def test_addresses(address: str | None, server: Server | None) -> None:
    assert server_at(address) == server


@pytest.mark.parametrize("address", ["chroma.lan", "ftp://x", "http://", "http://x:y", "http://a:b@x"])
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(ConfigError):
        server_at(address)


def test_two_installations_share_a_server_without_meeting(tmp_path: Path) -> None:
    names = set()
    for home in ("a", "a", "b"):
        index = chroma.Index.__new__(chroma.Index)
        index._server, index._folder, index._logs = Server("x", 1, False), tmp_path / home, tmp_path
        names.add(index._launch("ana", "m").order["name"])
    assert len(names) == 2
