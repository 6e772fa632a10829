"""Of an answer that is read aloud: what was said of it when its sound stopped, and what is being played. Pure."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic


class Uttered:
    """The pieces of one answer in order, each with the seconds that it takes to say it."""

    def __init__(self) -> None:
        self._pieces: list[tuple[str, float]] = []

    def add(self, text: str, seconds: float) -> None:
        """What is said next."""
        self._pieces.append((text, seconds))

    @property
    def seconds(self) -> float:
        """Of all of it."""
        return sum(seconds for _, seconds in self._pieces)

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(text for text, _ in self._pieces)

    def until(self, seconds: float) -> str:
        """What has been said after so many seconds: whole pieces, and of the last one the words that fit its part of
        the time.
        """
        said, at = "", 0.0
        for text, takes in self._pieces:
            if at + takes > seconds + 1e-6:
                part = text[: int(len(text) * (seconds - at) / takes)]
                whole = part if text[len(part) : len(part) + 1].isspace() else part[: part.rfind(" ") + 1]
                return said + whole.rstrip() if whole.strip() else said.rstrip()
            said, at = said + text, at + takes
        return said


class Playback:
    """What the other end is playing, as far as can be told from what was sent to it."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._until = 0.0
        self._held: float | None = None

    def sent(self, seconds: float) -> None:
        """So much more to play."""
        if self._held is not None:
            self._held += seconds
        else:
            self._until = max(self._until, self._clock()) + seconds

    @property
    def left(self) -> float:
        """Seconds that are still to be heard."""
        return self._held if self._held is not None else max(0.0, self._until - self._clock())

    @property
    def quiet(self) -> float:
        """Seconds since the end of it; 0 while something is to be heard."""
        return 0.0 if self.left else self._clock() - self._until

    def hold(self) -> None:
        """It is paused."""
        self._held = self.left

    def resume(self) -> None:
        """It goes on."""
        if self._held is not None:
            self._until, self._held = self._clock() + self._held, None

    def stop(self) -> None:
        """What is left is dropped."""
        self._until, self._held = self._clock(), None
