"""Jupyter notebooks: their cells; the results of code are left out, for they are mostly pictures and logs."""

from __future__ import annotations

import json
from typing import Any

from jarvis.documents.draft import Draft
from jarvis.documents.formats.base import Source
from jarvis.documents.formats.markdown import write


class Format:
    """See ``base.Format``."""

    suffixes = frozenset({".ipynb"})
    binary = False

    def looks(self, source: Source) -> bool:
        """Never: it is JSON like any other."""
        return False

    def read(self, source: Source, draft: Draft) -> None:
        """See ``base.Format`` (nbformat 3 and 4)."""
        book: dict[str, Any] = json.loads(source.data())
        for cell in book.get("cells") or [cell for sheet in book.get("worksheets", []) for cell in sheet["cells"]]:
            said = cell.get("source", cell.get("input", ""))
            text = said if isinstance(said, str) else "".join(said)
            if cell["cell_type"] == "code":
                draft.code(text)
            else:
                write(text, draft)
