"""A voice that needs no model: a real process that makes a tone for every word (``_fake_mind``).

=========== ================================================
seconds     how long it takes for a sentence
computes    how much of a processor's time
crash_after dies of SIGABRT when it has said so many
hangs_at    stops for good at a text that has this in it
=========== ================================================
"""

from __future__ import annotations

from collections.abc import Mapping

from jarvis.speech.speak._child import InChild
from jarvis.words.model import Load


class Engine(InChild):
    """See ``engines.base.Engine``. ``Load.path`` is not opened."""

    name, library, extra = "fake", "", ""

    def uses_cards(self) -> bool:
        """It claims their memory, as it is told."""
        return True

    def options(self) -> tuple[str, ...]:
        return "seconds", "computes", "crash_after", "hangs_at"

    def order(self, load: Load) -> Mapping[str, object]:
        return {"options": dict(load.options)}
