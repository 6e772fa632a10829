"""The file by which a model sees."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jarvis.catalog.footprint import with_projector
from jarvis.catalog.headers.projector import read_projector
from jarvis.errors import CorruptFile
from jarvis.words.footprint import Footprint

MIB = 1 << 20


def clip(make: Any, kind: str, **keys: int) -> Any:
    made = make.Gguf().value("general.architecture", 8, "clip").value("clip.projector_type", 8, kind)
    for key, value in keys.items():
        made.value(f"clip.vision.{key}", 4, value)
    return made.tensor("v.patch_embd.weight", (32, 10), "F16").tensor("mm.input_projection.weight", (32, 4), "F16")


@pytest.mark.parametrize(
    ("hidden", "wide", "size", "mib"), [(1152, 4304, 896, 121.25), (1152, 4304, 448, 30.31), (1024, 4096, 448, 28.0)]
)
def test_the_buffer_of_a_picture_is_the_engines(
    hidden: int, wide: int, size: int, mib: float, make: Any, tmp_path: Path
) -> None:
    """As llama.cpp logged it for files of these shapes."""
    made = clip(make, "gemma3", embedding_length=hidden, feed_forward_length=wide, image_size=size, patch_size=14)
    (tmp_path / "mmproj.gguf").write_bytes(made.bytes())
    projector = read_projector(tmp_path / "mmproj.gguf")
    assert projector.weights == 2 * 32 * 14
    assert projector.picture_bytes / MIB == pytest.approx(mib, abs=0.01)
    model = with_projector(Footprint((), 1, 2, 3), projector)
    assert model.weights == 6 + projector.weights and model.picture == projector.picture_bytes


def test_pictures_that_keep_their_size_are_as_large_as_they_may_be(make: Any, tmp_path: Path) -> None:
    path = tmp_path / "mmproj.gguf"
    for kind, keys, patches in (
        ("qwen2.5vl_merger", {}, 4096 * 4),
        ("gemma4v", {}, 1120 * 9),
        ("gemma4v", {"image_max_pixels": 1_000_000}, 1_000_000 // 196),
        ("pixtral", {"spatial_merge_size": 2}, 1024 * 4),
        ("idefics3", {}, 32 * 32),
        ("idefics3", {"image_max_pixels": 1 << 31}, 1 << 16),
    ):
        path.write_bytes(clip(make, kind, image_size=448, patch_size=14, **keys).bytes())
        assert read_projector(path).patches == patches, kind
    path.write_bytes(b"GGUF")
    with pytest.raises(CorruptFile):
        read_projector(path)
