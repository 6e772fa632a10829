"""``jarvis eval remember``: what of texts is kept, against what people labelled as worth keeping.

A kept memory is matched to the label of its own text that is nearest in meaning: multilingual vectors, a cosine of at
least ``SAME`` where both are in one language and ``ACROSS`` where they are not. Both were chosen on 199 pairs that were
judged by hand, with which they agree for 87 % of the memories. Whom a memory is about is compared apart, by name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jarvis.errors import UsageError
from jarvis.measure.jsonl import Line, lines
from jarvis.memory.learned import ME, Learned
from jarvis.words.fold import fold
from jarvis.words.language import language

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Embed = Callable[[Sequence[str]], Awaitable[NDArray[np.float32]]]

SAME, ACROSS = 0.92, 0.885
SAID = datetime(2026, 3, 4, 12)
"""When the texts are taken to have been said."""
SET = files("jarvis.measure").joinpath("remember_set")
TEXTS = {"en": "memory_extraction.dataset.jsonl", "es": "memory_extraction.dataset.es.jsonl"}
LABELS = "memory_extraction.labels.jsonl"
FORM = '{"id", "text"} and {"id", "memories": [{"type", "content"}]}'

Write = Callable[[str, datetime], Awaitable[Sequence[Learned]]]
"""What of a text is to be kept."""


@dataclass(frozen=True, slots=True)
class Label:
    """One memory that somebody labelled."""

    type: str
    content: str


@dataclass(frozen=True, slots=True)
class Text:
    """A text with what should be kept of it; nothing where it is junk."""

    id: str
    text: str
    language: str
    labels: tuple[Label, ...] = ()


@dataclass(slots=True)
class Tally:
    """Counts; ``found`` labels of ``labels``, ``right`` of ``stored`` memories, ``wrong_person`` of those ``named``."""

    texts: int = 0
    labels: int = 0
    found: int = 0
    stored: int = 0
    right: int = 0
    named: int = 0
    wrong_person: int = 0

    def facts(self) -> dict[str, Any]:
        precision, recall = _part(self.right, self.stored), _part(self.found, self.labels)
        both = (precision or 0) + (recall or 0)
        return {
            "n": self.texts,
            "labels": self.labels,
            "stored": self.stored,
            "precision": precision,
            "recall": recall,
            "f1": round(2 * (precision or 0) * (recall or 0) / both, 4) if both else 0.0,
            "wrong_person": _part(self.wrong_person, self.named),
        }


@dataclass(slots=True)
class Report:
    """What ``jarvis eval remember`` prints."""

    all: Tally = field(default_factory=Tally)
    languages: dict[str, Tally] = field(default_factory=dict)
    types: dict[str, Tally] = field(default_factory=dict)
    junk: Tally = field(default_factory=Tally)
    """``labels`` is of no use here; ``found`` texts left something."""
    by: str = ""
    embedder: str = ""

    def facts(self) -> dict[str, Any]:
        """As the JSON has it."""
        return {
            **self.all.facts(),
            "stored_junk": _part(self.junk.found, self.junk.texts),
            "junk_n": self.junk.texts,
            "by": self.by,
            "language": {lang: tally.facts() for lang, tally in sorted(self.languages.items())},
            "type": {
                kind: {"labels": t.labels, "recall": _part(t.found, t.labels)} for kind, t in sorted(self.types.items())
            },
            "matching": {"same_language": SAME, "across": ACROSS},
            "embedder": self.embedder,
        }


def _part(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def texts(folder: Path) -> list[Text]:
    """The labelled texts of a folder, of each language that is there, and the junk that comes with Jarvis. Raises
    UsageError.
    """
    labels: dict[str, tuple[Label, ...]] = {}
    for line in lines(folder / LABELS, FORM):
        if (id := line.name("id")) in labels:
            raise line.wrong(f"id = {id}, 2 x")
        labels[id] = _labels(line)
    files = {lang: folder / name for lang, name in TEXTS.items() if (folder / name).is_file()}
    if not files:
        raise UsageError("measure.unreadable", param="data", file=str(folder), why=f"{' / '.join(TEXTS.values())}?")
    found: dict[str, Text] = {}
    for lang, path in files.items():
        for line in lines(path, FORM):
            id = line.name("id")
            if f"{id}.{lang}" in found:
                raise line.wrong(f"id = {id}, 2 x")
            found[f"{id}.{lang}"] = Text(f"{id}.{lang}", line.text("text"), lang, labels.get(id, ()))
    return [*found.values(), *junk()]


def _labels(line: Line) -> tuple[Label, ...]:
    found = []
    for one in line.items("memories"):
        if not isinstance(one, dict):
            raise line.wrong(f"memories = [{one!r:.60}]")
        part = replace(line, told=one)
        found.append(Label(part.text("type"), part.text("content")))
    return tuple(found)


def junk() -> list[Text]:
    """Turns of which nothing is worth keeping."""
    rows = (json.loads(line) for line in SET.joinpath("junk.jsonl").read_text("utf-8").splitlines())
    return [Text(row["id"], row["text"], language(row["text"])) for row in rows]


async def evaluate(
    data: Sequence[Text], write: Write, embed: Embed, by: str, embedder: str, tell: Callable[[int], None]
) -> Report:
    """Remember every text, and compare. ``tell`` is called with how many are done."""
    kept: list[Sequence[Learned]] = []
    for number, text in enumerate(data, 1):
        kept.append([one for one in await write(text.text, SAID) if not one.ends])
        tell(number)
    near = await _nearness(data, kept, embed)
    report = Report(by=by, embedder=embedder)
    for text, stored in zip(data, kept, strict=True):
        if not text.labels:
            report.junk.texts += 1
            report.junk.found += bool(stored)
            continue
        _count(text, stored, near, report)
    return report


def _count(text: Text, stored: Sequence[Learned], near: Mapping[tuple[str, str], float], report: Report) -> None:
    tallies = (report.all, report.languages.setdefault(text.language, Tally()))
    found: set[int] = set()
    right = named = wrong = 0
    for one in stored:
        cosines = [near[one.text, label.content] for label in text.labels]
        best = max(range(len(cosines)), key=cosines.__getitem__)
        if not same(one.text, text.labels[best].content, cosines[best]):
            continue
        right += 1
        found.add(best)
        whose = person(text.labels[best].content, text.text)
        if whose is not None and one.kind in ("preference", "decision", "commitment", "person"):
            named += 1
            wrong += fold(one.subject).split()[:1] != whose.split()[:1]
    for tally in tallies:
        tally.texts += 1
        tally.labels += len(text.labels)
        tally.found += len(found)
        tally.stored += len(stored)
        tally.right += right
        tally.named += named
        tally.wrong_person += wrong
    for number, label in enumerate(text.labels):
        of_type = report.types.setdefault(label.type, Tally())
        of_type.labels += 1
        of_type.found += number in found


def same(stored: str, label: str, cosine: float) -> bool:
    """Whether a memory says what a label does."""
    return cosine >= (SAME if language(stored) == language(label) else ACROSS)


_FIRST = re.compile(
    r"(?P<name>[^\W\d_a-zà-ÿ][\w’-]+(?: [^\W\d_a-zà-ÿ][\w’-]+)?)(?='s\b|"
    r" (?:[a-z]+ly )?(?:prefers|decided|wants|committed|promised))"
)


def person(label: str, text: str) -> str | None:
    """Whose a labelled preference, decision or promise is, folded: a name that begins it, else the speaker's."""
    found = _FIRST.match(label)
    if found is None:
        return ME
    if fold(found["name"]) == "user":
        return "usuario" if "usuario" in fold(text) else "user"
    # the speaker's own name, where the label gives it and the text has none
    return fold(found["name"]) if fold(found["name"]) in fold(text) else ME


async def _nearness(
    data: Sequence[Text], kept: Sequence[Sequence[Learned]], embed: Embed
) -> dict[tuple[str, str], float]:
    pairs = [
        (one.text, label.content)
        for text, stored in zip(data, kept, strict=True)
        for one in stored
        for label in text.labels
    ]
    return await _cosines(pairs, embed)


async def _cosines(pairs: Sequence[tuple[str, str]], embed: Embed) -> dict[tuple[str, str], float]:
    every = list(dict.fromkeys(text for pair in pairs for text in pair))
    vectors = dict(zip(every, await embed(every), strict=True)) if every else {}
    return {(a, b): float(vectors[a] @ vectors[b]) for a, b in pairs}
