"""`jarvis eval cache`: how often the semantic cache answers, and how often wrongly, on pairs whose truth is known.

Of each pair ``a`` was asked and answered, then ``b`` is asked. Judged twice: each pair for itself, and with all first
questions kept at once, where ``b`` may also be answered by the first question of another pair. Of that nobody said
whether it is the same; it counts as wrong unless its words are those of a question that is.
"""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from jarvis.cache.guards import Reading, read
from jarvis.cache.semantic import Entry, Semantic
from jarvis.errors import UsageError

if TYPE_CHECKING:
    from jarvis.cache.asking import Vector

Z = 1.959964
"""Of the 95 % intervals (Wilson's score)."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One line of the data."""

    id: str
    language: Literal["en", "es"]
    a: str
    b: str
    duplicate: bool
    kind: str = ""


@dataclass(slots=True)
class Tally:
    """What was counted: pairs, those that are the same, hits, and hits on pairs that are not the same."""

    n: int = 0
    duplicates: int = 0
    hits: int = 0
    wrong_hits: int = 0

    def add(self, duplicate: bool, hit: bool, wrong: bool) -> None:
        """Count one question."""
        self.n += 1
        self.duplicates += duplicate
        self.hits += hit
        self.wrong_hits += wrong

    def facts(self) -> dict[str, object]:
        """As the JSON has it; a share of nothing is null."""
        right = self.hits - self.wrong_hits
        return {
            "n": self.n,
            "hits": self.hits,
            "hit_rate": _share(self.hits, self.n),
            "wrong_hits": self.wrong_hits,
            "wrong_share_of_all": _share(self.wrong_hits, self.n),
            "wrong_share_ci": _interval(self.wrong_hits, self.n),
            "recall_of_duplicates": _share(right, self.duplicates),
            "recall_ci": _interval(right, self.duplicates),
        }


@dataclass(slots=True)
class Report:
    """The whole of it."""

    embedder: str
    all: Tally = field(default_factory=Tally)
    kinds: dict[str, Tally] = field(default_factory=dict)
    languages: dict[str, Tally] = field(default_factory=dict)
    together: Tally = field(default_factory=Tally)
    elsewhere: int = 0

    def facts(self) -> dict[str, object]:
        """The stable JSON."""
        return {
            **self.all.facts(),
            "by_kind": {kind: tally.facts() for kind, tally in sorted(self.kinds.items())},
            "by_language": {name: tally.facts() for name, tally in sorted(self.languages.items())},
            "together": {**self.together.facts(), "elsewhere": self.elsewhere},
            "embedder": self.embedder or None,
        }


def pairs(files: Iterable[Path]) -> list[Pair]:
    """The lines of JSONL files, packed with gzip or not. Raises UsageError for a line that is no pair, OSError."""
    found = []
    for file in files:
        with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    found.append(_pair(line, file, number))
    return found


def _pair(line: str, file: Path, number: int) -> Pair:
    try:
        row: dict[str, Any] = json.loads(line)
        pair = Pair(str(row["id"]), row.get("lang", "en"), row["a"], row["b"], row["duplicate"], row.get("kind", ""))
        whole = all(isinstance(text, str) for text in (pair.a, pair.b, pair.kind)) and isinstance(pair.duplicate, bool)
        if not whole or pair.language not in ("en", "es"):
            raise ValueError("a value of another kind")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError("cache.no_pair", file=file, line=number, reason=repr(error)) from error
    return pair


def evaluate(
    asked: Sequence[Pair], vector: Callable[[str], Vector | None] = lambda _: None, embedder: str = ""
) -> Report:
    """Judge every pair. ``vector``: of a text, of length 1, by ``embedder``; None where there is none."""
    report = Report(embedder)
    together = Semantic()
    readings: dict[tuple[str, str], Reading] = {}
    for pair in asked:
        for text in (pair.a, pair.b):
            readings.setdefault((text, pair.language), read(text, pair.language))
        a = _entry(pair, readings, vector, embedder)
        together.add(a)
        alone = Semantic()
        alone.add(a)
        reading = readings[pair.b, pair.language]
        hit = pair.a == pair.b or alone.find("", reading, vector(pair.b), embedder) is not None
        for tally in (
            report.all,
            report.languages.setdefault(pair.language, Tally()),
            report.kinds.setdefault(pair.kind, Tally()),
        ):
            tally.add(pair.duplicate, hit, hit and not pair.duplicate)
    first = {pair.a for pair in asked}
    for pair in asked:
        found = together.find("", readings[pair.b, pair.language], vector(pair.b), embedder)
        answered = pair.b if pair.b in first else found.entry.key if found else None
        right = answered is not None and (answered == pair.b or (answered == pair.a and pair.duplicate))
        report.together.add(pair.duplicate, answered is not None, answered is not None and not right)
        report.elsewhere += answered is not None and not right and answered != pair.a
    return report


def _entry(
    pair: Pair, readings: dict[tuple[str, str], Reading], vector: Callable[[str], Vector | None], embedder: str
) -> Entry:
    return Entry(pair.a, "", "", readings[pair.a, pair.language], vector(pair.a), embedder)


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 6) if whole else None


def _interval(part: int, whole: int) -> list[float] | None:
    """Wilson's 95 % interval of a share."""
    if not whole:
        return None
    p, z2 = part / whole, Z * Z / whole
    middle, half = p + z2 / 2, Z * math.sqrt(p * (1 - p) / whole + z2 / (4 * whole))
    return [round(max(0.0, middle - half) / (1 + z2), 6), round(min(1.0, (middle + half) / (1 + z2)), 6)]
