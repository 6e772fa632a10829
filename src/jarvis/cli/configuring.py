"""Showing and changing the configuration from the command line."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

import click

from jarvis import registry
from jarvis.catalog.catalog import spoken
from jarvis.catalog.here import catalog, check_default, not_obeyed
from jarvis.cli.main import report
from jarvis.config import keys
from jarvis.config.edit import Draft
from jarvis.config.load import DEFAULT, Loaded, Table, load, validate
from jarvis.config.paths import paths, written
from jarvis.config.problems import plain, said, shown, together, unknown_key
from jarvis.config.schema import Settings
from jarvis.daemon import find
from jarvis.errors import ConfigError, UsageError
from jarvis.money.current import at_once
from jarvis.providers.here import check_address
from jarvis.texts import say

TYPED = "typed"
"""The origin of what stands on the command line."""


def show(key: str | None, as_json: bool) -> None:
    """Every setting, those of a section, or one, with where it comes from. Raises ConfigError."""
    loaded = load()
    names = list(loaded.origins)
    if key is not None:
        path = keys.split(key)
        key = keys.join(path)
        names = [name for name in names if name.startswith(f"{key}.")]
        if not names and keys.field_of(path) is not None:
            names = [key]
        elif not names and not keys.is_section(path):
            raise unknown_key(path, Settings, TYPED)
    if as_json:
        click.echo(json.dumps({name: _facts(loaded, name) for name in names}, ensure_ascii=False, indent=2))
    elif names == [key]:
        _show_one(loaded, names[0])
    else:
        _show_all(loaded, names)


class _Setting:
    """One setting as it is in force."""

    def __init__(self, loaded: Loaded, name: str) -> None:
        field = keys.field_of(keys.split(name))
        assert field is not None, name
        self.name = name
        self.field = field
        self.value = keys.value_of(loaded.settings, keys.split(name))
        self.origin = loaded.origins.get(name, DEFAULT)

    def text(self, value: object) -> str:
        return say("config.none") if value is None else shown(self.field, value)

    def line(self) -> str:
        return f"{self.name} = {self.text(self.value)}"


def _facts(loaded: Loaded, name: str) -> dict[str, object]:
    setting = _Setting(loaded, name)
    return {"value": plain(setting.field, setting.value), "origin": setting.origin}


def _show_all(loaded: Loaded, names: list[str]) -> None:
    found = [_Setting(loaded, name) for name in names]
    width = min(60, max((len(s.line()) for s in found), default=0))
    for setting in found:
        origin = click.style(said(setting.origin), dim=setting.origin == DEFAULT)
        click.echo(f"{setting.line():<{width}}  {origin}")
    if not found:
        click.echo(say("config.none"))


def _show_one(loaded: Loaded, name: str) -> None:
    setting = _Setting(loaded, name)
    click.echo(setting.line())
    click.echo(
        say(
            "config.detail",
            about=keys.about(keys.split(name)),
            allowed=keys.allowed(setting.field),
            default=setting.text(setting.field.get_default(call_default_factory=True)),
            origin=said(setting.origin),
        )
    )
    if variable := keys.variable(name):
        click.echo(say("config.detail_variable", name=variable))


def check() -> None:
    """Say that the configuration is in order. Raises ConfigError with everything that is not."""
    loaded = load()
    check_default(catalog(loaded.settings, paths()), loaded.settings.models.default)
    changed = sum(origin != DEFAULT for origin in loaded.origins.values())
    code = "config.checked" if loaded.path.exists() else "config.checked_no_file"
    click.echo(say(code, path=loaded.path, count=changed))


def change(pairs: tuple[str, ...]) -> None:
    """Set settings in the file, each KEY followed by its VALUE. Raises ConfigError; then nothing was written."""
    if len(pairs) % 2:
        raise UsageError("config.no_value", key=pairs[-1])
    draft = Draft(paths().config_file)
    typed: Table = {}
    values: dict[str, object] = {}
    for key, text in zip(pairs[::2], pairs[1::2], strict=True):
        path = keys.split(key)
        field = keys.field_of(path)
        if field is None:
            raise _no_setting(path)
        value = keys.from_text(field, text)
        if keys.is_path(field) and isinstance(value, str):
            value = str(written(value, Path.cwd()))
        values[keys.join(path)] = value
        _nest(typed, path, value)
        draft.set(path, value)
    # What is wrong with a value is told of what was typed, not of a line of a file that was never written.
    _, wrong = validate(typed, dict.fromkeys(values, TYPED), draft.file)
    if refused := [problem for problem in wrong if problem.param in values]:
        raise together(refused)
    models = catalog(draft.settings, paths())
    default = (
        check_default(models, str(name), typed=True) if (name := values.get("models.default")) is not None else None
    )
    _check_addresses(values)
    left = draft.store()
    for name, value in values.items():
        if value is None:
            click.echo(say("config.removed", key=name, path=draft.file))
            continue
        field = keys.field_of(keys.split(name))
        assert field is not None
        click.echo(say("config.stored", key=name, value=shown(field, value), path=draft.file))
    if default and models.here(*default) is None and models.own(default[0]) is None:
        click.echo(say("catalog.default_not_here", name=spoken(*default)), err=True)
    for problem in not_obeyed(models, draft.settings, lambda kind: registry.names(registry.room(kind))):
        if any(key == problem.param or key.startswith(f"{problem.param}.") for key in values):
            report(problem)
    _tell_what_is_left(draft.file, left)
    _tell_who_wins(list(values))


def _check_addresses(values: Mapping[str, object]) -> None:
    """Raises ConfigError for the address of a provider that nobody could ever call."""
    for name, value in values.items():
        path = keys.split(name)
        if path[0] == "provider" and path[-1] == "address" and isinstance(value, str):
            check_address(keys.join(path[1:-1]), value)


def reset(names: tuple[str, ...]) -> None:
    """Remove settings from the file, also what is no setting at all. Raises ConfigError."""
    draft = Draft(paths().config_file)
    lines = []
    for name in names:
        path = draft.key(name) or keys.split(name)
        there = draft.unset(path)
        if not there and keys.field_of(path) is None:
            raise _no_setting(path)
        code = "config.not_set" if not there else "config.removed" if keys.field_of(path) else "config.taken_away"
        lines.append(say(code, key=keys.join(path), path=draft.file))
    left = draft.store()
    click.echo("\n".join(lines))
    _tell_what_is_left(draft.file, left)
    _tell_who_wins(list(names))


def _tell_what_is_left(file: Path, wrong: list[ConfigError]) -> None:
    """What was wrong with the file before, and still is."""
    if wrong:
        click.echo(say("config.still_wrong", path=file), err=True)
        for problem in wrong:
            report(problem)


def _no_setting(path: keys.Key) -> ConfigError:
    name = keys.join(path)
    if keys.is_section(path):
        return ConfigError("config.is_a_section", param=name, key=name)
    return unknown_key(path, Settings, TYPED)


def _nest(table: Table, path: keys.Key, value: object) -> None:
    for part in path[:-1]:
        inner = table.setdefault(part, {})
        assert isinstance(inner, dict)
        table = inner
    table[path[-1]] = value


def _tell_who_wins(names: list[str]) -> None:
    """What keeps the change from counting now."""
    for name in names:
        variable = keys.variable(name)
        if variable and variable in os.environ:
            click.echo(say("config.shadowed", name=variable), err=True)
    if find(paths()):
        held = [name for name in names if at_once(name)]
        if held:
            click.echo(say("config.daemon_holds", names=", ".join(held)), err=True)
        if len(held) < len(names):
            click.echo(say("config.daemon_keeps"), err=True)
