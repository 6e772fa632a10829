"""GET /jarvis/budget."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

from jarvis.server.budget import budget
from jarvis.words.person import Person


def test_without_paid_models_it_says_so(house: Any) -> None:
    told = house.ask("GET", "/jarvis/budget")
    assert told.status == 404
    assert told.error["code"] == "no_money" and "config show budget" in told.error["hint"]
    assert house.ask("GET", "/jarvis/budget", token=house.GUEST).status == 403


async def test_it_reports_to_who_asks() -> None:
    class Money:
        async def report(self, person: Person) -> dict[str, Any]:
            return {"for": person.name}

    call: Any = SimpleNamespace(parts=SimpleNamespace(money=Money()), person=Person("ana"))
    assert json.loads((await budget(call)).body) == {"for": "ana"}
