"""The owner's keys: where each comes from, keeping and taking away, and that none is ever shown.

A key is looked for in the file of the settings, in the desktop's keyring, in the file that `jarvis key set` writes
where there is no keyring, and in the environment; the first that has one wins.
"""

from __future__ import annotations

import base64
import logging
import os
import re
import secrets
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar
from urllib.parse import quote, quote_plus

from jarvis.config.paths import Paths, private
from jarvis.config.schema import Provider as Settings
from jarvis.errors import ConfigError, Forbidden, StoreError, UsageError

SERVICE = "jarvis"
"""The keyring's name for what is Jarvis's; a user of it is a provider."""
KEYRING_SECONDS = 3.0
"""Longest that a keyring may take: a locked one asks its owner, who may not be there."""
LEFT_ALONE_SECONDS = 60.0
"""How long one that did not answer is not asked again."""
MOST_CHARACTERS = 4096
GONE = "[key]"

Source = Literal["key_file", "keyring", "file", "environment"]
T = TypeVar("T")

_ALSO = {"gemini": ("GEMINI_API_KEY", "GOOGLE_API_KEY")}
_KEY = re.compile(r"[!-~]+")
"""Printable ASCII without spaces: anything else cannot be sent in a header."""
_LOOKS = re.compile(r"\b(sk-[\w-]{12,}|AIza[\w-]{20,}|gsk_\w{16,})|(?i:bearer)\s+[\w.~+/-]{8,}=*")
_NAME = re.compile(r"\w[\w.+-]{0,63}")
_SECRET = re.compile(r"(_API_KEY|_TOKEN|_SECRET|_PASSWORD)$")
_slow_until = 0.0
_known: set[str] = set()
"""Every form of every key that this process has seen."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key and where it is from: a file, a variable of the environment, or the keyring."""

    source: Source
    where: str
    value: str = field(repr=False)


def variables(name: str) -> tuple[str, ...]:
    """The environment's variables that hold the key of a provider, the first one first."""
    return _ALSO.get(name) or (re.sub(r"\W", "_", name).upper() + "_API_KEY",)


def kept_file(paths: Paths, name: str) -> Path:
    """Where `jarvis key set` keeps a key without a keyring. Raises ConfigError for a name that would lead elsewhere."""
    if not _NAME.fullmatch(name):
        raise ConfigError("providers.bad_name", param=f"provider.{name}", name=name)
    return paths.config / "keys" / name


def stamp(paths: Paths) -> int:
    """Another one whenever `jarvis key` has kept a key or taken one away, wherever that was."""
    try:
        return (paths.config / "keys").stat().st_mtime_ns
    except OSError:
        return 0


def find(name: str, settings: Settings, paths: Paths, environ: Mapping[str, str] | None = None) -> Key | None:
    """The key of a provider, or None. May wait for a keyring, some seconds at most: call it in a thread.

    Raises Forbidden for a file that others can read, ConfigError for one that is missing or holds no key.
    """
    if settings.key_file is not None:
        return _remembered(Key("key_file", str(settings.key_file), _read(settings.key_file)))
    if value := _in_keyring(lambda ring: ring.get_password(SERVICE, name)):
        return _remembered(Key("keyring", SERVICE, _checked(value)))
    file = kept_file(paths, name)
    if file.exists():
        return _remembered(Key("file", str(file), _read(file)))
    env = os.environ if environ is None else environ
    for variable in variables(name):
        if value := env.get(variable, "").strip():
            return _remembered(Key("environment", variable, _checked(value)))
    return None


def keep(name: str, value: str, paths: Paths) -> Key:
    """Keep a key: in the keyring, or where there is none in a file that only its owner can read."""
    value, file = _checked(value.strip()), kept_file(paths, name)
    remember(value)

    def put(ring: Any) -> str:
        ring.set_password(SERVICE, name, value)
        return str(ring.get_password(SERVICE, name) or "")

    if _in_keyring(put) == value:
        file.unlink(missing_ok=True)
        os.utime(private(file.parent))
        return Key("keyring", SERVICE, value)
    draft = private(file.parent) / f".{secrets.token_hex(8)}"
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as out:  # noqa: PTH123
            out.write(value + "\n")
            out.flush()
            os.fsync(out.fileno())
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
    return Key("file", str(file), value)


