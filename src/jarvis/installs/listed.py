"""What is installed and what could be, as JSON: `jarvis install` without a name."""

from __future__ import annotations

import platform
from dataclasses import asdict
from typing import Any

from jarvis.errors import JarvisError
from jarvis.hardware.inventory import Inventory
from jarvis.installs.here import installed
from jarvis.installs.offers import NAMES, Offer, offer
from jarvis.texts import say


def offered(name: str) -> Offer:
    """The environment of that name for this machine, whatever is declared. Raises what ``offer`` raises."""
    return offer(name, Inventory().now().gpus, platform.machine())


def listed() -> list[dict[str, Any]]:
    """Every environment that there is, one after the other."""
    rows = []
    for name in NAMES:
        row: dict[str, Any] = {"name": name, "installed": False, "available": False}
        if found := installed(name):
            row |= {"installed": True, "available": True, **asdict(found)}
        else:
            try:
                can = offered(name)
                row |= {"available": True, "build": can.build, "bytes": can.bytes}
                if can.but:
                    row["but"] = say(can.but.code, None, **can.but.facts)
            except JarvisError as error:
                row |= {"reason": error.message(), "hint": error.hint()}
        rows.append(row)
    return rows
