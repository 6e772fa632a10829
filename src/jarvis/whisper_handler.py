"""The plan's ``WhisperHandler``: speech to text, for programs without an event loop."""

from __future__ import annotations

import asyncio
import atexit
import io
import queue
import threading
import wave
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack, suppress
from importlib.util import find_spec
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self, cast

from jarvis.catalog.here import catalog
from jarvis.config.load import load
from jarvis.config.paths import paths
from jarvis.config.schema import OwnModel, Settings
from jarvis.errors import JarvisError, ModelNotFound, Unreadable, UsageError
from jarvis.library import Loop
from jarvis.speech.ear import Ear, Failed, Happened, Partial, Said
from jarvis.speech.languages import code_of
from jarvis.wiring_speech import listening
from jarvis.words.audio import RATE, SAMPLE_BYTES, Heard, Listen, Task
from jarvis.words.person import Person

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Samples = NDArray[np.float32] | NDArray[np.float64] | NDArray[np.int16]
    Audio = str | PathLike[str] | bytes | bytearray | Samples

DEVICES = ("auto", "cpu", "cuda")
COMPUTE_TYPES = ("int8", "int8_float16", "int8_bfloat16", "int8_float32", "int16", "float16", "bfloat16", "float32")
CHUNKS = 8
"""Of a stream that are taken before what was taken is heard."""
FACE = "library"


class WhisperHandler:
    """Whisper, loaded once, in a process of its own. Thread-safe; close it, or use it in ``with``.

    Every method raises JarvisError with the next step in it.
    """

    def __init__(
        self,
        model: str = "auto",
        *,
        device: Literal["auto", "cpu", "cuda"] = "auto",
        compute_type: str = "auto",
        hints: Sequence[str] = (),
    ) -> None:
        """``model``: auto (the best one here), a model of the catalog, or a size (base, small, medium, turbo).
        ``compute_type`` as CTranslate2 names it; auto: 8 bits where that works. ``hints`` are names that are likely to
        be said, besides those of the settings. Raises ModelNotFound when it is not here, UsageError for what there is
        not.
        """
        if device not in DEVICES:
            raise UsageError("library.device", param="device", device=device)
        if compute_type not in ("auto", *COMPUTE_TYPES):
            known = ", ".join(COMPUTE_TYPES)
            raise UsageError("library.compute_type", param="compute_type", value=compute_type, known=known)
        self._settings = _with(load().settings, compute_type)
        self._hints = tuple(hints)
        self._loop = Loop()
        self._stack = AsyncExitStack()
        try:
            opened = listening(self._settings, paths(), model, device)
            self.model, self._listening = self._loop.run(self._stack.enter_async_context(opened))
        except BaseException:
            self._loop.end()
            raise
        atexit.register(self.close)

    def transcribe(
        self,
        audio: Audio,
        language: str | None = None,
        task: Task = "transcribe",
        *,
        sample_rate: int = RATE,
        word_timestamps: bool = False,
    ) -> dict[str, Any]:
        """What is said in ``audio``, as Whisper's own ``transcribe`` tells it: ``text``, ``language`` (its code) and
        ``segments``, each with ``id``, ``start``, ``end`` (seconds), ``text``, ``avg_logprob``, ``no_speech_prob``, and
        ``words`` if they are asked for. Of silence the text is empty.

        ``audio``: a path, the bytes of a file in any form, or mono samples, ``sample_rate`` a second, which is 16,000.
        ``language``: es, en, ...; None: found out. ``task`` "translate" writes it in English. Raises Unreadable too.
        """
        listen = self._listen(language, task, word_timestamps)
        if sample_rate != RATE and not isinstance(audio, str | PathLike | bytes | bytearray):
            raise UsageError("library.audio_rate", param="sample_rate", rate=sample_rate)
        recording = _recording(audio)
        _, heard = self._loop.run(
            self._listening.transcribe("", recording, listen, Person(), FACE, lambda done, of, part: None)
        )
        return _told(heard, word_timestamps)

    def transcribe_streaming(
        self, audio_stream: Iterable[bytes | Samples], language: str | None = None, task: Task = "transcribe"
    ) -> Iterator[dict[str, Any]]:
        """Text while somebody speaks. ``audio_stream`` gives pieces of any length, 16,000 samples a second: bytes
        (16 bits, little-endian) or arrays; it is read in another thread, no faster than it is heard.

        Each result has ``text``, all of what is being said so far, ``confirmed``, the beginning of it that will not
        change any more, and ``is_final``. When somebody has finished, that is True, and it has ``language``, ``start``
        and ``end`` (seconds of the stream) besides. Stop iterating to stop listening.
        """
        listen = self._listen(language, task, False)
        ear = Ear(self._hear, _voice(self._settings), _finished(self._settings), listen)
        happened: queue.SimpleQueue[Happened | None] = queue.SimpleQueue()

        async def run() -> None:
            try:
                async for event in ear.run(_sound(audio_stream)):
                    happened.put(event)
            finally:
                happened.put(None)

        running = self._loop.start(run())
        try:
            while (event := happened.get()) is not None:
                if isinstance(event, Failed):
                    raise event.error
                if (told := _step(event)) is not None:
                    yield told
            running.result()  # raises what went wrong
        finally:
            running.call_off()

    async def _hear(self, sound: bytes, listen: Listen, urgent: bool) -> Heard:
        _, heard = await self._listening.hear("", sound, listen, Person(), FACE, urgent)
        return heard

    def _listen(self, language: str | None, task: str, words: bool) -> Listen:
        if task not in ("transcribe", "translate"):
            raise UsageError("library.task", param="task", task=task)
        return Listen(code_of(language or ""), cast(Task, task), self._hints, "", words)

    def close(self) -> None:
        """End its process."""
        if not self._loop.ended:
            atexit.unregister(self.close)
            try:
                self._loop.run(self._stack.aclose())
            finally:
                self._loop.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _with(settings: Settings, compute_type: str) -> Settings:
    """The same, where every model that hears computes so."""
    if compute_type == "auto":
        return settings
    own = dict(settings.model)
    for card in catalog(settings, paths()).cards():
        if card.kind == "hear":
            model = own.get(card.id, OwnModel())
            options = {**model.options, "compute_type": compute_type}
            own[card.id] = model.model_copy(update={"options": options})
    return settings.model_copy(update={"model": own})


