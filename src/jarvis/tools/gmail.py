"""Gmail: searching and reading mail, and, after a yes, writing it.

Every mail is a stranger's word, its sender's. Nothing in it is fetched: no picture, no link, no attachment.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import html
import re
from collections.abc import Iterator, Mapping, Sequence
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import getaddresses, parseaddr
from typing import Any, cast

from jarvis.errors import UsageError
from jarvis.search.base import plain, visible
from jarvis.texts import say
from jarvis.tools._arguments import schema, word
from jarvis.tools._google import GOOGLE, MAIL_READ, MAIL_WRITE, Account, Addresses
from jarvis.tools._mcp_shape import readable
from jarvis.tools.base import Asker, Home, Outcome, Tool
from jarvis.words.chat import Json

STRANGER = "mail"
MOST_FOUND, FEW_FOUND = 20, 10
MOST_CHARACTERS = 12_000
MOST_WRITTEN = 20_000
MOST_PARTS = 200
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_BREAK = re.compile(r"<(?:br|/p|/div|/tr|/h\d|/li)\b[^<>]*>", re.IGNORECASE)


class Toolbox:
    """Needs an account (`jarvis connect google`)."""

    def __init__(self, home: Home, there: Addresses = GOOGLE) -> None:
        self._account = Account(home.settings.google.timeout_seconds, there)

    async def tools(self) -> Sequence[Tool]:
        """See ``base.Toolbox``: as far as its owner allowed it."""
        allowed = await self._account.scopes()
        words: Json = {"type": "string"}
        answers: Json = {"type": "string", "description": "Id of the mail that this one answers, if any."}
        mail = schema({"to": words, "subject": words, "text": words, "answers": answers}, "to", "subject", "text")
        found = []
        if MAIL_READ in allowed:
            found += [
                Tool(
                    "mail_search",
                    "Search the owner's mail as Gmail does (from:ana newer_than:7d is:unread); newest first.",
                    schema({"query": words, "n": {"type": "integer", "minimum": 1, "maximum": MOST_FOUND}}, "query"),
                    self._search,
                    seconds=60,
                ),
                Tool("mail_read", "Read one mail by the id that mail_search gives.", schema({"id": words}, "id"),
                     self._read),
            ]  # fmt: skip
        if MAIL_WRITE in allowed:
            found += [
                Tool("mail_draft", "Write a mail and leave it as a draft.", mail, self._draft, effect=True, ask=True,
                     show=_shown),
                Tool("mail_send", "Write a mail and send it.", mail, self._send, effect=True, ask=True, show=_shown),
            ]  # fmt: skip
        return found

    async def close(self) -> None:
        """See ``base.Toolbox``: nothing was started."""

    async def _search(self, asked: Mapping[str, Json], asker: Asker) -> Outcome:
        wanted = asked.get("n")
        most = min(max(wanted, 1), MOST_FOUND) if isinstance(wanted, int) else FEW_FOUND
        params = {"q": word(asked, "query", 300), "maxResults": str(most)}
        told = await self._account.ask("GET", f"{self._account.there.gmail}/messages", params=params)
        listed = told.get("messages")
        ids = [r["id"] for r in listed if isinstance(r, dict) and _ID.fullmatch(str(r.get("id")))] if listed else []
        if not ids:
            return Outcome("No mail was found.")
        mails = await asyncio.gather(*(self._one(i, "metadata") for i in ids[:most]))
        lines, rows = [], []
        for mail in mails:
            head = _head(mail)
            sender, subject = visible(head.get("from", ""), 120), visible(head.get("subject", ""), 160)
            piece = plain(str(mail.get("snippet") or ""), 160)
            lines.append(f"[{mail['id']}] {visible(head.get('date', ''), 40)}, {sender}: {subject}. {piece}")
            rows.append({"id": mail["id"], "from": sender, "subject": subject})
        return Outcome("\n".join(lines), cast(Json, rows), STRANGER)

    async def _read(self, asked: Mapping[str, Json], asker: Asker) -> Outcome:
        mail = await self._one(word(asked, "id", 80), "full")
        head = _head(mail)
        text, files = _content(mail.get("payload"))
        lines = [f"{n.title()}: {visible(head[n], 300)}" for n in ("from", "to", "cc", "date", "subject") if n in head]
        if files:
            lines.append(f"Attachments, not opened: {', '.join(files)}")
        sender = parseaddr(head.get("from", ""))[1] or STRANGER
        return Outcome("\n".join([*lines, "", text]), None, visible(sender, 80))

    async def _draft(self, asked: Mapping[str, Json], asker: Asker) -> Outcome:
        body: Json = {"message": await self._written(asked)}
        made = await self._account.ask("POST", f"{self._account.there.gmail}/drafts", body=body)
        return Outcome("The draft is in Gmail; it was not sent.", {"id": visible(str(made.get("id")), 80)})

    async def _send(self, asked: Mapping[str, Json], asker: Asker) -> Outcome:
        made = await self._account.ask(
            "POST", f"{self._account.there.gmail}/messages/send", body=await self._written(asked)
        )
        return Outcome("Sent.", {"id": visible(str(made.get("id")), 80)})

    async def _written(self, asked: Mapping[str, Json]) -> dict[str, Json]:
        """The mail as Gmail takes it. Raises UsageError."""
        mail = EmailMessage(policy=SMTP)
        mail["To"] = _recipients(word(asked, "to", 1000))
        mail["Subject"] = visible(word(asked, "subject", 300), 300)
        mail.set_content(word(asked, "text", MOST_WRITTEN))
        found: dict[str, Json] = {}
        if answers := word(asked, "answers", 80):
            before = await self._one(answers, "metadata")
            found["threadId"] = visible(str(before.get("threadId") or ""), 80)
            if re.fullmatch(r"<[^<>\s]{1,300}>", name := _head(before).get("message-id", "")):
                mail["In-Reply-To"] = mail["References"] = name
        return {**found, "raw": base64.urlsafe_b64encode(mail.as_bytes()).decode("ascii")}

    async def _one(self, name: str, form: str) -> dict[str, Any]:
        """Raises UsageError, NotFound."""
        if not _ID.fullmatch(name):
            raise UsageError("connect.google_no_id", param="id")
        return await self._account.ask("GET", f"{self._account.there.gmail}/messages/{name}", params={"format": form})


def _recipients(text: str) -> list[Address]:
    """Raises UsageError for what is no address: nothing is sent to half of them."""
    try:
        found = [Address(display_name=name, addr_spec=spec) for name, spec in getaddresses([text]) if spec or name]
    except (ValueError, IndexError, MessageError):
        found = []
    whole = all(one.username and "." in one.domain and one.addr_spec.isascii() for one in found)
    if not found or not whole or re.search(r"[\r\n]", text):
        raise UsageError("connect.google_no_address", param="to", value=visible(text, 120))
    return found


def _head(mail: Mapping[str, Any]) -> dict[str, str]:
    payload = mail.get("payload")
    rows = payload.get("headers") if isinstance(payload, dict) else None
    found: dict[str, str] = {}
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, dict):
            found.setdefault(str(row.get("name")).lower(), str(row.get("value")))
    return found


def _content(payload: object) -> tuple[str, list[str]]:
    """The text of a mail, plain rather than HTML, and the names of what is attached."""
    texts: dict[str, list[str]] = {"text/plain": [], "text/html": []}
    files: list[str] = []
    for part in _parts(payload):
        body = part.get("body")
        body = body if isinstance(body, dict) else {}
        if part.get("filename"):
            files.append(f"{visible(str(part['filename']), 80)} ({body.get('size', 0)} bytes)")
        elif (kind := str(part.get("mimeType"))) in texts and isinstance(data := body.get("data"), str):
            texts[kind].append(_decoded(data))
    said = "\n".join(texts["text/plain"])
    if not said.strip():
        lines = "\n".join(_BREAK.sub("\n", one) for one in texts["text/html"]).splitlines()
        said = "\n".join(line for line in (plain(one, 2000) for one in lines) if line)
    return readable(html.unescape(said) if not texts["text/plain"] else said, MOST_CHARACTERS), files[:20]


def _parts(payload: object) -> Iterator[dict[str, Any]]:
    waiting, seen = [payload], 0
    while waiting and seen < MOST_PARTS:
        part = waiting.pop(0)
        if isinstance(part, dict):
            seen += 1
            yield part
            inner = part.get("parts")
            waiting += inner[:MOST_PARTS] if isinstance(inner, list) else []


def _decoded(data: str) -> str:
    try:
        return base64.urlsafe_b64decode(data + "=" * (-len(data) % 4)).decode("utf-8", "replace")
    except (ValueError, binascii.Error):
        return ""


def _shown(asked: Mapping[str, Json]) -> str:
    """All of it: what is not read cannot be agreed to."""
    to, subject = visible(word(asked, "to", 1000), 1000), visible(word(asked, "subject", 300), 300)
    text = readable(word(asked, "text", MOST_WRITTEN), MOST_WRITTEN)
    return say("connect.google_show_mail", to=to, subject=subject, text=text)
