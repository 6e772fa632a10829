"""What a person asks of memory itself, in a sentence: to remember something, to forget it, to tell what is known.

No model is needed for that, and none decides it. What would be forgotten is shown first, word for word what it is; the
yes comes as the next message.
"""

from __future__ import annotations

import re
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, replace
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
from jarvis.words.agreed import is_no, is_yes
from jarvis.words.chat import Delta
from jarvis.words.exchange import Event, Route
from jarvis.words.fold import fold

if TYPE_CHECKING:
    from jarvis.memory.spoken import Spoken

YES_SECONDS = 600.0
SHOWN, CHARACTERS = 12, 160
LAST = "last"
"""The name of the conversation that was had last; see Conversations.resolve."""
TERMINAL = "ask"
"""The face of a command that asks one question and ends: a yes is another command."""
_ARTICLE = re.compile(r"^(?:mis?|el|la|l[oa]s|nuestr[oa]s?|lo de|my|our|the)\s+", re.IGNORECASE)
_NOTHING = Gone()


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked. ``stores``: the message may be kept as any other; one that says what is to go may not. ``source``
    is the earlier message of which something is to be remembered, where it is not in this one.
    """

    spoken: Spoken
    stores: bool
    source: str = ""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What somebody is asked whether to forget. ``at`` is since the epoch, ``since`` of the monotonic clock."""

    wish: Wish
    at: float
    since: float
    language: Language


