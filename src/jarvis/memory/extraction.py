"""What a message says of its sender, with the help of a small local model: which of the sentences that the rules leave
tell something that will matter in a month, and of what kind. In the background, one sentence at a time.

The model writes nothing that is kept. It gives each sentence a kind, out of a few, and the sentence is kept as it was
said: so nothing can be made up, and nobody else be meant than who is named there. A model is first examined on
sentences whose kind is known; one that cannot tell them apart is not asked.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from jarvis.errors import JarvisError
from jarvis.memory import patterns
from jarvis.memory.dates import absolute, days
from jarvis.memory.learned import ME, Learned
from jarvis.memory.meant import supposed
from jarvis.memory.sentences import Sentence, own
from jarvis.words.chat import Json, Role
from jarvis.words.language import language

_log = logging.getLogger(__name__)

KINDS = ("fact", "preference", "person", "date", "plan", "decision", "commitment")
NOTHING = "nothing"
_LEAST, _LONGEST = 4, 60
"""Words of a sentence that is worth asking about."""
WAITING = 64
"""Messages that wait for the model; of more, the oldest are left to the rules alone."""
_ORDERS = re.compile(
    r"\b(?:ignor[ae]|disregard|instructions?|instrucciones|system prompt|prompt|you (?:must|should|have to)|debes|"
    r"tienes que responder|from now on|a partir de ahora|jailbreak|developer mode|override)\b"
)
"""What reads like an order to a model is not kept on a model's word."""
_SELF = re.compile(
    r"\b(?:i|i'm|i've|i'll|i'd|my|me|we|we're|our|yo|mi|mis|me|nos|nuestr[oa]s?|soy|estoy|tengo|"
    r"somos)\b"
)
_NOT_SAID = re.compile(
    r"(?:prefer|like|prefiero|gusta) (?:the|la|el|your|tu) (?:first|second|other|option|opcion|one|answer|"
    r"respuesta|idea|primer|segund|otr)|"
    r"[={}<>|\ufffc]|\w\(|;$|\b(?:gustaria|i'd like|i would like|memoria|memory)\b"
)
"""Code, a quote, a wish."""
_TO_COME = re.compile(
    r"\b(?:i'll|we'll|will|going to|have to|promised?|voy a|vamos a|va a|van a|tengo que|hay que|prometi\w*)\b|"
    r"\w{2,}(?:are|ere|ire)\b"
)
_HANGING = re.compile(
    r"\W*(?:she|he|they|it|her|his|their|its|this|that|these|those|ella|ellos|ellas|eso|esto|ese|esa|este|esta)\b"
)
"""It says something of somebody who was named before."""
_ANCHOR = re.compile(r"\d|(?<=[\w,;)] )[^\W\d_a-zà-ÿ]\w")
"""A number, or a name: without one, and without the speaker, it is about nobody."""
_TASK = (
    "A person says something to an assistant. Is it worth remembering next month? Answer with one label. "
    "fact, preference, person, date, plan, decision, commitment: something about the person, their people, home, work, "
    "health or projects that stays true or matters later. nothing: greetings, thanks, requests, questions, remarks "
    "about the conversation or an answer, moods and problems of the moment, jokes, general knowledge."
)
_EXAMPLES = (
    ("The plumber's number is on the fridge.", "fact"),
    ("Thanks, that helps a lot.", NOTHING),
    ("Ana promised to bring the cake.", "commitment"),
    ("It is raining again.", NOTHING),
    ("Nos hemos quedado con el piso de la calle Mayor.", "decision"),
    ("Vaya, el error sale otra vez.", NOTHING),
    ("En casa somos cuatro y un perro.", "fact"),
    ("No entiendo esa explicación.", NOTHING),
    ("The team reviews every change in pairs, never alone.", "fact"),
    ("I think I'll try that now.", NOTHING),
    ("Ruth runs the tests on Tuesday.", "plan"),
    ("La fotosíntesis necesita luz.", NOTHING),
)
_EXAM = (
    ("My daughter Emma is nine and plays the violin.", True),
    ("Thanks a lot, that was a very good answer.", False),
    ("Mi abuelo fue maestro en Cuenca.", True),
    ("Otra vez no funciona, qué lata.", False),
    ("We keep the spare keys at the neighbour's.", True),
    ("Hmm, that looks too long to me.", False),
    ("Los jueves recojo yo a los niños.", True),
    ("Eso es justo lo que quería decir.", False),
)
_PASS = 7
"""Of these, right."""
_FORM: Mapping[str, Json] = {
    "type": "json_schema",
    "json_schema": {
        "name": "label",
        "schema": {
            "type": "object",
            "properties": {"label": {"enum": [*KINDS, NOTHING]}},
            "required": ["label"],
            "additionalProperties": False,
        },
    },
}
TOKENS = 24
"""Of an answer in this form."""


class Model(Protocol):
    """A language model on this machine. Never a paid one: what people say of themselves stays here."""

    @property
    def name(self) -> str: ...

    async def ask(self, messages: Sequence[tuple[Role, str]], form: Mapping[str, Json]) -> str:
        """The answer to messages (role, text) in a ``response_format``, of ``TOKENS`` at most. Raises JarvisError."""
        ...


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a person. ``at`` is local; ``before`` is the same person's message just before it."""

    text: str
    at: datetime
    before: str = ""
    turn: int | None = None
    conversation: str | None = None


