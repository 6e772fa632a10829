"""How far a download is, as figures that never go back."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

_WINDOW_SECONDS = 8.0
_LEAST_SECONDS = 0.1

Stage = Literal["wait", "download", "verify"]


@dataclass(frozen=True, slots=True)
class PullProgress:
    """How far one model is.

    ``done_bytes`` of ``total_bytes`` count what was there before; of a compressed package they are estimated.
    ``bytes_per_second`` is the speed of the last seconds, 0 when nothing has moved yet; ``seconds_left`` at that speed.
    ``stage``: waiting for another pull of the same model, downloading, or verifying the sum of ``file``.
    """

    model: str
    file: str
    done_bytes: int
    total_bytes: int
    bytes_per_second: float
    seconds_left: float | None
    stage: Stage = "download"


OnProgress = Callable[[PullProgress], None]


def silent(progress: PullProgress) -> None:
    """For a caller that does not want to know."""


class Meter:
    """Turns what a source reports into PullProgress: never backwards, at most ten times a second."""

    def __init__(self, model: str, total_bytes: int, on_progress: OnProgress) -> None:
        self._model, self._total, self._tell = model, total_bytes, on_progress
        self._done = 0
        self._seen: deque[tuple[float, int]] = deque()
        self._told = 0.0
        self._last: tuple[str, Stage] = ("", "download")

    def at(self, file: str, done_bytes: int, stage: Stage = "download") -> None:
        """``done_bytes`` of the whole model are here, while ``file`` is worked on."""
        now = time.monotonic()
        self._done = max(self._done, min(done_bytes, self._total))
        if stage != "download" or file != self._last[0]:
            self._seen.clear()  # what was there before is no speed
        if stage == "download":
            self._seen.append((now, self._done))
            while now - self._seen[0][0] > _WINDOW_SECONDS and len(self._seen) > 2:
                self._seen.popleft()
        if now - self._told < _LEAST_SECONDS and self._last == (file, stage) and self._done < self._total:
            return
        self._told, self._last = now, (file, stage)
        speed = self._speed()
        left = (self._total - self._done) / speed if speed else None
        self._tell(PullProgress(self._model, file, self._done, self._total, speed, left, stage))

    def anew(self) -> None:
        """What was counted so far was only looked at: begin at nothing."""
        self._done = 0
        self._seen.clear()

    def _speed(self) -> float:
        if len(self._seen) < 2:
            return 0.0
        (began, before), (now, done) = self._seen[0], self._seen[-1]
        return (done - before) / (now - began) if now > began else 0.0
