"""Questions with judged answers, from files: one JSON object a line, plain or gzip.

``{"id", "lang"?, "category"?, "prompt", "score": {model: 0..1}?, "cost_usd": {model: dollars}?}``; a score that is null
counts as not there. Files of memory questions (``query`` for ``prompt``) are read too.
"""

from __future__ import annotations

import gzip
import json
import math
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from jarvis.errors import UsageError
from jarvis.words.language import language

EXPECTED = '{"id": "...", "lang": "es", "category": "...", "prompt": "...", "score": {"model": 0..1}}'


@dataclass(frozen=True, slots=True)
class Question:
    """One line. ``score`` is quality 0..1, ``cost_usd`` dollars for that one answer, both by model."""

    id: str
    lang: Literal["en", "es"]
    category: str
    prompt: str
    score: Mapping[str, float] = field(default_factory=dict)
    cost_usd: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Questions:
    """One file; ``name`` is its name without endings."""

    name: str
    items: tuple[Question, ...]

    @property
    def models(self) -> tuple[str, ...]:
        """Those with a score in at least half of the lines, in the order in which they appear."""
        seen = Counter(model for q in self.items for model in q.score)
        return tuple(model for model, n in seen.items() if 2 * n >= len(self.items))


def read(path: Path) -> Questions:
    """The questions of a file. Raises UsageError that names file and line when one is not as expected."""
    items: list[Question] = []
    told = False
    try:
        for number, line in enumerate(_lines(path), 1):
            if line.strip():
                item, says = _question(line, path, number)
                items.append(item)
                told = told or says
    except OSError as error:
        raise UsageError("measure.unreadable", param="data", file=str(path), why=error.strerror or str(error)) from None
    except (EOFError, zlib.error) as error:
        raise UsageError("measure.unreadable", param="data", file=str(path), why=str(error)) from None
    except UnicodeDecodeError:
        raise UsageError("measure.unreadable", param="data", file=str(path), why="UTF-8?") from None
    if not items:
        raise UsageError("measure.empty", param="data", file=str(path), expected=EXPECTED)
    if not told:  # one language a file: single questions of few words do not tell theirs
        common = Counter(q.lang for q in items).most_common(1)[0][0]
        items = [replace(q, lang=common) for q in items]
    name = path.name.removesuffix(".gz").removesuffix(".jsonl")
    return Questions(name if name != "queries" else path.parent.name, tuple(items))


def _lines(path: Path) -> Iterator[str]:
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    with gzip.open(path, "rt", encoding="utf-8") if packed else path.open(encoding="utf-8") as text:
        yield from text


def _question(line: str, path: Path, number: int) -> tuple[Question, bool]:
    """A line, and whether it says its language."""

    def wrong(why: str) -> UsageError:
        return UsageError("measure.line", param="data", file=str(path), line=number, why=why, expected=EXPECTED)

    try:
        found = json.loads(line)
    except ValueError as error:
        raise wrong(f"JSON: {error}") from None
    if not isinstance(found, dict):
        raise wrong("{…}?")
    prompt = found.get("prompt", found.get("query"))
    if not isinstance(found.get("id"), str | int) or isinstance(found.get("id"), bool):
        raise wrong("id?")
    if not isinstance(prompt, str) or not prompt.strip():
        raise wrong("prompt?")
    lang = found.get("lang")
    if lang not in (None, "en", "es"):
        raise wrong(f"lang = {lang!r}; en, es?")
    return Question(
        str(found["id"]),
        lang or language(prompt),
        str(found.get("category") or ""),
        prompt,
        _numbers(found.get("score"), 1.0, "score", wrong),
        _numbers(found.get("cost_usd"), math.inf, "cost_usd", wrong),
    ), lang is not None


def _numbers(found: object, most: float, name: str, wrong: Callable[[str], UsageError]) -> dict[str, float]:
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise wrong(f"{name} = {found!r:.60}; {{model: 0..{most:g}}}?")
    numbers: dict[str, float] = {}
    for model, value in found.items():
        if value is None:
            continue
        if isinstance(value, bool):
            value = float(value)
        if not isinstance(value, int | float) or not math.isfinite(value) or not 0 <= value <= most:
            raise wrong(f"{name}.{model} = {value!r:.60}; 0..{most:g}?")
        numbers[model] = float(value)
    return numbers
