"""Kokoro in a child process (``_kokoro_mind``)."""

from __future__ import annotations

from collections.abc import Mapping

from jarvis.speech.speak._child import InChild
from jarvis.words.model import Load


class Engine(InChild):
    """See ``engines.base.Engine``."""

    name, library, extra = "kokoro", "kokoro_onnx", "kokoro"

    def options(self) -> tuple[str, ...]:
        """``es`` and ``en``: the voice of a language, by its name."""
        return "es", "en"

    def order(self, load: Load) -> Mapping[str, object]:
        return {"voices": dict(load.options)}
