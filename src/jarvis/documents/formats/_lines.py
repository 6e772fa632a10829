"""Lines as they stand on a page to paragraphs."""

from __future__ import annotations

import re

_SHORT = 0.7
"""Of the longest line: a line that ends a sentence and is shorter ends its paragraph."""
_ENDS = (".", "!", "?", ":", "…", ".»", '."', ".”", ".)")
_BROKEN = re.compile(r"(?<=[^\W\d_])[-\u00ad\u2010\ufffe\x02]$")


def paragraphs(lines: list[str]) -> str:
    """``lines`` with an empty line after each paragraph, and words whole that a line's end had broken."""
    longest = max(map(len, lines), default=0)
    found: list[str] = []
    for line in map(str.strip, lines):
        if found and _BROKEN.search(found[-1]) and line[:1].islower():
            word, _, rest = line.partition(" ")
            found[-1] = found[-1][:-1] + word
            if rest:
                found.append(rest)
        elif line:
            found.append(line)
        ends = len(line) < longest * _SHORT and line.endswith(_ENDS)
        if found and found[-1] and (ends or not line):
            found.append("")
    return "\n".join(found)
