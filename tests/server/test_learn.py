"""Reading documents over HTTP: what is longer than one request is told from where to go on; nothing is left of a file
that was only sent to be read.
"""

from __future__ import annotations

import base64
import errno
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from jarvis.config.schema import Settings
from jarvis.errors import DiskFull, Forbidden, StoreError, Unreadable, UsageError
from jarvis.memory.documents import Learned
from jarvis.memory.learning import Found, Read
from jarvis.server import documents
from jarvis.words.json_bytes import encode
from jarvis.words.person import SCOPES, Person


class Learning:
    """Ten files, of which the third cannot be read."""

    def __init__(self) -> None:
        self.sent: dict[str, str] = {}

    async def learn(
        self, person: str, paths: Sequence[Path], watched: bool, after: int
    ) -> AsyncGenerator[Found | Read, None]:
        yield Found(10, {"hidden": 2})
        for n in range(after + 1, 11):
            error = Unreadable("documents.no_memory", path="3", limit=1) if n == 3 else None
            yield Read(Learned(f"/{n}", "failed" if error else "new", 1, 0, (), error), n, 10)

    async def uploaded(self, person: str, path: Path, name: str) -> Learned:
        self.sent[name] = path.read_text()
        raise Unreadable("documents.no_memory", path=path, limit=1)


def call(body: dict[str, Any], folder: Path, learning: Learning, *scopes: str) -> Any:
    held = SimpleNamespace(learning=learning, folder=folder, followed=lambda: None)
    parts = SimpleNamespace(remembrance=held, settings=Settings())
    person = Person("ana", frozenset(scopes or SCOPES), "t", None)
    return SimpleNamespace(body=encode(body), parts=parts, person=person, lang="es")


async def steps(asked: Any) -> list[dict[str, Any]]:
    response = await documents.learned(asked)
    return [dict(event) async for event in response._events]  # type: ignore[attr-defined]


async def test_what_is_longer_than_a_request_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = await steps(call({"paths": ["/papers"]}, tmp_path, Learning()))
    assert told[0] == {"files": 10, "skipped": {"hidden": 2}}
    assert [t["number"] for t in told[1:]] == list(range(1, 11))
    assert told[3]["error"]["code"] == "no_memory"
    monkeypatch.setattr(documents, "PART", 0.0)  # its time is over at once
    after, seen = 0, []
    for _ in range(10):
        told = await steps(call({"paths": ["/papers"], "after": after}, tmp_path, Learning()))
        seen += [t["number"] for t in told if "number" in t]
        after = told[-1].get("again", 0)
    assert (seen, after) == (list(range(1, 11)), 0)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, UsageError), ({"paths": ["papers"]}, UsageError),
        ({"paths": ["/a"], "name": "a", "content": ""}, UsageError),
        ({"name": "a.md"}, UsageError), ({"name": "../a.md", "content": "eA=="}, UsageError),
        ({"content": "eA=="}, UsageError), ({"name": "a.md", "content": "not base64!"}, UsageError),
        ({"paths": ["/etc"], "guest": True}, Forbidden),
    ],
)  # fmt: skip
async def test_what_is_asked_wrongly(tmp_path: Path, body: dict[str, Any], error: type[Exception]) -> None:
    scopes = ("chat", "history") if body.pop("guest", False) else SCOPES
    with pytest.raises(error):
        await steps(call(body, tmp_path, Learning(), *scopes))
    assert list(tmp_path.iterdir()) == []


async def test_a_file_that_is_sent_is_here_only_to_be_read(tmp_path: Path) -> None:
    learning, content = Learning(), base64.b64encode(b"Turmalina").decode()
    with pytest.raises(Unreadable):
        await steps(call({"name": "a.md", "content": content}, tmp_path, learning, "history"))
    assert learning.sent == {"a.md": "Turmalina"}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("number", "error"), [(errno.ENOSPC, DiskFull), (errno.EACCES, StoreError)])
async def test_what_keeps_a_file_from_being_written_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, error: type[Exception]
) -> None:
    def refuse(path: Path, data: bytes) -> int:
        raise OSError(number, "refused")

    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(error):
        await steps(call({"name": "a.md", "content": "eA=="}, tmp_path, Learning()))
