"""POST /v1/audio/transcriptions and /v1/audio/translations, as OpenAI has them; /jarvis/transcribe for files here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any, Literal, NamedTuple, NotRequired

from pydantic import Field
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.responses import PlainTextResponse, Response
from typing_extensions import TypedDict

from jarvis.errors import Forbidden, NotFound, Unreadable, UsageError
from jarvis.server.documents import PART, Steps
from jarvis.server.door import Call, Endpoint
from jarvis.server.meanwhile import Done, meanwhile
from jarvis.server.parts import Listening
from jarvis.server.stream import ascii_header
from jarvis.server.wire.shape import Asked, parse, parsed
from jarvis.speech.captions import srt, vtt
from jarvis.speech.languages import NAMES, code_of
from jarvis.words.audio import Heard, Listen, Task
from jarvis.words.json_bytes import encode

FORMATS = ("json", "text", "srt", "verbose_json", "vtt")
Format = Literal["json", "text", "srt", "verbose_json", "vtt"]


class TranscriptionForm(Asked):
    """The form of POST /v1/audio/transcriptions. ``prompt`` is text that goes before; ``hints`` (Jarvis's own) are
    names that are likely to be said, one a line. ``temperature`` is read and has no effect: what is most likely is
    written.
    """

    model: str = Field("auto", min_length=1, max_length=256)
    language: str = Field("", max_length=32)
    prompt: str = Field("", max_length=4096)
    hints: str = Field("", max_length=16_384)
    response_format: Format = "json"
    temperature: float | None = Field(None, ge=0, le=1)
    timestamp_granularities: str = Field("", pattern="^((word|segment),?)*$")
    stream: bool = False

    def listen(self, task: Task) -> Listen:
        """How to listen. Raises UsageError for a language that there is not."""
        hints = tuple(dict.fromkeys(line.strip() for line in self.hints.splitlines() if line.strip()))
        language = code_of(self.language)
        return Listen(language, task, hints, self.prompt, "word" in self.timestamp_granularities)


class SegmentBody(TypedDict):
    id: int
    start: float
    end: float
    text: str
    avg_logprob: float
    no_speech_prob: float


class WordBody(TypedDict):
    word: str
    start: float
    end: float


class UsageSeconds(TypedDict):
    type: Literal["duration"]
    seconds: float


class Transcription(TypedDict):
    """OpenAI's object; with ``verbose_json`` all of it. ``language`` is its English name, as there."""

    text: str
    usage: NotRequired[UsageSeconds]
    task: NotRequired[str]
    language: NotRequired[str]
    duration: NotRequired[float]
    segments: NotRequired[list[SegmentBody]]
    words: NotRequired[list[WordBody]]


class TranscriptionEvent(TypedDict, total=False):
    type: Literal["transcript.text.delta", "transcript.text.done"]
    delta: str
    text: str
    usage: UsageSeconds


async def transcriptions(call: Call) -> Response:
    """Write down what is said in a recording."""
    return await _answered(call, "transcribe")


async def translations(call: Call) -> Response:
    """Say in English what is said in a recording."""
    return await _answered(call, "translate")


async def _answered(call: Call, task: Task) -> Response:
    fields, recording = await _form(call)
    form = parsed(TranscriptionForm, fields)
    listening, listen = _listening(call), form.listen(task)
    if form.stream:
        if form.response_format not in ("json", "text"):
            raise UsageError("audio.no_stream", param="response_format", format=form.response_format)
        return Steps(_events(call, form.model, recording, listen))
    model, heard = await listening.transcribe(form.model, recording, listen, call.person, "api", _unheard)
    headers = {"x-jarvis-model": ascii_header(model)}
    match form.response_format:
        case "text":
            return PlainTextResponse(heard.text + "\n", headers=headers)
        case "srt":
            return PlainTextResponse(srt(heard.segments), headers=headers)
        case "vtt":
            return PlainTextResponse(vtt(heard.segments), headers=headers, media_type="text/vtt")
        case "verbose_json":
            return Response(encode(dict(_verbose(heard, listen))), 200, headers, "application/json")
    brief: Transcription = {"text": heard.text, "usage": _usage(heard)}
    return Response(encode(dict(brief)), 200, headers, "application/json")


def _verbose(heard: Heard, listen: Listen) -> Transcription:
    told: Transcription = {
        "task": listen.task,
        "language": NAMES.get(heard.language, heard.language),
        "duration": heard.seconds,
        "text": heard.text,
        "segments": [
            {
                "id": number, "start": one.start, "end": one.end, "text": one.text,
                "avg_logprob": one.log_probability, "no_speech_prob": one.no_speech,
            }
            for number, one in enumerate(heard.segments)
        ],
        "usage": _usage(heard),
    }  # fmt: skip
    if listen.words:
        told["words"] = [{"word": word.text.strip(), "start": word.start, "end": word.end} for word in heard.words]
    return told


def _usage(heard: Heard) -> UsageSeconds:
    return {"type": "duration", "seconds": heard.seconds}


def _unheard(done: float, of: float, heard: Heard) -> None: ...


async def _events(call: Call, model: str, recording: bytes, listen: Listen) -> AsyncGenerator[TranscriptionEvent, None]:
    said = False
    async for step in _steps(call, model, recording, listen):
        if isinstance(step, Done):
            _, whole = step.result
            yield {"type": "transcript.text.done", "text": whole.text, "usage": _usage(whole)}
        elif step.heard.text:
            yield {"type": "transcript.text.delta", "delta": " " + step.heard.text if said else step.heard.text}
            said = True


class Part(NamedTuple):
    """A piece of a recording: ``done`` of ``seconds`` are written down."""

    done: float
    seconds: float
    heard: Heard


def _steps(
    call: Call, model: str, recording: bytes, listen: Listen, face: str = "api", after: float = 0.0
) -> AsyncGenerator[Part | Done[tuple[str, Heard]], None]:
    """Every piece as it is written down, and last the model and the whole."""

    async def work(tell: Callable[[Part], None]) -> tuple[str, Heard]:
        return await _listening(call).transcribe(
            model, recording, listen, call.person, face, lambda *part: tell(Part(*part)), after
        )

    return meanwhile(work, "transcription")


def _listening(call: Call) -> Listening:
    if call.parts.listening is None:
        raise NotFound("server.not_offered", path=call.request.url.path)
    return call.parts.listening


async def _form(call: Call) -> tuple[dict[str, Any], bytes]:
    """The fields of a form, those that end in ``[]`` joined by commas, and the file."""

    async def body() -> AsyncGenerator[bytes, None]:
        yield call.body

    try:
        form = await MultiPartParser(call.request.headers, body(), max_part_size=len(call.body) + 1).parse()
    except (MultiPartException, KeyError, ValueError) as error:
        raise UsageError("audio.broken_form", reason=str(error)) from None
    recording: bytes | None = None
    fields: dict[str, str] = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            recording = await value.read() if name == "file" else recording
        else:
            key = name.removesuffix("[]")
            fields[key] = f"{fields[key]},{value}" if key in fields and name != key else value
    if recording is None:
        raise UsageError("audio.no_file", param="file")
    return fields, recording


class TranscribeBody(Asked):
    """A recording on this machine, by its absolute ``path``. ``after``: it is written down so many seconds far, as
    ``again`` told.
    """

    path: str = Field(min_length=1, max_length=4096)
    model: str = Field("auto", min_length=1, max_length=256)
    language: str = Field("", max_length=32)
    hints: tuple[str, ...] = Field((), max_length=1024)
    translate: bool = False
    words: bool = False
    after: float = Field(0.0, ge=0, le=1e6)


class TranscribeEvent(TypedDict, total=False):
    """``done`` of ``seconds`` are written down, last what was ``heard``; at the end the ``model``, or ``again`` where
    the time was over.
    """

    done: float
    seconds: float
    heard: dict[str, Any]
    model: str
    again: float


async def transcribe(call: Call) -> Response:
    """Write down a recording on this machine, and tell how far it is."""
    if "admin" not in call.person.scopes:  # or files of this machine would be read for whoever names them
        raise Forbidden("server.no_scope", scope="admin", person=call.person.name)
    asked = parse(TranscribeBody, call.body)
    listen = Listen(
        code_of(asked.language), "translate" if asked.translate else "transcribe", asked.hints, "", asked.words
    )
    try:
        recording = await asyncio.to_thread(Path(asked.path).read_bytes)
    except OSError as error:
        raise Unreadable("hear.no_file", path=Path(asked.path), reason=error.strerror or str(error)) from error
    return Steps(_told(call, asked, recording, listen))


async def _told(
    call: Call, asked: TranscribeBody, recording: bytes, listen: Listen
) -> AsyncGenerator[TranscribeEvent, None]:
    loop = asyncio.get_running_loop()
    until = loop.time() + PART * call.parts.settings.server.request_timeout_seconds
    async with aclosing(_steps(call, asked.model, recording, listen, "transcribe", asked.after)) as steps:
        async for step in steps:
            if isinstance(step, Done):
                model, whole = step.result
                yield {"done": whole.seconds, "seconds": whole.seconds, "model": model}
                return
            yield {"done": step.done, "seconds": step.seconds, "heard": step.heard.facts()}
            if loop.time() > until:
                yield {"again": step.done}
                return


ENDPOINTS = (
    Endpoint(
        "POST", "/v1/audio/transcriptions", transcriptions, "Write down what is said in a recording.",
        scope="chat", body=TranscriptionForm, reply=Transcription, stream=TranscriptionEvent, form=True,
    ),
    Endpoint(
        "POST", "/v1/audio/translations", translations, "Say in English what is said in a recording.",
        scope="chat", body=TranscriptionForm, reply=Transcription, stream=TranscriptionEvent, form=True,
    ),
    Endpoint(
        "POST", "/jarvis/transcribe", transcribe, "Write down a recording on this machine, piece by piece.",
        scope="chat", body=TranscribeBody, stream=TranscribeEvent,
    ),
)  # fmt: skip
