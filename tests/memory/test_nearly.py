"""What is to be forgotten is found when it is said in other words, and what hangs on it alone goes too."""

from __future__ import annotations

import re
import sqlite3

from jarvis.assistant.conversations import MIGRATIONS
from jarvis.memory.dangling import _HOLDERS, dangling
from jarvis.memory.doomed import saying
from jarvis.memory.kin import lines, relations
from jarvis.memory.nearly import nearest


def test_the_text_with_most_of_the_words_is_nearest() -> None:
    said = [(1, "El código de la alarma es 5512."), (2, "La casa vieja era fría."), (3, "Mañana llueve.")]
    assert nearest("el código de la alarma de la casa vieja", said) in (1, 2)
    assert nearest("el código de la alarma del garaje", said) == 1
    assert nearest("la alarma del barco pirata rojo", said) is None  # one word is too few
    assert nearest("lo de siempre", said) is None


def test_a_word_is_found_by_another_for_the_same_thing() -> None:
    assert saying("mi sueldo")("En la tienda cobro 1.200 al mes.")
    assert saying("my salary")("En la tienda cobro 1.200 al mes.")
    assert not saying("mi sueldo")("La tienda abre a las diez.")
    assert not saying("mi sueldo de verano")("En la tienda cobro 1.200 al mes.")


def kept(*turns: tuple[int, str, str], person: str = "ana") -> sqlite3.Connection:
    db = sqlite3.connect(":memory:")
    for script in MIGRATIONS:
        db.executescript(script)
    for number, conversation, text in turns:
        db.execute("INSERT OR IGNORE INTO conversations VALUES (?, ?, '', 0, 0)", (conversation, person))
        db.execute(
            "INSERT INTO turns (id, conversation, role, text, reasoning, model, state, created)"
            " VALUES (?, ?, 'user', ?, '', '', 'whole', 0)",
            (number, conversation, text),
        )
    return db


TURNS = [
    (1, "a", "I passed the exam in Élmville with Ann and Anne-Marie O'Neill."),
    (2, "a", "Do not tell anybody about ELMVILLE."),
    (3, "a", "The weather is fine."),
    (4, "b", "I met Ann today."),
    (6, "a", "Elmvilles are many, and so are the Neill."),
    (7, "a", "O'Neill was there."),
]


def test_a_name_that_is_known_only_from_there_takes_its_turns_with_it() -> None:
    assert dangling(kept(*TURNS), "ana", {1}) == {2, 7}
    elsewhere = (5, "b", "We drove to Elmville once.")
    assert dangling(kept(*TURNS, elsewhere), "ana", {1}) == {7}  # it is known from there
    assert dangling(kept(*TURNS), "ana", {3}) == set()
    assert dangling(kept(*TURNS), "ana", set()) == set()


def test_what_somebody_else_said_of_the_name_does_not_count() -> None:
    db = kept(*TURNS)
    db.execute("INSERT INTO conversations VALUES ('z', 'bob', '', 0, 0)")
    db.execute(
        "INSERT INTO turns (id, conversation, role, text, reasoning, model, state, created)"
        " VALUES (9, 'z', 'user', 'We drove to Elmville once.', '', '', 'whole', 0)"
    )
    assert dangling(db, "ana", {1}) == {2, 7}


def test_only_turns_that_hold_the_name_are_read() -> None:
    plan = kept(*TURNS).execute(f"EXPLAIN QUERY PLAN {_HOLDERS}", ('"elmville"', "ana")).fetchall()
    assert not any(re.search(r"SCAN (t|c)\b", row[3]) for row in plan), plan


def test_kin_and_what_there_is_one_of() -> None:
    assert relations("¿Qué come mi hermana?") == ["sister"]
    assert {"sister", "brother"} <= set(relations("What is my niece called?"))
    assert lines("What was my address in May?") == ["home"]
    assert lines("¿En qué empresa trabajo?")[0] == "employer"
    assert lines("What is the address of the museum?") == []
