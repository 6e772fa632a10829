"""What kind of file one is: its suffix proposes, its first bytes decide."""

from __future__ import annotations

from functools import cache
from pathlib import PurePath

from jarvis.documents.formats.base import Format, Source
from jarvis.errors import Unreadable
from jarvis.registry import load, names

_FORMATS = "jarvis.documents.formats"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""A compound file: what Office wrote until 2003, and still the box of what it encrypts."""
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
"""The part of such a box that holds what Office has encrypted."""
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
NAMED = 8
"""First bytes, or parts of an archive, by which what a file really is is told."""
_CONTROLS = bytes(set(range(32)) - {7, 8, 9, 10, 12, 13, 27})
_ODD_SHARE = 0.02
"""Of control characters, above which it is no text."""


@cache
def formats() -> dict[str, Format]:
    """Every kind, by its name."""
    return {name: load(_FORMATS, name, "Format")() for name in names(_FORMATS)}


@cache
def by_suffix() -> dict[str, str]:
    """The kind that each suffix stands for."""
    return {suffix: name for name, kind in formats().items() for suffix in kind.suffixes}


@cache
def by_name() -> dict[str, str]:
    """Names without a telling suffix that many projects use."""
    plain = ("README", "LICENSE", "COPYING", "NOTICE", "AUTHORS", "CHANGELOG", "CHANGES", "TODO", "NEWS")
    return dict.fromkeys(plain, "text") | dict.fromkeys(("Makefile", "Dockerfile", "Containerfile", "Justfile"), "code")


def proposed(path: PurePath) -> str:
    """The kind that a file's name stands for, or an empty string."""
    return by_suffix().get(path.suffix.lower()) or by_name().get(path.name, "")


def kind(path: PurePath, source: Source) -> str:
    """The kind of a file.

    Raises Unreadable when nothing here reads it.
    """
    meant = proposed(path)
    binary = bool(meant) and formats()[meant].binary
    certain = [name for name, known in formats().items() if known.looks(source)]
    if not (binary or meant in ("", "text")):  # a page in PHP looks like HTML and is a program
        certain = [name for name in certain if formats()[name].binary]
    if certain:
        return meant if meant in certain else certain[0]
    head, suffix = source.head(), path.suffix.lower()
    if head.startswith(_OLE):
        raise Unreadable("documents.encrypted" if source.holds(_ENCRYPTED) else "documents.old_office")
    if binary or (head.startswith(_ZIP) and not source.names()):  # also where its first bytes pass for text
        raise Unreadable("documents.damaged", kind=meant or "ZIP", reason=_reason(head, source))
    if head.startswith(_ZIP) or not is_text(head):
        raise Unreadable("documents.unknown_kind", kind=suffix or "?")
    return meant or "text"


def _reason(head: bytes, source: Source) -> str:
    """What it is instead, as its bytes say it: this is read in every language."""
    if not head.startswith(_ZIP):
        return repr(head[:NAMED])
    return f"ZIP: {', '.join(sorted(source.names())[:NAMED])}" if source.names() else "ZIP, …"


def is_text(head: bytes) -> bool:
    """Whether it could be text in any of the usual encodings."""
    if head.startswith(_BOMS):
        return True
    if head.count(0) > len(head) * _ODD_SHARE:
        return _wide(head)
    return len(head) - len(head.translate(None, _CONTROLS)) <= len(head) * _ODD_SHARE


def _wide(head: bytes) -> bool:
    """Whether every second byte is zero, as in UTF-16 of our languages."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    most = max(len(head) // 2, 1)
    return max(even, odd) > most * 0.6 and min(even, odd) < most * _ODD_SHARE
