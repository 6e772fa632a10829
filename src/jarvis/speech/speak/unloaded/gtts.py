"""The voice of Google Translate, as the plan named it: what is said is sent to Google. Only when it is asked for.

The library of that name does not check who answers it (no certificates) and holds back Jarvis's own command line
(click below 8.2); what it does is this one request.
"""

from __future__ import annotations

import base64
import json
import logging
import textwrap
from typing import TYPE_CHECKING

from jarvis.speech.speak.base import Spoken

if TYPE_CHECKING:
    import aiohttp

GOOGLE = "https://translate.google.com"
PATH = "/_/TranslateWebserverUi/data/batchexecute"
CALL = "jQ1olc"
"""What its web page calls the reading of a text."""
LETTERS = 100
"""It reads so many at once."""
SECONDS = 20.0
RATE = 24_000
_log = logging.getLogger(__name__)
_told: list[str] = []
"""Whether it was said since this process started."""


class Voice:
    """See ``base.Voice``. It has one voice a language."""

    name, leaves = "gtts", True

    def __init__(self, address: str = GOOGLE) -> None:
        self._address = address
        self._client: aiohttp.ClientSession | None = None

    async def say(self, text: str, language: str, voice: str = "", speed: float = 1.0) -> Spoken:
        from jarvis.speech.speak.unloaded._sent import decoded, odd, post, session
        from jarvis.words.shorter import plain

        if not _told:
            _told.append(self.name)
            _log.warning("gtts speaks: every text that it says is sent to Google (%s)", self._address)
        if self._client is None:
            self._client = session(SECONDS)
        sound = b""
        for part in textwrap.wrap(plain(text), LETTERS):
            if not any(map(str.isalnum, part)):
                continue
            form = {"f.req": json.dumps([[[CALL, json.dumps([part, language, None, "null"]), None, "generic"]]])}
            said = await post(self._client, self._address + PATH, self.name, data=form)
            found = _recording(said)
            if found is None:
                raise odd(self.name)
            sound += (await decoded(found, self.name, speed)).sound
        return Spoken(sound, RATE)

    async def close(self) -> None:
        """See ``base.Voice.close``."""
        if self._client is not None:
            await self._client.close()
            self._client = None


def _recording(said: bytes) -> bytes | None:
    """The MP3 in an answer: a line of JSON among others. None when there is none."""
    for line in said.decode(errors="replace").splitlines():
        if CALL not in line:
            continue
        try:
            body = next(entry[2] for entry in json.loads(line) if entry[1] == CALL)
            return base64.b64decode(json.loads(body)[0])
        except (ValueError, LookupError, TypeError, StopIteration):
            return None
    return None
