"""Whether silence is a hang, or work on a prompt that takes its time."""

from __future__ import annotations

import asyncio
import time

import pytest

from jarvis.engines import pulse
from jarvis.engines.pulse import Call, Pulse

QUEUED, BEGUN, READING, WRITING = "queued", "begun", "reading", "writing"


class Spinning:
    """An engine that says nothing and computes all the time, with requests in these states."""

    def __init__(self, *calls: str, slow: bool, announces: bool) -> None:
        self.looks = 0
        self.hung = asyncio.Event()
        self.pulse = Pulse("m", 0.05, self.cpu_seconds, self.hung.set, slow=slow, announces=announces)
        for state in calls:
            call: Call = self.pulse.begin()
            call.reading = state != WRITING
            call.steps = {QUEUED: 0, BEGUN: 1, READING: 2, WRITING: 2 if announces else 0}[state]

    def cpu_seconds(self) -> float:
        self.looks += 1
        return time.monotonic()

    async def looked_at(self) -> None:
        """Wait until it was found to compute, several times, and lived on."""
        while self.looks < 6:
            assert not self.hung.is_set()
            await asyncio.sleep(0.01)


PATIENT = [
    # on a processor nobody knows how long a batch takes
    ((QUEUED,), True, True),
    ((READING,), True, True),
    ((WRITING, READING), True, True),
    ((WRITING, QUEUED), True, False),  # vLLM's and PyTorch's: what is being read cannot be told from what waits
    # on a card it may compile its kernels for the first batch, and vLLM never says how far it is
    ((QUEUED,), False, True),
    ((BEGUN,), False, True),
    ((QUEUED,), False, False),
]
NOT = [
    ((WRITING,), True, True),
    ((WRITING, QUEUED), True, True),  # whoever waits behind it does not make a hang of it a prompt
    ((WRITING, QUEUED), False, True),
    ((WRITING, QUEUED), False, False),
    ((READING, QUEUED), False, True),  # its batches took no such time before
]


@pytest.mark.parametrize(("calls", "slow", "announces"), PATIENT)
async def test_a_prompt_may_take_its_time(
    calls: tuple[str, ...], slow: bool, announces: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulse, "PREFILL_PATIENCE", 1e9)
    engine = Spinning(*calls, slow=slow, announces=announces)
    await asyncio.wait_for(engine.looked_at(), 20)
    engine.pulse.close()


@pytest.mark.parametrize(("calls", "slow", "announces"), NOT)
async def test_a_hang_that_spins_is_found_at_once(
    calls: tuple[str, ...], slow: bool, announces: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulse, "PREFILL_PATIENCE", 1e9)  # with patience it would never be
    engine = Spinning(*calls, slow=slow, announces=announces)
    await asyncio.wait_for(engine.hung.wait(), 20)
    assert engine.looks == 0
