"""``jarvis convert``: models of other forms made into ones that run here."""

from __future__ import annotations

import time
from pathlib import Path

import click

from jarvis.texts import say

QUANTIZATIONS = ("int8", "int8_float16", "int8_float32", "int16", "float16", "bfloat16", "float32")


@click.group(help=say("convert.command"))
def command() -> None: ...


@command.command(help=say("convert.whisper"))
@click.argument("source", metavar="SOURCE", type=click.Path(path_type=Path))
@click.option("--name", required=True, help=say("convert.option.name"))
@click.option(
    "--quantization", "-q", type=click.Choice(QUANTIZATIONS), default="int8", show_default=True,
    help=say("convert.option.quantization"),
)  # fmt: skip
def whisper(source: Path, name: str, quantization: str) -> None:
    from rich.filesize import decimal

    from jarvis.catalog.here import catalog
    from jarvis.config.load import load
    from jarvis.config.paths import paths, written
    from jarvis.speech import converting

    settings, began = load().settings, time.monotonic()
    models = catalog(settings, paths())
    folder = written(str(source), Path.cwd())
    converting.check_source(folder)
    converting.check_name(models, name)
    python = converting.python_of(settings)

    def tell(stage: str) -> None:
        click.echo(f"• {say(f'convert.stage.{stage}')}", err=True)

    found = converting.convert(folder, name, quantization, python, paths().cards, models, tell)
    seconds, size = time.monotonic() - began, decimal(found.variant.bytes)
    click.echo(say("convert.done", name=name, size=size, seconds=seconds))
