"""Recordings as they are written down: a bar on a terminal, the text on stdout or in files; what fails is told and does
not stop the rest.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, aclosing, contextmanager
from pathlib import Path
from typing import Any

import click

from jarvis.cli.asking import INTERRUPTED, Status
from jarvis.cli.main import report
from jarvis.cli.terminal import clean, on_line, shown
from jarvis.client import Client, connect
from jarvis.config.load import load
from jarvis.config.paths import paths
from jarvis.errors import JarvisError, UsageError
from jarvis.speech.captions import srt, vtt
from jarvis.texts import say
from jarvis.words.audio import Heard, joined, language

ENDINGS = {"text": ".txt", "srt": ".srt", "vtt": ".vtt", "json": ".json"}
STDIN = Path("-")
SHORT_SECONDS = 120.0
"""What is shorter is told in seconds."""


class Transcribing:
    """One run of the command."""

    def __init__(self, files: Sequence[Path], asked: Mapping[str, Any], form: str | None, output: Path | None) -> None:
        """``-`` is what comes on stdin. ``form``: None is that of the file's name, else text. Raises UsageError for
        what does not go together.
        """
        form = form or _form_of(output)
        if asked["words"] and form != "json":
            raise UsageError("hear.words_json", param="--words", format=form)
        self._files, self._asked, self._form = files, asked, form
        self._into = None if output is None else _into(files, form, output)
        if output is None and len(files) > 1 and form in ("srt", "vtt"):
            raise UsageError("hear.one_by_one", param="--output", format=form)
        self._headed, self._between = len(files) > 1 and form == "text", ""
        self._status = Status()

    def run(self) -> int:
        """Exit status: 1 when a recording could not be read, 130 when it was interrupted."""
        with ExitStack() as kept:
            paths = [kept.enter_context(_kept_stdin()) if file == STDIN else file for file in self._files]
            return asyncio.run(self._run([os.path.abspath(path) for path in paths]))  # noqa: PTH100

    async def _run(self, where: Sequence[str]) -> int:
        task = asyncio.current_task()
        assert task is not None
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, task.cancel)
        failed = False
        try:
            async with connect(load(), paths(), "transcribe", tell=self._status.note) as client:
                for file, path in zip(self._files, where, strict=True):
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
        short, unit = ("hear.done_short", 1) if heard.seconds < SHORT_SECONDS else ("hear.done", 60)
        facts = {"sound": heard.seconds / unit, "speech": heard.speech / unit, "seconds": time.monotonic() - began}
        click.echo(say(short, None, path=on_line(str(file)), model=model, **facts), err=True)
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
        if self._into is not None:
            target = self._into(file)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
            return
        if self._headed:
            click.echo(f"{self._between}==> {on_line(str(file))} <==")
            self._between = "\n"
        click.echo(shown(text) if self._form == "json" else clean(text), nl=False)


def _form_of(output: Path | None) -> str:
    if output is None or output.is_dir():
        return "text"
    return next((form for form, ending in ENDINGS.items() if ending == output.suffix.lower()), "text")


def _into(files: Sequence[Path], form: str, output: Path) -> Callable[[Path], Path]:
    """Where each recording is written: to the file of that name, or into the folder. Raises UsageError where it is not
    plain which is meant.
    """
    ending = output.suffix.lower()
    if output.is_dir() or (ending not in ENDINGS.values() and not output.exists()):
        names = [file.name for file in files]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise UsageError("hear.same_name", param="--output", name=on_line(twice))
        return lambda file: output / (("stdin" if file == STDIN else file.name) + ENDINGS[form])
    facts = {"path": on_line(str(output)), "format": form, "ending": ENDINGS[form]}
    if len(files) > 1:
        raise UsageError("hear.one_file", param="--output", n=len(files), **facts)
    if ending not in ENDINGS.values():
        raise UsageError("hear.other_file", param="--output", **facts)
    if ending != ENDINGS[form]:
        other = next(name for name, one in ENDINGS.items() if one == ending)
        raise UsageError("hear.other_form", param="--output", other=other, **facts)
    return lambda _: output


@contextmanager
def _kept_stdin() -> Iterator[Path]:
    """What comes on stdin, in a file that whoever transcribes can read."""
    with tempfile.NamedTemporaryFile(prefix="jarvis-stdin-") as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
        file.flush()
        yield Path(file.name)


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
