"""What a question asks, in a form that two wordings of it share, and why one is not the other.

Pure. The rule is *different until shown equal*: after what cannot change the meaning is taken away (`lexicon.py`), the
two questions must consist of the same words in the same order, but for one word at most that is neither a name nor of
those that turn, limit or count. A negation, a number, a name, a unit, a date, an opposite, a quantifier, a person, a
tense, a comparison or a direction that was swapped is a word that differs or stands elsewhere, in either language: no
list of opposites has to be complete.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from jarvis.cache.lexicon import LEXICONS
from jarvis.cache.stems import Language

MOST_WORDS = 40
"""A longer text is no question that is asked again in other words."""

_CODE = re.compile(r"```|`[^`]+`|[{}<>\\|]|\b\w+\([^)]*\)|https?://|\w@\w|\n\s*\S", re.ASCII)
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
_SILENT = frozenset(".,;:!?¿¡\"'()[]…–—-*_«»“”‘’`´")
_SHORT = (
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
_WHENCE, _WHITHER = frozenset({"from", "desde"}), frozenset({"to", "into", "for", "a", "hasta", "hacia"})
"""Where from and where to are told apart at least where both are said."""
_LISTED = re.compile(r"\b([^\W\d]+)( and | or | y | o )([^\W\d]+)\b")
_BOTH_WAYS = frozenset({LEXICONS["en"].base("difference"), LEXICONS["es"].base("diferencia"), "vs"})
"""What is between two things is the same from either side."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A question's words that matter.

    ``strong`` is its content, in order; ``form`` the words that are compared wherever they stand; ``weak`` those that
    may be missing, by group; ``names`` what of the content is written like a name. Not ``usable``: it has code, asks
    for a format, is too long, or has nothing to go by.
    """

    language: Language
    strong: tuple[str, ...]
    form: tuple[str, ...]
    weak: tuple[frozenset[str], ...]
    names: frozenset[str]
    usable: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """Why one question is not the other (``veto``, empty when it may be), how many weak words differ, the one content
    word that one has more, and how many of them the longer one has.
    """

    veto: str
    weak: int = 0
    more: str = ""
    words: int = 0


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
    directed = not _WHITHER.isdisjoint(words)
    strong: list[str] = []
    form: list[str] = []
    loose: set[str] = set()
    names: set[str] = set()
    may_be_missing = lexicon.slight.union(*lexicon.weak)
    for word in line.split():
        if word in lexicon.dropped:
            continue
        base = lexicon.base(word)
        if word in _WHENCE and directed:
            strong.append(base)
            continue
        if base in may_be_missing:
            loose.add(base)
        elif base in lexicon.form:
            form.append(base)
        else:
            strong.append(base)
            names.update({base} if word in capitals else ())
    if not _BOTH_WAYS.isdisjoint(strong):
        strong.sort()
    usable = bool(strong) and len(words) <= MOST_WORDS and not _CODE.search(text.strip()) and not _FORMAT.search(text)
    weak = tuple(group & loose for group in (*lexicon.weak, lexicon.slight))
    return Reading(language, tuple(strong), tuple(sorted(set(form))), weak, frozenset(names), usable)


def difference(a: Reading, b: Reading) -> Difference:
    """What one says otherwise than the other; the same whichever way round."""
    if not a.usable or not b.usable:
        return Difference("unusable")
    if a.language != b.language:
        return Difference("language")
    if a.form != b.form:
        return Difference("form")
    weak = 0
    groups = len(a.weak) - 1
    for group, (x, y) in enumerate(zip(a.weak, b.weak, strict=True)):
        if group < groups and x - y and y - x:
            return Difference("small_words")
        weak += len(x ^ y)
    if a.strong == b.strong:
        return Difference("", weak, words=len(a.strong))
    longer, shorter = (a, b) if len(a.strong) > len(b.strong) else (b, a)
    if len(longer.strong) != len(shorter.strong) + 1:
        return Difference("words")
    at = next((i for i, word in enumerate(shorter.strong) if longer.strong[i] != word), len(shorter.strong))
    if longer.strong[:at] + longer.strong[at + 1 :] != shorter.strong:
        return Difference("words")
    if weak > 1 or any(y - x for x, y in zip(longer.weak, shorter.weak, strict=True)):
        return Difference("small_words")  # the word may stand in the place of one that is missing
    word = longer.strong[at]
    if word in LEXICONS[a.language].counts or word in _WHENCE or word in longer.names or not word.isalpha():
        return Difference("one_word")
    return Difference("", weak, word, len(longer.strong))


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
