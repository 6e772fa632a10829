"""NVIDIA GPUs through their driver (NVML)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from jarvis.hardware import bandwidth
from jarvis.words.exchange import Notice
from jarvis.words.hardware import Adapter, Gpu, Gpus, Holder, Version

T = TypeVar("T")

INTEGRATED = frozenset({(5, 3), (6, 2), (7, 2), (8, 7), (10, 1), (11, 0), (12, 1)})
"""Compute capabilities that only chips have whose GPU shares the machine's memory: Jetson Nano, TX2, Xavier, Orin and
Thor (10.1 before CUDA 13), and GB10 (NVIDIA, "CUDA GPU Compute Capability")."""

_SESSION_OVER = ("hardware.gpu_lost", "hardware.gpu_failed")
"""Faults that a new session may not have: the card came back, or the driver was loaded anew."""


class Driver:
    """A session with NVML, opened once and, after trouble, again. One in a process, used by one thread at a time."""

    def __init__(self) -> None:
        self._open = False
        self._bus: tuple[Adapter, ...] = ()

    def look(self, bus: tuple[Adapter, ...] = ()) -> Gpus:
        """Every NVIDIA GPU now. No driver is an empty list with its reason, a lost GPU has its fault.

        ``bus`` are the graphics adapters there are: a session never sees a card that was plugged in after it opened.
        """
        import pynvml

        if self._open and bus == self._bus:
            found = self._ask(pynvml)
            if not _troubled(found):
                return found
        self._close(pynvml)
        self._bus = bus
        return self._ask(pynvml)

    def _ask(self, nvml: Any) -> Gpus:
        try:
            if not self._open:
                nvml.nvmlInit()
                self._open = True
            count = nvml.nvmlDeviceGetCount()
        except nvml.NVMLError as error:
            return Gpus(reason=_no_gpu(nvml, error))
        driver = _ask(nvml, nvml.nvmlSystemGetDriverVersion) or ""
        reader = _Reader(nvml, driver, _cuda(_ask(nvml, nvml.nvmlSystemGetCudaDriverVersion_v2)))
        found = tuple(gpu for index in range(count) for gpu in reader.gpu(index))
        return Gpus(found, None if found else Notice("hardware.driver_without_gpu", {"driver": driver}))

    def _close(self, nvml: Any) -> None:
        if self._open:
            _ask(nvml, nvml.nvmlShutdown)
            self._open = False


def _troubled(found: Gpus) -> bool:
    if found.reason is not None and found.reason.code != "hardware.driver_without_gpu":
        return True
    return any(gpu.fault is not None and gpu.fault.code in _SESSION_OVER for gpu in found.found)


def _no_gpu(nvml: Any, error: Any) -> Notice:
    """Why NVML does not answer (NVML API reference, nvmlReturn_t)."""
    if error.value == nvml.NVML_ERROR_LIBRARY_NOT_FOUND:
        return Notice("hardware.no_driver")
    if error.value == nvml.NVML_ERROR_DRIVER_NOT_LOADED:
        return Notice("hardware.driver_not_loaded")
    if error.value == nvml.NVML_ERROR_LIB_RM_VERSION_MISMATCH:
        return Notice("hardware.driver_mismatch")
    if error.value == nvml.NVML_ERROR_NO_PERMISSION:
        return Notice("hardware.no_permission")
    return Notice("hardware.nvml_failed", {"reason": str(error)})


def _ask(nvml: Any, question: Callable[..., T], *arguments: object) -> T | None:
    """An answer of the driver, or None when it has none: older drivers and cards lack some."""
    try:
        return question(*arguments)
    except nvml.NVMLError:
        return None


def _cuda(version: int | None) -> Version | None:
    """12080 is CUDA 12.8 (NVML API reference, nvmlSystemGetCudaDriverVersion_v2)."""
    return None if version is None else (version // 1000, version % 1000 // 10)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Asks one session about its cards."""

    nvml: Any
    driver: str
    cuda: Version | None

    def gpu(self, index: int) -> Iterator[Gpu]:
        """The card, and after it its MIG instances."""
        nvml, uuid, name = self.nvml, "", f"GPU {index}"
        try:
            handle = nvml.nvmlDeviceGetHandleByIndex(index)
            uuid = nvml.nvmlDeviceGetUUID(handle)
            name = nvml.nvmlDeviceGetName(handle)
            memory = self._memory(handle)
        except nvml.NVMLError as error:
            lost = error.value in (nvml.NVML_ERROR_GPU_IS_LOST, nvml.NVML_ERROR_NOT_FOUND)
            fault = Notice("hardware.gpu_lost" if lost else "hardware.gpu_failed", {"gpu": name, "reason": str(error)})
            yield Gpu(uuid, name, index, driver=self.driver, cuda=self.cuda, fault=fault)
            return
        mig = self.ask("nvmlDeviceGetMigMode", handle)
        milliwatts = self.ask("nvmlDeviceGetPowerUsage", handle)
        busy = self.ask("nvmlDeviceGetUtilizationRates", handle)
        capability = self.ask("nvmlDeviceGetCudaComputeCapability", handle)
        card = Gpu(
            uuid,
            name,
            index,
            total_bytes=memory and memory.total,
            # What the driver keeps for itself is used too: free is what a model can get.
            used_bytes=memory and memory.total - memory.free,
            free_bytes=memory and memory.free,
            capability=capability,
            driver=self.driver,
            cuda=self.cuda,
            temperature_celsius=self._temperature(handle),
            power_watts=None if milliwatts is None else milliwatts / 1000,
            utilisation=None if busy is None else busy.gpu / 100,
            bandwidth=self._bandwidth(handle, name, memory and memory.total),
            holders=self._holders(handle),
            mig=bool(mig and mig[0] == nvml.NVML_DEVICE_MIG_ENABLE),
            shares_ram=capability in INTEGRATED,
            fault=self._memory_errors(handle, name),
        )
        yield card
        if card.mig:
            yield from self._instances(handle, card)

    def _instances(self, parent: object, card: Gpu) -> Iterator[Gpu]:
        nvml = self.nvml
        for slot in range(self.ask("nvmlDeviceGetMaxMigDeviceCount", parent) or 0):
            try:
                handle = nvml.nvmlDeviceGetMigDeviceHandleByIndex(parent, slot)
                uuid, name = nvml.nvmlDeviceGetUUID(handle), nvml.nvmlDeviceGetName(handle)
                memory = nvml.nvmlDeviceGetMemoryInfo(handle)
            except nvml.NVMLError:
                continue  # an empty slot, or an instance that was taken down just now
            share = memory.total / card.total_bytes if card.total_bytes else None
            yield Gpu(
                uuid,
                name,
                card.index,
                total_bytes=memory.total,
                used_bytes=memory.total - memory.free,
                free_bytes=memory.free,
                capability=card.capability,
                driver=self.driver,
                cuda=self.cuda,
                # Its slices of the memory come with as many of the bus (NVIDIA, MIG User Guide, "Partitioning").
                bandwidth=card.bandwidth * share if card.bandwidth and share else None,
                holders=self._holders(handle),
                parent=card.uuid,
                fault=card.fault,
            )

    def ask(self, question: str, *arguments: object) -> Any:
        """An answer, or None where this driver, card or version of NVML has none."""
        known = getattr(self.nvml, question, None)
        return None if known is None else _ask(self.nvml, known, *arguments)

    def _memory(self, handle: object) -> Any:
        """None where the card has none of its own to report: it shares the machine's."""
        try:
            return self.nvml.nvmlDeviceGetMemoryInfo(handle)
        except self.nvml.NVMLError as error:
            if error.value == self.nvml.NVML_ERROR_NOT_SUPPORTED:
                return None
            raise

    def _temperature(self, handle: object) -> int | None:
        """The first is missing in drivers before 570, the second leaves NVML with CUDA 14."""
        for name in ("nvmlDeviceGetTemperatureV", "nvmlDeviceGetTemperature"):
            celsius: int | None = self.ask(name, handle, self.nvml.NVML_TEMPERATURE_GPU)
            if celsius is not None:
                return celsius
        return None

    def _bandwidth(self, handle: object, name: str, total_bytes: int | None) -> float | None:
        if (known := bandwidth.of_name(name, total_bytes)) is not None:
            return known
        bits = self.ask("nvmlDeviceGetMemoryBusWidth", handle)
        return bandwidth.of_bus(bits, self.ask("nvmlDeviceGetMaxClockInfo", handle, self.nvml.NVML_CLOCK_MEM))

    def _memory_errors(self, handle: object, name: str) -> Notice | None:
        """Errors that could not be corrected since the driver was loaded: what is in that memory may be wrong.

        NVIDIA's own health check has such a card taken out of use and reset (DCGM, DCGM_FR_VOLATILE_DBE_DETECTED).
        """
        nvml = self.nvml
        kind = (nvml.NVML_MEMORY_ERROR_TYPE_UNCORRECTED, nvml.NVML_VOLATILE_ECC)
        count = self.ask("nvmlDeviceGetTotalEccErrors", handle, *kind)
        return Notice("hardware.gpu_memory_errors", {"gpu": name, "count": count}) if count else None

    def _holders(self, handle: object) -> tuple[Holder, ...]:
        """Who computes and who draws there, most memory first; a program that does both is listed twice by NVML."""
        found: dict[int, int | None] = {}
        for question in ("nvmlDeviceGetComputeRunningProcesses", "nvmlDeviceGetGraphicsRunningProcesses"):
            for process in self.ask(question, handle) or ():
                before, now = found.get(process.pid), process.usedGpuMemory
                found[process.pid] = now if before is None else max(before, now or 0)
        return tuple(
            Holder(pid, _program(pid), size) for pid, size in sorted(found.items(), key=lambda f: (-(f[1] or 0), f[0]))
        )


def _program(pid: int) -> str:
    """Its name (proc(5), comm: at most 15 characters); empty when it is gone, or in another container."""
    try:
        return Path(f"/proc/{pid}/comm").read_text(errors="replace").strip()
    except OSError:
        return ""
