"""A model on this machine reads along: what it finds in what is said, beyond what the rules know, is kept as facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass

from jarvis.assistant.leasing import quiet
from jarvis.assistant.reader import CALLS_FROM
from jarvis.errors import ModelNotFound
from jarvis.fleet.keeper import Keeper
from jarvis.memory.extraction import TOKENS, Background
from jarvis.memory.facts import Facts, Kept
from jarvis.memory.learned import Learned
from jarvis.memory.memory import Memory
from jarvis.words.chat import ChatRequest, Json, Message, Role, Sampling
from jarvis.words.model import Installed

AUTO, NONE = "auto", "none"


@dataclass(frozen=True, slots=True)
class Local:
    """See ``memory.extraction.Model``: it is on this machine, and nothing of what it reads leaves that."""

    installed: Installed
    keeper: Keeper

    @property
    def name(self) -> str:
        return self.installed.card.id

    async def ask(self, messages: Sequence[tuple[Role, str]], form: Mapping[str, Json]) -> str:
        request = ChatRequest(
            tuple(Message.of(role, text) for role, text in messages),
            self.name,
            sampling=Sampling(temperature=0.0, max_tokens=TOKENS),
            response_format=form,
        )
        async with self.keeper.use(self.installed, quiet) as lease, aclosing(lease.running.chat(request)) as deltas:
            return "".join([delta.text async for delta in deltas])


def along(setting: str, find: Callable[[str], Installed], keeper: Keeper, memory: Memory, facts: Facts) -> Background:
    """As ``memory.reads_along`` has it: nobody, the model of that name, or (``auto``) whichever is loaded anyway
    and large enough to tell what is worth keeping: of smaller ones none was worth more than the rules alone
    (``jarvis eval remember``).
    """

    def model() -> Local | None:
        names = () if setting == NONE else tuple(keeper.loaded()) if setting == AUTO else (setting,)
        for name in names:
            with suppress(ModelNotFound):
                installed = find(name)
                if setting != AUTO or (installed.card.kind == "chat" and installed.card.parameters >= CALLS_FROM):
                    return Local(installed, keeper)
        return None

    async def keep(person: str, learned: Sequence[Learned]) -> Sequence[Kept]:
        kept = await facts.keep(person, learned)
        memory.wake()
        return kept

    return Background(keep, model, lambda: bool(keeper.waiting()) or any(slot.users for slot in keeper.slots()))
