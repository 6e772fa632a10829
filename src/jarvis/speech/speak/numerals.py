"""Roman numerals, ordinals and versions as they are said, in Spanish and English. Pure.

"I", "MIX" and "CD" are words: letters are a numeral after what is counted with them ("siglo", "Chapter"), after the
name of a king or a pope, or, where they can hardly be anything else (II, XIV), after any name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from jarvis.speech.speak.units import Step, number, ordinal
from jarvis.words.memory import Language

_ROMAN = r"(?-i:(?=[IVXL])(?!X?L\b)(?:XL|L?X{0,3})(?:IX|IV|V?I{0,3})(?!\w|-[a-z]))"
_SURE = r"(?:(?=[LXVI]{3})(?:XL|LX{0,3})(?:IX|IV|V?I{1,3}|V)|X{1,2}(?:IX|IV|V|V?I{1,3})|IX|V?I{2,3})(?!\w|-[a-z])"
_MORE = rf"(?:(?: (?:y|a|al|o|and|to|or) |\s?[-–]\s?|, )(?!I\b){_ROMAN})*"
"""Others that are joined to it."""
_COUNTED: dict[Language, str] = {
    "es": "siglos?|capítulos?|cap\\.|tomos?|volumen|volúmenes|vol\\.|actos?|escenas?|libros?|partes?|fases?|tipos?"
    "|títulos?|artículos?|anexos?|cantos?|grados?|nivel(?:es)?|dinastías?|guerra mundial|clases?|etapas?|categorías?",
    "en": "chapters?|acts?|scenes?|parts?|volumes?|vol\\.|books?|phases?|types?|stages?|titles?|articles?|appendix"
    "|sections?|class|levels?|grades?|tiers?|rounds?|world wars?|episodes?|seasons?|figures?|tables?",
}
_ORDERED = re.compile(r"siglos?|dinastías?", re.I)
"""With these the first ten are ordinals in Spanish."""
_NOUNS = (
    "Guerra|República|Congreso|Concilio|Cumbre|Foro|Feria|Jornadas|Edición|edición|Centenario|centenario|Aniversario"
    "|aniversario|Premio|Plan|Conferencia|Asamblea|Semana|Bienal|Olimpiada|milenio|Milenio|Reich|Internacional"
)
_RULERS: dict[Language, str] = {
    "es": "Felipe|Alfonso|Carlos|Fernando|Enrique|Luis|Jaime|Pedro|Sancho|Ramiro|García|Ordoño|Juan|Pablo|Benedicto"
    "|León|Pío|Gregorio|Clemente|Inocencio|Urbano|Jorge|Guillermo|Ricardo|Eduardo|Jacobo|Napoleón|Iván|Alejandro"
    "|Nicolás|Ramsés|Amenhotep|Darío|Jerjes|Ptolomeo|Francisco|José|Manuel|Federico|Gustavo|Leopoldo|Balduino|Otón"
    "|Haakon|Harald|Olaf|Mohamed|Mehmed|Solimán|Constantino|Teodosio|Humberto|Alberto|Amadeo|Sixto|Julio|Adriano"
    "|Isabel|Catalina|María|Juana|Victoria|Ana|Cristina|Margarita|Cleopatra|Berenguela|Urraca|Beatriz",
    "en": "Henry|Edward|Elizabeth|Charles|James|George|William|Richard|Louis|Philip|Mary|Victoria|Catherine|Ivan"
    "|Alexander|Nicholas|Peter|Paul|Benedict|Pius|Leo|Gregory|Clement|Innocent|Urban|Napoleon|John|Boniface|Rameses|Ramesses"
    "|Ramses"
    "|Darius|Xerxes|Ptolemy|Cleopatra|Frederick|Wilhelm|Francis|Ferdinand|Alfonso|Felipe|Carlos|Gustav|Leopold|Otto"
    "|Haakon|Harald|Olaf|Mehmed|Suleiman|Constantine|Theodosius|Stephen|Margaret|Anne|Robert|Sixtus|Julius",
}
_WOMEN = re.compile(r"Isabel|Beatriz|.+(?<!Nicol)a")
_KINGS = re.compile("Carlos|Felipe|Enrique|Isabel|Alfonso|Fernando|Napoleón|Henry|Elizabeth|Napoleon")
_TITLES = r"(?:King|Queen|Pope|Emperor|Empress|Tsar|Czar|Saint|St\.)"
_FIRST = re.compile(
    rf"\b({_TITLES} (?:{_RULERS['en']})"
    rf"|(?:{_RULERS['en']})(?= I(?:['’]s|[,;:)]|\.(?! [A-Z])| (?:of|died|reigned|ruled|is)\b)))"
    r" I\b(?! (?:am|have|had|think|thought|know|knew|need|want|like|love|see|saw|met|would|will|can|could|do|did)\b)"
)
"""Of England "Henry I" is a king; "with Henry I went home" is not."""
_CENTURY = re.compile(rf"\b({_ROMAN})(?= (?:[Cc]entur|[Mm]illenni))")
_ORDINAL = re.compile(r"\b(\d{1,2})\.?(er|ro|do|to|mo|vo|no|ra|da|ta|ma|va|na)\b")
_PROGRAMS = (
    "Python|Node(?:\\.js)?|Java|JavaScript|TypeScript|PHP|Ruby|Rust|Perl|Kotlin|Scala|Django|Flask|Rails|React|Vue"
    "|Angular|Ubuntu|Debian|Fedora|Windows|macOS|iOS|iPadOS|Android|Linux|[Kk]ernel|CUDA|PostgreSQL|MySQL|SQLite"
    "|Redis|Docker|Kubernetes|PyTorch|TensorFlow|NumPy|pandas|HTML|HTTP|TLS|USB|Bluetooth|GPT|Claude|Llama|Qwen"
    "|Gemini|Mistral|Whisper|Firefox|Chrome|GNOME|KDE|glibc|gcc|GCC|LLVM|CMake|pip|npm|Home Assistant|Jarvis"
)
_RELEASE = re.compile(rf"\b(?:({_PROGRAMS}|[Vv]ersi(?:ón|on|ones|ons)|[Rr]elease)[ -]?v?|v)(\d+(?:\.\d+)+)(?![\w])")


def numerals(language: Language) -> list[Step]:
    """In the order in which they are taken."""
    counted = re.compile(rf"\b({_COUNTED[language]}) ({_ROMAN}{_MORE})", re.I)
    rulers = re.compile(rf"\b({_RULERS[language]}) ({_ROMAN}{_MORE})")
    named = re.compile(rf"([A-ZÁÉÍÓÚÑ][\w’']*) ({_SURE}{_MORE})")
    release = (_RELEASE, partial(_release, language))
    if language == "en":
        return [
            release,
            (_CENTURY, lambda found: ordinal(_value(found[1]), "en")),
            (_FIRST, lambda found: f"{found[1]} the first"),
            (counted, partial(_counted, "en")),
            (rulers, partial(_ruler, "en")),
            (named, partial(_counted, "en")),
        ]
    before = re.compile(rf"\b({_ROMAN})(?= (?:{_NOUNS})\b)")
    return [
        release,
        (re.compile(rf"\b[sS]\. ?(?={_ROMAN})"), lambda found: "siglo "),
        (before, _before),
        (counted, partial(_counted, "es")),
        (rulers, partial(_ruler, "es")),
        (named, partial(_counted, "es")),
        (_ORDINAL, _shortened),
    ]


def _value(roman: str) -> int:
    digits = [{"I": 1, "V": 5, "X": 10, "L": 50}[letter] for letter in roman]
    return sum(-one if one < after else one for one, after in zip(digits, [*digits[1:], 0], strict=True))


def _each(language: Language, several: str, say: Callable[[int], str]) -> str:
    """A numeral, and those that are joined to it."""
    joined = re.sub(r"\s?[-–]\s?", " a " if language == "es" else " to ", several)
    return re.sub(r"[IVXL]+", lambda one: say(_value(one[0])), joined)


def _counted(language: Language, found: re.Match[str]) -> str:
    what, numeral = found[1], found[2]
    if numeral == "I" and language == "en" and not what.lower().startswith("world war"):
        after = found.string[found.end() :]
        if what.islower() or re.match(r" (?!(?:of|and|is|to|covers|begins|ends)\b)[a-z]", after):
            return found[0]  # who speaks
    ordered = language == "es" and bool(_ORDERED.fullmatch(what))
    feminine = what.lower().startswith("dinast")
    return f"{what} {_each(language, numeral, partial(_said, language, ordered, feminine))}"


def _ruler(language: Language, found: re.Match[str]) -> str:
    who, numeral = found[1], found[2]
    if (numeral == "I" and language == "en") or (len(numeral) == 1 and _initial(found)):
        return found[0]
    return f"{who} {_each(language, numeral, partial(_said, language, True, bool(_WOMEN.fullmatch(who))))}"


def _initial(found: re.Match[str]) -> bool:
    """Whether it is that of a second name: "María V. García"."""
    return not _KINGS.fullmatch(found[1]) and bool(re.match(r"\. [A-ZÁÉÍÓÚÑ]", found.string[found.end() :]))


def _said(language: Language, ordered: bool, feminine: bool, value: int) -> str:
    if not ordered or (language == "es" and value > 10):
        return number(str(value), language)
    return ("the " if language == "en" else "") + ordinal(value, language, feminine and language == "es")


def _before(found: re.Match[str]) -> str:
    noun = re.split(r"\W", found.string[found.end() + 1 :])[0]
    if (value := _value(found[1])) > 10:
        return number(str(value), "es", before_noun=True)
    feminine = bool(re.search(r"(?:as?|ión|Cumbre)$", noun))
    said = ordinal(value, "es", feminine) + ("s" if noun.endswith("s") and noun[-2:] != "ís" else "")
    return re.sub(r"(primer|tercer)o$", r"\1", said)


def _shortened(found: re.Match[str]) -> str:
    """ "3er", "2da"; other letters are none of an ordinal."""
    said = ordinal(int(found[1]), "es", found[2].endswith("a"))
    if found[2] == "er" and said in ("primero", "tercero"):
        return said[:-1]
    return said if said.endswith(found[2]) else found[0]


def _release(language: Language, found: re.Match[str]) -> str:
    what = found[1] or ("versión" if language == "es" else "version")
    point = " punto " if language == "es" else " point "
    return f"{what} {point.join(number(part, language) for part in found[2].split('.'))}"
