"""The conversation of ``jarvis chat``: lines and slash commands in, answers out as they come."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import sys
from contextlib import aclosing, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

import click

from jarvis.catalog.catalog import Catalog
from jarvis.catalog.here import catalog
from jarvis.cli.asking import Status
from jarvis.cli.chat_memory import NAMES, ChatMemory
from jarvis.cli.first import ensure_model, offer_better
from jarvis.cli.lines import Piped, Terminal
from jarvis.cli.main import report
from jarvis.cli.reminders import show_told
from jarvis.cli.terminal import Unwritable, clean, shown
from jarvis.client import Client, Question, connect
from jarvis.config.load import Loaded, load
from jarvis.config.paths import Paths, paths
from jarvis.errors import JarvisError
from jarvis.registry import nearest
from jarvis.server.wire.answer import answer_json
from jarvis.texts import say
from jarvis.words.agreed import is_yes
from jarvis.words.chat import Delta
from jarvis.words.exchange import Answer, Called, Notice, Progress, Route

if TYPE_CHECKING:
    from rich.console import RenderableType

_ORDER = re.compile(r"/\w*!?( .*)?")  # anything else that begins with a slash is a question, about a path perhaps
COMMANDS = (
    "/help", "/yes", "/model", "/new", "/why", "/good", "/bad", "/stats", "/reasoning", "/remember", "/forget",
    "/memory", "/incognito", "/quit",
)  # fmt: skip


class Reader(Protocol):
    """Where the lines come from. Raises EOFError at the end."""

    async def line(self) -> str: ...


class Chatting:
    """One run of the command."""

    def __init__(self, question: Question, *, as_json: bool, daemon: bool) -> None:
        self._question = question
        self._as_json = as_json
        self._daemon = daemon
        self._status = Status()
        self._memory = ChatMemory(self._status.note)
        self._kept = True
        """Whether conversations are stored, when it is not incognito."""
        self._answers: list[Answer] = []
        self._show_reasoning = False
        self._stores = True
        self._stored_in: str | None = None
        """The conversation that keeps the question which is being answered."""
        self._spoken = False
        self._asked = ""
        """The id of the call that waits for a yes."""

    def run(self) -> int:
        """Talk until /quit or the end of the input. The exit status: at a terminal 0; from a pipe, that of the first
        question that was not answered.
        """
        loaded, where = load(), paths()
        ensure_model(loaded.settings, where, self._question.model)  # outside of the loop, where Ctrl-C ends it at once
        return asyncio.run(self._run(loaded, where))

    async def _run(self, loaded: Loaded, where: Paths) -> int:
        self._kept = loaded.settings.assistant.store and (self._question.store or self._question.incognito)
        self._stores = self._question.store and loaded.settings.assistant.store
        self._question = replace(self._question, store=self._stores)
        status, models = 0, catalog(loaded.settings, where)
        async with connect(loaded, where, "chat", daemon=self._daemon, tell=self._status.note) as client:
            reader: Reader = Terminal(where, COMMANDS) if sys.stdin.isatty() else Piped()
            if sys.stdin.isatty():
                self._status.note(say("cli.chat.welcome"))
            while True:
                await show_told(client, self._status.note)
                try:
                    text = (await reader.line()).strip()
                except EOFError:
                    break
                if not text:
                    continue
                confirm, self._asked = self._asked if text == "/yes" or is_yes(text) else "", ""
                if _ORDER.fullmatch(text) and not confirm:
                    try:
                        if not await self._obey(text, client, models):
                            break
                    except JarvisError as error:
                        report(error)
                        status = status or error.exit_code
                    continue
                answered = await self._answer(client, text, confirm)
                status = status or answered
                if len(self._answers) == 1 and not self._as_json:
                    offer_better(loaded.settings, where, self._answers[0])
        return 0 if sys.stdin.isatty() else status

    async def _obey(self, text: str, client: Client, models: Catalog) -> bool:
        """Carry out a slash command; False ends the conversation."""
        name, _, argument = text.partition(" ")
        if name == "/quit":
            return False
        if (asked := NAMES.get(name.rstrip("!"))) is not None:
            await self._obey_memory(asked, "!" if name.endswith("!") else argument.strip(), client)
        elif name == "/new":
            self._question = replace(self._question, conversation=None, earlier=())
            self._status.note(say("cli.chat.new"))
        elif name == "/model":
            await self._model(argument.strip(), client, models)
        elif name == "/why":
            self._why()
        elif name == "/yes":
            self._status.note(say("cli.chat.nothing_asked"))
        elif name in ("/good", "/bad"):
            await self._judge("up" if name == "/good" else "down", client)
        elif name == "/stats":
            self._stats()
        elif name == "/reasoning":
            self._fold()
        else:
            if name != "/help":
                self._status.note(say("cli.chat.unknown", name=name, close=nearest(name, list(COMMANDS)) or "/help"))
            self._status.note(say("cli.chat.help"))
        return True

    async def _obey_memory(self, asked: str, argument: str, client: Client) -> None:
        if asked == "incognito":
            self._incognito()
        elif asked == "remember" and self._question.incognito:
            self._status.note(say("memory.not_learned"))
        else:
            await self._memory.obey(asked, argument, client)

    def _fold(self) -> None:
        """Show reasoning from here on, or no longer."""
        self._show_reasoning = not self._show_reasoning
        self._status.note(say("cli.chat.reasoning_on" if self._show_reasoning else "cli.chat.reasoning_off"))
        if self._show_reasoning and self._answers and self._answers[-1].reasoning:
            self._status.note(self._answers[-1].reasoning)

    def _incognito(self) -> None:
        """From here on, or no longer; what was said on one side is not known on the other."""
        on = not self._question.incognito
        self._stores = self._kept and not on
        self._question = replace(self._question, incognito=on, store=self._stores, conversation=None, earlier=())
        self._status.note(say("recall.chat.incognito_on" if on else "recall.chat.incognito_off"))

    async def _model(self, name: str, client: Client, models: Catalog) -> None:
        listed = await client.json("GET", "/v1/models")
        known = [m["id"] for m in listed["data"]]
        if not name:
            self._status.note(say("cli.chat.models", now=self._question.model, known=", ".join(known)))
            return
        if name not in known:
            models.find(name)  # raises what is wrong with that name, and the next step
        self._question = replace(self._question, model=name)
        self._status.note(say("cli.chat.model", model=name))

    def _why(self) -> None:
        if not self._answers:
            self._status.note(say("cli.chat.nothing_yet"))
            return
        last = self._answers[-1]
        facts = {
            "model": last.model,
            "engine": last.engine,
            "device": last.device,
            "why": last.route.why,
            "asked": last.route.asked,
            "queue": last.seconds.queue,
            "load": last.seconds.load,
            "first": last.seconds.first_token or 0.0,
            "total": last.seconds.total,
            "prompt": last.usage.prompt_tokens,
            "completion": last.usage.completion_tokens,
            "cost": "?" if last.cost_usd is None else f"{last.cost_usd:.6f}",
        }
        self._status.note(say("cli.chat.why", None, **facts))

    async def _judge(self, verdict: str, client: Client) -> None:
        """A thumb for the last answer."""
        if not self._answers:
            self._status.note(say("cli.chat.nothing_yet"))
            return
        about = {"verdict": verdict, "exchange": self._answers[-1].route.decision or None}
        told = await client.json("POST", "/jarvis/feedback", about)
        self._status.note(say(f"cli.feedback.{verdict}", model=shown(told["model"])))
        if not told["learned"]:
            self._status.note(say("cli.feedback.off"))

    def _stats(self) -> None:
        tokens = sum(a.usage.completion_tokens for a in self._answers)
        seconds = sum(a.seconds.total for a in self._answers)
        cost = sum(a.cost_usd or 0.0 for a in self._answers)
        rate = tokens / seconds if seconds else 0.0
        count = len(self._answers)
        self._status.note(say("cli.chat.stats", count=count, tokens=tokens, seconds=seconds, rate=rate, cost=cost))

    async def _answer(self, client: Client, text: str, confirm: str = "") -> int:
        """Ask and show; 0, or the exit status of what went wrong. Ctrl-C stops the answer and keeps what was said."""
        task = asyncio.create_task(self._ask(client, replace(self._question, text=text, confirm=confirm)))
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGINT, task.cancel)
        try:
            answer = await task
        except asyncio.CancelledError:
            if self._stored_in:  # the question is in there: the conversation goes on from it
                self._question = replace(self._question, conversation=self._stored_in)
            self._status.note(say("cli.stopped" if self._stored_in and self._spoken else "cli.stopped_unstored"))
            return 130
        except JarvisError as error:
            report(error)
            return error.exit_code
        finally:
            loop.remove_signal_handler(signal.SIGINT)
            self._status.clear()
            self._status.catch_up()
        if answer is not None:
            self._answers.append(answer)
        return 0

    async def _ask(self, client: Client, question: Question) -> Answer | None:
        page = _page(self._as_json)
        answered: Answer | None = None
        reasoned = 0
        self._stored_in, self._spoken = None, False
        try:
            async with aclosing(client.ask(question)) as events:
                async for event in events:
                    if isinstance(event, Progress):
                        self._status.progress(event)
                    elif isinstance(event, Route):
                        self._stored_in = event.conversation if self._stores else None
                    elif isinstance(event, Notice | Called):
                        self._tell(event)
                    elif isinstance(event, Delta) and event.reasoning:
                        reasoned += 1
                        if self._show_reasoning:
                            click.secho(clean(event.reasoning), nl=False, dim=True, err=True)
                        else:
                            self._status.line(say("cli.reasoning", count=reasoned))
                    elif isinstance(event, Delta) and event.text:
                        self._status.clear()
                        self._spoken = True
                        page.add(event.text)
                    elif isinstance(event, Answer):
                        answered = event
        finally:
            self._status.clear()
            page.close()
        if answered is not None:
            # Only now: a question that failed does not become the conversation.
            self._question = replace(self._question, conversation=answered.conversation)
            if not self._stores:  # then nobody but this command remembers what was said
                earlier = (*self._question.earlier, question.text, answered.answer)
                self._question = replace(self._question, earlier=earlier)
            if self._as_json:
                click.echo(shown(json.dumps(answer_json(answered), ensure_ascii=False)))
        return answered

    def _tell(self, event: Notice | Called) -> None:
        if isinstance(event, Notice):
            self._status.notice(event, later=self._spoken)
        else:
            self._asked = event.id if event.state == "asks" else self._asked
            self._status.called(event, later=self._spoken)


class Page(Protocol):
    """Where an answer appears."""

    def add(self, text: str) -> None: ...

    def close(self) -> None: ...


class _Nothing:
    def add(self, text: str) -> None: ...

    def close(self) -> None: ...


class _Plain:
    def __init__(self) -> None:
        self._last = "\n"

    def add(self, text: str) -> None:
        sys.stdout.write(shown(text))
        sys.stdout.flush()
        self._last = text

    def close(self) -> None:
        if not self._last.endswith("\n"):
            with suppress(Unwritable):
                click.echo()


class _Markdown:
    """The answer as rendered markdown: what fits on the screen while it grows, all of it once at the end."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.live import Live

        self._text = ""
        self._console = Console()
        self._live = Live(
            console=self._console,
            refresh_per_second=8,
            vertical_overflow="crop",
            transient=True,
            get_renderable=self._end,
        )
        self._live.start()

    def add(self, text: str) -> None:
        self._text += clean(text)

    def _end(self) -> RenderableType:
        """What fits on the screen of the end of the answer, where it grows."""
        from rich.console import Group
        from rich.markdown import Markdown
        from rich.segment import Segments

        height = self._console.height
        lines = self._console.render_lines(Markdown(_last_lines(self._text, height)), pad=False, new_lines=True)
        return Group(*(Segments(line) for line in lines[-height:]))

    def close(self) -> None:
        from rich.markdown import Markdown

        self._live.stop()
        if self._text:
            self._console.print(Markdown(self._text))


def _last_lines(text: str, count: int) -> str:
    """The end of a long text, where it grows; cut between paragraphs, so that what is left is markdown."""
    lines = text.splitlines(keepends=True)
    if len(lines) <= count:
        return text
    for start in range(len(lines) - count, len(lines) - 1):
        if not lines[start].strip():
            return "".join(lines[start + 1 :])
    return "".join(lines[-count:])


def _page(as_json: bool) -> Page:
    if as_json:
        return _Nothing()
    return _Markdown() if sys.stdout.isatty() else _Plain()
