"""Pulling a model while a person watches: a bar on a terminal, plain lines elsewhere; always on stderr."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.filesize import decimal
from rich.progress import BarColumn, Progress, TextColumn

from jarvis import registry
from jarvis.catalog.catalog import Catalog, spoken
from jarvis.catalog.progress import OnProgress, PullProgress
from jarvis.catalog.pull import pull
from jarvis.texts import say
from jarvis.words.model import INSIDE, Installed, ModelCard, Variant

_LINE_SECONDS = 10.0


def pull_with_bar(catalog: Catalog, card: ModelCard, variant: Variant) -> Installed:
    """``pull``, with its progress, its notices and what its licence does not allow said on stderr."""
    name = spoken(card, variant)
    new = catalog.here(card, variant) is None
    if new and not card.commercial_use:
        note(say("models.not_commercial", name=name, licence=card.licence))
    if new and not INSIDE.union(registry.engines()).intersection(variant.engines):
        note(say("models.no_engine", name=name, engines=", ".join(variant.engines)))
    if new and card.catalog == "community":
        note(say("models.community", name=name))
    show = _bar if sys.stderr.isatty() else _lines
    with show(name, variant.bytes) as on_progress:
        return pull(catalog, card, variant, on_progress, lambda code, **facts: note(say(code, None, **facts)))


def note(text: str) -> None:
    """A line for the person, on stderr."""
    click.echo(f"{click.style('•', fg='yellow')} {text}", err=True)


def duration(seconds: float) -> str:
    """``42 s``, ``3:05`` or ``1:02:03``."""
    whole = int(seconds + 0.5)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@contextmanager
def _bar(name: str, total: int) -> Iterator[OnProgress]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.fields[amount]}"),
        TextColumn("{task.fields[speed]}"),
        TextColumn("{task.fields[left]}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=total, amount="", speed="", left="")

        def at(p: PullProgress) -> None:
            busy = p.stage == "download"
            bar.update(
                task,
                completed=p.done_bytes,
                amount=f"{decimal(p.done_bytes)} / {decimal(p.total_bytes)}",
                speed=f"{decimal(int(p.bytes_per_second))}/s" if p.bytes_per_second else "",
                left=_left(p) if busy else say(f"models.stage.{p.stage}"),
            )

        yield at


def _left(p: PullProgress) -> str:
    return "" if p.seconds_left is None else say("models.left", time=duration(p.seconds_left))


@contextmanager
def _lines(name: str, total: int) -> Iterator[OnProgress]:
    """A line at the start, at each change of stage, and then at most one in ten seconds."""
    told, stage = time.monotonic(), ""

    def at(p: PullProgress) -> None:
        nonlocal told, stage
        now = time.monotonic()
        if p.stage != stage:
            stage = p.stage
            if text := _stage(p):
                click.echo(text, err=True)
        elif p.stage == "download" and now - told >= _LINE_SECONDS and p.seconds_left is not None:
            told = now
            click.echo(_line(p), err=True)

    yield at


def _stage(p: PullProgress) -> str:
    texts: dict[str, Callable[[], str]] = {
        "download": lambda: say("models.begin", name=p.model, size=decimal(p.total_bytes)),
        "verify": lambda: say("models.verifying", name=p.model, file=p.file),
        "wait": lambda: say("models.waiting", name=p.model),
    }
    return texts[p.stage]()


def _line(p: PullProgress) -> str:
    return say(
        "models.at",
        name=p.model,
        percent=100 * p.done_bytes // p.total_bytes,
        done=decimal(p.done_bytes),
        total=decimal(p.total_bytes),
        speed=decimal(int(p.bytes_per_second)),
        left=duration(p.seconds_left or 0),
    )
