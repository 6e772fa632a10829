"""Which device is meant: names as people say them, in Spanish and English ("la luz del salón"). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from jarvis.words.fold import fold

ALIKE = 0.82
"""How alike two words are, by ``SequenceMatcher``, that are taken for one written wrongly: "termostto"."""
SHORTEST = 5
"""Characters of a word below which it has to be written as it is: short words are all alike."""


@dataclass(frozen=True, slots=True)
class Device:
    """One entity of Home Assistant: ``kind`` is its domain, ``sort`` its device class (garage, temperature, …)."""

    id: str
    name: str
    state: str
    area: str = ""
    sort: str = ""
    attributes: dict[str, object] = field(default_factory=dict, hash=False, compare=False)
    aliases: tuple[str, ...] = ()
    secure: bool = False
    """Whether it lets people in: a lock, an alarm, a garage door, a gate, or a group with one of them."""

    @property
    def kind(self) -> str:
        return self.id.partition(".")[0]


_IDLE_WORDS = "el la los las un una de del al a en y mi mis the an of in on and my to por favor please"
_IDLE = frozenset(_IDLE_WORDS.split())
_ALL = frozenset({"todas", "toda", "todos", "todo", "all", "every"})
_KINDS: dict[str, str] = {
    "light": "luz luces lampara lamparas foco focos bombilla light lights lamp lamps bulb",
    "switch": "enchufe enchufes interruptor interruptores regleta plug plugs switch switches socket outlet",
    "fan": "ventilador ventiladores fan fans",
    "cover": "persiana persianas cortina cortinas toldo estor estores blind blinds shutter shutters curtain curtains"
    " cover covers shade shades",
    "climate": "termostato termostatos calefaccion aire clima thermostat heating climate ac",
    "media_player": "tele television televisor tv altavoz altavoces musica speaker speakers music player",
    "lock": "cerradura cerraduras lock locks",
    "alarm_control_panel": "alarma alarm",
    "scene": "escena escenas scene scenes ambiente",
    "sensor": "sensor sensores sensors",
}
_KIND_OF = {word: kind for kind, words in _KINDS.items() for word in words.split()}
_SORTS = {
    "garage": "garaje puerta garage door",
    "gate": "porton puerta verja gate door",
    "door": "puerta door",
    "window": "ventana window",
    "temperature": "temperatura temperature",
    "humidity": "humedad humidity",
    "motion": "movimiento motion presencia",
    "battery": "bateria battery",
}
_PLACES = (
    "salon|sala de estar|sala|living room|living|lounge",
    "cocina|kitchen",
    "dormitorio|habitacion|cuarto|alcoba|bedroom",
    "bano|aseo|bathroom|toilet",
    "despacho|oficina|estudio|office|study",
    "entrada|recibidor|vestibulo|hallway|hall|entrance",
    "pasillo|corridor",
    "garaje|cochera|garage",
    "jardin|patio|garden|yard",
    "terraza|balcon|terrace|balcony",
    "comedor|dining room",
    "sotano|basement|cellar",
    "lavadero|laundry room|laundry",
)  # fmt: skip
_PLACE = {word: places.split("|")[0] for places in _PLACES for word in places.split("|")}
_PLACE_RE = re.compile(r"\b(" + "|".join(sorted(map(re.escape, _PLACE), key=len, reverse=True)) + r")\b")
_WORD = re.compile(r"[a-z0-9]+")


def words(text: str) -> list[str]:
    """The words that tell: without case and accents, rooms under one name in both languages, plurals as singulars."""
    text = _PLACE_RE.sub(lambda found: _PLACE[found[1]], fold(text).replace("_", " "))
    return [_single(word) for word in _WORD.findall(text) if word not in _IDLE]


def _single(word: str) -> str:
    if len(word) > 3 and word.endswith("ces"):
        return word[:-3] + "z"
    if len(word) > 4 and word.endswith("es") and word[-3] in "nrld":
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


SECURE_KINDS = frozenset({"lock", "alarm_control_panel"})
_SECURE_SORTS = frozenset({"garage", "gate", "door"})
_MOVING = frozenset({"cover", "switch", "input_boolean", "script", "scene"})
"""Kinds that may open a door, though nothing but their name says so."""
_SECURE_WORDS = frozenset({"garaje", "porton", "gate", "verja", "cancela", "cerradura", "lock", "alarma", "alarm"})


def lets_in(device: Device) -> bool:
    """Whether the device itself lets people in; rather one too many than one too few."""
    if device.kind in SECURE_KINDS:
        return True
    named = bool(_SECURE_WORDS & set(words(f"{device.name} {device.id.partition('.')[2]}")))
    return device.kind in _MOVING and (named or device.sort in _SECURE_SORTS)


_KIND_WORDS = {_single(word): kind for word, kind in _KIND_OF.items()}


def kind_of(text: str) -> str:
    """The kind of device that is named, or an empty string."""
    return next((_KIND_WORDS[word] for word in words(text) if word in _KIND_WORDS), "")


def means_all(text: str) -> bool:
    """Whether several devices are meant: "todas las luces", "the lights"."""
    said = _WORD.findall(fold(text))
    return bool(_ALL & set(said)) or any(w in _KIND_OF and _single(w) != w for w in said)


def search(text: str, devices: Iterable[Device]) -> list[Device]:
    """Those that every word of ``text`` fits, the best first: by its name rather than by its room."""
    asked = [word for word in words(text) if word not in _ALL]
    found = [(score, device) for device in devices if (score := _score(asked, device)) is not None]
    return [device for _, device in sorted(found, key=lambda pair: (-pair[0], len(pair[1].name), pair[1].id))]


def resolve(text: str, devices: Sequence[Device]) -> list[Device]:
    """Those that are meant: one, or all of a kind where several are named; more than one else says that it is not
    clear which.
    """
    exact = [d for d in devices if text.strip().lower() == d.id]
    if exact:
        return exact
    said = sorted(words(text))
    if not means_all(text) and not all(word in _KIND_WORDS for word in said):  # "the light" names none of them
        named = [d for d in devices if said in (sorted(words(name)) for name in (d.name, *d.aliases))]
        if len(named) == 1:
            return named
    found = search(text, devices)
    if len(found) > 1 and not means_all(text):
        asked = [word for word in words(text) if word not in _ALL]
        best = _score(asked, found[0])
        found = [d for d in found if _score(asked, d) == best]
    # A group beside its members would be switched twice, or make one blind look like two.
    return [d for d in found if not isinstance(d.attributes.get("entity_id"), list)] or found


def _score(asked: Sequence[str], device: Device) -> float | None:
    """None when some word fits nothing of it. A kind that is said outright rules out the others."""
    kind = next((_KIND_WORDS[word] for word in asked if word in _KIND_WORDS), "")
    own = set(words(" ".join((device.name, *device.aliases, device.id.partition(".")[2]))))
    if kind and kind != device.kind and not any(_KIND_WORDS.get(word) == kind for word in own):
        return None
    area, sort = set(words(device.area)), set(words(_SORTS.get(device.sort, "")))
    score = 0.0
    for word in asked:
        if word in own:
            score += 2
        elif word in area or word in sort or _KIND_WORDS.get(word) == device.kind:
            score += 1
        elif len(word) >= SHORTEST and any(_alike(word, other) for other in own | area):
            score += 0.5
        else:
            return None
    if kind == device.kind:
        score += 1
    return score


def _alike(one: str, other: str) -> bool:
    return abs(len(one) - len(other)) <= 2 and SequenceMatcher(None, one, other).ratio() >= ALIKE
