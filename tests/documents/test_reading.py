"""The child that reads: one for many files, held to its limits, replaced when it is gone."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import asdict, replace
from pathlib import Path

import pytest
import pytest_asyncio
from made import LIMITS, WORDS, docx, pdf, text

from jarvis.documents import _wire
from jarvis.documents.limits import Limits
from jarvis.documents.reading import Reader
from jarvis.errors import Unreadable

SLOW = "*a_ " * 900_000
"""Takes the parser of Markdown longer than any of the tests."""


@pytest_asyncio.fixture
async def reader(tmp_path: Path) -> AsyncIterator[Reader]:
    made = Reader(tmp_path / "logs", LIMITS)
    yield made
    await made.close()


async def limited(folder: Path, path: Path, limits: Limits) -> Unreadable:
    """The error that ``path`` ends in, and that the next file is read all the same."""
    made = Reader(folder / "logs", limits)
    try:
        with pytest.raises(Unreadable) as told:
            await made.read(path)
        assert (await made.read(text(folder / "siguiente.txt"))).sections[0].text == WORDS
        return told.value
    finally:
        await made.close()


async def test_one_child_reads_many_files(reader: Reader, tmp_path: Path) -> None:
    pids = set()
    for number in range(4):
        await reader.read(text(tmp_path / f"{number}.txt"))
        with pytest.raises(Unreadable):
            await reader.read(tmp_path / "no_está.txt")
        pids.add(reader.pid)
    assert len(pids) == 1
    await reader.close()
    assert not Path(f"/proc/{pids.pop()}").exists()
    assert (await reader.read(tmp_path / "1.txt")).kind == "text"


async def test_files_asked_for_at_once_are_all_read(reader: Reader, tmp_path: Path) -> None:
    paths = [text(tmp_path / f"{number}.txt", times=number + 1) for number in range(5)]
    found = await asyncio.gather(*map(reader.read, paths))
    assert [read.title for read in found] == [path.name for path in paths]
    assert [len(read.sections[0].text.split("\n\n")) for read in found] == [1, 2, 3, 4, 5]


async def test_a_child_that_is_killed_between_files_is_replaced(reader: Reader, tmp_path: Path) -> None:
    await reader.read(text(tmp_path / "a.txt"))
    before = reader.pid
    os.kill(before, signal.SIGKILL)
    for _ in range(2):  # it may be seen only by asking it
        try:
            read = await reader.read(tmp_path / "a.txt")
            break
        except Unreadable as error:
            assert error.code == "documents.crashed"
    assert read.sections[0].text == WORDS
    assert reader.pid != before


async def test_a_child_that_is_killed_over_a_file_is_told_of_that_file(reader: Reader, tmp_path: Path) -> None:
    await reader.read(text(tmp_path / "a.txt"))
    (tmp_path / "lento.md").write_text(SLOW)
    asked = asyncio.create_task(reader.read(tmp_path / "lento.md"))
    await asyncio.sleep(0)
    os.kill(reader.pid, signal.SIGKILL)
    with pytest.raises(Unreadable) as told:
        await asked
    assert told.value.code == "documents.crashed"
    assert (await reader.read(tmp_path / "a.txt")).kind == "text"


async def test_whoever_leaves_ends_the_reading(reader: Reader, tmp_path: Path) -> None:
    await reader.read(text(tmp_path / "a.txt"))
    before = reader.pid
    (tmp_path / "lento.md").write_text(SLOW)
    asked = asyncio.create_task(reader.read(tmp_path / "lento.md"))
    await asyncio.sleep(0)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert not Path(f"/proc/{before}").exists()
    assert (await reader.read(tmp_path / "a.txt")).kind == "text"


async def test_processor_time_is_limited(tmp_path: Path) -> None:
    (tmp_path / "lento.md").write_text(SLOW)
    error = await limited(tmp_path, tmp_path / "lento.md", replace(LIMITS, cpu_seconds=1))
    assert error.code == "documents.too_slow"


async def test_time_is_limited(tmp_path: Path) -> None:
    (tmp_path / "lento.md").write_text(SLOW)
    error = await limited(tmp_path, tmp_path / "lento.md", replace(LIMITS, wall_seconds=3))
    assert error.code == "documents.too_slow"
    assert "3" in error.message("es")


async def test_memory_is_limited(tmp_path: Path) -> None:
    (tmp_path / "grande.txt").write_text("palabra " * 5_000_000)
    error = await limited(tmp_path, tmp_path / "grande.txt", replace(LIMITS, memory_bytes=100 << 20, characters=10**8))
    assert error.code == "documents.no_memory"


async def test_letters_are_limited(tmp_path: Path) -> None:
    error = await limited(tmp_path, docx(tmp_path / "a.docx", 10), replace(LIMITS, characters=1000))
    assert error.code == "documents.too_long"


async def test_what_is_far_too_long_is_not_even_tried(tmp_path: Path) -> None:
    (tmp_path / "grande.txt").write_text("palabra " * 5_000_000)
    error = await limited(tmp_path, tmp_path / "grande.txt", replace(LIMITS, memory_bytes=100 << 20))
    assert error.code == "documents.too_long"


async def test_pages_are_limited(tmp_path: Path) -> None:
    error = await limited(tmp_path, pdf(tmp_path / "a.pdf", 5), replace(LIMITS, pages=4))
    assert error.code == "documents.too_many_pages"


async def test_bytes_are_limited(tmp_path: Path) -> None:
    error = await limited(tmp_path, pdf(tmp_path / "a.pdf", 5), replace(LIMITS, file_bytes=1000))
    assert error.code == "documents.too_big"


async def test_a_name_need_not_be_text(reader: Reader, tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe a.txt"))
    assert (await reader.read(text(path))).sections[0].text == WORDS


@pytest.mark.parametrize(
    "act",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.system('true')",
        "import os; os.fork()",
        "open('x', 'w')",
        "from pathlib import Path; Path('x').touch()",
        "import os; os.remove('y')",
    ],
)
def test_the_child_does_nothing_but_read(act: str, tmp_path: Path) -> None:
    (tmp_path / "y").write_text("queda")
    code = f"import sys; from jarvis.documents._child import _guard; sys.addaudithook(_guard)\n{act}"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert "is not allowed while a document is read" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["y"]


def test_the_child_is_guarded_before_its_first_file(tmp_path: Path) -> None:
    """A reader that would call home is refused in the child as it runs."""
    ours, theirs = socket.socketpair()
    code = (
        "import socket\n"
        "from jarvis.documents import _child\n"
        "from jarvis.documents.formats import text\n"
        "text.Format.read = lambda *_: socket.create_connection(('127.0.0.1', 9))\n"
        "_child.main()"
    )
    with ours, subprocess.Popen([sys.executable, "-c", code], stdin=theirs) as child:
        theirs.close()
        _wire.send(ours, asdict(LIMITS))
        assert _wire.receive(ours) == {"ready": True}
        _wire.send(ours, {"path": str(text(tmp_path / "a.txt"))})
        answer = _wire.receive(ours)
        ours.shutdown(socket.SHUT_RDWR)
        assert child.wait(60) == 0
    assert answer is not None
    assert "is not allowed" in answer["facts"]["reason"]
