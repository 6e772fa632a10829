"""A document of millions of words keeps nobody from the database, or from being answered, while it is cut."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from test_retold import ME, Talk

from jarvis.memory import documents, passages


async def test_what_takes_long_is_done_by_neither(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    talk, by = Talk(tmp_path), set[str]()

    def watched(real: Callable[..., Any]) -> Callable[..., Any]:
        def seen(*given: Any) -> Any:
            by.add(threading.current_thread().name)
            return real(*given)

        return seen

    monkeypatch.setattr(passages, "stems", watched(passages.stems))
    monkeypatch.setattr(passages, "language_of", watched(passages.language_of))
    monkeypatch.setattr(documents, "chunks", watched(documents.chunks))
    paper = tmp_path / "a.txt"
    paper.write_text("La casera se llama Obsidiana.")
    assert (await talk.memory.documents.learn(ME, paper)).chunks == 1
    assert by
    assert not [name for name in by if name.startswith(("store", "MainThread"))]
    assert (await talk.memory.look(ME, "Obsidiana")).hits
    await talk.memory.close()
    talk.database.close()
