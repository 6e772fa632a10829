"""What a sentence asks of memory itself: "recuerda que…", "forget what I told you about…", "¿qué sabes de mí?". Pure.

A question that merely has the word in it, a task that mentions it, and a quote ask nothing. The expressions read
folded text, what they find is given as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from jarvis.memory.phrases import (
    ALL_KNOWN,
    BEFORE,
    COURTESY,
    FORGET,
    INCOGNITO,
    KNOWN,
    LAST,
    NAME,
    NEEDS_THAT,
    POLITE,
    PRIVATE,
    REMEMBER,
    THEIRS,
    TIME_WORDS,
    TOLD_IN,
    Kind,
    Scope,
)
from jarvis.memory.sentences import ASKED, Sentence, own
from jarvis.memory.when import Span, span
from jarvis.words.memory import Language


@dataclass(frozen=True, slots=True)
class Spoken:
    """What is asked. ``remember``: ``content`` is what. ``forget``: ``scope`` says whether what has to do with
    ``content``, the ``last`` thing, a ``period`` (``span``), this ``conversation``, or ``all`` that is known of the
    speaker. ``known``: ``content`` is about whom or what (``me``); ``maybe`` where the world may be meant, unless
    somebody of that name is known. ``incognito``: nothing of ``this`` message, or of the ``conversation``, is to be
    kept, or from now on it may be again (``off``). ``private``: ``content`` is a topic of which nothing leaves.
    With ``remember`` the ``last`` thing said is meant; ``maybe`` it is, if something was said, and with ``forget`` if
    somebody of that name is known. ``yes``, ``no``, and a yes that comes ``late``, say what is to become of what was
    asked to be forgotten before. ``language`` is the one in which it is asked.
    """

    kind: Kind
    scope: Scope = ""
    content: str = ""
    span: Span | None = None
    language: Language | None = None


SHORT = 400
"""Characters: in a longer message only its first sentence asks for something to be remembered."""
MOST_WORDS = 6
"""Of a topic, and of somebody or something that is asked about."""


_PAST = re.compile(r"\b(?:olvid|borr|elimin|quit|apunt|anot|guard)é\b", re.IGNORECASE)
"""It tells what was done; folded it would be an order."""


def spoken(text: str, now: datetime) -> Spoken | None:
    """What a message asks of memory; None when it asks nothing. ``now`` is local."""
    sentences = own(text)
    if not sentences:
        return None
    sentences = [s for s in sentences if not _PAST.search(s.text)]
    if not sentences:
        return None
    first = sentences[0]
    asked = _incognito(first) or _private(first) or _known(first) or _forget(first, now)
    if asked is not None:
        named = asked.kind == "forget" and asked.scope in ("about", "maybe")
        if named and any(s.asks for s in sentences[1:]):
            return None  # "Forget Excel. How is it done in Calc?"
        # of several sentences the first asks, and the others say more
        return replace(asked, language=_language(first))
    for number, sentence in enumerate(sentences if len(text) < SHORT else sentences[:1]):
        found = _last(sentence, [*sentences[:number], *sentences[number + 1 :]]) or _remember(sentence)
        if found is not None:
            return replace(found, language=_language(sentence))
        if sentence.asks:
            return None
    return None


def _language(sentence: Sentence) -> Language | None:
    found = TOLD_IN.search(sentence.folded)
    return None if found is None else "es" if found["es"] else "en"


def _last(sentence: Sentence, others: Sequence[Sentence]) -> Spoken | None:
    """ "Remember that": what the ``others`` of the message state or, without others, what was said before it."""
    bare = _bare(sentence.folded)
    if sentence.folded.rstrip().endswith("?") and not POLITE.match(bare):
        return None
    scope = next((scope for scope, pattern in LAST if pattern.match(bare)), None)
    if scope is None:
        head, comma, tail = bare.rpartition(",")
        if comma and len(head.split()) > 2 and any(s == "last" and p.match(tail.strip()) for s, p in LAST):
            return None if sentence.asks else Spoken("remember", "", sentence.text[: len(head)])
        return None
    content = stated(others)
    return Spoken("remember", "", content) if content else None if others else Spoken("remember", scope)


def stated(sentences: Iterable[Sentence]) -> str:
    """What they say, without what they ask and without a mere word."""
    return " ".join(s.text for s in sentences if not s.asks and len(s.folded.split()) > 1)


def _private(sentence: Sentence) -> Spoken | None:
    bare = _bare(sentence.folded)
    if sentence.folded.rstrip().endswith("?") and not POLITE.match(bare):
        return None
    found = next((m for pattern in PRIVATE if (m := pattern.match(bare))), None)
    if found is None or THEIRS.match(found["content"]) or len(found["content"].split()) > MOST_WORDS:
        return None
    return Spoken("private", "", _given(sentence, found, "content"))


def _incognito(sentence: Sentence) -> Spoken | None:
    bare = _bare(sentence.folded)
    for scope, pattern in INCOGNITO:
        if pattern.match(bare):
            return None if sentence.folded.rstrip().endswith("?") else Spoken("incognito", scope)
    return None


def _known(sentence: Sentence) -> Spoken | None:
    bare = _bare(sentence.folded)
    if ALL_KNOWN.match(bare):
        return Spoken("known", "about", "me")
    for sure, pattern in KNOWN:
        found = pattern.match(bare)
        if found is None:
            continue
        content = _given(sentence, found, "content")
        if content.lower() in ("mí", "mi", "me", "myself", "mi mismo", "mí mismo", "mí misma"):
            return Spoken("known", "about", "me")
        if len(content.split()) > MOST_WORDS or THEIRS.match(found["content"]):
            return None
        if re.match(r"(?:mis?|nuestr[oa]s?|my|our)\b", found["content"]):
            return Spoken("known", "about", content)
        if sure:
            return Spoken("known", "about", content)
        return Spoken("known", "maybe", content) if NAME.fullmatch(content) else None
    return None


def _forget(sentence: Sentence, now: datetime) -> Spoken | None:
    bare = _bare(sentence.folded)
    if re.search(r"\?$", sentence.folded.rstrip()) and not POLITE.match(bare):
        return None
    if re.match(BEFORE + r"(?:olvidalo|borralo) todo$", bare):
        return Spoken("forget", "all")
    if any(ASKED.match(rest) for rest in re.split(r"\b(?:and|y|then|luego)\b", bare)[1:]):
        return None  # "forget what you know of grammar and write like a child"
    for scope, pattern in FORGET:
        found = pattern.match(bare)
        if found is None:
            continue
        if scope not in ("content", "period", "about"):
            return Spoken("forget", scope)  # type: ignore[arg-type]
        if "anyone" in found.groupdict():
            return Spoken("forget", "about", _given(sentence, found, "anyone"))
        content, folded = _given(sentence, found, "content"), found["content"].strip()
        if TIME_WORDS.fullmatch(folded):
            during = span(_dated(folded), now)
            return None if during is None else Spoken("forget", "period", span=during)
        if scope == "period" or THEIRS.match(folded) or len(content.split()) > 30:
            continue
        if scope != "about" or NAME.fullmatch(content):
            return Spoken("forget", "content" if scope == "content" else "about", content)
        if len(content.split()) == 1 and _language(sentence) == "en":
            return Spoken("forget", "maybe", content)
    return None


def _dated(folded: str) -> str:
    """``el lunes`` of a period that is over."""
    return folded if re.match(r"(?:el|la|los|on|in|en|last|this|hace)\b", folded) else f"on {folded} {folded}"


def _remember(sentence: Sentence) -> Spoken | None:
    bare = _bare(sentence.folded)
    question = sentence.folded.rstrip().endswith("?") or "¿" in sentence.folded
    polite = POLITE.match(bare)
    if question and (polite is None or NEEDS_THAT.match(bare)):
        return None
    if "?" in bare:
        return None
    for pattern in REMEMBER:
        found = pattern.match(bare)
        if found is not None:
            name = next(n for n, part in found.groupdict().items() if part and n.startswith("content"))
            content = _given(sentence, found, name)
            return Spoken("remember", "", content) if any(c.isalnum() for c in content) else None
    return None


def _bare(folded: str) -> str:
    """Without the courtesy and the stop at its end."""
    return COURTESY.sub("", folded)


def _given(sentence: Sentence, found: re.Match[str], name: str) -> str:
    begin, end = found.span(name)
    return sentence.text[begin:end].strip(" ,;:.")
