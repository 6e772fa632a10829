"""Why an engine did not start, read from its last words. The sentences are llama.cpp's."""

from __future__ import annotations

import re
from pathlib import Path

from jarvis.engines.line import OUT_OF_MEMORY
from jarvis.errors import CorruptFile, EngineStartFailed, JarvisError, OutOfMemory
from jarvis.workers.worker import Worker

_ARCHITECTURE = re.compile(r"unknown model architecture: '([^']*)'")
_CORRUPT = re.compile(
    r"corrupted or incomplete|invalid magic|failed to read magic|gguf_init|exceeds remaining file size"
    r"|failed to read key-value|failed to read tensor|missing tensor|wrong shape|wrong number of tensors"
)
_ERROR = re.compile(r"(?:error loading model: |error: |\bE \S+ +\S+: )(.+)$", re.MULTILINE)


def why(worker: Worker, path: Path) -> JarvisError:
    """The error for a worker that ended while it loaded ``path``."""
    said, facts = worker.log.last_words(), {"name": worker.name, "path": path, "log": worker.log.path}
    errors = _ERROR.findall(said)
    if (worker.exit and worker.exit.out_of_memory) or OUT_OF_MEMORY.search(said):
        return OutOfMemory("engines.out_of_memory", **facts)
    if unknown := _ARCHITECTURE.search(said):
        return EngineStartFailed("engines.unknown_architecture", architecture=unknown[1], **facts)
    if corrupt := _CORRUPT.search(said):
        told = next((line for line in errors if corrupt[0] in line), corrupt[0])
        return CorruptFile("engines.corrupt", reason=told, **facts)
    if not errors and worker.exit and worker.exit.signal:  # its last words are about something else
        return EngineStartFailed("engines.ended_loading", exit=worker.exit, **facts)
    reason = errors[0] if errors else (said.splitlines() or ["-"])[-1]
    return EngineStartFailed("engines.start_failed", exit=worker.exit, reason=reason, **facts)
