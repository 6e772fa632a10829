"""Failures that only HTTP has, and every failure as OpenAI's error body."""

from __future__ import annotations

import math

from jarvis.errors import AuthError, Busy, JarvisError, UsageError
from jarvis.server.wire.bodies import ErrorBody
from jarvis.texts import Language, say
from jarvis.words.json_bytes import encode

Headers = list[tuple[bytes, bytes]]
RETRY_SECONDS = 30
"""After how long to ask again when nobody knows: memory may be free, or an engine start, by then."""


class Refused(UsageError):
    """A request refused for its form. ``status`` is HTTP's own: 405, 408, 411, 413, 415, 431."""

    def __init__(self, code: str, /, *, status: int, param: str | None = None, **facts: object) -> None:
        super().__init__(code, param=param, **facts)
        self.status = status


class TimedOut(JarvisError):
    """The request took longer than ``server.request_timeout_seconds``."""

    status = 504


class Unexpected(JarvisError):
    """A defect. Its facts are in the log under the request's id, and only there."""


class ClientGone(Exception):
    """The client left before its answer was complete."""


def error_body(error: JarvisError, lang: Language) -> ErrorBody:
    """OpenAI's error object, with the next step as ``hint``."""
    return {
        "error": {
            "message": error.message(lang),
            "type": "rate_limit_error" if error.status == 429 else error.kind,
            "param": error.param if isinstance(error, UsageError) else _param(error),
            "code": error.short_code,
            "hint": error.hint(lang),
        }
    }


def _param(error: JarvisError) -> str | None:
    return "model" if error.short_code == "model_not_found" else None


def error_headers(error: JarvisError) -> Headers:
    """The headers that go with an error besides its body's."""
    headers: Headers = []
    if error.status in (429, 503):
        seconds = error.retry_after if isinstance(error, Busy) else RETRY_SECONDS
        headers.append((b"retry-after", b"%d" % max(1, math.ceil(seconds))))
    if isinstance(error, AuthError):
        headers.append((b"www-authenticate", b'Bearer realm="jarvis"'))
    if isinstance(error, Refused) and "allow" in error.facts:
        headers.append((b"allow", str(error.facts["allow"]).encode("ascii")))
    return headers


def error_bytes(error: JarvisError, lang: Language) -> bytes:
    """The body as JSON. An error whose text is missing is still an answer: the defect is in the log."""
    try:
        return encode(error_body(error, lang))
    except (KeyError, IndexError, ValueError):
        code = error.short_code
        facts = {"message": say("server.untold", lang, code=code), "type": error.kind, "param": None, "code": code}
        return encode({"error": {**facts, "hint": ""}})


def preferred(accept_language: str, default: Language) -> Language:
    """The language of messages: the first of Spanish and English by ``Accept-Language``, else the owner's."""
    best, found = 0.0, default
    for item in accept_language.split(",")[:32]:
        tag, _, rest = item.strip().lower().partition(";")
        name = tag.strip().partition("-")[0]
        try:
            weight = float(rest.strip().removeprefix("q=")) if rest.strip() else 1.0
        except ValueError:
            continue
        if weight <= best:
            continue
        if name == "es":
            best, found = weight, "es"
        elif name == "en":
            best, found = weight, "en"
    return found
