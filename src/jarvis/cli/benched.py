"""What ``jarvis bench models`` asks of each model, and what it shows of the answers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import aclosing
from itertools import groupby
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from jarvis.catalog.here import catalog
from jarvis.cli.fleet import asked
from jarvis.client import Client, Question, connect
from jarvis.config.load import load
from jarvis.config.paths import paths
from jarvis.measure.calibrate import Reply, Result, calibrate, looping, wilson
from jarvis.measure.calibration import questions
from jarvis.router.ability import Observation, ability, quality
from jarvis.texts import say
from jarvis.words.chat import Delta
from jarvis.words.exchange import Answer
from jarvis.words.routing import SPECIALTIES

MIDDLING = 50.0
"""The difficulty at which the anchor answers half."""
EVERY = 10
"""Answers after which it is said how far it is."""


def ask_all(model: str, engine: str, seconds: float, most: int | None) -> None:
    """Ask a model the calibration set for so many seconds, ``most`` questions, and let the daemon keep what it
    answers, one by one. Raises what ``Client.ask`` raises; what was answered until then is kept.
    """
    asyncio.run(_ask_all(model, engine, seconds, most))


async def _ask_all(model: str, engine: str, seconds: float, most: int | None) -> None:
    async with connect(load(), paths(), "library", tell=lambda text: click.echo(text, err=True)) as client:

        async def ask(prompt: str, tokens: int) -> Reply:
            return await _reply(client, model, prompt, tokens)

        right = count = 0
        began = time.monotonic()
        async with aclosing(calibrate(ask, questions(), seconds=seconds, most=most)) as asking:
            async for result in asking:
                await _keep(client, model, engine, result)
                right, count = right + result.right, count + 1
                if count % EVERY == 0:
                    minutes = (time.monotonic() - began) / 60
                    said = say("cli.bench.asking", model=model, right=right, asked=count, minutes=minutes)
                    click.echo(said, err=True)


async def _reply(client: Client, model: str, prompt: str, tokens: int) -> Reply:
    """Its answer, by the way of every question of an owner's, but nothing is stored."""
    text, thought, finish = "", False, ""
    question = Question(prompt, model=model, max_tokens=tokens, temperature=0.0, store=False, cache=False, fresh=False)
    async with aclosing(client.ask(question)) as events:
        async for event in events:
            if isinstance(event, Delta):
                text += event.text
                thought = thought or bool(event.reasoning)
                if looping(text):
                    return Reply(text, thought)
            elif isinstance(event, Answer):
                finish = event.finish
    return Reply(text, thought, finish == "length")


async def _keep(client: Client, model: str, engine: str, result: Result) -> None:
    answer = {
        "question": result.question.id,
        "specialty": result.question.specialty,
        "language": result.language,
        "difficulty": float(result.question.difficulty),
        "chance": result.question.chance,
        "right": result.right,
    }
    await client.json("POST", "/fleet/ability", {"model": model, "engine": engine, "answers": [answer]})


def abilities(models: Collection[str]) -> list[dict[str, Any]]:
    """What is known of these models, full names, by specialty: right and asked by language with the interval of their
    share, the ability, and the share that is expected of middling questions. Models never asked are there too.
    """
    tallies = {(t["model"], t["specialty"], t["language"]): t for t in asked("GET", "/fleet/ability")["abilities"]}
    shelf = catalog(load().settings, paths())
    found = []
    for name in sorted(models):
        installed = shelf.find(name)
        for specialty in SPECIALTIES:
            line: dict[str, Any] = {"model": name, "specialty": specialty, "languages": {}}
            seen: list[Observation] = []
            for language in ("en", "es"):
                tally = tallies.get((name, specialty, language))
                right, count = (tally["right"], tally["asked"]) if tally else (0, 0)
                low, high = wilson(right, count)
                line["languages"][language] = {"right": right, "asked": count, "low": low, "high": high}
                seen += [Observation(**answer) for answer in tally["observations"]] if tally else []
            known = ability(installed.card, specialty, installed.variant, seen)
            p, spread = quality(known, MIDDLING)
            line |= {"value": known.value, "spread": known.spread, "source": known.source}
            found.append(line | {"middling": p, "middling_spread": spread})
    return found


def draw(able: Sequence[Mapping[str, Any]]) -> None:
    """A table for each model, a line for each specialty."""
    console = Console(highlight=False)
    for model, lines in groupby(able, key=lambda line: line["model"]):
        drawn = Table(box=None, pad_edge=False)
        for title in ("specialty", "english", "spanish", "ability", "middling"):
            left = title == "specialty"
            drawn.add_column(say(f"cli.bench.column.{title}"), justify="left" if left else "right", no_wrap=True)
        for line in lines:
            drawn.add_row(
                say(f"cli.bench.specialty.{line['specialty']}"),
                *(_share(line["languages"][language]) for language in ("en", "es")),
                f"{line['value']:+.1f} ± {line['spread']:.1f}",
                f"{100 * line['middling']:.0f} ± {100 * line['middling_spread']:.0f} %",
            )
        console.print(f"\n[bold]{escape(model)}[/bold]")
        console.print(drawn)
    console.print(say("cli.bench.legend"))


def _share(of: Mapping[str, Any]) -> str:
    if not of["asked"]:
        return "-"
    return f"{of['right']}/{of['asked']} ({100 * of['low']:.0f}-{100 * of['high']:.0f} %)"
