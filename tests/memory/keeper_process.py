"""A process that keeps turns, facts, documents and vectors without end, and says on stdout what it was told is kept.

``python keeper_process.py HOME PERSON PAPERS``: run by test_memory_kill, which kills it.
"""

from __future__ import annotations

import asyncio
import itertools
import sys
from pathlib import Path

from jarvis.assistant.conversations import MIGRATIONS as CONVERSATIONS
from jarvis.assistant.conversations import Conversations
from jarvis.catalog.catalog import Catalog
from jarvis.config.schema import Settings
from jarvis.embedders.fake import Embedder
from jarvis.errors import JarvisError
from jarvis.memory import said
from jarvis.memory.facts import Facts
from jarvis.memory.filling import Filling
from jarvis.memory.learned import Learned
from jarvis.memory.memory import Memory
from jarvis.memory.tables import MIGRATIONS
from jarvis.store.database import Database
from jarvis.words.chat import Message
from jarvis.words.memory import Section

ROOMS = {"assistant": CONVERSATIONS, "memory": MIGRATIONS}


class Paper:
    title, warnings = "paper", ()

    def __init__(self, path: Path) -> None:
        self.sections = tuple(Section(part) for part in path.read_text().split("\n\n"))


class Reading:
    async def read(self, path: Path) -> Paper:
        return Paper(path)

    async def close(self) -> None: ...


def word(n: int) -> str:
    """A word that nothing else has, in letters alone."""
    return "zq" + "".join(chr(ord("a") + int(digit)) for digit in f"{n:06}")


async def keep(home: Path, person: str, papers: Path, start: int) -> None:
    database = Database(home / "jarvis.db", ROOMS)
    memory, facts, talks = Memory(database, Reading()), Facts(database), Conversations(database)
    filling = Filling(database, Embedder(Settings(), Catalog(home / "models"), home))
    talk = await talks.begin(person, "kept")
    say("ready", "")
    for n in itertools.count(start):
        try:
            text = f"En {word(n)} hay una cosa"
            turn = await talks.add(person, talk, Message.of("user", text), "", "whole")
            say("turn", text)
            await database.run(lambda db, turn=turn: said.keep(db, person, turn))
            fact = f"Sabe de {word(n)}f que es así"
            await facts.keep(person, [Learned("note", fact, float(n), turn=turn)])
            say("fact", fact)
            if n % 5 == 0:
                paper = papers / f"{person}{start}-{n % 20}.md"  # another writer has others
                paper.write_text(f"Papel con {word(n)}d dentro.\n\nY algo que queda igual.")
                await memory.documents.learn(person, paper, papers)
                say("document", f"{paper.name} {word(n)}d")
            if n % 3 == 0:
                made = await filling.some(person)
                say("vectors", str(made))
        except JarvisError as error:
            say("refused", error.code)
            if len(sys.argv) > 5:
                return


def say(kind: str, text: str) -> None:
    sys.stdout.write(f"{kind}\t{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(keep(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), int(sys.argv[4])))
