"""``jarvis eval``: what the parts that decide are worth, on data whose truth is known."""

from __future__ import annotations

import click

from jarvis.cli.eval_cache import cache
from jarvis.cli.eval_memory import memory
from jarvis.cli.eval_remember import remember
from jarvis.cli.eval_router import router
from jarvis.texts import say


@click.group(help=say("cli.eval"))
def command() -> None: ...


command.add_command(cache)
command.add_command(memory)
command.add_command(remember)
command.add_command(router)
