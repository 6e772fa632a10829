"""Safetensors headers, alone and with what a Hugging Face folder has beside them."""

from __future__ import annotations

import json
import os
import socket
import struct
from pathlib import Path
from typing import Any

import pytest

from jarvis.catalog.footprint import of_header
from jarvis.catalog.headers import read
from jarvis.errors import CatalogError, CorruptFile, NotFound

LLAMA = {
    "model_type": "llama", "num_hidden_layers": 2, "hidden_size": 256, "num_attention_heads": 8,
    "num_key_value_heads": 2, "intermediate_size": 512, "max_position_embeddings": 4096, "vocab_size": 32,
    "rope_theta": 500000.0, "rope_scaling": {"rope_type": "llama3", "factor": 8.0},
}  # fmt: skip
TENSORS = {
    "model.embed_tokens.weight": ("BF16", [32, 256]),
    "model.layers.0.self_attn.q_proj.weight": ("BF16", [256, 256]),
    "model.layers.1.self_attn.q_proj.weight": ("BF16", [256, 256]),
    "model.norm.weight": ("BF16", [256]),
    "lm_head.weight": ("BF16", [32, 256]),
}


def folder(make: Any, path: Path, config: dict[str, object] | None = None, tensors: Any = None) -> Path:
    (path / "config.json").write_text(json.dumps(LLAMA | (config or {})))
    (path / "model.safetensors").write_bytes(make.safetensors(tensors or TENSORS, __metadata__={"format": "pt"}))
    return path


def test_a_folder(make: Any, tmp_path: Path) -> None:
    folder(make, tmp_path)
    (tmp_path / "tokenizer_config.json").write_text(json.dumps({"a": {}, "chat_template": '{{ "ñ" }}\n'}))
    for given in (tmp_path, tmp_path / "model.safetensors"):
        header = read(given)
        assert (header.format, header.architecture, header.quantization) == ("safetensors", "llama", "BF16")
        assert (header.layers, header.hidden, header.heads, header.kv_heads, header.head_size) == (2, 256, 8, 2, 32)
        assert (header.context, header.vocabulary, header.feed_forward) == (4096, 32, 512)
        assert (header.rope.scaling, header.rope.factor) == ("llama3", 8.0)
        assert header.parameters == 32 * 256 * 2 + 2 * 256 * 256 + 256
        assert header.weight_bytes == 2 * header.parameters
        assert header.kv_bytes_per_token == 2 * 2 * 2 * 64
        assert header.chat_template == '{{ "ñ" }}\n'
        weights = header.weights()
        assert weights.layers == (131072, 131072)
        assert (weights.embedding, weights.output, weights.other) == (16384, 16384, 512)


def test_a_template_that_is_no_text(make: Any, tmp_path: Path) -> None:
    folder(make, tmp_path)
    (tmp_path / "tokenizer_config.json").write_text('{"chat_template": "\\x"}')
    with pytest.raises(CorruptFile, match=r"tokenizer_config\.json") as error:
        read(tmp_path)
    assert error.value.facts["offset"] == 18


def test_a_file_alone_tells_its_weights_only(make: Any, tmp_path: Path) -> None:
    path = tmp_path / "x.safetensors"
    path.write_bytes(make.safetensors(TENSORS))
    header = read(path)
    assert (header.layers, header.architecture, len(header.tensors)) == (0, "", 5)


@pytest.mark.parametrize(
    "config,packed,quantization",
    [
        ({"quant_method": "awq", "bits": 4, "group_size": 128}, {"qweight": ("I32", [256, 32]),
         "qzeros": ("I32", [2, 32]), "scales": ("F16", [2, 256])}, "AWQ"),
        ({"quant_method": "gptq", "bits": 4, "group_size": 128}, {"qweight": ("I32", [32, 256]),
         "qzeros": ("I32", [2, 32]), "scales": ("F16", [2, 256]), "g_idx": ("I32", [256])}, "GPTQ-Int4"),
        ({"quant_method": "gptq", "bits": 8, "group_size": 32}, {"qweight": ("I32", [64, 256]),
         "scales": ("F16", [8, 256])}, "GPTQ-Int8"),
        ({"quant_method": "bitsandbytes", "load_in_4bit": True, "bnb_4bit_quant_type": "nf4"},
         {"weight": ("U8", [32768, 1]), "weight.absmax": ("U8", [1024]),
          "weight.quant_state.bitsandbytes__nf4": ("U8", [80])}, "BNB-NF4"),
    ],
)  # fmt: skip
def test_packed_weights_are_counted_as_parameters(
    config: dict[str, object], packed: dict[str, Any], quantization: str, make: Any, tmp_path: Path
) -> None:
    tensors = {f"model.layers.0.self_attn.q_proj.{name}": form for name, form in packed.items()}
    header = read(folder(make, tmp_path, {"quantization_config": config}, tensors))
    assert header.parameters == 256 * 256
    assert header.quantization == quantization
    assert header.group_size == config.get("group_size", 0)


