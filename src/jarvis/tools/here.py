"""The owner's time zone: with its changes of clocks, which a fixed offset would not have."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

LOCALTIME = Path("/etc/localtime")


def zone(environ: dict[str, str] | None = None, file: Path = LOCALTIME) -> ZoneInfo:
    """That of the environment (``TZ``), else of the machine, else UTC."""
    name = (os.environ if environ is None else environ).get("TZ", "").removeprefix(":")
    if name:
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            pass  # POSIX rules, a path: the machine's own will do
    try:
        with file.open("rb") as opened:
            return ZoneInfo.from_file(opened, key="localtime")
    except (OSError, ValueError):
        return ZoneInfo("UTC")


def now() -> datetime:
    """The time on the owner's clock."""
    return datetime.now(zone())
