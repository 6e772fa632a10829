"""What ``jarvis bench voice`` does: a model that hears, in this process, and a table of how well."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import click

from jarvis.cli.table import show
from jarvis.cli.terminal import clean
from jarvis.config.load import load
from jarvis.config.paths import paths
from jarvis.errors import UsageError
from jarvis.measure.voice_eval import Report, clips, evaluate
from jarvis.texts import say
from jarvis.wiring_speech import hearing


def run(data: Path, hints: Path | None, model: str, as_json: bool) -> None:
    """Raises UsageError for a manifest or a list of names that cannot be read."""
    names: list[str] = []
    if hints is not None:
        try:
            names = [line.strip() for line in hints.read_text(encoding="utf-8").splitlines() if line.strip()]
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError("measure.unreadable", param="hints", file=str(hints), why=str(error)) from None
    report = asyncio.run(_evaluated(data, names, model))
    if as_json:
        click.echo(json.dumps(report.facts(), ensure_ascii=False))
        return
    facts = report.facts()
    show(
        ["", *report.words],
        [["WER", *(f"{100 * facts['wer'][name]:.1f} %" for name in report.words)]],
        right=range(1, 1 + len(report.words)),
    )
    for one in report.misheard:
        click.echo(clean(f"  {one['id']}: {one['said']} | {one['heard']}"))
    spread = {"cpu": facts["cpu_seconds"], "latency": facts["latency_ms"]}
    click.echo(
        say("hear.bench", model=report.model, n=report.n, false=report.false_characters, **spread, rtf=facts["rtf"])
    )


async def _evaluated(data: Path, names: list[str], model: str) -> Report:
    asked = clips(data)

    def tell(done: int, of: int) -> None:
        if done == of or done % 20 == 0:
            click.echo(f"{done}/{of}", err=True)

    async with hearing(load().settings, paths(), model) as (id, made):
        return await evaluate(made, id, asked, names, tell)
