"""GGUF headers: what is read of sound files, and that every way of being damaged ends in one clear error."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jarvis.catalog.headers import read
from jarvis.catalog.headers.ggml import FILE_TYPES, TYPES
from jarvis.errors import CorruptFile

U8, I8, U16, I16, U32, I32, F32, BOOL, STRING, ARRAY, U64, I64, F64 = range(13)


def write(folder: Path, content: bytes, name: str = "m.gguf") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_whole_model(order: str, make: Any, tmp_path: Path) -> None:
    header = read(write(tmp_path, make.llama(order).bytes()))
    assert (header.format, header.version) == ("gguf", 3)
    assert header.byte_order == {"<": "little", ">": "big"}[order]
    assert (header.architecture, header.name, header.licence, header.quantization) == ("llama", "Tiny", "mit", "Q4_K_M")
    assert (header.layers, header.hidden, header.heads, header.kv_heads, header.head_size) == (2, 256, 8, 2, 32)
    assert (header.context, header.feed_forward, header.vocabulary) == (4096, 512, 4)
    assert header.chat_template == "{{ messages }}"
    assert header.rope.base == 10000.0
    assert header.parameters == 256 * 4 + 2 * (256 * 256 + 256) + 256 * 4
    assert header.kv_bytes_per_token == 2 * 2 * 2 * (32 + 32)
    assert header.by_type() == {"Q4_K": (3, 576 + 2 * 36864), "F32": (2, 2048), "Q8_0": (1, 1088)}
    weights = header.weights()
    assert weights.layers == (36864 + 1024, 36864 + 1024)
    assert (weights.embedding, weights.output, weights.other) == (576, 1088, 0)
    assert sum(weights.layers) + weights.embedding + weights.output == header.weight_bytes
    assert header.missing_bytes == 0
    assert header.require_whole() is header


def test_version_2_is_read(make: Any, tmp_path: Path) -> None:
    made = make.llama()
    made.version = 2
    assert read(write(tmp_path, made.bytes())).version == 2


def test_data_that_is_cut_off_is_counted(make: Any, tmp_path: Path) -> None:
    content = make.llama().bytes()
    header = read(write(tmp_path, content[:-1000]))
    assert header.missing_bytes == 1000
    with pytest.raises(CorruptFile) as caught:
        header.require_whole()
    assert caught.value.facts["missing"] == 1000
    assert "1000" in caught.value.message("en")


def test_each_place_where_the_header_is_cut_ends_in_an_error(make: Any, tmp_path: Path) -> None:
    content = make.llama().header()
    for length in range(len(content)):
        with pytest.raises(CorruptFile) as caught:
            read(write(tmp_path, content[:length]))
        assert 0 <= int(str(caught.value.facts["offset"])) <= length
        assert caught.value.message("es") and caught.value.hint("en")


def test_values_per_layer(make: Any, tmp_path: Path) -> None:
    made = make.llama()
    made.keys = [key for key in made.keys if b"head_count_kv" not in key and b"feed_forward" not in key]
    made.array("llama.attention.head_count_kv", I32, [2, 4]).array("llama.feed_forward_length", U32, [512, 1024])
    header = read(write(tmp_path, made.bytes()))
    assert [layer.kv_heads for layer in header.per_layer] == [2, 4]
    assert header.feed_forward == 1024
    assert header.kv_bytes_per_token == 2 * (2 + 4) * 64


def test_sliding_windows(make: Any, tmp_path: Path) -> None:
    common = {"attention__head_count": 8, "attention__head_count_kv": 4, "attention__key_length": 256,
              "attention__value_length": 256, "attention__sliding_window": 1024}  # fmt: skip
    header = read(write(tmp_path, make.network("gemma3", 12, **common).bytes()))
    assert [bool(layer.window) for layer in header.per_layer] == ([True] * 5 + [False]) * 2
    assert header.kv_bytes_per_token == 2 * 2 * 4 * 512
    assert header.kv_bytes(8192) == 2 * 4 * 512 * (2 * 8192 + 10 * 1024)
    assert header.kv_bytes(100) == 12 * 2 * 4 * 512 * 100
    pattern = [True, True, False, False]
    listed = make.network(
        "gemma4",
        4,
        **common,
        attention__sliding_window_pattern=pattern,
        attention__key_length_swa=128,
        attention__value_length_swa=128,
        attention__shared_kv_layers=1,
    )
    header = read(write(tmp_path, listed.bytes()))
    assert [(layer.window, layer.kv_heads, layer.key_size) for layer in header.per_layer] == [
        (1024, 4, 128), (1024, 4, 128), (0, 4, 256), (0, 0, 256),
    ]  # fmt: skip
    assert header.head_size == 256


def test_gpt_oss_is_24_kib_a_token_in_its_full_layers(make: Any, tmp_path: Path) -> None:
    """orchestration: 24 layers, 8 KV heads of 64, every other layer a window of 128."""
    made = make.network("gpt-oss", 24, attention__head_count=64, attention__head_count_kv=8, attention__key_length=64,
                 attention__value_length=64, attention__sliding_window=128)  # fmt: skip
    assert read(write(tmp_path, made.bytes())).kv_bytes_per_token == 24 * 1024


def test_hybrid_layers_keep_a_state(make: Any, tmp_path: Path) -> None:
    made = make.network("qwen35", 9, nextn_predict_layers=1, embedding_length=1024, attention__head_count=8,
                 attention__head_count_kv=2, attention__key_length=256, attention__value_length=256,
                 ssm__conv_kernel=4, ssm__inner_size=2048, ssm__state_size=128, ssm__group_count=16)  # fmt: skip
    header = read(write(tmp_path, made.bytes()))
    assert (header.layers, header.drafting) == (8, 1)
    assert [bool(layer.state) for layer in header.per_layer] == [True, True, True, False] * 2
    assert header.kv_bytes_per_token == 2 * 2 * 2 * 512
    assert header.state_bytes == 4 * 6 * (3 * (2048 + 2 * 16 * 128) + 128 * 2048)


def test_latent_attention_keeps_no_values(make: Any, tmp_path: Path) -> None:
    made = make.network("deepseek2", 2, attention__head_count=20, attention__head_count_kv=1,
                 attention__key_length=576, attention__value_length=512, attention__key_length_mla=256)  # fmt: skip
    assert read(write(tmp_path, made.bytes())).kv_bytes_per_token == 2 * 2 * 576


def test_experts_are_counted_apart(make: Any, tmp_path: Path) -> None:
    made = make.network("qwen3moe", 1, expert_count=4, expert_used_count=2)
    made.tensor("blk.0.ffn_up_exps.weight", (32, 32, 4)).tensor("blk.0.attn_q.weight", (32, 32))
    header = read(write(tmp_path, made.bytes()))
    assert (header.experts, header.experts_used) == (4, 2)
    assert header.weights().experts == (32 * 32 * 4 * 4,)
    assert header.weights().layers == (32 * 32 * 5 * 4,)


def split(make: Any, folder: Path, parts: int = 3) -> list[Path]:
    paths = []
    for number in range(parts):
        made = make.llama() if number == 0 else make.Gguf()
        made.value("split.count", U16, parts).value("split.no", U16, number)
        if number:
            made.tensor(f"blk.{number}.ffn_up.weight", (256, 256), "Q4_K")
        paths.append(write(folder, made.bytes(), f"big-{number + 1:05d}-of-{parts:05d}.gguf"))
    return paths


def test_a_split_model_is_one_model(make: Any, tmp_path: Path) -> None:
    paths = split(make, tmp_path)
    for given in (*paths, tmp_path):
        header = read(given)
        assert [file.name for file in header.files] == [path.name for path in paths]
        assert header.architecture == "llama" and len(header.tensors) == 8
        assert {tensor.file for tensor in header.tensors} == {0, 1, 2}
    paths[1].unlink()
    header = read(paths[0])
    assert header.absent == (paths[1].name,)
    with pytest.raises(CorruptFile, match=paths[1].name):
        header.require_whole()


def test_parts_that_are_no_parts(make: Any, tmp_path: Path) -> None:
    paths = split(make, tmp_path)
    good = paths[1].read_bytes()
    paths[1].write_bytes(b"FUGG" + good[4:])
    with pytest.raises(CorruptFile) as caught:
        read(paths[0])
    assert caught.value.code == "headers.no_magic"
    assert caught.value.facts["file"] == str(paths[1])
    for path in paths[1:]:
        made = make.Gguf().value("split.count", U16, 3)
        for number in range(8190):
            made.tensor(f"{path.stem}.{number}")
        path.write_bytes(made.header())
    with pytest.raises(CorruptFile) as caught:
        read(paths[0])
    assert caught.value.code == "headers.too_many"


def test_parts_that_do_not_add_up(make: Any, tmp_path: Path) -> None:
    paths = split(make, tmp_path)
    made = make.llama().value("split.count", U16, 3).value("split.no", U16, 0).value("split.tensors.count", I32, 9)
    paths[0].write_bytes(made.bytes())
    with pytest.raises(CorruptFile, match=r"split\.tensors\.count"):
        read(paths[0])


def test_a_renamed_part_says_what_it_lacks(make: Any, tmp_path: Path) -> None:
    path = split(make, tmp_path)[0].rename(tmp_path / "renamed.gguf")
    assert read(path).absent == ("#2", "#3")


# The classes of llama.cpp's tests/test-gguf.cpp and more. Each makes one file damaged in one way.
def _tiny(make: Any) -> Any:
    return make.Gguf().value("general.architecture", STRING, "llama")


DAMAGED: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "bad magic": ("no_magic", lambda m: m.Gguf(magic=b"FUGG")),
    "version 0": ("gguf_version", lambda m: m.Gguf(version=0)),
    "version 1": ("gguf_version", lambda m: m.Gguf(version=1)),
    "version 4": ("gguf_version", lambda m: m.Gguf(version=4)),
    "version of the other byte order": ("gguf_version", lambda m: m.Gguf(version=0x04000000)),
    "tensor count -1": ("too_many", lambda m: m.Gguf(tensor_count=-1)),
    "tensor count beyond the file": ("ends_early", lambda m: m.Gguf(tensor_count=1000)),
    "key count -1": ("too_many", lambda m: m.Gguf(key_count=-1)),
    "key count beyond the file": ("ends_early", lambda m: m.Gguf(key_count=1000)),
    "key length -1": ("too_long", lambda m: m.Gguf().raw("key", U32, b"\0" * 4, length=(1 << 64) - 1)),
    "key length beyond the file": ("ends_early", lambda m: m.Gguf().raw("key", U32, b"\0" * 4, length=1000)),
    "key empty": ("no_name", lambda m: m.Gguf().value("", U32, 1)),
    "key twice": ("duplicate", lambda m: m.Gguf().value("a.b", U32, 1).value("a.b", U32, 1)),
    "key not UTF-8": ("not_text", lambda m: m.Gguf().raw(b"\xff\xfe", U32, b"\0" * 4)),
    "key with control characters": ("not_text", lambda m: m.Gguf().value("a\x1b[2J", U32, 1)),
    "value type 13": ("bad_type", lambda m: m.Gguf().raw("key", 13, b"\0" * 8)),
    "value type -1": ("bad_type", lambda m: m.Gguf().raw("key", 0xFFFFFFFF, b"\0" * 8)),
    "array of arrays": ("bad_type", lambda m: m.Gguf().raw("key", ARRAY, b"\x09\0\0\0" + b"\x01" + b"\0" * 15)),
    "array of unknown type": ("bad_type", lambda m: m.Gguf().raw("key", ARRAY, b"\x63\0\0\0" + b"\x01" + b"\0" * 15)),
    "array longer than the file": ("ends_early", lambda m: m.Gguf().array("key", U64, [1], count=1 << 61)),
    "strings more than the file": ("ends_early", lambda m: m.Gguf().array("key", STRING, ["a"], count=99)),
    "strings without end": ("too_many", lambda m: m.Gguf().array("key", STRING, ["a"], count=1 << 60)),
    "string of 2^64 - 1 bytes": ("ends_early", lambda m: m.Gguf().raw("key", STRING, b"\xff" * 8)),
    "string in an array of 2^63 bytes": (
        "ends_early", lambda m: m.Gguf().raw("key", ARRAY, b"\x08\0\0\0" + b"\x01" + b"\0" * 7 + b"\xff" * 8)),
    "template of 2 MiB": ("too_long", lambda m: m.Gguf().value("tokenizer.chat_template", STRING, "x" * (1 << 21))),
    "alignment 13": ("bad_value", lambda m: _tiny(m).value("general.alignment", U32, 13).tensor("t")),
    "alignment 0": ("bad_value", lambda m: _tiny(m).value("general.alignment", U32, 0)),
    "alignment of another type": ("wrong_type", lambda m: _tiny(m).value("general.alignment", I32, 32)),
    "tensor name of 64 bytes": ("too_long", lambda m: _tiny(m).tensor("n" * 64)),
    "tensor name length -1": ("too_long", lambda m: _tiny(m).tensor("n", length=(1 << 64) - 1)),
    "tensor name not UTF-8": ("not_text", lambda m: _tiny(m).tensor(b"\xff")),
    "tensor name twice": ("duplicate", lambda m: _tiny(m).tensor("t").tensor("t")),
    "5 dimensions": ("too_many", lambda m: _tiny(m).tensor("t", (1, 1, 1, 1, 32))),
    "2^32 - 1 dimensions": ("too_many", lambda m: _tiny(m).tensor("t", dimensions=0xFFFFFFFF)),
    "negative dimension": ("too_big", lambda m: _tiny(m).tensor("t", (-1,))),
    "negative dimension beside none": ("too_big", lambda m: _tiny(m).tensor("t", (0, -1))),
    "dimensions that multiply past 2^63": ("too_big", lambda m: _tiny(m).tensor("t", (1 << 33, 1 << 33))),
    "tensor type 43": ("bad_tensor_type", lambda m: _tiny(m).tensor("t", number=43)),
    "tensor type -1": ("bad_tensor_type", lambda m: _tiny(m).tensor("t", number=0xFFFFFFFF)),
    "tensor type that was removed": ("bad_tensor_type", lambda m: _tiny(m).tensor("t", number=4)),
    "row that is no multiple of its block": ("bad_row", lambda m: _tiny(m).tensor("t", (33,), "Q4_0")),
    "offset -1": ("bad_offset", lambda m: _tiny(m).tensor("t", offset=-1)),
    "offset that is not aligned": ("bad_offset", lambda m: _tiny(m).tensor("t", (3,)).tensor("u", offset=12)),
    "offset inside the tensor before": ("bad_offset", lambda m: _tiny(m).tensor("t").tensor("u", offset=0)),
    "sizes that add up past 2^63": (
        "too_big", lambda m: _tiny(m).tensor("t", ((1 << 61) - 64,)).tensor("u", ((1 << 61) - 64,))),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_file_is_refused(name: str, make: Any, tmp_path: Path) -> None:
    code, damage = DAMAGED[name]
    path = write(tmp_path, damage(make).bytes())
    with pytest.raises(CorruptFile) as caught:
        read(path)
    assert caught.value.code == f"headers.{code}"
    assert caught.value.facts["file"] == str(path)
    assert 0 <= int(str(caught.value.facts["offset"])) <= path.stat().st_size
    for language in ("en", "es"):
        assert str(path) in caught.value.message(language)  # type: ignore[arg-type]
        assert caught.value.hint(language)  # type: ignore[arg-type]


_ASK = """
import ctypes, sys
library = ctypes.CDLL(sys.argv[1])
library.gguf_init_from_file.restype = ctypes.c_void_p
class Params(ctypes.Structure):
    _fields_ = [("no_alloc", ctypes.c_bool), ("ctx", ctypes.c_void_p)]
