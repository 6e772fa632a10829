"""Why an engine did not start, or ended, read from its last words: llama.cpp's, vLLM's, PyTorch's and Transformers'."""

from __future__ import annotations

import re
import signal
from pathlib import Path

from jarvis.engines.line import OUT_OF_MEMORY
from jarvis.errors import CorruptFile, EngineStartFailed, JarvisError, OutOfMemory
from jarvis.words.fleet import HOST
from jarvis.workers.worker import Exit, Worker

_ARCHITECTURE = re.compile(
    r"unknown model architecture: '([^']*)'"
    r"|model type `([^`]*)` but Transformers does not recognize"
    r"|Model architectures \['?([^\]']*)'?.*?\] (?:are not supported|failed to be inspected)"
)
_CORRUPT = re.compile(
    r"corrupted or incomplete|invalid magic|failed to read magic|gguf_init|exceeds remaining file size"
    r"|failed to read key-value|failed to read tensor|missing tensor|wrong shape|wrong number of tensors"
    r"|SafetensorError|Error while deserializing header"
)
_CAPPED = re.compile(r"max_model_len \((\d+)\) is greater than the derived max_model_len \([^=]*=\s*([\d.]+)")
_ERROR = re.compile(r"(?:error loading model: |error: |\bE \S+ +\S+: |\b\w*(?:Error|Exception): )(.+)$", re.MULTILINE)
_WRAPPER = re.compile(r"See (?:root cause|stack trace) above|WorkerProc initialization failed|Failed core proc")
"""What vLLM's outer processes say when an inner one failed: the reason is what was said before."""
_INNER_KILLED = re.compile(
    r"Failed core proc\(s\): \{[^}]*: -9\b|died unexpectedly \(exit code: -9\)|engine core exited unexpectedly"
)
"""What they say when an inner one was killed, or cannot know what became of it (vLLM 0.32.0)."""
_KNOWN = (
    (re.compile(r"libgomp\.so\.1"), "no_openmp"),
    (re.compile(r"no kernel image is available|not compatible with the current PyTorch installation"), "no_kernel"),
    (re.compile(r"driver (?:\w+ )*is (?:insufficient|too old)|Found no NVIDIA driver"), "old_driver"),
    (re.compile(r"No module named '(?:vllm|torch|transformers)'"), "half_installed"),
    (
        re.compile(
            r"quantization method \S+ is not supported|Unknown quantization|[Mm]inimum capability"
            r"|bitsandbytes.*(?:requires|not)"
        ),
        "no_quantization",
    ),
)
"""Failures that have a next step of their own: ``engines.NAME``."""

_UNITS = {"": 0, "k": 10, "m": 20, "g": 30, "t": 40}
_WANTED = (
    re.compile(r"desired (?:GPU|CPU) memory utilization \([\d.]+, ([\d.]+ \w+)\)"),  # vLLM, before it begins
    re.compile(r"\(([\d.]+ \w+) KV cache is needed"),  # vLLM, when weights and buffers are in place
    re.compile(r"Tried to allocate ([\d.]+ \w+)"),  # PyTorch, on a card
    re.compile(r"you tried to allocate (\d+ bytes)"),  # PyTorch, in RAM
    re.compile(r"buffer of size (\d+)"),  # llama.cpp
    re.compile(r"allocating ([\d.]+ \w+) on device"),  # llama.cpp, CUDA
)


_RAM = re.compile(
    r"DefaultCPUAllocator|ggml_backend_cpu\w*: failed|ErrorOutOfHostMemory|\bMemoryError|\[Errno 12\]|bad_alloc"
    r"|mmap.*Cannot allocate memory"
)
"""It was main memory that was short."""


def needed_bytes(said: str) -> int | None:
    """Bytes of what could not be had, where the engine states them; not all that the model needs."""
    for pattern in _WANTED:
        if found := pattern.search(said):
            number, _, unit = found[1].partition(" ")
            return int(float(number) * 2 ** _UNITS.get("" if unit == "bytes" else unit[:1].lower(), 0))
    return None


def killed_for_memory(exit_: Exit | None, said: str) -> bool:
    """Whether the kernel killed it for want of memory, or one of the processes that it is made of."""
    if exit_ is None:
        return False
    return exit_.out_of_memory or (exit_.oom_kills > 0 and _INNER_KILLED.search(said) is not None)


def out_of_memory(worker: Worker, said: str) -> OutOfMemory:
    """The error for a worker that ended for want of memory."""
    facts: dict[str, object] = {"name": worker.name, "log": worker.log.path}
    if killed_for_memory(worker.exit, said) or _RAM.search(said):
        facts["device"] = HOST
    if (needed := needed_bytes(said)) is not None:
        facts["needed_bytes"] = needed
    return OutOfMemory("engines.out_of_memory", **facts)


def why(worker: Worker, path: Path, engine: str) -> JarvisError:
    """The error for a worker of ``engine`` that ended while it loaded ``path``."""
    said = worker.log.last_words()
    facts = {"name": worker.name, "path": path, "log": worker.log.path, "engine": engine}
    if killed_for_memory(worker.exit, said) or OUT_OF_MEMORY.search(said):
        return out_of_memory(worker, said)
    if worker.exit and worker.exit.signal == signal.SIGKILL:  # its last words are about something else
        return EngineStartFailed("engines.killed_loading", **facts)
    errors = [text for text in _ERROR.findall(said) if not _WRAPPER.search(text)]
    reason = _bare(errors[0 if engine == "llama_cpp" else -1] if errors else (said.splitlines() or ["-"])[-1])
    if unknown := _ARCHITECTURE.search(said):
        named = next(name for name in unknown.groups() if name is not None)
        return EngineStartFailed("engines.unknown_architecture", architecture=named, **facts)
    if capped := _CAPPED.search(said):
        context = int(float(capped[2]))
        return EngineStartFailed("engines.context_capped", asked=int(capped[1]), context=context, **facts)
    for pattern, name in _KNOWN:
        if pattern.search(said):
            return EngineStartFailed(f"engines.{name}", reason=reason, **facts)
    if corrupt := next(filter(_CORRUPT.search, [*errors, *said.splitlines()]), None):
        told = re.sub(r"^\w+_\w+: +", "", _bare(corrupt))  # llama.cpp begins with the name of its function
        return CorruptFile("engines.corrupt", reason=told, **facts)
    if not errors and worker.exit and worker.exit.signal:
        return EngineStartFailed("engines.ended_loading", exit=worker.exit, **facts)
    return EngineStartFailed("engines.start_failed", exit=worker.exit, reason=reason, **facts)


def _bare(line: str) -> str:
    """A line of a log without who said it and when, as vLLM writes it."""
    return re.sub(r"^\(\w+ pid=\d+\)\s*(?:\w+ [\d-]+ [\d:]+ \[[^\]]*\]\s*)?", "", line).strip() or line
