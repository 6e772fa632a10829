"""Threads that give way: with how many a program of OpenMP's computes, by what others leave of the processor.

llama.cpp computes a batch in one parallel region, in which its threads wait for each other hundreds of times. Waiting
they spin; asleep they would be slower by far on an idle machine. As soon as another program takes one of their cores,
all wait for the thread that was put aside: two threads beside one busy program are much slower than one
(``bench/contention.py``). How many there are is fixed when the model is loaded, no request can change it. But libgomp
may give fewer than were asked for (OpenMP's ``dyn-var``; its own rule, the load average of a quarter of an hour, counts
ourselves), and llama.cpp looks how many it was given. So libgomp's entry is replaced where llama.cpp calls it from: in
the linkage table of its library (ELF gABI, "Procedure Linkage Table").

Run in the engine's process, with the standard library only.
"""

from __future__ import annotations

import ctypes
import math
import mmap
import os
import struct
import sys
import time
from collections.abc import Callable, Iterator

ENTRY = b"GOMP_parallel"
LOOK_SECONDS = 0.2
FIRST_LOOK_SECONDS = 0.05
STALE_SECONDS = 1.0
"""After this long without an answer the next one begins with as many as the last one ended with, and looks at once."""
LOG_SECONDS = 10.0
IDLE_SHARE = 0.4
"""So much of a core others may use and be as good as none. One busy program beside as many threads as there are cores
gets n / (n + 1) of a core from a fair scheduler, two thirds where there are two."""
_PROC_STAT = "/proc/stat"
_BUSY = (1, 2, 3, 6, 7)
"""Fields of its lines: user, nice, system, irq, softirq."""


def free_cores(cores: int, others: float) -> int:
    """Cores that are left when other programs keep ``others`` of ``cores`` busy: one at least."""
    return max(1, cores - math.ceil(others - IDLE_SHARE))


class Free:
    """How many cores are free now, looked at when it is asked, at most every LOOK_SECONDS."""

    def __init__(
        self,
        cores: frozenset[int],
        busy: Callable[[frozenset[int]], float],
        own: Callable[[], float] = time.process_time,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``busy``: processor seconds that all programs together have used of these cores; ``own``: this one alone."""
        self._cores = cores
        self._busy = busy
        self._own = own
        self._clock = clock
        self.others = 0.0
        self.count = len(cores)
        self._seen = (clock(), busy(cores), own())
        self._due = self._seen[0] + FIRST_LOOK_SECONDS

    def look(self) -> int:
        now = self._clock()
        at, busy, own = self._seen
        if now >= self._due:
            self._seen = (now, self._busy(self._cores), self._own())
            if now - at > STALE_SECONDS:  # what was used meanwhile says little of now
                self._due = now + FIRST_LOOK_SECONDS
            else:
                self.others = max(0.0, (self._seen[1] - busy - (self._seen[2] - own)) / (now - at))
                self.count, self._due = free_cores(len(self._cores), self.others), now + LOOK_SECONDS
        return self.count


def busy_seconds(cores: frozenset[int], path: str = _PROC_STAT) -> float:
    """Seconds that these cores have computed since the machine started (proc_stat(5))."""
    ticks = 0
    with open(path, encoding="ascii") as file:  # noqa: PTH123 - several times a second, and a third of Path's time
        for line in file:
            if not line.startswith("cpu"):
                break
            name, _, rest = line.partition(" ")
            if name[3:] and int(name[3:]) in cores:
                fields = rest.split()
                ticks += sum(int(fields[i - 1]) for i in _BUSY)
    return ticks / os.sysconf("SC_CLK_TCK")


def give_way(library: str) -> bool:
    """From now on the loaded ``library`` computes with no more threads than there are free cores.

    False where its linkage table has no such entry: it was built without OpenMP, or another way.
    """
    slot = _slot(library, ENTRY)
    if slot is None:
        return False
    words = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint, ctypes.c_uint)  # function, its data, threads, flags
    real = ctypes.CDLL("libgomp.so.1").GOMP_parallel
    real.argtypes, real.restype = words, None
    free = Free(frozenset(os.sched_getaffinity(0)), busy_seconds)
    told = [0, -math.inf]

    def limited(threads: int) -> int:
        try:
            given = min(threads, free.look())
            now = time.monotonic()
            if given != (told[0] or threads) and now - told[1] >= LOG_SECONDS:
                told[:] = given, now
                print(  # noqa: T201
                    f"computing with {given} of {threads} threads: others use {free.others:.1f} cores",
                    file=sys.stderr,
                    flush=True,
                )
        except (OSError, ValueError, IndexError):  # never instead of an answer
            return threads
        return given

    def parallel(function: int, data: int, threads: int, flags: int) -> None:
        real(function, data, limited(threads) if threads > 1 else threads, flags)

    entry = ctypes.CFUNCTYPE(None, *words)(parallel)
    _KEPT.append(entry)
    page = slot & -mmap.PAGESIZE
    if ctypes.CDLL(None).mprotect(ctypes.c_void_p(page), mmap.PAGESIZE, mmap.PROT_READ | mmap.PROT_WRITE):
        return False
    ctypes.c_void_p.from_address(slot).value = ctypes.cast(entry, ctypes.c_void_p).value
    return True


_KEPT: list[object] = []
"""What is called from C must not be collected."""

_DYNAMIC, _JUMP_TABLE, _JUMP_BYTES, _SYMBOLS, _NAMES = 2, 23, 2, 6, 5
"""ELF: the kind of a segment; and of its entries those of the linkage table, of the symbols and of their names."""


def _slot(library: str, entry: bytes) -> int | None:
    """Where a loaded 64-bit ELF library keeps the address of a function that it calls in another one."""
    base = _base(library)
    if base is None or sys.maxsize < 1 << 32:
        return None
    tags = dict(_tags(base))
    if not {_JUMP_TABLE, _JUMP_BYTES, _SYMBOLS, _NAMES} <= tags.keys():
        return None

    def at(address: int) -> int:  # some loaders have made them absolute, others not
        return address if address >= base else base + address

    for number in range(tags[_JUMP_BYTES] // 24):
        offset, info, _ = struct.unpack("<QQq", ctypes.string_at(at(tags[_JUMP_TABLE]) + 24 * number, 24))
        (name,) = struct.unpack("<I", ctypes.string_at(at(tags[_SYMBOLS]) + 24 * (info >> 32), 4))
        if ctypes.string_at(at(tags[_NAMES]) + name) == entry:
            return base + int(offset)
    return None


def _base(library: str) -> int | None:
    """Where a library is loaded, by the end of its path."""
    with open("/proc/self/maps", encoding="utf-8", errors="replace") as file:  # noqa: PTH123
        for line in file:
            fields = line.split(maxsplit=5)
            if len(fields) == 6 and fields[5].rstrip("\n").endswith(library) and int(fields[2], 16) == 0:
                return int(fields[0].partition("-")[0], 16)
    return None


def _tags(base: int) -> Iterator[tuple[int, int]]:
    """The entries of a library's dynamic segment."""
    head = ctypes.string_at(base, 64)
    (table,), (count,) = struct.unpack_from("<Q", head, 32), struct.unpack_from("<H", head, 56)
    for number in range(count):
        kind, _, _, address = struct.unpack("<IIQQ", ctypes.string_at(base + table + 56 * number, 24))
        if kind == _DYNAMIC:
            place = base + int(address)
            while True:
                tag, value = struct.unpack("<qQ", ctypes.string_at(place, 16))
                if tag == 0:
                    return
                yield int(tag), int(value)
                place += 16
