"""How well speech is heard: word error rate by language, after a normalisation that is fair and stated here.

Words are compared as ``speech.hear.normal`` has them. Nothing else is forgiven: a wrong word is an error.
"""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

from jarvis.errors import Unreadable, UsageError
from jarvis.measure.jsonl import lines
from jarvis.speech.hear.base import Hearing, Opened
from jarvis.speech.hear.normal import normal
from jarvis.speech.languages import code_of
from jarvis.words.audio import Listen

SILENCE = "none"
WINDOW_SECONDS = 30.0
SHORT_SECONDS = 10.0
"""An utterance of up to so long counts for latency and processor time."""


def errors(said: Sequence[str], heard: Sequence[str]) -> int:
    """Words that were changed, left out or added, as few as will do (Levenshtein)."""
    before = list(range(len(heard) + 1))
    for row, word in enumerate(said, 1):
        now = [row]
        for column, other in enumerate(heard, 1):
            now.append(min(before[column] + 1, now[-1] + 1, before[column - 1] + (word != other)))
        before = now
    return before[-1]


@dataclass(frozen=True, slots=True)
class Clip:
    """A recording and what is said in it; ``language`` is ``none`` where nobody speaks."""

    id: str
    audio: Path
    text: str
    language: str


EXPECTED = '{"audio": "clips/a.wav", "text": "what is said", "language": "es", "en" or "none"}'


def clips(manifest: Path) -> list[Clip]:
    """Raises UsageError for a line that is none, a language that there is not, and a recording that is not there."""
    found = []
    for line in lines(manifest, EXPECTED):
        language, audio = line.name("language"), manifest.parent / line.text("audio")
        if not audio.is_file():
            raise line.wrong(f"audio: {audio}?")
        text = ""
        if language != SILENCE:
            text = line.text("text")
            try:
                language = code_of(language)
            except UsageError as error:
                raise line.wrong(str(error)) from None
        found.append(Clip(line.name("id", str(line.number)), audio, text, language))
    return found


@dataclass(slots=True)
class Report:
    """What it came to. Times are seconds."""

    model: str
    n: int = 0
    wrong: dict[str, int] = field(default_factory=dict)
    words: dict[str, int] = field(default_factory=dict)
    false_characters: int = 0
    latency: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    sound_seconds: float = 0.0
    busy_seconds: float = 0.0
    misheard: list[dict[str, str]] = field(default_factory=list)

    def facts(self) -> dict[str, Any]:
        """As ``jarvis bench voice --json`` says it."""
        return {
            "n": self.n,
            "model": self.model,
            "wer": {
                name: self.wrong[name] / self.words[name] if self.words.get(name) else None
                for name in sorted({"en", "es", *self.words})
            },
            "false_text_chars": self.false_characters,
            "cpu_seconds": _spread(self.cpu),
            "rtf": self.busy_seconds / self.sound_seconds if self.sound_seconds else None,
            "latency_ms": {name: None if s is None else 1000 * s for name, s in _spread(self.latency).items()},
            "misheard": self.misheard,
        }


def _spread(values: Sequence[float]) -> dict[str, float | None]:
    if len(values) < 2:
        return dict.fromkeys(("p50", "p95"), values[0] if values else None)
    return {"p50": statistics.median(values), "p95": statistics.quantiles(values, n=20, method="inclusive")[-1]}


Tell = Callable[[int, int], None]


async def evaluate(hearing: Hearing, model: str, asked: Sequence[Clip], hints: Sequence[str], tell: Tell) -> Report:
    """Every clip, one after the other; reading the file is not counted. Raises UsageError for one that is
    no recording.
    """
    report = Report(model)
    for clip in asked:
        try:
            opened = await hearing.open(await asyncio.to_thread(clip.audio.read_bytes))
        except (Unreadable, OSError) as error:
            raise UsageError("measure.unreadable", param="data", file=str(clip.audio), why=str(error)) from error
        silent = clip.language == SILENCE
        listen = Listen("" if silent else clip.language, hints=tuple(hints))
        sound = b"" if opened.seconds > WINDOW_SECONDS else await hearing.sound(opened, 0.0, opened.seconds)
        began, used = monotonic(), hearing.cpu_seconds()
        text = (await hearing.hear(sound, listen)).text if sound else await _long(hearing, opened, listen)
        took, used = monotonic() - began, hearing.cpu_seconds() - used
        await hearing.shut(opened)
        report.n += 1
        tell(report.n, len(asked))
        if silent:
            report.false_characters += len(text)
            continue
        said, words = normal(clip.text, clip.language), normal(text, clip.language)
        wrong = errors(said, words)
        report.wrong[clip.language] = report.wrong.get(clip.language, 0) + wrong
        report.words[clip.language] = report.words.get(clip.language, 0) + len(said)
        report.sound_seconds += opened.seconds
        report.busy_seconds += took
        if opened.seconds <= SHORT_SECONDS:
            report.latency.append(took)
            report.cpu.append(used)
        if wrong:
            report.misheard.append({"id": clip.id, "said": clip.text, "heard": text})
    return report


async def _long(hearing: Hearing, opened: Opened, listen: Listen) -> str:
    said, at = [], 0.0
    while at < opened.seconds:
        pieces, at = await hearing.pieces(opened, at)
        said += [(await hearing.piece(opened, start, end, listen)).text for start, end in pieces]
    return " ".join(filter(None, said))
