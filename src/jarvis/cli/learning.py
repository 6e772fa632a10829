"""Documents as they are read: a bar on a terminal, plain lines elsewhere; what failed, and what it all came to."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, aclosing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jarvis.cli.asking import INTERRUPTED, Status
from jarvis.cli.remembering import on_behalf
from jarvis.cli.terminal import clean, on_line, shown
from jarvis.client import Client, connect
from jarvis.config.load import load
from jarvis.config.paths import paths as folders
from jarvis.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterator

STATES = ("new", "changed", "same", "failed", "forgotten", "gone")
LOOK_SECONDS = 0.5
At = Callable[[int, int, str], None]
"""How far: done, of how many, and what."""


class Learning:
    """One run of the command."""

    def __init__(self, paths: Sequence[Path], *, watch: bool, wait: bool, as_json: bool) -> None:
        # a link stays as it is: a folder is followed under the name by which it is known
        self._paths = [os.path.abspath(path) for path in paths]  # noqa: PTH100
        self._watch = watch
        self._wait = wait
        self._as_json = as_json
        self._status = Status()
        self._counts: Counter[str] = Counter()
        self._skipped: dict[str, int] = {}
        self._files: list[dict[str, Any]] = []
        self._whose = on_behalf()

    def run(self) -> int:
        """Exit status: 1 when everything failed, or a file that was named itself, or what is waited for cannot be; 130
        when it was interrupted. A file somewhere in a named folder is only told.
        """
        return asyncio.run(self._run())

    async def _run(self) -> int:
        task = asyncio.current_task()
        assert task is not None
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, task.cancel)
        interrupted, done = False, True
        async with connect(load(), folders(), "memory", tell=self._status.note) as client:
            try:
                with _bar(say("learn.reading"), quiet=self._as_json) as at:
                    await self._read(client, at)
            except asyncio.CancelledError:
                interrupted = True
                task.uncancel()
            status = await client.json("GET", "/jarvis/memory/status", None, **self._whose)
            self._tell(status, interrupted)
            if self._wait and not interrupted:
                try:
                    with _bar(say("learn.embedding"), quiet=self._as_json) as at:
                        done = await self._embedded(client, at)
                except asyncio.CancelledError:
                    interrupted = True
                    if not self._as_json:
                        click.echo(say("learn.searchable"), err=True)
        if interrupted:
            return INTERRUPTED
        failed = [step["path"] for step in self._files if step["state"] == "failed"]
        return 1 if (failed and (len(failed) == len(self._files) or {*failed} & {*self._paths})) or not done else 0

    async def _read(self, client: Client, at: At) -> None:
        after: int | None = 0
        while after is not None:
            body = {"paths": self._paths, "watch": self._watch, "after": after}
            after, total = None, 0
            async with aclosing(client.steps("/jarvis/learn", body, **self._whose)) as steps:
                async for step in steps:
                    if "files" in step:
                        total, self._skipped = step["files"], step["skipped"]
                    elif "again" in step:  # the server's time for one request was over
                        after = step["again"]
                    else:
                        self._one(step)
                        at(step["number"], total, Path(step["path"]).name)

    async def _embedded(self, client: Client, at: At) -> bool:
        """Wait until everything has a vector. Nothing is waited for where none can be made, which is told; whether that
        is so.
        """
        while True:
            status = await client.json("GET", "/jarvis/memory/status", None, **self._whose)
            used = next((m for m in status["models"] if m["used"]), None)
            if used is None:
                return True
            at(used["embedded"], used["of"], "")
            if used["embedded"] >= used["of"]:
                return True
            if status["trouble"] is not None:
                click.echo(say("recall.status.trouble", reason=clean(status["trouble"]["message"])), err=True)
                click.echo(f"  → {clean(status['trouble']['hint'])}", err=True)
                return False
            await asyncio.sleep(LOOK_SECONDS)

    def _one(self, step: dict[str, Any]) -> None:
        self._counts[step["state"]] += 1
        self._files.append(step)
        if self._as_json:
            return
        path = on_line(step["path"])
        if "error" in step:
            click.secho(f"✗ {on_line(step['error']['message'])}", fg="red", err=True)
            if step["error"]["hint"]:
                click.echo(f"  → {on_line(step['error']['hint'])}", err=True)
        elif step["state"] == "forgotten":
            click.echo(say("learn.forgotten", path=path), err=True)
        for warning in step.get("warnings", ()):
            click.secho(f"• {on_line(warning['message'])}", fg="yellow", err=True)

    def _tell(self, status: dict[str, Any], interrupted: bool) -> None:
        """What it came to."""
        counts = {state: self._counts[state] for state in STATES}
        skipped = sum(self._skipped.values())
        if self._as_json:
            told = {**counts, "skipped": self._skipped, "interrupted": interrupted, "files": self._files}
            click.echo(shown(json.dumps(told, ensure_ascii=False)))
            return
        if not any(counts.values()) and not interrupted:
            click.echo(say("learn.nothing"), err=True)
        click.echo(say("learn.summary", None, **counts, skipped=skipped), err=True)
        if counts["gone"]:
            click.echo(say("learn.gone", count=counts["gone"]), err=True)
        if skipped:
            reasons = "; ".join(say(f"documents.skipped_{name}", count=n) for name, n in self._skipped.items())
            click.echo(say("learn.skipped", reasons=reasons), err=True)
        if interrupted:
            click.echo(say("learn.interrupted"), err=True)
        waiting = sum(m["of"] - m["embedded"] for m in status["models"] if m["used"])
        if waiting and not self._wait:
            click.echo(say("learn.searchable"), err=True)
        elif status["index"]["name"] is None and (counts["new"] or counts["changed"]):
            click.echo(say("learn.no_embedder"), err=True)
        if not status["watching"] and self._watch and status["folders"]:
            click.echo(say("learn.not_watched"), err=True)


def _bar(name: str, quiet: bool) -> AbstractContextManager[At]:
    return _live(name) if sys.stderr.isatty() and not quiet else _nothing()


@contextmanager
def _nothing() -> Iterator[At]:
    yield lambda done, total, what: None


@contextmanager
def _live(name: str) -> Iterator[At]:
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        TextColumn("{task.fields[what]}"),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=None, what="")
        yield lambda done, total, what: bar.update(task, completed=done, total=total, what=escape(on_line(what)))
