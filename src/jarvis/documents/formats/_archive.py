"""Archives, whose every promise is checked before any of it is unpacked."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

from jarvis.documents.formats.base import Source
from jarvis.errors import Unreadable

if TYPE_CHECKING:
    from lxml.etree import _Element

SMALL_BYTES = 32 << 20
"""What unpacks to no more than this may do so from however little."""
XML_BYTES = 256 << 20
ENCRYPTED = 1
"""Bit of an entry's flags."""


def opened(source: Source) -> zipfile.ZipFile:
    """The archive, when it keeps to the limits. Raises Unreadable when it does not.

    An entry cannot give more than it states: zipfile stops there, and its checksum then fails.
    """
    limits = source.limits
    source.file.seek(0)
    archive = zipfile.ZipFile(source.file)
    entries = archive.infolist()
    if len(entries) > limits.archive_files:
        raise Unreadable("documents.too_many_parts", parts=len(entries), limit=limits.archive_files)
    unpacked = sum(entry.file_size for entry in entries)
    packed = source.file.seek(0, 2)
    if unpacked > limits.unpacked_bytes or (unpacked > SMALL_BYTES and unpacked > packed * limits.ratio):
        allowed = min(limits.unpacked_bytes, max(SMALL_BYTES, packed * limits.ratio))
        raise Unreadable("documents.bomb", unpacked=unpacked >> 20, limit=allowed >> 20)
    if any(entry.flag_bits & ENCRYPTED for entry in entries):
        raise Unreadable("documents.encrypted")
    source.file.seek(0)
    return archive


def xml(archive: zipfile.ZipFile, name: str) -> _Element:
    """A file of XML in it. Nothing outside it is looked at, and no entity is put in."""
    from lxml import etree

    size = archive.getinfo(name).file_size
    if size > XML_BYTES:
        raise Unreadable("documents.bomb", unpacked=size >> 20, limit=XML_BYTES >> 20)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    found = etree.fromstring(archive.read(name), parser)
    if found is None:
        raise ValueError(f"no XML in {name}")
    return found
