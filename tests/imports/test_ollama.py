"""Ollama's models are used where they are, by a link; what cannot be is told, and no manifest leads elsewhere."""

from __future__ import annotations

import hashlib
import json
import struct
from pathlib import Path
from typing import Any

import pytest

from home import Home
from jarvis.imports.ollama import Blob, models
from jarvis.imports.talks import LeftOut

IMAGE = "application/vnd.ollama.image."


def gguf(seed: int, template: str = "{{ messages }} {{ tools }}", **texts: str) -> bytes:
    """A tiny llama whose weights are noise."""

    def text(value: str) -> bytes:
        return struct.pack("<Q", len(value)) + value.encode()

    words = {"general.architecture": "llama", "general.name": f"Tiny {seed}", **texts}
    if template:
        words["tokenizer.chat_template"] = template
    numbers = {"general.file_type": 0, "llama.block_count": 1, "llama.context_length": 512,
               "llama.embedding_length": 32,
               "llama.feed_forward_length": 64, "llama.attention.head_count": 2, "llama.attention.head_count_kv": 2,
               "general.alignment": 32}  # fmt: skip
    keys = [text(key) + struct.pack("<I", 8) + text(value) for key, value in words.items()]
    keys += [text(key) + struct.pack("<II", 4, value) for key, value in numbers.items()]
    tensor = text("token_embd.weight") + struct.pack("<IQQIQ", 2, 32, 8, 0, 0)
    head = b"GGUF" + struct.pack("<IQQ", 3, 1, len(keys)) + b"".join(keys) + tensor
    head += b"\0" * (-len(head) % 32)
    return head + hashlib.shake_256(bytes([seed])).digest(32 * 8 * 4)


class Ollama:
    """A model folder as Ollama leaves it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "blobs").mkdir(parents=True)
        (folder / "manifests").mkdir()

    def layer(self, kind: str, data: bytes) -> dict[str, Any]:
        digest = hashlib.sha256(data).hexdigest()
        (self.folder / "blobs" / f"sha256-{digest}").write_bytes(data)
        return {"mediaType": IMAGE + kind, "digest": f"sha256:{digest}", "size": len(data)}

    def model(self, name: str, *layers: dict[str, Any]) -> Path:
        file = self.folder / "manifests" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps({"schemaVersion": 2, "layers": layers}))
        return file


@pytest.fixture
def ollama(tmp_path: Path) -> Ollama:
    return Ollama(tmp_path / "ollama")


def test_what_is_there_and_what_is_not(ollama: Ollama) -> None:
    weights = ollama.layer("model", gguf(1))
    params = ollama.layer("params", json.dumps({"temperature": 0.5, "stop": ["<|end|>"], "num_ctx": 9}).encode())
    ollama.model("registry.ollama.ai/library/tiny/1b", weights, params, ollama.layer("template", b"{{ .Prompt }}"))
    ollama.model("hf.co/somebody/Model-GGUF/latest", weights, ollama.layer("projector", b"p"))
    ollama.model("registry.ollama.ai/library/lora/latest", weights, ollama.layer("adapter", b"a"))
    ollama.model("registry.ollama.ai/library/mlx/latest", ollama.layer("tensor", b"t"))
    ollama.model("registry.ollama.ai/library/gone/latest", {**weights, "digest": "sha256:" + "0" * 64})
    ollama.model("registry.ollama.ai/library/short/latest", {**weights, "size": 7})
    for number, digest in enumerate(("sha256:../../../etc/passwd", "sha256:" + "A" * 64, "sha256-" + "0" * 64, 7)):
        ollama.model(f"registry.ollama.ai/library/bad/{number}", {**weights, "digest": digest})
    ollama.model("registry.ollama.ai/library/broken/latest").write_text("{")
    found = list(models(ollama.folder))
    whole = {one.name: one for one in found if isinstance(one, Blob)}
    assert set(whole) == {"tiny:1b", "hf.co/somebody/Model-GGUF"}
    assert (whole["tiny:1b"].sampling, whole["tiny:1b"].stop) == ({"temperature": 0.5}, ("<|end|>",))
    assert whole["hf.co/somebody/Model-GGUF"].besides == ("projector",)
    left = {one.what: one.code.removeprefix("imports.ollama.") for one in found if isinstance(one, LeftOut)}
    assert left == {"lora": "adapter", "mlx": "no_gguf", "gone": "gone", "short": "short", "broken": "manifest",
                    "bad:0": "manifest", "bad:1": "manifest", "bad:2": "manifest", "bad:3": "manifest"}  # fmt: skip


def test_they_become_own_models_by_a_link(home: Home, ollama: Ollama) -> None:
    first = ollama.layer("model", gguf(1))
    ollama.model("registry.ollama.ai/library/tiny/1b", first, ollama.layer("params", b'{"temperature": 0.5}'))
    ollama.model("registry.ollama.ai/library/tiny/same", first)
    ollama.model("registry.ollama.ai/library/starter/latest", ollama.layer("model", gguf(2)))
    ollama.model("registry.ollama.ai/library/bare/latest", ollama.layer("model", gguf(3, template="")))
    ollama.model("registry.ollama.ai/library/other/latest", ollama.layer("model", b"no model at all"))
    taken = home.run("import", str(ollama.folder), "--dry-run", "--json")
    assert taken.returncode == 0, taken.stderr
    assert not list((home.paths.config / "models").iterdir())
    done = home.run("import", str(ollama.folder.parent / "ollama"), "--json")
    assert done.returncode == 0, done.stderr
    body = json.loads(done.stdout)
    assert [(one["ollama"], one["did"]) for one in body["models"]] == [("starter", "new"), ("tiny:1b", "new")]
    assert {one["what"].partition(":")[0] for one in body["left_out"]} == {"bare", "other", "tiny"}
    ids = {one["ollama"]: one["id"] for one in body["models"]}
    assert ids["tiny:1b"] == "tiny-1b"
    (kept,) = home.paths.models.glob("tiny-1b/*/tiny-1b.gguf")
    assert kept.samefile(ollama.folder / "blobs" / first["digest"].replace(":", "-"))
    assert kept.stat().st_nlink == 2
    shown = json.loads(home.run("models", "show", "tiny-1b", "--json").stdout)
    assert shown["sampling"]["temperature"] == 0.5
    again = json.loads(home.run("import", str(ollama.folder), "--json").stdout)
    assert [(one["id"], one["did"]) for one in again["models"]] == [(ids["starter"], "same"), ("tiny-1b", "same")]
    assert len(list((home.paths.config / "models").iterdir())) == 2


def test_where_it_usually_is(home: Home, ollama: Ollama) -> None:
    home.environ["HOME"] = str(home.folder)
    home.environ.pop("OLLAMA_MODELS", None)
    nothing = home.run("import", "ollama")
    assert (nothing.returncode, ".ollama/models" in nothing.stderr) == (1, True)
    ollama.model("registry.ollama.ai/library/tiny/1b", ollama.layer("model", gguf(1)))
    home.environ["OLLAMA_MODELS"] = str(ollama.folder)
    assert "tiny:1b is now tiny-1b" in home.run("import", "ollama").stdout
