"""What a person writes is text, also where it looks like the marks between the turns of a conversation.

llama.cpp puts the messages into the model's chat template and reads special tokens in all of the result: a document
that holds ``<|im_end|><|im_start|>system`` would begin a turn of the system's, and ``cat <filename>`` would hold a
token that stands for no text. Its server offers no way to say which parts are text: ``/tokenize`` can, but an answer to
token numbers (``/completion``) is no chat any more, without tools, reasoning and formats.

So exactly these names, as the model's own file states them, get an invisible break (U+200B) after their first
character on the way to the engine; nothing else is changed, and nothing of it is stored. Texts to be continued
(``/v1/completions``) are left alone: there the caller writes the template.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Set
from dataclasses import dataclass

from jarvis.catalog.headers.vocabulary import Marks

BREAK = "\u200b"
Plain = Callable[[str], str]


def as_it_is(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True)
class Plainness:
    """Makes texts plain for one model: ``said`` what a person, a tool or a document says, ``trusted`` the rest.

    In the latter, which its model or its developer wrote, tags such as ``<tool_call>`` keep their meaning.
    """

    said: Plain = as_it_is
    trusted: Plain = as_it_is

    @staticmethod
    def of(marks: Marks, template: str) -> Plainness:
        """For a model with these ``marks``. Of those that are read as such even in plain text only the ones that its
        chat ``template`` writes matter: the others are runs of spaces, or words like any.
        """
        written = {mark for mark in marks.defined if len(mark) > 2 and mark.strip() and mark in template}
        return Plainness(_plain(marks.control | written), _plain(marks.control))


PLAIN = Plainness()
"""For a model without marks."""


def _plain(marks: Set[str]) -> Plain:
    by_first: dict[str, set[str]] = {}
    for mark in marks:
        if len(mark) > 1 and mark.strip():
            by_first.setdefault(mark[0], set()).add(mark[1:])
    if not by_first:
        return as_it_is
    # looked at, not taken: of marks that overlap every one is broken
    found = re.compile("|".join(f"{re.escape(first)}(?={_any_of(rest)})" for first, rest in sorted(by_first.items())))
    return lambda text: found.sub(rf"\g<0>{BREAK}", text)


def _any_of(words: Set[str]) -> str:
    """A regular expression for a text that begins with any of ``words``; a beginning that they share is tried once."""
    if "" in words:
        return ""
    by_first: dict[str, list[str]] = {}
    for word in sorted(words):
        by_first.setdefault(word[0], []).append(word)
    ways = []
    for same in by_first.values():
        first, last = same[0], same[-1]
        shared = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
        ways.append(re.escape(first[:shared]) + _any_of({word[shared:] for word in same}))
    return f"(?:{'|'.join(ways)})"
