"""With how many threads an engine computes beside other programs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jarvis.engines._gomp import FIRST_LOOK_SECONDS, LOOK_SECONDS, STALE_SECONDS, Free, busy_seconds, free_cores

GOMP = Path(__file__).parents[2] / "src" / "jarvis" / "engines" / "_gomp.py"
TEAM = """
#include <omp.h>
int team(int asked) {
  int had = 0;
  #pragma omp parallel num_threads(asked)
  {
    #pragma omp single
    had = omp_get_num_threads();
  }
  return had;
}
"""


@pytest.mark.parametrize(
    ("cores", "others", "free"),
    [(2, 0.0, 2), (2, 0.3, 2), (2, 0.67, 1), (2, 1.0, 1), (2, 1.9, 1), (8, 0.9, 7), (8, 3.0, 5), (1, 0.5, 1)],
)
def test_others_are_given_the_cores_that_they_use(cores: int, others: float, free: int) -> None:
    assert free_cores(cores, others) == free


@given(st.integers(1, 256), st.floats(0, 300))
def test_one_core_is_always_left_and_never_more_than_there_are(cores: int, others: float) -> None:
    assert 1 <= free_cores(cores, others) <= cores


class Machine:
    """Two cores whose use is told."""

    def __init__(self) -> None:
        self.now = self.busy = self.own = 0.0
        self.looks = 0

    def all(self, cores: frozenset[int]) -> float:
        self.looks += 1
        return self.busy

    def runs(self, seconds: float, own: float, others: float) -> None:
        self.now += seconds
        self.own += own * seconds
        self.busy += (own + others) * seconds


def test_it_looks_while_it_computes_and_looks_again_after_a_rest() -> None:
    machine = Machine()
    free = Free(frozenset({0, 1}), machine.all, lambda: machine.own, lambda: machine.now)
    assert free.look() == 2
    machine.runs(FIRST_LOOK_SECONDS, 1.33, 0.67)
    assert free.look() == 1
    looks = machine.looks
    machine.runs(LOOK_SECONDS / 2, 1.0, 0.0)
    assert (free.look(), machine.looks) == (1, looks), "not at every token"
    machine.runs(LOOK_SECONDS / 2, 1.0, 0.0)
    assert free.look() == 2, "the other one has gone"
    machine.runs(LOOK_SECONDS, 1.0, 1.0)
    assert free.look() == 1
    machine.runs(2 * STALE_SECONDS, 0.0, 0.1)
    assert free.look() == 1, "it begins as it ended"
    machine.runs(FIRST_LOOK_SECONDS, 1.0, 0.0)
    assert free.look() == 2
    machine.runs(2 * STALE_SECONDS, 0.0, 2.0)
    assert free.look() == 2, "what others did while it rested says nothing"
    machine.runs(FIRST_LOOK_SECONDS, 1.33, 0.67)
    assert free.look() == 1


def test_the_kernel_counts_what_is_computed_here() -> None:
    cores = frozenset(os.sched_getaffinity(0))
    before = busy_seconds(cores)
    own = sum(os.times()[:2])
    while sum(os.times()[:2]) < own + 0.3:
        pass
    assert busy_seconds(cores) >= before + 0.2


def test_only_the_cores_it_may_use_are_counted(tmp_path: Path) -> None:
    stat = tmp_path / "stat"
    stat.write_text("cpu  9 9 9 9 9 9 9 9 9 9\ncpu0 100 20 30 5000 7 1 2 3 0 0\ncpu1 9 9 9 9 9 9 9 9 9 9\nintr 1\n")
    assert busy_seconds(frozenset({0}), str(stat)) == 153 / os.sysconf("SC_CLK_TCK")


def test_a_library_that_is_not_openmp_is_left_alone() -> None:
    code = f"""
import runpy
give_way = runpy.run_path({str(GOMP)!r})["give_way"]
import _ctypes
print(give_way(_ctypes.__file__), give_way("/no_such_library.so"))
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert told.stdout == "False False\n"


@pytest.mark.parametrize("flags", [(), ("-Wl,-z,relro,-z,now",)], ids=["lazy", "read-only table"])
def test_a_parallel_region_is_given_fewer_threads_beside_busy_programs(tmp_path: Path, flags: tuple[str, ...]) -> None:
    source, library = tmp_path / "team.c", tmp_path / "team.so"
    source.write_text(TEAM)
    try:
        made = subprocess.run(["gcc", "-shared", "-fPIC", "-fopenmp", *flags, "-o", library, source], timeout=60)
    except FileNotFoundError:
        pytest.skip("no C compiler")
    if made.returncode:
        pytest.skip("a C compiler without OpenMP")
    count = len(os.sched_getaffinity(0))
    if count == 1:
        pytest.skip("one core, one thread")
    code = f"""
import ctypes, runpy, subprocess, sys, time
gomp = runpy.run_path({str(GOMP)!r})
team = ctypes.CDLL({str(library)!r}).team
print(team({count}))
assert gomp["give_way"]({library.name!r})
others = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range({count})]
try:
    until = time.monotonic() + 30
    while team({count}) > 1 and time.monotonic() < until:
        pass
    print(team({count}))
finally:
    for other in others:
        other.kill()
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=90)
    assert told.stdout == f"{count}\n1\n", told.stderr
    assert f"computing with 1 of {count} threads" in told.stderr
