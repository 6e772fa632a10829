"""``jarvis inspect``: what a person and a program read, and the exit status."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from jarvis.cli.inspect import size
from jarvis.cli.main import jarvis
from jarvis.errors import CatalogError, CorruptFile, NotFound


def inspect(*arguments: object) -> Result:
    return CliRunner().invoke(jarvis, ["inspect", *map(str, arguments)])


def words(result: Result) -> str:
    """The table without its line breaks."""
    return " ".join(result.output.split())


@pytest.fixture
def model(make: Any, tmp_path: Path) -> Path:
    path = tmp_path / "tiny.gguf"
    path.write_bytes(make.llama().bytes())
    return path


def test_a_person_reads_a_table(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JARVIS_LANG", "en")
    result = inspect(model)
    assert result.exit_code == 0
    for said in (
        "tiny.gguf", "GGUF 3", "Architecture llama", "Name Tiny", "Q4_K_M", "Context 4,096 tokens", "Layers 2",
        "8 heads, 2 of keys and values, 32 elements each", "feed-forward 512", "Vocabulary 4 tokens", "10,000",
        "Chat template yes, 14 characters", "Q4_K: 72.56 KiB (3)", "Q8_0: 1.062 KiB (1)",
        "512 B per token (f16); 2 MiB for the whole context of 4,096", "llama-kv-cache.cpp",
    ):  # fmt: skip
        assert said in words(result)
    assert "attn_norm" not in result.output


def test_and_in_spanish(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JARVIS_LANG", "es")
    result = inspect(model)
    assert result.exit_code == 0
    for said in ("Fichero tiny.gguf", "Arquitectura llama", "bits por peso", "Contexto", "Cuantización"):
        assert said in words(result)


def test_tensors_are_listed_when_asked_for(model: Path) -> None:
    result = inspect(model, "--tensors")
    assert "blk.1.attn_norm.weight 256 F32 1,024" in words(result)
    assert "blk.0.attn_q.weight 256 × 256 Q4_K 36,864" in words(result)


def test_a_model_may_be_named_by_its_id(starter_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JARVIS_HOME", str(tmp_path))
    (tmp_path / "config").mkdir()
    own = f'[model.smollm2-135m-instruct]\npath = "{starter_path}"\n'
    (tmp_path / "config" / "config.toml").write_text(own)
    assert json.loads(inspect("starter", "--json").output)["path"] == str(starter_path)
    absent = inspect("qwen3-4b").exception
    assert isinstance(absent, NotFound) and "`jarvis pull qwen3-4b`" in absent.hint("en")
    monkeypatch.chdir(tmp_path)
    Path("starter").write_bytes(b"<html>")
    assert isinstance(inspect("starter").exception, CorruptFile), "what is there comes first"


def test_one_of_several_is_named(make: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "two models"
    folder.mkdir()
    for name in ("a.gguf", "b.gguf"):
        (folder / name).write_bytes(make.llama().bytes())
    error = inspect(folder).exception
    assert isinstance(error, CorruptFile)
    words = shlex.split(error.hint("en").split("`")[1])
    assert words[:2] == ["jarvis", "inspect"]
    assert inspect(*words[2:]).exit_code == 0


def test_a_program_reads_json(model: Path) -> None:
    found = json.loads(inspect(model, "--json").output)
    expected = {
        "format": "gguf", "version": 3, "architecture": "llama", "licence": "mit", "quantization": "Q4_K_M",
        "context": 4096, "hidden": 256, "layers": 2, "heads": 8, "kv_heads": 2, "head_size": 32, "vocabulary": 4,
        "kv_bytes_per_token": 512, "kv_bytes_at_context": 512 * 4096, "missing_bytes": 0, "absent": [], "whole": True,
        "chat_template": "{{ messages }}",
    }  # fmt: skip
    assert {name: found[name] for name in expected} == expected
    assert found["types"]["Q4_K"] == {"tensors": 3, "bytes": 74304}
    assert found["weight_bytes"] == sum(kind["bytes"] for kind in found["types"].values())
    weights = found["weights"]
    assert weights["layers"] == [37888, 37888]
    assert weights["embedding"] + weights["output"] + weights["other"] + 2 * 37888 == found["weight_bytes"]
    assert "tensors" not in found
    listed = json.loads(inspect(model, "--json", "--tensors").output)["tensors"]
    assert [tensor["offset"] for tensor in listed] == sorted(tensor["offset"] for tensor in listed)
    assert listed[0] == {
        "name": "token_embd.weight", "shape": [256, 4], "type": "Q4_K", "file": 0, "offset": listed[0]["offset"],
        "bytes": 576,
    }  # fmt: skip


def test_a_cut_off_file_is_shown_and_then_refused(model: Path) -> None:
    whole = model.stat().st_size
    with model.open("r+b") as file:
        file.truncate(whole - 1000)
    result = inspect(model, "--json")
    assert isinstance(result.exception, CorruptFile)
    assert result.exception.exit_code == 1
    assert "1000" in result.exception.message()
    found = json.loads(result.output)
    assert (found["missing_bytes"], found["whole"]) == (1000, False)
    assert "Architecture" in inspect(model).output


def test_parts_that_are_not_there_are_named(make: Any, tmp_path: Path) -> None:
    index = {"metadata": {}, "weight_map": {"a": "one.safetensors", "b": "two.safetensors"}}
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps(index))
    (tmp_path / "one.safetensors").write_bytes(make.safetensors({"a": ("F32", [4])}))
    (tmp_path / "config.json").write_text('{"model_type": "llama", "num_hidden_layers": 1}')
    result = inspect(tmp_path)
    assert isinstance(result.exception, CorruptFile)
    assert "two.safetensors" in result.output
    assert "two.safetensors" in result.exception.message()


def test_what_a_file_says_cannot_drive_the_terminal(make: Any, tmp_path: Path) -> None:
    path = tmp_path / "bad.gguf"
    made = make.Gguf().value("general.architecture", 8, "llama").value("general.name", 8, "\x1b[31mred [bold]x[/bold]")
    path.write_bytes(made.value("tokenizer.chat_template", 8, "\x9b31m\x1b]0;").tensor("[red]w").bytes())
    shown = inspect(path, "--tensors").output
    assert "[31mred [bold]x[/bold]" in shown and "[red]w" in shown
    for output in (shown, inspect(path, "--json").output):
        assert not {"\x1b", "\x9b"} & set(output)


@pytest.mark.parametrize(
    ("content", "error"), [(b"", CorruptFile), (b"<html>", CorruptFile), (b"GGUF\x03\0\0\0", CorruptFile)]
)
def test_what_is_no_model(content: bytes, error: type[CatalogError], tmp_path: Path) -> None:
    path = tmp_path / "x.gguf"
    path.write_bytes(content)
    result = inspect(path)
    assert isinstance(result.exception, error)
    assert "x.gguf" in result.exception.message()
    assert result.exception.hint()
    assert isinstance(inspect(tmp_path / "gone").exception, NotFound)


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1 KiB"),
        (491_400_064, "468.6 MiB"),
        (1 << 30, "1 GiB"),
        (5 << 50, "5120 TiB"),
    ],
)
def test_sizes(count: int, shown: str) -> None:
    assert size(count) == shown
