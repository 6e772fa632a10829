"""The marks in a vocabulary are found, and only they."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jarvis.catalog.headers.vocabulary import TOKENS, TYPES, Marks, read_marks
from jarvis.errors import CorruptFile

U8, I32, STRING = 0, 5, 8
VOCABULARY = {
    "<unk>": 2, "<s>": 3, "<|im_start|>": 3, "<|im_end|>": 1, "a": 1, "<": 1, "<｜User｜>": 4, "   ": 4, "<think>": 4,
    "<unused0>": 5, "<0x0A>": 6, "ñ": 1, "<x>": 1, "[INST]": 3, "|" * 300: 3,
    "</s>": 1, "[EOT]": 1, "_<EOT>": 1, "<end_of_turn>": 1, "<fim_prefix>": 1, "</p>": 1, "[1]": 1, "<end_of_file>": 1,
}  # fmt: skip


def model(make: Any, order: str, vocabulary: dict[str, int]) -> Any:
    made = make.Gguf(order).value("general.architecture", STRING, "llama")
    made.array(TOKENS, STRING, list(vocabulary)).array(TYPES, I32, list(vocabulary.values()))
    return made


@pytest.mark.parametrize("order", ["<", ">"])
def test_marks_are_told_from_text(make: Any, tmp_path: Path, order: str) -> None:
    path = tmp_path / "m.gguf"
    for made in (model(make, order, VOCABULARY), model(make, order, VOCABULARY).value("general.name", STRING, "x")):
        path.write_bytes(made.bytes())
        assert read_marks(path) == Marks(
            frozenset({"<unk>", "<s>", "<|im_start|>", "<|im_end|>", "[INST]", "<｜User｜>"})
            | {"</s>", "[EOT]", "_<EOT>", "<end_of_turn>", "<fim_prefix>"},
            frozenset({"   ", "<think>"}),
        )


def test_a_model_without_a_vocabulary_has_none(make: Any, tmp_path: Path) -> None:
    path = tmp_path / "m.gguf"
    path.write_bytes(make.llama().bytes())  # its tokens have no types
    assert read_marks(path) == Marks()
    path.write_bytes(make.Gguf().value("general.architecture", STRING, "clip").bytes())
    assert read_marks(path) == Marks()


def test_a_vocabulary_that_is_none_is_refused(make: Any, tmp_path: Path) -> None:
    path = tmp_path / "m.gguf"
    made = make.Gguf().array(TOKENS, U8, [255] * 9).array(TYPES, I32, [3] * 9)
    path.write_bytes(made.bytes())
    with pytest.raises(CorruptFile):
        read_marks(path)


@pytest.mark.real
def test_the_starters(starter_path: Path) -> None:
    marks = read_marks(starter_path)
    assert {"<|im_start|>", "<|im_end|>", "<|endoftext|>", "<filename>"} <= marks.control
    assert len(marks.control) == 17 and not marks.defined
