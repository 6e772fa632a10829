"""Whether what a person said is wholly their own: a quote, something pasted, or an order that somebody dictated may be
in it, and then it is as little to be believed as a document. Pure.
"""

from __future__ import annotations

import re
import unicodedata

from jarvis.memory.sentences import own

SHORT = 400
"""Characters; more of them were probably pasted."""
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_MARKUP = re.compile(r"\w://|\bwww\.|<\s*[\w/!|<]|[|\]]>|\[/?[A-Z]{3,}\]|[A-Za-z0-9+/]{32,}|[`{}#*_]{2,}")
"""Addresses, tags, marks of chat templates, code, what is encoded: nobody says these."""
_QUOTED = re.compile(r"[«»“”\"‘\ufffc]|:\s+\S|\n")
_REPORTED = re.compile(
    r"\b(?:(?:dij|dic|escrib)(?:o|e|en|i|io|eron|iendo)|pone|cuentan?|segun|says?|said|wrote|writes?|reads|told|tells?|"
    r"according|ignor[ae]|olvid[ae]|forget|disregard|obe(?:y|dece)|please|por favor)\b|"
    r"^\W*(?:abre|cierra|enciende|apaga|manda|envia|paga|borra|llama|haz|pon|open|close|lock|unlock|turn|switch|send|pay|"
    r"delete|call|do|run|use)\b"
)
"""In folded text: somebody is quoted, or commanded."""


def theirs(text: str) -> bool:
    """Whether a stranger's words may be in ``text``, which a person said, or asked to be remembered."""
    if len(text) > SHORT or any(unicodedata.category(c) in _UNSEEN for c in text) or _MARKUP.search(text):
        return True
    sentences = own(text)
    if not sentences or _QUOTED.search(text):
        return True
    # what was cut off was not theirs; what asks for something to be done is no fact
    whole = sum(len(s.text) for s in sentences) >= len("".join(text.split()))
    return not whole or any(s.asks or _REPORTED.search(s.folded) for s in sentences)