for path in sys.argv[2:]:
    print("sound" if library.gguf_init_from_file(path.encode(), Params(True, None)) else "damaged", flush=True)
"""


def test_the_engine_agrees(engine: ctypes.CDLL, make: Any, tmp_path: Path) -> None:
    """llama.cpp itself refuses each damaged file that is refused here, and takes the sound ones.

    Stricter here: what would only make sense in an attack (control characters, a template of megabytes).
    """
    stricter = {"key not UTF-8", "key with control characters", "template of 2 MiB", "tensor name not UTF-8",
                "sizes that add up past 2^63"}  # fmt: skip
    files = {"sound": make.llama().bytes(), "empty of keys": make.Gguf().bytes()}
    for name, (_, damage) in DAMAGED.items():
        files[name] = damage(make).bytes()
    paths = [str(write(tmp_path, content, f"{n}.gguf")) for n, content in enumerate(files.values())]
    asked = subprocess.run(
        [sys.executable, "-c", _ASK, engine._name, *paths], capture_output=True, text=True, timeout=60, check=True
    )
    said = dict(zip(files, [line for line in asked.stdout.splitlines() if line in ("sound", "damaged")], strict=True))
    expected = {name: "damaged" if name in DAMAGED else "sound" for name in files}
    assert {name: said[name] for name in files if name not in stricter} == {
        name: expected[name] for name in files if name not in stricter
    }


def test_the_type_table_is_the_engines(engine: ctypes.CDLL) -> None:
    for number, kind in TYPES.items():
        assert engine.ggml_type_name(number).decode().upper() == kind.name
        assert (engine.ggml_blck_size(number), engine.ggml_type_size(number)) == (kind.block, kind.bytes)
    for number in range(max(TYPES)):
        assert (engine.ggml_type_size(number) == 0) == (number not in TYPES)


def test_the_file_types_are_the_engines(engine: ctypes.CDLL) -> None:
    suffix = {"S": "Small", "M": "Medium", "L": "Large"}
    for number in range(64):
        said = engine.llama_ftype_name(number).decode()
        ours = FILE_TYPES.get(number)
        assert (ours is None) == said.startswith("unknown"), f"{number}: {said}"
        if ours and "K_" in ours:
            assert said == f"{ours[:-2]} - {suffix[ours[-1]]}"
        elif ours and not ours.startswith(("IQ3_M", "F32")):
            assert said.startswith(ours.split("_M")[0])


@pytest.mark.parametrize("key,kind,value", [
    ("llama.block_count", STRING, "two"), ("llama.block_count", U32, 1 << 31), ("llama.context_length", I32, -5),
    ("general.architecture", U32, 7), ("llama.rope.freq_base", STRING, "x"), ("split.count", U16, 1025),
])  # fmt: skip
def test_values_of_the_wrong_kind(key: str, kind: int, value: object, make: Any, tmp_path: Path) -> None:
    made = make.llama()
    made.keys = [raw for raw in made.keys if raw[8 : 8 + len(key)] != key.encode()]
    made.value(key, kind, value)
    with pytest.raises(CorruptFile) as caught:
        read(write(tmp_path, made.bytes()))
    assert caught.value.code == "headers.bad_value" and caught.value.facts["field"] == key
    assert int(str(caught.value.facts["offset"])) > 0


def test_too_short_a_list_of_layers(make: Any, tmp_path: Path) -> None:
    made = make.network("llama", 4, attention__head_count=[8, 8, 8])
    with pytest.raises(CorruptFile, match="head_count"):
        read(write(tmp_path, made.bytes()))


@pytest.mark.parametrize(("kind", "values"), [(I32, [2, -2]), (F32, [2.0, 2.0])])
def test_a_list_of_layers_with_what_is_no_count(kind: int, values: list[object], make: Any, tmp_path: Path) -> None:
    made = make.llama()
    made.keys = [raw for raw in made.keys if b"head_count_kv" not in raw]
    made.array("llama.attention.head_count_kv", kind, values)
    with pytest.raises(CorruptFile, match="head_count_kv") as caught:
        read(write(tmp_path, made.bytes()))
    assert caught.value.code == "headers.bad_value"


def test_numbers_that_are_none(make: Any, tmp_path: Path) -> None:
    made = make.network("llama", 1).value("llama.rope.freq_base", F32, float("nan"))
    made.value("general.name", STRING, "\x1b[31mred")
    header = read(write(tmp_path, made.bytes()))
    assert header.rope.base == 0.0
    assert "\x1b" not in header.name
