"""What stands between a command and its terminal: the three streams, and what may be written to them."""

from __future__ import annotations

import codecs
import errno
import io
import os
import re
import sys
from datetime import datetime

import click

from jarvis.errors import JarvisError
from jarvis.texts import say

_CONTROLS = {code: None for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\n\t"}
_TURNS = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
"""What turns the direction of a text: a name written so is read as another."""
_COMMAND = re.compile(r"(?<![\w./-])jarvis(?= [a-z])")


def clean(text: str) -> str:
    """``text`` without control characters, but for newlines and tabs: what a model or a file said could drive a
    terminal (clipboard, title, screen), or turn what stands beside it around.
    """
    return text.translate(_CONTROLS | _TURNS)


def on_line(text: str) -> str:
    """The same on one line: what somebody called a file may not pass for a line of ours."""
    return clean(" ".join(text.splitlines()).replace("\t", " "))


def shown(text: str) -> str:
    """``text`` as it may go to stdout: cleaned for a terminal, as it is for a file or a pipe."""
    return clean(text) if sys.stdout.isatty() else text


def minute(seconds: float) -> str:
    """A moment, seconds since the epoch, to the minute and in local time."""
    return datetime.fromtimestamp(seconds).strftime("%Y-%m-%d %H:%M")


def command_name() -> str:
    """How the person called Jarvis: the launcher of a clone says it in ``JARVIS_COMMAND``."""
    return os.environ.get("JARVIS_COMMAND") or "jarvis"


def named(text: str) -> str:
    """``text`` for a person, with the commands in it as that person has to write them."""
    return _COMMAND.sub(lambda _: command_name(), text)


class Unwritable(Exception):
    """stdout does not take what is written. ``told`` says why; None for a pipe that nobody reads any more.

    No JarvisError: whoever reports those and goes on would write to the same stdout again.
    """

    def __init__(self, told: JarvisError | None) -> None:
        super().__init__(told)
        self.told = told


class _Answer(io.FileIO):
    """stdout, whose errors are told from those of any other file."""

    def write(self, data: object, /) -> int:
        try:
            return super().write(data)  # type: ignore[arg-type]
        except OSError as error:
            told = None if error.errno == errno.EPIPE else JarvisError("cli.unwritable", reason=error.strerror)
            raise Unwritable(told) from error


class _Side(io.FileIO):
    """stderr: no command fails because what it says beside its answer cannot be written."""

    def write(self, data: object, /) -> int:
        try:
            return super().write(data)  # type: ignore[arg-type]
        except OSError:
            return len(data)  # type: ignore[arg-type]


class _ToPeople(io.TextIOWrapper):
    """Text that only people read: commands in it are named as they have to be written here."""

    def write(self, text: str, /) -> int:
        return super().write(named(text))


def _cannot_encode(error: UnicodeError) -> tuple[str | bytes, int]:
    """The bytes that a file name came with, as they came; nothing else is left out or replaced."""
    assert isinstance(error, UnicodeEncodeError)
    try:
        return codecs.lookup_error("surrogateescape")(error)
    except UnicodeEncodeError:
        text = error.object[error.start : error.end]
        raise Unwritable(JarvisError("cli.unencodable", encoding=error.encoding, text=text)) from error


def open_streams() -> None:
    """Give this process three streams, of which any may be closed, full, or in an encoding that lacks what is said."""
    # stdout opened for reading refuses to be written to, as a closed one does; nor may another file get its number.
    for number, mode in ((0, os.O_RDONLY), (1, os.O_RDONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, mode)
    codecs.register_error("jarvis", _cannot_encode)
    stdin = io.BufferedReader(io.FileIO(0, "r", closefd=False))
    sys.stdin = io.TextIOWrapper(stdin, _encoding(sys.stdin), errors="replace")
    asked = getattr(sys.stdout, "errors", "strict")
    sys.stdout = io.TextIOWrapper(
        io.BufferedWriter(_Answer(1, "w", closefd=False)),
        _encoding(sys.stdout),
        errors="jarvis" if asked in ("strict", "surrogateescape") else asked,
        line_buffering=os.isatty(1),
    )
    sys.stderr = _ToPeople(
        io.BufferedWriter(_Side(2, "w", closefd=False)),
        _encoding(sys.stderr),
        errors="backslashreplace",
        line_buffering=True,
    )


def _encoding(stream: object) -> str:
    """That of a stream; UTF-8 where there is none, or ASCII, which is what is said when nobody said anything."""
    name: str = getattr(stream, "encoding", None) or "utf-8"
    return "utf-8" if codecs.lookup(name).name == "ascii" else name


def agreed(question: str) -> bool:
    """Whether the person says yes; the end of the input says no, and how to say yes beforehand."""
    click.echo(f"{question} [{say('cli.yes_or_no')}] ", nl=False, err=True)
    answer = sys.stdin.readline()
    if not answer.endswith("\n"):
        click.echo(err=True)
    if not answer:
        click.echo(say("cli.unanswered"), err=True)
    return answer.strip().lower() in ("y", "yes", "s", "si", "sí")


def close_stdout() -> None:
    """What is left in it has nowhere to go."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
