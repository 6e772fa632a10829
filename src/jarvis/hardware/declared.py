"""A machine that its owner writes down: one to plan for, or one that Jarvis is to be limited to.

A TOML file, in MiB and 10^9 bytes per second, with as many cards as there are::

    [[gpu]]
    name = "NVIDIA GeForce RTX 4060"
    memory_mib = 8188
    compute_capability = "8.9"
    bandwidth_gbs = 272
    used_mib = 300             # by other programs; may be left out
    uuid = "GPU-1c0ffee"       # of a card that is really there; may be left out

    [cpu]
    name = "Intel Core i5-12400"    # may be left out
    cores = 6
    memory_mib = 32768
    bandwidth_gbs = 45         # what reading reaches
    used_mib = 4096            # may be left out
"""

from __future__ import annotations

import platform
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jarvis.errors import ConfigError
from jarvis.registry import nearest
from jarvis.texts import say
from jarvis.words.hardware import Cpu, Gpu, Gpus, Machine, Ram

MIB = 1 << 20
Table = dict[str, Any]
Check = Callable[[object], object]


class _Wrong(Exception):
    """A value is not what it must be: the end of a text code and its facts."""

    def __init__(self, expected: str, **facts: Any) -> None:
        self.text = say(f"hardware.expected.{expected}", **facts)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _Wrong("text")
    return value


def _uuid(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z0-9][\w.-]*", value) or value == "cpu":
        raise _Wrong("uuid")
    return value


def _capability(value: object) -> tuple[int, int]:
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = f"{value:.1f}"  # 8.9, where "8.9" is meant
    found = re.fullmatch(r"(\d{1,2})\.(\d)", value) if isinstance(value, str) else None
    if found is None:
        raise _Wrong("capability")
    return int(found[1]), int(found[2])


def _whole(expected: str, low: int, high: int) -> Check:
    def check(value: object) -> int:
        if type(value) is not int or not low <= value <= high:
            raise _Wrong(expected, low=low, high=high)
        return value

    return check


def _gbs(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 1 <= value <= 50_000:
        raise _Wrong("gbs", low=1, high=50_000)
    return value * 1e9


# From 256 MiB, so that GiB written for MiB are told, to 16 TiB, so that bytes are.
_MEMORY, _USED = _whole("mib", 256, 1 << 24), _whole("mib", 0, 1 << 24)
_GPU: Mapping[str, Check] = {
    "name": _text, "memory_mib": _MEMORY, "compute_capability": _capability, "bandwidth_gbs": _gbs,
    "used_mib": _USED, "uuid": _uuid,
}  # fmt: skip
_CPU: Mapping[str, Check] = {
    "name": _text, "cores": _whole("between", 1, 4096), "memory_mib": _MEMORY, "bandwidth_gbs": _gbs, "used_mib": _USED,
}  # fmt: skip
_OPTIONAL = frozenset({"used_mib", "uuid", "cpu.name"})


def read(file: Path) -> Machine:
    """The machine in ``file``. Raises ConfigError naming the file, the key, and what was expected."""
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError("hardware.declared_syntax", file=file, reason=str(error)) from error
    except OSError as error:
        raise ConfigError("hardware.declared_unreadable", file=file, reason=error.strerror or str(error)) from error
    return parse(text, file)


def parse(text: str, file: Path) -> Machine:
    """The machine in ``text``, which was in ``file``. Raises ConfigError."""
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigError("hardware.declared_syntax", file=file, reason=str(error)) from error
    return _Reader(file).machine(table)


class _Reader:
    """Reads one file; knows its name for the errors."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def machine(self, table: Table) -> Machine:
        for key in table:
            self._known(key, ("gpu", "cpu"), "")
        cards = table.get("gpu", [])
        if not isinstance(cards, list):
            raise self._wrong("gpu", cards, _Wrong("gpus"))
        gpus = tuple(self._gpu(card, index) for index, card in enumerate(cards))
        uuids = [gpu.uuid for gpu in gpus]
        for index, uuid in enumerate(uuids):
            if uuid in uuids[:index]:
                raise self._wrong(f"gpu[{index}].uuid", uuid, _Wrong("own_uuid"))
        if "cpu" not in table:
            raise ConfigError("hardware.declared_missing", file=self.file, key="cpu")
        host = self._fields(table["cpu"], _CPU, "cpu")
        total, used = self._memory(host, "cpu")
        cores = host["cores"]
        processor = Cpu(
            host.get("name", "CPU"), platform.machine(), cores, cores, float(cores), frozenset(), host["bandwidth_gbs"]
        )
        return Machine(Gpus(gpus), (), processor, Ram(total, total - used), declared=True)

    def _gpu(self, table: object, index: int) -> Gpu:
        fields = self._fields(table, _GPU, f"gpu[{index}]")
        total, used = self._memory(fields, f"gpu[{index}]")
        return Gpu(
            fields.get("uuid", f"declared-{index}"),
            fields["name"],
            index,
            total_bytes=total,
            used_bytes=used,
            free_bytes=total - used,
            capability=fields["compute_capability"],
            bandwidth=fields["bandwidth_gbs"],
        )

    def _memory(self, fields: Table, where: str) -> tuple[int, int]:
        """Bytes in all and in use."""
        total, used = fields["memory_mib"], fields.get("used_mib", 0)
        if used > total:
            raise self._wrong(f"{where}.used_mib", used, _Wrong("at_most", key=f"{where}.memory_mib", high=total))
        return total * MIB, used * MIB

    def _fields(self, table: object, known: Mapping[str, Check], where: str) -> Table:
        """The values of ``table``, each checked; ``where`` is how its keys begin in messages."""
        if not isinstance(table, dict):
            raise self._wrong(where, table, _Wrong("table"))
        found = {}
        for key, value in table.items():
            self._known(key, tuple(known), f"{where}.")
            try:
                found[key] = known[key](value)
            except _Wrong as wrong:
                raise self._wrong(f"{where}.{key}", value, wrong) from wrong
        for key in known:
            if key not in found and not _OPTIONAL.intersection((key, f"{where}.{key}")):
                raise ConfigError("hardware.declared_missing", file=self.file, key=f"{where}.{key}")
        return found

    def _known(self, key: str, known: tuple[str, ...], where: str) -> None:
        if key in known:
            return
        near = nearest(key, list(known))
        meant = " " + say("config.did_you_mean", name=f"{where}{near}") if near else ""
        raise ConfigError("hardware.declared_unknown_key", file=self.file, key=f"{where}{key}", meant=meant)

    def _wrong(self, key: str, value: object, wrong: _Wrong) -> ConfigError:
        shown = repr(value)
        shown = shown if len(shown) <= 80 else shown[:79] + "…"
        return ConfigError("hardware.declared_bad_value", file=self.file, key=key, value=shown, expected=wrong.text)