class Orders:
    """Owns what waits for a yes. Use it on one event loop."""

    def __init__(
        self,
        facts: Facts,
        forgetting: Forgetting,
        talks: Conversations,
        books: Books,
        now: Callable[[], datetime] = datetime.now,
        topics: Sequence[str] = (),
    ) -> None:
        """``topics`` are those that are private."""
        self._facts = facts
        self._forgetting = forgetting
        self._talks = talks
        self._books = books
        self._now = now
        self._topics = topics
        self._waiting: dict[tuple[str, str | None], _Asked] = {}

    async def meant(self, text: str, person: str, conversation: str | None) -> str | None:
        """The conversation that is meant by ``last`` where the last thing was a question whether to forget something:
        such an exchange is kept nowhere, so the one that was kept last is another. Other names are as they were given.
        """
        mine = [(asked.at, where) for (who, where), asked in self._waiting.items() if who == person]
        if conversation != LAST or not mine or not (is_yes(text) or is_no(text)):
            return conversation
        at, where = max(mine, key=lambda one: one[0])
        kept = await self._talks.latest(person, 1)
        return conversation if kept and kept[0].updated > at else where

    async def read(self, text: str, person: str, conversation: str | None, before: str = "") -> Order | None:
        """None for a message that asks nothing of memory. ``before`` is what the person said before it."""
        from jarvis.memory.spoken import Spoken, spoken

        waits = self._waiting.get((person, conversation))
        if waits is not None:
            if is_yes(text):
                late = time.monotonic() - waits.since > YES_SECONDS
                return Order(Spoken("forget", "late" if late else "yes", language=waits.language), stores=False)
            if is_no(text):
                return Order(Spoken("forget", "no", language=waits.language), stores=False)
            del self._waiting[person, conversation]
        found = spoken(text, self._now())
        if found is None or (found.kind == "incognito" and found.scope != "this"):
            return None
        if found.kind == "remember" and found.scope in ("last", "maybe"):
            content = _said(before, self._now())
            if not content and found.scope == "maybe":
                return None
            return Order(replace(found, content=content), stores=True, source=before)
        if found.scope == "maybe" and not await self._heard_of(person, found):
            return None
        return Order(found, stores=found.kind in ("remember", "known", "private"))

    async def _heard_of(self, person: str, asked: Spoken) -> bool:
        """Whether somebody or something of a name is known; to be forgotten, it has to be what a fact is about."""
        known = await self._facts.list(person, about=asked.content)
        return any(asked.kind == "known" or fact.subject == fold(asked.content) for fact in known)

    async def answer(self, talk: Talk, order: Order) -> AsyncGenerator[Event, None]:
        """The events of the answer. Errors are raised as JarvisError."""
        name = f"memory.{order.spoken.kind}"
        account = Account(talk.request.model, talk.person, talk.face, talk.question, talk.conversation)
        account.incognito = talk.preferences.incognito
        account.routed(Route("memory", talk.request.model, say(name, talk.language)))
        account.begins(engine="memory", device="cpu")
        try:
            yield account.route
            said = await self._done(talk, order)
            account.told(said)
            yield Delta(text=said, finish="stop")
            account.ended()
            gone = order.spoken.scope == "yes" and not await self._is_there(talk)
            yield replace(account.answer(), conversation=None) if gone else account.answer()
        except JarvisError as error:
            account.failed(error.code)
            raise
        finally:
            await self._books.close(account)

    async def _is_there(self, talk: Talk) -> bool:
        """Whether the conversation is; one of which nothing is left goes on as another."""
        try:
            return talk.conversation is None or bool(await self._talks.about(talk.person.name, talk.conversation))
        except NotFound:
            return False

    async def _done(self, talk: Talk, order: Order) -> str:
        asked, person, lang = order.spoken, talk.person.name, talk.language
        if asked.kind == "remember":
            return say("memory.not_learned", lang) if talk.preferences.incognito else await self._remember(talk, order)
        if asked.kind == "known":
            about = None if asked.content in ("", "me") else asked.content
            return _listed(await self._facts.list(person, about=about), lang)
        if asked.kind == "incognito":
            return say("memory.not_kept", lang)
        if asked.kind == "private":
            return await self._private(person, asked.content, lang)
        key = person, talk.conversation
        if asked.scope in ("yes", "no", "late") and key in self._waiting:
            waited = self._waiting.pop(key)
            if asked.scope != "yes":
                return say(f"memory.forgot_nothing_{asked.scope}", lang)
            gone = await self._forgetting.forget(talk.person, waited.wish)
            code = "memory.forgot_documents" if gone.documents or gone.passages else "memory.forgot"
            counts = ("turns", "facts", "documents", "passages")
            return say(code, lang, **{name: getattr(gone, name) for name in counts})
        return await self._ask(talk, asked)

    async def _ask(self, talk: Talk, asked: Spoken) -> str:
        """What would be forgotten, and how to say yes to it."""
        person, lang = talk.person.name, talk.language
        wish = await self._wish(talk, asked)
        if wish is None:
            return say("memory.nothing_to_forget", lang)
        would = await self._would_go(talk, wish)
        if would is None and wish.query and (item := await self._forgetting.nearly(person, wish.query)):
            wish = Wish(item=item)
            would = await self._would_go(talk, wish)
        if would is None:
            return say("memory.nothing_to_forget", lang)
        self._waiting[person, talk.conversation] = _Asked(wish, self._now().timestamp(), time.monotonic(), lang)
        do = say("memory.yes_command" if talk.face == TERMINAL else "memory.yes_word", lang)
        if wish.everything:
            return say(
                "memory.forget_all", lang, turns=would.turns, facts=would.facts, documents=would.documents, do=do
            )
        all_of_it = list(dict.fromkeys(visible(line.text, CHARACTERS) for line in would.listed if line.text.strip()))
        shown = [f"- {text}" for text in all_of_it[:SHOWN]]
        if len(all_of_it) > SHOWN:
            shown.append(say("memory.more", lang, count=len(all_of_it) - SHOWN))
        return say("memory.forget_this", lang, lines="\n".join(shown), turns=would.turns, facts=would.facts, do=do)

    async def _would_go(self, talk: Talk, wish: Wish) -> Gone | None:
        """None for nothing."""
        try:
            gone = await self._forgetting.preview(talk.person, wish)
        except NotFound:
            return None
        return None if replace(gone, listed=()) == _NOTHING else gone

    async def _remember(self, talk: Talk, order: Order) -> str:
        from jarvis.memory.patterns import told

        person, lang, content = talk.person.name, talk.language, order.spoken.content
        if not content:
            return say("memory.remember_what", lang)
        turn = await self._turn(talk, order.source or talk.question)
        learned = [replace(one, turn=turn, conversation=talk.conversation) for one in told(content, self._now())]
        kept = await self._facts.keep(person, learned)
        known = {fact.id: fact for fact in await self._facts.list(person, closed=True)}
        # the rules may have read the message before, as they read any other: what they kept of it is as new
        new = {k.id for k in kept if k.id in known and (k.did == "kept" or (turn and known[k.id].turn == turn))}
        ended = sum(len(one.closed) for one in kept if one.did == "ended")
        closed = ended + sum(fact.replaced_by in new for fact in known.values())
        code = "memory.kept" if new or ended else "memory.kept_again"
        said = say(code, lang, text=visible(content[:1].upper() + content[1:], CHARACTERS))
        return said + (f" {say('memory.ended', lang, count=closed)}" if closed else "")

    async def _turn(self, talk: Talk, text: str) -> int | None:
        """The stored turn in which the person said so; None where it is kept in none."""
        if not talk.kept or talk.conversation is None:
            return None
        turns = await self._talks.turns(talk.person.name, talk.conversation)
        return next((t.id for t in reversed(turns) if t.message.role == "user" and t.message.text == text), None)

    async def _private(self, person: str, content: str, lang: Language) -> str:
        """What is known of a topic is private from now on. What is still to be said of it is by a setting, and settings
        are changed by their owner alone.
        """
        about = await self._facts.list(person, about=content, closed=True)
        for fact in about:
            await self._facts.private(person, fact.id)
        topic = _ARTICLE.sub("", content)
        if fold(topic) in map(fold, self._topics):
            return say("memory.topic_private", lang, topic=topic, count=len(about))
        topics = ", ".join((*self._topics, topic)).replace('"', "")
        return say("memory.topic_set", lang, topic=topic, count=len(about), topics=topics)

    async def _wish(self, talk: Talk, asked: Spoken) -> Wish | None:
        """None where there is no conversation that could be meant."""
        person, conversation = talk.person.name, talk.conversation
        if conversation is None and asked.scope in ("last", "conversation") and talk.face == TERMINAL:
            # each question is a command of its own there: the one before it is meant
            kept = await self._talks.latest(person, 1)
            conversation = kept[0].id if kept else None
        if asked.scope == "period" and asked.span is not None:
            return Wish(since=asked.span.begin, until=asked.span.end)
        if asked.scope == "conversation":
            return None if conversation is None else Wish(conversation=conversation)
        if asked.scope == "all":
            return Wish(everything=True)
        if asked.scope in ("about", "maybe"):
            return Wish(person=asked.content)
        if asked.scope == "last":
            turns = [] if conversation is None else await self._talks.turns(person, conversation)
            said = [turn for turn in turns if turn.message.role == "user"]
            return Wish(item=f"t{said[-1].id}") if said else None
        return Wish(query=asked.content)


def _said(before: str, now: datetime) -> str:
    """What the message before an order states, that is to be remembered; empty where it states nothing."""
    from jarvis.memory.sentences import own
    from jarvis.memory.spoken import spoken, stated

    asked = spoken(before, now)
    if asked is not None:
        return asked.content if asked.kind == "remember" else ""
    return stated(own(before))


def _listed(facts: Sequence[Fact], lang: Language) -> str:
    """What is known, newest first."""
    if not facts:
        return say("memory.knows_nothing", lang)
    lines = [
        f"- {visible(f.text, CHARACTERS)} ({datetime.fromtimestamp(f.said).date().isoformat()}, m{f.id})"
        for f in sorted(facts, key=lambda f: -f.said)[:50]
    ]
    return say("memory.knows", lang, count=len(facts), lines="\n".join(lines))
