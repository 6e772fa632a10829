"""What tells again what is forgotten goes with it, and nothing else does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from household import write
from papers import Reading

from jarvis.assistant.conversations import MIGRATIONS as CONVERSATIONS
from jarvis.assistant.conversations import Conversations
from jarvis.errors import NotFound
from jarvis.memory import said
from jarvis.memory.doomed import Wish
from jarvis.memory.facts import Facts
from jarvis.memory.forget import Forget
from jarvis.memory.learned import Learned
from jarvis.memory.memory import Memory
from jarvis.memory.onesown import of_oneself
from jarvis.memory.tables import MIGRATIONS
from jarvis.store.database import Database
from jarvis.words.chat import Message

ME = "ana"


class Talk:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = Database(folder / "j.db", {"assistant": CONVERSATIONS, "memory": MIGRATIONS})
        self.memory = Memory(self.database, Reading())
        self.facts, self.forgets, self.talks = Facts(self.database), Forget(self.database), Conversations(self.database)

    async def exchange(self, question: str, answer: str, talk: str = "", read: tuple[int, ...] = ()) -> tuple[str, int]:
        """The conversation, and the question's turn. ``read``: passages that were before the answer."""
        talk = talk or await self.talks.begin(ME, question)
        turn = await self.talks.add(ME, talk, Message.of("user", question), "", "whole")
        await self.database.run(lambda db: said.keep(db, ME, turn))
        told = await self.talks.add(ME, talk, Message.of("assistant", answer), "m", "whole")
        await self.database.run(lambda db: said.read(db, ME, told, read))
        return talk, turn

    async def forget(self, wish: Wish) -> None:
        intent, _ = await self.forgets.begin(ME, wish)
        await self.forgets.delete(intent)
        await self.forgets.done(intent)

    async def said(self, talk: str) -> list[str]:
        return [t.message.text for t in await self.talks.turns(ME, talk)]

    def holds(self, word: str) -> bool:
        return any(word.encode() in p.read_bytes() for p in self.folder.glob("j.db*"))


@pytest_asyncio.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    made = Talk(tmp_path)
    yield made
    await made.memory.close()
    made.database.close()


async def test_an_answer_in_the_same_conversation_says_it_again(talk: Talk) -> None:
    other, _ = await talk.exchange("Mi hermano pesca truchas en Sevilla", "Qué bien que pesque.")
    where, turn = await talk.exchange("La llave está bajo la maceta Turmalina", "Entendido, lo recordaré.")
    await talk.exchange("¿Qué hora es en Sevilla?", "En Sevilla es la una, lo mismo que aquí.", where)
    await talk.exchange("¿Dónde está la llave?", "Está bajo la maceta Turmalina.", where)
    await talk.exchange("Repítelo", "Bajo la Turmalina.", where)
    await talk.exchange("Gracias", "De nada. Entendido queda.", where)
    await talk.forget(Wish(item=f"t{turn}"))
    assert not talk.holds("urmalina")
    assert await talk.said(where) == [
        "¿Qué hora es en Sevilla?", "En Sevilla es la una, lo mismo que aquí.", "¿Dónde está la llave?", "Repítelo",
        "Gracias", "De nada. Entendido queda.",
    ]  # fmt: skip
    assert len(await talk.said(other)) == 2


async def test_what_an_answer_read_is_said_again_without_reading(talk: Talk) -> None:
    _, turn = await talk.exchange("La llave está bajo la maceta Turmalina", "Vale.")
    passage = await talk.memory.passages.of_turn(ME, turn)
    assert passage is not None
    where, _ = await talk.exchange("¿Dónde está la llave?", "Bajo la maceta Turmalina.", read=(passage,))
    await talk.exchange("¿Cómo?", "Dije que bajo la Turmalina.", where)
    await talk.exchange("¿Y el coche?", "No sé nada del coche.", where)
    await talk.forget(Wish(item=f"t{turn}"))
    assert not talk.holds("urmalina")
    assert await talk.said(where) == ["¿Dónde está la llave?", "¿Cómo?", "¿Y el coche?", "No sé nada del coche."]


async def test_what_somebody_says_elsewhere_is_their_own(talk: Talk) -> None:
    where, turn = await talk.exchange("Vivo en Turmalina", "Vale.")
    await talk.exchange("¿Dónde vivo?", "Vive usted en Turmalina.", where)
    await talk.exchange("Mi tía es de Turmalina", "Vale.")  # so it is known from there too
    await talk.forget(Wish(item=f"t{turn}"))
    assert await talk.said(where) == ["¿Dónde vivo?", "Vive usted en Turmalina."]


