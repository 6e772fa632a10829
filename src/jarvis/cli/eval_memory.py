"""``jarvis eval memory``: how well what answers is found."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jarvis.cli.terminal import clean
from jarvis.texts import say

if TYPE_CHECKING:
    from jarvis.measure.memory_eval import Doc, Question, Report

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
NAMED = 5
"""Ids of what is missing that are shown."""
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("memory", help=say("eval.memory"))
@click.option("--data", "folder", required=True, type=_FOLDER, help=say("eval.memory.data"))
@click.option("--docs", "docs", type=_FILE, help=say("eval.memory.docs"))
@click.option("--words-only", is_flag=True, help=say("eval.words_only"))
@click.option("--no-rerank", is_flag=True, help=say("eval.memory.no_rerank"))
@click.option("--json", "as_json", is_flag=True, help=say("cli.option.json"))
def memory(folder: Path, docs: Path | None, words_only: bool, no_rerank: bool, as_json: bool) -> None:
    from jarvis.measure.memory_eval import documents, questions, unknown

    kept, asked = documents(docs or folder / "docs.jsonl"), questions(folder / "queries.jsonl")
    if missing := unknown(kept, asked):
        shown = ", ".join(missing[:NAMED]) + (", …" if len(missing) > NAMED else "")
        click.echo(clean(say("eval.memory.unknown", count=len(missing), ids=shown)), err=True)
    report = asyncio.run(_evaluated(kept, asked, words_only, not no_rerank))
    if as_json:
        click.echo(json.dumps(report.facts(), ensure_ascii=False))
        return
    _show(report)


def _show(report: Report) -> None:
    from jarvis.cli.table import show

    titles = ("recall@5", "recall@10", "mrr@10", "ndcg@10")
    rows = []
    for name, tally in [*report.rows.items(), *((f"  {c}", t) for c, t in sorted(report.categories.items()))]:
        facts = tally.facts()
        rows.append([name, str(tally.n), *(f"{100 * facts[title]:.1f}" for title in titles)])
    show([say("eval.memory.row"), "n", *titles], rows, right=range(1, 2 + len(titles)))
    told = report.facts()
    name, ms = report.embedder or "-", told["latency_ms"]
    click.echo(say("eval.memory.latency", embedder=name, index=report.index, p50=ms["p50"], p95=ms["p95"]), err=True)
    if report.unanswerable:
        nothing = told["nothing"]
        shares = {"said": 100 * nothing["said_so"], "wrongly": 100 * (nothing["said_so_wrongly"] or 0.0)}
        click.echo(say("eval.memory.nothing", None, n=report.unanswerable, **shares), err=True)


async def _evaluated(kept: list[Doc], asked: list[Question], words_only: bool, reranks: bool) -> Report:
    """With what the owner's settings name, in a database of its own; without vectors where they cannot be had."""
    from contextlib import AsyncExitStack
    from tempfile import TemporaryDirectory

    from jarvis.config.load import load
    from jarvis.config.paths import paths
    from jarvis.measure.memory_eval import evaluate
    from jarvis.wiring import searching

    def tell(stage: str, done: int, of: int) -> None:
        click.echo(say(f"eval.memory.stage.{stage}", done=done, of=of), err=True)

    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="jarvis-eval-")))
        made = await stack.enter_async_context(searching(load().settings, paths(), folder, words_only, reranks))
        if not made.embedder and not words_only:
            click.echo(say("eval.no_embedder", model=load().settings.memory.embedder), err=True)
        return await evaluate(kept, asked, made, tell)
