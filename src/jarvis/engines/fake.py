"""An engine that needs no model: a real process on the same wire as the others, slow, broken or greedy as it is told.

What it does is told by ``Load.options``; everything is deterministic:

======================== ==============================================================================================
load_seconds             how long it takes to load, with progress
tokens_per_second        how fast it writes (default: as fast as it can)
prompt_tokens_per_second how fast it reads
silent_prefill           while it reads it computes and says nothing, as llama.cpp within one batch
memory_mib               what ``memory_bytes`` claims; nothing of it is really taken
touch_mib                memory that it really takes
charges                  a folder in which it says what it holds of each card, as tests/hardware/fake_nvml.c reads it;
                         it runs out of memory when a card of the file ``limits`` in there has no room for it
true_part                what it really takes of a card, as a part of what it was said to (1.0)
release_ms               how late the driver gives that back
answer                   its answer; default: "You said: …". With a temperature above 0, words by the seed follow
answer_tokens            instead: an answer of that many tokens
reasoning                what it thinks before it answers
call_tools               false: it answers in words though tools are offered (default: it calls the first)
dimensions               size of its embeddings (64)
crash_at_load            dies of SIGSEGV instead of loading
crash_after_tokens       dies of SIGABRT when it has written that many, all requests counted together
hang_after_tokens        stops for good when it has written that many
out_of_memory            "load": fails so while loading; "answer": ``crash_after_tokens`` is for want of memory
garbage                  after two tokens: "json" (invalid), "shape" (valid but senseless), "half" (an event cut off)
hang_in_body             stops for good between the head and the body of an answer that is no stream
close_after              closes a connection, without a word, after so many requests on it
slow_loris               seconds between the single bytes in which it sends its answer
ignore_sigterm           has to be killed
forks                    that many children, each with a grandchild in a session of its own, all deaf to SIGTERM
======================== ==============================================================================================
"""

from __future__ import annotations

import json
import secrets
import sys
from pathlib import Path

from jarvis.config.schema import Settings
from jarvis.engines.base import OnProgress
from jarvis.engines.dialect import Abilities
from jarvis.engines.served import Launch, Served, check_options
from jarvis.version import __version__
from jarvis.words.model import Load

OPTIONS = frozenset({
    "charges", "true_part", "release_ms", "load_seconds", "tokens_per_second", "prompt_tokens_per_second",
    "silent_prefill", "memory_mib", "touch_mib", "answer", "answer_tokens", "reasoning", "call_tools", "dimensions",
    "crash_at_load", "crash_after_tokens", "hang_after_tokens", "hang_in_body", "close_after", "out_of_memory",
    "garbage", "slow_loris", "ignore_sigterm", "forks",
})  # fmt: skip


class Faked(Served):
    """A running fake. What it claims to hold counts as held."""

    def memory_bytes(self) -> int:
        claimed = int(self.load.options.get("memory_mib", 0)) << 20
        return claimed or super().memory_bytes()


class Engine:
    """Runs no model. ``Load.path`` is not opened."""

    name = "fake"

    def __init__(self, settings: Settings, logs: Path) -> None:
        """``logs``: the folder for what engines print."""
        self._settings = settings
        self._logs = logs

    def found(self) -> str | None:
        """Always there."""
        return f"jarvis {__version__}"

    def uses_cards(self) -> bool:
        """It claims their memory, as it is told."""
        return True

    async def start(self, load: Load, on_progress: OnProgress | None = None) -> Served:
        """Start a process that behaves as ``load.options`` say; see ``engines.base.Engine.start``."""
        check_options(load, self.name, OPTIONS)
        key = secrets.token_urlsafe(32)
        order = {
            "key": key, "context": load.context, "parallel": load.parallel, "options": dict(load.options),
            "claims": dict(load.claims),
        }  # fmt: skip

        def look(line: str) -> None:
            if on_progress is not None and line.startswith("loaded "):
                on_progress(float(line.split()[1]))

        models = self._settings.models
        served = await Faked.start(
            Launch(
                engine=self.name,
                load=load,
                command=[sys.executable, "-E", "-P", "-m", "jarvis.engines._fake_server"],
                order=json.dumps(order).encode(),
                key=key,
                logs=self._logs,
                load_seconds=models.load_timeout_seconds,
                hang_seconds=models.hang_timeout_seconds,
                extras={"return_progress": True},
                announces=True,
                on_line=look,
            )
        )
        served.wire.able = Abilities(images=True, audio=True, tools=True)
        return served
