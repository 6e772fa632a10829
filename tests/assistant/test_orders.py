"""What people order the memory to do, said to a whole house: what is kept, asked, forgotten, and said of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest

from home import Home
from jarvis import wiring
from jarvis.assistant import orders
from jarvis.assistant.speaking import Asked, Speaking
from jarvis.assistant.turn import Assistant
from jarvis.memory.facts import Fact
from jarvis.speech.speak.base import Spoken
from jarvis.words.chat import ChatRequest, Message
from jarvis.words.exchange import Answer, Event, Route
from jarvis.words.person import SCOPES, Person

Build = Callable[[], Awaitable[wiring.House]]
ANA = Person("ana", frozenset(SCOPES))


@dataclass
class Said:
    """What Jarvis said, in which conversation; ``ordered``: no model did."""

    text: str
    conversation: str | None
    ordered: bool


class Talk:
    """Somebody's questions to a house."""

    def __init__(self, house: wiring.House, face: str = "chat") -> None:
        self.parts, self.face = house.parts, face

    async def say(self, text: str, conversation: str | None = None, face: str = "") -> Said:
        assistant = self.parts.assistant
        assert isinstance(assistant, Assistant)
        request = ChatRequest((Message.of("user", text),), "jarvis")
        stream = assistant.answer(request, ANA, face or self.face, conversation, True)
        events: list[Event] = [event async for event in stream]
        route = next(e for e in events if isinstance(e, Route))
        answer = next(e for e in events if isinstance(e, Answer))
        return Said(answer.answer, answer.conversation, route.model == "memory")

    async def facts(self) -> list[Fact]:
        assert self.parts.remembrance is not None
        return list(await self.parts.remembrance.facts.list("ana"))

    async def texts(self) -> set[str]:
        return {fact.text for fact in await self.facts()}


@pytest.fixture
async def talk(home: Home, build: Build, monkeypatch: pytest.MonkeyPatch) -> Talk:
    monkeypatch.setenv("JARVIS_LANG", "en")
    home.fake("tiny")
    return Talk(await build())


async def test_the_question_names_the_command_that_says_yes(talk: Talk) -> None:
    other = await talk.say("Trabajo en Correos", face="ask")
    asked = await talk.say("olvida que trabajo en Correos", face="ask")
    assert 'jarvis ask --continue last "sí"' in asked.text
    assert (await talk.texts()) == {"Trabajo en Correos"}
    done = await talk.say("sí", "last", face="ask")
    assert (done.ordered, done.text) == (True, "Olvidado para siempre: 2 mensajes, 1 dato.")
    assert await talk.facts() == []
    assert other.conversation is not None


async def test_a_plain_yes_says_it_too(talk: Talk) -> None:
    await talk.say("I work at Tesco", face="ask")
    asked = await talk.say("forget that I work at Tesco", face="ask")
    assert 'jarvis ask --continue last "yes"' in asked.text
    assert (await talk.say("yes", face="ask")).text == "Forgotten for good: 2 messages, 1 fact."


async def test_nor_is_it_kept_as_sound(talk: Talk) -> None:
    speaking = talk.parts.speaking
    assert isinstance(speaking, Speaking)
    asked: Asked = ("voice", "I work at Tesco.", "en", "", 1.0)
    speaking._pace.keep(asked, Spoken(b"", 24_000))
    await talk.say("I work at Tesco", face="ask")
    await talk.say("forget that I work at Tesco", face="ask")
    assert speaking._pace.known(asked) is not None
    await talk.say("yes", face="ask")
    assert speaking._pace.known(asked) is None


async def test_the_last_conversation_is_the_one_that_asked_or_the_one_that_was_had_since(talk: Talk) -> None:
    first = await talk.say("Trabajo en Correos")
    second = await talk.say("Me gusta el té")
    assert "Responda «sí»" in (await talk.say("olvida que trabajo en Correos", first.conversation)).text
    assert (await talk.say("sí", "last")).text.startswith("Olvidado")
    await talk.say("olvida que me gusta el té", face="ask")
    third = await talk.say("Vivo en Lugo")
    assert third.conversation != second.conversation
    later = await talk.say("sí", "last")
    assert (later.ordered, later.conversation) == (False, third.conversation)
    assert "Me gusta el té" in await talk.texts()


