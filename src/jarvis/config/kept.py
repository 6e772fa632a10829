"""The configuration file on disk: replaced whole, and a copy of the last one that was in order."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from jarvis.config.load import judge, read
from jarvis.config.paths import good
from jarvis.errors import ConfigError


def keep(file: Path) -> None:
    """Keep a copy of the file, if it is in order and none like it is kept, for when it is no more."""
    with suppress(ConfigError, OSError):  # no copy is no reason to stop what is to be done
        text = read(file)
        if text and text != read(good(file)) and not judge(text, file)[1]:
            replace(good(file), text)


def replace(file: Path, text: str) -> None:
    """Write ``file`` so that at any moment, power cuts included, it is whole: the old one or the new one."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as output:
            output.write(text)
            output.flush()
            os.fsync(output.fileno())
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    settled(file.parent)


def settled(folder: Path) -> None:
    """Make what was renamed in there outlive a power cut."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
