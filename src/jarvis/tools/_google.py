"""A Google account: the grant that its owner gave, access tokens made of it, and requests with them.

The way to the grant is that of installed applications: the browser, a loopback address, PKCE
(https://developers.google.com/identity/protocols/oauth2/native-app). The flow for devices without a browser is no way:
Google allows it neither the scopes of Gmail nor those of Calendar (.../limited-input-device#allowedscopes). The client
is the owner's own, so that nobody stands between them and Google.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qs, urlencode, urlsplit

from jarvis.config.paths import paths
from jarvis.errors import AuthError, ConfigError, NotFound, ProviderRefused, ProviderUnavailable
from jarvis.providers import keys
from jarvis.search.base import visible
from jarvis.texts import say
from jarvis.tools import _secrets
from jarvis.tools._remote import Reply, call
from jarvis.words.chat import Json

NAME = "Google"
KEPT = "google"
_SCOPE = "https://www.googleapis.com/auth/"
CALENDAR_READ, MAIL_READ = f"{_SCOPE}calendar.readonly", f"{_SCOPE}gmail.readonly"
CALENDAR_WRITE, MAIL_WRITE = f"{_SCOPE}calendar.events", f"{_SCOPE}gmail.compose"
EARLY_SECONDS = 60.0
"""A token is renewed this long before it ends."""
CONSENT_SECONDS = 300.0
FILE_BYTES = 1 << 16
_BUSY = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded"})
_POLICY = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'", "Cache-Control": "no-store"}
_PAGE = '<!doctype html><meta charset="utf-8"><title>Jarvis</title><p style="font: 1.2em sans-serif">{text}'


@dataclass(frozen=True, slots=True)
class Addresses:
    """Google's; a test has its own."""

    consent: str = "https://accounts.google.com/o/oauth2/v2/auth"
    token: str = "https://oauth2.googleapis.com/token"
    revoke: str = "https://oauth2.googleapis.com/revoke"
    calendar: str = "https://www.googleapis.com/calendar/v3"
    gmail: str = "https://gmail.googleapis.com/gmail/v1/users/me"


GOOGLE = Addresses()


@dataclass(frozen=True, slots=True)
class Client:
    """The owner's own OAuth client, of the kind "Desktop app". Its secret is none: Google says so too."""

    id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Grant:
    """What its owner allowed."""

    client_id: str
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)
    scopes: tuple[str, ...] = ()


def client_of(file: Path) -> Client:
    """The client of a file as Google's console hands it out. Raises ConfigError."""
    try:
        with file.open("rb") as opened:
            found = json.loads(opened.read(FILE_BYTES))["installed"]
            return Client(str(found["client_id"]), str(found["client_secret"]))
    except OSError as error:
        raise ConfigError("connect.google_no_file", path=file, reason=error.strerror) from error
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigError("connect.google_client", path=file) from error


def kept() -> Grant | None:
    """The grant that is kept. Blocks, for a keyring. Raises ConfigError when what is kept is none."""
    text = _secrets.find(KEPT)
    if text is None:
        return None
    try:
        found = json.loads(text)
        grant = Grant(found["client_id"], found["client_secret"], found["refresh_token"], tuple(found["scopes"]))
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigError("connect.google_grant_damaged") from error
    _hide(grant)
    return grant


def keep(grant: Grant) -> keys.Key:
    """Keep a grant, in the keyring or in a file of mode 0600."""
    _hide(grant)
    return _secrets.keep(KEPT, json.dumps(asdict(grant), separators=(",", ":")))


def _hide(grant: Grant) -> None:
    for secret in (grant.refresh_token, grant.client_secret):
        _secrets.hide(secret)


class Consent:
    """One try to get a grant: the address that its owner opens, and what comes back from there."""

    def __init__(self, client: Client, redirect: str, write: bool, there: Addresses = GOOGLE) -> None:
        self._client, self._redirect, self._there = client, redirect, there
        self._state, self._verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(64)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self._verifier.encode()).digest()).rstrip(b"=").decode()
        scopes = (CALENDAR_READ, MAIL_READ, *((CALENDAR_WRITE, MAIL_WRITE) if write else ()))
        asked = {
            "client_id": client.id, "redirect_uri": redirect, "response_type": "code", "scope": " ".join(scopes),
            "state": self._state, "code_challenge": challenge, "code_challenge_method": "S256",
            "access_type": "offline", "prompt": "consent",
        }  # fmt: skip
        self.address = f"{there.consent}?{urlencode(asked)}"

    def code(self, came_back: str) -> str | None:
        """The code of the address that the browser was sent to; None when it is not ours. Raises AuthError for a no."""
        told = {name: values[0] for name, values in parse_qs(urlsplit(came_back).query).items()}
        if not hmac.compare_digest(told.get("state", "").encode(), self._state.encode()):
            return None
        if "error" in told:
            raise AuthError("connect.google_denied", reason=visible(told["error"], 80))
        return told.get("code")

    async def grant(self, code: str, seconds: float) -> Grant:
        """Raises ProviderUnavailable, ProviderRefused."""
        form = {
            "grant_type": "authorization_code", "code": code, "code_verifier": self._verifier,
            "redirect_uri": self._redirect, "client_id": self._client.id, "client_secret": self._client.secret,
        }  # fmt: skip
        reply = await call(NAME, "POST", self._there.token, seconds, form=form)
        body = _answered(reply)
        if not isinstance(body.get("refresh_token"), str):
            raise ProviderRefused("connect.not_it", name=NAME)
        return Grant(
            self._client.id, self._client.secret, body["refresh_token"], tuple(str(body.get("scope", "")).split())
        )


