"""What a person asks of memory itself, in a sentence: to remember something, to forget it, to tell what is known.

No model is needed for that, and none decides it. What would be forgotten is shown first, word for word what it is; the
yes comes as the next message.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from jarvis.assistant.account import Account
from jarvis.assistant.books import Books
from jarvis.assistant.conversations import Conversations
from jarvis.assistant.forgetting import Forgetting
from jarvis.assistant.talk import Talk
from jarvis.errors import JarvisError, NotFound
from jarvis.memory.doomed import Wish
from jarvis.memory.facts import Fact, Facts
from jarvis.memory.forget import Gone
from jarvis.search.base import visible
from jarvis.texts import Language, say
from jarvis.words.agreed import is_yes
from jarvis.words.chat import Delta
from jarvis.words.exchange import Event, Route

if TYPE_CHECKING:
    from jarvis.memory.spoken import Spoken

YES_SECONDS = 600.0
SHOWN, CHARACTERS = 12, 160


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked. ``stores``: the message may be kept as any other; one that says what is to go may not."""

    spoken: Spoken
    stores: bool


class Orders:
    """Owns what waits for a yes. Use it on one event loop."""

    def __init__(
        self,
        facts: Facts,
        forgetting: Forgetting,
        talks: Conversations,
        books: Books,
        now: Callable[[], datetime] = datetime.now,
    ) -> None:
        self._facts = facts
        self._forgetting = forgetting
        self._talks = talks
        self._books = books
        self._now = now
        self._waiting: dict[tuple[str, str | None], tuple[Wish, float]] = {}

    def read(self, text: str, person: str, conversation: str | None) -> Order | None:
        """None for a message that asks nothing of memory."""
        from jarvis.memory.spoken import Spoken, spoken

        waits = self._waiting.get((person, conversation))
        if waits is not None:
            if is_yes(text) and time.monotonic() - waits[1] < YES_SECONDS:
                return Order(Spoken("forget", "this"), stores=False)
            del self._waiting[person, conversation]
        found = spoken(text, self._now())
        if found is None or (found.kind == "incognito" and found.scope != "this"):
            return None
        return Order(found, stores=found.kind in ("remember", "known"))

    async def answer(self, talk: Talk, order: Order) -> AsyncGenerator[Event, None]:
        """The events of the answer. Errors are raised as JarvisError."""
        name = f"memory.{order.spoken.kind}"
        account = Account(talk.request.model, talk.person, talk.face, talk.question, talk.conversation)
        account.routed(Route("memory", talk.request.model, say(name, None)))
        account.begins(engine="memory", device="cpu")
        try:
            yield account.route
            said = await self._done(talk, order.spoken)
            account.told(said)
            yield Delta(text=said, finish="stop")
            account.ended()
            yield account.answer()
        except JarvisError as error:
            account.failed(error.code)
            raise
        finally:
            await self._books.close(account)

    async def _done(self, talk: Talk, asked: Spoken) -> str:
        person, lang = talk.person.name, talk.language
        if asked.kind == "remember":
            return await self._remember(person, asked.content, talk.conversation, lang)
        if asked.kind == "known":
            about = None if asked.content in ("", "me") else asked.content
            return _listed(await self._facts.list(person, about=about), lang)
        if asked.kind == "incognito":
            return say("memory.not_kept", lang)
        key = person, talk.conversation
        if asked.scope == "this" and key in self._waiting:
            wish, _ = self._waiting.pop(key)
            gone = await self._forgetting.forget(talk.person, wish)
            return say("memory.forgot", lang, turns=gone.turns, facts=gone.facts, passages=gone.passages)
        wish = await self._wish(person, asked, talk.conversation)
        would = await self._would_go(talk, wish)
        if would is None and wish.query and (item := await self._forgetting.nearly(person, wish.query)):
            wish = Wish(item=item)
            would = await self._would_go(talk, wish)
        if would is None:
            return say("memory.nothing_to_forget", lang)
        self._waiting[key] = wish, time.monotonic()
        lines = "\n".join(f"- {visible(line.text, CHARACTERS)}" for line in would.listed[:SHOWN])
        return say("memory.forget_this", lang, lines=lines, turns=would.turns, facts=would.facts)

    async def _would_go(self, talk: Talk, wish: Wish) -> Gone | None:
        """None for nothing."""
        try:
            gone = await self._forgetting.preview(talk.person, wish)
        except NotFound:
            return None
        return gone if wish.everything or gone.turns or gone.facts or gone.documents or gone.passages else None

    async def _remember(self, person: str, content: str, conversation: str | None, lang: Language) -> str:
        from dataclasses import replace

        from jarvis.memory.patterns import told

        learned = [replace(one, told=True, conversation=conversation) for one in told(content, self._now())]
        kept = await self._facts.keep(person, learned)
        closed = sum(len(one.closed) for one in kept)
        said = "; ".join(one.text for one in learned)
        code = "memory.kept_again" if all(one.did == "again" for one in kept) else "memory.kept"
        return say(code, lang, text=said) + (f" {say('memory.ended', lang, count=closed)}" if closed else "")

    async def _wish(self, person: str, asked: Spoken, conversation: str | None) -> Wish:
        if asked.scope == "period" and asked.span is not None:
            return Wish(since=asked.span.begin, until=asked.span.end)
        if asked.scope == "conversation" and conversation is not None:
            return Wish(conversation=conversation)
        if asked.scope == "all":
            return Wish(everything=True)
        if asked.scope == "about":
            return Wish(person=asked.content)
        if asked.scope == "last" and conversation is not None:
            turns = [t for t in await self._talks.turns(person, conversation) if t.message.role == "user"]
            if turns:
                return Wish(item=f"t{turns[-1].id}")
        return Wish(query=asked.content)


def _listed(facts: Sequence[Fact], lang: Language) -> str:
    """What is known, newest first."""
    if not facts:
        return say("memory.knows_nothing", lang)
    lines = [
        f"- {visible(f.text, CHARACTERS)} ({datetime.fromtimestamp(f.said).date().isoformat()}, m{f.id})"
        for f in sorted(facts, key=lambda f: -f.said)[:50]
    ]
    return say("memory.knows", lang, count=len(facts), lines="\n".join(lines))