def shards(make: Any, path: Path) -> list[str]:
    names = [f"model-{n:05d}-of-00003.safetensors" for n in (1, 2, 3)]
    placed = {name: names[i % 3] for i, name in enumerate(TENSORS)}
    for name in names:
        mine = {key: form for key, form in TENSORS.items() if placed[key] == name}
        (path / name).write_bytes(make.safetensors(mine))
    (path / "config.json").write_text(json.dumps(LLAMA))
    (path / "model.safetensors.index.json").write_text(
        json.dumps({"metadata": {"total_size": 1}, "weight_map": placed})
    )
    return names


def test_shards_are_one_model(make: Any, tmp_path: Path) -> None:
    names = shards(make, tmp_path)
    for given in (tmp_path, tmp_path / names[1], tmp_path / "model.safetensors.index.json"):
        header = read(given)
        assert {tensor.name for tensor in header.tensors} == set(TENSORS)
        assert [file.name for file in header.files] == names
    (tmp_path / names[2]).unlink()
    assert read(tmp_path).absent == (names[2],)


@pytest.mark.parametrize("content", [b"", b"\2" + bytes(7), b"\0" * 8, b"\2" + bytes(7) + b"[]", b"(of a sound one)"])
def test_a_part_that_is_no_safetensors(content: bytes, make: Any, tmp_path: Path) -> None:
    name = shards(make, tmp_path)[1]
    sound = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(sound.replace(b"{", b"(", 1) if content.startswith(b"(") else content)
    with pytest.raises(CorruptFile, match=name):
        read(tmp_path)


def test_more_tensors_than_any_model_has(tmp_path: Path) -> None:
    form = b'"%d":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}'
    path = tmp_path / "m.safetensors"
    path.write_bytes(packed(b"{" + b",".join(form % number for number in range(65_537)) + b"}"))
    with pytest.raises(CorruptFile) as caught:
        read(path)
    assert caught.value.code == "headers.too_many"


@pytest.mark.parametrize("name", ["../../etc/model.safetensors", "/etc/model.safetensors", "a\\b.safetensors", "m.bin"])
def test_an_index_leads_nowhere_else(name: str, make: Any, tmp_path: Path) -> None:
    shards(make, tmp_path)
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps({"weight_map": {"a": name}}))
    with pytest.raises(CorruptFile) as caught:
        read(tmp_path)
    assert caught.value.code == "headers.bad_part"


def layers(tmp_path: Path, make: Any, config: dict[str, object]) -> Any:
    return read(folder(make, tmp_path, config))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\xff\x00nonsense", "bad_json"),
        (b"{}", "bad_json"),
        (b'{"weight_map": []}', "bad_json"),
        (b'{"weight_map": {"a": 1}}', "bad_json"),
        (b'{"weight_map": {"a": "a.safetensors"', "bad_json"),
        (json.dumps({"weight_map": {f"{i}": f"{i}.safetensors" for i in range(1025)}}).encode(), "too_many"),
        (b'{"weight_map": {"a": "a.safetensors"}}' + b" " * (1 << 24), "too_long"),
    ],
)
def test_a_damaged_index(content: bytes, code: str, tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors.index.json"
    path.write_bytes(content)
    with pytest.raises(CorruptFile) as error:
        read(path)
    assert error.value.code == f"headers.{code}"
    assert path.name in error.value.message()


def test_kinds_of_layers(make: Any, tmp_path: Path) -> None:
    old = {"model_type": "gemma2", "sliding_window": 4096, "num_hidden_layers": 4}
    assert [bool(layer.window) for layer in layers(tmp_path, make, old).per_layer] == [True, False] * 2
    listed = {"layer_types": ["sliding_attention", "full_attention"], "sliding_window": 128, "model_type": "gpt_oss"}
    header = layers(tmp_path, make, listed)
    assert header.architecture == "gpt-oss" and [layer.window for layer in header.per_layer] == [128, 0]
    unused = {"model_type": "qwen2", "sliding_window": 4096, "use_sliding_window": False}
    assert layers(tmp_path, make, unused).window == 0
    latent = {"kv_lora_rank": 512, "qk_rope_head_dim": 64, "model_type": "deepseek_v3"}
    assert layers(tmp_path, make, latent).kv_bytes_per_token == 2 * 2 * 576
    nested = {"model_type": "gemma3", "text_config": LLAMA | {"model_type": "gemma3_text", "hidden_size": 512}}
    assert (layers(tmp_path, make, nested).architecture, layers(tmp_path, make, nested).hidden) == ("gemma3", 512)
    hybrid = {"model_type": "qwen3_next", "num_hidden_layers": 4, "full_attention_interval": 4,
              "linear_num_value_heads": 32, "linear_num_key_heads": 16, "linear_key_head_dim": 128,
              "linear_value_head_dim": 128, "linear_conv_kernel_dim": 4}  # fmt: skip
    header = layers(tmp_path, make, hybrid)
    assert [layer.kv_heads for layer in header.per_layer] == [0, 0, 0, 2]
    assert header.state_bytes == 4 * 3 * (3 * (2 * 16 * 128 + 32 * 128) + 32 * 128 * 128)
    bert = {"model_type": "xlm-roberta", "max_position_embeddings": 8194, "pad_token_id": 1}
    assert layers(tmp_path, make, bert).context == 8192


def packed(table: object, data: int = 0, length: int | None = None) -> bytes:
    raw = table if isinstance(table, bytes) else json.dumps(table).encode()
    return struct.pack("<Q", len(raw) if length is None else length) + raw + bytes(data)


def one(**fields: object) -> dict[str, object]:
    return {"t": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]} | fields}


