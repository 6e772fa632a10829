"""``jarvis voice``: talk with Jarvis at the microphone and the loudspeaker of this machine."""

from __future__ import annotations

import click

from jarvis.texts import say


@click.command(help=say("voice.command"))
@click.option("--push", "-p", is_flag=True, help=say("voice.option.push"))
@click.option("--wake", "-w", is_flag=True, help=say("voice.option.wake"))
@click.option("--language", "-l", default="", help=say("voice.option.language"))
@click.option("--model", "-m", default="jarvis", help=say("cli.option.model"))
@click.option("--speaker", default="auto", help=say("voice.option.speaker"))
@click.option("--voice", default="", help=say("voice.option.voice"))
@click.option("--input", "-i", "microphone", default="", metavar="DEVICE", help=say("voice.option.input"))
@click.option("--output", "-o", "loudspeaker", default="", metavar="DEVICE", help=say("voice.option.output"))
@click.option("--list-devices", is_flag=True, help=say("voice.option.list_devices"))
@click.option("--silent", is_flag=True, help=say("voice.option.silent"))
@click.option("--continue", "-c", "conversation", metavar="ID", help=say("cli.option.continue"))
@click.option("--incognito", is_flag=True, help=say("recall.option.incognito"))
@click.option("--yes", "-y", is_flag=True, help=say("cli.option.yes"))
@click.option("--json", "as_json", is_flag=True, help=say("voice.option.json"))
def command(
    push: bool,
    wake: bool,
    language: str,
    model: str,
    speaker: str,
    voice: str,
    microphone: str,
    loudspeaker: str,
    list_devices: bool,
    silent: bool,
    conversation: str | None,
    incognito: bool,
    yes: bool,
    as_json: bool,
) -> int:
    if push and wake:
        raise click.UsageError(say("voice.push_or_wake"))
    from jarvis.cli.voicing import Voicing, show_devices

    if list_devices:
        show_devices(as_json=as_json)
        return 0
    from jarvis.speech.languages import code_of
    from jarvis.voice.talk import Style

    style = Style(
        code_of(language), model, speaker, voice, push, wake, not silent, incognito, conversation,
    )  # fmt: skip
    return Voicing(style, microphone, loudspeaker, as_json=as_json, yes=yes).run()
