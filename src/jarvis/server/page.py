"""The page: its files, its texts, and how a browser comes in.

The files are open, for they tell nothing: what the page shows it asks for as any client, with its cookie. A code comes
in a header, so that nobody without one can make this server read a body.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path

from starlette.responses import Response
from typing_extensions import TypedDict

from jarvis.errors import AuthError, JarvisError, NotFound
from jarvis.server.door import Call, Endpoint
from jarvis.server.gate import presented
from jarvis.server.guesses import peer
from jarvis.server.sessions import Sessions, cookie_name
from jarvis.texts import Language
from jarvis.texts.dashboard import TEXTS as VIEWS
from jarvis.texts.page import TEXTS
from jarvis.words.json_bytes import encode

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:;"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""What the page may do: talk to this server, and run what came from it as a file."""
CODE_HEADER = "x-jarvis-code"
SHOWN = "page.ui."
SCRIPTS = {
    "page": "Its script.",
    "shown": "Its texts and what is made of them, as a script.",
    "live": "What changes while somebody looks, as a script.",
    "chat": "Its chat, as a script.",
    "answer": "An answer while it is written, as a script.",
    "attached": "What goes with a question, as a script.",
    "past": "Conversations of before, as a script.",
    "words": "Markdown and mathematics, as a script.",
    "why": "Why somebody answered, as a script.",
    "fleet": "What is loaded where, as a script.",
    "chart": "Its charts and tables, as a script.",
    "period": "A view over the last days, as a script.",
    "money": "What was spent and saved, as a script.",
    "quality": "How fast and how well, as a script.",
    "memory": "What is remembered, as a script.",
    "log": "What happened of late, as a script.",
    "talk": "How one talks with it, as a script.",
    "sound": "Its microphone and loudspeaker, as a script.",
    "microphone": "What runs beside the microphone.",
    "player": "What runs beside the loudspeaker.",
}
"""By the name of the file, with what it is."""
VENDOR = {
    "markdown-it/markdown-it.esm.min.mjs": "text/javascript",
    "dompurify/purify.es.mjs": "text/javascript",
    "temml/temml.mjs": "text/javascript",
    "uplot/uPlot.esm.js": "text/javascript",
    "uplot/uPlot.min.css": "text/css",
}
"""Libraries as their makers publish them: static/vendor/manifest.json says where each is from."""
_FILES = Path(__file__).parent / "static"


class PageCode(TypedDict):
    """``seconds`` is how long the code is good."""

    code: str
    seconds: float


async def home(call: Call) -> Response:
    """The page."""
    return _file("page.html", "text/html")


async def entrance(call: Call) -> Response:
    """The same page, which here exchanges the code in its address for a cookie."""
    return _file("page.html", "text/html")


def script(name: str) -> Callable[[Call], Awaitable[Response]]:
    """What serves one of its scripts."""

    async def served(call: Call) -> Response:
        return _file(f"{name}.js", "text/javascript")

    served.__name__ = name  # by which OpenAPI calls it
    return served


def library(path: str, kind: str) -> Callable[[Call], Awaitable[Response]]:
    """What serves a file of a library."""

    async def served(call: Call) -> Response:
        return _file(f"vendor/{path}", kind)

    served.__name__ = "vendor_" + path.rpartition("/")[2].replace(".", "_").replace("-", "_")
    return served


async def style(call: Call) -> Response:
    """What it looks like."""
    return _file("page.css", "text/css")


async def texts(call: Call) -> Response:
    """What it says, in the browser's language."""
    return Response(_texts(call.lang), media_type="application/json")


async def authority(call: Call) -> Response:
    """What a phone has to trust to come in. It is open, for that comes before everything else, and no secret."""
    if call.parts.authority is None:
        raise NotFound("authority.none")
    return Response(call.parts.authority, media_type="application/x-x509-ca-cert")


async def code(call: Call) -> Response:
    """A one-time code. It is given for a token only: a cookie must not prolong itself."""
    token = presented(call.request.scope)
    if token is None:
        raise AuthError("server.no_token")
    reply: PageCode = {"code": call.sessions.code(token), "seconds": Sessions.CODE_SECONDS}
    return Response(encode(reply), media_type="application/json")


async def enter(call: Call) -> Response:
    """Exchange a code for the cookie of a session."""
    scope = call.request.scope
    try:
        session = call.sessions.enter(call.request.headers.get(CODE_HEADER, ""), peer(scope))
    except JarvisError:
        call.metrics.wrong_tokens.inc()
        raise
    response = Response(status_code=204)
    response.set_cookie(
        cookie_name(scope),
        session,
        max_age=int(Sessions.SECONDS),
        secure=scope["scheme"] == "https",
        httponly=True,
        samesite="strict",
    )
    return response


@cache
def _content(name: str) -> bytes:
    return (_FILES / name).read_bytes()


def _file(name: str, kind: str) -> Response:
    return Response(_content(name), headers={"content-security-policy": POLICY}, media_type=kind)


@cache
def _texts(lang: Language) -> bytes:
    said = {name.removeprefix(SHOWN): getattr(text, lang) for name, text in TEXTS.items() if name.startswith(SHOWN)}
    said |= {name.partition(".")[2]: getattr(text, lang) for name, text in VIEWS.items()}
    return encode({"lang": lang, "texts": said})


ENDPOINTS = (
    Endpoint("GET", "/", home, "The page.", is_open=True),
    *(Endpoint("GET", f"/page/{name}.js", script(name), what, is_open=True) for name, what in SCRIPTS.items()),
    *(
        Endpoint("GET", f"/page/vendor/{path}", library(path, kind), f"A library: {path}.", is_open=True)
        for path, kind in VENDOR.items()
    ),
    Endpoint("GET", "/page/page.css", style, "Its style.", is_open=True),
    Endpoint("GET", "/page/texts", texts, "Its texts.", is_open=True),
    Endpoint("GET", "/page/authority.crt", authority, "The certificate that phones are to trust.", is_open=True),
    Endpoint("GET", "/page/enter", entrance, "The page, on its way in.", is_open=True),
    Endpoint("POST", "/page/enter", enter, "Exchange a code for a cookie.", is_open=True),
    Endpoint("POST", "/page/code", code, "A one-time code for the page.", scope="admin", reply=PageCode),
)
