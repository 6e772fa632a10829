"""Home Assistant: what its devices are at, and switching them.

Locks, alarms, garage doors and gates are apart: what is done with them is done only after a yes. Every other tool
refuses them, and one asks for no more than its owner exposed (``home_assistant.domains``).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Any, cast

from jarvis.errors import ConfigError, NotFound, UsageError
from jarvis.search.base import visible
from jarvis.texts import say
from jarvis.tools import _secrets
from jarvis.tools._arguments import schema, word
from jarvis.tools._home_names import Device, means_all, resolve, search
from jarvis.tools._home_wire import NAME, Wire, devices
from jarvis.tools._remote import checked
from jarvis.tools.base import Asker, Home, Outcome, Tool
from jarvis.words.chat import Json

KEPT = "home-assistant"
REGISTRY_SECONDS = 60.0
"""How long areas and names are believed; states are asked for each time."""
MOST_SHOWN, MOST_SWITCHED = 60, 30
_SIMPLE = frozenset({"light", "switch", "input_boolean", "fan", "media_player", "climate", "cover", "script"})
_COVER = {"on": "open_cover", "off": "close_cover", "open": "open_cover", "close": "close_cover", "stop": "stop_cover"}
_PLAYER = {"play": "media_play", "pause": "media_pause", "stop": "media_stop"}
_SECURE = {
    "lock": {"lock": "lock", "unlock": "unlock", "open": "open"},
    "alarm_control_panel": {
        "arm_home": "alarm_arm_home", "arm_away": "alarm_arm_away", "arm_night": "alarm_arm_night",
        "disarm": "alarm_disarm",
    },
    "cover": {"open": "open_cover", "close": "close_cover", "stop": "stop_cover"},
    "scene": {"on": "turn_on"},
    **{k: {"on": "turn_on", "off": "turn_off", "toggle": "toggle"} for k in ("switch", "input_boolean", "script")},
}  # fmt: skip
_NUMBERS: dict[str, tuple[str, str, str, float, float]] = {
    "brightness": ("light", "turn_on", "brightness_pct", 0, 100),
    "color_temperature": ("light", "turn_on", "color_temp_kelvin", 1500, 10000),
    "temperature": ("climate", "set_temperature", "temperature", -50, 120),
    "position": ("cover", "set_cover_position", "position", 0, 100),
    "volume": ("media_player", "volume_set", "volume_level", 0, 100),
}
"""A number that is set: of which kind, by which service, under which name, from and to."""
_TOLD = (
    "brightness", "color_temp_kelvin", "current_temperature", "temperature", "current_position", "volume_level",
    "hvac_action", "percentage", "unit_of_measurement", "media_title", "media_artist", "source",
)  # fmt: skip


class Toolbox:
    """Needs ``home_assistant.address`` and the token that `jarvis connect home-assistant` keeps."""

    def __init__(self, home: Home) -> None:
        self._settings = home.settings.home_assistant
        self._registries: tuple[list[dict[str, Any]], ...] = ([], [], [])
        self._since = -REGISTRY_SECONDS

    async def tools(self) -> Sequence[Tool]:
        """See ``base.Toolbox``. Nobody is asked yet: a house that cannot be reached is told when it is wanted."""
        if self._settings.address is None:
            return ()
        device: Json = {"type": "string", "description": 'Name as a person says it ("la luz del salón"), or its id.'}
        number: Json = {"type": "number"}
        seconds = 3 * self._settings.timeout_seconds
        found = [
            Tool(
                "home_devices",
                "List or search the devices of the house with their states: lights, blinds, heating, sensors.",
                schema({"query": {"type": "string", "description": "Words of name or room; empty: all."}}),
                self._list,
                seconds=seconds,
            ),
            Tool("home_state", "State of one device of the house in detail.", schema({"device": device}, "device"),
                 self._state, seconds=seconds),
            Tool(
                "home_set",
                "Switch a device of the house, or set one value of it: brightness, position and volume in percent,"
                " color_temperature in kelvin, temperature in the house's own degrees.",
                schema(
                    {
                        "device": device,
                        "do": {"type": "string", "enum": ["on", "off", "toggle", "open", "close", "stop", "play",
                                                          "pause"]},
                        **dict.fromkeys(_NUMBERS, number),
                    },
                    "device",
                ),
                self._set,
                effect=True,
                seconds=seconds,
                show=_shown,
            ),
        ]  # fmt: skip
        if set(_SECURE) & set(self._settings.domains):
            todo = cast("list[Json]", sorted({do for table in _SECURE.values() for do in table}))
            found.append(
                Tool(
                    "home_secure",
                    "Lock or unlock a door, arm or disarm an alarm, open or close a garage door or gate.",
                    schema({"device": device, "do": {"type": "string", "enum": todo}}, "device", "do"),
                    self._secure,
                    effect=True,
                    ask=True,
                    seconds=seconds,
                    show=_shown,
                )
            )
        return found

    async def close(self) -> None:
        """See ``base.Toolbox``: nothing was started."""

    async def _wire(self) -> Wire:
        token = await asyncio.to_thread(_secrets.find, KEPT, self._settings.token_file)
        if token is None:
            raise ConfigError("connect.home_no_token", param="home_assistant.token_file")
        address = checked(self._settings.address or "", "home_assistant.address")
        return Wire(address, token, self._settings.timeout_seconds)

    async def _devices(self, wire: Wire) -> list[Device]:
        states = await wire.states()
        if time.monotonic() - self._since >= REGISTRY_SECONDS:
            self._registries = await wire.registries()
            self._since = time.monotonic()
        return devices(states, self._registries, frozenset(self._settings.domains))

    async def _list(self, asked: Mapping[str, Json], asker: Asker) -> Outcome:
        every = await self._devices(await self._wire())
        query = word(asked, "query")
        found = search(query, every) if query else every
        if not found:
            raise NotFound("connect.home_unknown", device=query)
        lines = [_line(device) for device in found[:MOST_SHOWN]]
        if len(found) > MOST_SHOWN:
            lines.append(f"... and {len(found) - MOST_SHOWN} more: search by name or room.")
        return Outcome("\n".join(lines), [_data(device) for device in found[:MOST_SHOWN]], _stranger(found))

    async def _state(self, asked: Mapping[str, Json], asker: Asker) -> Outcome:
        found = _meant(word(asked, "device"), await self._devices(await self._wire()))
        lines = [
            "\n".join([_line(d), *(f"  {k}: {visible(str(d.attributes[k]), 120)}" for k in _TOLD if k in d.attributes)])
            for d in found
        ]
        return Outcome("\n".join(lines), [_data(device) for device in found], _stranger(found))

    async def _set(self, asked: Mapping[str, Json], asker: Asker) -> Outcome:
        wire = await self._wire()
        meant = _meant(word(asked, "device"), await self._devices(wire))
        found = [device for device in meant if not device.secure]
        if not found:
            raise UsageError("connect.home_secure", device=meant[0].name)
        calls: dict[tuple[str, str], tuple[list[str], dict[str, Json]]] = {}
        for device in found:
            for (domain, service), more in _services(device, asked).items():
                calls.setdefault((domain, service), ([], {}))[0].append(device.id)
                calls[domain, service][1].update(more)
        for (domain, service), (ids, more) in calls.items():
            await wire.act(domain, service, ids, more)
        return await self._now(wire, found, [device for device in meant if device.secure])

    async def _secure(self, asked: Mapping[str, Json], asker: Asker) -> Outcome:
        wire = await self._wire()
        name, todo = word(asked, "device"), word(asked, "do")
        every = await self._devices(wire)
        found = _meant(name, [device for device in every if device.secure], one=True)[0]
        service = _SECURE[found.kind].get(todo)
        if service is None:
            raise UsageError("connect.home_not_that", device=found.name, do=todo, known=", ".join(_SECURE[found.kind]))
        await wire.act(found.kind, service, [found.id], {})
        return await self._now(wire, [found])

    async def _now(self, wire: Wire, found: Sequence[Device], left: Sequence[Device] = ()) -> Outcome:
        """What they are at afterwards. A lamp far away may take a moment, so it is said that this was asked for."""
        after = devices(
            [await wire.state(device.id) for device in found], self._registries, frozenset(self._settings.domains)
        )
        lines = ["Done; state right afterwards:", *map(_line, after)]
        lines += [f"Left as it is, for it needs home_secure: {device.name} ({device.id})" for device in left]
        return Outcome("\n".join(lines), [_data(device) for device in after], _stranger(after))


def _services(device: Device, asked: Mapping[str, Json]) -> dict[tuple[str, str], dict[str, Json]]:
    """The services that do to this device what is asked. Raises UsageError for what it cannot, or for nothing."""
    found: dict[tuple[str, str], dict[str, Json]] = {}
    for name, (kind, service, parameter, least, most) in _NUMBERS.items():
        value = asked.get(name)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise UsageError("connect.home_number", param=name, name=name, least=least, most=most)
        if kind != device.kind:
            raise UsageError("connect.home_not_that", device=device.name, do=name, known=", ".join(_can(device)))
        found.setdefault((kind, service), {})[parameter] = value / 100 if name == "volume" else value
    todo = asked.get("do")
    if todo is not None and not (found and todo == "on"):  # a brightness turns on
        found[device.kind, _service(device, str(todo))] = {}
    if not found:
        raise UsageError("connect.home_nothing", device=device.name, known=", ".join(_can(device)))
    return found


def _service(device: Device, todo: str) -> str:
    service = ""
    if device.kind == "cover":
        service = _COVER.get(todo, "")
    elif device.kind == "media_player":
        service = _PLAYER.get(todo, "")
    elif device.kind == "scene" and todo == "on":
        service = "turn_on"
    if not service and device.kind in _SIMPLE and todo in ("on", "off", "toggle"):
        service = {"on": "turn_on", "off": "turn_off", "toggle": "toggle"}[todo]
    if not service:
        raise UsageError("connect.home_not_that", device=device.name, do=todo, known=", ".join(_can(device)))
    return service


def _can(device: Device) -> list[str]:
    does = list(_COVER) if device.kind == "cover" else ["on"] if device.kind == "scene" else []
    if device.kind in _SIMPLE:
        does += ["on", "off", "toggle"]
    does += list(_PLAYER) if device.kind == "media_player" else []
    return list(dict.fromkeys(does + [name for name, row in _NUMBERS.items() if row[0] == device.kind]))


def _meant(name: str, every: Sequence[Device], *, one: bool = False) -> list[Device]:
    """Raises NotFound, and UsageError where it is not clear which."""
    found = resolve(name, every) if name else []
    if not found:
        raise NotFound("connect.home_unknown", device=name)
    if len(found) > (1 if one or not means_all(name) else MOST_SWITCHED):
        known = ", ".join(f"{d.name} ({d.id})" for d in found[:8])
        raise UsageError("connect.home_which", device=name, known=known)
    return found


def _line(device: Device) -> str:
    unit = visible(str(device.attributes.get("unit_of_measurement") or ""), 12)
    place = f", {device.area}" if device.area else ""
    return f"{device.name} ({device.id}{place}): {device.state}{f' {unit}' if unit else ''}"


def _data(device: Device) -> Json:
    return {"id": device.id, "name": device.name, "area": device.area, "state": device.state}


def _stranger(found: Sequence[Device]) -> str:
    """Titles of what is played, and texts that a sensor got from somewhere, are written by others."""
    free = any("media_title" in d.attributes or (d.kind == "sensor" and len(d.state.split()) > 3) for d in found)
    return NAME if free else ""


def _shown(asked: Mapping[str, Json]) -> str:
    what = ", ".join(f"{k}: {v}" for k, v in asked.items() if k != "device" and v is not None)
    return say("connect.home_show", device=word(asked, "device"), what=what)
