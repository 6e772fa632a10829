"""The keys of the schema: their dotted names, the field behind each, and what it allows in words.

A key is ``section.name``. In the sections that hold one table per model (``model``, ``api``) it is
``section.ID.name``, where the id may hold dots itself.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from jarvis.config.schema import Settings
from jarvis.config.section import Section
from jarvis.registry import nearest
from jarvis.texts import say

Key = tuple[str, ...]


def _section(field: FieldInfo) -> type[Section] | None:
    kind = field.annotation
    return kind if isinstance(kind, type) and issubclass(kind, Section) else None


def _table(field: FieldInfo) -> type[Section] | None:
    """The section of which ``field`` holds one for each id, or None when it is no such table."""
    if get_origin(field.annotation) is not dict:
        return None
    kind = get_args(field.annotation)[1]
    return kind if isinstance(kind, type) and issubclass(kind, Section) else None


def _entry(field: FieldInfo) -> FieldInfo | None:
    """What a setting whose names are free (``model.ID.options``) holds under each of them, or None for any other."""
    if get_origin(field.annotation) is not dict or _table(field) is not None:
        return None
    return FieldInfo.from_annotation(get_args(field.annotation)[1])


@cache
def tables() -> Mapping[str, type[Section]]:
    """The sections with one table per id, by name."""
    return {name: kind for name, field in Settings.model_fields.items() if (kind := _table(field))}


@cache
def settings() -> Mapping[str, FieldInfo]:
    """Every setting that is not in a table, by dotted key, in the order of the schema."""

    def walk(section: type[Section], before: str) -> Iterator[tuple[str, FieldInfo]]:
        for name, field in section.model_fields.items():
            if inner := _section(field):
                yield from walk(inner, f"{before}{name}.")
            elif not _table(field):
                yield before + name, field

    return dict(walk(Settings, ""))


@cache
def variables() -> Mapping[str, str]:
    """Environment variable -> dotted key; tables have none."""
    return {"JARVIS_" + key.upper().replace(".", "_"): key for key in settings()}


def variable(key: str) -> str:
    """The environment variable of a setting; empty for those of the tables, which have none."""
    return next((name for name, known in variables().items() if known == key), "")


def split(key: str) -> Key:
    """A dotted key in its parts: ``model.llama-3.1-8b.gpu`` is ``("model", "llama-3.1-8b", "gpu")``."""
    first, _, rest = key.partition(".")
    if first in tables() and rest:
        name, dot, last = rest.rpartition(".")
        if not dot:
            return first, _bare(last)
        outer, _, free = name.rpartition(".")
        fields = tables()[first].model_fields
        if last not in fields and outer and free in fields and _entry(fields[free]) is not None:
            return first, _bare(outer), free, last
        return first, _bare(name), last
    return tuple(key.split("."))


def _bare(name: str) -> str:
    return name.strip("\"'")


def join(key: Key) -> str:
    """The parts of a key as one dotted name."""
    return ".".join(key)


def _walk(root: type[Section], key: Key) -> tuple[type[Section], Key, FieldInfo | None]:
    """As far as ``root`` knows ``key``: the section reached, the parts left in it, the field when all is known."""
    section = root
    while key:
        field = section.model_fields.get(key[0])
        if field is None:
            return section, key, None
        if len(key) == 1:
            return section, (), field
        if (inner := _section(field)) is not None:
            section, key = inner, key[1:]
        elif (inner := _table(field)) is not None:
            if len(key) == 2:
                return inner, (), field
            section, key = inner, key[2:]
        elif (entry := _entry(field)) is not None:
            return section, key[2:], entry if len(key) == 2 else None
        else:
            return section, key[1:], None
    return section, (), None


def field_of(key: Key, root: type[Section] = Settings) -> FieldInfo | None:
    """The field of a setting, or None for an unknown key and for a section."""
    field = _walk(root, key)[2]
    is_setting = field is not None and _section(field) is None and _table(field) is None
    return field if is_setting else None


def is_section(key: Key, root: type[Section] = Settings) -> bool:
    """Whether ``key`` names a section, a table, or one entry of a table."""
    left, field = _walk(root, key)[1:]
    return not left and (field is None or _section(field) is not None or _table(field) is not None)


def reached(key: Key, root: type[Section] = Settings) -> Key:
    """``key`` as far as the schema knows it: pydantic also names which of several types it tried."""
    return key[: len(key) - len(_walk(root, key)[1])]


def is_free(field: FieldInfo) -> bool:
    """Whether the setting is a table in which any name may stand."""
    return _entry(field) is not None


def did_you_mean(key: Key, root: type[Section] = Settings) -> str:
    """The known key nearest to an unknown one, or an empty string."""
    section, left, _ = _walk(root, key)
    if not left:
        return ""
    if near := nearest(left[0], list(section.model_fields)):
        return join((*key[: len(key) - len(left)], near, *left[1:]))
    if root is Settings:
        by_name = {name.rpartition(".")[2]: name for name in settings()}
        # written without its section, or in the wrong one; two words that merely look alike mean two things
        return by_name.get(nearest(key[-1], list(by_name)) if len(key) == 1 else key[-1], "")
    return ""


def about(key: Key) -> str:
    """What a setting, or a section, means, in the owner's language."""
    without_id = (key[0], *key[2:]) if key[0] in tables() else key
    return say(f"settings.{join(without_id)}")