def remove(name: str, paths: Paths) -> bool:
    """Take away what ``keep`` kept; whether there was anything."""

    def drop(ring: Any) -> bool:
        if ring.get_password(SERVICE, name) is None:
            return False
        ring.delete_password(SERVICE, name)
        return True

    removed = bool(_in_keyring(drop))
    file = kept_file(paths, name)
    if file.exists():
        file.unlink()
        removed = True
    if removed:
        os.utime(private(file.parent))
    return removed


def _remembered(key: Key) -> Key:
    remember(key.value)
    return key


def _checked(value: str) -> str:
    if not _KEY.fullmatch(value) or len(value) > MOST_CHARACTERS:
        raise UsageError("providers.no_such_key")
    return value


def _read(file: Path) -> str:
    """A key of a file that nobody else can read or replace."""
    try:
        with file.open("rb") as opened:
            status = os.fstat(opened.fileno())
            if status.st_uid != os.getuid():
                raise Forbidden("providers.key_not_yours", path=file)
            if status.st_mode & 0o077:
                raise Forbidden("providers.key_exposed", path=file, mode=f"{status.st_mode & 0o777:03o}")
            text = opened.read(MOST_CHARACTERS + 2).decode("ascii", "replace").strip()
    except FileNotFoundError as error:
        raise ConfigError("providers.key_file_missing", path=file) from error
    except OSError as error:
        raise StoreError("providers.key_unreadable", path=file, reason=error.strerror or str(error)) from error
    if not _KEY.fullmatch(text) or len(text) > MOST_CHARACTERS:
        raise ConfigError("providers.key_file_damaged", path=file)
    return text


def _in_keyring(act: Callable[[Any], T]) -> T | None:
    """What ``act`` makes of the keyring; None without one, or when it is locked, broken or slow."""
    global _slow_until
    found: list[T] = []
    if time.monotonic() < _slow_until:
        return None  # each provider's turn would wait as long

    def work() -> None:
        # Backends raise what their desktop raises; without an answer the next place is looked at.
        with suppress(Exception):
            if sys.platform != "darwin":  # or it looks for Apple's library by running compilers, which takes a while
                sys.modules.setdefault("keyring.backends.macOS.api", None)  # type: ignore[arg-type]
            import keyring
            import keyring.backends.fail

            ring = keyring.get_keyring()
            if not isinstance(ring, keyring.backends.fail.Keyring) and ring.priority > 0:
                found.append(act(ring))

    thread = threading.Thread(target=work, name="keyring", daemon=True)
    thread.start()
    thread.join(KEYRING_SECONDS)
    if thread.is_alive():
        _slow_until = time.monotonic() + LEFT_ALONE_SECONDS
    return found[0] if found else None


def remember(value: str | None) -> None:
    """Never show this key: not as it is, not in base64, not as part of an address."""
    if not value or len(value) < 6:
        return
    raw = value.encode()
    forms = {value, quote(value, safe=""), quote_plus(value), value.encode("unicode_escape").decode()}
    for pack in (base64.b64encode, base64.urlsafe_b64encode):
        for before in (b"", b"Bearer ", b":"):
            # Within a longer text base64 begins at any of three places: what does not depend on its neighbours.
            forms |= {_core(pack(b"\0" * shift + before + raw).decode(), shift + len(before)) for shift in range(3)}
    _known.update(form for form in forms if len(form) >= 6)


def _core(packed: str, before: int) -> str:
    """Of base64 the characters that stand for whole bytes after the first ``before``."""
    start = -(-before * 8 // 6)
    return packed[start:].rstrip("=")[:-1]


def redacted(text: str) -> str:
    """``text`` without any known key, in whatever form, and without what looks like one."""
    for form in sorted(_known, key=len, reverse=True):
        if form in text:
            text = text.replace(form, GONE)
    return _LOOKS.sub(GONE, text)


class Redacting(logging.Formatter):
    """Writes what another formatter writes, tracebacks included, without keys, and what is said on one line: a name
    that a stranger gave to a file can neither begin a line of its own nor drive the terminal that shows it.
    """

    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self._inner = inner

    def format(self, record: logging.LogRecord) -> str:
        if not (said := record.getMessage()).isprintable():
            record = copy(record)
            record.msg, record.args = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in said), None
        return redacted(self._inner.format(record))


def guard(handlers: Iterable[logging.Handler]) -> None:
    """Let no key through these sinks: none of those read so far or later, and none of the environment."""
    for name, value in os.environ.items():
        if _SECRET.search(name):
            remember(value)
    for handler in handlers:
        if not isinstance(handler.formatter, Redacting):
            handler.setFormatter(Redacting(handler.formatter or logging.Formatter()))
