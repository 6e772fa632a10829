"""An e-mail: who, to whom, when, what; its attachments by name. Quoted replies are kept."""

from __future__ import annotations

from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message

from jarvis.documents.draft import Draft, one_line
from jarvis.documents.formats._decode import decode
from jarvis.documents.formats.base import Source

_HEADERS = ("From", "To", "Cc", "Date", "Subject")
PARTS = 1000
"""More of them are no e-mail that somebody wrote."""


class Format:
    """See ``base.Format``."""

    suffixes = frozenset({".eml"})
    binary = False

    def looks(self, source: Source) -> bool:
        """Never: its headers are text like any other."""
        return False

    def read(self, source: Source, draft: Draft) -> None:
        """See ``base.Format``."""
        write(source.data(), draft)


def write(data: bytes, draft: Draft) -> None:
    """One message into ``draft``."""
    message = message_from_bytes(data)  # the older policy: the newer one takes ten times as long to read headers
    told = {name: _decoded(message.get(name, "")) for name in _HEADERS}
    draft.title = draft.title or told["Subject"]
    draft.author = draft.author or told["From"]
    draft.date = draft.date or told["Date"]
    draft.heading(1, told["Subject"] or told["From"] or "?")
    for name in _HEADERS:
        if told[name]:
            draft.item(f"{name}: {told[name]}")
    draft.part()
    plain, html, attached = _parts(message)
    if plain:
        for text in plain:
            draft.paragraph(text)
    else:
        from jarvis.documents.formats._markup import write as write_html

        for text in html:
            write_html(text, draft)
    for name in attached:
        draft.item(f"[{name}]")
    draft.part()


def _decoded(header: object) -> str:
    """A header as it is read: ``=?utf-8?q?Mar=C3=ADa?=`` is María. What cannot be decoded stays as it is."""
    text = str(header)
    try:
        return one_line(str(make_header(decode_header(text))))
    except (HeaderParseError, LookupError, UnicodeError, ValueError):
        return one_line(text)


def _parts(message: Message) -> tuple[list[str], list[str], list[str]]:
    """The plain texts, the texts in HTML, and the names and sizes of what is attached."""
    plain: list[str] = []
    html: list[str] = []
    attached: list[str] = []
    queue = [message]
    for count, part in enumerate(queue, 1):  # grows while it is walked through
        kind = part.get_content_type()
        name = _decoded(part.get_filename() or "")
        if count > PARTS:
            break
        if part.is_multipart():
            inner = part.get_payload()
            if isinstance(inner, list):
                queue += [one for one in inner if isinstance(one, Message)]
            continue
        data = part.get_payload(decode=True)
        body = data if isinstance(data, bytes) else b""
        if kind in ("text/plain", "text/html") and not name and part.get_content_disposition() != "attachment":
            text = decode(body, part.get_content_charset() or "")[0]
            (plain if kind == "text/plain" else html).append(text)
        else:
            attached.append(f"{name or kind}, {kind}, {max(1, len(body) >> 10)} KiB")
    return [text for text in plain if text.strip()], html, attached
