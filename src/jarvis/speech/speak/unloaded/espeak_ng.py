"""espeak-ng, a program that the owner installed (GPL-3, run as it is): sounds like a machine, speaks any language.

The last resort, where no voice of the catalog speaks the language. A process per sentence takes some hundredths of a
second.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal

from jarvis.errors import EngineError, EngineHung, EngineStartFailed
from jarvis.speech.speak.base import Spoken
from jarvis.words.shorter import plain
from jarvis.workers.environment import environment

PROGRAM = "espeak-ng"
VOICES = {"es": "es", "en": "en-us"}
WORDS_PER_MINUTE = 165
SECONDS = 30.0
"""Longest that a sentence may take."""
RATE = 22_050
HEAD = 44
"""Bytes before the samples of its WAV; the rate is a number of 4 bytes at 24."""


class Voice:
    """See ``base.Voice``. ``voice`` is one of `espeak-ng --voices`; one that it has not is that of the language."""

    name, leaves = PROGRAM, False

    @staticmethod
    def found() -> str | None:
        """The program, or None when it is not installed."""
        return shutil.which(PROGRAM)

    async def say(self, text: str, language: str, voice: str = "", speed: float = 1.0) -> Spoken:
        usual = VOICES.get(language, language)
        spoken = await self._run(text, voice or usual, speed)
        if spoken is None and voice:
            spoken = await self._run(text, usual, speed)
        if spoken is None:
            raise EngineError("speak.espeak_failed", voice=usual)
        return spoken

    async def _run(self, text: str, voice: str, speed: float) -> Spoken | None:
        """None where it has no such voice."""
        program = self.found()
        if program is None:
            raise EngineStartFailed("speak.no_espeak")
        words = ("-v", voice, "-s", str(round(WORDS_PER_MINUTE * speed)), "-b", "1", "--stdin", "--stdout")
        process = await asyncio.create_subprocess_exec(
            program, *words, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL, env=environment(""), start_new_session=True,
        )  # fmt: skip
        # what stands in double brackets would be read as phonemes
        said = plain(text).replace("[[", "[ [").encode()
        try:
            async with asyncio.timeout(SECONDS):
                sound, _ = await process.communicate(said)
        except TimeoutError:
            raise EngineHung("speak.espeak_slow", seconds=SECONDS) from None
        finally:
            if process.returncode is None:
                os.killpg(process.pid, signal.SIGKILL)
                await process.wait()
        if process.returncode:
            return None
        if len(sound) < HEAD:
            return Spoken(b"", RATE)
        return Spoken(sound[HEAD:], int.from_bytes(sound[24:28], "little"))

    async def close(self) -> None:
        """See ``base.Voice.close``."""
