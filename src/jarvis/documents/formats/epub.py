"""EPUB: the pages of its spine, one after another."""

from __future__ import annotations

import posixpath
from urllib.parse import unquote

from jarvis.documents.draft import Draft
from jarvis.documents.formats._archive import opened, xml
from jarvis.documents.formats._decode import decode
from jarvis.documents.formats.base import Source
from jarvis.errors import Unreadable

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"


class Format:
    """See ``base.Format``."""

    suffixes = frozenset({".epub"})
    binary = True

    def looks(self, source: Source) -> bool:
        """By the file that says where its list of files is."""
        return _CONTAINER in source.names()

    def read(self, source: Source, draft: Draft) -> None:
        """See ``base.Format``."""
        from jarvis.documents.formats._markup import write

        archive = opened(source)
        path = xml(archive, _CONTAINER).xpath("string(//*[local-name()='rootfile']/@full-path)")
        package = xml(archive, str(path))
        folder = posixpath.dirname(str(path))
        items = {
            str(item.get("id")): posixpath.normpath(posixpath.join(folder, unquote(item.get("href", ""))))
            for item in package.xpath("//*[local-name()='manifest']/*[local-name()='item']")
        }
        spine = package.xpath("//*[local-name()='spine']/*[local-name()='itemref']/@idref")
        pages = [items[str(name)] for name in spine if str(name) in items]
        if _ENCRYPTION in source.names():  # fonts alone may be scrambled in a book that anyone may read
            cited = xml(archive, _ENCRYPTION).xpath("//*[local-name()='CipherReference']/@URI")
            if {posixpath.normpath(unquote(str(uri))) for uri in cited} & set(pages):
                raise Unreadable("documents.encrypted")
        for page in pages:
            if page in source.names():
                write(decode(archive.read(page))[0], draft)
            else:
                draft.warn("documents.part_missing", part=page)
        for field, name in (("title", "title"), ("author", "creator"), ("date", "date")):
            if told := package.xpath(f"string(//*[local-name()='metadata']/*[local-name()='{name}'])"):
                setattr(draft, field, " ".join(str(told).split()))
