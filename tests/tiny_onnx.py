"""Networks of a few thousand numbers as a BERT's are asked, with their tokenizer: load at once, know nothing."""

from __future__ import annotations

import string
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from jarvis.embedders import _onnx
from jarvis.embedders._onnx import CONTRIB, Graph

HIDDEN = 32
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
WORDS = ["la", "capital", "de", "francia", "paris", "query", "passage", *string.ascii_lowercase, *string.digits, "?"]
VOCABULARY = [*SPECIAL, *WORDS, *(f"##{letter}" for letter in string.ascii_lowercase + string.digits)]
_INT64 = 7


class _Tokens(Graph):
    """Takes tokens, which ``_onnx`` has no need of."""

    def whole(self, takes: Sequence[str], gives: tuple[str, Sequence[int | str]]) -> bytes:
        field = _onnx._field
        shape = b"".join(field(1, field(2, size)) for size in ("texts", "tokens"))
        value = field(2, field(1, field(1, _INT64) + field(2, shape)))
        inputs = b"".join(field(11, field(1, name) + value) for name in takes)
        graph = b"".join(field(1, node) for node in self._nodes) + field(2, "tiny")
        graph += b"".join(field(5, constant) for constant in self._constants) + inputs
        graph += field(12, _onnx._value(*gives))
        sets = b"".join(field(8, field(1, domain) + field(2, version)) for domain, version in (("", 17), (CONTRIB, 1)))
        return field(1, 8) + field(7, graph) + sets


def tokenizer(path: Path) -> None:
    made = Tokenizer(models.WordPiece({word: n for n, word in enumerate(VOCABULARY)}, unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer(strip_accents=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.decoder = decoders.WordPiece()
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    made.save(str(path))


def _states(graph: _Tokens, random: Any, takes: Sequence[str]) -> str:
    """(texts, tokens, hidden): each token's own numbers, its place's kind, and a little of all the others."""
    table = graph.constant(random.standard_normal((len(VOCABULARY), HIDDEN)).astype(np.float32))
    x = graph.apply("Gather", table, "input_ids")
    if "token_type_ids" in takes:
        kinds = graph.constant(random.standard_normal((2, HIDDEN)).astype(np.float32))
        x = graph.apply("Add", x, graph.apply("Gather", kinds, "token_type_ids"))
    mixed = graph.apply("Tanh", graph.apply("ReduceMean", x, axes=[1], keepdims=1))
    return graph.apply("Add", x, mixed)


def embeds(folder: Path, types: bool = True, seed: int = 1) -> Path:
    """A folder with ``model.onnx`` and ``tokenizer.json``; returns the model's file."""
    folder.mkdir(parents=True, exist_ok=True)
    takes = ["input_ids", "attention_mask", *(["token_type_ids"] if types else [])]
    graph = _Tokens()
    x = _states(graph, np.random.default_rng(seed), takes)
    (folder / "model.onnx").write_bytes(graph.whole(takes, (x, ("texts", "tokens", HIDDEN))))
    tokenizer(folder / "tokenizer.json")
    return folder / "model.onnx"


def ranks(folder: Path, outputs: int = 1, seed: int = 1) -> Path:
    """The same that makes a score (texts, ``outputs``) of a pair."""
    folder.mkdir(parents=True, exist_ok=True)
    takes = ["input_ids", "attention_mask", "token_type_ids"]
    random, graph = np.random.default_rng(seed), _Tokens()
    x = graph.apply("Tanh", _states(graph, random, takes))
    x = graph.apply("ReduceMean", x, axes=[1], keepdims=0)
    x = graph.apply("MatMul", x, graph.constant(random.standard_normal((HIDDEN, outputs)).astype(np.float32)))
    (folder / "model.onnx").write_bytes(graph.whole(takes, (x, ("texts", outputs))))
    tokenizer(folder / "tokenizer.json")
    return folder / "model.onnx"
