"""What a client of a spoken conversation sends: the events and the session of OpenAI's Realtime API."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from jarvis.assistant.spoken_events import Manner
from jarvis.errors import UsageError
from jarvis.server.wire.shape import INT32, Asked
from jarvis.speech.languages import code_of

Text = Annotated[str, Field(max_length=65_536)]
Name = Annotated[str, Field(max_length=256)]
Tokens = Annotated[
    Annotated[int, Field(ge=1, le=INT32)] | None, BeforeValidator(lambda tokens: None if tokens == "inf" else tokens)
]
"""``inf`` is as many as the model writes."""
OF_A_RESPONSE = ("instructions", "max_output_tokens", "output_modalities", "audio")
"""What of a session may be otherwise for one response."""
NOT_OURS = ("gpt-", "whisper-", "tts-")
"""Names of OpenAI's, which its clients send for want of another."""


class Pcm(Asked):
    """The only form of sound: mono samples of 16 bits, little-endian, ``rate`` a second."""

    type: Literal["audio/pcm"] = "audio/pcm"
    rate: int = Field(24_000, ge=8_000, le=48_000)


class TranscriptionPart(Asked):
    model: Name = "auto"
    language: Name = ""
    prompt: Text = ""


class TurnDetection(Asked):
    type: Literal["server_vad", "semantic_vad"] = "server_vad"
    create_response: bool = True
    interrupt_response: bool = True


class InputPart(Asked):
    format: Pcm = Pcm()
    transcription: TranscriptionPart | None = None
    turn_detection: TurnDetection | None = TurnDetection()


class OutputPart(Asked):
    format: Pcm = Pcm()
    voice: Name = ""
    speed: float = Field(1.0, ge=0.25, le=4)


class AudioPart(Asked):
    input: InputPart = InputPart()
    output: OutputPart = OutputPart()


class OwnPart(Asked):
    """Jarvis's own. ``hold``: an answer that is interrupted pauses until it is clear that something was said; ``wake``:
    only what names Jarvis is answered; ``echo_free``: the client takes what it plays out of what it hears; ``speaker``:
    the model that speaks.
    """

    conversation: Name | None = None
    incognito: bool = False
    hold: bool = False
    wake: bool = False
    echo_free: bool = True
    hints: tuple[Name, ...] = Field((), max_length=1024)
    speaker: Name = "auto"


class SessionBody(Asked):
    """A session, with what was never said about it as it is by default."""

    type: Literal["realtime", "transcription"] = "realtime"
    model: Name = "jarvis"
    instructions: Text = ""
    output_modalities: tuple[Literal["audio", "text"], ...] = Field(("audio",), min_length=1, max_length=1)
    max_output_tokens: Tokens = None
    audio: AudioPart = AudioPart()
    jarvis: OwnPart = OwnPart()

    def manner(self) -> Manner:
        """How it is talked in it. Raises UsageError for a language that there is not."""
        heard, said, own = self.audio.input, self.audio.output, self.jarvis
        written = heard.transcription or TranscriptionPart()
        detected = heard.turn_detection
        only_writes = self.type == "transcription"
        interrupts: Literal["cut", "hold", "no"] = "hold" if own.hold else "cut"
        return Manner(
            language=code_of(written.language),
            model="jarvis" if self.model.startswith(NOT_OURS) else self.model,
            ear="auto" if written.model.startswith(NOT_OURS) else written.model,
            mouth=own.speaker,
            voice=said.voice,
            speed=min(2.0, max(0.5, said.speed)),
            hints=own.hints,
            prompt=written.prompt,
            hands_free=detected is not None,
            interrupts=interrupts if detected is not None and detected.interrupt_response else "no",
            answers=not only_writes and detected is not None and detected.create_response,
            speaks=not only_writes and "audio" in self.output_modalities,
            wake=own.wake,
            echo_free=own.echo_free,
            conversation=own.conversation,
            incognito=own.incognito,
            instructions=self.instructions,
            max_tokens=self.max_output_tokens,
        )


def merged(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """A session after an update: what the update names is as it says, all else as before."""
    found = dict(before)
    for name, value in now.items():
        old = found.get(name)
        found[name] = merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return found


def samples(event: Mapping[str, Any]) -> bytes:
    """The sound of an ``input_audio_buffer.append``. Raises UsageError."""
    try:
        return base64.b64decode(event["audio"], validate=True)
    except (KeyError, TypeError, ValueError, binascii.Error):
        raise UsageError("realtime.no_sound", param="audio") from None


def text_of(event: Mapping[str, Any]) -> str:
    """What somebody wrote, in a ``conversation.item.create``. Raises UsageError for what is none."""
    item = event.get("item")
    parts = item.get("content") if isinstance(item, dict) and item.get("role") == "user" else None
    listed = parts if isinstance(parts, list) else ()
    texts = [part.get("text") for part in listed if isinstance(part, dict) and part.get("type") == "input_text"]
    text = " ".join(one for one in texts if isinstance(one, str)).strip()
    if not text:
        raise UsageError("realtime.no_text", param="item")
    return text


def session_of(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a ``session.update`` changes. Raises UsageError."""
    session = event.get("session")
    if not isinstance(session, dict):
        raise UsageError("realtime.no_session", param="session")
    return session


def response_of(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a ``response.create`` wants otherwise than the session has it. Raises UsageError, also for an answer to
    something else than the conversation: without its ``input`` it would be another one.
    """
    response = event.get("response") or {}
    if not isinstance(response, dict):
        raise UsageError("realtime.no_response", param="response")
    for field in ("input", "conversation"):
        if response.get(field) not in (None, "auto"):
            raise UsageError("realtime.aside", param=f"response.{field}", field=field)
    return {name: response[name] for name in OF_A_RESPONSE if response.get(name) is not None}
