"""The configuration as it is in force: defaults < file < environment < flags, each value with its origin."""

from __future__ import annotations

import json
import os
import re
import shlex
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from jarvis.config import keys
from jarvis.config.lines import key_lines
from jarvis.config.paths import good, paths, written
from jarvis.config.problems import problems, together
from jarvis.config.schema import Settings
from jarvis.errors import ConfigError
from jarvis.registry import nearest
from jarvis.texts import say

NOT_SETTINGS = frozenset({"JARVIS_HOME", "JARVIS_LANG", "JARVIS_WORKER", "JARVIS_COMMAND"})
"""Variables of ours that say where and how Jarvis runs; every other JARVIS_… names a setting or is a mistake."""

DEFAULT = "default"
LARGEST_BYTES = 4 << 20
"""A configuration file is not larger: what is was named by mistake, and is not read into memory."""

_REASONS = {
    "Invalid statement": "statement",
    "Invalid initial character for a key part": "key",
    "Expected '=' after a key": "equals",
    "Invalid value": "value",
    "Expected newline": "newline",
    "Unclosed array": "unclosed",
    "Unclosed inline table": "unclosed",
    "Expected ']": "unclosed",
    "Unterminated string": "text",
    'Expected "': "text",
    "Expected '": "text",
    "Unescaped": "backslash",
    "Invalid hex value": "backslash",
    "Escaped character": "backslash",
    "Illegal character": "character",
    "Found invalid character": "character",
    "Cannot ": "twice",
    "Duplicate": "twice",
}
"""How the messages of ``tomllib`` begin, and what we say instead."""

Origins = dict[str, str]
Table = dict[str, object]


@dataclass(frozen=True, slots=True)
class Loaded:
    """The settings, and where each came from.

    ``origins``: dotted key -> ``default``, ``file /path/config.toml:12``, ``environment JARVIS_SERVER_PORT`` or
    ``flag --port``. Every setting is there; those of the tables ``model`` and ``api`` when they are set.
    ``path`` is the file that was read, or would have been.
    """

    settings: Settings
    origins: Mapping[str, str]
    path: Path


def load(
    flags: Mapping[str, str] | None = None,
    environ: Mapping[str, str] | None = None,
    path: Path | None = None,
) -> Loaded:
    """Read the configuration.

    ``flags``: dotted key -> text as typed; in messages ``server.behind_proxy`` is ``--behind-proxy``. ``path``: a file
    that must exist; default: the owner's ``config.toml``, which need not.
    Raises ConfigError naming key, value, what is allowed and the origin; InvalidConfig when there are several.
    """
    env = os.environ if environ is None else environ
    file = path or paths(env).config_file
    text = read(file)
    if text is None and path is not None:
        raise ConfigError("config.missing", path=file)
    values, origins, wrong = _written(text or "", file, env)
    if (lang := env.get("JARVIS_LANG", "")) and not lang.lower().startswith(("en", "es")):
        wrong.append(ConfigError("config.bad_language", param="JARVIS_LANG", value=lang))
    for key, text in (flags or {}).items():
        _put(values, origins, key, text, f"flag --{key.rpartition('.')[2].replace('_', '-')}")
    settings, refused = validate(values, origins, file)
    return Loaded(_or_raise(settings, [*wrong, *refused]), _with_defaults(origins), file)


def sections(file: Path, *names: str) -> Settings:
    """Only these sections of ``file`` and of the environment, as they are now: what is wrong elsewhere, or told by a
    flag, does not matter. Raises ConfigError.
    """
    values, origins, _ = _written(read(file) or "", file, os.environ)
    settings, wrong = validate({name: values[name] for name in names if name in values}, origins, file)
    return _or_raise(settings, wrong)


def judge(text: str, file: Path) -> tuple[Settings | None, list[ConfigError]]:
    """The settings of a document as ``file``, or what is wrong with it. Raises ConfigError when it is no TOML."""
    values, origins = _from_text(text, file)
    return validate(values, origins, file)


def _written(text: str, file: Path, env: Mapping[str, str]) -> tuple[Table, Origins, list[ConfigError]]:
    """The values of a document and of the environment, and which variables are no settings."""
    values, origins = _from_text(text, file)
    wrong: list[ConfigError] = []
    for name in sorted(n for n in env if n.startswith("JARVIS_") and n not in NOT_SETTINGS):
        if key := keys.variables().get(name):
            _put(values, origins, key, env[name], f"environment {name}")
        else:
            near = keys.meant(nearest(name, [*keys.variables(), *NOT_SETTINGS]))
            wrong.append(ConfigError("config.unknown_variable", param=name, name=name, meant=near))
    return values, origins, wrong


