"""A spoken conversation on a terminal: what is heard and answered as text, how loud it is, and the keys."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import termios
import time
import tty
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager
from dataclasses import asdict
from typing import Any

import click

from jarvis.cli.asking import INTERRUPTED, Status
from jarvis.cli.first import ensure_model
from jarvis.cli.terminal import clean, shown
from jarvis.cli.voice_models import ensure_voice
from jarvis.client import Client, RemoteError, connect
from jarvis.config.load import load
from jarvis.config.paths import paths, private
from jarvis.errors import EngineError
from jarvis.texts import say
from jarvis.voice.devices import find, listed
from jarvis.voice.echo import Echo
from jarvis.voice.microphone import Microphone
from jarvis.voice.speaker import Speaker
from jarvis.voice.talk import SESSION, VOICE_RATE, Lost, Style, Talk
from jarvis.words.exchange import Called, Notice, Progress

METER_SECONDS = 0.1
METER_FROM, METER_BARS = -60.0, "▁▂▃▄▅▆▇█"
TRIES, TRY_SECONDS = 3, 60.0
"""How often within so long a conversation is taken up again when its far end was lost."""


def show_devices(*, as_json: bool) -> None:
    """What there is to hear and to speak with."""
    with only_ours():
        found = listed()
    if as_json:
        click.echo(json.dumps([asdict(device) for device in found], ensure_ascii=False))
        return
    if not found:
        click.echo(say("voice.no_devices"), err=True)
        return
    from jarvis.cli.table import show

    def marked(count: int, chosen: bool) -> str:
        return f"{count}{' *' if chosen else ''}" if count else ""

    rows = [
        [
            str(device.index), clean(device.name), device.host,
            marked(device.inputs, device.is_default_input), marked(device.outputs, device.is_default_output),
        ]
        for device in found
    ]  # fmt: skip
    show([say(f"voice.column.{name}") for name in ("number", "name", "host", "inputs", "outputs")], rows)


@contextmanager
def only_ours() -> Iterator[None]:
    """What the system's sound libraries write to the terminal of their own goes to a log."""
    if sys.stderr is None:
        yield
        return
    ours, before = os.dup(2), sys.stderr
    log = os.open(private(paths().logs) / "sound.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    sys.stderr.flush()
    with os.fdopen(ours, "w", errors="replace", buffering=1, closefd=False) as sys.stderr:
        os.dup2(log, 2)
        try:
            yield
        finally:
            sys.stderr.flush()
            os.dup2(ours, 2)
            sys.stderr = before
            os.close(ours)
            os.close(log)


class Voicing:
    """One run of the command."""

    def __init__(self, style: Style, microphone: str, loudspeaker: str, *, as_json: bool, yes: bool) -> None:
        self._style, self._microphone, self._loudspeaker = style, microphone, loudspeaker
        self._as_json, self._yes = as_json, yes
        self._status = Status()
        self._state = ""
        self._partial = ""
        self._answering = False
        self._level = -96.0
        self._talk: Talk | None = None
        self._told_of = set[str]()
        """What was told of this connection: it is ready when what hears is loaded and how it is talked was accepted."""
        self._quit = asyncio.Event()
        self._pressed: asyncio.Future[None] | None = None
        """What the last key does; kept until it is done."""

    def run(self) -> int:
        """Exit status: 0, or 130 when it was interrupted. Raises JarvisError."""
        with only_ours():
            find(self._microphone, "input")  # what is wrong with it is told before anything is fetched
            loaded, where = load(), paths()
            ensure_voice(loaded.settings, where, self._style, yes=self._yes)
            ensure_model(loaded.settings, where, self._style.model)
            return asyncio.run(self._run())

    async def _run(self) -> int:
        task = asyncio.current_task()
        assert task is not None
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # the terminal is to be as it was
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        try:
            async with AsyncExitStack() as stack:
                client = await stack.enter_async_context(connect(load(), paths(), "voice", tell=self._status.note))
                echo = Echo.made() if self._style.speaks else None
                speaker = None
                if self._style.speaks:
                    device = await asyncio.to_thread(find, self._loudspeaker, "output")
                    speaker = await stack.enter_async_context(Speaker(device, VOICE_RATE, echo=echo))
                device = await asyncio.to_thread(find, self._microphone, "input")
                microphone = await stack.enter_async_context(Microphone(device, echo=echo))
                stack.enter_context(self._keys())
                self._note_echo(echo, speaker)
                await self._converse(client, microphone, speaker, echo)
        except asyncio.CancelledError:
            return INTERRUPTED
        finally:
            self._end_line()
            self._status.clear()
        return 0

    def _note_echo(self, echo: Echo | None, speaker: Speaker | None) -> None:
        if echo is None and speaker is not None and not self._style.push:
            self._note(say("voice.half_duplex"))

    async def _converse(
        self, client: Client, microphone: Microphone, speaker: Speaker | None, echo: Echo | None
    ) -> None:
        lost = list[float]()
        self._talk = talk = Talk(
            speaker, echo, self._style, self._told, _named(self._note) if self._style.wake else None
        )
        hearing = asyncio.create_task(talk.hear(self._heard(microphone)), name="talk, hear")
        quitting = asyncio.create_task(self._quit.wait(), name="quit")
        try:
            while not (hearing.done() or quitting.done()):
                talking = asyncio.create_task(self._connected(client, talk), name="talk")
                try:
                    await asyncio.wait((talking, hearing, quitting), return_when=asyncio.FIRST_COMPLETED)
                    if talking.done():
                        talking.result()
                except Lost:
                    lost = [*(at for at in lost if time.monotonic() - at < TRY_SECONDS), time.monotonic()]
                    if len(lost) > TRIES:
                        raise EngineError(
                            "daemon.lost", pid=client.address.pid, log=paths().logs / "daemon.log"
                        ) from None
                    self._note(say("voice.again"))
                finally:
                    talking.cancel()
                    await asyncio.wait((talking,))
            if hearing.done():
                hearing.result()
        finally:
            for task in (hearing, quitting):
                task.cancel()
            await asyncio.wait((hearing, quitting))

    async def _connected(self, client: Client, talk: Talk) -> None:
        async with client.talk() as wire:
            await talk.run(wire)

    async def _heard(self, microphone: Microphone) -> AsyncIterator[bytes]:
        told = 0.0
        async for piece in microphone:
            self._level = microphone.level.rms
            if time.monotonic() - told >= METER_SECONDS:
                told = time.monotonic()
                self._show()
            yield piece

    # What is shown

    def _told(self, event: Mapping[str, Any]) -> None:
        if self._as_json:
            click.echo(json.dumps(event, ensure_ascii=False))
        if event["type"] == "error" and event["error"].get("event_id") == SESSION:  # what it names is not there
            raise RemoteError(event["error"], 404)
        if self._as_json:
            return
        self._begins(event["type"])
        match event["type"]:
            case "jarvis.listening":
                self._state = "listening" if event["on"] else "thinking"
            case "input_audio_buffer.speech_started":
                self._state, self._partial = "hearing", ""
            case "jarvis.partial":
                self._partial = f"{event['confirmed']} {event['tail']}".strip()
            case "jarvis.understood":
                self._understood(event)
            case "response.created":
                self._state = "thinking"
            case "response.output_audio_transcript.delta" | "response.output_text.delta":
                self._say(event["delta"])
            case "response.done":
                self._end_line()
                self._status.catch_up()
                self._state = ""
                self._failed(event["response"].get("status_details"))
            case _:
                self._also(event)
        self._show()

    def _begins(self, told: str) -> None:
        if told == "session.created":
            self._told_of.clear()
        elif told in ("jarvis.ready", "session.updated"):
            self._told_of.add(told)
            if len(self._told_of) == 2:
                self._note(say("voice.ready_push" if self._style.push else "voice.ready"))

    def _also(self, event: Mapping[str, Any]) -> None:
        match event["type"]:
            case "jarvis.progress":
                self._status.progress(Progress(event["stage"], event["model"], event["fraction"], event["detail"]))
            case "jarvis.notice":
                self._status.notice(Notice(event["code"], event["facts"]), later=self._answering)
            case "jarvis.called":
                facts = ("id", "name", "show", "state", "seconds", "outcome")
                self._status.called(Called(*(event[name] for name in facts)), later=self._answering)
            case "jarvis.half_duplex":
                self._note(say("voice.half_duplex"))
            case "jarvis.awake":
                self._state = "awake"
            case "jarvis.interrupted":
                self._end_line()
            case "error" if event["error"]["code"] == "empty":  # space was pressed twice at once
                self._state = ""
            case "error" | "conversation.item.input_audio_transcription.failed":
                self._failed(event)

    def _failed(self, event: Mapping[str, Any] | None) -> None:
        if event is not None and (error := event.get("error")):
            self._note(f"✗ {error['message']} {error.get('hint', '')}".strip())

    def _understood(self, event: Mapping[str, Any]) -> None:
        self._state, self._partial = "", ""
        if event["text"] and event["meaning"] not in ("echo", "unnamed"):
            self._end_line()
            self._status.clear()
            click.echo(click.style(shown(f"› {event['text']}"), bold=True))

    def _say(self, text: str) -> None:
        self._answering = True
        self._status.clear()
        sys.stdout.write(shown(text))
        sys.stdout.flush()

    def _end_line(self) -> None:
        if self._answering:
            click.echo()
        self._answering = False

    def _note(self, text: str) -> None:
        self._end_line()
        self._status.note(text)

    def _show(self) -> None:
        if self._answering or self._as_json:
            return
        bars = METER_BARS[min(len(METER_BARS) - 1, max(0, int((self._level - METER_FROM) / 60 * len(METER_BARS))))]
        state = say(f"voice.state.{self._state or ('push' if self._style.push else 'listening')}")
        self._status.line(f"{bars} {state}", self._partial)

    # Keys

    @contextmanager
    def _keys(self) -> Iterator[None]:
        """Space or Enter: push; Escape or s: stop speaking; q: leave."""
        if sys.stdin is None or sys.stdin.closed:
            yield
            return
        number, loop = sys.stdin.fileno(), asyncio.get_running_loop()
        before = termios.tcgetattr(number) if sys.stdin.isatty() else None
        try:
            loop.add_reader(number, self._key, number)
        except (PermissionError, OSError):  # a file, which is always ready: there are no keys
            yield
            return
        if before is not None:
            tty.setcbreak(number)
            loop.add_signal_handler(signal.SIGTSTP, _suspend, number, before)
        try:
            yield
        finally:
            loop.remove_reader(number)
            if before is not None:
                loop.remove_signal_handler(signal.SIGTSTP)
                termios.tcsetattr(number, termios.TCSADRAIN, before)

    def _key(self, number: int) -> None:
        keys = os.read(number, 64)
        if not keys:
            asyncio.get_running_loop().remove_reader(number)
            return
        talk = self._talk
        if b"q" in keys:
            self._quit.set()
        elif talk is not None and self._style.push and (b" " in keys or b"\n" in keys):
            self._pressed = asyncio.ensure_future(talk.push())
        elif talk is not None and (b"s" in keys or b"\x1b" in keys or b" " in keys):
            self._pressed = asyncio.ensure_future(talk.stop())


def _suspend(number: int, before: list[Any]) -> None:
    """Ctrl-Z: the shell has its terminal as it was until it goes on."""
    termios.tcsetattr(number, termios.TCSADRAIN, before)
    os.kill(os.getpid(), signal.SIGSTOP)
    tty.setcbreak(number)


def _named(note: Callable[[str], None]) -> Callable[[bytes], bool] | None:
    """What hears "hey Jarvis"; where it is not installed the name is still found in what was understood."""
    from jarvis.errors import JarvisError
    from jarvis.speech.detect.wake import Wake

    try:
        return Wake().feed
    except JarvisError as error:
        note(f"{error.message()} {error.hint()}")
        return None
