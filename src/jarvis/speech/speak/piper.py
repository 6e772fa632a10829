"""Piper in a child process (``_piper_mind``)."""

from __future__ import annotations

from jarvis.speech.speak._child import InChild


class Engine(InChild):
    """See ``engines.base.Engine``."""

    name, library, extra = "piper", "piper", "piper"
