"""What a question asks, in a form that two wordings of it share, and why one is not the other.

Pure. The rule is *different until shown equal*: after what cannot change the meaning is taken away (`lexicon.py`), the
two questions must consist of the same words in the same order, but that `A of B` may be `B A`. A negation,
a number, a name, a unit, a date, an opposite, a quantifier, a person, a tense, a comparison or a direction that was
swapped is a word that differs or stands elsewhere, in either language: no list of opposites has to be complete.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

from jarvis.cache.lexicon import LEXICONS
from jarvis.cache.stems import Language

MOST_WORDS = 40
"""A longer text is no question that is asked again in other words."""
MOST_TURNED = 2
"""Words of A and of B, where `A of B` is taken for `B A`."""

_CODE = re.compile(
    r"```|`[^`]+`|[{}<>\\|]|\b\w+\([^)]*\)|https?://|\w@\w|[^\W_]_[^\W_]|\b[a-z]{2,}[A-Z]|\n\s*\S", re.ASCII
)
_QUOTED = re.compile(r'["“«]+([^"“”«»]+)["”»]+')
_FORMAT = re.compile(r"\b(json|yaml|xml|csv|markdown|html|latex)\b", re.IGNORECASE)
_TOKEN = re.compile(
    r"""
    (?:[^\W\d_]\.){2,}                      # U.S.
    | \d+(?:[.,:/'-]\d+)*                   # 1,000.50  12:30  2026-11-26
    | [^\W_]+(?:[.][^\W_]+)*[+\#]*          # words, node.js, C++
    | [^\w\s]
    """,
    re.VERBOSE,
)
_SILENT = frozenset("/#.,;:!?¿¡\"'()[]…–—-*_«»“”‘’`´")
_SHORT = (
    (re.compile(r"(?<=\w)\s+'(?=s\b)", re.I), "'"),
    (re.compile(r"\bcan't\b|\bcannot\b", re.I), "can not"),
    (re.compile(r"\bwon't\b", re.I), "will not"),
    (re.compile(r"(?<=\w)n't\b", re.I), " not"),
    (re.compile(r"(?<=\w)'re\b", re.I), " are"),
    (re.compile(r"(?<=\w)'ve\b", re.I), " have"),
    (re.compile(r"(?<=\w)'ll\b", re.I), " will"),
    (re.compile(r"(?<=\w)'m\b", re.I), " am"),
    (re.compile(r"(?<=\w)'d\b", re.I), " would"),
    (re.compile(r"(?<=\b(?:what|that))'s\b|(?<=where|there)'s\b|(?<=\b(?:who|how|why))'s\b", re.I), " is"),
    (re.compile(r"(?<=\w)'s\b", re.I), " "),
)
_MINUS = re.compile(r"(?<![^\s(])[-−](?=\d)")
_STATES = {"US": "usa", "UK": "uk"}
_GENERIC = re.compile(r"^(?:.* )?how (?:do|does|can|could|should|would) (?:you|u|we|one|someone|a person)\b")
"""Asks how something is done; who does it is a manner of speaking, and so is whose it is: that person's own."""
_OWN = re.compile(r"\b(?:your|our|ones|my)(sel(?:f|ves))?\b")
_MANNER, _ADDRESSED = frozenset({"how", "como"}), frozenset({"you", "your", "tu", "te", "usted"})
"""Who asks how something is done speaks of nobody; in another question `your` is not left out."""
_WHENCE, _WHITHER = "from", frozenset({"to", "into", "for"})
"""Where from and where to are told apart where both are said. Spanish has its own words for it among the strong."""
_LISTED = re.compile(r"\b([^\W\d]+)( and | or | y | o )([^\W\d]+)\b")
_BOTH_WAYS = frozenset({LEXICONS["en"].base("difference"), LEXICONS["es"].base("diferencia"), "vs"})
"""What is between two things is the same from either side."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A question's words that matter.

    ``strong`` is its content, in order; ``joined`` the places in it before which an `of` or `in` stood; ``names`` what
    of it is written like a name. ``form`` are the words that are compared wherever they stand, ``weak`` those that may
    be missing, by group; ``quoted`` is what stands in quotation marks. Not ``usable``: it has code, asks
    for a format, is too long, or has nothing to go by.
    """

    language: Language
    strong: tuple[str, ...]
    joined: frozenset[int]
    names: frozenset[str]
    form: tuple[str, ...]
    weak: tuple[frozenset[str], ...]
    quoted: tuple[str, ...]
    usable: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """Why one question is not the other (``veto``, empty when it may be), how many weak words differ, and whether
    `A of B` is `B A` in the other.
    """

    veto: str
    weak: int = 0
    turned: bool = False


def read(text: str, language: Language) -> Reading:
    """The words of ``text`` that a rewording keeps."""
    lexicon = LEXICONS[language]
    words, capitals = _words(text, language)
    line = " ".join(words)
    generic = language == "en" and _GENERIC.search(line)
    for wording, for_it in lexicon.phrases:
        line = wording.sub(for_it, line).strip()
    if generic:
        line = _OWN.sub(lambda own: "myself" if own[1] else "my", line)
    line = _LISTED.sub(lambda two: two[2].join(sorted((two[1], two[3]))), line)
    directed = not _WHITHER.isdisjoint(line.split())
    strong: list[str] = []
    joined: set[int] = set()
    form: list[str] = []
    loose: set[str] = set()
    names: set[str] = set()
    may_be_missing = lexicon.slight.union(*lexicon.weak)
    for before, word in pairwise(["", *line.split()]):
        if word in lexicon.joins:
            joined.add(len(strong))
        if word in lexicon.dropped:
            continue
        base = lexicon.base(word)
        if word == _WHENCE and directed:
            strong.append(base)
        elif base in may_be_missing:
            loose.add(base)
        elif base in lexicon.form:
            form.append(base)
        else:
            base = lexicon.base(word, before)
            strong.append(base)
            names.update({base} if word in capitals else ())
    if _MANNER.isdisjoint(form):
        form.extend(_ADDRESSED & loose)
        loose -= _ADDRESSED
    if not _BOTH_WAYS.isdisjoint(strong):
        strong.sort()
        joined.clear()
    usable = bool(strong) and len(words) <= MOST_WORDS and not _CODE.search(text.strip()) and not _FORMAT.search(text)
    quoted = tuple(" ".join(said.casefold().split()).strip(".,;:!?¿¡ ") for said in _QUOTED.findall(text))
    weak = tuple(group & loose for group in (*lexicon.weak, lexicon.slight))
    return Reading(
        language, tuple(strong), frozenset(joined), frozenset(names), tuple(sorted(set(form))), weak, quoted, usable
    )


def difference(a: Reading, b: Reading) -> Difference:
    """What one says otherwise than the other; the same whichever way round."""
    if not a.usable or not b.usable:
        return Difference("unusable")
    if a.language != b.language:
        return Difference("language")
    if a.quoted and b.quoted and a.quoted != b.quoted:
        return Difference("quoted")
    if a.form != b.form:
        return Difference("form")
    turned = a.strong != b.strong
    if turned and not _turned(a, b) and not _turned(b, a):
        return Difference("words")
    *groups, _ = zip(a.weak, b.weak, strict=True)
    if any(x - y and y - x for x, y in groups):
        return Difference("small_words")
    weak = len(frozenset().union(*a.weak) ^ frozenset().union(*b.weak))
    return Difference("", weak, turned)


def _turned(a: Reading, b: Reading) -> bool:
    """Whether ``b`` says `B A` where ``a`` says `A of B`, and all else is the same (the messages in Facebook, the
    Facebook messages). Not where A may be part of a name (the University of Washington), and not where `of` is said in
    both (the mother of the king, the king of the mother).
    """
    one, two = a.strong, b.strong
    if len(one) != len(two) or len(a.joined) != len(b.joined) + 1:
        return False
    start = next((i for i in range(len(one)) if one[i] != two[i]), len(one))
    end = next((i for i in range(len(one), start, -1) if one[i - 1] != two[i - 1]), start)
    for at in range(max(start + 1, end - MOST_TURNED), min(end, start + MOST_TURNED + 1)):
        first, second = one[start:at], one[at:end]
        if second + first == two[start:end]:
            inside = set(range(start + 1, end))
            return (
                at in a.joined
                and not b.joined & inside
                and a.names.isdisjoint(first)
                and LEXICONS[a.language].naming.isdisjoint(first)
            )
    return False


def _words(text: str, language: Language) -> tuple[list[str], set[str]]:
    """The words of a text as people compare them, and which of them are written like a name."""
    text = _MINUS.sub("− ", unicodedata.normalize("NFKC", text).replace("’", "'").replace("´", "'"))
    shouted = text.upper() == text
    for short, whole in _SHORT if language == "en" else ():
        text = short.sub(whole, text)
    found: list[str] = []
    names: set[str] = set()
    begins = True
    for token in _TOKEN.findall(text):
        if token in _SILENT:
            begins = begins or token in ".?!¿¡:"
            continue
        named = token[0].isupper() and not shouted and (not begins or token[1:] != token[1:].lower())
        begins = False
        if token.endswith(".") and len(token) > 2:
            token = token.replace(".", "").upper()
        if not shouted and len(token) == 2 and token.isupper() and token.isalpha():
            word = _STATES.get(token, token)
        elif token[0].isdigit():
            word = _number(token, language)
        else:
            word = _plain(token.lower(), language)
        found.append(word)
        names.update({word} if named else ())
    return found, names


def _number(token: str, language: Language) -> str:
    thousands, point = (",", ".") if language == "en" else (".", ",")
    if re.fullmatch(rf"\d{{1,3}}(?:\{thousands}\d{{3}})+(?:\{point}\d+)?", token):
        token = token.replace(thousands, "")
    return token.replace(point, ".") if token.count(point) == 1 else token


_ASKING_WORDS = "qué cómo cuál cuáles cuándo dónde adónde quién quiénes cuánto cuánta cuántos cuántas"
_ASKING = frozenset(_ASKING_WORDS.split())


def _plain(word: str, language: Language) -> str:
    """Without the accents that people leave out; one on the last letter (habló, está) tells tense and person."""
    if language != "es" or word.isascii():
        return word
    head, last = (word, "") if word in _ASKING else (word[:-1], word[-1])
    bare = unicodedata.normalize("NFD", head).replace("\u0301", "")
    return unicodedata.normalize("NFC", bare) + last
