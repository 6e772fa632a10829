"""Which tools a question may need, by its words: small models are confused by many, and most questions need none. Pure.

A tool that is not in ``_BOXES`` (of a calendar, an MCP server) is chosen by the words that it shares with the question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from jarvis.tools._number_words import WORDS
from jarvis.tools.toolkit import Held
from jarvis.words.fold import fold

MOST = 6
"""Tools that a model is given at once."""
SHARED = 2
"""Words that a question and a tool that nobody here knows have in common, at least; its name counts double."""

_BOXES = {
    "calculator": r"\d\s*[-+*/^%×÷x]\s*\d|(?<!to )(?<!at )(?<!al )\b\d[\d.,]*\s?(?:%|por ?ciento|percent)|\bpor ?ciento de\b|\bpercent of\b|\bporcentaje|\bpercentage|\braiz\b|\bsquare root|\bcalcul|\brest[ao]\b|\bmultiplic|\bdivid"
    r"|\bintegra|\bderiva|\bderivative|\bdifferentia|\bintegrate|\becuacion|\bequation|\bresuelve\b|\bsolve\b|\bfactoriza|\bfactor\b|\bmatri[zx]"
    r"|\blimite de\b|\blimit of\b|\bcuanto (?:es|son|cuesta|seria|pago|pagaria|gano|ahorro|me|nos)\b|\bhow much\b|\btip\b|\bpropina\b|\biva\b|\bvat\b|\bpromedio\b|\bmedia de\b|\baverage\b"
    r"|\bdescuento\b|\bdiscount\b|\binteres(?:es)?\b|\binterest\b|\bfactorial\b|\bdeterminant|\bsplit\b|\brepart|\bcada un[oa]\b|\beach\b|\bsuman?\b|\btotal\b|\bper (?:month|year)\b|\bentre \d",
    "units": r"\b(?:convert|convierte|conversion|pasa(?:me)?|equivale)\b|\b\d[\d.,]*\s*(?:km|millas?|miles?|kg|kilos?|libras?|pounds?|lbs?|onzas?|ounces?|oz"
    r"|pies?|feet|foot|pulgadas?|inch(?:es)?|metros?|meters?|metres?|litros?|lit(?:er|re)s?|galon(?:es)?|gallons?|tazas?|cups?|grados?|degrees?|celsius"
    r"|fahrenheit|mph|km/h|yards?|yardas?|stone|acres?|hectareas?|cv|hp|kwh?|gb|mb|ml|cm)\b|\bfahrenheit\b|\bcelsius\b|\bcuant[oa]s (?:millas|kilometros|km|libras|kilos|gramos|metros|pies|pulgadas|litros|onzas|minutos|segundos|horas)\b"
    r"|\bhow many (?:miles|kilomet|km|pounds|kilos|kilograms|grams|met|feet|inches|lit|ounces|minutes|seconds|hours|cups)",
    "clock": r"\bhora\b|\bhoras? (?:es|son)\b|\btime is\b|\bthe time\b|\bwhat time\b|\bque dia\b|\bwhat day\b|\bfecha\b|\bdate\b|\bdias? (?:faltan|quedan|hay|han|entre|desde)\b|\bdays? (?:until|till|to|left|between|since|from)\b"
    r"|\bzona horaria\b|\btime ?zone\b|\bdia de la semana\b|\bweekday\b|\bday of the week\b|\bhow many days\b|\bcuant[oa]s (?:dias|semanas)\b|\bhow many weeks\b|\bfaltan\b",
    "timers": r"\btemporizador|\btimer|\balarm|\brecuerda(?:me|nos|le)\b|\brecordatorio|\bremind|\bavisa(?:me|nos)\b|\bdespiertame\b|\bdespertador\b|\bwake me\b|\bcuenta atras\b|\bcountdown\b|\bque no se me olvide\b|\bdon't let me forget\b",
    "weather": r"\b(?:tiempo (?:hace|hara|va a hacer|hay|en|para)|el tiempo)\b|\bweather\b|\blluvia\b|\bllov|\bllueve\b|\brain|\bnieva\b|\bnevar|\bsnow|\bsol\b|\bsunny\b|\bpronostico\b|\bprevision\b|\bforecast\b|\btemperatur|\bparaguas\b|\bumbrella\b|\bgrados (?:hace|hay)\b|\bviento\b|\bwindy?\b|\bhace (?:frio|calor)\b|\bcold (?:is|outside|in)\b|\bhot (?:is|outside|in)\b|\babrigo\b|\bcoat\b|\bjacket\b",
    "files": r"\bfichero|\barchivo|\bcarpeta|\bfile\b|\bfiles\b|\bfolder|\bdirector(?:y|io)\b|\bdocument|\bnotas?\b|\bnotes?\b|\.(?:txt|md|csv|json|py|log)\b",
    "web": r"https?://|\bpagina web\b|\bweb ?page\b|\bwebsite\b|\bwww\.|\b[a-z0-9-]+\.(?:com|org|net|es|io|eu)\b",
    "wolfram_alpha": r"\bwolfram|\bmasa de\b|\bmass of\b|\bdistan(?:cia|ce)\b|\bpoblacion\b|\bpopulation\b|\belement|\bpunto de (?:fusion|ebullicion)\b|\bmelting point\b|\bboiling point\b|\btipo de cambio\b|\bexchange rate\b|\beuros?\b|\bdolar|\bdollar",
    "home_assistant": r"\b(?:enciende|apaga|prende|sube|baja|abre|cierra|pon(?:me)?|activa|desactiva|regula|atenua)\b.*\b(?:luz|luces|lampara|persiana|termostato|calefaccion|aire|enchufe|tele|television|musica|volumen|puerta|garaje|ventilador|escena|estor|toldo|alarma)"
    r"|\b(?:turn|switch|dim|open|close|lock|unlock|set)\b.*\b(?:light|lamp|blind|shade|thermostat|heating|plug|tv|music|volume|door|garage|fan|scene|cover)|\bluces?\b|\blights?\b|\btermostato\b|\bthermostat\b|\bpersianas?\b|\bsensor|\bestan? (?:encendid|apagad|abiert|cerrad)|\bcalefaccion\b|\bheating\b",
    "google": r"\bcalendario\b|\bcalendar\b|\bagenda\b|\bcitas?\b|\breuni(?:on|ones)\b|\bmeeting|\bappointment|\beventos?\b|\bevents?\b|\bcorreos?\b|\be-?mails?\b|\bgmail\b|\bmensajes? (?:nuevo|sin leer)\b|\binbox\b|\bbandeja\b|\bschedule\b",
}  # fmt: skip
_KNOWN = {name: re.compile(pattern) for name, pattern in _BOXES.items()}
_COUNTS = frozenset({"calculator", "units"})
"""Toolboxes that are nothing without a number, or a formula."""
_NUMBERED = re.compile(
    r"\d|\b(?:" + "|".join(w for w in WORDS if len(w) > 2 and w not in ("una", "uno", "one")) + r")\b"
    r"|\bderiva|\bdifferentia|\bintegra|\becuacion|\bequation|\bresuelve\b|\bsolve\b|\bfactor|\blimit|\bmatri"
)
HOME = "home_assistant"
_THINGS = (
    r"(?:luz|luces|lamparas?|bombillas?|persianas?|termostato|calefaccion|aire acondicionado|enchufes?|tele|television|televisor|"
    r"puertas?|garaje|ventilador(?:es)?|estor(?:es)?|toldos?|cortinas?|radiador(?:es)?|lights?|lamps?|bulbs?|blinds?|shades?|shutters?|"
    r"thermostat|heating|heater|plugs?|tv|doors?|garage|fans?|curtains?|air conditioning)\b(?!\.\w)"
)
_STATE = r"(?:abiert|cerrad|encendid|apagad|prendid)[oa]s?"
_HOME_ORDER = re.compile(
    r"(?:(?:oye|hey|jarvis|por favor|please|can you|could you|puedes)\W+)*(?:"
    r"(?:enc(?:iende|ender|ende)|apagar?|prend[ea]r?|sub(?:e|i|ir)|bajar?|abr(?:e|i|ir)|cierra|cerrar?|pon(?:e|er)?|(?:des)?activar?|"
    r"regular?|atenuar?|ajustar?|(?:des)?bloquear?)(?:me|nos)?|"
    r"turn|switch|dim|open|close|shut|lock|unlock|set|raise|lower|brighten|activate|deactivate"
    rf")\b.{{0,40}}\b{_THINGS}"
    rf"|(?:is|are) (?:the|my|our) .{{0,30}}\b{_THINGS} (?:on|off|open|closed|(?:un)?locked)(?: in .{{1,25}})?$"
    rf"|est(?:a|an) {_STATE} (?:el|las?|los|mis?)\b.{{0,30}}\b{_THINGS}|est(?:a|an) (?:el|las?|los|mis?)\b.{{0,30}}\b{_THINGS}.* {_STATE}$"
)
MOST_ORDERED = 12
"""Words of what is asked of the house: what is longer asks for more."""
_WORD = re.compile(r"[a-z0-9]{3,}")
_COMMON = frozenset(
    [
        "the",
        "and",
        "for",
        "que",
        "los",
        "las",
        "una",
        "con",
        "por",
        "para",
        "this",
        "that",
        "what",
        "which",
        "with",
        "from",
        "your",
        "mis",
        "del",
        "como",
        "esta",
        "tool",
        "tools",
        "use",
        "get",
        "list",
        "of",
        "an",
        "to",
        "in",
        "is",
        "it",
        "search",
        "find",
        "read",
        "name",
        "text",
        "data",
        "value",
        "string",
        "new",
        "all",
        "any",
        "are",
        "can",
        "has",
        "have",
        "not",
        "you",
    ]
)


def choose(question: str, before: str, held: Sequence[Held]) -> tuple[Held, ...]:
    """The tools that ``question`` may need, likelier ones first; ``before`` is the question before it, to which a short
    one may belong ("and tomorrow?").
    """
    text = fold(question)
    if len(text.split()) <= 5 and before:
        text = f"{text} {fold(before)}"
    scored: list[tuple[float, int, Held]] = []
    for at, one in enumerate(held):
        score = _score(text, one)
        if score > 0:
            scored.append((-score, at, one))
    return tuple(one for *_, one in sorted(scored, key=lambda row: row[:2])[:MOST])


def homeless(question: str, held: Sequence[Held]) -> bool:
    """Whether it is an order to the house, or asks how something in it stands, and there is no tool that may reach it."""
    text = fold(question).strip(" ¡!.¿?")
    if len(text.split()) > MOST_ORDERED or not _HOME_ORDER.match(text):
        return False
    return not any(one.box == HOME or (one.box not in _KNOWN and _score(text, one)) for one in held)


def _score(text: str, one: Held) -> float:
    known = _KNOWN.get(one.box) or next((p for name, p in _KNOWN.items() if one.box.startswith(name)), None)
    if one.box in _COUNTS and not _NUMBERED.search(text):
        return 0.0
    if known is not None:
        return float(len(known.findall(text)))
    words = set(_WORD.findall(text)) - _COMMON
    name = set(_WORD.findall(fold(one.tool.name).replace("_", " "))) - _COMMON
    about = set(_WORD.findall(fold(one.tool.description))) - _COMMON
    shared = 2 * len(_alike(words, name)) + len(_alike(words, about - name))
    return shared / 10 if shared >= SHARED else 0.0


def _alike(words: set[str], others: set[str]) -> set[str]:
    """Those of the words that are among the others, but for an ending."""
    stems = {w[:5] for w in others}
    return {w for w in words if w[:5] in stems}
