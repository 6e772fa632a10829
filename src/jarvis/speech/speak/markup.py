"""A text without what is only there for the eyes: markdown, HTML, links, pictures. Pure."""

from __future__ import annotations

import html
import re

from jarvis.words.memory import Language

_FENCE = re.compile(r"^[ \t]*(```|~~~).*?(?:^[ \t]*\1[ \t]*$|\Z)", re.M | re.S)
_CODE = {"es": " Aquí hay código. ", "en": " Here is some code. "}
_IMAGE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]+)\]\((?:[^()\s]|\([^()]*\))*(?:\s+\"[^\"]*\")?\)")
_CITED = re.compile(r"\s?\[\^\w+\]:?|\s?\[\d{1,3}(?:\s?[,;–-]\s?\d{1,3})*\]")
_URL = re.compile(r"<?\b(?:https?://|www\.)([^\s/<>?#)]+)[^\s<>)]*>?")
_MAIL = re.compile(r"\b[\w.+-]+@\w[\w-]*(?:\.\w[\w-]*)+")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_RULE = re.compile(r"^\s*(?:[-*_]\s*){3,}$|^\s*\|?[\s:|-]+\|[\s:|-]*$", re.M)
_HEAD = re.compile(r"^\s{0,3}(?:#{1,6}\s+|>(?:\s|(?![\d=\s]))|[-*+•]\s+(?:\[[ xX]\]\s+)?)", re.M)
_MARK = re.compile(r"(\*\*|__|~~|`+)(.+?)\1", re.S)
_ONE = re.compile(r"(?<![\w*])\*([^*\n]+)\*(?![\w*])|(?<![\w_])_([^_\n]+)_(?![\w_])")
_MATHS = re.compile(r"\$\$(.+?)\$\$|\\\[(.+?)\\\]|\\\((.+?)\\\)", re.S)
_INLINE = re.compile(
    r"(?<![\w$])\$(?=\S)(?:(?=[^\d$])|(?=\d+(?:[xyznt]\b|\^|\\|\s?[+=×*]\s?[\da-z])))([^$\n]{1,80}?)(?<=\S)\$(?![\w$])"
)
"""Maths in a line: "$r = 5$"; of money the second sign has a number after it."""
_UNSEEN = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200d\u20e3\U000e0020-\U000e007f]+")
"""Pictures (emoji), and what joins them."""


def unmarked(text: str, language: Language) -> str:
    """Without what is only there for the eyes."""
    text = _FENCE.sub(_CODE[language], text)
    text = _IMAGE.sub(r"\1", text)
    text = _LINK.sub(r"\1", text)
    text = _CITED.sub("", text)
    dot, at = (" punto ", " arroba ") if language == "es" else (" dot ", " at ")
    text = _MAIL.sub(lambda found: found[0].replace(".", dot).replace("@", at), text)
    text = _URL.sub(lambda found: found[1].removeprefix("www.").rstrip(".,;:").replace(".", dot), text)
    text = _MATHS.sub(lambda found: next(filter(None, found.groups())), text)
    text = _INLINE.sub(r"\1", text)
    text = html.unescape(_TAG.sub("", _RULE.sub("", text)))
    text = _HEAD.sub("", text)
    for _ in range(2):  # bold within italic
        text = _ONE.sub(lambda found: found[1] or found[2], _MARK.sub(r"\2", text))
    text = re.sub(r"(?<=\S)[ \t]*\|[ \t]*(?=\S)", ", ", text)
    return _UNSEEN.sub("", text)
