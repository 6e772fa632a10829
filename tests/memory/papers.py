"""What a reader of documents gives: the file's text as it is."""

from __future__ import annotations

from pathlib import Path

from jarvis.words.memory import Section


class Paper:
    title, warnings = "a paper", ()

    def __init__(self, path: Path) -> None:
        self.sections: tuple[Section, ...] = (Section(path.read_text()),)


class Reading:
    async def read(self, path: Path) -> Paper:
        return Paper(path)

    async def close(self) -> None: ...