def by_rules(said: Said) -> list[Learned]:
    """What the rules read, with where it comes from."""
    from jarvis.memory.spoken import spoken

    earlier = patterns.read(said.before, said.at) if said.before else []
    text = said.text
    if spoken(text, said.at) is not None:  # whoever obeys reads what is asked to be remembered, and who asks is no fact
        text = " ".join(s.text for s in own(text) if spoken(s.text, said.at) is None)
    return [_sourced(one, said) for one in patterns.read(text, said.at, earlier)]


class Reader:
    """A model that reads along."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._fit: bool | None = None

    async def fit(self) -> bool:
        """Whether it can tell what is worth keeping; examined once. Raises JarvisError."""
        if self._fit is None:
            right = 0
            for done, (sentence, worth) in enumerate(_EXAM):
                right += ((await self._kind(sentence)) != NOTHING) == worth
                if done + 1 - right > len(_EXAM) - _PASS:
                    break
            self._fit = right >= _PASS
        return self._fit

    async def read(self, said: Said, known: Sequence[Learned] = ()) -> list[Learned]:
        """What it finds in the sentences of which nothing is ``known`` yet. Raises JarvisError."""
        left = _left(said, known)
        if not left or not await self.fit():
            return []
        kinds = [(sentence, await self._kind(sentence.text)) for sentence in left]
        return [
            _learned(sentence, kind, said, self.model.name) for sentence, kind in kinds if _may(sentence, kind, said)
        ]

    async def _kind(self, sentence: str) -> str:
        messages: list[tuple[Role, str]] = [("system", _TASK)]
        for text, label in _EXAMPLES:
            messages += [("user", text), ("assistant", json.dumps({"label": label}))]
        answer = await self.model.ask([*messages, ("user", sentence)], _FORM)
        try:
            label = json.loads(answer)["label"]
        except (ValueError, KeyError, TypeError):
            return NOTHING
        return label if label in KINDS else NOTHING


def _left(said: Said, known: Sequence[Learned]) -> list[Sentence]:
    """The sentences that may tell something and that no rule has read."""
    read = " ".join(re.sub(r" \(\d{4}-[\d/-]+\)", "", one.text).casefold() for one in known)
    return [
        s
        for s in own(said.text)
        if not s.asks
        and _LEAST <= len(s.folded.split()) <= _LONGEST
        and s.text.strip(" .").casefold() not in read
        and (_SELF.search(s.folded) or _ANCHOR.search(s.text))
        and not _ORDERS.search(s.folded)
        and not _NOT_SAID.search(s.folded)
        and not _HANGING.match(s.folded)
        and not supposed(s.folded)
        and not any(one.text.strip(" .").casefold() in s.text.casefold() for one in known if one.text)
    ]


def _may(sentence: Sentence, kind: str, said: Said) -> bool:
    """Whether a sentence can be what the model takes it for: what is to come has a day, or says that it will be."""
    if kind in ("plan", "commitment", "date"):
        return bool(days(sentence.folded, said.at)) or _TO_COME.search(sentence.folded) is not None
    return kind != NOTHING


def _learned(sentence: Sentence, kind: str, said: Said, by: str) -> Learned:
    text = absolute(sentence.text, sentence.folded, said.at)
    # of what is decided, promised or liked without a name, somebody is the subject: whoever says it
    own_ = kind not in ("fact", "person", "date") or _SELF.search(sentence.folded)
    subject = patterns.about(sentence) or (ME if own_ else "")
    made = Learned(kind, text, said.at.timestamp(), subject, language=language(said.text), extracted_by=by)
    return _sourced(made, said)


def _sourced(one: Learned, said: Said) -> Learned:
    return replace(one, turn=said.turn, conversation=said.conversation)


class Background:
    """Reads messages one after another once nobody else wants the machine. Use it on one event loop.

    ``keep`` gets what the model adds to what the rules know. ``busy`` says whether somebody waits for a model: then it
    waits ``pause`` seconds, and what waits longest is given up.
    """

    def __init__(
        self,
        keep: Callable[[str, Sequence[Learned]], Awaitable[object]],
        model: Callable[[], Model | None],
        busy: Callable[[], bool],
        pause: float = 2.0,
    ) -> None:
        self._keep = keep
        self._model = model
        self._busy = busy
        self._pause = pause
        self._waiting: deque[tuple[str, Said, Sequence[Learned]]] = deque(maxlen=WAITING)
        self._woken = asyncio.Event()
        self._reader: Reader | None = None

    def heard(self, person: str, said: Said, known: Sequence[Learned]) -> None:
        """A message was said, of which the rules know this; the rest is looked at later."""
        if _left(said, known):
            self._waiting.append((person, said, known))
            self._woken.set()

    async def work(self) -> None:
        """Read what waits, for ever. What is forgotten meanwhile stays so: ``keep`` refuses it, as its turn is gone."""
        while True:
            await self._woken.wait()
            while self._waiting:
                if self._busy():
                    await asyncio.sleep(self._pause)
                elif (model := self._model()) is None:
                    self._waiting.clear()  # what was said is left to the rules
                else:
                    await self._read(model, *self._waiting.popleft())
            self._woken.clear()

    async def _read(self, model: Model, person: str, said: Said, known: Sequence[Learned]) -> None:
        if self._reader is None or self._reader.model.name != model.name:
            self._reader = Reader(model)
        try:
            if found := await self._reader.read(said, known):
                await self._keep(person, found)
        except JarvisError as error:
            _log.info("what was said is left to the rules: %s", error.code)
