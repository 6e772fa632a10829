"""``jarvis wyoming``: Home Assistant and its satellites hear, speak and ask by Jarvis."""

from __future__ import annotations

import click

from jarvis.texts import say


@click.command("wyoming", help=say("wyoming.command"))
@click.option("--uri", help=say("wyoming.option.uri"))
@click.option("--allow", multiple=True, metavar="ADDRESS", help=say("wyoming.option.allow"))
@click.option("--language", "-l", help=say("wyoming.option.language"))
@click.option("--voice", help=say("wyoming.option.voice"))
@click.option("--model", "-m", help=say("wyoming.option.model"))
@click.option("--zeroconf", metavar="NAME", default="", help=say("wyoming.option.zeroconf"))
def command(
    uri: str | None, allow: tuple[str, ...], language: str | None, voice: str | None, model: str | None, zeroconf: str
) -> None:
    import asyncio
    import json
    import logging
    from importlib.util import find_spec

    from jarvis.config.load import load
    from jarvis.config.paths import paths
    from jarvis.errors import UsageError

    if find_spec("wyoming") is None:
        raise UsageError("wyoming.not_installed")
    from jarvis.wyoming.serving import serve

    given = {
        "wyoming.uri": uri,
        "wyoming.allow": json.dumps(allow) if allow else None,
        "wyoming.language": language,
        "wyoming.voice": voice,
        "wyoming.model": model,
    }
    loaded = load({key: value for key, value in given.items() if value is not None})
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    asyncio.run(serve(loaded, paths(), zeroconf, lambda text: click.echo(text, err=True)))
