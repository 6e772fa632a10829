"""What was read: /jarvis/sources lists and forgets it, /jarvis/learn reads more."""

from __future__ import annotations

import asyncio
import base64
import binascii
import errno
import shutil
import tempfile
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal, NotRequired

from pydantic import Field
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from typing_extensions import TypedDict

from jarvis.config.paths import private
from jarvis.errors import DiskFull, Forbidden, StoreError, UsageError
from jarvis.memory.documents import Learned
from jarvis.memory.doomed import Wish
from jarvis.memory.learning import Found, Read
from jarvis.server.door import AS, Call, Endpoint
from jarvis.server.memory import gone_json, remembrance
from jarvis.server.refusals import error_body
from jarvis.server.stream import Line, notice_json
from jarvis.server.wire.shape import INT32, Asked, parse
from jarvis.texts import Language
from jarvis.words.json_bytes import encode

PART = 0.8
"""Of the time that a request may take; then the client is told from where to go on."""
NAME_BYTES = 255
"""Of a file's name, on every file system of Linux."""


class LearnBody(Asked):
    """``paths`` on this machine, absolute, for its owner; or one file, its ``name`` and ``content`` in Base64.
    ``watch``: folders are followed from now on. ``after``: so many files were read already, as ``again`` told.
    """

    paths: tuple[Annotated[str, Field(min_length=1, max_length=4096)], ...] = Field((), max_length=1024)
    watch: bool = True
    after: int = Field(0, ge=0, le=INT32)
    name: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^/\x00]*[^/\x00.][^/\x00]*$")] | None = None
    content: str | None = None


class LearnEvent(TypedDict, total=False):
    """First ``files`` and ``skipped`` (how many for which reason); then one for each file: ``path``, what became of it
    (``gone``: from its folder, and so from memory), how many ``chunks`` it has, and why it could not be read; ``again``
    last, where the time was over.
    """

    files: int
    skipped: dict[str, int]
    number: int
    path: str
    state: Literal["new", "changed", "same", "failed", "gone", "forgotten"]
    chunks: int
    kept: int
    error: dict[str, Any]
    warnings: list[dict[str, Any]]
    again: int


class SourceBody(TypedDict):
    """``embedded``: how many of its ``chunks`` are found by meaning too; ``problem``: why it could not be read."""

    id: str
    path: str
    title: str
    language: str
    bytes: int
    modified: float
    added: float
    folder: str | None
    problem: str | None
    chunks: int
    embedded: int
    watched: NotRequired[bool]


class SourcesReply(TypedDict):
    sources: list[SourceBody]
    folders: list[str]


async def listed(call: Call) -> Response:
    """Documents, by path, and the folders that are watched."""
    documents = remembrance(call).memory.documents
    folders = await documents.folders(call.person.name)
    sources: list[SourceBody] = [
        {**asdict(d), "id": f"d{d.id}"}  # type: ignore[typeddict-item]
        for d in await documents.listed(call.person.name)
    ]
    reply: SourcesReply = {"sources": sources, "folders": folders}
    return Response(encode(dict(reply)), media_type="application/json")


async def removed(call: Call) -> Response:
    """Forget a document, or a folder with all in it; it stays forgotten until somebody names it again."""
    gone = await call.parts.forgetting.forget(call.person, Wish(source=call.request.path_params["id"]))
    return Response(encode(gone_json(gone, done=True)), media_type="application/json")


async def learned(call: Call) -> Response:
    """Read documents, and tell of each as it is read."""
    asked = parse(LearnBody, call.body)
    if bool(asked.paths) == (asked.content is not None) or (asked.content is None) != (asked.name is None):
        raise UsageError("learn.what", param="paths")
    if asked.content is not None and asked.name is not None:
        return Steps(_uploaded(call, asked.name, asked.content))
    if "admin" not in call.person.scopes:  # or files of this machine would be read for whoever names them
        raise Forbidden("server.no_scope", scope="admin", person=call.person.name)
    paths = [Path(path) for path in asked.paths]
    for path in paths:
        if not path.is_absolute():
            raise UsageError("learn.relative", param="paths", path=str(path))
    return Steps(_learned(call, paths, asked))


async def _learned(call: Call, paths: list[Path], asked: LearnBody) -> AsyncGenerator[LearnEvent, None]:
    held, loop = remembrance(call), asyncio.get_running_loop()
    until = loop.time() + PART * call.parts.settings.server.request_timeout_seconds
    try:
        async with aclosing(held.learning.learn(call.person.name, paths, asked.watch, asked.after)) as steps:
            async for step in steps:
                if isinstance(step, Found):
                    yield {"files": step.files, "skipped": step.skipped}
                    continue
                yield _event(step, call.lang)
                if loop.time() > until and step.number < step.files:
                    yield {"again": step.number}
                    return
    finally:
        held.followed()


async def _uploaded(call: Call, name: str, content: str) -> AsyncGenerator[LearnEvent, None]:
    try:
        data = base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        raise UsageError("learn.not_base64", param="content") from None
    held = remembrance(call)
    folder = Path(tempfile.mkdtemp(dir=private(held.folder)))
    try:
        file = folder / name.encode()[-NAME_BYTES:].decode(errors="ignore")  # the end of a long name says its kind
        try:
            await asyncio.to_thread(file.write_bytes, data)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise DiskFull("store.full", path=held.folder) from error
            raise StoreError("store.failed", path=held.folder, reason=error.strerror or str(error)) from error
        yield {"files": 1, "skipped": {}}
        yield _event(Read(await held.learning.uploaded(call.person.name, file, name), 1, 1), call.lang)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _event(step: Read, lang: Language) -> LearnEvent:
    done: Learned = step.learned
    event: LearnEvent = {
        "number": step.number, "path": done.path, "state": done.state, "chunks": done.chunks, "kept": done.kept,
    }  # fmt: skip
    if done.error is not None:
        event["error"] = dict(error_body(done.error, lang)["error"])
    if done.warnings:
        event["warnings"] = [notice_json(w, lang) for w in done.warnings]
    return event


class Steps(Response):
    """Events of one kind, as they come, and ``[DONE]``."""

    def __init__(self, events: AsyncGenerator[Any, None]) -> None:
        self._events = events
        super().__init__(None, 200, {"x-accel-buffering": "no"}, "text/event-stream")
        del self.headers["content-length"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        line = Line(self, scope, send)
        line.start_pulse()
        try:
            async with aclosing(self._events) as events:
                async for event in events:
                    await line.write(b"data: %b\n\n" % encode(event))
            line.keep(b"data: [DONE]\n\n")
        finally:
            line.stop_pulse()
        await line.end()


ENDPOINTS = (
    Endpoint(
        "GET", "/jarvis/sources", listed, "What was read, and what is watched.", "history", query=AS, reply=SourcesReply
    ),
    Endpoint(
        "DELETE", "/jarvis/sources/{id:path}", removed, "Forget a document or a folder for good.", "history", query=AS
    ),
    Endpoint(
        "POST", "/jarvis/learn", learned, "Read documents: paths on this machine, or one that is sent.", "history",
        query=AS, body=LearnBody, stream=LearnEvent,
    ),
)  # fmt: skip