def meant(name: str) -> str:
    """ "Did you mean …?", or nothing."""
    return " " + say("config.did_you_mean", name=name) if name else ""


def _plain(kind: Any) -> Any:
    """A type without its ``| None`` and its annotations; ``object`` for one that may be several things."""
    if get_origin(kind) in (Union, types.UnionType):
        kinds = [k for k in get_args(kind) if k is not type(None)]
        kind = kinds[0] if len(kinds) == 1 else object
    return _plain(get_args(kind)[0]) if get_origin(kind) is Annotated else kind


def optional(field: FieldInfo) -> bool:
    """Whether the setting may be left without a value."""
    return type(None) in get_args(field.annotation)


def is_path(field: FieldInfo) -> bool:
    return _plain(field.annotation) is Path


def is_secret(field: FieldInfo) -> bool:
    return _plain(field.annotation) is SecretStr


def from_text(field: FieldInfo, text: str) -> object:
    """A value written as text (environment, flag, ``config set``) as the file would hold it.

    Lists are separated by commas, or written as in the file. What cannot be read as the setting's type is left as text:
    the schema refuses it.
    """
    kind = _plain(field.annotation)
    if text == "" and optional(field):
        return None
    if get_origin(kind) is tuple:
        if text.lstrip().startswith("["):
            import tomllib

            with suppress(tomllib.TOMLDecodeError):
                listed: object = tomllib.loads(f"listed = {text}")["listed"]
                return listed
        inner = _plain(get_args(kind)[0])
        return [_scalar(inner, part.strip()) for part in text.split(",") if part.strip()]
    return _scalar(kind, text)


_WORDS = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


def _scalar(kind: Any, text: str) -> object:
    if kind is bool:
        return _WORDS.get(text.strip().lower(), text)
    if kind is object and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if kind in (int, float, object):
        for number in (int, float):
            try:
                return number(text)
            except ValueError:
                continue
    return text


def allowed(field: FieldInfo) -> str:
    """What a setting may hold, in words."""
    kind = _plain(field.annotation)
    if kind is object and (words := [k for k in get_args(field.annotation) if get_origin(k) is Literal]):
        other = next(k for k in get_args(field.annotation) if get_origin(k) is not Literal)
        choices = ", ".join(str(word) for literal in words for word in get_args(literal))
        return say("config.allowed.choice_or", choices=choices, other=allowed(FieldInfo.from_annotation(other)))
    if get_origin(kind) is Literal:
        return say("config.allowed.choice", choices=", ".join(map(str, get_args(kind))))
    if get_origin(kind) is tuple:
        return say("config.allowed.range" if _plain(get_args(kind)[0]) is int else "config.allowed.list")
    if get_origin(kind) is dict:
        return say("config.allowed.table")
    names = {object: "scalar", bool: "bool", int: "int", float: "float", Path: "path", str: "text", SecretStr: "text"}
    return say(f"config.allowed.{names[kind]}") + _limits(field)


def _limits(field: FieldInfo) -> str:
    found: dict[str, object] = {}
    for rule in field.metadata:
        for name in ("ge", "gt", "le", "lt"):
            value = getattr(rule, name, None)
            if value is not None:
                found[name] = value
    if "ge" in found and "le" in found:
        return " " + say("config.limit.between", low=found["ge"], high=found["le"])
    return "".join(" " + say(f"config.limit.{name}", value=value) for name, value in found.items())


def sample(field: FieldInfo) -> object:
    """Something that a setting without a default could be."""
    kind = _plain(field.annotation)
    if get_origin(kind) is tuple:
        return [0, 100] if _plain(get_args(kind)[0]) is int else []
    if kind in (int, float):
        return next((rule.ge for rule in field.metadata if getattr(rule, "ge", None) is not None), 0)
    return ""


def value_of(settings: Settings, key: Key) -> object:
    """The value of a setting; None when it belongs to a model of which nothing is set."""
    value: Any = settings
    for part in key:
        value = value.get(part) if isinstance(value, Mapping) else getattr(value, part, None)
    return value
