"""The ``jarvis`` command: a table of commands, each in its own file, imported only when it is the one asked for."""

from __future__ import annotations

import os
import sys
from difflib import get_close_matches
from importlib import import_module

import click

from jarvis.cli.spanish import translate_click
from jarvis.cli.terminal import Unwritable, clean, close_stdout, command_name, named, open_streams
from jarvis.errors import JarvisError
from jarvis.texts import say
from jarvis.version import __version__

os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")  # looking for some takes longer than most commands
translate_click()
COMMANDS = (
    "ask", "chat", "why", "route", "feedback", "open", "setup", "history", "memory", "learn", "sources", "tools",
    "reminders", "voice", "transcribe", "models", "pull", "convert", "inspect", "plan", "ps", "top", "load", "unload",
    "pin", "bench", "eval", "serve", "service", "stop", "token", "key", "connect", "mcp", "wyoming", "budget", "cache",
    "config", "doctor", "install", "stats", "backup", "restore", "rollback", "export", "import",
)  # fmt: skip
"""In the order of ``jarvis --help``. ``NAME`` is ``command`` in ``cli/NAME.py``; its line is ``cli.NAME``."""


class Table(click.Group):
    """Lists commands by their texts alone; imports the one that runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"jarvis.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(say("cli.commands")):
            formatter.write_dl([(name, say(f"cli.{name}")) for name in COMMANDS])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            close = get_close_matches(args[0], COMMANDS, n=1)
            meant = say("cli.did_you_mean", name=close[0]) if close else ""
            raise click.UsageError(say("cli.unknown_command", name=args[0], meant=meant).strip())
        return super().resolve_command(ctx, args)


@click.command(cls=Table, help=named(say("cli.jarvis")), context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="jarvis")
def jarvis() -> None: ...


def report(error: JarvisError) -> None:
    """An error as a person reads it: what happened, then the next step, on stderr."""
    click.echo(f"{click.style('✗', fg='red')} {clean(error.message())}", err=True)
    if hint := error.hint():
        click.echo(f"  {click.style('→', fg='cyan')} {clean(hint)}", err=True)


def main() -> None:
    """Entry point: runs a command and ends with its exit status.

    0 it went well, 1 it failed, 2 it was asked wrongly, 130 Ctrl-C, 141 nobody reads what it writes any more.
    """
    open_streams()
    try:
        status = _run()
        sys.stdout.flush()
    except Unwritable as error:
        close_stdout()
        if error.told is not None:
            report(error.told)
        status = 1 if error.told else 141
    sys.exit(status)


def _run() -> int:
    try:
        status = jarvis.main(prog_name=command_name(), standalone_mode=False)
        return status if isinstance(status, int) else 0
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except JarvisError as error:
        report(error)
        return error.exit_code
    except OSError as error:
        from jarvis.daemon import refused

        report(refused(error))
        return 1
    except (click.Abort, KeyboardInterrupt):
        return 130


if __name__ == "__main__":
    main()
