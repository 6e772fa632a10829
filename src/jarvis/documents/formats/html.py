"""Web pages that were kept."""

from __future__ import annotations

import re

from jarvis.documents.draft import Draft
from jarvis.documents.formats._decode import decode
from jarvis.documents.formats.base import Source

_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_BEGINS = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html[\s>])", re.I | re.S
)


class Format:
    """See ``base.Format``."""

    suffixes = frozenset({".html", ".htm", ".xhtml", ".xht"})
    binary = False

    def looks(self, source: Source) -> bool:
        """By how pages begin."""
        return _BEGINS.match(source.head()) is not None

    def read(self, source: Source, draft: Draft) -> None:
        """See ``base.Format``."""
        from jarvis.documents.formats._markup import write

        data = source.data()
        said = _CHARSET.search(data[:4096])
        text, draft.encoding = decode(data, said[1].decode() if said else "")
        write(text, draft)
