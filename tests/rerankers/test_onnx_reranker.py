"""The child of a cross-encoder: damaged files, too much at once; and which reranker a name means."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

import tiny_onnx
from jarvis.catalog.catalog import Catalog
from jarvis.config.schema import Settings
from jarvis.errors import Busy, CorruptFile, EngineDied, ModelNotFound, UsageError
from jarvis.rerankers import onnx
from jarvis.rerankers.llama_cpp import Reranker as Lent
from jarvis.rerankers.making import make
from jarvis.rerankers.onnx import Reranker

PACKAGED = "ms-marco-minilm-l12"


def reranker(folder: Path, **how: int) -> tuple[Reranker, Path]:
    file = tiny_onnx.ranks(folder / "onnx", **how)
    return Reranker(Settings(), Catalog(folder, own_paths={PACKAGED: file}), folder / "logs", PACKAGED), file


async def test_of_a_long_text_the_beginning_counts(tmp_path: Path) -> None:
    made, _ = reranker(tmp_path)
    long = "la capital de francia " * 600
    one, other, third = await made.scores("capital?", [long, long[:9000] + "9 lives " * 600, "9 lives " + long])
    assert one == other != third
    assert await made.scores("capital? " * 400, ["a"]) != await made.scores("capital? " * 400, ["9"])
    await made.close()


async def test_files_that_are_no_reranker_are_said_to_be_damaged(tmp_path: Path) -> None:
    made, file = reranker(tmp_path / "two", outputs=2)
    with pytest.raises(CorruptFile) as caught:
        await made.scores("x", ["y"])
    assert str(file) in caught.value.message("en") and f"jarvis pull {PACKAGED}" in caught.value.hint("es")
    await made.close()
    made, file = reranker(tmp_path / "cut")
    os.truncate(file, 100)
    with pytest.raises(CorruptFile):
        await made.scores("x", ["y"])
    await made.close()


async def test_one_that_dies_is_started_again_at_next_use(tmp_path: Path) -> None:
    made, _ = reranker(tmp_path)
    before = await made.scores("x", ["y"])
    assert made._child.line is not None
    os.kill(made._child.line.worker.pid, signal.SIGSTOP)
    asking = asyncio.create_task(made.scores("x", ["y"]))
    limit = time.monotonic() + 20
    while not made._child.line.asked:
        assert time.monotonic() < limit
        await asyncio.sleep(0)
    os.kill(made._child.line.worker.pid, signal.SIGKILL)
    with pytest.raises(EngineDied):
        await asking
    assert await made.scores("x", ["y"]) == before
    await made.close()


async def test_no_more_than_so_many_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx, "WAITING", 3)
    made, _ = reranker(tmp_path)
    assert len(await made.scores("x", ["y"] * 5)) == 5  # nobody else waits
    line = made._child.line
    assert line is not None
    os.kill(line.worker.pid, signal.SIGSTOP)
    asking = asyncio.create_task(made.scores("x", ["y"] * 2))
    while not line.asked:
        await asyncio.sleep(0)
    with pytest.raises(Busy):
        await made.scores("x", ["y"] * 2)
    os.kill(line.worker.pid, signal.SIGCONT)
    await asking
    assert len(await made.scores("x", ["y"] * 2)) == 2
    await made.close()


def test_a_name_means_what_runs_its_files(tmp_path: Path) -> None:
    def of(name: str) -> object:
        return make(name, Settings(), Catalog(tmp_path), tmp_path, None, None)  # type: ignore[arg-type]

    assert isinstance(of(PACKAGED), Reranker) and isinstance(of("bge-reranker-v2-m3"), Lent)
    with pytest.raises(UsageError) as caught:
        of("bge-m3")
    assert "memory.reranker" in caught.value.hint("en")
    with pytest.raises(ModelNotFound):
        of("nothing")


async def test_without_its_files_it_says_how_to_get_them(tmp_path: Path) -> None:
    for name in (PACKAGED, "bge-reranker-v2-m3"):
        made = make(name, Settings(), Catalog(tmp_path), tmp_path, None, None)  # type: ignore[arg-type]
        assert not made.here()
        with pytest.raises(ModelNotFound) as caught:
            await made.scores("x", ["y"])
        assert f"jarvis pull {name}" in caught.value.hint("en")
        await made.close()
