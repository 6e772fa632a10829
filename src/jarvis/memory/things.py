"""Which facts are of the same thing, and so end when it is otherwise."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from jarvis.memory.history import Point
from jarvis.memory.learned import Learned
from jarvis.memory.passages import marks
from jarvis.memory.relations import PARTNERS, REPLACED
from jarvis.memory.terms import stem, words
from jarvis.words.fold import fold
from jarvis.words.memory import Language

_CALLED = """
password: contrasena clave password passcode
phone: telefono movil numero phone mobile number
code: codigo code
plate: matricula
mail: correo email e-mail mail
address: direccion address
meeting: reunion meeting
appointment: cita appointment
dentist: dentista dentist
doctor: medico medica doctor doctora
flight: vuelo flight
wedding: boda wedding
exam: examen exam
car: coche car
bike: bici bicicleta bike
wifi: wifi wi-fi
laptop: portatil laptop
computer: ordenador computer
insurance: seguro insurance
bank: banco bank
rent: alquiler rent
price: precio price
gym: gimnasio gym
plumber: fontanero plumber
school: colegio school
"""
_CONCEPTS = {
    word: name for line in _CALLED.strip().splitlines() for name, _, words in [line.partition(": ")]
    for word in words.split()
}  # fmt: skip
SILENT_WORDS = """
    el la los las un una de del al a en con para mi mis nuestro nuestra nuevo nueva nuevos nuevas ahora este esta
    the an of for in at with to my our new now this
