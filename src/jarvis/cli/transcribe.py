"""``jarvis transcribe``: what is said in recordings, as text or subtitles."""

from __future__ import annotations

from pathlib import Path

import click

from jarvis.texts import say

FORMATS = ("text", "srt", "vtt", "json")


@click.command(help=say("hear.command"))
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option("--language", "-l", default="", help=say("hear.option.language"))
@click.option("--format", "-f", "form", type=click.Choice(FORMATS), help=say("hear.option.format"))
@click.option("--model", "-m", default="auto", help=say("hear.option.model"))
@click.option("--hint", "hints", multiple=True, help=say("hear.option.name"))
@click.option("--translate", is_flag=True, help=say("hear.option.translate"))
@click.option("--words", is_flag=True, help=say("hear.option.words"))
@click.option("--output", "-o", type=click.Path(path_type=Path), help=say("hear.option.output"))
def command(
    files: tuple[Path, ...],
    language: str,
    form: str | None,
    model: str,
    hints: tuple[str, ...],
    translate: bool,
    words: bool,
    output: Path | None,
) -> int:
    from jarvis.cli.transcribing import Transcribing

    asked = {"model": model, "language": language, "hints": list(hints), "translate": translate, "words": words}
    return Transcribing(files, asked, form, output).run()
