"""Trying an engine out: load a small model, let it say a few words, and put it away."""

from __future__ import annotations

from jarvis import registry
from jarvis.config.paths import Paths, private
from jarvis.config.schema import Settings
from jarvis.engines.base import Engine
from jarvis.errors import EngineError
from jarvis.words.chat import ChatRequest, Message, Sampling
from jarvis.words.fleet import Split
from jarvis.words.hardware import Gpu
from jarvis.words.model import Installed, Load

UNITS = 999
"""More layers than any starter has: all of it goes to the card."""


async def answered(engine: str, settings: Settings, paths: Paths, model: Installed, gpu: Gpu | None) -> str:
    """What the model says on that card, or on the processor. Raises what the engine raises, EngineError for silence."""
    made: Engine = registry.load("jarvis.engines", engine, "Engine")(settings, private(paths.engine_logs))
    split = (Split(gpu.uuid, UNITS),) if gpu else ()
    load = Load(
        f"{model.card.id}-trial", model.path, context=512, split=split, capability=gpu.capability if gpu else None
    )
    running = await made.start(load)
    try:
        if running.notices:  # another than the one on trial
            raise EngineError(running.notices[0].code, **running.notices[0].facts)
        request = ChatRequest((Message.of("user", "Say hello."),), sampling=Sampling(temperature=0, max_tokens=8))
        said = "".join([delta.text async for delta in running.chat(request)])
    finally:
        await running.stop()
    if not said.strip():
        raise EngineError("doctor.silent", engine=engine)
    return said
