"""One GGUF model, in one file or split over several, as a Header."""

from __future__ import annotations

import re
from math import prod
from pathlib import Path

from jarvis.catalog.headers.ggml import FILE_TYPES, GUESSED
from jarvis.catalog.headers.gguf import Container, read_container
from jarvis.catalog.headers.header import File, Header, Tensor
from jarvis.catalog.headers.network import Keys, layers_of, rope_of
from jarvis.catalog.headers.reader import corrupt, printable

MOST_PARTS = 512
MOST_TENSORS = 1 << 14
_PART = re.compile(r"^(?P<stem>.+)-(?P<number>\d{5})-of-(?P<count>\d{5})\.gguf$")
_POOLING = ("none", "mean", "cls", "last", "rank")
"""``enum llama_pooling_type``."""


def read_gguf(path: Path) -> Header:
    """The header of a GGUF model; given any part of a split one, of all its parts that are there.

    Raises CorruptFile, NotFound, CatalogError.
    """
    paths, absent = _parts(path)
    containers: list[Container] = []
    files: list[File] = []
    tensors: list[Tensor] = []
    for index, part in enumerate(paths):
        container, size = read_container(part, index)
        containers.append(container)
        files.append(File(part.name, size, max(0, container.data_end - size)))
        tensors += container.tensors
        if len(tensors) > MOST_TENSORS:
            raise corrupt(path, "too_many", field="tensors", count=len(tensors), most=MOST_TENSORS)
    return _header(path, containers[0], tuple(files), tuple(tensors), absent)


def _parts(path: Path) -> tuple[list[Path], tuple[str, ...]]:
    """The parts that are there, in order, and the names of those that are not."""
    named = _PART.match(path.name)
    if named is None or not 1 < int(named["count"]) <= MOST_PARTS:
        return [path], ()
    count = int(named["count"])
    names = [f"{named['stem']}-{number:05d}-of-{count:05d}.gguf" for number in range(1, count + 1)]
    if path.name not in names:
        return [path], ()
    here = [path.with_name(name) for name in names if name == path.name or path.with_name(name).exists()]
    present = {part.name for part in here}
    return here, tuple(name for name in names if name not in present)


def _header(
    path: Path, container: Container, files: tuple[File, ...], tensors: tuple[Tensor, ...], absent: tuple[str, ...]
) -> Header:
    keys = Keys(path, container)
    per_layer, drafting = layers_of(keys)
    if not absent:
        absent = _unnamed(keys, len(files), len(tensors))
    pooling = keys.integer("pooling_type", len(_POOLING))
    header = Header(
        path=str(path),
        format="gguf",
        version=container.version,
        byte_order=container.byte_order,
        files=files,
        tensors=tensors,
        architecture=printable(keys.architecture),
        name=printable(keys.text("general.name")),
        licence=printable(keys.text("general.license")),
        parameters=sum(prod(tensor.shape) for tensor in tensors),
        context=keys.integer("context_length"),
        hidden=keys.integer("embedding_length"),
        vocabulary=keys.integer("vocab_size") or container.lengths.get("tokenizer.ggml.tokens", 0),
        per_layer=per_layer,
        drafting=drafting,
        experts=keys.integer("expert_count"),
        experts_used=keys.integer("expert_used_count"),
        expert_width=keys.integer("expert_feed_forward_length"),
        beside=keys.integer("embedding_length_per_layer_input") * len(per_layer),
        merges=container.lengths.get("tokenizer.ggml.merges", 0),
        rope=rope_of(keys),
        pooling=_POOLING[pooling] if pooling < len(_POOLING) else "",
        tokenizer=printable(keys.text("tokenizer.ggml.model")),
        chat_template=keys.text("tokenizer.chat_template"),
        absent=absent,
    )
    recipe = keys.integer("general.file_type", GUESSED) & ~GUESSED
    stated = "general.file_type" in container.values and recipe in FILE_TYPES
    return header.with_quantization(FILE_TYPES[recipe] if stated else next(iter(header.by_type()), ""))


def _unnamed(keys: Keys, files: int, tensors: int) -> tuple[str, ...]:
    """Parts that the file says it has, when its own name does not say what they are called."""
    count = keys.integer("split.count")
    if count > MOST_PARTS:
        raise keys.fault("split.count", count, f"<= {MOST_PARTS}")
    if count > files:
        own = keys.integer("split.no")
        return tuple(f"#{number + 1}" for number in range(count) if number != own)
    stated = keys.integer("split.tensors.count", tensors)
    if files > 1 and stated != tensors:
        raise keys.fault("split.tensors.count", stated, str(tensors))
    return ()
