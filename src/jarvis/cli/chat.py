"""``jarvis chat``: talk in the terminal."""

from __future__ import annotations

import click

from jarvis.texts import say


@click.command(help=say("cli.chat"))
@click.option("--model", "-m", help=say("cli.option.model"))
@click.option("--system", "-s", help=say("cli.option.system"))
@click.option("--max-tokens", type=click.IntRange(min=1), help=say("cli.option.max_tokens"))
@click.option("--temperature", "-t", type=click.FloatRange(0, 2), help=say("cli.option.temperature"))
@click.option("--continue", "-c", "conversation", metavar="ID", help=say("cli.option.continue"))
@click.option("--quality", "-q", help=say("cli.option.quality"))
@click.option("--no-cache", is_flag=True, help=say("cli.option.no_cache"))
@click.option("--no-store", is_flag=True, help=say("cli.option.no_store"))
@click.option("--incognito", is_flag=True, help=say("recall.option.incognito"))
@click.option("--json", "as_json", is_flag=True, help=say("cli.option.json"))
@click.option("--no-daemon", is_flag=True, help=say("cli.option.no_daemon"))
def command(
    model: str | None,
    system: str | None,
    max_tokens: int | None,
    temperature: float | None,
    conversation: str | None,
    quality: str | None,
    no_cache: bool,
    no_store: bool,
    incognito: bool,
    as_json: bool,
    no_daemon: bool,
) -> int:
    from jarvis.cli.chatting import Chatting
    from jarvis.cli.deciding import quality_of
    from jarvis.client import Question

    question = Question(
        text="",
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
    return Chatting(question, as_json=as_json, daemon=not no_daemon).run()
