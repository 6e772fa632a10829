"""Models made of the owner's own files, and of several files."""

from __future__ import annotations

import json
import os
import struct
from pathlib import Path
from typing import Any

import pytest

from jarvis.catalog.pull import pull
from jarvis.errors import CorruptFile, DownloadFailed


def get(shelf: Any, on_progress: Any = lambda p: None, on_notice: Any = lambda code, **facts: None) -> Any:
    catalog = shelf.catalog()
    return pull(catalog, *catalog.wanted("tiny"), on_progress, on_notice)


def test_own_files_are_linked_not_copied(shelf: Any, tiny: bytes) -> None:
    own = shelf.root / "own.gguf"
    own.write_bytes(tiny)
    shelf.card([f"file:{own}"], tiny)
    notices: list[str] = []
    found = get(shelf, on_notice=lambda code, **facts: notices.append(code))
    assert notices == ["catalog.linked_hard"]
    assert found.path.samefile(own)
    assert found.path.stat().st_nlink == 2


def test_an_own_file_on_another_disk_is_linked_where_it_is(shelf: Any, tiny: bytes, make: Any) -> None:
    other = Path("/dev/shm")
    if not other.is_dir() or other.stat().st_dev == shelf.root.stat().st_dev:
        pytest.skip("no second file system to write to")
    own = other / f"jarvis-test-{os.getpid()}.gguf"
    own.write_bytes(tiny)
    try:
        shelf.card([f"file:{own}"], tiny)
        found = get(shelf)
        assert found.path.is_symlink() and found.path.samefile(own)
        own.unlink()
        assert shelf.catalog().installed() == []
    finally:
        own.unlink(missing_ok=True)


def test_an_own_file_that_is_wrong_is_refused_and_kept(shelf: Any, tiny: bytes) -> None:
    own = shelf.root / "own.gguf"
    own.write_bytes(tiny[:-1] + b"?")
    shelf.card([f"file:{own}"], tiny)
    with pytest.raises(CorruptFile):
        get(shelf)
    assert own.exists()
    own.unlink()
    with pytest.raises(DownloadFailed) as told:
        get(shelf)
    assert str(own) in told.value.message()


def safetensors(layers: int) -> dict[str, bytes]:
    """The files of a tiny model of several files, as they are: a folder that an engine opens."""
    tensor = {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}
    head = json.dumps({"model.layers.0.mlp.down_proj.weight": tensor}).encode()
    config = {
        "model_type": "llama", "num_hidden_layers": layers, "hidden_size": 64, "num_attention_heads": 4,
        "max_position_embeddings": 512, "intermediate_size": 128,
    }  # fmt: skip
    weights = struct.pack("<Q", len(head)) + head + bytes(16)
    return {"config.json": json.dumps(config).encode(), "model.safetensors": weights}


def put(shelf: Any, files: dict[str, bytes], **changes: object) -> None:
    own = shelf.root / "own"
    for name, content in files.items():
        path = own / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    shelf.card({name: [f"file:{own / name}"] for name in files}, files, **changes)


def test_a_model_of_several_files_is_a_folder(shelf: Any) -> None:
    put(shelf, safetensors(layers=2) | {"deep/er.json": b"{}"}, format="safetensors")
    found = get(shelf)
    assert found.path == found.folder == shelf.folder()
    assert sorted(p.name for p in found.folder.iterdir()) == [".jarvis", "config.json", "deep", "model.safetensors"]
    assert (found.folder / "deep" / "er.json").read_bytes() == b"{}"


def test_a_folder_whose_configuration_disagrees_is_no_model(shelf: Any) -> None:
    put(shelf, safetensors(layers=3), format="safetensors")
    with pytest.raises(CorruptFile) as told:
        get(shelf)
    assert told.value.code == "catalog.header_differs"
    assert shelf.catalog().installed() == []


def test_formats_without_a_header_that_is_known(shelf: Any) -> None:
    put(shelf, {"model.bin": b"\x06\x00\x00\x00weights", "vocabulary.json": b"[]"}, format="ctranslate2")
    assert get(shelf).path == shelf.folder()
