"""NVIDIA GPUs through their driver (NVML)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from jarvis.words.exchange import Notice
from jarvis.words.hardware import Gpu, Gpus, Version

T = TypeVar("T")


def gpus() -> Gpus:
    """Every NVIDIA GPU now. Never fails: no driver is an empty list with its reason, a lost GPU has its fault."""
    import pynvml

    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError as error:
        return Gpus(reason=_no_gpu(pynvml, error))
    try:
        driver = _ask(pynvml, pynvml.nvmlSystemGetDriverVersion) or ""
        cuda = _cuda(_ask(pynvml, pynvml.nvmlSystemGetCudaDriverVersion_v2))
        count = _ask(pynvml, pynvml.nvmlDeviceGetCount) or 0
        found = tuple(_gpu(pynvml, index, driver, cuda) for index in range(count))
    finally:
        pynvml.nvmlShutdown()
    return Gpus(found, None if found else Notice("hardware.driver_without_gpu", {"driver": driver}))


def _no_gpu(nvml: Any, error: Any) -> Notice:
    """Why NVML does not start (NVML API reference, nvmlReturn_t)."""
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


def _gpu(nvml: Any, index: int, driver: str, cuda: Version | None) -> Gpu:
    uuid, name = "", f"GPU {index}"
    try:
        handle = nvml.nvmlDeviceGetHandleByIndex(index)
        uuid = nvml.nvmlDeviceGetUUID(handle)
        name = nvml.nvmlDeviceGetName(handle)
        # Where the GPU shares the machine's memory it has none of its own to report.
        memory = _unless_unsupported(nvml, nvml.nvmlDeviceGetMemoryInfo, handle)
    except nvml.NVMLError as error:
        lost = error.value in (nvml.NVML_ERROR_GPU_IS_LOST, nvml.NVML_ERROR_NOT_FOUND)
        fault = Notice("hardware.gpu_lost" if lost else "hardware.gpu_failed", {"gpu": name, "reason": str(error)})
        return Gpu(uuid, name, index, driver=driver, cuda=cuda, fault=fault)
    milliwatts = _ask(nvml, nvml.nvmlDeviceGetPowerUsage, handle)
    return Gpu(
        uuid,
        name,
        index,
        total_bytes=memory and memory.total,
        # What the driver keeps for itself is used too: free is what a model can get.
        used_bytes=memory and memory.total - memory.free,
        free_bytes=memory and memory.free,
        capability=_ask(nvml, nvml.nvmlDeviceGetCudaComputeCapability, handle),
        driver=driver,
        cuda=cuda,
        temperature_celsius=_temperature(nvml, handle),
        power_watts=None if milliwatts is None else milliwatts / 1000,
    )


def _temperature(nvml: Any, handle: object) -> int | None:
    """The first is missing in drivers before 570, the second leaves NVML with CUDA 14."""
    for name in ("nvmlDeviceGetTemperatureV", "nvmlDeviceGetTemperature"):
        if question := getattr(nvml, name, None):
            celsius: int | None = _ask(nvml, question, handle, nvml.NVML_TEMPERATURE_GPU)
            if celsius is not None:
                return celsius
    return None


def _unless_unsupported(nvml: Any, question: Callable[..., Any], handle: object) -> Any:
    try:
        return question(handle)
    except nvml.NVMLError as error:
        if error.value == nvml.NVML_ERROR_NOT_SUPPORTED:
            return None
        raise
