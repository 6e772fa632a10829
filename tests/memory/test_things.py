"""What is otherwise now: the newer saying ends the older one of the same thing, and of nothing else."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from jarvis.assistant.conversations import MIGRATIONS as CONVERSATIONS
from jarvis.memory import said as turns
from jarvis.memory.extraction import Said, by_rules
from jarvis.memory.facts import Facts
from jarvis.memory.patterns import told
from jarvis.memory.tables import MIGRATIONS
from jarvis.memory.things import thing
from jarvis.router.private import private
from jarvis.store.database import Database

BEGIN = datetime(2026, 3, 4, 12)
"""A Wednesday; each message is said a day after the one before."""
TABLES = {"assistant": CONVERSATIONS, "memory": MIGRATIONS}
REMEMBER = "Recuerda que "


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(tmp_path / "jarvis.db", TABLES)
    yield made
    made.close()


def heard(database: Database, *texts: str, person: str = "ana", begin: datetime = BEGIN) -> None:
    """Messages as they are kept, each with what is learned of it."""
    facts = Facts(database, private)

    def keep(db: sqlite3.Connection, text: str, at: datetime, before: str) -> None:
        db.execute(
            "INSERT OR IGNORE INTO conversations (id, person, title, created, updated) VALUES (?, ?, '', 0, 0)",
            (f"c{person}", person),
        )
        row = db.execute(
            "INSERT INTO turns (conversation, role, text, reasoning, model, state, created)"
            " VALUES (?, 'user', ?, '', '', 'done', ?)",
            (f"c{person}", text, at.timestamp()),
        )
        turns.keep(db, person, row.lastrowid or 0)
        asked = text.startswith(REMEMBER)
        found = told(text.removeprefix(REMEMBER), at) if asked else by_rules(Said(text, at, before))
        facts.insert(db, person, [replace(one, turn=row.lastrowid, conversation=f"c{person}") for one in found])

    before = ""
    for number, text in enumerate(texts):
        at = begin + timedelta(days=number)
        database.call(lambda db, text=text, at=at, before=before: keep(db, text, at, before))
        before = text


def rows(database: Database, person: str = "ana") -> Sequence[sqlite3.Row]:
    query = "SELECT m.* FROM memories m JOIN people p ON p.id = m.person WHERE p.name = ? ORDER BY m.id"
    return database.call(lambda db: db.execute(query, (person,)).fetchall())


def closed(database: Database) -> list[str]:
    return [row["text"] for row in rows(database) if row["valid_to"] is not None]


def so(database: Database) -> list[str]:
    return [row["text"] for row in rows(database) if row["valid_to"] is None]


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("El NAS está en 192.168.1.40", "El NAS ahora está en la 192.168.1.50"),
        ("The NAS is at 192.168.1.40", "The NAS is now at 192.168.1.50"),
        ("The NAS is at 192.168.1.40", "The NAS is at 192.168.1.50 now"),
        ("The NAS is at 192.168.1.40", "Now the NAS is at 192.168.1.50"),
        ("Recuerda que el NAS está en la 192.168.1.40", "El NAS ha cambiado a 192.168.1.50"),
        ("Recuerda que el trastero es el 14", "El trastero ahora es el 15"),
        ("El número del fontanero es 612345678", "El número del fontanero ha cambiado a 699887766"),
        ("The plumber's number is 612345678", "The plumber's number changed to 699887766"),
        ("El número del fontanero es 612345678", "The plumber's number is now 699887766"),
        ("Mi teléfono es 600111222", "He cambiado de número, ahora es 600333444"),
        ("Mi correo es ana@ejemplo.es", "My email is now ana@new.com"),
        ("Recuerda que la clave del wifi es pepito55", "La contraseña del wifi ahora es juanito66"),
        ("La wifi de esta casa es OlmoTres", "La wifi nueva se llama GarzaCinco"),
        ("El fontanero se llama Luis", "El fontanero ahora es Pedro"),
        ("Mi coche es un Seat Ibiza", "Mi nuevo coche es un Dacia"),
        ("My car is a Seat", "My new car is a Toyota"),
        ("Mi horario es de 9 a 5", "Mi horario ahora es de 8 a 3"),
        ("El gimnasio me cuesta 30 euros", "El gimnasio ha subido a 40 euros"),
        ("Our rent is 900 euros", "The rent went up to 950 euros"),
        ("El alquiler es 900 euros", "Nos han subido el alquiler a 950 euros"),
        ("El precio de la luz es 0,10 euros", "El precio de la luz ahora es 0,12 euros"),
        ("La reunión es el martes", "La reunión pasa al jueves"),
        ("Tengo reunión con el equipo el martes", "La reunión se ha pasado al viernes"),
        ("My flight is on June 3", "My flight has been moved to June 5"),
        ("Tengo cita con el dentista el 12", "El dentista me ha cambiado la cita al lunes"),
        ("We have a meeting on Tuesday", "They moved the meeting to Thursday"),
        ("La boda es el 12 de junio", "La boda se ha aplazado al 3 de septiembre"),
        ("Peso 82 kilos", "Ahora peso 78 kilos"),
        ("Soy vegetariana", "Me he hecho vegana"),
        ("Mi jefe se llama Antonio", "Mi nuevo jefe se llama Raúl"),
        ("My landlord is Steve", "My new landlord is Carol"),
        ("Mi novia se llama Laura", "Mi mujer se llama Sonia"),
        ("Mi película favorita es Alien", "Mi película favorita ahora es Dune"),
        ("La reunión es el martes", "La reunión no es el martes, es el jueves"),
        ("Mi coche es un Seat", "Mi coche no es un Seat sino un Fiat"),
        ("La clave de Netflix es pelis2020", "He cambiado la clave de Netflix a series2021"),
    ],
)
def test_what_is_otherwise_now_ends_what_was(database: Database, before: str, now: str) -> None:
    heard(database, before, "gracias", now)
    old, new = rows(database)
    assert old["valid_to"] == new["valid_from"] or old["attribute"] == "relation"
    assert old["valid_to"] == (BEGIN + timedelta(days=2)).timestamp() and new["valid_to"] is None
    assert (old["replaced_by"], old["turn"], new["turn"]) == (new["id"], 1, 3)


def test_what_is_to_change_is_so_until_then(database: Database) -> None:
    heard(database, "El alquiler es 900 euros", "El alquiler sube a 950 euros en junio")
    old, new = rows(database)
    assert old["valid_to"] == new["valid_from"] == datetime(2026, 6, 1).timestamp()


@pytest.mark.parametrize(
    ("before", "later"),
    [
        ("El NAS está en 192.168.1.40", ["The printer is now at 192.168.1.50", "El NAS del trabajo está en 10.0.0.5"]),
        ("The NAS is at 192.168.1.40", ["What if the NAS is now at 10.0.0.9?", "My brother's NAS is now at 10.0.0.7"]),
        ("The NAS is at 192.168.1.40", ["The NAS at work is now at 10.0.0.5", "The NAS is now a Synology"]),
        ("The NAS is at 192.168.1.40", ["Maybe the NAS is now at 10.0.0.9", "Imagine the NAS is now at 10.0.0.9"]),
        ("El código de la alarma es A-11", ["Mi madre dice que el código de la alarma ahora es B-22"]),
        ("El código de la alarma es A-11", ["Si el código de la alarma ahora es B-22 no lo sé"]),
        ("El número del fontanero es 612345678", ["El número del electricista ahora es 600000000"]),
        ("El número del fontanero es 612345678", ["He cambiado de número, ahora es 600333444"]),
        ("El servidor está en la 10.0.0.1", ["El servidor de pruebas ahora está en la 10.0.0.2"]),
        ("El gimnasio está en la calle Sol 3", ["El gimnasio ahora cuesta 40 euros"]),
        ("Mi coche es un Seat Ibiza", ["El nuevo coche de mi hermana es un Fiat", "El coche de empresa es un Audi"]),
        ("Mi coche es un Seat Ibiza", ["Quiero que mi nuevo coche sea un Tesla", "Mi nuevo coche será un Tesla"]),
        ("Tengo examen el 12", ["Tengo examen el 20"]),
        ("Tengo una reunión el martes", ["Tengo otra reunión el jueves"]),
        ("Mi amigo se llama Pepe", ["Mi nuevo amigo se llama Luis"]),
        ("Soy celíaca", ["Me he hecho vegana"]),
        ("Vivo en Madrid", ["Si viviera en Roma sería feliz", "Quizás me mude a Bilbao", "El dictado: vivo en Jaén"]),
        ("Vivo en Madrid", ["Soy Napoleón y vivo en Elba jaja", "El texto es: vivo en Jaén", "Vivo en Marte, jeje"]),
        ("Me llamo Carlos", ["Todos me llaman Charly", "Soy Batman jajaja"]),
        ("Nací el 6 de marzo de 1985", ["Hola", "Hoy es mi cumpleaños"]),
        ("Vivo en Madrid", ["Mi nueva dirección es calle Luna 4", "La nueva dirección de Ana es calle Sol 3"]),
        ("La reunión es el jueves a las 10", ["La reunión ahora es a las 12"]),
        ("Mi móvil es un Pixel 8", ["Mi móvil es 600111222"]),
        ("Mi mujer se llama Ana", ["Mi mujer Anita vive en Vigo", "Mi mujer se llama Ana María"]),
        ("Tengo 34 años", ["Tengo 20 años de experiencia"]),
        ("Trabajo en Indra", ["I don't work on Fridays", "Ya no trabajo los lunes", "Trabajo en Madrid"]),
        ("I work at Acme", ["I work in IT", "I work in Python"]),
        ("Vivo en Madrid", ["// I live in Leeds", "# vivo en Soria", "Juguemos a que soy Elsa y vivo en Jaén"]),
        ("Me llamo Nuria", ["Hola Ana, soy Pedro, te escribo por el piso. Un saludo, Pedro", "I'm Vegan"]),
        ("Mi mujer se llama Sonia", ["La mujer de mi jefe se llama Rosa", "Mi hermana se llama Laura"]),
    ],
)  # fmt: skip
def test_what_is_of_something_else_ends_nothing(database: Database, before: str, later: list[str]) -> None:
    heard(database, before, *later)
    assert closed(database) == []


def test_of_several_nobody_knows_which(database: Database) -> None:
    heard(database, "Tengo cita con el dentista el 12", "Tengo cita con el médico el 13", "La cita pasa al 20")
    assert closed(database) == []


def test_who_moves_has_another_address(database: Database) -> None:
    heard(database, "Vivo en Madrid", "Mi dirección es calle Sol 3", "Nos hemos mudado a Vigo")
    assert so(database) == ["Nos hemos mudado a Vigo"]
    heard(
        database, "Ahora vivo en la calle Sol 3", "Mi nueva dirección es calle Luna 4", begin=BEGIN + timedelta(days=9)
    )
    assert so(database) == ["Mi nueva dirección es calle Luna 4"]


def test_what_is_not_is_no_fact(database: Database) -> None:
    heard(
        database,
        "Mi hijo no es alérgico al huevo",
        "Ana no es mi hermana",
        "Mi clave no es A1",
        "Mi coche no es un Seat",
    )
    assert list(rows(database)) == []


def test_another_persons_thing_is_theirs(database: Database) -> None:
    heard(database, "El NAS está en 192.168.1.40", "La wifi se llama OlmoTres")
    heard(database, "El NAS ahora está en la 192.168.1.50", "La wifi ahora se llama Otra", person="leo")
    assert closed(database) == [] and "192.168.1.40" not in str([tuple(row) for row in rows(database, "leo")])


def test_what_was_never_said_before_is_no_fact(database: Database) -> None:
    heard(database, "El resultado ahora es 42", "La capital de Australia ahora es Canberra", "El Madrid ha subido a 1º")
    assert list(rows(database)) == []


def test_a_secret_that_nobody_asked_to_keep_is_known_to_be_another_now(database: Database) -> None:
    heard(database, "El código del portal es 1234", "El código del portal ahora es 4471")
    old, new = rows(database)
    assert (old["text"], new["text"]) == ("El código del portal es …", "El código del portal ahora es …")
    assert old["valid_to"] is not None and old["replaced_by"] == new["id"] and new["valid_to"] is None
    kept = database.call(lambda db: db.execute("SELECT * FROM memories").fetchall())
    assert not {"1234", "4471"} & {str(cell) for row in kept for cell in row}


@pytest.mark.parametrize(
    ("before", "end"),
    [
        ("Mi coche es un Seat Ibiza", "He vendido el coche"),
        ("Mi ordenador es un Mac", "Mi ordenador ya no es un Mac"),
        ("Trabajo en Google", "I quit my job at Google yesterday"),
        ("Trabajo de programador en Nubelia", "Ya no trabajo en Nubelia"),
        ("Mi hermana trabaja en Renfe", "Mi hermana ya no trabaja en Renfe"),
        ("Mi hermana vive en Lugo", "Mi hermana ya no vive en Lugo"),
        ("Vivo en Madrid", "No vivo en Madrid sino con mis padres"),
        ("Soy alérgico al polen", "Ya no soy alérgico al polen"),
        ("I'm vegan", "I'm not vegan anymore"),
        ("Mi novia se llama Laura", "He roto con Laura"),
        ("Mi novia se llama Laura", "Lo he dejado con mi novia"),
        ("Estudio medicina", "Ya no estudio medicina"),
        ("Tengo reunión con el equipo el martes", "Han cancelado la reunión del martes"),
        ("Tengo cita con el dentista el lunes", "La cita se ha anulado"),
        ("My flight is on June 3", "My flight has been cancelled"),
        ("Mi hermana trabaja en Renfe", "Mi hermana no trabaja en Renfe"),
        ("Mi color favorito es el rojo", "Mi color favorito ya no es el rojo"),
    ],
)
def test_what_is_no_more(database: Database, before: str, end: str) -> None:
    heard(database, before, end)
    assert so(database) == [] and len(closed(database)) >= 1


def test_an_animal_that_died_is_remembered(database: Database) -> None:
    heard(database, "Mi perro se llama Toby", "Mi perro murió ayer", "Mi perro se llama Kira")
    assert closed(database) == ["Mi perro se llama Toby"]
    assert so(database) == ["Mi perro murió ayer (2026-03-04)", "Mi perro se llama Kira"]


def test_a_thing_is_the_same_however_it_is_called() -> None:
    assert thing("is:contrasena del wifi") == thing("is:wifi password") == thing("is:clave de la wifi de esta casa")
    assert thing("is:plumber's number") == thing("is:numero del fontanero")
    assert thing("is:coche") != thing("is:coche de mi hermana")
    assert thing("date:cita con el dentista") == thing("date:appointment with the dentist")
