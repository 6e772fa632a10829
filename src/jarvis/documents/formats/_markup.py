"""HTML to a draft, tag by tag, as libxml2 mends it: no tree is made, so that no depth of nesting matters.

Nothing that it names is fetched.
"""

from __future__ import annotations

from lxml import etree

from jarvis.documents.draft import Draft

_UNTOLD = frozenset({
    "script", "style", "template", "noscript", "svg", "math", "iframe", "object", "canvas", "select",
    "nav",
})  # fmt: skip
"""What is in them is no text, or not what a page is about."""
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = frozenset({
    "p", "div", "section", "article", "aside", "header", "footer", "main", "address", "blockquote", "dl", "dt",
    "dd", "fieldset", "figure", "figcaption", "form", "hr", "ul", "ol", "body", "details", "summary", "caption",
})  # fmt: skip
_CELLS = frozenset({"td", "th"})


class Markup:
    """A target of lxml's parser."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._text: list[str] = []
        self._title: list[str] | None = None
        self._untold = 0
        self._code = 0
        self._lists = 0
        self._items: list[bool] = []
        self._tables: list[list[list[str]]] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in _UNTOLD:
            self._untold += 1
        elif self._untold:
            return
        elif tag == "title":
            self._title = []
        elif tag == "meta":
            self._meta(attributes)
        elif tag == "br":
            self._text.append("\n")
        elif tag == "table" or self._tables:
            self._in_table(tag)
        elif tag == "img":
            self._text.append(f" {attributes.get('alt', '')} ")
        else:
            self._block(tag)

    def _block(self, tag: str) -> None:
        if tag in _HEADINGS or tag in _BLOCKS:
            self._flush()
            self._lists += tag in ("ul", "ol")
        elif tag == "li":
            self._flush()
            self._items.append(True)
        elif tag == "pre":
            self._flush()
            self._code += 1

    def _in_table(self, tag: str) -> None:
        """Also what a table holds besides cells is text of a cell, its own tables included."""
        if tag == "table":
            if not self._tables:
                self._flush()
            self._tables.append([])
        elif tag == "tr":
            self._tables[-1].append([])
            self._text = []
        elif tag in _CELLS:
            self._text = []
        elif tag in _BLOCKS or tag in _HEADINGS or tag == "li":
            self._text.append(" ")

    def end(self, tag: str) -> None:
        if tag in _UNTOLD:
            self._untold = max(0, self._untold - 1)
        elif self._untold:
            return
        elif tag == "title":
            self._draft.title = self._draft.title or " ".join("".join(self._title or []).split())
            self._title = None
        elif self._tables:
            self._end_in_table(tag)
        elif tag in _HEADINGS:
            self._draft.heading(_HEADINGS[tag], "".join(self._text))
            self._text = []
        elif tag == "pre":
            self._draft.code("".join(self._text))
            self._text = []
            self._code = max(0, self._code - 1)
        elif tag in _BLOCKS or tag == "li":
            self._flush()
            self._lists -= tag in ("ul", "ol")

    def _end_in_table(self, tag: str) -> None:
        rows = self._tables[-1]
        if tag == "table":
            self._tables.pop()
            if self._tables:
                self._text = ["; ".join(" | ".join(row) for row in rows)]
            else:
                self._draft.table(rows)
                self._text = []
        elif tag in _CELLS:
            if not rows:
                rows.append([])
            rows[-1].append("".join(self._text))
            self._text = []
        elif tag == "caption":
            self._draft.paragraph("".join(self._text))
            self._text = []

    def data(self, text: str) -> None:
        if self._title is not None:
            self._title.append(text)
        elif not self._untold:
            self._text.append(text if self._code else text.replace("\n", " "))

    def close(self) -> None:
        while self._tables:
            self.end("table")
        self._flush()

    def _flush(self) -> None:
        text, self._text = "".join(self._text), []
        if not text.strip():
            return
        if self._code:
            self._draft.code(text)
        elif self._items:
            self._items.clear()
            self._draft.item(text, max(0, self._lists - 1))
        else:
            self._draft.paragraph(text)

    def _meta(self, attributes: dict[str, str]) -> None:
        name, content = attributes.get("name", "").lower(), attributes.get("content", "")
        if name == "author":
            self._draft.author = content
        elif name in ("date", "dcterms.date"):
            self._draft.date = content


def write(text: str, draft: Draft) -> None:
    """``text``, HTML, into ``draft``."""
    target = Markup(draft)
    parser = etree.HTMLParser(target=target, no_network=True, huge_tree=True, recover=True)
    if text.strip():
        parser.feed(text)
        parser.close()
