"""The memory of cards that are not there, as the fake engine takes it: files that the tests' driver library reads."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any


class NoRoom(Exception):
    """A card has not enough left."""


def charge(claims: Mapping[str, int], options: Mapping[str, Any]) -> None:
    """Take what was promised of each card, or what is really needed. Raises NoRoom."""
    folder = Path(str(options["charges"]))
    part, release = float(options.get("true_part", 1.0)), int(options.get("release_ms", 0))
    wanted = {card: int(size * part) for card, size in claims.items() if card != "cpu"}
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for card, total in _limits(folder).items():
            if wanted.get(card, 0) > total - _held(folder, card):
                raise NoRoom(card)
        lines = "".join(f"{card} {size} {release}\n" for card, size in wanted.items())
        new = folder / f"new.{os.getpid()}"
        new.write_text(lines)
        new.rename(folder / f"{os.getpid()}.fake")


def _limits(folder: Path) -> dict[str, int]:
    """What each card has for models."""
    try:
        lines = (folder / "limits").read_text().splitlines()
    except FileNotFoundError:
        return {}
    return {card: int(total) for card, total in (line.split() for line in lines)}


def _held(folder: Path, card: str) -> int:
    """What living processes hold of it; a driver that is late to give back holds it too, but for that it has its own
    clock, and whoever allocates then fails on a real machine as well.
    """
    held = 0
    for file in folder.glob("*.fake"):
        if Path(f"/proc/{file.stem}").exists():
            for line in file.read_text().splitlines():
                uuid, size, _ = line.split()
                held += int(size) if uuid == card else 0
    return held