def _recording(audio: Audio) -> bytes:
    """The bytes of a file in any form. Raises UsageError, Unreadable."""
    if isinstance(audio, str | PathLike):
        path = Path(audio)
        try:
            audio = path.read_bytes()
        except OSError as error:
            raise Unreadable("hear.no_file", path=path, reason=error.strerror or str(error)) from None
    if isinstance(audio, bytes | bytearray):
        found = bytes(audio)
        if not found:
            raise UsageError("library.audio_empty", param="audio")
        return found
    samples = _samples(audio)
    if not samples:
        raise UsageError("library.audio_empty", param="audio")
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(SAMPLE_BYTES)
        file.setframerate(RATE)
        file.writeframes(samples)
    return out.getvalue()


def _samples(audio: object) -> bytes:
    """As 16 bits. Raises UsageError for what is neither bytes nor an array of one channel."""
    import numpy as np

    if isinstance(audio, bytes | bytearray):
        return bytes(audio)
    if not isinstance(audio, np.ndarray):
        raise UsageError("library.audio_kind", param="audio", kind=type(audio).__name__)
    if audio.ndim != 1 or not (audio.dtype == np.int16 or np.issubdtype(audio.dtype, np.floating)):
        raise UsageError("library.audio_kind", param="audio", kind=f"{audio.dtype} {audio.shape}")
    sound = audio if audio.dtype == np.int16 else np.clip(np.nan_to_num(audio), -1, 1) * 32767
    return bytes(sound.astype("<i2").tobytes())


async def _sound(stream: Iterable[object]) -> AsyncIterator[bytes]:
    """The pieces, read in a thread that nobody waits for: whoever gives them may take for ever."""
    loop, room = asyncio.get_running_loop(), threading.Semaphore(CHUNKS)
    pieces: asyncio.Queue[bytes | BaseException | None] = asyncio.Queue()
    over = threading.Event()

    def tell(piece: bytes | BaseException | None) -> None:
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(pieces.put_nowait, piece)

    def read() -> None:
        try:
            for piece in stream:
                room.acquire()
                if over.is_set():
                    return
                tell(_samples(piece))
            tell(None)
        except BaseException as error:  # noqa: BLE001 - it is raised where the results are read
            tell(error)

    threading.Thread(target=read, name="audio stream", daemon=True).start()
    try:
        while (piece := await pieces.get()) is not None:
            if isinstance(piece, BaseException):
                raise piece
            yield piece
            room.release()
    finally:
        over.set()
        room.release()


def _voice(settings: Settings) -> Any:
    """Silero VAD: the one of the catalog, or the same file in the library that hears."""
    from jarvis.speech.detect.silero import Voice

    models = catalog(settings, paths())
    try:
        return Voice(models.find("silero-vad").path)
    except ModelNotFound:
        spec = find_spec("faster_whisper")
        own = Path(spec.origin or "").parent / "assets" / "silero_vad_v6.onnx" if spec else Path()
        if not own.is_file():
            raise
        return Voice(own)


def _finished(settings: Settings) -> Any:
    """Smart Turn, where it is here; else a pause has to do."""
    from jarvis.speech.detect.smart_turn import SmartTurn

    try:
        return SmartTurn(catalog(settings, paths()).find("smart-turn").path)
    except JarvisError:
        return None


def _step(event: Happened) -> dict[str, Any] | None:
    if isinstance(event, Partial) and (event.confirmed or event.tail):
        text = " ".join(filter(None, (event.confirmed, event.tail)))
        return {"text": text, "confirmed": event.confirmed, "is_final": False}
    if isinstance(event, Said) and event.heard.text:
        return {
            "text": event.heard.text, "confirmed": event.heard.text, "is_final": True,
            "language": event.heard.language, "start": event.start, "end": event.end,
        }  # fmt: skip
    return None


def _told(heard: Heard, words: bool) -> dict[str, Any]:
    segments = []
    for number, one in enumerate(heard.segments):
        found: dict[str, Any] = {
            "id": number, "start": one.start, "end": one.end, "text": one.text, "avg_logprob": one.log_probability,
            "no_speech_prob": one.no_speech,
        }  # fmt: skip
        if words:
            found["words"] = [
                {"word": word.text, "start": word.start, "end": word.end, "probability": word.probability}
                for word in one.words
            ]
        segments.append(found)
    return {"text": heard.text, "segments": segments, "language": heard.language}
