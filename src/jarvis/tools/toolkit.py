"""All toolboxes: found by their file names, opened once, looked at again by and by; and the one way to run a tool.

A toolbox that is off, lacks what it needs or cannot be reached is left out with its reason: one that fails keeps no
other from being used.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jarvis import registry
from jarvis.errors import JarvisError, UsageError
from jarvis.texts import Language, find, say
from jarvis.tools.base import Asker, Home, Outcome, Tool, Toolbox
from jarvis.words.chat import Json

log = logging.getLogger(__name__)

OPEN_SECONDS = 20.0
"""How long a toolbox may take to say what it has."""
AGAIN_SECONDS = 60.0
"""How old that may be before it is asked again."""
MOST_RESULT = 16_000
"""Characters of an outcome that are kept; what a tool says beyond is cut, and said to be."""
_NEEDS = {"files": "tools.why.folders", "wolfram_alpha": "tools.why.wolfram"}


@dataclass(frozen=True, slots=True)
class Held:
    """A tool that can be used, and whose it is."""

    box: str
    tool: Tool


@dataclass(frozen=True, slots=True)
class State:
    """What a toolbox has. ``why`` is a text code and its facts, where it has nothing."""

    tools: tuple[Tool, ...] = ()
    why: str = ""
    facts: Mapping[str, object] | None = None


class Toolkit:
    """Made with the names of the toolboxes; ``make`` gives the class of one."""

    def __init__(
        self,
        home: Home,
        names: Sequence[str] | None = None,
        make: Callable[[str], Callable[[Home], Toolbox]] | None = None,
    ) -> None:
        self._home = home
        self._names = registry.names("jarvis.tools") if names is None else list(names)
        self._make = make or (lambda name: registry.load("jarvis.tools", name, "Toolbox"))
        self._boxes: dict[str, Toolbox] = {}
        self._states: dict[str, State] = {}
        self._looked = 0.0
        self._looking: asyncio.Task[None] | None = None

    async def tools(self) -> tuple[Held, ...]:
        """Those that can be used now. Waits only when nothing is known of any yet."""
        if self._looking is None or (self._looking.done() and time.monotonic() - self._looked > AGAIN_SECONDS):
            self._looking = asyncio.create_task(self._look(), name="toolboxes")
        if not self._states:
            await asyncio.shield(self._looking)
        return tuple(Held(box, tool) for box, state in self._states.items() for tool in state.tools)

    async def open(self) -> None:
        """Open all of them: what is due rings from now on."""
        await self.tools()

    async def find(self, name: str) -> Held | None:
        return next((h for h in await self.tools() if h.tool.name == name), None)

    async def listed(self, lang: Language) -> list[dict[str, Json]]:
        """Every tool, and every toolbox without any and why, as JSON."""
        await self.tools()
        rows: list[dict[str, Json]] = []
        for box, state in self._states.items():
            for tool in state.tools:
                rows.append({
                    "name": tool.name, "toolbox": box, "on": True, "why": "", "effect": tool.effect, "ask": tool.ask,
                    "description": _about(tool, lang),
                })  # fmt: skip
            if not state.tools:
                why = say(state.why, lang, **(state.facts or {}))
                rows.append({
                    "name": box, "toolbox": box, "on": False, "why": why, "effect": False, "ask": False,
                    "description": say(about, lang) if find(about := f"tools.box.{box}") else "",
                })  # fmt: skip
        return rows

    async def _look(self) -> None:
        states = await asyncio.gather(*(self._state(name) for name in self._names))
        taken: set[str] = set()
        for name, state in zip(self._names, states, strict=True):
            mine = []
            for tool in state.tools:
                if tool.name in taken or not _in_order(tool):
                    log.warning("tool %s of %s is left out: its name is taken, or its schema is none", tool.name, name)
                else:
                    taken.add(tool.name)
                    mine.append(tool)
            broken = State(why="tools.why.schema") if state.tools and not mine else state
            self._states[name] = State(tuple(mine)) if mine else broken
        self._looked = time.monotonic()

    async def _state(self, name: str) -> State:
        if not getattr(self._home.settings.tools, name, True):
            return State(why="tools.why.off", facts={"name": name})
        try:
            if name not in self._boxes:
                self._boxes[name] = self._make(name)(self._home)
            async with asyncio.timeout(OPEN_SECONDS):
                tools = tuple(await self._boxes[name].tools())
        except ImportError as error:
            return State(why="tools.why.library", facts={"library": error.name or str(error)})
        except JarvisError as error:
            return State(why="tools.why.failed", facts={"reason": str(error)})
        except TimeoutError:
            return State(why="tools.why.slow", facts={"seconds": OPEN_SECONDS})
        except Exception as error:  # a process boundary: one toolbox's defect is not everybody's
            log.exception("toolbox %s", name)
            return State(why="tools.why.failed", facts={"reason": type(error).__name__})
        return State(tools) if tools else State(why=_NEEDS.get(name, "tools.why.not_set_up"), facts={"name": name})

    async def close(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.wait({self._looking})
        for name, box in self._boxes.items():
            try:
                await box.close()
            except (JarvisError, OSError) as error:
                log.warning("toolbox %s did not close: %s", name, error)


async def run(tool: Tool, arguments: Mapping[str, Json], asker: Asker) -> Outcome:
    """Run a tool with arguments that ``checked`` let through. Raises JarvisError."""
    try:
        async with asyncio.timeout(tool.seconds):
            found = await tool.run(arguments, asker)
    except TimeoutError:
        raise UsageError("tools.slow", name=tool.name, seconds=tool.seconds) from None
    except JarvisError:
        raise
    except Exception as error:  # a process boundary: what a toolbox did not foresee is told, and logged
        log.exception("tool %s", tool.name)
        raise UsageError("tools.failed", name=tool.name, reason=type(error).__name__) from error
    if len(found.text) <= MOST_RESULT:
        return found
    return Outcome(found.text[:MOST_RESULT] + "…", found.data, found.stranger)


def checked(tool: Tool, arguments: str | Mapping[str, Json]) -> dict[str, Json]:
    """Arguments as the tool takes them. Raises UsageError that says what is wrong, for whoever wrote them.

    What small models get wrong and what can mean only one thing is mended: a number in quotes, an empty value for
    something that may be left out.
    """
    if isinstance(arguments, str):
        try:
            given = json.loads(arguments or "{}")
        except (ValueError, RecursionError):
            raise UsageError("tools.arguments_no_json", name=tool.name, text=arguments[:200]) from None
    else:
        given = dict(arguments)
    if not isinstance(given, dict):
        raise UsageError("tools.arguments_no_json", name=tool.name, text=str(arguments)[:200])
    mended = _mended(given, tool.parameters)
    from jsonschema.exceptions import best_match
    from referencing.exceptions import Unresolvable

    try:
        problem = best_match(_validator(tool.parameters).iter_errors(mended))
    except Unresolvable as error:
        raise UsageError("tools.failed", name=tool.name, reason=str(error)[:200]) from None
    if problem is not None:
        place = ".".join(map(str, problem.absolute_path)) or "-"
        raise UsageError(
            "tools.arguments_wrong", name=tool.name, place=place, reason=str(problem.message)[:300],
            schema=json.dumps(dict(tool.parameters).get("properties", {}), ensure_ascii=False)[:600],
        )  # fmt: skip
    return mended


def _mended(given: Mapping[str, Json], schema: Mapping[str, Json]) -> dict[str, Json]:
    properties = schema.get("properties")
    required = schema.get("required")
    mended: dict[str, Json] = {}
    for name, value in given.items():
        about = properties.get(name) if isinstance(properties, dict) else None
        optional = not (isinstance(required, list) and name in required)
        if optional and (value is None or value == "") and isinstance(about, dict):
            continue
        mended[name] = _typed(value, about.get("type")) if isinstance(about, dict) else value
    return mended


def _typed(value: Json, kind: object) -> Json:
    if isinstance(value, str) and kind in ("number", "integer"):
        try:
            number = float(value.strip())
        except ValueError:
            return value
        return int(number) if number == int(number) else number
    if isinstance(value, float) and kind == "integer" and value == int(value):
        return int(value)
    if isinstance(value, int | float) and not isinstance(value, bool) and kind == "string":
        return f"{value:g}" if isinstance(value, float) else str(value)
    return value


def _validator(schema: Mapping[str, Json]) -> Any:
    from jsonschema import Draft202012Validator
    from referencing import Registry

    return Draft202012Validator(dict(schema), registry=Registry())  # which fetches nothing, whatever a schema refers to


def _in_order(tool: Tool) -> bool:
    from jsonschema.exceptions import SchemaError

    try:
        _validator(tool.parameters).check_schema(dict(tool.parameters))
    except (SchemaError, RecursionError):
        return False
    return tool.parameters.get("type", "object") == "object"


def _about(tool: Tool, lang: Language) -> str:
    code = f"tools.about.{tool.name}"
    return say(code, lang) if find(code) else tool.description
