"""What a sentence asks of memory itself: "recuerda que…", "forget what I told you about…", "¿qué sabes de mí?". Pure.

A question that merely has the word in it, a task that mentions it, and a quote ask nothing. The expressions read
folded text, what they find is given as it was written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from jarvis.memory.phrases import (
    BEFORE,
    COURTESY,
    FORGET,
    INCOGNITO,
    KNOWN,
    NAME,
    NEEDS_THAT,
    POLITE,
    REMEMBER,
    THEIRS,
    TIME_WORDS,
    Kind,
    Scope,
)
from jarvis.memory.sentences import Sentence, own
from jarvis.memory.when import Span, span


@dataclass(frozen=True, slots=True)
class Spoken:
    """What is asked. ``remember``: ``content`` is what. ``forget``: ``scope`` says whether what has to do with
    ``content``, the ``last`` thing, a ``period`` (``span``), this ``conversation``, or ``all`` that is known of the
    speaker. ``known``: ``content`` is about whom or what (``me``); ``maybe`` where the world may be meant, unless
    somebody of that name is known. ``incognito``: nothing of ``this`` message, or of the ``conversation``, is to be
    kept, or from now on it may be again (``off``).
    """

    kind: Kind
    scope: Scope = ""
    content: str = ""
    span: Span | None = None


SHORT = 400
"""Characters: in a longer message only its first sentence asks for something to be remembered."""


def spoken(text: str, now: datetime) -> Spoken | None:
    """What a message asks of memory; None when it asks nothing. ``now`` is local."""
    sentences = own(text)
    if not sentences:
        return None
    first = sentences[0]
    asked = _incognito(first) or _known(first) or _forget(first, now)
    if asked is not None:
        # of several sentences the first asks, and the others say more
        return asked
    asking = False
    for sentence in sentences if len(text) < SHORT else sentences[:1]:
        found = None if asking else _remember(sentence)
        if found is not None:
            return found
        asking = asking or sentence.asks
    return None


def _incognito(sentence: Sentence) -> Spoken | None:
    bare = _bare(sentence.folded)
    for scope, pattern in INCOGNITO:
        if pattern.match(bare):
            return None if sentence.folded.rstrip().endswith("?") else Spoken("incognito", scope)
    return None


def _known(sentence: Sentence) -> Spoken | None:
    bare = _bare(sentence.folded)
    for sure, pattern in KNOWN:
        found = pattern.match(bare)
        if found is None:
            continue
        content = _given(sentence, found, "content")
        if content.lower() in ("mí", "mi", "me", "myself", "mi mismo", "mí mismo", "mí misma"):
            return Spoken("known", "about", "me")
        if len(content.split()) > 6 or THEIRS.match(found["content"]):
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
    for scope, pattern in FORGET:
        found = pattern.match(bare)
        if found is None:
            continue
        if scope not in ("content", "period"):
            return Spoken("forget", scope)  # type: ignore[arg-type]
        content, folded = _given(sentence, found, "content"), found["content"].strip()
        if TIME_WORDS.fullmatch(folded):
            during = span(_dated(folded), now)
            return None if during is None else Spoken("forget", "period", span=during)
        if scope == "period" or THEIRS.match(folded) or len(content.split()) > 30:
            continue
        return Spoken("forget", "content", content)
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
