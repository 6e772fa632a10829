"""One question from the command line: the model it needs, the answer as it comes, and how it ends."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from contextlib import aclosing, suppress

import click

from jarvis.cli.first import ensure_model, offer_better
from jarvis.cli.terminal import Unwritable, clean, on_line, shown
from jarvis.client import Question, connect
from jarvis.config.load import Loaded, load
from jarvis.config.paths import Paths, paths
from jarvis.server.wire.answer import answer_json
from jarvis.texts import say
from jarvis.words.chat import Delta
from jarvis.words.exchange import Answer, Called, Notice, Progress, Route

INTERRUPTED = 130
COLUMNS = 80
"""Of a terminal that does not say how many it has."""
OUTCOME = 120
"""Characters of what a tool found that are shown."""


class Asking:
    """Runs one question; what it prints on stdout is the answer alone, or one line of JSON."""

    def __init__(self, question: Question, *, as_json: bool, show_reasoning: bool, daemon: bool) -> None:
        self._question = question
        self._as_json = as_json
        self._show_reasoning = show_reasoning
        self._daemon = daemon
        self._status = Status()
        self._reasoned = 0
        self._spoken = False
        self._stored_in: str | None = None
        self._ends_with_newline = True
        self._answered: Answer | None = None

    def run(self) -> int:
        """Exit status: 0, or 130 when it was interrupted. Raises JarvisError."""
        loaded, where = load(), paths()
        ensure_model(loaded.settings, where, self._question.model)  # outside of the loop, where Ctrl-C ends it at once
        return asyncio.run(self._run(loaded, where))

    async def _run(self, loaded: Loaded, where: Paths) -> int:
        task = asyncio.current_task()
        assert task is not None
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, task.cancel)
        try:
            async with (
                connect(loaded, where, "ask", daemon=self._daemon, tell=self._status.note) as client,
                aclosing(client.ask(self._question)) as events,
            ):
                async for event in events:
                    self._show(event)
        except asyncio.CancelledError:
            self._end_line()
            kept = self._spoken and self._stored_in and self._question.store and loaded.settings.assistant.store
            self._status.note(say("cli.stopped" if kept else "cli.stopped_unstored"))
            return INTERRUPTED
        finally:
            self._status.clear()
            self._end_line()  # what is said now begins a line
            self._status.catch_up()
        offer_better(loaded.settings, where, self._answered)
        return 0

    def _show(self, event: object) -> None:
        if isinstance(event, Progress):
            self._status.progress(event)
        elif isinstance(event, Route):
            self._stored_in = event.conversation
        elif isinstance(event, Notice):
            self._status.notice(event, later=self._spoken)
        elif isinstance(event, Called):
            self._status.called(event, later=self._spoken)
        elif isinstance(event, Delta):
            if event.reasoning:
                self._reason(event.reasoning)
            if event.text:
                self._say(event.text)
        elif isinstance(event, Answer):
            self._answered = event
            if self._as_json:
                click.echo(shown(json.dumps(answer_json(event), ensure_ascii=False)))
            else:
                self._end_line()

    def _reason(self, text: str) -> None:
        self._reasoned += 1
        if self._show_reasoning:
            self._status.clear()
            click.secho(clean(text), nl=False, dim=True, err=True)
        else:
            self._status.line(say("cli.reasoning", count=self._reasoned))

    def _say(self, text: str) -> None:
        self._spoken = True
        self._status.clear()
        if self._as_json:
            return
        if self._reasoned and self._show_reasoning:
            click.echo(err=True)
            self._reasoned = 0
        sys.stdout.write(shown(text))
        sys.stdout.flush()
        self._ends_with_newline = text.endswith("\n")

    def _end_line(self) -> None:
        if not self._ends_with_newline:
            with suppress(Unwritable):
                click.echo()
        self._ends_with_newline = True


class Status:
    """One line on stderr that replaces itself on a terminal; elsewhere only what matters is written, once."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._shown = False
        self._said: set[str] = set()
        self._late: list[str] = []

    def progress(self, event: Progress) -> None:
        text = say(f"cli.progress.{event.stage}", model=event.model)
        if self._live:
            self.line(text if event.fraction is None else f"{text} {event.fraction:.0%}")
        elif event.stage not in self._said:
            self._said.add(event.stage)
            click.echo(text, err=True)

    def line(self, text: str, tail: str = "") -> None:
        """Show a passing state in what one line of the terminal has room for; of ``tail`` the end."""
        if self._live:
            text = _fitting(on_line(text), on_line(tail), _columns() - 1)
            click.echo(f"\r\x1b[2K{click.style(text, dim=True)}", nl=False, err=True)
            self._shown = True

    def note(self, text: str) -> None:
        """Say something that stays."""
        self.clear()
        click.secho(clean(text), dim=True, err=True)

    def notice(self, event: Notice, *, later: bool) -> None:
        """Say a notice, or ``later``, when the answer that it must not be written into is over."""
        text = say(event.code, None, **event.facts)
        if later:
            self._late.append(text)
        else:
            self.note(text)

    def called(self, event: Called, *, later: bool) -> None:
        """Say which tool did what; while it runs as a passing state."""
        if event.state == "running":
            if not later:
                self.line(f"· {event.name}: {event.show}")
            return
        if event.state == "asks":
            return  # the answer asks
        sign = "→" if event.state == "done" else "✗"
        outcome = event.outcome if len(event.outcome) <= OUTCOME else event.outcome[:OUTCOME] + "…"
        text = f"· {event.name}: {event.show} {sign} {outcome}" if event.show else f"· {event.name} {sign} {outcome}"
        if later:
            self._late.append(text)
        else:
            self.note(text)

    def catch_up(self) -> None:
        """Say what was left for later."""
        for text in self._late:
            self.note(text)
        self._late.clear()

    def clear(self) -> None:
        if self._shown:
            click.echo("\r\x1b[2K", nl=False, err=True)
            self._shown = False


def _columns() -> int:
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or COLUMNS
    except OSError:
        return COLUMNS


def _fitting(text: str, tail: str, room: int) -> str:
    left = room - len(text) - 1
    if not tail or left < 1:
        return text[: max(room, 0)]
    return f"{text} {tail if len(tail) <= left else '…' + tail[len(tail) - left + 1 :]}"
