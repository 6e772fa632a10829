"""Tokens over HTTP: for the owner alone, checked, and told once."""

from __future__ import annotations

from typing import Any

import pytest


def test_they_are_made_shown_and_removed(house: Any) -> None:
    body = {"name": "phone", "month_usd": 2.5, "scopes": ["chat", "chat"], "days": 7}
    made = house.ask("POST", "/jarvis/tokens", body)
    assert made.json == {"name": "phone", "token": "phone phone chat 2500000 7"}
    assert house.ask("GET", "/jarvis/tokens").json["tokens"][0]["name"] == "owner"
    gone = house.ask("DELETE", "/jarvis/tokens/phone")
    assert gone.status == 404 and gone.json["error"]["code"] == "unknown"


def test_they_are_the_owners_affair(house: Any) -> None:
    for method, path in (("GET", ""), ("POST", ""), ("DELETE", "/phone")):
        assert house.ask(method, f"/jarvis/tokens{path}", {"name": "x"}, token=house.GUEST).status == 403


@pytest.mark.parametrize(
    "wrong", [{"name": "a b"}, {"name": ""}, {"month_usd": -1}, {"scopes": []}, {"scopes": ["root"]}, {"days": 0}]
)
def test_what_is_no_token_is_refused(house: Any, wrong: dict[str, Any]) -> None:
    assert house.ask("POST", "/jarvis/tokens", {"name": "phone"} | wrong).status == 400