"""
SILENT = frozenset(SILENT_WORDS.split())
_HERE = re.compile(r"\b(?:de|en) (?:esta )?casa\b|\b(?:of|in|at) (?:this )?(?:house|home)\b")
_MONEY = re.compile(r"(?:€|\$|£|\b(?:euros?|pavos|dollars?|pounds|bucks)\b)")
_PLACED = re.compile(r"\b(?:estan?|at|on|in|en|moved|movido)\b")
_NUMBER = re.compile(r"(?:el )?\+?\d(?:[ -]?\d){6,}")
_IP = re.compile(r"\d+(?:\.\d+){3}")
HIDDEN = "…"
"""Stands for what is secret."""


def thing(attribute: str) -> frozenset[str]:
    """What is meant by what stands behind the colon of an attribute, however it is said in either language."""
    said = _HERE.sub(" ", re.sub(r"['’]s?\b", "", fold(attribute.partition(":")[2])))
    words = [word for word in re.findall(r"[\w-]+", said) if word not in SILENT]
    return frozenset(_CONCEPTS.get(word) or _CONCEPTS.get(word.removesuffix("s")) or stem(word, "es") for word in words)


def of_things(attribute: str) -> bool:
    """Whether it is said of a thing (``state``)."""
    return attribute.startswith(("is:", "at:", "costs:", "number:"))


def lasting(attribute: str) -> bool:
    """Whether it is worth keeping of such a thing also when it was never said before."""
    return not thing(attribute).isdisjoint(_CONCEPTS.values())


def state(said: str, value: str) -> str:
    """Whether a thing costs what is ``said`` of it, has that number, is there, or is it: of each there is one at a
    time. In folded texts.
    """
    if _MONEY.search(value):
        return "costs"
    if _NUMBER.fullmatch(value):
        return "number"
    return "at" if _PLACED.search(said) or _IP.match(value) else "is"


def masked(one: Learned) -> Learned:
    """Without what is secret in it. The turn stands for the value: another is another."""
    return replace(one, text=one.text.replace(one.value, HIDDEN), value=f"#{one.turn}")


def key(text: str, lang: Language | None) -> tuple[str, ...]:
    """A text as it is compared: articles, case and endings make no other fact of it."""
    return tuple(words(text, lang or "en"))


def line(db: sqlite3.Connection, owner: int, new: Learned) -> list[Point]:
    """The facts that say the same of the same. Of several meetings it is the last said that is put right; and none is
    otherwise now where nobody knows which.
    """
    kind, named, _ = new.attribute.partition(":")
    rows = db.execute(
        "SELECT id, attribute, value, language, said, valid_from, valid_to FROM memories"
        " WHERE person = ? AND subject = ? AND attribute <> '' AND (attribute = ? OR attribute LIKE ?) ORDER BY id",
        (owner, new.subject, new.attribute, f"{kind}:%" if named else new.attribute),
    ).fetchall()
    if named:
        meant = [(thing(row["attribute"]), row) for row in rows]
        rows = [row for about, row in meant if about == thing(new.attribute)]
        if kind == "date" and not rows and (new.changes or new.ends):
            # "the meeting" is the one with the team, where there is no other
            rows = [row for about, row in meant if about > thing(new.attribute) and row["valid_to"] is None]
    # in which language one word was taken to be nobody knows
    found = [Point(r["id"], key(_same(r["value"], new), "es" if new.ends else r["language"]), *r[4:]) for r in rows]
    held = [p for p in found if p.holds(new.said)]
    if kind == "date" and len(held) > 1:
        found = [max(held, key=lambda p: (p.said, p.id))] if new.corrects else []
    return found


def _same(value: str, new: Learned) -> str:
    """A birthday is the same when it is told without its year."""
    return value[-5:] if new.attribute == "birthday" and len(new.value) == 5 else value


def before_it(db: sqlite3.Connection, owner: int, new: Learned, id_: int, moved: bool) -> list[Point]:
    """Others that ``new`` takes the place of: one has one partner, the new boss is instead of the old one, and who
    ``moved`` has another address.
    """
    rows = db.execute(
        "SELECT id, subject, attribute, value, said, valid_from, valid_to FROM memories"
        " WHERE person = ? AND id <> ? AND valid_to IS NULL AND (attribute = 'relation' OR attribute = 'home'"
        " OR attribute LIKE 'is:%' OR attribute LIKE 'at:%')",
        (owner, id_),
    ).fetchall()
    address = thing("is:address")
    if new.attribute == "relation":
        kinds = PARTNERS if new.value in PARTNERS else {new.value} if new.changes and new.value in REPLACED else ()
        known = [r for r in rows if r["attribute"] == "relation" and r["value"] in kinds]
        # "Anita" may be Ana
        gone = [
            r
            for r in known
            if (r["value"] != new.value if r["subject"] == new.subject else r["subject"][:2] != new.subject[:2])
        ]
    elif new.attribute == "home" and moved:
        gone = [r for r in rows if r["subject"] == new.subject and thing(r["attribute"]) == address]
    elif new.changes and thing(new.attribute) == address:
        homes = [r for r in rows if r["attribute"] == "home" and r["subject"] == new.subject]
        gone = [r for r in homes if re.search(r"\d", r["value"])]
    else:
        gone = []
    return [Point(r["id"], None, *r[4:]) for r in gone]


def asked_for(db: sqlite3.Connection, line: Sequence[Point]) -> bool:
    """Whether somebody asked for what is so of it now to be kept."""
    ids = [p.id for p in line if p.end is None]
    query = f"SELECT 1 FROM memories WHERE told AND id IN ({marks(ids)})"  # noqa: S608 - as many marks
    return bool(ids) and db.execute(query, ids).fetchone() is not None


def given_up(db: sqlite3.Connection, owner: int, ended: Sequence[int], at: float) -> list[int]:
    """End what was done for a living for somebody, with the work for them; what ended."""
    query = (
        "UPDATE memories SET valid_to = ? WHERE person = ? AND attribute = 'job' AND valid_to IS NULL AND turn IN"  # noqa: S608
        f" (SELECT turn FROM memories WHERE attribute = 'employer' AND id IN ({marks(ended)})) RETURNING id"
    )
    return [int(row[0]) for row in db.execute(query, (at, owner, *ended))] if ended else []
