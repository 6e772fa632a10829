"""Home Assistant's wire: states and services by REST, the registries of areas, devices and entities by WebSocket.

https://developers.home-assistant.io/docs/api/rest and .../websocket
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from jarvis.errors import NotFound, ProviderRefused, ProviderUnavailable, UsageError
from jarvis.search.base import visible
from jarvis.tools._home_names import Device, lets_in
from jarvis.tools._remote import MOST_BYTES, Reply, call
from jarvis.words.chat import Json

NAME = "Home Assistant"
REGISTRIES = ("config/area_registry/list", "config/device_registry/list", "config/entity_registry/list")
NAME_CHARACTERS = 80


class Wire:
    """One Home Assistant. Every call may raise ProviderUnavailable or ProviderRefused."""

    def __init__(self, address: str, token: str, seconds: float) -> None:
        self._address = address
        self._token = token
        self._seconds = seconds

    async def states(self) -> list[dict[str, Any]]:
        """Every entity as it is now."""
        body = self._answered(await self._call("GET", "/api/states")).body
        return [s for s in body if isinstance(s, dict)] if isinstance(body, list) else []

    async def state(self, entity: str) -> dict[str, Any]:
        """One entity. Raises NotFound."""
        reply = await self._call("GET", f"/api/states/{entity}")
        if reply.status == 404:
            raise NotFound("connect.home_unknown", device=entity)
        body = self._answered(reply).body
        return body if isinstance(body, dict) else {}

    async def act(self, domain: str, service: str, entities: Sequence[str], more: Mapping[str, Json]) -> None:
        """Call a service. Raises UsageError for what it cannot do with these entities."""
        asked: Json = {"entity_id": cast("list[Json]", list(entities)), **more}
        reply = await self._call("POST", f"/api/services/{domain}/{service}", asked)
        if reply.status in (400, 404, 500):  # 500: what the integration raised, a device that cannot do it for one
            told = reply.body.get("message") if isinstance(reply.body, dict) else None
            raise UsageError(
                "connect.home_cannot", service=f"{domain}.{service}", reason=visible(str(told or reply.status), 200)
            )
        self._answered(reply)

    async def registries(self) -> tuple[list[dict[str, Any]], ...]:
        """Areas, devices and entities, as Home Assistant keeps them; a list that its user may not see is empty."""
        import aiohttp

        address = "ws" + self._address.removeprefix("http") + "/api/websocket"
        try:
            async with (
                asyncio.timeout(self._seconds),
                aiohttp.ClientSession(trust_env=False) as session,
                session.ws_connect(address, max_msg_size=MOST_BYTES, compress=0) as line,
            ):
                await self._enter(line)
                for number, kind in enumerate(REGISTRIES, 1):
                    await line.send_json({"id": number, "type": kind})
                found: dict[int, list[dict[str, Any]]] = {}
                while len(found) < len(REGISTRIES):
                    told = _message(await line.receive())
                    if told.get("type") == "result":
                        rows = told.get("result") if told.get("success") else None
                        found[told["id"]] = [r for r in rows if isinstance(r, dict)] if isinstance(rows, list) else []
                return tuple(found.get(number, []) for number in range(1, len(REGISTRIES) + 1))
        except TimeoutError as error:
            raise ProviderUnavailable("connect.slow", name=NAME, seconds=self._seconds) from error
        except (aiohttp.ClientError, OSError) as error:
            raise ProviderUnavailable("connect.down", name=NAME, reason=type(error).__name__) from None

    async def _enter(self, line: Any) -> None:
        told = _message(await line.receive())
        if told.get("type") == "auth_required":
            await line.send_json({"type": "auth", "access_token": self._token})
            told = _message(await line.receive())
        if told.get("type") == "auth_invalid":
            raise ProviderRefused("connect.home_token")
        if told.get("type") != "auth_ok":
            raise ProviderRefused("connect.not_it", name=NAME)

    async def _call(self, method: Any, path: str, body: Json = None) -> Reply:
        headers = {"Authorization": f"Bearer {self._token}"}
        return await call(NAME, method, self._address + path, self._seconds, headers=headers, body=body)

    @staticmethod
    def _answered(reply: Reply) -> Reply:
        if reply.status in (401, 403):
            raise ProviderRefused("connect.home_token")
        if reply.status == 429 or reply.status >= 500:
            raise ProviderUnavailable("connect.busy", name=NAME, status=reply.status, retry_after=reply.retry_after)
        if reply.status not in (200, 201):
            raise ProviderRefused("connect.not_it", name=NAME)
        return reply


def _message(received: Any) -> dict[str, Any]:
    import aiohttp

    if received.type is not aiohttp.WSMsgType.TEXT:
        raise ProviderUnavailable("connect.down", name=NAME, reason=received.type.name.lower())
    try:
        told = json.loads(received.data)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise ProviderRefused("connect.not_it", name=NAME)
    return told


def devices(
    states: Sequence[Mapping[str, Any]],
    registries: Sequence[Sequence[Mapping[str, Any]]],
    domains: frozenset[str],
) -> list[Device]:
    """What its owner lets Jarvis see: of these domains, neither hidden nor there only to diagnose or configure."""
    areas = {a.get("area_id"): str(a.get("name") or "") for a in registries[0]}
    of_device = {d.get("id"): d.get("area_id") for d in registries[1]}
    entries = {e.get("entity_id"): e for e in registries[2]}
    found: list[Device] = []
    for state in states:
        name = str(state.get("entity_id") or "")
        attributes = state.get("attributes")
        attributes = attributes if isinstance(attributes, dict) else {}
        entry = entries.get(name, {})
        if entry.get("hidden_by") or entry.get("entity_category"):
            continue
        area = areas.get(entry.get("area_id") or of_device.get(entry.get("device_id")), "")
        shown = visible(str(attributes.get("friendly_name") or entry.get("name") or name), NAME_CHARACTERS)
        aliases = entry.get("aliases")
        found.append(
            Device(
                name,
                shown,
                visible(str(state.get("state", "")), NAME_CHARACTERS),
                visible(area, NAME_CHARACTERS),
                str(attributes.get("device_class") or ""),
                attributes,
                tuple(str(a) for a in aliases[:8]) if isinstance(aliases, list) else (),
            )
        )
    secure = {device.id for device in found if lets_in(device)}
    return [replace(d, secure=d.id in secure or _holds(d, secure)) for d in found if d.kind in domains]


def _holds(group: Device, secure: set[str]) -> bool:
    """Whether one of ``secure`` is moved with this one, directly or through a group in it."""
    members = group.attributes.get("entity_id")
    return isinstance(members, list) and any(str(m) in secure for m in members)
