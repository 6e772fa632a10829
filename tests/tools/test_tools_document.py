"""docs/tools.md: what can be copied from it can be used."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

from jarvis.cli.main import COMMANDS
from jarvis.config.schema import Settings
from jarvis.config.tools import Mcp
from jarvis.server.app import ENDPOINTS
from jarvis.server.mcp_tools import TOOLS

TEXT = (Path(__file__).parents[2] / "docs" / "tools.md").read_text()


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", TEXT, re.DOTALL)


def test_its_settings_are_settings() -> None:
    assert len(blocks("toml")) == 2
    for block in blocks("toml"):
        Settings.model_validate(tomllib.loads(block))


def test_what_it_gives_to_other_programs_is_json() -> None:
    assert len(blocks("json")) == 3
    for block in blocks("json"):
        (servers,) = json.loads(block).values()
        assert servers["jarvis"].get("args") == ["mcp"] or servers["jarvis"]["url"].endswith("/mcp")


def test_its_commands_fields_tools_and_endpoints_are_there() -> None:
    assert set(re.findall(r"`jarvis (\w+)", TEXT)) <= set(COMMANDS)
    assert ("POST", "/mcp") in {(e.method, e.path) for e in ENDPOINTS} and "`POST /mcp`" in TEXT
    assert all(f"`{tool.name}`" in TEXT for tool in TOOLS)
    named = {"tools", "effects", "trusted", "environment", "key_variable"}
    assert named <= set(Mcp.model_fields) and all(f"`{field}`" in TEXT or f"{field} =" in TEXT for field in named)
