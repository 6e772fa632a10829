"""Where each key of a TOML document stands; ``tomllib`` does not say."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

_TEXT, _LIST = ('"""', "'''"), ("]", "}")
"""One of these is in the last line of a statement of several lines: of a text, of a list."""


def key_lines(text: str) -> dict[tuple[str, ...], int]:
    """Every key and table of a valid TOML document, with the line (from 1) where it is written.

    A statement of TOML can be parsed by itself, so the document is read statement by statement: lines are gathered
    until they parse.
    """
    found: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    statement, first = "", 1
    ends: tuple[str, ...] = ()
    for number, line in enumerate(text.split("\n"), start=1):  # other line ends are not TOML's
        begins = not statement
        if begins:
            first = number
            is_text = any(mark in line for mark in _TEXT) and not any(mark in line for mark in "[{")
            ends = _TEXT if is_text else (*_TEXT, *_LIST)
        statement += line + "\n"
        if not begins and not any(end in line for end in ends):
            continue  # a long text is not parsed again with each of its lines
        try:
            parsed = tomllib.loads(statement)
        except tomllib.TOMLDecodeError:
            continue
        is_header = statement.lstrip().startswith("[")
        if is_header:
            table = next(_paths(parsed), ())
            found.setdefault(table, first)
        else:
            for key in filter(None, _paths(parsed)):
                found.setdefault(table + key, first)
        statement = ""
    return found


def _paths(value: Any) -> Iterator[tuple[str, ...]]:
    """The paths to the leaves of nested tables; a list of tables (``[[x]]``) counts as a table."""
    if isinstance(value, list) and value and isinstance(value[-1], dict):
        value = value[-1]
    if not isinstance(value, dict):
        yield ()
        return
    if not value:
        yield ()
    for key, inner in value.items():
        for rest in _paths(inner):
            yield (key, *rest)
