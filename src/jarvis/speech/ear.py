"""One ear: a stream of sound in, and what happens in it out: somebody begins, text as it gets sure, the final text.

The sound is looked at frame by frame for speech (``detect.turns``). While somebody speaks, what they said so far is
decoded again and again (``hear.agreement``), one decoding at a time, so that a slow machine tells less often and never
falls behind. As soon as they pause the final text is made, on the chance that they have finished.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from time import monotonic

from jarvis.errors import JarvisError
from jarvis.speech.detect.turns import FRAME, Patience, Turns
from jarvis.speech.hear.agreement import Agreement, text
from jarvis.words.audio import RATE, SAMPLE_BYTES, SURE_SECONDS, Heard, Listen

FRAME_BYTES = FRAME * SAMPLE_BYTES
BEFORE_SECONDS = 0.4
"""Of what came before somebody was noticed to speak belongs to it: the first letters are quiet."""
PARTIAL_SECONDS = 0.6
"""So much new sound is worth another decoding."""
BUSY = 0.35
"""At most so much of the time is spent on text that is not final: it is in the way of the one that is."""
WINDOW_SECONDS = 12.0
"""What is decoded while somebody speaks is at most so long, if something of it is confirmed."""
KEEP_SECONDS = 1.0
"""Before the end of what is confirmed stays for the next decoding, so that it hears the next word whole."""
MOST_SECONDS = 20.0
"""So long without anything confirmed, and the last decoding counts: more does not go into one."""
PROMPT_LETTERS = 200
"""Of what was confirmed goes before the decoding of the rest."""
HOUSE = ("es", "en")
"""A short word may sound like Galician or Welsh; that is no reason to hear all that follows so."""
FINISHED = 0.5
"""Smart Turn's own threshold."""


@dataclass(frozen=True, slots=True)
class Begins:
    """Somebody speaks. ``at``: seconds of the stream."""

    at: float


@dataclass(frozen=True, slots=True)
class Partial:
    """``confirmed`` only grows within a turn; ``tail`` may change."""

    confirmed: str
    tail: str


@dataclass(frozen=True, slots=True)
class Times:
    """When things happened in a turn, of the monotonic clock: the ledger's first lines. ``speech_end`` is worked out
    from the sound, the others were seen.
    """

    speech_end: float
    turn_end: float
    text: float


@dataclass(frozen=True, slots=True)
class Said:
    """A turn is over. ``heard.text`` begins with what was confirmed; it is empty where it was no speech after all."""

    heard: Heard
    start: float
    end: float
    times: Times


@dataclass(frozen=True, slots=True)
class Failed:
    """A turn could not be understood; the next one may be."""

    error: JarvisError


Happened = Begins | Partial | Said | Failed
Hear = Callable[[bytes, Listen, bool], Awaitable[Heard]]
"""Samples, how to listen, and whether somebody waits for it."""