DAMAGED: dict[str, tuple[str, bytes]] = {
    "length of 2^63": ("too_long", packed({}, length=1 << 63)),
    "length beyond the file": ("ends_early", packed(one(), 8, length=1000)),
    "no length": ("no_magic", b"\x02\0\0"),
    "length of 0": ("no_magic", packed(b"")),
    "no object": ("no_magic", packed(b"[" + json.dumps(one()).encode()[1:], 8)),
    "metadata without an end": ("bad_json", packed(b'{"__metadata__":{"a":"b"} x}')),
    "not JSON": ("bad_json", packed(b"{hello}")),
    "half of its JSON": ("bad_json", packed(b'{"t":{"dtype":"F32","shape":[2],"data_')),
    "JSON that goes on": ("bad_json", packed(b"{} {}")),
    "trailing comma": ("bad_json", packed(b'{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},}', 8)),
    "depth of a million": ("bad_json", packed(b'{"t":' + b"[" * 1_000_000)),
    "empty lists by the million": ("bad_json", packed(b'{"t":[' + b"[]," * 1_000_000 + b"[]]}")),
    "name twice": ("duplicate", packed(b"{" + b",".join([json.dumps(one()).encode()[1:-1]] * 2) + b"}", 8)),
    "name of 600 bytes": ("too_long", packed({"n" * 600: one()["t"]}, 8)),
    "name not UTF-8": ("not_text", packed(json.dumps(one()).encode().replace(b'"t"', b'"\xff"'), 8)),
    "name with control characters": ("not_text", packed(json.dumps({"\x1b[2J": one()["t"]}).encode(), 8)),
    "no dtype": ("bad_json", packed({"t": {"shape": [2], "data_offsets": [0, 8]}}, 8)),
    "unknown dtype": ("bad_tensor_type", packed(one(dtype="F33"), 8)),
    "dtype that is a list": ("bad_tensor_type", packed(one(dtype=["F32"]), 8)),
    "negative shape": ("bad_json", packed(one(shape=[-2]), 8)),
    "shape of text": ("bad_json", packed(one(shape=["2"]), 8)),
    "shape past 2^63": ("too_big", packed(one(shape=[1 << 40, 1 << 40]), 8)),
    "17 dimensions": ("bad_json", packed(one(shape=[1] * 16 + [2]), 8)),
    "offsets past 2^63": ("too_big", packed(one(data_offsets=[0, 9 * 10**18 * 10 // 9]), 8)),
    "offsets backwards": ("bad_size", packed(one(data_offsets=[8, 0]), 8)),
    "size that is not the shape's": ("bad_size", packed(one(data_offsets=[0, 12]), 12)),
    "hole": ("bad_offset", packed(one(data_offsets=[4, 12]), 12)),
    "overlap": ("bad_offset", packed(one() | {"u": {"dtype": "F32", "shape": [2], "data_offsets": [4, 12]}}, 12)),
    "half a byte": ("bad_size", packed(one(dtype="F4", shape=[3], data_offsets=[0, 1]), 1)),
    "bytes after the last tensor": ("bad_value", packed(one(), 9)),
    "metadata that is no text": ("bad_json", packed({"__metadata__": {"a": 1}} | one(), 8)),
    "field too many": ("bad_json", packed(one(more=1), 8)),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_file_is_refused(name: str, tmp_path: Path) -> None:
    code, content = DAMAGED[name]
    path = tmp_path / "m.safetensors"
    path.write_bytes(content)
    with pytest.raises(CorruptFile) as caught:
        read(path)
    assert caught.value.code == f"headers.{code}"
    assert caught.value.facts["file"] == str(path)
    assert 0 <= int(str(caught.value.facts["offset"])) <= max(len(content), 9)
    assert caught.value.message("es") and caught.value.hint("es")


def test_fields_in_another_order_and_escaped_names(tmp_path: Path) -> None:
    table = (
        b'{ "a\\u00f1" : {"data_offsets":[ 0 , 8 ],"shape":[ 2 ],"dtype":"F32"} ,'
        b' "b":{"dtype":"F32","shape":[],"data_offsets":[8,12]} }   '
    )
    path = tmp_path / "m.safetensors"
    path.write_bytes(packed(table, 12))
    assert [(t.name, t.shape, t.bytes) for t in read(path).tensors] == [("añ", (2,), 8), ("b", (), 4)]


def test_data_that_is_cut_off_is_counted(make: Any, tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    path.write_bytes(make.safetensors(TENSORS)[:-1000])
    assert read(path).missing_bytes == 1000


@pytest.mark.parametrize("content,code", [
    (b"[1]", "bad_json"), (b"", "empty"), (b"{" * 100_000, "bad_json"), (b'{"a": ' + b"9" * 5000 + b"}", "bad_json"),
    (b'{"num_hidden_layers": 1000000}', "bad_value"), (b'{"num_hidden_layers": -1}', "bad_value"),
    (b'{"num_hidden_layers": "two"}', "bad_value"), (b'{"num_hidden_layers": 1.5}', "bad_value"),
    (b'{"a": "' + b"x" * (1 << 20) + b'"}', "too_long"), (b"\xff\xfe{}", "bad_json"),
])  # fmt: skip
def test_a_damaged_configuration(content: bytes, code: str, make: Any, tmp_path: Path) -> None:
    folder(make, tmp_path)
    (tmp_path / "config.json").write_bytes(content)
    with pytest.raises(CorruptFile) as caught:
        read(tmp_path)
    assert caught.value.code == f"headers.{code}"
    assert str(caught.value.facts["file"]).endswith("config.json")


def test_what_is_no_model_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.gguf")
    (tmp_path / "empty.gguf").touch()
    (tmp_path / "page.gguf").write_text("<html>404</html>")
    (tmp_path / "model.bin").write_bytes(b"\x80\x04\x95whatever")
    for name in ("zip.bin", "it's a model.whl"):
        (tmp_path / name).write_bytes(b"PK\x03\x04whatever")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "nothing").mkdir()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
        expected = {
            "fifo.gguf": "is_fifo", "empty.gguf": "empty", "page.gguf": "no_magic", "model.bin": "pickle",
            "zip.bin": "pickle", "it's a model.whl": "package", "nothing": "no_model", "socket": "is_socket",
        }  # fmt: skip
        for name, code in expected.items():
            with pytest.raises(CorruptFile) as caught:
                read(tmp_path / name)
            assert caught.value.code == f"headers.{code}", name
            assert caught.value.hint("es")
    with pytest.raises(CorruptFile) as caught:
        read(Path("/dev/zero"))
    assert caught.value.code == "headers.is_device"
    for name in ("not there", "a\0b", "loop", "n" * 300):
        with pytest.raises((NotFound, CatalogError)) as failed:
            read(tmp_path / name)
        assert failed.value.message("en")


def test_a_folder_of_two_models_asks_which(make: Any, tmp_path: Path) -> None:
    for name in ("a.gguf", "b.gguf", "mmproj-a.gguf"):
        (tmp_path / name).write_bytes(make.llama().bytes())
    with pytest.raises(CorruptFile, match=r"a\.gguf, b\.gguf"):
        read(tmp_path)
    (tmp_path / "b.gguf").unlink()
    assert read(tmp_path).name == "Tiny"


def test_a_model_that_only_reads_keeps_nothing(make: Any, tmp_path: Path) -> None:
    config = {"model_type": "xlm-roberta", "num_hidden_layers": 1, "hidden_size": 64, "num_attention_heads": 4,
              "intermediate_size": 256, "vocab_size": 32}  # fmt: skip
    (tmp_path / "config.json").write_text(json.dumps(config))
    named = {
        "embeddings.word_embeddings.weight": ("F32", [32, 64]),
        "embeddings.position_embeddings.weight": ("F32", [514, 64]),
        "embeddings.token_type_embeddings.weight": ("F32", [1, 64]),
        "embeddings.LayerNorm.weight": ("F32", [64]),
        "encoder.layer.0.attention.self.query.weight": ("F32", [64, 64]),
    }
    (tmp_path / "model.safetensors").write_bytes(make.safetensors(named))
    model = of_header(read(tmp_path))
    assert model.encoder and not model.gated
    assert (model.embedding, model.tables, model.output, model.writer) == (4 * 32 * 64, 4 * 515 * 64, 0, 0)
    assert model.layers[0].kv == 0 and model.layers[0].weights == 4 * 64 * 64
