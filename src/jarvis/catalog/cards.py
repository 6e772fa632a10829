"""Model cards: one TOML file each, read strictly; and what a file's header must not contradict."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, get_args

from jarvis.catalog.headers.header import Header
from jarvis.catalog.headers.network import MOST_LAYERS
from jarvis.catalog.places import ID, QUANTIZATION, runs_code, safe_name
from jarvis.catalog.sources.base import parse
from jarvis.errors import ConfigError, CorruptFile
from jarvis.registry import nearest
from jarvis.texts import say
from jarvis.words.model import Architecture, Kind, ModelCard, ModelFile, Reading, Score, Variant

CatalogName = Literal["shipped", "community", "owner"]
Table = dict[str, Any]
CAPABILITIES = (
    "chat", "tools", "json", "images", "reasoning", "embedding", "rerank", "transcribe", "translate", "speak", "speech",
    "turn",
)  # fmt: skip
FORMATS = ("gguf", "safetensors", "onnx", "ctranslate2", "other")


class _Wrong(Exception):
    """A value is not what it must be; says what was expected, as the end of a text code."""

    def __init__(self, expected: str, **facts: Any) -> None:
        self.text = say(f"catalog.expected.{expected}", **facts)


Check = Callable[[object], object]


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _Wrong("text")
    return value


def _matching(pattern: re.Pattern[str], expected: str) -> Check:
    def check(value: object) -> str:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise _Wrong(expected)
        return value

    return check


def _one_of(choices: tuple[str, ...]) -> Check:
    def check(value: object) -> str:
        if value not in choices:
            raise _Wrong("choice", choices=", ".join(choices))
        return str(value)

    return check


def _whole(low: int, high: int = 1 << 62) -> Callable[[object], int]:
    def check(value: object) -> int:
        if type(value) is not int or not low <= value <= high:
            raise _Wrong("whole" if high == 1 << 62 else "between", low=low, high=high)
        return value

    return check


def _number(low: float, high: float) -> Check:
    def check(value: object) -> float:
        if type(value) not in (int, float) or not low <= value <= high:  # type: ignore[operator]
            raise _Wrong("between", low=low, high=high)
        return value  # type: ignore[return-value]

    return check


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise _Wrong("flag")
    return value


def _list(check: Check, least: int = 0) -> Check:
    def checked(value: object) -> tuple[object, ...]:
        if not isinstance(value, list) or len(value) < least:
            raise _Wrong("list")
        return tuple(check(item) for item in value)

    return checked


def _range(value: object) -> tuple[int, int]:
    if not isinstance(value, list) or len(value) != 2:
        raise _Wrong("range")
    low, high = (_whole(0, 100)(bound) for bound in value)
    if low > high:
        raise _Wrong("range")
    return low, high


def _file_name(value: object) -> str:
    if not isinstance(value, str) or not safe_name(value):
        raise _Wrong("file_name")
    if runs_code(value):
        raise _Wrong("harmless")
    return value


def _source(value: object) -> str:
    try:
        return str(parse(_text(value)))
    except ValueError as error:
        raise _Wrong("source", form=error) from error


def _table(value: object) -> Table:
    if not isinstance(value, dict):
        raise _Wrong("table")
    return value


_tables = _list(_table)

_CARD: Mapping[str, Check] = {
    "id": _matching(ID, "id"),
    "name": _text,
    "family": _text,
    "kind": _one_of(get_args(Kind)),
    "licence": _text,
    "languages": _list(_matching(re.compile(r"[a-z]{2,3}(-[A-Za-z]+)?"), "language")),
    "context": _whole(0),
    "parameters": _whole(0),
    "variants": _list(_table, least=1),
    "commercial_use": _flag,
    "gated": _flag,
    "aliases": _list(_matching(re.compile(r"[A-Za-z0-9][\w./-]*"), "alias")),
    "capabilities": _list(_one_of(CAPABILITIES)),
    "specialties": _list(_text),
    "difficulty_range": _range,
    "priority": _whole(0, 1000),
    "architecture": _table,
    "template_notes": _text,
    "system_prompt": _table,
    "sampling": _table,
    "stop": _list(_text),
    "scores": _tables,
    "notes": _text,
    "reading": _table,
}
_READING: Mapping[str, Check] = {"pooling": _one_of(("cls", "mean", "last")), "query": _text, "passage": _text}
_VARIANT: Mapping[str, Check] = {
    "quantization": _matching(QUANTIZATION, "quantization"),
    "format": _one_of(FORMATS),
    "files": _list(_table, least=1),
    "engines": _list(_text, least=1),
}
_FILE: Mapping[str, Check] = {
    "name": _file_name,
    "bytes": _whole(1),
    "sha256": _matching(re.compile(r"([0-9a-f]{64})?"), "sha256"),
    "sources": _list(_source, least=1),
}
_SCORE: Mapping[str, Check] = {"benchmark": _text, "specialty": _text, "value": _number(0, 1), "source": _text}
_SAMPLING: Mapping[str, Check] = {
    "temperature": _number(0, 5),
    "top_p": _number(0, 1),
    "top_k": _whole(0),
    "min_p": _number(0, 1),
    "repeat_penalty": _number(0, 10),
    "max_tokens": _whole(1),
}
_ARCHITECTURE: Mapping[str, Check] = {
    field.name: _text if field.name == "name" else _flag if isinstance(field.default, bool) else _whole(0)
    for field in dataclasses.fields(Architecture)
} | {"layers": _whole(0, MOST_LAYERS)}
_PROMPT: Mapping[str, Check] = {"en": _text, "es": _text}
_ALL_NEEDED = ("id", "name", "family", "kind", "licence", "languages", "context", "parameters", "variants")


def read_card(path: Path, catalog: CatalogName = "shipped") -> ModelCard:
    """The card in a file, whose name must be the card's id.

    Raises ConfigError naming the file, the key, and what was expected.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError("catalog.card_syntax", file=path, reason=str(error)) from error
    except OSError as error:
        raise ConfigError("catalog.card_unreadable", file=path, reason=error.strerror or str(error)) from error
    return _Reader(path).card(table, catalog)


