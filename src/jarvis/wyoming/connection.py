"""One connection of a Wyoming client: its events in, what Jarvis hears, says and answers out.

Events are read beside the work, so that it ends as soon as the client leaves; they are done one after the other. What
fails is told by an ``error`` event, and the connection ends: clients that wait for another answer do not wait on.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from typing import Any

from wyoming.asr import Transcribe, Transcript, TranscriptChunk, TranscriptStart, TranscriptStop
from wyoming.audio import AudioChunk
from wyoming.error import Error
from wyoming.event import Event, Eventable
from wyoming.handle import Handled, HandledChunk, HandledStart, HandledStop, NotHandled
from wyoming.info import Info
from wyoming.ping import Ping, Pong
from wyoming.server import AsyncEventHandler
from wyoming.tts import Synthesize, SynthesizeChunk, SynthesizeStart, SynthesizeStopped, SynthesizeVoice

from jarvis.client import Client, Question, RemoteError
from jarvis.config.speech import Wyoming
from jarvis.errors import Busy, Forbidden, JarvisError, NotFound, UsageError
from jarvis.speech.languages import code_of
from jarvis.speech.speak.named import SPOKEN, Voice
from jarvis.words.chat import Delta
from jarvis.words.exchange import Answer, Restart, Route
from jarvis.wyoming.events import read, told
from jarvis.wyoming.hearing import Utterance
from jarvis.wyoming.peers import Network, may
from jarvis.wyoming.saying import Manner, Saying

log = logging.getLogger(__name__)

MOST_CONNECTIONS = 32
MOST_WAITING = 64
"""Events that are read ahead."""
UNREAD_SECONDS = 60.0
"""A client that reads nothing for so long is not waited for."""
LINGER_SECONDS = 1.0
"""So long a client that was told why it is left may go on writing."""
MOST_CONVERSATIONS = 256
"""The oldest is begun anew."""


@dataclass(slots=True)
class House:
    """What all connections share. ``client`` asks in the guest's name; ``look`` says what is here, and may block."""

    client: Client
    settings: Wyoming
    allow: Sequence[Network]
    look: Callable[[], tuple[Info, list[Voice]]]
    connections: int = 0
    conversations: OrderedDict[tuple[str, str], str] = field(default_factory=OrderedDict)
    """Those of Jarvis, by a client's address and its own name for one."""

    def went_on(self, key: tuple[str, str], conversation: str) -> None:
        self.conversations[key] = conversation
        self.conversations.move_to_end(key)
        while len(self.conversations) > MOST_CONVERSATIONS:
            self.conversations.popitem(last=False)


