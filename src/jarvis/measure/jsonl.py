"""Files of JSON objects, one a line, as somebody else made them: read strictly, and told where they are wrong."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jarvis.errors import UsageError

_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Line:
    """One object, and where it stands. ``expected`` is the form of all of them, as a person is told it."""

    path: Path
    number: int
    expected: str
    told: Mapping[str, Any]

    def wrong(self, why: str) -> UsageError:
        return _wrong(self.path, self.number, why, self.expected)

    def name(self, field: str, least: str | None = None) -> str:
        """A name, which may be a number too; ``least`` where it is not there. Raises UsageError."""
        value = self.told.get(field)
        if value is None and least is not None:
            return least
        return name_of(value, field, self)

    def text(self, field: str) -> str:
        """Words. Raises UsageError where there are none."""
        value = self.told.get(field)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(f"{field} = {_shown(value)}")
        return _sound(value, field, self)

    def items(self, field: str) -> list[Any]:
        """Raises UsageError for what is no list."""
        value = self.told.get(field)
        if not isinstance(value, list):
            raise self.wrong(f"{field} = {_shown(value)}")
        return value


def name_of(value: object, field: str, line: Line) -> str:
    """A name as text. Raises UsageError for what can be none."""
    if not isinstance(value, str | int) or isinstance(value, bool) or value == "":
        raise line.wrong(f"{field} = {_shown(value)}")
    return _sound(str(value), field, line)


def lines(path: Path, expected: str) -> Iterator[Line]:
    """The objects of a file, plain or gzip. Raises UsageError: for the line that is none, for a file that cannot be
    read, and for one without any.
    """
    found = False
    for number, raw in enumerate(_bytes(path), 1):
        if not raw.strip():
            continue
        try:
            told = json.loads(raw.decode(), parse_constant=_no_number)
        except UnicodeDecodeError as error:
            raise _wrong(path, number, f"UTF-8? {raw[error.start : error.start + 4]!r}", expected) from None
        except (ValueError, RecursionError) as error:
            raise _wrong(path, number, f"JSON: {error}", expected) from None
        if not isinstance(told, dict):
            raise _wrong(path, number, _shown(told), expected)
        found = True
        yield Line(path, number, expected, told)
    if not found:
        raise UsageError("measure.empty", param="data", file=str(path), expected=expected)


def _bytes(path: Path) -> list[bytes]:
    try:
        content = path.read_bytes()
        if content.startswith(_GZIP):
            content = gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise UsageError("measure.unreadable", param="data", file=str(path), why=why) from None
    return content.removeprefix(_BOM).split(b"\n")


def _no_number(told: str) -> float:
    raise ValueError(told)


def _sound(text: str, field: str, line: Line) -> str:
    """Half a letter (a surrogate without its other) can be written in JSON, and kept nowhere."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise line.wrong(f"{field}: {text[error.start : error.end]!a}") from None
    return text


def _shown(value: object) -> str:
    return f"{json.dumps(value, ensure_ascii=True):.60}"


def _wrong(path: Path, number: int, why: str, expected: str) -> UsageError:
    return UsageError("measure.line", param="data", file=str(path), line=number, why=why, expected=expected)