class _Reader:
    """Reads one file; knows its name for the errors."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def card(self, table: Table, catalog: CatalogName) -> ModelCard:
        fields = self._fields(table, _CARD, "", _ALL_NEEDED)
        if fields["id"] != self.file.stem:
            right = self.file.with_name(f"{fields['id']}.toml")
            raise ConfigError("catalog.card_other_name", file=self.file, id=fields["id"], right=right)
        for key, known in (("sampling", _SAMPLING), ("system_prompt", _PROMPT)):
            fields[key] = self._fields(fields.get(key, {}), known, f"{key}.")
        shape = self._fields(fields.get("architecture", {}), _ARCHITECTURE, "architecture.")
        reading = self._fields(fields.get("reading", {}), _READING, "reading.")
        scores = (
            Score(**self._fields(score, _SCORE, f"scores[{n}].", tuple(_SCORE)))
            for n, score in enumerate(fields.get("scores", ()))
        )
        variants = tuple(self._variant(item, f"variants[{n}].") for n, item in enumerate(fields["variants"]))
        self._distinct((v.quantization.lower() for v in variants), "variants.quantization")
        return ModelCard(
            **fields
            | {
                "catalog": catalog,
                "architecture": Architecture(**shape),
                "reading": Reading(**reading),
                "scores": tuple(scores),
                "variants": variants,
                "capabilities": frozenset(fields.get("capabilities", ())),
            }
        )

    def _variant(self, table: Table, where: str) -> Variant:
        fields = self._fields(table, _VARIANT, where, tuple(_VARIANT))
        files = tuple(self._file(item, f"{where}files[{n}].") for n, item in enumerate(fields["files"]))
        self._distinct((f.name.lower() for f in files), f"{where}files.name")
        return Variant(**fields | {"files": files})

    def _file(self, table: Table, where: str) -> ModelFile:
        file = ModelFile(**self._fields(table, _FILE, where, ("name", "bytes", "sources")), **_unstated(table))
        if not file.sha256 and not (len(file.sources) == 1 and file.sources[0].startswith("hf:")):
            raise ConfigError("catalog.card_missing", file=self.file, key=f"{where}sha256")
        return file

    def _fields(self, table: Table, known: Mapping[str, Check], where: str, needed: tuple[str, ...] = ()) -> Table:
        """The values of ``table``, each checked; ``where`` is how its keys begin in messages."""
        found = {}
        for key, value in table.items():
            if key not in known:
                near = nearest(key, list(known))
                meant = " " + say("cli.did_you_mean", name=f"{where}{near}") if near else ""
                raise ConfigError("catalog.card_unknown_key", file=self.file, key=f"{where}{key}", meant=meant)
            try:
                found[key] = known[key](value)
            except _Wrong as wrong:
                facts: Table = {
                    "file": self.file,
                    "key": f"{where}{key}",
                    "value": _shown(value),
                    "expected": wrong.text,
                }
                raise ConfigError("catalog.card_bad_value", **facts) from wrong
        for key in needed:
            if key not in found:
                raise ConfigError("catalog.card_missing", file=self.file, key=f"{where}{key}")
        return found

    def _distinct(self, values: Any, key: str) -> None:
        seen = set()
        for value in values:
            if value in seen:
                raise ConfigError("catalog.card_twice", file=self.file, key=key, value=value)
            seen.add(value)


def _unstated(table: Table) -> Table:
    return {} if "sha256" in table else {"sha256": ""}


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:79] + "…"


def check(card: ModelCard, header: Header, file: str) -> None:
    """Refuse a file that is not the network its card describes; what either leaves unsaid is not compared.

    Raises CorruptFile with every value that differs, the card's and the file's.
    """
    shape = card.architecture
    pairs = {
        "architecture": (shape.name, header.architecture),
        "layers": (shape.layers, header.layers),
        "hidden": (shape.hidden, header.hidden),
        "heads": (shape.heads, header.heads),
        "kv_heads": (shape.kv_heads, header.kv_heads),
        "head_size": (shape.head_size, header.head_size),
        "context": (card.context, header.context),
    }
    differ = [
        say("catalog.differs", what=what, card=stated, file=found)
        for what, (stated, found) in pairs.items()
        if stated and found and stated != found
    ]
    if differ:
        raise CorruptFile("catalog.header_differs", model=card.id, file=file, differences="; ".join(differ))
