"""JSON and JSON Lines: a line a value, with the way to it; lists of records as tables."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from jarvis.documents.draft import Draft
from jarvis.documents.formats._decode import decode
from jarvis.documents.formats.base import Source


class Format:
    """See ``base.Format``."""

    suffixes = frozenset({".json", ".jsonl", ".ndjson", ".geojson", ".jsonc", ".json5", ".webmanifest"})
    binary = False

    def looks(self, source: Source) -> bool:
        """Never."""
        return False

    def read(self, source: Source, draft: Draft) -> None:
        """See ``base.Format``. What is no JSON (half of it, or with comments) is read as the text it is."""
        text, draft.encoding = decode(source.data())
        try:
            if source.suffix in (".jsonl", ".ndjson"):
                values = [json.loads(line) for line in text.splitlines() if line.strip()]
            else:
                value = json.loads(text)
                values = value if isinstance(value, list) else [value]
            told = [(list(_lines(record, "")), isinstance(record, dict | list)) for record in values]
        except (ValueError, RecursionError):
            draft.code(text)
            return
        for lines, apart in told:
            for line in lines:
                draft.item(line)
            if apart:
                draft.part()


def _lines(value: Any, way: str) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _lines(inner, f"{way}.{name}" if way else str(name))
    elif isinstance(value, list):
        if value and not any(isinstance(inner, dict | list) for inner in value):
            yield f"{way}: {', '.join(map(_said, value))}" if way else ", ".join(map(_said, value))
            return
        for number, inner in enumerate(value):
            yield from _lines(inner, f"{way}[{number}]")
    elif value is not None and value != "":
        yield f"{way}: {_said(value)}" if way else _said(value)


def _said(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