def _or_raise(settings: Settings | None, wrong: list[ConfigError]) -> Settings:
    if settings is None or wrong:
        raise together(wrong)
    return settings


def _with_defaults(origins: Origins) -> Origins:
    """One for each setting; sections have none, nor has a table of free names: its entries have."""
    written = [key for key in origins if (field := keys.field_of(keys.split(key))) and not keys.is_free(field)]
    return {key: origins.get(key, DEFAULT) for key in dict.fromkeys([*keys.settings(), *written])}


def read(file: Path) -> str | None:
    """The text of a configuration file, None when there is none. Raises ConfigError when it cannot be read."""
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST_BYTES + 1)
        if len(content) > LARGEST_BYTES:
            raise ConfigError("config.too_large", path=file, mib=LARGEST_BYTES >> 20)
        return content.decode("utf-8-sig")  # some editors begin a file with a byte order mark
    except FileNotFoundError:
        return None
    except IsADirectoryError as error:
        raise ConfigError("config.is_a_folder", path=file) from error
    except NotADirectoryError as error:
        raise ConfigError("config.not_in_a_folder", path=file) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ConfigError("config.not_utf8", path=file, line=line) from error
    except OSError as error:
        raise ConfigError("config.unreadable", path=file, reason=error.strerror or str(error)) from error


def syntax(text: str, file: Path) -> Table:
    """The values of a TOML document. Raises ConfigError with line and column."""
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        reason, line, column = _place(str(error), text)
        facts: Table = {"path": file, "line": line, "column": column, "reason": reason}
        raise ConfigError("config.syntax", param=None, mend=_back(file, line), **facts) from error


def _back(file: Path, line: int) -> str:
    """How to come by a file that is TOML again."""
    if good(file).exists():
        return say("config.mend.back", line=line, command=shlex.join(["cp", str(good(file)), str(file)]))
    return say("config.mend.edit", line=line, command=f"${{EDITOR:-nano}} +{line} {shlex.quote(str(file))}")


def _from_text(text: str, file: Path) -> tuple[Table, Origins]:
    """The values of a document, paths made absolute, and the line of each."""
    values, origins = syntax(text, file), {}
    for key, line in key_lines(text).items():
        origins[keys.join(key)] = f"file {file}:{line}"
        _absolute(values, key, file.parent)
    return values, origins


def _place(message: str, text: str) -> tuple[str, int, int]:
    """Reason, line and column of a TOML error, which Python below 3.14 has only in its message."""
    code = next((code for begin, code in _REASONS.items() if message.startswith(begin)), "other")
    reason = say(f"config.toml.{code}", reason=message.partition(" (at ")[0])
    if at := re.search(r" \(at line (\d+), column (\d+)\)$", message):
        return reason, int(at[1]), int(at[2])
    lines = text.removesuffix("\n").split("\n")
    return reason, len(lines), len(lines[-1]) + 1


def _absolute(values: Table, key: keys.Key, folder: Path) -> None:
    """A path in the file counts from the file's folder; ``~`` is the home folder."""
    field = keys.field_of(key)
    if field is None or not keys.is_path(field):
        return
    table: object = values
    for part in key[:-1]:
        if not isinstance(table, dict):
            return
        table = table.get(part)
    if isinstance(table, dict) and isinstance(text := table.get(key[-1]), str):
        table[key[-1]] = str(written(text, folder)) if text else None


def _put(values: Table, origins: Origins, key: str, text: str, origin: str) -> None:
    """Set ``key`` to what ``text`` says, over what was there."""
    path = keys.split(key)
    field = keys.field_of(path)
    table = values
    for part in path[:-1]:
        inner = table.setdefault(part, {})
        if not isinstance(inner, dict):
            table[part] = inner = {}
        table = inner
    table[path[-1]] = text if field is None else keys.from_text(field, text)
    origins[keys.join(path)] = origin
    if field is not None and keys.is_path(field):
        _absolute(values, path, Path.cwd())


def validate(values: Table, origins: Origins, file: Path) -> tuple[Settings | None, list[ConfigError]]:
    """The settings, or everything that is wrong with them."""

    def origin(key: str) -> str:
        inside = (o for k, o in origins.items() if k.startswith(f"{key}."))
        return origins.get(key) or next(inside, f"file {file}")

    try:
        # Strict, and as JSON: a list may become a tuple and a text a path, but no text becomes a number. The one type
        # of TOML that JSON lacks, and no setting has, is made into one that is refused.
        document = json.dumps(values, default=lambda date: {"date": str(date)})
        return Settings.model_validate_json(document, strict=True), []
    except ValidationError as error:
        return None, problems(error, Settings, origin)
