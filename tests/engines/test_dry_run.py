"""The engine's own figure, asked without loading the weights."""

from __future__ import annotations

import sys
from pathlib import Path

import psutil
import pytest

from jarvis.catalog.footprint import of_header
from jarvis.catalog.headers import read
from jarvis.config.schema import Engines, LlamaCpp, Settings
from jarvis.engines.dry_run import Table, dry_run
from jarvis.engines.memory import compute_bytes, kv_bytes, shape_of
from jarvis.words.fleet import HOST
from jarvis.words.footprint import Taken
from jarvis.words.model import Load

MIB = 1 << 20
LOG = """\
0.00.003.616 I cmn  common_param:   - CPU     : Some Processor (24105 MiB, 24105 MiB free)
0.01.036.088 I common_memory_breakdown_print: | memory breakdown [MiB]   | total   free    self   model   context   compute    unaccounted |
0.01.036.088 I common_memory_breakdown_print: |   - CUDA0 (RTX 5070 Ti)  | 16302 = 15000 + ( 1186 =  1092 +      90 +       4) +         116 |
0.01.036.195 I common_memory_breakdown_print: |   - Host                 |                    792 =   434 +      48 +     309                |
0.01.036.210 I common_memory_breakdown_print: |   - CPU_REPACK           |                     28 =    28 +       0 +       0                |
0.01.042.393 I common_params_fit_impl: projected to use 186 MiB of host memory vs. 24105 MiB of total host memory
0.02.036.088 I common_memory_breakdown_print: | memory breakdown [MiB]   | total   free    self   model   context   compute    unaccounted |
0.02.036.195 I common_memory_breakdown_print: |   - Host                 |                      3 =     1 +       1 +       1                |
"""  # noqa: E501 - as the engine prints it


def test_the_first_table_is_read_and_what_is_repacked_is_in_ram_too() -> None:
    table = Table()
    ended = [n for n, line in enumerate(LOG.splitlines()) if table.line(line)]
    assert ended == [5]
    assert table.devices == {
        "CUDA0": Taken(1092 * MIB, 90 * MIB, 4 * MIB),
        HOST: Taken(462 * MIB, 48 * MIB, 309 * MIB),
    }


@pytest.mark.parametrize("said", ["", "error: failed to load model", LOG.splitlines()[1]])
def test_no_table_is_no_figure(said: str) -> None:
    table = Table()
    assert not any(table.line(line) for line in [*said.splitlines(), "and so on", ""])
    assert not table.done


def engines() -> list[psutil.Process]:
    return [p for p in psutil.Process().children(recursive=True) if any("_llama_cpp_child" in w for w in p.cmdline())]


@pytest.mark.real
@pytest.mark.parametrize("kind", ["chat", "embedding"])
async def test_the_wheel_says_what_the_header_says(kind: str, starter_path: Path, tmp_path: Path) -> None:
    load = Load("starter", starter_path, context=1024, parallel=2, cache_type="q8_0", kind=kind)  # type: ignore[arg-type]
    said = await dry_run(load, Settings(), tmp_path)
    assert engines() == []
    model, embeds = of_header(read(starter_path)), kind == "embedding"
    cache = kv_bytes(model, shape_of(load), range(len(model.layers)), embeds)
    compute = compute_bytes(model, shape_of(load), embeds)
    assert said is not None and set(said) == {HOST}
    taken = said[HOST]
    assert taken.weights // MIB == model.weights // MIB
    assert taken.cache // MIB == cache // MIB
    assert abs(taken.compute - compute) < 2.5 * MIB


async def test_an_engine_that_fails_or_says_nothing_has_no_figure(tmp_path: Path) -> None:
    (tmp_path / "x.gguf").write_bytes(b"GGUF nothing")
    assert await dry_run(Load("x", tmp_path / "x.gguf"), Settings(), tmp_path) is None
    silent = tmp_path / "llama-server"
    silent.write_text(
        f"#!/bin/sh\ncase $1 in --version) echo version: 1;; --help) echo '  --fit N';;\n"
        f"*) exec {sys.executable} -c 'import time; time.sleep(600)';; esac\n"
    )
    silent.chmod(0o755)
    settings = Settings(engines=Engines(llama_cpp=LlamaCpp(binary=silent)))
    assert await dry_run(Load("x", tmp_path / "x.gguf"), settings, tmp_path, limit_seconds=1) is None
    assert not any("time.sleep(600)" in " ".join(p.cmdline()) for p in psutil.Process().children(recursive=True))
