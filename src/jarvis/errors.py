"""Every way in which Jarvis fails, as one tree.

::

    JarvisError                500  exit 1
    ├─ UsageError              400  exit 2   asked wrongly: flag, field, value
    │  ├─ ConfigError          400  exit 2
    │  └─ ContextTooLong       400  exit 1   longer than the model's context
    ├─ AuthError               401
    ├─ Forbidden               403
    ├─ NotFound                404           conversation, file
    │  └─ ModelNotFound        404           not here, not whole, not known
    ├─ Conflict                409           second daemon, port in use, locked
    ├─ TooLarge                413
    ├─ Busy                    503           (or 429) with retry_after seconds
    ├─ EngineError             502
    │  ├─ EngineStartFailed    503
    │  ├─ EngineDied           502           crashed while it was needed
    │  ├─ EngineHung           504           no progress within its time-out
    │  └─ OutOfMemory          503
    ├─ ProviderError           502           a model elsewhere failed
    │  ├─ ProviderUnavailable  503           429, 5xx, time-out, no connection: worth another try
    │  ├─ ProviderRefused      502           key, permission, unknown there: its owner must mend it
    │  └─ ContentFiltered      400           the provider will not answer this
    ├─ OverBudget              402           no money left for it, or no price known
    ├─ CatalogError            500
    │  ├─ DownloadFailed       502
    │  ├─ CorruptFile          500           wrong sum, header, half a file
    │  └─ DiskFull             507
    ├─ DeviceError             503           no microphone or loudspeaker, or not so
    │  └─ DeviceLost           503           it went away while it was needed
    └─ StoreError              500

An error carries a text code (``room.name``, see ``jarvis.texts``) and facts. Its message is that text; its hint, the
exact next step, is the text ``room.name.hint`` with the same facts. Foreign exceptions are mapped to this tree once,
at the edge where they appear.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path

from jarvis.texts import Language, find, say


def hint(code: str, facts: Mapping[str, object], lang: Language | None = None) -> str:
    """The next step that goes with ``code``, if any; paths as a shell reads them, for most are part of a command."""
    if find(f"{code}.hint") is None:
        return ""
    quoted = {name: shlex.quote(str(fact)) if isinstance(fact, Path) else fact for name, fact in facts.items()}
    return say(f"{code}.hint", lang, **quoted)


class JarvisError(Exception):
    """Something failed. ``code`` names the text, ``facts`` fill it."""

    status = 500
    """HTTP status that tells a client."""
    exit_code = 1
    """Exit status of a command that ends with it."""
    kind = "server_error"
    """OpenAI's ``error.type``."""

    def __init__(self, code: str, /, **facts: object) -> None:
        self.code = code
        self.facts = facts
        super().__init__(code)

    def message(self, lang: Language | None = None) -> str:
        """What happened, with the facts."""
        return say(self.code, lang, **self.facts)

    def hint(self, lang: Language | None = None) -> str:
        """The next step, or an empty string when there is none to give."""
        return hint(self.code, self.facts, lang)

    def __str__(self) -> str:
        hint = self.hint()
        return f"{self.message()} {hint}".strip()

    @property
    def short_code(self) -> str:
        """OpenAI's ``error.code``: the code without its room."""
        return self.code.partition(".")[2] or self.code


class UsageError(JarvisError):
    status, exit_code, kind = 400, 2, "invalid_request_error"

    def __init__(self, code: str, /, *, param: str | None = None, **facts: object) -> None:
        super().__init__(code, **facts)
        self.param = param
        """The field or flag that is wrong, OpenAI's ``error.param``."""


class ConfigError(UsageError): ...


class ContextTooLong(UsageError):
    exit_code = 1

    @property
    def short_code(self) -> str:
        return "context_length_exceeded"


class AuthError(JarvisError):
    status, kind = 401, "authentication_error"


class Forbidden(JarvisError):
    status, kind = 403, "permission_error"


class NotFound(JarvisError):
    status, kind = 404, "invalid_request_error"


class ModelNotFound(NotFound):
    """A model that is not here, not whole, or not known at all."""

    @property
    def short_code(self) -> str:
        return "model_not_found"


class Conflict(JarvisError):
    status, kind = 409, "invalid_request_error"


class TooLarge(JarvisError):
    status, kind = 413, "invalid_request_error"


class Busy(JarvisError):
    """Not now: ask again after ``retry_after`` seconds."""

    status, kind = 503, "server_error"

    def __init__(self, code: str, /, *, retry_after: float, status: int = 503, **facts: object) -> None:
        super().__init__(code, retry_after=retry_after, **facts)
        self.retry_after = retry_after
        self.status = status


class EngineError(JarvisError):
    status = 502


class EngineStartFailed(EngineError):
    status = 503


class EngineDied(EngineError): ...


class EngineHung(EngineError):
    status = 504


class OutOfMemory(EngineError):
    status = 503


class ProviderError(JarvisError):
    """A model elsewhere failed. ``retry_after`` is how many seconds its provider asked us to wait, if it did."""

    status = 502

    def __init__(self, code: str, /, *, retry_after: float | None = None, **facts: object) -> None:
        super().__init__(code, **facts)
        self.retry_after = retry_after


class ProviderUnavailable(ProviderError):
    status = 503


class ProviderRefused(ProviderError): ...


class ContentFiltered(ProviderError):
    status, kind = 400, "invalid_request_error"

    @property
    def short_code(self) -> str:
        return "content_filter"


class OverBudget(JarvisError):
    status, kind = 402, "insufficient_quota"

    @property
    def short_code(self) -> str:
        return "insufficient_quota"


class CatalogError(JarvisError): ...


class DownloadFailed(CatalogError):
    status = 502


class CorruptFile(CatalogError): ...


class DiskFull(CatalogError):
    status = 507


class DeviceError(JarvisError):
    """A microphone or a loudspeaker that is not there, or does not open."""

    status = 503


class DeviceLost(DeviceError):
    """It went away while it was needed."""


class StoreError(JarvisError): ...


class IndexDamaged(StoreError):
    """A vector index cannot be used; it is made anew from the store."""


class Unreadable(UsageError):
    """A document that cannot be read, or not within the limits."""
