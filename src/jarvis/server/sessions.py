"""How the page comes in: a one-time code for whoever shows a token, and the session that the code is exchanged for.

Both stand for the token they came from, which is checked again with every request: when that is renewed, revoked or
expires, so is all that came from it. They are kept in memory, as digests, and end with the daemon.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from starlette.types import Scope

from jarvis.errors import AuthError, Busy
from jarvis.server.guesses import Guesses
from jarvis.server.tokens import digest


@dataclass(frozen=True, slots=True)
class _Issued:
    """A random secret, by its digest, and the token that it stands for."""

    digest: bytes
    token: str
    until: float


class Sessions:
    """The codes that were not used yet, and the pages that are open."""

    CODES = 5
    CODE_SECONDS = 60.0
    OPEN = 32
    SECONDS = 12 * 3600.0

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._codes: list[_Issued] = []
        self._open: list[_Issued] = []
        self._guesses = Guesses(clock)

    def code(self, token: str) -> str:
        """A code that opens one page. Raises Busy while too many wait to be used."""
        self._codes = self._alive(self._codes)
        if len(self._codes) >= self.CODES:
            wait = self._codes[0].until - self._clock()
            raise Busy("page.codes_waiting", retry_after=wait, status=429, most=self.CODES)
        return self._issue(self._codes, token, self.CODE_SECONDS)

    def enter(self, code: str, peer: str) -> str:
        """The session for a code, which is good once. Raises AuthError; Busy for a ``peer`` that guesses."""
        found = self._find(self._codes, code)
        if found is None:
            if wait := self._guesses.wrong(peer):
                raise Busy("page.too_many_codes", retry_after=wait, status=429)
            raise AuthError("page.wrong_code")
        self._codes.remove(found)
        self._open = self._alive(self._open)[1 - self.OPEN :]  # the oldest page makes room
        return self._issue(self._open, found.token, self.SECONDS)

    def token(self, session: str) -> str:
        """The token that a session stands for. Raises AuthError."""
        found = self._find(self._open, session)
        if found is None:
            raise AuthError("page.session_over")
        return found.token

    def _issue(self, among: list[_Issued], token: str, seconds: float) -> str:
        secret = secrets.token_urlsafe(32)
        among.append(_Issued(digest(secret), token, self._clock() + seconds))
        return secret

    def _find(self, among: list[_Issued], secret: str) -> _Issued | None:
        """In constant time."""
        asked, found = digest(secret), None
        for issued in among:
            if hmac.compare_digest(issued.digest, asked):
                found = issued
        return found if found is not None and found.until > self._clock() else None

    def _alive(self, among: list[_Issued]) -> list[_Issued]:
        now = self._clock()
        return [issued for issued in among if issued.until > now]


def cookie_name(scope: Scope) -> str:
    """Cookies know no ports: without it in the name, two Jarvis on one machine would log each other's page out."""
    server = scope.get("server")
    return f"jarvis_{server[1] if server else 0}"


def carried(scope: Scope) -> str | None:
    """The session that a request carries as a cookie. Two that differ are none: one was planted."""
    name = cookie_name(scope)
    found = set()
    for key, value in scope["headers"]:
        if key == b"cookie":
            for pair in value.decode("latin-1").split(";"):
                its, _, session = pair.strip().partition("=")
                if its == name:
                    found.add(session)
    return found.pop() if len(found) == 1 else None


def is_from_our_page(scope: Scope) -> bool:
    """Whether a request that carries a cookie was sent by a page of ours, and not by one that its owner also has open.

    The browser adds the cookie whoever asks: pages on other ports of this machine included, which are the same site to
    it. What it says of the page itself, no page can change. What reads only may also be typed into the address bar.
    """
    if "origin" in scope["state"]:
        return False  # a page that the owner listed: it may ask, with a token of its own
    headers = dict(scope["headers"])
    reads_only = scope.get("method") in ("GET", "HEAD")
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        return site == b"same-origin" or (reads_only and site == b"none")
    return reads_only or b"origin" in headers  # the perimeter lets no other in than our own and the listed ones
