"""Whatever the bytes: a header or a CorruptFile, in little memory. Never another exception."""

from __future__ import annotations

import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jarvis.catalog.headers import Header, read
from jarvis.errors import CorruptFile

FUZZ = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def survives(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    try:
        header = read(path)
    except CorruptFile as error:
        assert error.message("en") and error.message("es")
        assert str(path.parent) in str(error.facts["file"])
        assert int(str(error.facts["offset"])) <= max(len(content), 9)
    else:  # whatever it says of itself can be asked without a failure
        assert isinstance(header, Header)
        assert header.weights() and header.by_type() is not None and repr(header)
        assert header.kv_bytes(header.context) >= 0 and header.state_bytes >= 0 and header.missing_bytes >= 0
        assert header.weight_bytes == sum(tensor.bytes for tensor in header.tensors)


@FUZZ
@given(tail=st.binary(max_size=400), version=st.sampled_from([0, 1, 2, 3, 4, 0x03000000]))
def test_random_bytes_after_the_magic(tail: bytes, version: int, tmp_path: Path) -> None:
    survives(tmp_path / "m.gguf", b"GGUF" + struct.pack("<I", version) + tail)


@FUZZ
@given(content=st.binary(max_size=200))
def test_random_bytes(content: bytes, tmp_path: Path) -> None:
    survives(tmp_path / "m.gguf", content)


@FUZZ
@given(tail=st.binary(max_size=300))
def test_random_bytes_as_a_table(tail: bytes, tmp_path: Path) -> None:
    survives(tmp_path / "m.safetensors", struct.pack("<Q", len(tail) + 1) + b"{" + tail)


@FUZZ
@given(data=st.data(), order=st.sampled_from("<>"))
def test_mutations_of_a_sound_gguf(data: st.DataObject, order: str, make: Any, tmp_path: Path) -> None:
    survives(tmp_path / "m.gguf", mutated(data, make.llama(order).bytes(), make.llama(order).header()))


@FUZZ
@given(data=st.data())
def test_mutations_of_a_sound_safetensors(data: st.DataObject, make: Any, tmp_path: Path) -> None:
    whole = make.safetensors({"model.layers.0.a": ("F32", [2, 2]), "b": ("BF16", [4])}, __metadata__={"a": "b"})
    survives(tmp_path / "m.safetensors", mutated(data, whole, whole[:-24]))


@FUZZ
@given(data=st.data())
def test_any_configuration(data: st.DataObject, make: Any, tmp_path: Path) -> None:
    """Any JSON in the fields that are read."""
    json_values = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=6,
    )
    names = ("model_type", "num_hidden_layers", "hidden_size", "num_attention_heads", "num_key_value_heads", "head_dim",
             "sliding_window", "layer_types", "quantization_config", "rope_scaling", "text_config", "rope_theta",
             "full_attention_interval", "linear_num_value_heads", "kv_lora_rank", "sliding_window_pattern",
             "num_kv_shared_layers", "max_position_embeddings", "global_head_dim")  # fmt: skip
    import json

    config = data.draw(st.dictionaries(st.sampled_from(names), json_values, max_size=8))
    (tmp_path / "config.json").write_text(json.dumps(config))
    survives(tmp_path / "model.safetensors", make.safetensors({"a": ("F32", [2])}))


def mutated(data: st.DataObject, whole: bytes, header: bytes) -> bytes:
    """Some bytes of the header changed, one word of it made extreme, or its end cut off."""
    content = bytearray(whole)
    for _ in range(data.draw(st.integers(0, 4))):
        content[data.draw(st.integers(0, len(header) - 1))] = data.draw(st.integers(0, 255))
    if data.draw(st.booleans()):
        at = data.draw(st.integers(4, len(header) - 8))
        extremes = (0, 1, 0x7FFFFFFF, 0xFFFFFFFF, 1 << 32, 1 << 40, (1 << 63) - 1, 1 << 63, (1 << 64) - 1)
        content[at : at + 8] = struct.pack("<Q", data.draw(st.sampled_from(extremes)))
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(0, len(content) - 1)) :]
    return bytes(content)


_MEASURE = """
import sys
from pathlib import Path
from jarvis.catalog.headers import read
from jarvis.errors import CorruptFile
try:
    print(len(read(Path(sys.argv[1])).tensors))
except CorruptFile as error:
    print(error.code)
status = Path("/proc/self/status").read_text()  # not ru_maxrss: that one is inherited from the parent
print(status.split("VmHWM:")[1].split()[0])
"""


def greedy(make: Any) -> dict[str, bytes]:
    """Files made to cost as much as their size allows."""
    many = make.Gguf()
    for index in range(8192):
        many.tensor(f"blk.{index}.{'n' * 40}", (1, 1, 1, 1))
    table = {f"{'n' * 40}{index}": ("U8", [1]) for index in range(65_536)}
    values = make.Gguf()
    for index in range(4000):
        values.array(f"{index}.block_count", 10, range(100_000, 100_256))
    template = make.Gguf().raw("tokenizer.chat_template", 8, make.Gguf().string("x" * (1 << 20)))
    return {
        "gguf with 8,192 tensors": many.bytes(),
        "gguf with a million numbers to keep": values.bytes(),
        "gguf with 4 GiB of strings declared": make.Gguf().array("a", 8, ["b"], count=1 << 32).bytes(),
        "gguf with a million strings": make.Gguf().array("a", 8, [""] * (1 << 20)).bytes(),
        "gguf with a template of 1 MiB": template.bytes(),
        "safetensors with 65,536 tensors": make.safetensors(table),
        "safetensors of empty lists": struct.pack("<Q", 8_000_000) + b'{"a":[' + b"[]," * 2_666_664 + b"[",
        "safetensors of 12 MiB of nothing": struct.pack("<Q", 12 << 20) + b"{" + b" " * ((12 << 20) - 1),
        "safetensors of one long name": struct.pack("<Q", 12 << 20) + b'{"' + b"a" * ((12 << 20) - 2),
    }


@pytest.mark.slow
def test_memory_stays_within_64_mb(make: Any, tmp_path: Path) -> None:
    """Resident memory of a whole process that reads the file, Python and Jarvis included."""
    for name, content in greedy(make).items():
        path = tmp_path / ("m.safetensors" if name.startswith("safe") else "m.gguf")
        path.write_bytes(content)
        ran = subprocess.run(
            [sys.executable, "-c", _MEASURE, str(path)], capture_output=True, text=True, timeout=60, check=True
        )
        said, kib = ran.stdout.split()
        assert said.isdigit() or said.startswith("headers."), name
        assert int(kib) * 1024 <= 64_000_000, f"{name}: {kib} KiB ({said})"
