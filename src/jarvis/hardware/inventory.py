"""The machine as it is now, or as its owner declared it. Looking never fails, and never takes longer than it may."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

from jarvis.hardware.declared import read
from jarvis.hardware.machine import adapters, cpu, ram
from jarvis.hardware.nvidia import Driver
from jarvis.words.exchange import Notice
from jarvis.words.hardware import Adapter, Gpu, Gpus, Machine

LIMIT_SECONDS = 10.0
"""Longest wait for the driver: it takes seconds to wake a GPU that nobody uses, and milliseconds for one in use."""


class Inventory:
    """What there is, asked anew each time. One in a process; any thread may ask.

    The driver is asked in a thread of its own. When it does not answer in time, the answer is the last one with a fault
    on every GPU, and nobody asks it again until it does: a call into a driver that hangs cannot be ended.
    """

    def __init__(
        self, declared: Path | None = None, limit_seconds: float = LIMIT_SECONDS, root: Path = Path("/")
    ) -> None:
        """``declared`` is the file of a declared machine (``hardware.file``), ``root`` where ``proc`` and ``sys`` are.

        Raises ConfigError when that file is not a machine; nothing else of it ever raises.
        """
        self._declared = read(declared) if declared is not None else None
        self._limit_seconds = limit_seconds
        self._root = root
        self._driver = Driver()
        self._turn = threading.Lock()
        """Held while the driver is asked, also by a call that hangs."""
        self._began: float | None = None
        """When the call that is under way began."""
        self._last = Gpus()

    def now(self) -> Machine:
        """The machine. Blocks, as long as ``limit_seconds`` allows."""
        if self._declared is not None:
            return self._declared
        bus = adapters(self._root)
        return Machine(self._gpus(bus), bus, cpu(self._root), ram(self._root))

    def _gpus(self, bus: tuple[Adapter, ...]) -> Gpus:
        now = time.monotonic()
        limit = now + self._limit_seconds
        began = self._began  # who asks while a call hangs does not wait for as long again
        turn = limit if began is None else min(limit, began + self._limit_seconds)
        if not self._turn.acquire(timeout=max(0.0, turn - now)):
            return self._without_answer()
        self._began = time.monotonic()
        answer: Future[Gpus] = Future()
        threading.Thread(target=self._look, args=(bus, answer), name="nvml", daemon=True).start()
        try:
            return answer.result(max(0.0, limit - time.monotonic()))
        except TimeoutError:
            return self._without_answer()

    def _look(self, bus: tuple[Adapter, ...], answer: Future[Gpus]) -> None:
        try:
            found = remember(self._last.found, self._driver.look(bus))
        except Exception as error:  # noqa: BLE001 - this thread's end: whatever the driver's library does is a finding
            found = Gpus(reason=Notice("hardware.nvml_failed", {"reason": f"{type(error).__name__}: {error}"}))
        if found.found:
            self._last = found
        answer.set_result(found)
        self._began = None
        self._turn.release()

    def _without_answer(self) -> Gpus:
        fault = Notice("hardware.driver_hangs", {"seconds": f"{self._limit_seconds:g}"})
        found = tuple(replace(gpu, fault=gpu.fault or fault) for gpu in self._last.found)
        return Gpus(found, None if found else fault)


def remember(known: Iterable[Gpu], now: Gpus) -> Gpus:
    """What the driver says now, with what is ``known`` of GPUs that it does not name, or not list, any more. Pure.

    A MIG instance that is gone was taken down, and is forgotten. Without a driver there is nothing to compare.
    """
    if now.reason is not None and now.reason.code != "hardware.driver_without_gpu":
        return now
    here = {gpu.uuid for gpu in now.found}
    missing = [gpu for gpu in known if gpu.uuid and gpu.uuid not in here and not gpu.parent]
    found = []
    for gpu in now.found:
        before = next((old for old in missing if old.index == gpu.index), None)
        if gpu.uuid or gpu.fault is None or before is None:
            found.append(gpu)
            continue
        missing.remove(before)
        found.append(_faulty(before, Notice(gpu.fault.code, gpu.fault.facts | {"gpu": before.name})))
    gone = (_faulty(gpu, Notice("hardware.gpu_gone", {"gpu": gpu.name})) for gpu in missing)
    return replace(now, found=(*found, *gone))


def _faulty(gpu: Gpu, fault: Notice) -> Gpu:
    """Who it is, without what was true of it at some time."""
    return Gpu(
        gpu.uuid,
        gpu.name,
        gpu.index,
        total_bytes=gpu.total_bytes,
        capability=gpu.capability,
        driver=gpu.driver,
        cuda=gpu.cuda,
        bandwidth=gpu.bandwidth,
        shares_ram=gpu.shares_ram,
        fault=fault,
    )
