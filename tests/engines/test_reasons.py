"""What engines say when they fail, each in its own words, and what Jarvis makes of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from jarvis.engines.reasons import needed_bytes, out_of_memory, why
from jarvis.errors import CorruptFile, EngineStartFailed, JarvisError, OutOfMemory
from jarvis.workers.log import Log
from jarvis.workers.worker import Exit

GIB = 1 << 30
# each as its engine prints it: sources in the comments of engines/reasons.py
NO_MEMORY = {
    "vllm, before": (
        "(EngineCore pid=7) ERROR 11-26 06:28:06 [core.py:1] ValueError: Free memory on device cuda:0 (3.2/15.9 GiB) "
        "on startup is less than desired GPU memory utilization (0.9, 14.3 GiB). Decrease GPU memory utilization or "
        "reduce GPU memory used by others.\nRuntimeError: Engine core initialization failed. See root cause above.",
        int(14.3 * GIB),
    ),
    "vllm, no room for KV": (
        "ValueError: To serve at least one request with the model's max seq len (32768), (4.5 GiB KV cache is needed, "
        "which is larger than the available KV cache memory (1.2 GiB).",
        int(4.5 * GIB),
    ),
    "vllm, none at all": ("ValueError: No available memory for the cache blocks. Try increasing", None),
    "torch, a card": (
        "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 5.78 "
        "GiB of which 1.20 GiB is free.",
        2 * GIB,
    ),
    "torch, MiB": ("torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 20.00 MiB.", 20 << 20),
    "torch, RAM": (
        "RuntimeError: [enforce fail at alloc_cpu.cpp:124] err == 0. DefaultCPUAllocator: can't allocate memory: you "
        "tried to allocate 8589934592 bytes. Error code 12 (Cannot allocate memory)",
        8 * GIB,
    ),
    "llama.cpp, RAM": (
        "ggml_backend_cpu_buffer_type_alloc_buffer: failed to allocate buffer of size 8589934592", 8 * GIB,
    ),
    "llama.cpp, a card": (
        "ggml_backend_cuda_buffer_type_alloc_buffer: allocating 5000.00 MiB on device 0: cudaMalloc failed: out of "
        "memory", 5000 << 20,
    ),
}  # fmt: skip
OTHERS: dict[str, tuple[str, type[JarvisError], str]] = {
    "transformers does not know it": (
        "ValueError: The checkpoint you are trying to load has model type `zebra` but Transformers does not recognize "
        "this architecture.", EngineStartFailed, "unknown_architecture",
    ),
    "vllm does not know it": (
        "Value error, Model architectures ['ZebraForCausalLM'] are not supported for now. Supported architectures: ...",
        EngineStartFailed, "unknown_architecture",
    ),
    "vllm, a context too long": (
        "Value error, User-specified max_model_len (131072) is greater than the derived max_model_len "
        "(max_position_embeddings=8192 or model_max_length=None in model's config.json).",
        EngineStartFailed, "context_capped",
    ),
    "a build for other cards": (
        "RuntimeError: CUDA error: no kernel image is available for execution on the device",
        EngineStartFailed, "no_kernel",
    ),
    "an old driver": (
        "RuntimeError: The NVIDIA driver on your system is too old (found version 12040).",
        EngineStartFailed, "old_driver",
    ),
    "a system without OpenMP": (
        "ImportError: libgomp.so.1: cannot open shared object file: No such file or directory",
        EngineStartFailed, "no_openmp",
    ),
    "half an environment": ("ModuleNotFoundError: No module named 'torch'", EngineStartFailed, "half_installed"),
    "a quantisation for newer cards": (
        "ValueError: The quantization method fp8 is not supported for the current GPU. Minimum capability: 75.",
        EngineStartFailed, "no_quantization",
    ),
    "a broken header": (
        "0.00.1 I loading\ngguf_init_from_reader: failed to read magic\nsomething else",
        CorruptFile, "corrupt",
    ),
    "broken weights": (
        "safetensors_rust.SafetensorError: Error while deserializing header: incomplete metadata",
        CorruptFile, "corrupt",
    ),
    "anything else": ("KeyError: 'hidden_size'", EngineStartFailed, "start_failed"),
}  # fmt: skip


@pytest.mark.parametrize(
    "said",
    [
        "CUDA error: the resource allocation failed",
        "RuntimeError: CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
        "cuDNN error: CUDNN_STATUS_ALLOC_FAILED",
        "CUDA driver error: CUDA_ERROR_OUT_OF_MEMORY",
        "UR_RESULT_ERROR_OUT_OF_DEVICE_MEMORY",
        "what():  vk::Device::allocateMemory: ErrorOutOfHostMemory",
        "ggml_vulkan: Device memory allocation of size 4294967296 failed.",
        "E llama_model_load: error loading model: vk::PhysicalDevice::createDevice: ErrorInitializationFailed",
        "ggml_aligned_malloc: insufficient memory (attempted to allocate 9216.00 MB)",
        "MemoryError",
        "OSError: [Errno 12] Cannot allocate memory",
        "RuntimeError: unable to mmap 4976698592 bytes from file </m/model.safetensors>: Cannot allocate memory (12)",
        "llama_model_load: error loading model: mmap failed: Cannot allocate memory",
        "AssertionError: Error in memory profiling. Initial free memory 10.0 GiB, current free memory 20.0 GiB.",
        "ValueError: The model's max seq len (32768) is larger than the maximum number of tokens that can be stored in "
        "KV cache (12345).",
        "ValueError: Free memory on device cuda:0 (10.0/24.0 GiB) on startup is less than the engine's budget after "
        "excluding external process's weights (0.9, 14.3 GiB).",
    ],
)
def test_want_of_memory_in_every_librarys_words(said: str, tmp_path: Path) -> None:
    assert isinstance(why(Dead(tmp_path, f"before\n{said}\nafter"), Path("/m"), "vllm"), OutOfMemory)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "said",
    [
        "warning: failed to mlock 1048576-byte buffer (after previously locking 0 bytes): Cannot allocate memory",
        "warning: posix_madvise(.., POSIX_MADV_WILLNEED) failed: Cannot allocate memory",
        "print_info: memory per device: not out of it; GPU memory utilization 0.9; Memory profiling takes 1.2 seconds",
    ],
)
def test_what_is_no_want_of_memory(said: str, tmp_path: Path) -> None:
    error = why(Dead(tmp_path, f"{said}\nKeyError: 'hidden_size'"), Path("/m"), "vllm")  # type: ignore[arg-type]
    assert error.code == "engines.start_failed"


INNER = (
    "RuntimeError: Engine core initialization failed. See root cause above. Failed core proc(s): {'EngineCore': -9}",
    "(APIServer pid=3) WARNING [shutdown] MPClient: engine core exited unexpectedly; starting cleanup",
    "ERROR Worker proc VllmWorker-0 died unexpectedly (exit code: -9), shutting down executor.",
)


@pytest.mark.parametrize("said", INNER)
def test_an_inner_process_that_the_kernel_took_lacked_memory(said: str, tmp_path: Path) -> None:
    def told(words: str, kills: int) -> bool:
        dead = Dead(tmp_path, words)
        dead.exit = Exit(1, None, kills)
        return isinstance(why(dead, Path("/m"), "vllm"), OutOfMemory)  # type: ignore[arg-type]

    assert told(said, 1)
    assert not told(said, 0)  # somebody else killed it
    (tmp_path / "m.log").unlink()
    assert not told("KeyError: 'hidden_size'", 1)  # the kernel took another program


class Dead:
    """A worker that has said its last words."""

    def __init__(self, folder: Path, said: str) -> None:
        self.name = "m"
        self.log = Log(folder / "m.log")
        self.log.write(said.encode() + b"\n")
        self.exit = Exit(1)


@pytest.mark.parametrize("case", NO_MEMORY)
def test_want_of_memory(case: str, tmp_path: Path) -> None:
    said, needed = NO_MEMORY[case]
    error = why(Dead(tmp_path, said), Path("/m"), "vllm")  # type: ignore[arg-type]
    assert isinstance(error, OutOfMemory)
    assert error.facts.get("needed_bytes") == needed == needed_bytes(said)
    assert (error.facts.get("device") == "cpu") is case.endswith("RAM"), "which device was short"
    assert "pid=" not in error.message("en") and "reason" not in error.facts, "its own words are in the log"
    assert "models.context" in error.hint("es")
    assert isinstance(out_of_memory(Dead(tmp_path, said), said), OutOfMemory)  # type: ignore[arg-type]


@pytest.mark.parametrize("case", OTHERS)
def test_other_failures_have_their_own_next_step(case: str, tmp_path: Path) -> None:
    said, kind, code = OTHERS[case]
    wrapped = f"Traceback\n{said}\nRuntimeError: Engine core initialization failed. See root cause above."
    for text in (said, wrapped):
        error = why(Dead(tmp_path, text), Path("/m"), "vllm")  # type: ignore[arg-type]
        assert type(error) is kind
        assert error.code == f"engines.{code}"
        for lang in ("en", "es"):
            assert "See root cause" not in error.message(lang)  # type: ignore[arg-type]
            assert error.hint(lang)  # type: ignore[arg-type]
    if code == "context_capped":
        assert (error.facts["asked"], error.facts["context"]) == (131072, 8192)
    if code == "unknown_architecture":
        assert str(error.facts["architecture"]).lower().startswith("zebra")