class Connection(AsyncEventHandler):
    """See ``wyoming.server``."""

    def __init__(self, house: House, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        super().__init__(reader, writer)
        self._house = house
        name = writer.get_extra_info("peername")
        self._peer = str(name[0]) if isinstance(name, tuple) else ""
        self._asked = Transcribe()
        self._utterance: Utterance | None = None
        self._transcribed: str | None = None
        """What of the utterance was told already, if it was begun to be told."""
        self._saying: Saying | None = None

    async def run(self) -> None:
        """Until the client leaves, or something fails."""
        house = self._house
        house.connections += 1
        try:
            if not may(self._peer, house.allow):
                raise Forbidden("wyoming.stranger", peer=self._peer)
            if house.connections > MOST_CONNECTIONS:
                raise Busy("wyoming.full", retry_after=5, count=MOST_CONNECTIONS)
            await self._attend()
        except JarvisError as error:
            log.warning("%s: %s", self._peer or "unix", error)
            with suppress(OSError, TimeoutError):
                await self._write(_error(error))
                await self._linger()
        except (OSError, TimeoutError) as error:
            log.info("%s left: %s", self._peer or "unix", str(error) or type(error).__name__)
        finally:
            house.connections -= 1
            self.writer.close()

    async def _linger(self) -> None:
        """Let the client say what it was saying: closed at once, TCP takes back what it has not read yet."""
        self.writer.write_eof()
        async with asyncio.timeout(LINGER_SECONDS):
            while await self.reader.read(1 << 16):
                pass

    async def _attend(self) -> None:
        events: asyncio.Queue[Event] = asyncio.Queue(MOST_WAITING)
        tasks = {
            asyncio.create_task(self._read(events), name="wyoming, read"),
            asyncio.create_task(self._work(events), name="wyoming, work"),
        }
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            if self._utterance is not None:
                await self._utterance.close()

    async def _read(self, events: asyncio.Queue[Event]) -> None:
        while (event := await read(self.reader)) is not None:
            await events.put(event)

    async def _work(self, events: asyncio.Queue[Event]) -> None:
        while True:
            await self.handle_event(await events.get())

    async def _write(self, said: Eventable) -> None:
        await self._write_event(said.event())

    async def _write_event(self, event: Event) -> None:
        async with asyncio.timeout(UNREAD_SECONDS):
            await self.write_event(event)

    async def handle_event(self, event: Event) -> bool:
        """Whatever Wyoming knows and Jarvis does not is passed over, as it asks."""
        match event.type:
            case "describe":
                info, _ = await asyncio.to_thread(self._house.look)
                await self._write(info)
            case "ping":
                await self._write(Pong(text=told(Ping, event).text))
            case "transcribe" | "audio-start" | "audio-chunk" | "audio-stop":
                await self._hear(event)
            case "synthesize" | "synthesize-start" | "synthesize-chunk" | "synthesize-stop":
                await self._say(event)
            case "transcript":
                await self._answer(told(Transcript, event, texts=("text",)))
            case _:
                pass
        return True

    # What is heard

    async def _hear(self, event: Event) -> None:
        match event.type:
            case "transcribe":
                self._asked = told(Transcribe, event)
            case "audio-start":
                await self._forget()
                self._utterance = self._begin()
            case "audio-chunk":
                chunk = told(AudioChunk, event, counts=("rate", "width", "channels"))
                if self._utterance is None:
                    self._utterance = self._begin()
                self._utterance.add(chunk)
            case _ if self._utterance is not None:
                text, language = await self._utterance.end()
                await self._forget()
                if self._transcribed is None:
                    await self._write(TranscriptStart(language=language or None))
                told_already = self._transcribed or ""
                if text.startswith(told_already) and text != told_already:
                    await self._write(TranscriptChunk(text[len(told_already) :]))
                await self._write(Transcript(text, language=language or None))
                await self._write(TranscriptStop())
                self._asked = Transcribe()
            case _:
                raise UsageError("wyoming.not_begun", type=event.type, begin="audio-start")

    async def _forget(self) -> None:
        utterance, self._utterance = self._utterance, None
        if utterance is not None:
            await utterance.close()

    def _begin(self) -> Utterance:
        asked, settings = self._asked, self._house.settings
        language = asked.language or ("" if settings.language == "auto" else settings.language)
        names = [*(asked.transcript_names or ()), *(asked.transcript_terms or ())]
        if not isinstance(language, str) or not all(isinstance(name, str) for name in names):
            raise UsageError("wyoming.broken", type="transcribe")
        model = asked.name if isinstance(asked.name, str) and asked.name != "jarvis" else "auto"
        self._transcribed = None
        return Utterance(
            self._house.client,
            {
                "type": "transcription",
                "audio": {
                    "input": {
                        "format": {"type": "audio/pcm", "rate": 16_000},
                        "turn_detection": None,
                        "transcription": {"model": model or "auto", "language": code_of(language)},
                    }
                },
                "jarvis": {"hints": names},
            },
            self._partial,
        )

    async def _partial(self, text: str) -> None:
        if self._transcribed is None:
            self._transcribed = ""
            await self._write(TranscriptStart())
        self._transcribed += text
        await self._write(TranscriptChunk(text))

    # What is said

    async def _say(self, event: Event) -> None:
        match event.type:
            case "synthesize" if self._saying is None:  # else it repeats what came in pieces, for who cannot take them
                whole = told(Synthesize, event, texts=("text",))
                saying = await self._sayer(whole)
                await saying.add(whole.text)
                await saying.end()
            case "synthesize-start":
                self._saying = await self._sayer(told(SynthesizeStart, event))
            case "synthesize-chunk" if self._saying is not None:
                await self._saying.add(told(SynthesizeChunk, event, texts=("text",)).text)
            case "synthesize-stop" if self._saying is not None:
                await self._saying.end()
                self._saying = None
                await self._write(SynthesizeStopped())
            case "synthesize":
                pass
            case _:
                raise UsageError("wyoming.not_begun", type=event.type, begin="synthesize-start")

    async def _sayer(self, asked: Synthesize | SynthesizeStart) -> Saying:
        if asked.text_format not in (None, "text"):
            raise UsageError("wyoming.no_text", form=str(asked.text_format)[:64])
        manner = await self._manner(asked.voice or SynthesizeVoice())
        return Saying(self._house.client, manner, self._write_event)

    async def _manner(self, asked: SynthesizeVoice) -> Manner:
        settings = self._house.settings
        language = "" if settings.language not in SPOKEN else settings.language
        if asked.name is None and asked.language is not None:
            return Manner(language=code_of(str(asked.language)))
        name = str(asked.name or settings.voice)
        if not name:
            return Manner(language=language)
        _, voices = await asyncio.to_thread(self._house.look)
        found = next((voice for voice in voices if voice.name == name), None)
        if found is None:
            raise NotFound("wyoming.no_voice", voice=name[:64], known=", ".join(v.name for v in voices) or "-")
        if len(found.languages) == 1:
            language = found.languages[0]
        return Manner(found.model, found.own, language)

    # What is answered

    async def _answer(self, asked: Transcript) -> None:
        context = asked.context if isinstance(asked.context, dict) else {}
        name = str(context.get("conversation_id") or secrets.token_hex(8))
        key = (self._peer, name[:128])
        if not asked.text.strip():
            await self._write(NotHandled(text=""))
            return
        try:
            await self._asked_of_jarvis(asked.text, key, {**context, "conversation_id": name})
        except JarvisError as error:
            log.warning("%s: %s", self._peer or "unix", error)
            await self._write(_error(error))
            await self._write(NotHandled(text=error.message()))

    async def _asked_of_jarvis(self, text: str, key: tuple[str, str], context: dict[str, Any]) -> None:
        known = self._house.conversations.get(key)
        try:
            await self._stream(text, key, context, known)
        except RemoteError as error:
            if known is None or error.status != NotFound.status:
                raise
            del self._house.conversations[key]  # its owner deleted it
            await self._stream(text, key, context, None)

    async def _stream(self, text: str, key: tuple[str, str], context: dict[str, Any], known: str | None) -> None:
        question = Question(text, model=self._house.settings.model, conversation=known)
        begun, answer = False, ""
        async with aclosing(self._house.client.ask(question)) as events:
            async for event in events:
                match event:
                    case Route(conversation=str(conversation)):
                        self._house.went_on(key, conversation)
                    case Restart():
                        if begun:
                            await self._write(HandledChunk(event.mark))
                    case Delta() if event.text:
                        if not begun:
                            begun = True
                            await self._write(HandledStart(context=context))
                        await self._write(HandledChunk(event.text))
                    case Answer():
                        answer = event.answer
                    case _:
                        pass
        if not begun:
            await self._write(HandledStart(context=context))
        await self._write(Handled(text=answer, context=context))
        await self._write(HandledStop())


def _error(error: JarvisError) -> Error:
    code = error.remote_code if isinstance(error, RemoteError) else error.short_code
    return Error(text=f"{error.message()} {error.hint()}".strip(), code=code)
