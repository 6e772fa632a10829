"""What Jarvis can hear, say and answer with here, as Wyoming describes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wyoming.info import (
    AsrModel,
    AsrProgram,
    Attribution,
    HandleModel,
    HandleProgram,
    Info,
    TtsProgram,
    TtsVoice,
)

from jarvis.speech.speak.named import SPOKEN, voices
from jarvis.texts import say
from jarvis.version import __version__
from jarvis.words.model import ModelCard

MAKERS = {
    "whisper": Attribution("OpenAI", "https://github.com/openai/whisper"),
    "kokoro": Attribution("hexgrad", "https://huggingface.co/hexgrad/Kokoro-82M"),
    "piper": Attribution("Open Home Foundation", "https://github.com/OHF-Voice/piper1-gpl"),
    "hibari": Attribution("hibari-tts", "https://pypi.org/project/hibari-tts/"),
}
"""Of models, by their family."""


def describe(cards: Sequence[ModelCard], url: str) -> Info:
    """``cards``: of the models that are here; ``url``: where Jarvis is."""
    jarvis = Attribution("Jarvis", url)

    def program(what: str, installed: bool) -> dict[str, Any]:
        about = say(f"wyoming.{what}")
        return {
            "name": "jarvis",
            "description": about,
            "attribution": jarvis,
            "installed": installed,
            "version": __version__,
        }

    def by(card: ModelCard) -> dict[str, Any]:
        maker = MAKERS.get(card.family, jarvis)
        return {"attribution": maker, "installed": True, "description": card.name, "version": None}

    ears = [AsrModel(name=c.id, languages=list(c.languages), **by(c)) for c in cards if c.kind == "hear"]
    mouths = [TtsVoice(name=v.name, languages=list(v.languages), **by(v.card)) for v in voices(cards)]
    able = any(c.kind == "chat" for c in cards)
    answers = program("handle", able)
    return Info(
        asr=[AsrProgram(**program("asr", bool(ears)), models=ears, supports_transcript_streaming=True)],
        tts=[TtsProgram(**program("tts", bool(mouths)), voices=mouths, supports_synthesize_streaming=True)],
        handle=[
            HandleProgram(
                **answers, models=[HandleModel(**answers, languages=list(SPOKEN))], supports_handled_streaming=True
            )
        ],
    )
