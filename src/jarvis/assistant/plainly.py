"""Questions that a tool answers and that need no model to be understood: sums, units, the time, a timer. Pure.

The whole question must be of such a form: what holds anything more is left to a model. What is done so was said by the
person, word for word, so that no text of a stranger can have asked for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from jarvis.errors import JarvisError
from jarvis.tools import _moments
from jarvis.tools._formula import Node, read
from jarvis.tools._number_words import PATTERN, number
from jarvis.tools._numbers import plain
from jarvis.tools._zones import zone
from jarvis.tools.units import is_known
from jarvis.words.chat import Json
from jarvis.words.fold import fold

Language = Literal["en", "es"]
MOST_CHARACTERS = 160


@dataclass(frozen=True, slots=True)
class Plain:
    """A tool and what it is to be given."""

    name: str
    arguments: dict[str, Json]


def plainly(question: str, now: datetime, language: Language) -> Plain | None:
    """What a plain question asks for; None for every other question."""
    text = " ".join(question.split())
    if not text or len(text) > MOST_CHARACTERS or "\n" in question.strip():
        return None
    bare = text.strip(" ¿?¡!.")
    bare = re.sub(r"^(?:oye |hey |hola,? |hello,? |por favor,? |please,? )*(?:jarvis,? )?", "", bare, flags=re.I)
    bare = re.sub(r"(?:,? por favor|,? please|,? gracias|,? thanks)$", "", bare, flags=re.I).strip(" ¿?¡!.,")
    for form in (_timer, _clock, _units, _sum, _maths):
        found = form(bare, fold(bare), now, language)
        if found is not None:
            return found
    return None


_ASK = r"(?:(?:dime |sabes |me dices |can you tell me |tell me |do you know )?(?:cuanto (?:es|son|da|seria|suman?)|cual es(?: el resultado de)?|que es|how much is|what(?:'s| is| are)|calcula(?:me)?|calculate|compute|resultado de|halla)\s+)"
_LETTERS = re.compile(r"[a-z]+")
_SIGNS = re.compile(r"[-+*/^%=×÷·√!²³]")
_FORMULA_WORDS = frozenset(
    [
        "raiz",
        "cuadrada",
        "cubica",
        "de",
        "del",
        "la",
        "el",
        "por",
        "ciento",
        "percent",
        "per",
        "cent",
        "of",
        "square",
        "root",
        "cube",
        "entre",
        "dividido",
        "multiplicado",
        "mas",
        "menos",
        "plus",
        "minus",
        "times",
        "divided",
        "by",
        "elevado",
        "a",
        "al",
        "cuadrado",
        "cubo",
        "squared",
        "cubed",
        "mitad",
        "doble",
        "triple",
        "half",
        "double",
        "twice",
        "factorial",
        "x",
        "sin",
        "sen",
        "cos",
        "tan",
        "sqrt",
        "ln",
        "log",
        "pi",
        "e",
        "the",
        "to",
        "power",
        "raised",
        "potencia",
        "seno",
        "coseno",
        "tangente",
        "sine",
        "cosine",
        "tangent",
        "grados",
        "degrees",
        "modulo",
        "mod",
        "and",
        "y",
        "over",
    ]
)
_DATED = re.compile(r"\d{4}-\d\d?-\d\d?|\d+/\d+/\d+|\d:\d\d")


def _sum(bare: str, folded: str, now: datetime, language: Language) -> Plain | None:
    asked = re.match(_ASK, folded)
    formula = bare[asked.end() :] if asked and len(folded) == len(bare) else bare
    words_of = fold(formula)
    if not any(c.isdigit() for c in words_of) or _DATED.search(words_of):
        return None
    words = _LETTERS.findall(words_of)
    signed = (
        _SIGNS.search(re.sub(r"(?<=\d)[.,](?=\d)", "", formula))
        or any(len(w) > 1 for w in words)
        or " x " in f" {words_of} "
    )
    if not signed or any(w not in _FORMULA_WORDS for w in words):
        return None
    if re.fullmatch(r"[\d\s\-+()]+", words_of) and not asked and not re.search(r"\d\s*[-+*/]\s*\d", words_of):
        return None
    if re.fullmatch(r"\+?\d+(?:[\s-]\d+){2,}|\d+ ?/ ?\d+", words_of) and not asked:  # a telephone number, 24/7
        return None
    try:
        node = read(formula, language)
        if _symbols(node) or node[0] in ("num", "=", "percent"):
            return None
    except (JarvisError, RecursionError):
        return None
    return Plain("calculator", {"expression": formula})


def _symbols(node: Node) -> bool:
    if node[0] == "sym":
        return True
    parts = node[1] if node[0] == "matrix" else node[1:]
    return any(_symbols(n) for n in parts if isinstance(n, list) and n and isinstance(n[0], str))


_TASKS = (
    (re.compile(r"(?:resuelve|resolver|resuelveme|solve)(?: la ecuacion| the equation)? (?P<x>.+=.+)"), "solve"),
    (re.compile(r"(?:deriva|derivar|la derivada de|derivada de|calcula la derivada de|differentiate|(?:the )?derivative of)(?: la funcion| the function)? (?P<x>.+)"), "differentiate"),
    (re.compile(r"(?:integra|integrar|la integral de|integral de|calcula la integral de|integrate|(?:the )?integral of)(?: la funcion| the function)? (?P<x>.+)"), "integrate"),
    (re.compile(r"(?:factoriza|factorizar|factor|factorize|factorise) (?P<x>[^a-wyz]*[\dx^].*)"), "factor"),
)  # fmt: skip


def _maths(bare: str, folded: str, now: datetime, language: Language) -> Plain | None:
    text = re.sub(r"^(?:cual es|what is|what's|calcula) ", "", folded)
    for pattern, task in _TASKS:
        found = pattern.fullmatch(text)
        if found is None:
            continue
        try:
            node = read(found["x"], language)
        except JarvisError:
            return None
        if task == "solve" and node[0] != "=":
            return None
        return Plain("maths", {"task": task, "expression": found["x"]})
    return None


_N = rf"(?P<n>-?\d[\d.,]*|{PATTERN})"
_UNIT = r"(?P<{0}>[^\d\W][\w°²³/ ]{{0,30}}?|°[cf])"
_CONVERSIONS = (
    re.compile(rf"(?:(?:convierte|convertir|conviertes?|pasa|pasame|cambia|convert|change)(?:me)?\s+)?{_N}\s*{_UNIT.format('unit')}\s+(?:a|en|in|to|into)\s+{_UNIT.format('to')}"),
    re.compile(rf"(?:cuanto (?:es|son|equivale|equivalen)|how much (?:is|are)|what(?:'s| is))\s+{_N}\s*{_UNIT.format('unit')}\s+(?:a|en|in|to)\s+{_UNIT.format('to')}"),
    re.compile(rf"(?:cuantos|cuantas)\s+{_UNIT.format('to')}\s+(?:son|hay en|tiene|tienen|equivalen a)\s+{_N}\s*{_UNIT.format('unit')}"),
    re.compile(rf"(?:how many)\s+{_UNIT.format('to')}\s+(?:are (?:there )?in|are|is|in|make)\s+{_N}\s*{_UNIT.format('unit')}"),
)  # fmt: skip


def _units(bare: str, folded: str, now: datetime, language: Language) -> Plain | None:
    for pattern in _CONVERSIONS:
        found = pattern.fullmatch(folded)
        if found is None:
            continue
        if not (is_known(found["unit"]) and is_known(found["to"])):
            return None
        amount = found["n"]
        if amount.lstrip("-")[:1].isdigit():
            sign = -1.0 if amount.startswith("-") else 1.0
            how_much = sign * float(plain(amount.lstrip("-").rstrip(".,"), language))
        else:
            how_much = number(amount)
        unit, to = _as_said(bare, folded, found, "unit"), _as_said(bare, folded, found, "to")
        return Plain("units", {"value": how_much, "unit": unit, "to": to})
    return None


def _as_said(bare: str, folded: str, found: re.Match[str], group: str) -> str:
    start, end = found.span(group)
    return bare[start:end] if len(bare) == len(folded) else found[group]


_IN_PLACE = (
    r"(?:\s+(?:ahora |now )?(?:en|in|at)\s+(?P<place>[\w ,.'-]{2,40}?))?(?:\s+(?:ahora(?: mismo)?|now|right now))?"
)
_TIME = re.compile(
    rf"(?:dime (?:la hora|que hora es)|que hora es|que hora tienes|(?:tell me )?what time is it|what(?:'s| is) the time|que horas? son){_IN_PLACE}"
)
_TODAY = re.compile(
    r"(?:a )?(?:que dia (?:es hoy|es|estamos)|a que estamos(?: hoy)?|que fecha es(?: hoy)?|(?:cual es )?la fecha de hoy|what day is (?:it|today)(?: today)?|what(?:'s| is) (?:the date|today's date)(?: today)?|what date is it(?: today)?)(?: hoy)?"
)
_WEEKDAY = re.compile(
    r"(?:(?:que|en que) dia (?:de la semana )?(?:es|sera|fue|cae|cayo|era)|what (?:day|weekday)(?: of the week)? (?:is|was|will be|does|did))\s+(?P<date>.+?)(?: be| fall(?: on)?)?"
)
_UNTIL = re.compile(
    r"(?:cuantos dias (?:faltan|quedan) (?:para|hasta)|how many days (?:until|till|to|left until|are (?:there )?(?:until|till|left until)))\s+(?P<date>.+)"
)
_FEASTS = {"navidad": "12-25", "christmas": "12-25", "nochebuena": "12-24", "christmas eve": "12-24", "nochevieja": "12-31",
           "new year's eve": "12-31", "ano nuevo": "01-01", "new year": "01-01", "reyes": "01-06", "halloween": "10-31"}  # fmt: skip


def _clock(bare: str, folded: str, now: datetime, language: Language) -> Plain | None:
    if found := _TIME.fullmatch(folded):
        if not found["place"]:
            return Plain("clock", {})
        place = _as_said(bare, folded, found, "place")
        try:
            zone(place)
        except JarvisError:
            return None
        return Plain("clock", {"place": place})
    if _TODAY.fullmatch(folded):
        return Plain("clock", {})
    for pattern, task in ((_UNTIL, "between"), (_WEEKDAY, "weekday")):
        found = pattern.fullmatch(folded)
        if found is None:
            continue
        date = _date(re.sub(r"^(?:el |la |the )", "", found["date"]), now, language)
        return None if date is None else Plain("dates", {"task": task, "date": date})
    return None


def _date(text: str, now: datetime, language: Language) -> str | None:
    if text in _FEASTS:
        month, day = map(int, _FEASTS[text].split("-"))
        year = now.year + ((month, day) < (now.month, now.day))
        return f"{year}-{month:02d}-{day:02d}"
    found = _moments.find(text, now, language)
    return None if found is None or found.rest else found.at.date().isoformat()


_SET_TIMER = re.compile(
    r"(?:pon(?:me|er)?|inicia|empieza|crea|programa|activa|set|start|create|make)(?: me)?(?: up)? (?:un |una |el |a |an |the )?(?P<what>temporizador|cuenta atras|timer|countdown|alarma|despertador|alarm)(?: de| para| a| en| for| at| of)?(?P<when> .+)"
)
_BARE_TIMER = re.compile(r"(?:temporizador|timer|alarma|alarm)(?: de| para| for| at)? (?P<when>(?:a las? )?\d.*)")
_N_TIMER = re.compile(r"(?:pon(?:me)?|set|start) (?:un |a )?(?P<when>.+?)[ -](?P<what>timer|alarm)")
_WAKE = re.compile(r"(?:despiertame|wake me up)(?P<when> .+)")
_REMIND = re.compile(
    r"(?:recuerdame|acuerdame|avisame|remind me|ponme un recordatorio|pon un recordatorio|set a reminder)(?: de que| de| que| para| to| that| about)? (?P<rest>.+)"
)
_LIST = re.compile(
    r"(?:(?:que|cuales|cuantos|cuantas|which|what|how many) (?:mis )?(?:temporizadores|alarmas|recordatorios|timers|alarms|reminders)(?: (?:hay|tengo|quedan|estan|are|do i have|have i)\b.*)?|(?:muestra(?:me)?|lista|dime|ver|show(?: me)?|list)(?: me)?(?: los| las| mis| my| the| all)* (?:temporizadores|alarmas|recordatorios|timers|alarms|reminders)|cuanto (?:le )?(?:queda|falta) (?:al|del|para el) (?:temporizador|alarma)|how (?:much time|long) is left(?: on (?:the|my) timer)?)"
)
_CANCEL = re.compile(
    r"(?:cancela|quita|borra|elimina|para|cancel|delete|remove|stop)(?:r|me)? (?P<all>todos los |todas las |all (?:the |my )?)?(?:el |la |los |las |mi |mis |the |my )?(?P<what>temporizador(?:es)?|alarmas?|recordatorios?|timers?|alarms?|reminders?)(?P<which> .+)?"
)


def _timer(bare: str, folded: str, now: datetime, language: Language) -> Plain | None:
    if len(bare) != len(folded):
        return None
    for pattern in (_SET_TIMER, _N_TIMER, _BARE_TIMER, _WAKE):
        if found := pattern.fullmatch(folded):
            return _set(found["when"].strip(), now, language)
    if found := _REMIND.fullmatch(folded):
        said = bare[found.start("rest") : found.end("rest")]
        moment = _moments.find(said, now, language)
        if moment is None or not moment.rest or moment.at <= now:
            return None
        what = re.sub(r"^(?:que|de que|de|to|that|para) ", "", moment.rest, flags=re.I)
        when = moment.at.isoformat(timespec="minutes")[:16].replace("T", " ") if moment.timed else ""
        if not when or re.search(r"\b(?:cada|todos|todas|every)\b", folded):
            return None
        if (
            (moment.at - now).total_seconds() < 86400
            and _moments.seconds(said)
            and not re.search(r" a las? | at ", folded)
        ):
            when = _span(said)
        return Plain("set_timer", {"when": when, "text": what})
    if _LIST.fullmatch(folded):
        return Plain("list_timers", {})
    if found := _CANCEL.fullmatch(folded):
        kind = found["what"].rstrip("s").removesuffix("e")
        return Plain("cancel_timer", {"which": "all" if found["all"] else f"{kind}{found['which'] or ''}"})
    return None


def _span(text: str) -> str:
    """The part of a sentence that says how long."""
    found = _moments.seconds(text)
    assert found is not None
    return f"{found[0]:g} s"


def _set(when: str, now: datetime, language: Language) -> Plain | None:
    span = _moments.seconds(when)
    moment = _moments.find(when, now, language)
    if moment is None:
        moment = _moments.find(("a las " if language == "es" else "at ") + when, now, language)
        when = ("a las " if language == "es" else "at ") + when if moment is not None and not span else when
    if span is not None and span[0] and not span[1]:
        return Plain("set_timer", {"when": when})
    if moment is None or moment.rest or re.search(r"\b(?:cada|todos|todas|every|diaria?|daily)\b", fold(when)):
        return None
    return Plain("set_timer", {"when": when})
