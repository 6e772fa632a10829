"""Bytes to text: what a mark says, else UTF-8 if it is, else the best guess."""

from __future__ import annotations

import codecs
import string

SAMPLE_BYTES = 64 << 10
_ASCII_LETTERS = string.ascii_letters.encode()
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_WESTERN = ("cp1252", "cp850", "mac_roman")
"""The first has latin-1's letters, and counts where several would do."""
_OURS = frozenset("áéíóúüñÁÉÍÓÚÜÑ¿¡ºª«»“”‘’–—…€£")
"""What Spanish and English write beyond ASCII."""
_FOREIGN = 0.3
"""Share of letters beyond ASCII from which a text is in none of the languages of Western Europe."""
_SURE = 0.3
"""Of the guess's coherence, 0 to 1; a few words do not reach it."""


def decode(data: bytes, said: str = "") -> tuple[str, str]:
    """``data`` as text, and the encoding it was read in; ``said``: the one that the file claims for itself.

    What does not belong in it becomes U+FFFD: one bad byte costs one letter, not the file.
    """
    for mark, name in _BOMS:
        if data.startswith(mark):
            return data.decode(name, "replace"), name.removesuffix("-sig")
    if _wide := _utf16(data):
        return data.decode(_wide, "replace"), _wide
    if said:
        try:
            return data.decode(said), codecs.lookup(said).name
        except (UnicodeDecodeError, LookupError, UnicodeError):
            pass
    try:
        return data.decode(), "utf-8"
    except UnicodeDecodeError as error:
        if error.start > SAMPLE_BYTES or _mostly_utf8(data):
            return data.decode(errors="replace"), "utf-8"
    name = _guess(data)
    return data.decode(name, "replace"), name


def _utf16(data: bytes) -> str:
    """UTF-16 without its mark: every second byte of our languages is zero."""
    sample = data[:SAMPLE_BYTES]
    pairs = len(sample) // 2
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if pairs and max(even, odd) > pairs * 0.6 and min(even, odd) < max(pairs * 0.02, 1):
        return "utf-16-le" if odd > even else "utf-16-be"
    return ""


def _mostly_utf8(data: bytes) -> bool:
    """Whether it is UTF-8 with a few bytes broken: whole letters of several bytes, and hardly anything else."""
    sample = data[:SAMPLE_BYTES].decode(errors="replace")
    bad = sample.count("\ufffd")
    good = sum(letter > "\x7f" for letter in sample) - bad
    return good > 4 * bad


def _guess(data: bytes) -> str:
    """Of texts without a mark that are no UTF-8."""
    sample = data[:SAMPLE_BYTES]
    beyond = sum(byte > 0x7F for byte in sample)
    if beyond > _FOREIGN * (beyond + sum(sample.count(letter) for letter in _ASCII_LETTERS)):
        from charset_normalizer import from_bytes

        best = from_bytes(sample, cp_isolation=[*_WESTERN, "cp1251"]).best()
        if best is not None and best.coherence >= _SURE:
            return best.encoding
    return max(_WESTERN, key=lambda name: sum(letter in _OURS for letter in sample.decode(name, "replace")))
