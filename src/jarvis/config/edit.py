"""Changes to the owner's configuration file: comments stay, nothing is made wrong, the last good one is kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from jarvis.config import keys
from jarvis.config.kept import replace
from jarvis.config.load import judge, read, syntax
from jarvis.config.paths import good, private
from jarvis.config.problems import mend, together
from jarvis.config.schema import Settings
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

    @property
    def settings(self) -> Settings:
        """Those that the file would mean; while something else is wrong with it, the defaults."""
        return judge(self.text, self.file)[0] or Settings()

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
                facts = {"key": name, "origin": self.file, "mend": mend(name, "file")}
                raise ConfigError("config.not_a_section", param=name, **facts)
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

    def key(self, name: str) -> keys.Key:
        """The key that the file itself calls so, whether or not it is a setting; empty when there is none."""
        return next((key for key in _every(self._document.unwrap()) if keys.join(key) == name), ())

    def check(self) -> list[ConfigError]:
        """What was wrong before and still is. Raises ConfigError for what these changes would make wrong."""
        known = {(p.code, p.param) for p in judge(self.before, self.file)[1]}
        wrong = judge(self.text, self.file)[1]
        if new := [p for p in wrong if (p.code, p.param) not in known]:
            raise together(new)
        return wrong

    def store(self) -> list[ConfigError]:
        """Write the file, 0600, at once and whole; when all of it is in order, also as the copy to go back to.

        Returns what was wrong before and still is. Raises ConfigError for what the changes would make wrong,
        StoreError when nothing can be written: the file is then as it was.
        """
        left = self.check()
        if self.text == self.before:
            return left
        target = self.file.resolve()  # a link into a folder of dot files stays a link
        try:
            private(self.file.parent)
            replace(target, self.text)
            if not left:
                replace(good(self.file), self.text)
        except OSError as error:
            raise StoreError("config.unwritable", path=target, reason=error.strerror or str(error)) from error
        return left


def _every(table: dict[str, Any], before: keys.Key = ()) -> Iterator[keys.Key]:
    for name, value in table.items():
        yield (*before, name)
        if isinstance(value, dict):
            yield from _every(value, (*before, name))
