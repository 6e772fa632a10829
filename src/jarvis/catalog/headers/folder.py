"""A safetensors model: its shards, the index that lists them, and the configuration beside them, as one Header."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from math import prod
from pathlib import Path

from jarvis.catalog.headers.header import File, Header, Tensor
from jarvis.catalog.headers.reader import Reader, corrupt, unreadable
from jarvis.catalog.headers.safetensors import MOST_TENSORS, PAIR, STRINGS, read_table
from jarvis.catalog.headers.settings import Settings, read_settings

INDEX = "model.safetensors.index.json"
LONGEST_INDEX = 1 << 24
"""Bytes; DeepSeek-V3's, of 92,000 tensors, has 9 MB."""
LONGEST_TOKENIZER = 1 << 22
LONGEST_TEMPLATE = 1 << 20
MOST_PARTS = 1024
_PART = re.compile(r"^(?P<stem>.+)-(?P<number>\d{5})-of-(?P<count>\d{5})\.safetensors$")
_MAP = re.compile(rb'"weight_map"\s*+:\s*+')
_TEMPLATE = re.compile(rb'"chat_template"\s*+:\s*+("[^"\\]*+(?:\\.[^"\\]*+)*+")', re.DOTALL)
_SCALES = re.compile(
    r"(?:\.|_)(?:qzeros|scales|g_idx|absmax|quant_map|nested_absmax|nested_quant_map|SCB|weight_format|weight_scale"
    r"|weight_scale_inv|weight_scale_2|input_scale|weight_zero_point|weight_shape|weight_g_idx|k_scale|v_scale)$"
    r"|\.quant_state\."
)
"""Tensors that say how others are packed: no parameters of the model."""
_PACKED = re.compile(r"(?:\.qweight|\.weight_packed|_blocks)$")


def read_safetensors(path: Path) -> Header:
    """The header of a safetensors model, given one of its files or its index, with what is beside it.

    Raises CorruptFile, NotFound, CatalogError.
    """
    names = _names(path)
    here = [name for name in names if name == path.name or path.with_name(name).exists()]
    files: list[File] = []
    tensors: list[Tensor] = []
    for index, name in enumerate(here):
        found, size, end = read_table(path.with_name(name), index, MOST_TENSORS - len(tensors))
        tensors += found
        files.append(File(name, size, max(0, end - size)))
    config = path.with_name("config.json")
    settings = read_settings(config) if config.exists() else Settings()
    absent = tuple(name for name in names if name not in here)
    return _header(path, settings, tuple(files), tuple(tensors), absent)


def _names(path: Path) -> list[str]:
    """The files of the model to which ``path`` belongs."""
    if path.name.endswith(".index.json"):
        return _indexed(path)
    named = _PART.match(path.name)
    index = path.with_name(INDEX)
    if named is not None and index.exists():
        names = _indexed(index)
        if path.name in names:
            return names
    if named is not None and 1 < int(named["count"]) <= MOST_PARTS:
        count = int(named["count"])
        names = [f"{named['stem']}-{number:05d}-of-{count:05d}.safetensors" for number in range(1, count + 1)]
        if path.name in names:
            return names
    return [path.name]


def _indexed(path: Path) -> list[str]:
    """The files that an index names: plain names, beside it."""
    raw = _bounded(path, LONGEST_INDEX)
    start = _MAP.search(raw)
    table = STRINGS.match(raw, start.end()) if start else None
    if table is None:
        raise corrupt(path, "bad_json", offset=start.end() if start else 0)
    names: set[bytes] = set()
    for pair in PAIR.finditer(raw, table.start(), table.end()):
        names.add(pair[2])
        if len(names) > MOST_PARTS:
            raise corrupt(path, "too_many", offset=pair.start(), field="weight_map", count=len(names), most=MOST_PARTS)
    return sorted(_plain(path, name) for name in names)


def _plain(path: Path, raw: bytes) -> str:
    name = raw[1:-1].decode(errors="replace")
    if not name.endswith(".safetensors") or not name.isprintable() or set(name) & set('/\\"') or len(raw) > 255:
        raise corrupt(path, "bad_part", name=name)
    return name


def _bounded(path: Path, longest: int) -> bytes:
    with Reader(path) as reader:
        if reader.size > longest:
            raise reader.fault("too_long", field="size", length=reader.size, most=longest)
        return reader.take(reader.size, "file")


def _header(
    path: Path, settings: Settings, files: tuple[File, ...], tensors: tuple[Tensor, ...], absent: tuple[str, ...]
) -> Header:
    header = Header(
        path=str(path),
        format="safetensors",
        version=0,
        byte_order="little",
        files=files,
        tensors=tensors,
        architecture=settings.architecture,
        quantization=settings.packing,
        group_size=settings.group_size,
        parameters=_parameters(tensors, settings.bits),
        context=settings.context,
        hidden=settings.hidden,
        vocabulary=settings.vocabulary,
        per_layer=settings.per_layer,
        experts=settings.experts,
        experts_used=settings.experts_used,
        expert_width=settings.expert_width,
        beside=settings.beside,
        rope=settings.rope,
        chat_template=_template(path),
        absent=absent,
    )
    return header if settings.packing else header.with_quantization(next(iter(header.by_type()), ""))


def _parameters(tensors: Iterable[Tensor], bits: int) -> int:
    """Weights as the model computes with them: packed ones are counted by their own bits."""
    total = 0
    for tensor in tensors:
        if _SCALES.search(tensor.name):
            continue
        packed = _PACKED.search(tensor.name) or (bits == 4 and tensor.type == "U8" and tensor.name.endswith(".weight"))
        total += tensor.bytes * 8 // (bits or 4) if packed else prod(tensor.shape)
    return total


def _template(path: Path) -> str:
    """The chat template beside the model: a file of its own, or a string in ``tokenizer_config.json``."""
    own = path.with_name("chat_template.jinja")
    if own.exists():
        return _bounded(own, LONGEST_TEMPLATE).decode(errors="replace")
    tokenizer = path.with_name("tokenizer_config.json")
    found = _TEMPLATE.search(_bounded(tokenizer, LONGEST_TOKENIZER)) if tokenizer.exists() else None
    if found is None or len(found[1]) > LONGEST_TEMPLATE:
        return ""
    try:
        return str(json.loads(found[1]))
    except ValueError as error:
        raise corrupt(tokenizer, "bad_json", offset=found.start(1)) from error


def model_in(folder: Path) -> Path:
    """The file by which a folder's model is read.

    Raises CorruptFile when it holds none, or several that are not parts of one.
    """
    try:
        names = sorted(entry.name for entry, _ in zip(folder.iterdir(), range(10_000), strict=False))
    except (OSError, ValueError) as error:
        raise unreadable(folder, error) from error
    for first in (INDEX, "model.safetensors"):
        if first in names:
            return folder / first
    found = [n for n in names if n.endswith((".safetensors", ".gguf")) and not n.startswith("mmproj")]
    models = {re.sub(r"-\d{5}-of-\d{5}(?=\.\w+$)", "", name): name for name in reversed(found)}
    if not models:
        raise corrupt(folder, "no_model")
    if len(models) > 1:
        several = sorted(models.values())
        raise corrupt(folder, "many_models", names=", ".join(several[:5]), first=folder / several[0])
    return folder / next(iter(models.values()))
