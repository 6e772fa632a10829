"""The marks in a GGUF file's vocabulary: tokens that are no text, such as those between the turns of a conversation."""

from __future__ import annotations

import re
import sys
from array import array
from pathlib import Path
from struct import Struct, error
from typing import NamedTuple

from jarvis.catalog.headers.gguf import read_container
from jarvis.catalog.headers.reader import Reader

TOKENS, TYPES = "tokenizer.ggml.tokens", "tokenizer.ggml.token_type"
NORMAL, UNKNOWN, CONTROL, USER_DEFINED = 1, 2, 3, 4
"""``llama_token_type`` of llama.h."""
MOST_BYTES = 1 << 26
"""Of a vocabulary; the largest real ones have 5 MB."""
LONGEST = 256
"""Bytes of a mark; real ones have up to 40."""
_LIKE_ONE = re.compile(
    r"<[|｜]\S+[|｜]>|</s>|<eos>|_?<EOT>|\[EO[ST]\]|<end_of_(turn|utterance)>|▁?<(PRE|SUF|MID|fim[-_]\w+|repo_?name|file_sep)>"
)
"""llama.cpp takes these for marks whatever type their file gives them (llama-vocab.cpp: ends of a turn, and of what is
filled in); of the names between bars it has a list, of which more are made every month."""
_BEGINS = (b"<", b"[", b"_", b"\xe2")
_ARRAY = 16
"""Bytes before an array's first element: its kind, theirs, and how many there are."""


class Marks(NamedTuple):
    """``control`` are read as marks wherever special tokens are read; ``defined`` even where they are not: the model's
    makers added them whole, be it a mark (DeepSeek's ``<｜User｜>``) or only a run of spaces.
    """

    control: frozenset[str] = frozenset()
    defined: frozenset[str] = frozenset()


def read_marks(path: Path) -> Marks:
    """The marks of a GGUF model; none when it has no vocabulary. Raises what ``headers.read`` raises."""
    container, _ = read_container(path)
    count = container.lengths.get(TOKENS, 0)
    if not count or container.lengths.get(TYPES) != count:
        return Marks()
    with Reader(path) as reader:
        reader.position = container.places[TYPES] + _ARRAY
        kinds = array("i", reader.take(4 * count, TYPES))
        start = reader.position = container.places[TOKENS] + _ARRAY
        end = min((place for place in container.places.values() if place > start), default=reader.size)
        raw = reader.take(min(end - start, MOST_BYTES), TOKENS)
        length_at = Struct("<Q" if container.byte_order == "little" else ">Q").unpack_from
        if container.byte_order != sys.byteorder:
            kinds.byteswap()
        control: set[str] = set()
        defined: set[str] = set()
        at = 0
        try:
            for kind in kinds:
                begin = at + 8
                at = begin + length_at(raw, at)[0]
                if (kind == NORMAL and raw[begin : begin + 1] not in _BEGINS) or at - begin > LONGEST:
                    continue
                text = raw[begin:at].decode(errors="replace")
                if kind in (UNKNOWN, CONTROL) or _LIKE_ONE.fullmatch(text):
                    control.add(text)
                elif kind == USER_DEFINED:
                    defined.add(text)
        except (error, OverflowError):
            raise reader.fault("ends_early", field=TOKENS, size=reader.size, needed=start + at + 8) from None
    return Marks(frozenset(control), frozenset(defined))
