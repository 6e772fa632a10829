"""What can go wrong at a provider, mapped to Jarvis's errors, once.

Imported when a provider is first called, never before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx2
from pydantic_ai import exceptions as foreign

from jarvis.errors import (
    ContentFiltered,
    ContextTooLong,
    JarvisError,
    ProviderRefused,
    ProviderUnavailable,
    UsageError,
)
from jarvis.providers._client import Redirected, TooMuch
from jarvis.providers.keys import redacted

EXCERPT = 200
"""Most characters of what a provider said that an error repeats."""
MOST_RETRY_SECONDS = 24 * 3600.0

_FILTERED = re.compile(
    r"content[_ -]?(filter|policy|management)|responsible_ai|moderation|safety system|flagged|prohibited_content", re.I
)
_TOO_LONG = re.compile(
    r"context[_ ](length|size|window)|maximum context|prompt is too long|too many tokens|input token count"
    r"|exceeds the (available )?context|reduce the length",
    re.I,
)
_CREDIT = re.compile(r"insufficient[_ ](quota|balance|credit|funds)|credit balance|exceeded your current quota", re.I)


def cut(provider: str, model: str) -> ProviderUnavailable:
    """A stream that ended before the answer did."""
    return ProviderUnavailable("providers.cut", provider=provider, model=model)


def too_slow(provider: str, model: str, seconds: float) -> ProviderUnavailable:
    """Nothing came for too long, or the call's deadline passed."""
    return ProviderUnavailable("providers.too_slow", provider=provider, model=model, seconds=seconds)


def mapped(error: BaseException, provider: str, model: str, *, began: bool = False) -> JarvisError:
    """``error`` in Jarvis's words. Nothing of the foreign error is kept but its kind and an excerpt of its message.

    ``began``: the provider had accepted the call by its status, whatever it says after that.
    """
    facts: dict[str, Any] = {"provider": provider, "model": model, **({"began": True} if began else {})}
    for cause in _causes(error):
        if isinstance(cause, Redirected):
            return ProviderRefused("providers.redirected", **facts)
        if isinstance(cause, TooMuch):
            return ProviderUnavailable("providers.too_much", **facts)
        if isinstance(cause, httpx2.ConnectError | httpx2.ConnectTimeout) and not began:
            facts["unsent"] = True  # nobody bills for what never left
    if isinstance(error, foreign.ModelAPIError):
        return _of_provider(error, facts)
    if isinstance(error, foreign.UserError | NotImplementedError):
        return UsageError("providers.cannot", reason=excerpt(str(error)), **facts)
    return ProviderUnavailable("providers.garbage", reason=type(error).__name__, **facts)


_KINDS: tuple[tuple[type[foreign.ModelAPIError], type[JarvisError], str], ...] = (
    (foreign.ModelContextWindowExceededError, ContextTooLong, "context_too_long"),
    (foreign.ModelQuotaExceededError, ProviderRefused, "no_credit"),
    (foreign.ModelAuthenticationError, ProviderRefused, "bad_key"),
    (foreign.ModelNotFoundError, ProviderRefused, "unknown_model"),
    (foreign.ModelRateLimitError, ProviderUnavailable, "busy"),
    (foreign.ModelUnavailableError, ProviderUnavailable, "overloaded"),
    (foreign.ModelServerError, ProviderUnavailable, "broken"),
    (foreign.ModelTimeoutError, ProviderUnavailable, "silent"),
    (foreign.ModelConnectionError, ProviderUnavailable, "cut"),
)
"""The first that fits."""


def _of_provider(error: foreign.ModelAPIError, facts: dict[str, Any]) -> JarvisError:
    said = _said(error)
    status = getattr(error, "status_code", None)
    kind, code = _kind(error, f"{error.provider_error_code} {error.provider_error_type} {said}", status)
    # Of a key that is not accepted some repeat a part.
    facts |= {"status": status or "-", "said": "" if code == "bad_key" else excerpt(said)}
    if code == "garbage":
        facts["reason"] = facts["said"] or type(error).__name__
    if kind is ProviderUnavailable:
        return ProviderUnavailable(f"providers.{code}", retry_after=_seconds(error.retry_after), **facts)
    return kind(f"providers.{code}", **facts)


def _kind(error: foreign.ModelAPIError, clue: str, status: object) -> tuple[type[JarvisError], str]:
    if _CREDIT.search(clue):
        return ProviderRefused, "no_credit"
    if status is None and "`finish_reason`" in error.message:  # pydantic-ai's own words: the stream just ended
        return ProviderUnavailable, "cut"
    if isinstance(error, foreign.ModelConnectionError) and error.phase in ("connect", "pool"):
        return ProviderUnavailable, "no_connection"
    known = next(((ours, code) for theirs, ours, code in _KINDS if isinstance(error, theirs)), None)
    if known is not None:
        return known
    if _TOO_LONG.search(clue):
        return ContextTooLong, "context_too_long"
    if _FILTERED.search(clue):
        return ContentFiltered, "filtered"
    if isinstance(status, int) and 400 <= status < 500 and status not in (408, 409, 425):
        return ProviderRefused, "rejected"
    return ProviderUnavailable, "garbage" if status is None and not error.in_stream else "broken"


def _said(error: foreign.ModelAPIError) -> str:
    """The provider's own sentence, wherever its body has it."""
    body: object = error.body
    for _ in range(3):
        if isinstance(body, list) and body:
            body = body[0]
        if isinstance(body, dict):
            inner = body.get("error", body.get("message", body.get("detail")))
            if inner is None:
                break
            body = inner
    if isinstance(body, str):
        return body
    return "" if isinstance(error, foreign.ModelHTTPError) else error.message


def excerpt(text: str) -> str:
    """The beginning of ``text`` on one line, without keys."""
    line = redacted(" ".join(text.split()))
    return line if len(line) <= EXCERPT else line[: EXCERPT - 1] + "…"


def _seconds(told: float | None) -> float | None:
    return None if told is None else min(max(0.0, told), MOST_RETRY_SECONDS)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