async def ask_owner(
    client: Client, write: bool, show: Callable[[str], None], seconds: float, there: Addresses = GOOGLE
) -> Grant:
    """The grant of whoever sits before a browser here: ``show`` opens the address, the answer comes back to loopback.

    Raises AuthError for a no, or for none within CONSENT_SECONDS.
    """
    from aiohttp import web

    answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def page(code: str) -> web.Response:
        policy = {
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
            "Cache-Control": "no-store",
        }
        return web.Response(text=_PAGE.format(text=say(code)), content_type="text/html", headers=policy)

    async def came_back(request: web.Request) -> web.Response:
        try:
            code = consent.code(str(request.url))
        except AuthError as error:
            if not answer.done():
                answer.set_exception(error)
            return page("connect.google_page_no")
        if code is None:
            return web.Response(status=400)  # another page of this browser, guessing
        if not answer.done():
            answer.set_result(code)
        return page("connect.google_page")

    app = web.Application()
    app.router.add_get("/", came_back)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)  # the log would hold the code
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        consent = Consent(client, f"http://127.0.0.1:{runner.addresses[0][1]}/", write, there)
        show(consent.address)
        async with asyncio.timeout(CONSENT_SECONDS):
            code = await answer
    except TimeoutError:
        raise AuthError("connect.google_denied", reason=f"{CONSENT_SECONDS:.0f} s") from None
    finally:
        await runner.cleanup()
    return await consent.grant(code, seconds)


async def revoke(grant: Grant, seconds: float, there: Addresses = GOOGLE) -> bool:
    """Tell Google that the grant is over; whether it knew it."""
    reply = await call(NAME, "POST", there.revoke, seconds, form={"token": grant.refresh_token})
    return reply.status == 200


class Account:
    """The account that is connected now, if one is."""

    def __init__(self, seconds: float, there: Addresses = GOOGLE) -> None:
        self.there = there
        self._seconds = seconds
        self._stamp = -1
        self._grant: Grant | None = None
        self._token = ""
        self._until = 0.0
        self._renewing = asyncio.Lock()

    async def scopes(self) -> frozenset[str]:
        """What its owner allowed; empty when no account is connected. Read anew when `jarvis connect` has run."""
        stamp = keys.stamp(paths())
        if stamp != self._stamp:
            self._grant = await asyncio.to_thread(kept) if stamp else None
            self._stamp, self._token = stamp, ""
        return frozenset(self._grant.scopes if self._grant else ())

    async def ask(
        self,
        method: Literal["GET", "POST"],
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Json = None,
    ) -> dict[str, Any]:
        """The JSON that Google answers. Raises ConfigError, NotFound, ProviderUnavailable, ProviderRefused."""
        for renew in (False, True):
            headers = {"Authorization": f"Bearer {await self._access(renew)}"}
            reply = await call(NAME, method, url, self._seconds, headers=headers, params=params, body=body)
            if reply.status != 401:
                break
        return _answered(reply)

    async def _access(self, renew: bool) -> str:
        async with self._renewing:
            await self.scopes()
            grant = self._grant
            if grant is None:
                raise ConfigError("connect.google_none")
            if self._token and not renew and time.monotonic() < self._until:
                return self._token
            form = {
                "grant_type": "refresh_token", "refresh_token": grant.refresh_token, "client_id": grant.client_id,
                "client_secret": grant.client_secret,
            }  # fmt: skip
            body = _answered(await call(NAME, "POST", self.there.token, self._seconds, form=form))
            self._token = str(body.get("access_token") or "")
            _secrets.hide(self._token)
            lasts = body.get("expires_in")
            self._until = time.monotonic() + (lasts if isinstance(lasts, int) else 0) - EARLY_SECONDS
            return self._token


def _answered(reply: Reply) -> dict[str, Any]:
    body = reply.body if isinstance(reply.body, dict) else {}
    if reply.status == 200:
        return body
    error = body.get("error")
    said = body.get("error_description") if isinstance(error, str) else None
    reasons: set[str] = {error} if isinstance(error, str) else set()
    if isinstance(error, dict):
        said = error.get("message")
        rows = error.get("errors")
        reasons |= {str(r.get("reason")) for r in rows if isinstance(r, dict)} if isinstance(rows, list) else set()
    if reply.status == 429 or reply.status >= 500 or reasons & _BUSY:
        raise ProviderUnavailable("connect.busy", name=NAME, status=reply.status, retry_after=reply.retry_after)
    if "invalid_grant" in reasons or reply.status == 401:
        raise ProviderRefused("connect.google_expired")
    if reply.status == 404:
        raise NotFound("connect.google_unknown")
    reason = visible(str(said or reply.status), 200)
    raise ProviderRefused("connect.google_off" if "accessNotConfigured" in reasons else "connect.google_refused",
                          reason=reason)  # fmt: skip
