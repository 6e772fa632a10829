"""Hibari in a child process (``_hibari_mind``)."""

from __future__ import annotations

from jarvis.speech.speak._child import InChild


class Engine(InChild):
    """See ``engines.base.Engine``."""

    name, library, extra = "hibari", "hibari", "speech"