class Ear:
    """One stream. ``run`` it once."""

    def __init__(
        self,
        hear: Hear,
        voice: Callable[[bytes], float],
        finished: Callable[[bytes], float] | None,
        listen: Listen,
        patience: Patience | None = None,
        hasty: Callable[[], bool] = lambda: False,
    ) -> None:
        """``hear`` understands up to 30 seconds; ``voice`` is the probability of speech in a frame, ``finished`` that a
        turn sounds finished: both compute, and are called in a thread. ``listen``: its language, once known, stays.
        ``hasty``: whether whoever speaks now is to be noticed as soon as may be.
        """
        self._hear, self._voice, self._finished = hear, voice, finished
        self.listen = listen
        self.patience = patience or Patience()
        self._turns = Turns(self.patience)
        self._hasty = hasty
        self._happened: asyncio.Queue[Happened | None] = asyncio.Queue()
        self._before = bytearray()
        self._turn: _Turn | None = None
        self._ending: asyncio.Task[None] | None = None
        self._samples = 0
        self.takes = 0.0
        """Seconds that the last decoding took."""

    async def run(self, sound: AsyncIterable[bytes]) -> AsyncGenerator[Happened, None]:
        """What happens in ``sound``, pieces of any length; a turn that is under way at its end is finished."""
        pump = asyncio.create_task(self._pump(sound), name="ear")
        pump.add_done_callback(lambda _: self._happened.put_nowait(None))
        try:
            while (event := await self._happened.get()) is not None:
                yield event
            await pump
        finally:
            pump.cancel()
            if self._turn is not None:
                self._turn.cancel()
            left = [task for task in (pump, self._ending) if task is not None]
            if self._ending is not None:
                self._ending.cancel()
            with suppress(BaseException):
                await asyncio.wait(left)

    async def _pump(self, sound: AsyncIterable[bytes]) -> None:
        rest = b""
        async for piece in sound:
            rest += piece
            frames = [rest[at : at + FRAME_BYTES] for at in range(0, len(rest) - FRAME_BYTES + 1, FRAME_BYTES)]
            rest = rest[len(frames) * FRAME_BYTES :]
            if frames:
                for frame, probability in zip(frames, await asyncio.to_thread(self._look, frames), strict=True):
                    self._frame(frame, probability)
        if self._turn is not None:
            self._turn.sound += rest
            self._ends(self._turn)
        if self._ending is not None:
            await self._ending

    def _look(self, frames: list[bytes]) -> list[float]:
        return [self._voice(frame) for frame in frames]

    def _frame(self, frame: bytes, probability: float) -> None:
        self._samples += FRAME
        self._turns.hasty = self._hasty()
        event = self._turns.step(probability)
        turn = self._turn
        if turn is None:
            self._before = (self._before + frame)[-int(BEFORE_SECONDS * RATE) * SAMPLE_BYTES :]
            if event == "begins":
                self._turn = _Turn(self, self._samples / RATE, bytes(self._before))
                self._before = bytearray()
                self._happened.put_nowait(Begins(self._turn.start))
            return
        turn.sound += frame
        match event:
            case "pauses":
                self._turns.finished = None if self._turns.sure else True
                turn.pauses(self._turns.sure)
            case "goes on":
                turn.goes_on()
            case "ends":
                self._ends(turn)
            case _ if self._turns.sure and not self._turns.silent:  # in a silence the final text is made soon
                turn.partial()
            case _:
                pass

    def _ends(self, turn: _Turn) -> None:
        """Its last text is awaited beside what is said next, and told in order."""
        self._turn = None
        turn.over()
        self._ending = asyncio.create_task(self._tell(turn, self._ending), name="end of turn")

    async def _tell(self, turn: _Turn, before: asyncio.Task[None] | None) -> None:
        try:
            if before is not None:
                await before
            self._happened.put_nowait(await turn.said())
        except JarvisError as error:
            self._happened.put_nowait(Failed(error))
        finally:
            turn.cancel()

    def told(self, event: Happened) -> None:
        self._happened.put_nowait(event)

    def finished(self, is_finished: bool, turn: _Turn) -> None:
        """What Smart Turn says of a pause."""
        if turn is self._turn:
            self._turns.finished = is_finished

    async def heard(self, sound: bytes, listen: Listen, urgent: bool) -> Heard:
        found = await self._hear(sound, listen, urgent)
        sure = found.language in HOUSE or found.speech >= SURE_SECONDS
        if found.text and not self.listen.language and sure:
            self.listen = replace(self.listen, language=found.language)
        return found

    async def sounds_finished(self, sound: bytes) -> bool:
        return self._finished is None or await asyncio.to_thread(self._finished, sound) >= FINISHED