async def test_no_is_no_and_a_yes_may_come_too_late(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    here = (await talk.say("Trabajo en Correos")).conversation
    await talk.say("olvida que trabajo en Correos", here)
    assert (await talk.say("no", here)).text == "De acuerdo: no se ha olvidado nada."
    assert not (await talk.say("sí", here)).ordered
    await talk.say("olvida que trabajo en Correos", here)
    monkeypatch.setattr(orders, "YES_SECONDS", -1.0)
    assert "hace más de diez minutos" in (await talk.say("sí", here)).text
    assert await talk.texts() == {"Trabajo en Correos"}


async def test_a_yes_is_nobody_elses(talk: Talk) -> None:
    await talk.say("Trabajo en Correos", face="ask")
    await talk.say("olvida todo lo que sabes de mí", face="ask")
    request = ChatRequest((Message.of("user", "sí"),), "jarvis")
    luis = Person("luis", frozenset(SCOPES))
    events = [e async for e in talk.parts.assistant.answer(request, luis, "ask", None, True)]
    assert next(e for e in events if isinstance(e, Route)).model != "memory"
    assert await talk.texts() == {"Trabajo en Correos"}


@pytest.mark.parametrize("order", ["Olvida todo lo que sabes", "forget everything you know about me"])
async def test_everything_is_asked_about_first(talk: Talk, order: str) -> None:
    here = (await talk.say("Trabajo en Correos")).conversation
    await talk.say("Mi hermana se llama Teresa", here)
    asked = await talk.say(order, here)
    assert ("4 mensajes, 2 datos, 0 documentos" in asked.text) or ("4 messages, 2 facts, 0 documents" in asked.text)
    assert len(await talk.facts()) == 2
    assert (await talk.say("sí", here)).ordered
    assert await talk.facts() == []
    assert await talk.parts.history.latest("ana") == []


async def test_a_conversation_of_which_nothing_is_left_goes_on_as_another(talk: Talk) -> None:
    here = (await talk.say("Mi gata se llama Luna")).conversation
    assert (await talk.say("olvida a Luna", here)).conversation == here
    assert (await talk.say("sí", here)).conversation is None
    assert (await talk.say("Vivo en Lugo", None)).conversation not in (None, here)


async def test_of_nothing_at_all_nothing_is_asked(talk: Talk) -> None:
    assert (await talk.say("Olvida todo lo que sabes")).text == "De eso no hay nada en la memoria."


@pytest.mark.parametrize("order", ["Olvida a Teresa", "olvida a teresa", "Forget about Teresa", "forget teresa"])
async def test_somebody_is_forgotten(talk: Talk, order: str) -> None:
    here = (await talk.say("Mi hermana se llama Teresa")).conversation
    await talk.say("Trabajo en Correos", here)
    asked = await talk.say(order, here)
    assert asked.ordered
    assert "Teresa" in asked.text
    await talk.say("sí", here)
    assert await talk.texts() == {"Trabajo en Correos"}


@pytest.mark.parametrize("order", ["Olvida a mi hermana", "olvida lo que te dije de mi hermana", "forget my sister"])
async def test_who_is_meant_without_a_name_is_forgotten_under_it_too(talk: Talk, order: str) -> None:
    await talk.say("Mi hermano se llama Luis")
    here = (await talk.say("Mi hermana se llama Teresa", None)).conversation
    await talk.say("Teresa trabaja en Correos", here)
    await talk.say("My sister is coming on Friday", None)
    assert "Teresa trabaja" in (await talk.say(order, here)).text
    await talk.say("sí", here)
    assert await talk.texts() == {"Mi hermano se llama Luis"}
    assert len(await talk.parts.history.latest("ana")) == 1


async def test_a_name_that_nobody_has_is_for_the_model(talk: Talk) -> None:
    here = (await talk.say("We could have pasta for dinner, or rice")).conversation
    assert not (await talk.say("forget dinner", here)).ordered
    assert not (await talk.say("What do you know about Barcelona?", here)).ordered
    await talk.say("Remember that Barcelona is where my sister lives", here)
    assert "Barcelona is where my sister lives" in (await talk.say("What do you know about Barcelona?", here)).text


@pytest.mark.parametrize(
    ("statement", "order"),
    [("Las llaves de repuesto las tiene Paco.", "recuérdalo"), ("Paco has the spare keys.", "remember that"),
     ("Las llaves de repuesto las tiene Paco. ¿Qué te parece?", "Acuérdate de eso"),
     ("Las llaves de repuesto las tiene Paco.", "apúntalo")],
)  # fmt: skip
async def test_what_was_said_before_is_remembered(talk: Talk, statement: str, order: str) -> None:
    said = await talk.say(statement)
    assert await talk.facts() == []
    done = await talk.say(order, said.conversation)
    assert done.ordered
    (fact,) = await talk.facts()
    assert fact.text == statement.split(" ¿")[0]
    assert fact.told
    turns = await talk.parts.history.turns("ana", str(said.conversation))
    assert fact.turn == turns[0].id


@pytest.mark.parametrize("before", ["", "¿Cuál es la capital de Perú?"])
async def test_where_nothing_was_stated_it_says_so(talk: Talk, before: str) -> None:
    here = (await talk.say(before)).conversation if before else None
    assert "No sé el qué" in (await talk.say("recuérdalo", here)).text
    assert not (await talk.say("guárdalo", here)).ordered
    assert await talk.facts() == []


@pytest.mark.parametrize(
    "order",
    ["recuerda que mi hermana Teresa es enfermera", "Recuerda: el fontanero cobra poco",
              "recuerda: vivo en Lugo"],
)  # fmt: skip
async def test_what_is_told_comes_from_its_turn_and_goes_with_it(talk: Talk, order: str) -> None:
    told = await talk.say(order)
    assert told.text.startswith("Lo recordaré: ")
    assert told.text.lower().endswith(order.removeprefix("recuerda que ").split(": ")[-1].lower())
    (turn, _) = await talk.parts.history.turns("ana", str(told.conversation))
    facts = await talk.facts()
    assert {(fact.turn, fact.conversation) for fact in facts} == {(turn.id, told.conversation)}
    assert all(fact.told for fact in facts)
    await talk.say("Me gusta el té")
    assert "2 mensajes" in (await talk.say("olvida lo último que te dije", told.conversation)).text
    await talk.say("sí", told.conversation)
    assert await talk.texts() == {"Me gusta el té"}


@pytest.mark.parametrize(
    ("said", "texts"),
    [
        ("remember my sister's birthday is on June 3", {"My sister's birthday is on June 3 ("}),
        ("Vivo en Lugo, recuérdalo", {"Vivo en Lugo"}),
        ("Soy Marta. Recuerda que vivo en Lugo.", {"Soy Marta", "Vivo en Lugo"}),
    ],
)
async def test_what_is_told_is_kept_once(talk: Talk, said: str, texts: set[str]) -> None:
    assert (await talk.say(said)).ordered
    kept = await talk.texts()
    assert len(kept) == len(texts)
    assert all(any(text.startswith(begin) for text in kept) for begin in texts)


async def test_no_fact_is_a_mere_name(talk: Talk) -> None:
    await talk.say("recuerda que mi hermana Teresa es enfermera")
    assert await talk.texts() == {"Teresa es mi hermana", "Mi hermana Teresa es enfermera"}


async def test_what_was_known_and_what_ends_is_said(talk: Talk) -> None:
    await talk.say("Vivo en Lugo")
    assert (await talk.say("recuerda que vivo en Lugo")).text == "Eso ya lo sabía: Vivo en Lugo"
    assert "termina hoy" in (await talk.say("recuerda: vivo en Getafe")).text
    assert "termina hoy" in (await talk.say("recuerda que ya no vivo en Getafe")).text


async def test_the_last_thing_at_the_terminal_is_the_command_before(talk: Talk) -> None:
    await talk.say("Las llaves las tiene Paco", face="ask")
    asked = await talk.say("olvida eso", face="ask")
    assert "Las llaves las tiene Paco" in asked.text
    assert (await talk.say("sí", "last", face="ask")).text == "Olvidado para siempre: 2 mensajes, 0 datos."
    assert (await talk.say("forget that", face="ask")).text == "There is nothing of that in memory."


async def test_a_topic_becomes_private(talk: Talk) -> None:
    here = (await talk.say("Recuerda que mi salud es delicada")).conversation
    said = await talk.say("Quiero que mi salud sea un tema privado", here)
    assert 'jarvis config set routing.private_topics "salud"' in said.text
    assert [fact.private for fact in await talk.facts()] == [True]
    assert "My" not in said.text


@pytest.mark.parametrize("language", ["en", "es"])
async def test_an_answer_is_in_the_language_of_the_order(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("JARVIS_LANG", language)
    assert (await talk.say("olvida a Teresa")).text == "De eso no hay nada en la memoria."
    assert (await talk.say("forget Teresa")).text == "There is nothing of that in memory."
    here = (await talk.say("Trabajo en Correos")).conversation
    await talk.say("olvida que trabajo en Correos", here)
    assert (await talk.say("ok", here)).text.startswith("Olvidado")


@pytest.mark.parametrize(("question", "old"), [("¿Dónde vivo?", False), ("¿Dónde vivía antes?", True)])
async def test_what_is_no_more_is_read_only_for_questions_of_the_past(talk: Talk, question: str, old: bool) -> None:
    for home in ("Vivo en Lugo", "Me he mudado a Getafe", "Ahora vivo en Teruel"):
        await talk.say(home)
    memory = talk.parts.assistant._memory  # type: ignore[attr-defined]
    found = await memory.look(question, "", "ana", "es", "none")
    read = {hit.passage.text: hit.passage.valid_to for hit in found.hits}
    assert "Ahora vivo en Teruel" in read
    assert any("Lugo" in text for text in read) == old
    assert any("Getafe" in text for text in read) == old
    assert all(until is not None for text, until in read.items() if "Teruel" not in text)
