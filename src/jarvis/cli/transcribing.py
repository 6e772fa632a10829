"""Recordings as they are written down: a bar on a terminal, the text on stdout or in files; what fails is told and does
not stop the rest.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import aclosing, contextmanager
from pathlib import Path
from typing import Any

import click

from jarvis.cli.asking import INTERRUPTED, Status
from jarvis.cli.main import report
from jarvis.cli.terminal import clean, on_line, shown
from jarvis.client import Client, connect
from jarvis.config.load import load
from jarvis.config.paths import paths
from jarvis.errors import JarvisError
from jarvis.speech.captions import srt, vtt
from jarvis.texts import say
from jarvis.words.audio import Heard, joined, language

ENDINGS = {"text": ".txt", "srt": ".srt", "vtt": ".vtt", "json": ".json"}


class Transcribing:
    """One run of the command."""

    def __init__(self, files: Sequence[Path], asked: Mapping[str, Any], form: str, folder: Path | None) -> None:
        self._files = [(file, os.path.abspath(file)) for file in files]  # noqa: PTH100
        self._asked, self._form, self._folder = asked, form, folder
        self._status = Status()

    def run(self) -> int:
        """Exit status: 1 when a recording could not be read, 130 when it was interrupted."""
        return asyncio.run(self._run())

    async def _run(self) -> int:
        task = asyncio.current_task()
        assert task is not None
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, task.cancel)
        failed = False
        try:
            async with connect(load(), paths(), "transcribe", tell=self._status.note) as client:
                for file, path in self._files:
                    try:
                        await self._one(client, file, path)
                    except JarvisError as error:
                        if len(self._files) == 1:
                            raise
                        failed = True
                        click.echo(f"{clean(str(file))}:", err=True)
                        report(error)
        except asyncio.CancelledError:
            task.uncancel()
            return INTERRUPTED
        return int(failed)

    async def _one(self, client: Client, file: Path, path: str) -> None:
        began, body = time.monotonic(), {**self._asked, "path": path}
        pieces: list[Heard] = []
        model, seconds, after = "", 0.0, 0.0
        with _bar(file.name) as at:
            while not model:
                async with aclosing(client.steps("/jarvis/transcribe", {**body, "after": after})) as steps:
                    async for step in steps:
                        if "heard" in step:
                            pieces.append(Heard.of(step["heard"]))
                        if "done" in step:
                            seconds = step["seconds"]
                            at(step["done"], seconds)
                        model, after = step.get("model", ""), step.get("again", after)
                        # found out once for the whole recording, and not anew where it went on
                        body["language"] = body["language"] or language(pieces)
        heard = joined(pieces, seconds, body["language"])
        self._write(file, model, heard)
        facts = {"minutes": heard.seconds / 60, "speech": heard.speech / 60, "seconds": time.monotonic() - began}
        click.echo(say("hear.done", None, path=on_line(str(file)), model=model, **facts), err=True)
        if not heard.text:
            click.echo(say("hear.nothing", path=on_line(str(file))), err=True)

    def _write(self, file: Path, model: str, heard: Heard) -> None:
        match self._form:
            case "srt":
                text = srt(heard.segments)
            case "vtt":
                text = vtt(heard.segments)
            case "json":
                told = {"file": str(file), "model": model, **heard.facts()}
                text = json.dumps(told, ensure_ascii=False) + "\n"
            case _:
                text = "".join(f"{segment.text}\n" for segment in heard.segments)
        if self._folder is None:
            click.echo(shown(text) if self._form == "json" else clean(text), nl=False)
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / (file.name + ENDINGS[self._form])).write_text(text, encoding="utf-8")


At = Callable[[float, float], None]


@contextmanager
def _bar(name: str) -> Iterator[At]:
    if not sys.stderr.isatty():
        yield lambda done, of: None
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:.0f} %"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(escape(on_line(name)), total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)
