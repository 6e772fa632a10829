"""Recalled text as a model may read it: plain, on one line, with nothing in it that passes for what stands around it.

The fence is a fresh word that no text can know; here it is seen to that none can look like one either, begin a turn of
a conversation, bring a number or a label of its own, or say what a person cannot see. Pure.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from jarvis.memory.passages import Passage
from jarvis.memory.strangers import theirs
from jarvis.search.base import visible
from jarvis.texts import say

_FENCE = re.compile(r"<<(\s*/?\w+\s*)>>")
_TOKEN = re.compile(r"<([|｜][^<>\n]{1,60}[|｜])>")
"""As ``<|im_start|>``; those of the model that reads are made plain on the way to it too (``engines/marks.py``)."""
_TAG = re.compile(
    r"<(/?\s*(?:s|bos|eos|pad|unk|think|thinking|tools?|tool_\w+|function\w*|(?:start|end)_of_\w+|im_\w+|sys|inst|system|"
    r"user|human|assistant|model|instructions?))>",
    re.IGNORECASE,
)
_TURN = re.compile(r"\[(/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS))\]", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w\])])\[(\s?\d{1,2}(?:\s?[,;]\s?\d{1,2})*\s?)\]")
"""As passages are numbered, and cited: one in a text would cite what it likes."""
_BRACKETS = str.maketrans("()[]{}<>`|", "‹›‹›‹›‹›'/")
_LINKS = str.maketrans("[]<>`|", "()()'/")


def plain(text: str, most: int) -> str:
    """A recalled text on one line of at most ``most`` characters."""
    line = visible(text, most)
    for pattern, as_text in ((_FENCE, r"‹‹\1››"), (_TOKEN, r"‹\1›"), (_TAG, r"‹\1›"), (_TURN, r"(\1)")):
        line = pattern.sub(as_text, line)
    return _NUMBER.sub(r"(\1)", line)


def label(text: str, most: int = 120) -> str:
    """The title or the file name of a document, which its writer chose, as a part of what is said of it."""
    return visible(text, most).translate(_BRACKETS)


def name(path: str) -> str:
    """A file's name at the end of an answer: one line, and no link or picture in Markdown."""
    return visible(Path(path).name, 200).translate(_LINKS)


def pages(first: int | None, last: int | None, lang: Literal["en", "es"] | None = None) -> str:
    """The pages of a document that a passage stands on, as they follow its name; nothing where it has none."""
    if first is None:
        return ""
    if last is None or last == first:
        return f", {say('memory.page', lang, page=first)}"
    return f", {say('memory.pages', lang, page=first, last=last)}"


def foreign(passage: Passage) -> bool:
    """Whether somebody else may have written it: a document, or what is not wholly its speaker's own."""
    return passage.kind == "chunk" or theirs(passage.text)
