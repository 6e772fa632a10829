"""The toolkit: which tools there are and why others are not, and arguments that are let through or told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import pytest

from jarvis import registry
from jarvis.errors import UsageError
from jarvis.tools import toolkit
from jarvis.tools.base import Home, Outcome, Tool
from jarvis.tools.toolkit import Toolkit, checked
from tests_tools import asker

OBJECT: dict[str, Any] = {"type": "object", "properties": {}}


def a_tool(name: str, **more: Any) -> Tool:
    async def run(given: Any, asker: Any) -> Outcome:
        return Outcome(json.dumps(given))

    return Tool(**{"name": name, "description": "d", "parameters": OBJECT, "run": run, **more})


def boxes(**given: Any) -> Any:
    class Box:
        def __init__(self, does: Any) -> None:
            self._does = does

        async def tools(self) -> Sequence[Tool]:
            if isinstance(self._does, Exception):
                raise self._does
            if callable(self._does):
                return await self._does()  # type: ignore[no-any-return]
            return self._does  # type: ignore[no-any-return]

        async def close(self) -> None:
            pass

    def make(name: str) -> Any:
        if isinstance(given[name], ImportError):
            raise given[name]
        return lambda home: Box(given[name])

    return make


async def test_every_file_is_a_toolbox_and_those_of_the_base_are_on(make: Any, monkeypatch: Any, tmp_path: Any) -> None:
    monkeypatch.setenv("JARVIS_HOME", str(tmp_path))
    assert {"calculator", "clock", "files", "timers", "units", "weather", "web", "wolfram_alpha"} <= set(
        registry.names("jarvis.tools")
    )
    names = ("calculator", "clock", "files", "timers", "units", "weather", "web", "wolfram_alpha")
    kit = Toolkit(make(), names)
    listed = await kit.listed("es")
    on = {row["toolbox"] for row in listed if row["on"]}
    assert on == {"calculator", "clock", "timers", "units", "weather"}
    off = {row["name"]: row["why"] for row in listed if not row["on"]}
    assert set(off) == {"files", "web", "wolfram_alpha"} and "tools.folders" in str(off["files"])
    assert "tools.web true" in str(off["web"]) and "jarvis key set wolfram_alpha" in str(off["wolfram_alpha"])
    assert {row["name"] for row in listed if row["effect"]} == {"set_timer", "cancel_timer"}
    await kit.close()


async def test_one_that_fails_keeps_no_other_from_being_used(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toolkit, "OPEN_SECONDS", 0.1)

    async def never() -> Sequence[Tool]:
        await asyncio.get_running_loop().create_future()
        return ()

    made = boxes(
        good=(a_tool("fine"),), told=UsageError("tools.formula_zero"), defect=KeyError("x"), slow=never,
        library=ImportError("no", name="lib"), empty=(), again=(a_tool("fine"),),
        broken=(a_tool("odd", parameters={"type": "object", "properties": {"x": {"type": "nonsense"}}}),),
    )  # fmt: skip
    names = ["good", "told", "defect", "slow", "library", "empty", "again", "broken"]
    kit = Toolkit(make(), names, made)
    assert [h.tool.name for h in await kit.tools()] == ["fine"]
    why = {str(row["name"]): str(row["why"]) for row in await kit.listed("en") if not row["on"]}
    assert set(why) == set(names) - {"good"} and all(why.values())
    assert "lib" in why["library"] and "KeyError" in why["defect"]
    await kit.close()


@pytest.mark.parametrize(
    ("given", "mended"),
    [
        ('{"value": "5", "unit": "km"}', {"value": 5, "unit": "km"}),
        ('{"value": 5.5, "unit": "km", "note": null}', {"value": 5.5, "unit": "km"}),
        ('{"value": 5, "unit": 3}', {"value": 5, "unit": "3"}),
        ('{"value": 5, "unit": "km", "times": "2"}', {"value": 5, "unit": "km", "times": 2}),
        ('{"value": 5, "unit": "km", "times": 2.0, "note": ""}', {"value": 5, "unit": "km", "times": 2}),
    ],
)
def test_what_can_mean_one_thing_is_mended(given: str, mended: dict[str, Any]) -> None:
    assert checked(LENGTH, given) == mended


LENGTH = a_tool(
    "length",
    parameters={
        "type": "object",
        "properties": {
            "value": {"type": "number"}, "unit": {"type": "string"}, "times": {"type": "integer"},
            "note": {"type": "string"},
        },
        "required": ["value", "unit"],
        "additionalProperties": False,
    },
)  # fmt: skip


@pytest.mark.parametrize(
    "given",
    ["", "{}", "[]", "3", "{", "null", '{"value": "many", "unit": "km"}', '{"value": 5}',
     '{"value": 5, "unit": "km", "x": 1}',
     '{"value": true, "unit": "km"}', '{"value": 5, "unit": "km", "times": 1.5}', "[" * 100_000],
)  # fmt: skip
def test_what_is_wrong_is_told_so_that_it_can_be_mended(given: str) -> None:
    with pytest.raises(UsageError) as refused:
        checked(LENGTH, given)
    assert "length" in refused.value.message("en") and refused.value.hint("es")


def test_a_schema_that_refers_elsewhere_fetches_nothing() -> None:
    elsewhere = a_tool("x", parameters={"type": "object", "properties": {"a": {"$ref": "http://127.0.0.1:1/schema"}}})
    with pytest.raises(UsageError) as refused:
        checked(elsewhere, '{"a": 1}')
    assert refused.value.code == "tools.failed" and "127.0.0.1" in str(refused.value)


async def test_a_tool_that_takes_too_long_or_fails_is_told() -> None:
    async def never(given: Any, asker: Any) -> Outcome:
        await asyncio.get_running_loop().create_future()
        return Outcome("")

    async def defect(given: Any, asker: Any) -> Outcome:
        raise KeyError("x")

    for does, code in ((never, "tools.slow"), (defect, "tools.failed")):
        with pytest.raises(UsageError) as refused:
            await toolkit.run(a_tool("t", run=does, seconds=0.05), {}, asker())
        assert refused.value.code == code


async def test_a_long_outcome_is_cut_and_keeps_its_stranger() -> None:
    async def talks(given: Any, asker: Any) -> Outcome:
        return Outcome("x" * 100_000, stranger="example.org")

    found = await toolkit.run(a_tool("t", run=talks), {}, asker())
    assert len(found.text) == toolkit.MOST_RESULT + 1 and found.stranger == "example.org"


def test_a_home_has_no_keys(make: Any) -> None:
    home: Home = make()
    assert set(type(home).__slots__) == {"settings", "database", "data", "tell"}  # type: ignore[attr-defined]
