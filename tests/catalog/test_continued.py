"""A download goes on where it was, whatever the server makes of byte ranges."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jarvis.catalog.sources import _continued
from jarvis.catalog.sources._continued import Answer, CutOff, answer, complete

CONTENT = bytes(range(256)) * 8


class Cut(Exception): ...


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_continued, "_LONGEST_PAUSE_SECONDS", 0.0)


def fetch(path: Path, cuts: list[int], ranges: bool = True, known: bool = True) -> list[int]:
    """Complete ``path`` from a server that drops the connection after ``cuts`` bytes; the offsets that were asked."""
    asked: list[int] = []

    @contextmanager
    def get(offset: int) -> Iterator[Answer]:
        asked.append(offset)
        start = offset if ranges else 0

        def chunks() -> Iterator[bytes]:
            end = min(len(CONTENT), start + cuts.pop(0)) if cuts else len(CONTENT)
            for begin in range(start, end, 100):
                yield CONTENT[begin : min(end, begin + 100)]
            if end < len(CONTENT):
                raise Cut("gone")

        if offset >= len(CONTENT):
            yield answer(416, {"Content-Range": f"bytes */{len(CONTENT)}"}, offset, ())
        elif start:
            head = {"Content-Range": f"bytes {start}-{len(CONTENT) - 1}/{len(CONTENT)}"}
            yield answer(206, head, offset, chunks())
        else:
            yield answer(200, {"Content-Length": str(len(CONTENT))}, offset, chunks())

    complete(path, get, lambda have, total: None, (Cut,), len(CONTENT) if known else None)
    return asked


@given(st.lists(st.integers(1, len(CONTENT)), max_size=12), st.integers(0, len(CONTENT)), st.booleans(), st.booleans())
def test_it_ends_with_the_whole_file(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[int], have: int, ranges: bool, known: bool
) -> None:
    path = tmp_path_factory.mktemp("continued") / "file"
    path.write_bytes(CONTENT[:have])
    cuts = cuts if ranges else cuts[:2]
    fetch(path, cuts, ranges, known)
    assert path.read_bytes() == CONTENT


def test_only_the_rest_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(CONTENT[:300])
    assert fetch(path, [500, 600]) == [300, 800, 1400]
    assert fetch(path, []) == []
    assert fetch(path, [], known=False) == [len(CONTENT)]


def test_what_is_longer_than_it_may_be_starts_again(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(CONTENT + b"more")
    assert fetch(path, []) == [0]
    assert path.read_bytes() == CONTENT


def test_it_is_given_up_when_nothing_comes(tmp_path: Path) -> None:
    with pytest.raises(CutOff) as told:
        fetch(tmp_path / "file", [500, *[0] * 20])
    assert told.value.have == 500
    assert (tmp_path / "file").read_bytes() == CONTENT[:500]


def test_it_is_given_up_when_a_server_begins_anew_and_never_gets_further(tmp_path: Path) -> None:
    with pytest.raises(CutOff) as told:
        fetch(tmp_path / "file", [500] * 20, ranges=False)
    assert told.value.have == 500


def test_a_server_that_sends_more_than_it_said_is_stopped(tmp_path: Path) -> None:
    sent = 0

    @contextmanager
    def get(offset: int) -> Iterator[Answer]:
        def endless() -> Iterator[bytes]:
            nonlocal sent
            while True:
                sent += 100
                yield bytes(100)

        yield Answer(0, 250, endless())

    with pytest.raises(CutOff):
        complete(tmp_path / "file", get, lambda have, total: None, (Cut,))
    assert sent == 300
    assert (tmp_path / "file").read_bytes() == b""


@pytest.mark.parametrize("said", ["", "bytes 7-9/10", "bytes x-9/10", "lines 5-9/10"])
def test_an_answer_that_makes_no_sense_is_not_written(said: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"01234")

    @contextmanager
    def get(offset: int) -> Iterator[Answer]:
        yield answer(206, {"Content-Range": said}, offset, [b"wrong"])

    with pytest.raises(CutOff):
        complete(path, get, lambda have, total: None, (Cut,), 10)
    assert path.read_bytes() == b"01234"
