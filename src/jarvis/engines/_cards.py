"""Whether the cards of a load are really there: a declared machine may be one to plan for only."""

from __future__ import annotations

from jarvis.config.schema import Settings
from jarvis.errors import EngineStartFailed
from jarvis.hardware.inventory import Inventory
from jarvis.words.model import Load


def check_cards(load: Load, settings: Settings) -> None:
    """Raises EngineStartFailed for a card that is only declared: an engine would see none. Blocks."""
    file = settings.hardware.file
    if file is None or not load.split:
        return
    there = {gpu.uuid for gpu in Inventory().now().gpus.found}
    names = {gpu.uuid: gpu.name for gpu in Inventory(file).now().gpus.found}
    missing = [names.get(part.device, part.device) for part in load.split if part.device not in there]
    if missing:
        raise EngineStartFailed("engines.declared_card", name=load.model, cards=", ".join(missing), file=file)
