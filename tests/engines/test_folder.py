"""What is refused before anything is started on it: folders that bring code, pickles, halves, links out."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from folders import folder

from jarvis.engines._folder import look
from jarvis.errors import CorruptFile, EngineStartFailed, JarvisError, NotFound
from jarvis.words.model import Load


def load(path: Path, **more: object) -> Load:
    return Load(**{"model": "m", "path": path, "context": 1024, **more})  # type: ignore[arg-type]


def test_a_good_one_is_read(tmp_path: Path) -> None:
    found = look(load(folder(tmp_path / "m")), "vllm")
    assert found.architecture == "LlamaForCausalLM"
    assert found.header.context == 2048
    assert found.template(load(tmp_path)).startswith("{% for")
    assert found.template(load(tmp_path, chat_template="x")) == "x"
    assert look(load(tmp_path / "m" / "model.safetensors"), "vllm").path == tmp_path / "m"


def test_how_its_makers_sample_else_as_everywhere(tmp_path: Path) -> None:
    path = folder(tmp_path / "m")
    assert look(load(path), "vllm").sampling == {"temperature": 0.8, "top_k": 40, "top_p": 0.95, "min_p": 0.05}
    said = {"temperature": 0.6, "repetition_penalty": 1.1, "eos_token_id": 2, "top_p": None}
    (path / "generation_config.json").write_text(json.dumps(said))
    found = look(load(path), "vllm").sampling
    assert (found["temperature"], found["top_p"], found["repetition_penalty"]) == (0.6, 0.95, 1.1)
    assert "eos_token_id" not in found


def _json(name: str, said: object) -> Callable[[Path], None]:
    return lambda at: (at / name).write_text(json.dumps(said)) and None


def _bytes(name: str, data: bytes) -> Callable[[Path], None]:
    return lambda at: (at / name).write_bytes(data) and None


def _link(at: Path) -> None:
    (at / "vocab.txt").symlink_to("/etc/hostname")


def _cut(at: Path) -> None:
    file = at / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-8])


WRONG: dict[str, tuple[Callable[[Path], None], type[JarvisError], str]] = {
    "code of its own": (_json("config.json", {"auto_map": {"AutoModel": "m.M"}}), EngineStartFailed, "remote_code"),
    "code in its tokenizer": (
        _json("tokenizer_config.json", {"x": {"auto_map": {}}}), EngineStartFailed, "remote_code",
    ),
    "a program": (_bytes("modeling_m.py", b"import os"), EngineStartFailed, "remote_code"),
    "a library": (_bytes("kernel.so", b"\x7fELF"), EngineStartFailed, "remote_code"),
    "a pickle by name": (_bytes("pytorch_model.bin", b"PK"), EngineStartFailed, "pickle"),
    "a pickle by content": (_bytes("model.safetensors", b"PK\x03\x04 and so on"), CorruptFile, "corrupt"),
    "an array that may be one": (_bytes("x.npy", b"\x93NUMPY"), EngineStartFailed, "pickle"),
    "a link out": (_link, EngineStartFailed, "link_out"),
    "half the weights": (_cut, CorruptFile, "corrupt"),
    "no weights": (lambda at: (at / "model.safetensors").unlink(), CorruptFile, "corrupt"),
    "no configuration": (lambda at: (at / "config.json").unlink(), CorruptFile, "corrupt"),
    "a configuration that is none": (_bytes("config.json", b"{"), CorruptFile, "corrupt"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_with_one_is_said(what: str, tmp_path: Path) -> None:
    spoil, kind, code = WRONG[what]
    path = folder(tmp_path / "m")
    spoil(path)
    with pytest.raises(kind) as error:
        look(load(path), "transformers")
    assert error.value.code == f"engines.{code}"
    for lang in ("en", "es"):
        assert str(path) in error.value.message(lang)  # type: ignore[arg-type]
        assert error.value.hint(lang)  # type: ignore[arg-type]


def test_the_hubs_own_links_are_none_that_lead_out(tmp_path: Path) -> None:
    real = folder(tmp_path / "models--x" / "blobs")
    at = tmp_path / "models--x" / "snapshots" / "abc"
    at.mkdir(parents=True)
    for file in real.iterdir():
        (at / file.name).symlink_to(f"../../blobs/{file.name}")
    assert look(load(at), "vllm").architecture == "LlamaForCausalLM"


def test_other_refusals(tmp_path: Path) -> None:
    path = folder(tmp_path / "m")
    with pytest.raises(EngineStartFailed) as capped:
        look(load(path, context=4096), "vllm")
    assert (capped.value.code, capped.value.facts["context"]) == ("engines.context_capped", 2048)
    stretched = {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 2048}
    longer = folder(tmp_path / "y", rope_scaling=stretched)
    assert look(load(longer, context=8192), "vllm")
    with pytest.raises(EngineStartFailed):
        look(load(longer, context=8193), "vllm")
    plain = folder(tmp_path / "d", rope_parameters={"rope_type": "default", "rope_theta": 1e5})
    with pytest.raises(EngineStartFailed):
        look(load(plain, context=4096), "vllm")
    with pytest.raises(NotFound):
        look(load(tmp_path / "nowhere"), "vllm")
    (tmp_path / "m.gguf").write_bytes(b"GGUF")
    with pytest.raises(EngineStartFailed) as gguf:
        look(load(tmp_path / "m.gguf"), "vllm")
    assert gguf.value.code == "engines.no_folder"


def test_the_marks_of_its_tokenizer_are_known(tmp_path: Path) -> None:
    path = folder(tmp_path / "m")
    added = [{"content": "<|im_end|>", "special": True}, {"content": "<tool_call>", "special": False}]
    (path / "tokenizer.json").write_text(json.dumps({"added_tokens": added, "model": {}}))
    marks = look(load(path), "vllm").marks
    assert (marks.control, marks.defined) == ({"<|im_end|>"}, {"<tool_call>"})
    for said in ("[]", '{"added_tokens": [1]}', "{"):
        (path / "tokenizer.json").write_text(said)
        with pytest.raises(CorruptFile):
            look(load(path), "vllm")
