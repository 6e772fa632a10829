"""What the schema refuses, as errors a person can act on."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Sequence

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from jarvis.config import keys
from jarvis.config.section import Section
from jarvis.errors import ConfigError
from jarvis.texts import Language, say

HIDDEN = "••••••••"


class InvalidConfig(ConfigError):
    """Several mistakes at once; each is an error of its own in ``problems``."""

    def __init__(self, problems: tuple[ConfigError, ...]) -> None:
        super().__init__("config.invalid", count=len(problems))
        self.problems = problems

    def message(self, lang: Language | None = None) -> str:
        return "\n  ".join([super().message(lang), *(p.message(lang) for p in self.problems)])

    def hint(self, lang: Language | None = None) -> str:
        hints = dict.fromkeys(p.hint(lang) for p in self.problems)
        return "\n  ".join(hint for hint in hints if hint)


def together(wrong: Sequence[ConfigError]) -> ConfigError:
    """One error of one or more."""
    return wrong[0] if len(wrong) == 1 else InvalidConfig(tuple(wrong))


def problems(error: ValidationError, root: type[Section], origin: Callable[[str], str]) -> list[ConfigError]:
    """Each mistake once. ``origin`` tells where a key was written."""
    found: dict[keys.Key, ConfigError] = {}
    for detail in error.errors(include_url=False):
        path = tuple(part for part in detail["loc"] if isinstance(part, str))
        kind = detail["type"]
        if kind == "missing" and isinstance(detail["loc"][-1], int):
            kind = "value"  # the second half of a pair: the pair is wrong
        if kind not in ("extra_forbidden", "missing"):
            path = keys.reached(path, root)
        if path not in found:
            found[path] = _problem(kind, path, detail["input"], detail.get("ctx", {}), root, origin)
    return list(found.values())


def _problem(
    kind: str,
    path: keys.Key,
    value: object,
    facts: dict[str, object],
    root: type[Section],
    origin: Callable[[str], str],
) -> ConfigError:
    key = keys.join(path)
    where = origin(key)
    field = keys.field_of(path, root)
    if kind.startswith("config."):
        return ConfigError(kind, param=key, origin=said(where), **facts)
    if kind == "extra_forbidden":
        return unknown_key(path, root, where)
    if kind == "missing":
        return ConfigError("config.missing_key", param=key, key=key, origin=said(where))
    if field is None:
        return ConfigError("config.not_a_section", param=key, key=key, origin=said(where), mend=mend(key, where))
    return bad_value(key, field, value, where)


def unknown_key(path: keys.Key, root: type[Section], where: str) -> ConfigError:
    """The error for a key that does not exist, with the nearest that does."""
    key, near = keys.join(path), keys.meant(keys.did_you_mean(path, root))
    return ConfigError("config.unknown_key", param=key, key=key, origin=said(where), meant=near, mend=mend(key, where))


def bad_value(key: str, field: FieldInfo, value: object, where: str) -> ConfigError:
    """The error for a value that a setting may not have."""
    return ConfigError(
        "config.bad_value",
        param=key,
        key=key,
        value=shown(field, value),
        allowed=keys.allowed(field),
        origin=said(where),
        mend=mend(key, where, known=True),
    )


def mend(key: str, origin: str, known: bool = False) -> str:
    """How ``key`` is taken away where it was written; of what was typed, how to see what may be."""
    if command := removal(key, origin):
        return say("config.mend.remove", command=command)
    return say("config.mend.meaning", key=key) if known else say("config.mend.typed")


def removal(key: str, origin: str) -> str:
    """The command that takes ``key`` away where it was written; empty for what was typed."""
    kind, _, what = origin.partition(" ")
    if kind == "environment":
        return f"unset {what}"
    pair = ("server.tls_cert", "server.tls_key")  # neither may be without the other
    return f"jarvis config unset {' '.join(pair) if key in pair else shlex.quote(key)}" if kind == "file" else ""


def plain(field: FieldInfo, value: object) -> object:
    """A value as JSON writes it; a secret is not shown."""
    if keys.is_secret(field):
        return None if value is None else HIDDEN
    return json.loads(json.dumps(value, default=str))


def shown(field: FieldInfo, value: object) -> str:
    """A value as the file would write it; a secret is not shown."""
    if keys.is_secret(field):
        return HIDDEN
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 80 else text[:79] + "…"


def said(origin: str) -> str:
    """An origin in the owner's language."""
    kind, _, what = origin.partition(" ")
    return say(f"config.origin.{kind}", what=what)
