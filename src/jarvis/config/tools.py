"""The settings of what Jarvis can do besides answering, and of what it is connected to."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from jarvis.config.section import Section


class HomeAssistant(Section):
    """A Home Assistant whose devices Jarvis may see and switch."""

    address: str | None = Field(
        None,
        description="Where it is; `jarvis connect home-assistant` keeps its token.",
        examples=["http://127.0.0.1:8123"],
    )
    token_file: Path | None = Field(
        None, description="File (mode 0600) with a long-lived token; default: what `jarvis connect` keeps."
    )
    domains: tuple[str, ...] = Field(
        (
            "light", "switch", "input_boolean", "fan", "cover", "climate", "scene", "media_player", "sensor",
            "binary_sensor",
        ),
        description="Kinds of devices that Jarvis sees; add lock or alarm_control_panel to have them too.",
    )  # fmt: skip
    timeout_seconds: float = Field(10, gt=0, description="Longest wait for Home Assistant.")


class Google(Section):
    """The Google account of `jarvis connect google`: calendar and mail."""

    calendars: tuple[str, ...] = Field(("primary",), description="Calendars that are read; the first takes new events.")
    timeout_seconds: float = Field(15, gt=0, description="Longest wait for Google.")


class Mcp(Section):
    """An MCP server whose tools Jarvis may use: a program on this machine, or an address."""

    command: tuple[str, ...] = Field((), description="Program and arguments; it speaks MCP on stdin and stdout.")
    url: str | None = Field(
        None, description="Its address, where it speaks streamable HTTP.", examples=["http://127.0.0.1:9000/mcp"]
    )
    headers: dict[str, str] = Field(
        default_factory=dict, description="More headers for the address; a secret belongs into its key."
    )
    environment: dict[str, str] = Field(
        default_factory=dict, description="More environment for the program; a secret belongs into its key."
    )
    key_file: Path | None = Field(
        None, description="File (mode 0600) with its key; default: what `jarvis connect NAME` keeps."
    )
    key_variable: str | None = Field(
        None, description="Variable (of a program) or header (of an address) for its key; default: a bearer token."
    )
    tools: tuple[str, ...] | None = Field(None, description="Only these of its tools; default: all, up to 64.")
    trusted: bool = Field(False, description="What it returns counts as the owner's own word.")
    effects: tuple[str, ...] = Field((), description="Its tools that change something though they say they only read.")
    start_seconds: float = Field(15, gt=0, description="Longest it may take to start and to list its tools.")
    timeout_seconds: float = Field(60, gt=0, description="Longest one of its tools may take.")

    @model_validator(mode="after")
    def _one_way(self) -> Mcp:
        if bool(self.command) == (self.url is not None):
            raise PydanticCustomError("config.mcp_one_way", "either command or url")
        return self


class Tools(Section):
    """What Jarvis can do besides answering (`jarvis tools` shows all of it)."""

    calculator: bool = Field(True, description="Arithmetic and symbolic mathematics.")
    units: bool = Field(True, description="Units of measure.")
    clock: bool = Field(True, description="Time, time zones and dates.")
    timers: bool = Field(True, description="Timers, alarms and reminders.")
    weather: bool = Field(True, description="The weather, by Open-Meteo: the place leaves this machine.")
    place: str | None = Field(None, description="Where the weather is asked for when no place is named.")
    folders: tuple[Path, ...] = Field((), description="Folders that may be listed, read and searched.")
    trust_folders: bool = Field(False, description="What is in `folders` was written by their owner, not by strangers.")
    web: bool = Field(False, description="Fetch public web pages that are asked for.")
    wolfram_key_file: Path | None = Field(
        None, description="File (mode 0600) with a Wolfram|Alpha AppID; default: `jarvis key set wolfram_alpha`."
    )
    steps: int = Field(8, ge=1, le=32, description="Rounds of tools that one answer may take.")
