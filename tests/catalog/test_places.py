"""No name, whoever gave it, leads out of the folder of models."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jarvis.catalog.places import place, runs_code, safe_name
from jarvis.errors import CatalogError

HOSTILE = [
    "", ".", "..", "../x", "a/../../x", "/etc/passwd", "a//b", "a/", "~/x", "~root", "x\0y", "x\ny", "..\\x", "C:\\x",
    "%2e%2e/x", ".hidden", "a/.git/config", "-rf", "a" * 256, "a/" * 600 + "a", "x ", "x.",
    "ａ/．．/x", "nul\u202egguf",
    "a/./b", "con/..", "*", "a|b", "$(x)", "`x`", "x;y", "'", '"', "<", "\t", "é",
]  # fmt: skip
names = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=40), st.text("./\\ab~-%\0", max_size=12))


@given(st.lists(names, min_size=1, max_size=3))
@example(["..", "..", "etc"])
def test_a_place_is_inside_or_refused(parts: list[str]) -> None:
    root = Path("/nowhere/models")
    try:
        found = place(root, *parts)
    except CatalogError:
        return
    assert found.resolve().is_relative_to(root)
    assert found != root
    assert not any(part.startswith((".", "-", "~")) for part in found.relative_to(root).parts)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_refused(name: str) -> None:
    assert not safe_name(name)
    with pytest.raises(CatalogError):
        place(Path("/nowhere"), name)


@pytest.mark.parametrize(
    "name",
    ["a.gguf", "model-00001-of-00002.safetensors", "1_Pooling/config.json", "SmolLM2-135M-Instruct.Q4_1.gguf", "a+b=c"],
)
def test_plain_names_are_accepted(name: str) -> None:
    assert place(Path("/nowhere"), name) == Path("/nowhere") / name


def test_a_link_that_leads_out_is_refused(tmp_path: Path) -> None:
    root, outside = tmp_path / "models", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (root / "tiny").symlink_to(outside)
    with pytest.raises(CatalogError) as told:
        place(root, "tiny", "x.gguf")
    assert told.value.code == "catalog.outside"
    with pytest.raises(CatalogError):
        place(root, "tiny/deeper/x.gguf")


def test_the_root_itself_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "models").symlink_to(tmp_path / "disk")
    assert place(tmp_path / "models", "tiny", "x.gguf").parent.parent == tmp_path / "models"


@pytest.mark.parametrize(
    "name", ["x.pkl", "a/x.PT", "x.ckpt", "pytorch_model.bin", "pytorch_model-00001-of-2.bin", "m.py", "a.npz"]
)
def test_formats_that_run_code_are_known(name: str) -> None:
    assert runs_code(name)


def test_other_formats_are_not() -> None:
    assert not any(runs_code(name) for name in ("x.gguf", "model.bin", "m.safetensors", "m.onnx", "tokenizer.json"))
