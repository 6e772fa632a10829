"""What every child that hears does with what it is asked: ``_asked`` on the one side, a mind on the other."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from jarvis.speech.hear._asked import HEAR, OPEN, PIECE, PIECES, REFUSED, SHUT, SOUND, read
from jarvis.words.audio import RATE, Heard, Listen

Sound = NDArray[np.float32]
MOST_SECONDS = 6 * 3600
"""Longest recording: 690 MB of samples."""
LOOK_SECONDS = 300
"""Of a recording is looked at for speech in one go."""
PIECE_SECONDS = 28.0
"""Longest piece of a recording that is decoded in one go."""


class Refused(Exception):
    """A recording that cannot be heard; a text code and its facts."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


class Mind(Protocol):
    """What understands sound."""

    def decoded(self, recording: bytes) -> NDArray[np.int16]:
        """The samples of a recording. Raises Refused."""
        ...

    def speech(self, sound: Sound, most_seconds: float = ...) -> list[tuple[int, int]]:
        """Where somebody speaks, samples; what is longer is cut, in a pause if there is one."""
        ...

    def hear(self, sound: Sound, listen: Listen, split: bool = False) -> Heard:
        """What is said in up to 30 seconds. ``split``: sentence by sentence, instead of in one segment."""
        ...


class Answering:
    """A loaded model as ``workers.child`` asks it."""

    def __init__(self, mind: Mind) -> None:
        self._mind = mind
        self.threads = 1
        self._open: dict[int, NDArray[np.int16]] = {}
        self._numbers = 0

    def answer(self, kind: int, body: bytes, urgent: bool) -> bytes:
        """JSON, but of what sounds."""
        facts, sound = read(body)
        match kind:
            case _ if kind == HEAR:
                return self._heard(facts, sound)
            case _ if kind == OPEN:
                return _json(self._opened(bytes(sound)))
            case _ if kind == PIECES:
                return _json(self._pieces(self._open[facts["number"]], facts["after"]))
            case _ if kind == PIECE:
                return self._piece(self._open[facts["number"]], facts)
            case _ if kind == SOUND:
                start, end = (int(facts[name] * RATE) for name in ("start", "end"))
                return self._open[facts["number"]][start:end].tobytes()
            case _:
                assert kind == SHUT
                self._open.pop(facts["number"], None)
                return b"{}"

    def _heard(self, facts: Mapping[str, Any], sound: memoryview) -> bytes:
        return _json(self._mind.hear(samples(sound), of(facts)).facts())

    def _opened(self, recording: bytes) -> dict[str, Any]:
        try:
            if not recording:
                raise Refused("hear.empty")
            found = self._mind.decoded(recording)
        except Refused as error:
            return {REFUSED: error.code, "facts": error.facts}
        self._numbers += 1
        self._open[self._numbers] = found
        return {"number": self._numbers, "seconds": len(found) / RATE}

    def _pieces(self, recording: NDArray[np.int16], after: float) -> dict[str, Any]:
        """Speech in the next minutes, joined to pieces that fill a window; what may go on beyond them is left."""
        start, end = int(after * RATE), min(len(recording), int((after + LOOK_SECONDS) * RATE))
        found = self._mind.speech(samples(recording[start:end]), PIECE_SECONDS)
        last = end == len(recording)
        if not last and found and found[-1][1] >= end - start - RATE and len(found) > 1:
            end = start + found.pop()[0]
        pieces: list[tuple[float, float]] = []
        for begins, ends in [((start + a) / RATE, (start + b) / RATE) for a, b in found]:
            if pieces and ends - pieces[-1][0] <= PIECE_SECONDS:
                pieces[-1] = pieces[-1][0], ends
            else:
                pieces.append((begins, ends))
        return {"pieces": pieces, "until": end / RATE}

    def _piece(self, recording: NDArray[np.int16], facts: Mapping[str, Any]) -> bytes:
        start = facts["start"]
        sound = samples(recording[int(start * RATE) : int(facts["end"] * RATE)])
        return _json(self._mind.hear(sound, of(facts["listen"]), split=True).later(start).facts())


def _json(facts: object) -> bytes:
    return json.dumps(facts).encode()


def samples(sound: memoryview | NDArray[np.int16]) -> Sound:
    """As numbers of -1..1."""
    found: Sound = np.frombuffer(sound, np.int16).astype(np.float32)
    return found / np.float32(32768)


def of(facts: Mapping[str, Any]) -> Listen:
    return Listen(**{**facts, "hints": tuple(facts.get("hints", ()))})
