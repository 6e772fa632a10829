"""Importing, as a command does it: read here, kept by the daemon, and told what was taken and what was not."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from jarvis.cli.remembering import ask
from jarvis.cli.terminal import on_line
from jarvis.imports.files import found
from jarvis.imports.talks import LeftOut, Read, Talk
from jarvis.texts import say

BATCH_CHARACTERS = 2_000_000
BATCH = 500
SHOWN = 20
"""Of what was left out, for a person."""


def talks(path: Path, dry_run: bool, as_json: bool) -> int:
    """The exit status: 1 when there was nothing to take. Raises JarvisError."""
    read = list(found(path))
    there = [talk for one in read for talk in one.talks]
    left_out = [left for one in read for left in one.left_out]
    taken: list[dict[str, Any]] = []
    if not dry_run:
        for batch in _batches(there):
            taken += ask("POST", "/jarvis/history", {"conversations": [asdict(talk) for talk in batch]})["taken"]
    if as_json:
        body = {"conversations": len(there), "taken": taken, "parts": sum(one.parts for one in read),
                "left_out": [{"what": left.what, "why": say(left.code)} for left in left_out]}  # fmt: skip
        click.echo(json.dumps(body, ensure_ascii=False))
    else:
        _tell(read, there, taken, dry_run)
        tell_left_out(left_out)
    return 0 if there else 1


def _batches(there: Sequence[Talk]) -> Iterator[list[Talk]]:
    batch: list[Talk] = []
    size = 0
    for talk in there:
        length = sum(len(turn.text) for turn in talk.turns)
        if batch and (size + length > BATCH_CHARACTERS or len(batch) == BATCH):
            yield batch
            batch, size = [], 0
        batch.append(talk)
        size += length
    if batch:
        yield batch


def _tell(read: Sequence[Read], there: Sequence[Talk], taken: Sequence[dict[str, Any]], dry_run: bool) -> None:
    if not there:
        click.echo(say("imports.nothing"), err=True)
    elif dry_run:
        kinds = ", ".join(sorted({one.kind for one in read if one.talks}))
        turns = sum(len(talk.turns) for talk in there)
        click.echo(say("imports.would", conversations=len(there), turns=turns, kind=kinds))
    else:
        did = Counter(one["did"] for one in taken)
        turns = sum(one["turns"] for one in taken)
        new, more, same, changed = (did[name] for name in ("new", "more", "same", "changed"))
        click.echo(say("imports.done", new=new, more=more, same=same, changed=changed, turns=turns))
    if parts := sum(one.parts for one in read):
        click.echo(say("imports.parts", count=parts), err=True)


def tell_left_out(left_out: Sequence[LeftOut]) -> None:
    """On stderr: what was not taken, and why."""
    if left_out:
        click.echo(say("imports.left_out"), err=True)
    for left in left_out[:SHOWN]:
        click.echo(f"  {on_line(left.what)[:100]}: {say(left.code)}", err=True)
    if len(left_out) > SHOWN:
        click.echo(f"  {say('recall.more', count=len(left_out) - SHOWN)}", err=True)
