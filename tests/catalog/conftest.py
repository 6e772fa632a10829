"""Small model files, packages that hold them, and servers on loopback that can be told to misbehave."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import struct
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest

from jarvis.catalog.catalog import Catalog

LAYERS, HIDDEN, HEADS, CONTEXT = 2, 64, 4, 512


def gguf(size: int = 200_000, layers: int = LAYERS, seed: int = 1) -> bytes:
    """A valid GGUF header of a tiny llama, and noise that does not compress, ``size`` bytes in all."""

    def text(value: str) -> bytes:
        return struct.pack("<Q", len(value)) + value.encode()

    def number(key: str, value: int) -> bytes:
        return text(key) + struct.pack("<II", 4, value)

    keys = [
        text("general.architecture") + struct.pack("<I", 8) + text("llama"),
        number("llama.block_count", layers),
        number("llama.context_length", CONTEXT),
        number("llama.embedding_length", HIDDEN),
        number("llama.feed_forward_length", 128),
        number("llama.attention.head_count", HEADS),
        number("llama.attention.head_count_kv", HEADS),
    ]
    head = b"GGUF" + struct.pack("<IQQ", 3, 0, len(keys)) + b"".join(keys)
    noise = hashlib.shake_256(seed.to_bytes(4, "little")).digest(max(0, size - len(head)))
    return head + noise


def wheel(members: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A wheel that holds ``members``, as far as a reader of archives can tell."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@dataclass
class File:
    """What a path answers, and how it misbehaves.

    ``cuts``: after how many bytes of the body the connection is dropped, one entry for each of the next answers.
    ``hold_at``: bytes of the body after which the answer stops until ``release``.
    """

    content: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
    ranges: bool = True
    cuts: list[int] = field(default_factory=list)
    hold_at: int | None = None
    released: threading.Event = field(default_factory=threading.Event)
    sent: int = 0

    def hold(self, at: int) -> None:
        self.hold_at, self.sent = at, 0
        self.released.clear()

    def release(self) -> None:
        self.hold_at = None
        self.released.set()


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: Message
    answered: int

    @property
    def range(self) -> str | None:
        return self.headers.get("Range")


class Server:
    """Files over HTTP with byte ranges, and an account of what was asked."""

    def __init__(self) -> None:
        self.files: dict[str, File] = {}
        self.requests: list[Request] = []
        self.password = ""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                outer.answer(self)

            def do_HEAD(self) -> None:
                outer.answer(self)

            def log_message(self, format: str, *args: object) -> None: ...

        class Http(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: object, client_address: object) -> None: ...  # clients are killed here

        self._http = Http(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def close(self) -> None:
        for file in self.files.values():
            file.release()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def find(self, path: str, method: str) -> File:
        return self.files.get(path) or File(b"no such thing", status=404)

    def asked(self, path: str, method: str = "GET") -> list[Request]:
        return [r for r in self.requests if r.path == path and r.method == method]

    def answer(self, http: BaseHTTPRequestHandler) -> None:
        path = http.path.partition("?")[0]
        file = self.find(path, http.command)
        if self.password and http.headers.get("Authorization") != self.basic():
            file = File(b"who are you?", {"WWW-Authenticate": 'Basic realm="index"'}, status=401)
        body, status, headers = file.content, file.status, dict(file.headers)
        asked = http.headers.get("Range", "")
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
        if asked and file.ranges and status == 200:
            if start >= len(body):
                body, status, headers["Content-Range"] = b"", 416, f"bytes */{len(file.content)}"
            else:
                headers["Content-Range"] = f"bytes {start}-{len(body) - 1}/{len(body)}"
                body, status = body[start:], 206
        self.requests.append(Request(http.command, path, http.headers, status))
        http.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            http.send_header(name, value)
        http.end_headers()
        if http.command == "HEAD":
            return
        try:
            self._send(http, file, body)
        except OSError:
            http.close_connection = True

    def _send(self, http: BaseHTTPRequestHandler, file: File, body: bytes) -> None:
        cut = file.cuts.pop(0) if file.cuts else None
        for begin in range(0, len(body), 4096):
            if file.hold_at is not None and begin >= file.hold_at:
                file.released.wait(60)
            if cut is not None and begin >= cut:
                http.wfile.flush()
                http.close_connection = True
                return
            http.wfile.write(body[begin : begin + 4096])
            file.sent = begin + 4096

    def basic(self) -> str:
        return "Basic " + base64.b64encode(f"owner:{self.password}".encode()).decode()


class Index(Server):
    """A package index (PEP 503) without separate metadata files."""

    def add(
        self, name: str, version: str, content: bytes, stated: str | None = None, tag: str = "py3-none-any"
    ) -> File:
        """A wheel; ``stated`` is the sum that its page gives for it, by default the right one; empty: none."""
        return self.add_file(name, f"{name.replace('-', '_')}-{version}-{tag}.whl", content, stated)

    def add_file(self, name: str, filename: str, content: bytes, stated: str | None = None) -> File:
        stated = sha256(content) if stated is None else stated
        link = f'<a href="{self.url}/files/{filename}{f"#sha256={stated}" if stated else ""}">{filename}</a><br>\n'
        page = self.files.setdefault(f"/simple/{name}/", File(b"", {"Content-Type": "text/html"}))
        page.content += link.encode()
        file = self.files[f"/files/{filename}"] = File(content, {"Content-Type": "application/octet-stream"})
        return file

    def fetched(self, name: str) -> list[Request]:
        """The downloads of the wheels of a package."""
        return [r for r in self.requests if r.path.startswith(f"/files/{name.replace('-', '_')}-")]


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    """An index on loopback, and pip configured to know no other."""
    for name in [n for n in os.environ if n.startswith("PIP_")]:
        monkeypatch.delenv(name)
    server = Index()
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", f"{server.url}/simple/")
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("PIP_DEFAULT_TIMEOUT", "120")  # a child that is to end must not end by this
    yield server
    server.close()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()


@dataclass
class Shelf:
    """A folder of the owner's cards, and the catalog that reads it."""

    root: Path

    @property
    def models(self) -> Path:
        return self.root / "models"

    def card(
        self,
        sources: list[str] | Mapping[str, list[str]],
        content: bytes | Mapping[str, bytes],
        id: str = "tiny",
        **changes: object,
    ) -> None:
        """Write the card of a model of one GGUF file, or of several files by name."""
        files = {"tiny.gguf": sources} if isinstance(sources, list) else sources
        contents = {"tiny.gguf": content} if isinstance(content, bytes) else content
        facts: dict[str, object] = {"format": "gguf", "layers": LAYERS, "context": CONTEXT} | changes
        text = f"""
id = "{id}"
name = "Tiny"
family = "tiny"
kind = "chat"
licence = "Apache-2.0"
languages = ["en"]
context = {facts["context"]}
parameters = 1000
{facts.get("extra", "")}
[architecture]
name = "llama"
layers = {facts["layers"]}
[[variants]]
quantization = "Q4_0"
format = "{facts["format"]}"
engines = ["fake"]
"""
        for name, listed in files.items():
            body = contents[name]
            text += f"""
[[variants.files]]
name = "{name}"
bytes = {facts.get("bytes", len(body))}
sha256 = "{facts.get("sha256", sha256(body))}"
sources = [{", ".join(f'"{source}"' for source in listed)}]
"""
        (self.root / "cards").mkdir(exist_ok=True)
        (self.root / "cards" / f"{id}.toml").write_text(text)

    def catalog(self) -> Catalog:
        return Catalog(self.models, self.root / "cards")

    def folder(self, id: str = "tiny") -> Path:
        return self.models / id / "Q4_0"

    def left(self) -> list[str]:
        """Every file there is of any model, locks apart."""
        files = (f for f in self.models.rglob("*") if not f.is_dir() and ".locks" not in f.parts)
        return sorted(str(f.relative_to(self.models)) for f in files)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def eventually(true: Callable[[], object], seconds: float = 20) -> None:
    """Wait until something is so."""
    limit = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < limit, "did not become true"
        time.sleep(0.01)


@pytest.fixture(scope="session")
def make() -> SimpleNamespace:
    """The makers of this file, for tests that need more than one."""
    return SimpleNamespace(gguf=gguf, wheel=wheel, sha256=sha256, eventually=eventually, File=File, Server=Server)


@pytest.fixture(scope="session")
def tiny() -> bytes:
    """A model file."""
    return gguf()


_PULLER = """
import sys
from pathlib import Path
from jarvis.catalog.catalog import Catalog
from jarvis.catalog.pull import pull
root = Path(sys.argv[1])
catalog = Catalog(root / "models", root / "cards")
print(pull(catalog, *catalog.wanted("tiny"), lambda p: print(p.stage, p.done_bytes, flush=True)).path)
"""


@pytest.fixture
def puller(shelf: Shelf) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    """Starts ``pull`` of the shelf's model in a process of its own."""
    started: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", _PULLER, str(shelf.root)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()