async def test_a_fact_that_was_edited(talk: Talk) -> None:
    (kept,) = await talk.facts.keep(ME, [Learned("fact", "Mi taquilla se abre con Rodonita", 1.0, told=True)])
    (passage,) = await talk.memory.passages.ids(ME)
    assert kept.id is not None
    where, _ = await talk.exchange("¿Con qué se abre mi taquilla?", "Con Rodonita.", read=(passage,))
    other, _ = await talk.exchange("¿Y mi coche?", "No lo sé.", read=(passage,))
    await talk.facts.edit(ME, kept.id, "Mi taquilla no tiene llave")
    await talk.forget(Wish(item=f"m{kept.id}"))
    assert not talk.holds("odonit")
    assert await talk.said(where) == ["¿Con qué se abre mi taquilla?"]
    assert await talk.said(other) == ["¿Y mi coche?", "No lo sé."]


async def test_a_document_that_changed(talk: Talk) -> None:
    paper = write(talk.folder / "papers" / "a.md", "La casera se llama Obsidiana.")
    await talk.memory.documents.learn(ME, paper)
    (passage,) = await talk.memory.passages.ids(ME)
    where, _ = await talk.exchange("¿Cómo se llama la casera?", "Se llama Obsidiana.", read=(passage,))
    write(paper, "La casera cambió.")
    await talk.memory.documents.learn(ME, paper)
    await talk.forget(Wish(source=str(paper)))
    assert not talk.holds("bsidian")
    assert await talk.said(where) == ["¿Cómo se llama la casera?"]


async def test_an_answer_that_is_kept_while_it_is_being_forgotten(talk: Talk) -> None:
    _, turn = await talk.exchange("La llave está bajo la maceta Turmalina", "Vale.")
    passage = await talk.memory.passages.of_turn(ME, turn)
    assert passage is not None
    intent, _ = await talk.forgets.begin(ME, Wish(item=f"t{turn}"))
    await talk.exchange("¿Dónde está la llave?", "Bajo la maceta Turmalina.", read=(passage,))
    await talk.forgets.delete(intent)
    await talk.forgets.done(intent)
    assert not talk.holds("urmalina")


async def test_the_first_thing_that_somebody_ever_said(talk: Talk) -> None:
    """Nothing of it was made searchable: an older version kept it, or a crash came."""
    where = await talk.talks.begin(ME, "Vivo en Lugo")
    await talk.talks.add(ME, where, Message.of("user", "Vivo en Lugo"), "", "whole")
    await talk.memory.begin()
    assert (await talk.memory.look(ME, "Lugo")).hits[0].passage.text == "Vivo en Lugo"


async def test_an_answer_that_names_somebody_takes_nothing_with_it_that_was_said_of_oneself(talk: Talk) -> None:
    where, _ = await talk.exchange("Mi hermana Teresa vive en Toledo", "Teresa vive en Toledo, entendido.")
    other, _ = await talk.exchange("Me he comprado una bici azul; se llama Rayo", "La bici Rayo es de Teresa.")
    third, _ = await talk.exchange("Vive en Toledo y está enferma", "Lo siento por Teresa.")
    await talk.forget(Wish(query="Teresa"))
    assert not talk.holds("Teresa")
    assert await talk.said(other) == ["Me he comprado una bici azul; se llama Rayo"]
    for gone in (where, third):  # "vive en Toledo": who is meant, only the answer says
        with pytest.raises(NotFound):
            await talk.said(gone)
    assert not talk.holds("Toledo")


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Me he comprado una bici azul; se llama Rayo.", True),
        ("I parked my car on the third floor", True),
        ("¿Cómo se llama mi bici?", True),
        ("Vive en Toledo", False),
        ("Mi hermana vive en Toledo", False),
        ("Me ha dicho que él no viene", False),
        ("I told her about the trip", False),
        ("Le compré un regalo a mi madre", False),
        ("My boss is ill", False),
        ("¿Y eso qué me importa?", False),
        ("Toledo", False),
    ],
)
def test_what_is_said_of_oneself_alone(text: str, own: bool) -> None:
    assert of_oneself(text) is own
