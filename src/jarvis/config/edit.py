"""Changes to the owner's configuration file: comments stay, nothing invalid is written, the last good one is kept."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from jarvis.config import keys
from jarvis.config.load import check, read, syntax
from jarvis.config.paths import private
from jarvis.errors import ConfigError, StoreError


class Draft:
    """The owner's file with changes that are not stored yet.

    Raises ConfigError when the file cannot be read, or is no TOML.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self.before = read(file) or ""
        syntax(self.before, file)
        try:
            self._document = tomlkit.parse(self.before)
        except TOMLKitError as error:
            raise ConfigError("config.syntax_odd", path=file, reason=str(error)) from error

    @property
    def text(self) -> str:
        return tomlkit.dumps(self._document)

    def get(self, key: keys.Key) -> object:
        """What the file says of ``key``; None when it says nothing."""
        table: Any = self._document
        for part in key:
            table = table.get(part) if isinstance(table, dict) else None
        return table.unwrap() if hasattr(table, "unwrap") else table

    def set(self, key: keys.Key, value: object) -> None:
        """Write ``key``; a value of None removes it."""
        if value is None:
            self.unset(key)
            return
        if self.get(key) == value:
            return
        table: Any = self._document
        for depth, part in enumerate(key[:-1]):
            if part not in table:
                if depth == 0 and self._document.body and not self.text.endswith("\n\n"):
                    self._document.add(tomlkit.nl())
                # A table that holds only tables needs no header of its own.
                table.append(part, tomlkit.table(is_super_table=depth < len(key) - 2))
            table = table[part]
            if not isinstance(table, dict):
                name = keys.join(key[: depth + 1])
                raise ConfigError("config.not_a_section", param=name, key=name, origin=self.file)
        table[key[-1]] = value

    def unset(self, key: keys.Key) -> bool:
        """Remove ``key``; whether it was there."""
        table: Any = self._document
        for part in key[:-1]:
            table = table.get(part)
            if not isinstance(table, dict):
                return False
        if key[-1] not in table:
            return False
        del table[key[-1]]
        return True

    def check(self) -> None:
        """Raises ConfigError when the result would not be valid."""
        check(self.text, self.file)

    def store(self) -> None:
        """Write the file, 0600, at once and whole; the one before, if it was good, is kept as ``….bak``.

        Raises ConfigError when the result would not be valid, StoreError when it cannot be written: the file is then as
        it was.
        """
        if self.text == self.before:
            return
        self.check()
        target = self.file.resolve()  # a link into a folder of dot files stays a link
        try:
            private(target.parent)
            if self.before and _is_good(self.before, self.file):
                _replace(target.with_name(target.name + ".bak"), self.before)
            _replace(target, self.text)
        except OSError as error:
            raise StoreError("config.unwritable", path=target, reason=error.strerror or str(error)) from error


def _is_good(text: str, file: Path) -> bool:
    try:
        check(text, file)
    except ConfigError:
        return False
    return True


def _replace(file: Path, text: str) -> None:
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
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
