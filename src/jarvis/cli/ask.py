"""``jarvis ask``: one question, one answer. The answer goes to stdout, everything else to stderr."""

from __future__ import annotations

import sys
import threading

import click

from jarvis.texts import say

STDIN_LIMIT_BYTES = 8 << 20
WAIT_SECONDS = 2.0
"""After so long it is said that what is piped in is waited for."""


@click.command(help=say("cli.ask"))
@click.argument("words", nargs=-1)
@click.option("--model", "-m", help=say("cli.option.model"))
@click.option("--system", "-s", help=say("cli.option.system"))
@click.option("--max-tokens", type=click.IntRange(min=1), help=say("cli.option.max_tokens"))
@click.option("--temperature", "-t", type=click.FloatRange(0, 2), help=say("cli.option.temperature"))
@click.option("--continue", "-c", "conversation", metavar="ID", help=say("cli.option.continue"))
@click.option("--reasoning", is_flag=True, help=say("cli.option.reasoning"))
@click.option("--quality", "-q", help=say("cli.option.quality"))
@click.option("--no-cache", is_flag=True, help=say("cli.option.no_cache"))
@click.option("--no-store", is_flag=True, help=say("cli.option.no_store"))
@click.option("--incognito", is_flag=True, help=say("recall.option.incognito"))
@click.option("--json", "as_json", is_flag=True, help=say("cli.option.json"))
@click.option("--no-daemon", is_flag=True, help=say("cli.option.no_daemon"))
def command(
    words: tuple[str, ...],
    model: str | None,
    system: str | None,
    max_tokens: int | None,
    temperature: float | None,
    conversation: str | None,
    reasoning: bool,
    quality: str | None,
    no_cache: bool,
    no_store: bool,
    incognito: bool,
    as_json: bool,
    no_daemon: bool,
) -> int:
    text = question(" ".join(words))
    from jarvis.cli.asking import Asking
    from jarvis.cli.deciding import quality_of
    from jarvis.client import Question

    asked = Question(
        text=text,
        model=model or "jarvis",
        system=system,
        max_tokens=max_tokens,
        temperature=temperature,
        conversation=conversation,
        store=not (no_store or incognito),
        incognito=incognito,
        quality=quality_of(quality),
        cache=not no_cache,
    )
    return Asking(asked, as_json=as_json, show_reasoning=reasoning, daemon=not no_daemon).run()


def question(words: str) -> str:
    """The words of the command line, and what was piped in, fenced and after them."""
    piped = ""
    if sys.stdin is not None and not sys.stdin.isatty():
        hint = threading.Timer(WAIT_SECONDS, lambda: click.echo(say("cli.ask.waiting_for_stdin"), err=True))
        hint.daemon = True
        hint.start()
        data = sys.stdin.buffer.read(STDIN_LIMIT_BYTES + 1)
        hint.cancel()
        if len(data) > STDIN_LIMIT_BYTES:
            raise click.UsageError(say("cli.ask.piped_too_long", mib=STDIN_LIMIT_BYTES >> 20))
        piped = data.decode(errors="replace").strip()
    if not words.strip() and not piped:
        raise click.UsageError(say("cli.ask.nothing"))
    if words and piped:
        return f"{words}\n\n```\n{piped}\n```"
    return words or piped
