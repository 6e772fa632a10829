"""Jarvis: a private, local-first assistant. ``from jarvis import Jarvis``."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

from jarvis.version import __version__

# Before ONNX Runtime begins, which from 1.29 on makes an identifier of the person and sends events to its maker.
os.environ |= {"ORT_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "DO_NOT_TRACK": "1"}

_FACES = {
    "Jarvis": "jarvis.library",
    "EmbeddingManager": "jarvis.embedding_manager",
    "ModelOrchestrator": "jarvis.library",
    "MetricsTracker": "jarvis.library",
    "WhisperHandler": "jarvis.whisper_handler",
}

__all__ = ["EmbeddingManager", "Jarvis", "MetricsTracker", "ModelOrchestrator", "WhisperHandler", "__version__"]


def __dir__() -> list[str]:
    return sorted(__all__)


def __getattr__(name: str) -> Any:
    """The public faces, imported when they are first used: ``import jarvis`` stays light."""
    if name in _FACES:
        return getattr(import_module(_FACES[name]), name)
    raise AttributeError(f"module 'jarvis' has no attribute {name!r}")
