"""The limits as their owner has them now: a budget that is changed holds before the next call is paid for."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from jarvis.config.load import sections
from jarvis.config.schema import Settings
from jarvis.errors import ConfigError
from jarvis.money.budgets import Limits

log = logging.getLogger(__name__)

_LIVE = {"budget": ("day_usd", "month_usd", "warn_at", "spread"), "provider": ("day_usd", "month_usd")}


def at_once(key: str) -> bool:
    """Whether a setting is one of those that a running Jarvis reads anew."""
    first, _, name = key.partition(".")
    return name.rpartition(".")[2] in _LIVE.get(first, ())


class CurrentLimits:
    """Those of the configuration file, read again whenever it has changed; of ``settings`` while there is no file.

    One that cannot be read allows nothing: whoever lowers a budget and mistypes it must not go on paying.
    """

    def __init__(self, settings: Settings, file: Path) -> None:
        self._file = file
        self._stamp: tuple[int, ...] | None = None
        self._limits = Limits.of(settings)

    def __call__(self) -> Limits:
        stamp = _stamp(self._file)
        if stamp != self._stamp:
            self._stamp = stamp
            try:
                self._limits = Limits.of(sections(self._file, *_LIVE))
            except ConfigError as error:
                log.error("nothing is paid for until the budget can be read: %s %s", error.message(), error.hint())
                self._limits = Limits(wrong=error.message())
        return self._limits


def _stamp(file: Path) -> tuple[int, ...] | None:
    """Equal while nobody touched it; None while it is not there."""
    try:
        found = os.stat(file)  # noqa: PTH116 - before every decision, where Path.stat costs twice as much
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