class _Turn:
    """One turn that is under way."""

    def __init__(self, ear: Ear, now: float, before: bytes) -> None:
        self._ear = ear
        self.sound = bytearray(before)
        self.start = now - len(before) / SAMPLE_BYTES / RATE
        self._agreed = Agreement()
        self._from = 0.0
        """Where in the turn what is decoded begins, seconds."""
        self._decoded = 0.0
        self._partial: asyncio.Task[None] | None = None
        self._final: asyncio.Task[Heard] | None = None
        self._judging: asyncio.Task[None] | None = None
        self._paused_at = self._paused_seconds = self._over = 0.0

    @property
    def seconds(self) -> float:
        return len(self.sound) / SAMPLE_BYTES / RATE

    def _since(self, start: float) -> bytes:
        return bytes(self.sound[int(start * RATE) * SAMPLE_BYTES :])

    def partial(self) -> None:
        """Decode what is there, if it is worth it and nothing is being decoded."""
        busy = self._partial is not None and not self._partial.done()
        new = self.seconds - self._decoded
        if not busy and self._final is None and new >= max(PARTIAL_SECONDS, self._ear.takes / BUSY):
            self._decoded = self.seconds
            self._partial = asyncio.create_task(self._decode(), name="partial text")

    async def _decode(self) -> None:
        start, began = self._from, monotonic()
        with suppress(JarvisError):  # the final text tells what is wrong
            heard = await self._ear.heard(self._since(start), self._asked(), False)
            self._ear.takes = monotonic() - began
            self._agreed.update(heard.later(start).words)
            if self.seconds - self._from > MOST_SECONDS and self._agreed.until < self._from + KEEP_SECONDS:
                self._agreed.settle()
            if self.seconds - self._from > WINDOW_SECONDS and self._agreed.until - KEEP_SECONDS > self._from:
                self._from = self._agreed.until - KEEP_SECONDS
            self._ear.told(Partial(text(self._agreed.confirmed), text(self._agreed.tail)))

    def _asked(self) -> Listen:
        """With what was confirmed before the part that is decoded."""
        listen = replace(self._ear.listen, words=True)
        if not self._from:
            return listen
        said = text([word for word in self._agreed.confirmed if word.end <= self._from])
        return replace(listen, prompt=f"{listen.prompt} {said}".strip()[-PROMPT_LETTERS:])

    def pauses(self, sure: bool) -> None:
        """They may have finished. ``sure``: that it was speech; else there is no text in it."""
        self._paused_at, self._paused_seconds = monotonic(), self.seconds
        if self._partial is not None:
            self._partial.cancel()
        self._final = asyncio.create_task(self._finish() if sure else _nothing(self.seconds), name="final text")
        self._judging = asyncio.create_task(self._judge(), name="end of turn") if sure else None

    async def _judge(self) -> None:
        self._ear.finished(await self._ear.sounds_finished(bytes(self.sound)), self)

    def goes_on(self) -> None:
        """They had not."""
        for task in (self._final, self._judging):
            if task is not None:
                task.cancel()
        self._final = self._judging = None

    async def _finish(self) -> Heard:
        """The final text, of everything so far: what was confirmed, and what the last decoding says after it."""
        start, said = self._from, self._agreed.confirmed
        listen = replace(self._asked(), words=bool(said))  # when each word was is asked only where it is needed
        heard = await self._ear.heard(self._since(start), listen, True)
        whole = Agreement()
        whole.confirmed = list(said)
        whole.finish(heard.later(start).words)
        return replace(heard, text=text(whole.confirmed) if said else heard.text, seconds=self.seconds)

    def over(self) -> None:
        """They have finished."""
        self._over = monotonic()
        if self._judging is not None:
            self._judging.cancel()
        if self._final is None:  # the stream ended while they spoke
            self._paused_at, self._paused_seconds = self._over, self.seconds
            if self._partial is not None:
                self._partial.cancel()
            self._final = asyncio.create_task(self._finish(), name="final text")

    async def said(self) -> Said:
        """Raises what kept it from being understood."""
        assert self._final is not None
        heard = await self._final
        times = Times(self._paused_at - self._ear.patience.pause, self._over, monotonic())
        return Said(heard, self.start, self.start + self._paused_seconds, times)

    def cancel(self) -> None:
        for task in (self._partial, self._final, self._judging):
            if task is not None:
                task.cancel()


async def _nothing(seconds: float) -> Heard:
    return Heard(seconds=seconds)
