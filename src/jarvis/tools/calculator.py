"""Sums that are right: exact arithmetic in this process, symbolic mathematics in a small one of its own."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from jarvis.errors import JarvisError, UsageError
from jarvis.texts import say
from jarvis.tools import _exact
from jarvis.tools._formula import read
from jarvis.tools.base import Asker, Home, Outcome, Tool
from jarvis.words.chat import Json

SECONDS = 12.0
TASKS = ("solve", "simplify", "expand", "factor", "differentiate", "integrate", "limit", "calculate")
_TEXT: dict[str, Json] = {"type": "string"}


class Toolbox:
    """Needs nothing."""

    def __init__(self, home: Home) -> None:
        self._running: set[asyncio.subprocess.Process] = set()

    async def tools(self) -> Sequence[Tool]:
        return (
            Tool(
                "calculator",
                "Exact arithmetic and percentages: 17% of 2340, 3.5*2, sqrt(2), 2^10, 5!, sin(30°), gcd(12, 18)."
                " log is base 10, ln natural.",
                {
                    "type": "object",
                    "properties": {"expression": {**_TEXT, "description": "What to calculate, e.g. 0.17 * 2340"}},
                    "required": ["expression"],
                    "additionalProperties": False,
                },
                self._calculate,
                seconds=SECONDS + 3,
                show=lambda a: str(a.get("expression", "")),
            ),
            Tool(
                "maths",
                "Symbolic mathematics: solve an equation, simplify, expand, factor, differentiate, integrate, limit;"
                " matrices as [[1,2],[3,4]] with det, inv, transpose, rank, eigenvalues (task calculate).",
                {
                    "type": "object",
                    "properties": {
                        "task": {"type": "string", "enum": list(TASKS)},
                        "expression": {**_TEXT, "description": "e.g. x^2 - 4 = 0; several equations: separated by ;"},
                        "variable": {"type": "string", "pattern": "^[a-z]$", "description": "default x"},
                        "low": {**_TEXT, "description": "lower bound of a definite integral"},
                        "high": {**_TEXT, "description": "upper bound"},
                        "at": {**_TEXT, "description": "where the limit is taken: 0, oo"},
                        "times": {"type": "integer", "minimum": 1, "maximum": 20, "description": "which derivative"},
                    },
                    "required": ["task", "expression"],
                    "additionalProperties": False,
                },
                self._maths,
                seconds=SECONDS + 3,
                show=lambda a: f"{a.get('task', '')} {a.get('expression', '')}",
            ),
        )

    async def _calculate(self, given: Mapping[str, Json], asker: Asker) -> Outcome:
        node = read(str(given["expression"]), asker.language)
        shown = _exact.shown(node, asker.language)
        found = _exact.value(node)
        if found is not None:
            text = _exact.answer(found, asker.language)
            return Outcome(f"{shown} {'' if text.startswith('≈') else '= '}{text}", str(found))
        task = "solve" if node[0] == "=" else "calculate"
        return _outcome(shown, await self._ask({"task": task, "node": node}), asker)

    async def _maths(self, given: Mapping[str, Json], asker: Asker) -> Outcome:
        task, text = str(given["task"]), str(given["expression"])
        parts = [p for p in text.split(";") if p.strip()] if task == "solve" and "[" not in text else [text]
        nodes = [read(p, asker.language) for p in parts] or [read(text, asker.language)]
        order: dict[str, Any] = {"task": task, "node": nodes[0], "more": nodes[1:]}
        for name in ("variable", "times"):
            if name in given:
                order[name] = given[name]
        for name in ("low", "high", "at"):
            if name in given:
                order[name] = read(str(given[name]), asker.language)
        if task == "limit":
            order.setdefault("at", ["num", "0"])
        if task != "solve" and nodes[0][0] == "=":
            raise UsageError("tools.formula_no_equation", task=task)
        shown = "; ".join(_exact.shown(n, asker.language) for n in nodes)
        return _outcome(f"{say(f'tools.maths.{task}', asker.language)}: {shown}", await self._ask(order), asker)

    async def _ask(self, order: Mapping[str, Any]) -> dict[str, str]:
        """What SymPy says. Raises UsageError for what cannot be worked out, or not within the limits."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-I", "-m", "jarvis.tools._calculator_child",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
            env={"PATH": os.defpath, "LANG": "C.UTF-8"}, cwd="/", start_new_session=True,
        )  # fmt: skip
        self._running.add(process)
        try:
            async with asyncio.timeout(SECONDS):
                said, _ = await process.communicate(json.dumps(order).encode())
        except TimeoutError:
            raise UsageError("tools.formula_slow", seconds=SECONDS) from None
        finally:
            self._running.discard(process)
            if process.returncode is None:
                os.killpg(process.pid, signal.SIGKILL)
                await process.wait()
        try:
            told: dict[str, str] = json.loads(said)
        except ValueError:  # it was ended by a limit
            raise UsageError("tools.formula_slow", seconds=SECONDS) from None
        if "failed" in told:
            raise _failed(told)
        return told

    async def close(self) -> None:
        for process in self._running:
            if process.returncode is None:
                os.killpg(process.pid, signal.SIGKILL)


def _failed(told: Mapping[str, str]) -> JarvisError:
    if told["failed"] == "memory":
        return UsageError("tools.formula_slow", seconds=SECONDS)
    return UsageError("tools.formula_failed", reason=told.get("reason") or told["failed"])


def _outcome(shown: str, told: Mapping[str, str], asker: Asker) -> Outcome:
    exact, about = told["exact"], told["about"]
    if asker.language == "es":
        about = about.replace(".", ",")
    if not exact:
        exact = say("tools.maths.none", asker.language)
    sign = "→" if ":" in shown or "=" in shown else "="
    text = shown if exact == shown and about else f"{shown} {sign} {exact}"
    return Outcome(text + (f" ≈ {about}" if about and about != exact else ""), dict(told))
