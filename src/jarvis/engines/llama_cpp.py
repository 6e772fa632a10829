"""llama.cpp's server: the owner's ``llama-server`` where one works, else an installed one where there is a card for it
(``jarvis install``), else the one in the xllamacpp wheel.

Both are told the same settings and speak the same wire. The server chooses its port itself; its key is random and
reaches it on stdin, so that it is in no file, command line or environment.
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import shutil
import signal
import sys
from collections.abc import Sequence
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from jarvis.catalog.headers.vocabulary import Marks, read_marks
from jarvis.catalog.manifest import Stamp, stamp
from jarvis.config.schema import Settings
from jarvis.engines._cards import check_cards
from jarvis.engines._llama_server import (
    Broken,
    LlamaServer,
    ask,
    command,
    finds_devices,
    identity,
    last_name,
    remember,
    vulkan_devices,
    vulkan_names,
)
from jarvis.engines.base import OnProgress
from jarvis.engines.dialect import Abilities
from jarvis.engines.marks import Plainness
from jarvis.engines.memory import CHECKPOINTS, embeds, shape_of
from jarvis.engines.served import Launch, Served, check_options
from jarvis.errors import EngineStartFailed, JarvisError, NotFound
from jarvis.hardware.inventory import Inventory
from jarvis.hardware.machine import cpu
from jarvis.installs.here import installed
from jarvis.texts import say
from jarvis.words.chat import Json
from jarvis.words.exchange import Notice
from jarvis.words.hardware import Gpus
from jarvis.words.model import Load

CHILD = Path(__file__).with_name("_llama_cpp_child.py")
INSTALLABLE = ("llama-cuda", "llama-vulkan")
"""What ``jarvis install`` has for it, the better first."""
OPTIONS = frozenset({"pooling", "ubatch", "mmap", "verbosity"})
"""``Load.options`` of this engine. pooling: none, mean, cls, last, rank (default: the model's own). ubatch: tokens of a
prompt that are computed at once. mmap: false reads the file into memory of its own (default: when something is
computed in RAM). verbosity: how much goes into the log, llama.cpp's levels (3)."""
POLITE_SECONDS = 0.02
"""It has nothing to save, and takes up to half a second to put its memory in order before it ends."""
EXTRAS: dict[str, Json] = {"cache_prompt": True, "return_progress": True, "sse_ping_interval": -1}
"""Progress while a prompt is read tells a slow engine from a hung one; pings would tell nothing."""
ENVIRON = {"GGML_NO_BACKTRACE": "1", "GOMP_SPINCOUNT": "2000"}
"""A crash must not start a debugger (it does where gdb is installed) and take seconds to be over. Threads that wait for
each other spin, but not for long: one of them may have been put aside for another program, and would starve
(``bench/contention.py``; ``_gomp`` gives way to that program).
"""

_log = logging.getLogger(__name__)


class Engine:
    """Runs GGUF files."""

    name = "llama_cpp"

    def __init__(self, settings: Settings, logs: Path) -> None:
        """``logs``: the folder for what engines print."""
        self._settings = settings
        self._logs = logs

    def found(self) -> str | None:
        """What it would run; when a ``llama-server`` is there that cannot be used, also that and why. Blocks."""
        server = self.server()
        if isinstance(server, LlamaServer):
            return f"llama-server {server.version} ({server.path})"
        wheel = _wheel()
        if wheel is None or server is None:
            return wheel
        return f"{wheel}; {say('engines.not_used', path=server.path, reason=server.reason)}"

    def uses_cards(self) -> bool:
        """Whether what it would run was built for GPUs and finds one. Blocks the first time."""
        server = self.server()
        if isinstance(server, LlamaServer):
            return finds_devices((str(server.path), "--list-devices"), identity(server.path))
        installed = _wheel()
        return installed is not None and finds_devices((sys.executable, "-E", "-P", str(CHILD), "devices"), installed)

    def uses_vulkan(self) -> bool:
        """Whether what it would run uses cards by Vulkan. Blocks the first time."""
        server = self.server()
        return isinstance(server, LlamaServer) and bool(vulkan_devices(server))

    async def start(self, load: Load, on_progress: OnProgress | None = None) -> Served:
        """Load a GGUF file; see ``engines.base.Engine.start``. llama.cpp does not say how far it is."""
        if not load.path.is_file():
            raise NotFound("engines.no_file", model=load.model, path=load.path)
        await asyncio.to_thread(check_cards, load, self._settings)
        if on_progress is not None:
            on_progress(None)
        order = settings_of(load, self._settings)
        server = await asyncio.to_thread(self.server)
        if isinstance(server, LlamaServer):
            served = await self._start_own(server, load, order)
            if served is not None:
                return served
            server = Broken(server.path, signal.SIGILL.name)
            remember(server)
        if server is not None and (load.gpu_layers or _wheel() is None):
            # the wheel would do it on the processor: not what was asked for
            raise EngineStartFailed("engines.server_broken", path=server.path, reason=server.reason)
        if _wheel() is None:
            raise EngineStartFailed("engines.no_llama_cpp")
        key = secrets.token_urlsafe(32)
        served = await self._serve(
            load, [sys.executable, "-E", "-P", str(CHILD)], json.dumps({**order, "key": key}).encode(), key, ""
        )
        if server is not None:
            _log.warning(say("engines.not_used", path=server.path, reason=server.reason))
            served.notices = (Notice("engines.not_used", {"path": str(server.path), "reason": server.reason}),)
        return served

    async def _start_own(self, server: LlamaServer, load: Load, order: dict[str, Json]) -> Served | None:
        """The model in the owner's server; None when this processor cannot run it, which only loading brings out."""
        key = secrets.token_urlsafe(32)
        order = order | await asyncio.to_thread(named, server, load)
        try:
            return await self._serve(load, command(server, order), f"{key}\n".encode(), key, str(order["eyes"]))
        except EngineStartFailed as error:
            if str(error.facts.get("exit")) != signal.SIGILL.name:
                raise
            return None

    async def _serve(self, load: Load, words: list[str], order: bytes, key: str, eyes: str) -> Served:
        models = self._settings.models
        served = await Served.start(
            Launch(
                engine=self.name,
                load=load,
                command=words,
                order=order,
                key=key,
                logs=self._logs,
                load_seconds=models.load_timeout_seconds,
                hang_seconds=models.hang_timeout_seconds,
                polite_seconds=POLITE_SECONDS,
                environ=environ(load, eyes),
                extras=EXTRAS,
                announces=True,
            )
        )
        await served.settle(self._learn(served))
        return served

    async def _learn(self, served: Served) -> None:
        """What the loaded model can do. Raises EngineStartFailed when it is not what was asked for."""
        load = served.load
        props = await served.wire.props()
        able, template = props.get("modalities") or {}, props.get("chat_template_caps") or {}
        served.wire.able = Abilities(
            images=bool(able.get("vision")),
            audio=bool(able.get("audio")),
            tools=bool(template.get("supports_tools", True)),
            must_call=False,
        )
        marks = await asyncio.to_thread(_marks, load.path, stamp(load.path))
        served.wire.plainness = Plainness.of(marks, str(props.get("chat_template") or ""))
        context = (props.get("default_generation_settings") or {}).get("n_ctx") or load.context
        if context < load.context:  # a cut-off context is never silent
            raise EngineStartFailed("engines.context_capped", name=load.model, asked=load.context, context=context)
        if load.kind == "embedding":
            try:
                await served.wire.embed(["x"])
            except JarvisError as error:
                raise EngineStartFailed("engines.no_embedding", name=load.model, reason=error.message()) from error

    def server(self) -> LlamaServer | Broken | None:
        """The owner's ``llama-server``: the one the configuration names, else the one on PATH, else an installed one if
        there is a card for it; on the processor the wheel is as good, and newer.
        """
        path = self._settings.engines.llama_cpp.binary or shutil.which("llama-server")
        if path is not None:
            return ask(Path(path).expanduser())
        for found in (installed(name) for name in INSTALLABLE):
            if found and finds_devices((found.program, "--list-devices"), identity(found.path)):
                return ask(found.path)
        return None


def settings_of(load: Load, settings: Settings) -> dict[str, Json]:
    """A load in llama.cpp's terms, for either server. Raises UsageError for an option that does not exist."""
    check_options(load, "llama_cpp", OPTIONS)
    own = settings.engines.llama_cpp
    threads = load.threads or own.threads or cores()
    embedding = embeds(load)
    shape = shape_of(load)
    ubatch = shape.batch
    pooling = "rank" if load.kind == "rerank" else load.options.get("pooling")
    return {
        "model": str(load.path),
        "alias": load.model,
        "context": load.context * shape.parallel,  # llama.cpp counts all sequences together
        "parallel": shape.parallel,
        # kept apart, texts of unlike length are computed in several goes and only the last of them is pooled:
        # measured, the same text then gets another vector in other company
        "kv_unified": embedding,
        "batch": 2048 if load.projector and not embedding else ubatch,
        "ubatch": ubatch,
        "threads": threads,
        "threads_batch": threads,
        "threads_http": load.parallel + 64,  # a request that waits for its turn holds one, an idle connection too
        "poll": own.poll,
        "cache_type": load.cache_type,
        # what is computed in RAM is unfolded into memory of its own: mapped, the file would be there a second time
        "mmap": bool(load.options.get("mmap", bool(load.split) and not load.in_ram and not load.experts_in_ram)),
        "verbosity": int(load.options.get("verbosity", 3)),
        "cache_ram_mib": 0,  # its default is 8 GiB of RAM that no account would show
        "checkpoints": CHECKPOINTS,
        "gpu_layers": load.gpu_layers,
        "tensor_split": ",".join(str(part.units) for part in load.split) if len(load.split) > 1 else "",
        "experts_in_ram": load.experts_in_ram,
        "device": "" if load.split else "none",
        "projector": str(load.projector) if load.projector else "",
        "projector_in_ram": not load.split,
        "eyes": "",
        "chat_template": load.chat_template,
        "embedding": embedding,
        "pooling": pooling,
        "cors_origins": "http://127.0.0.1:9",  # nobody's: no web page may read its answers
    }


def cores() -> int:
    """Threads to compute with: the physical cores that this process may use, the quota of its container included.

    More of them lose (bench/threads.py).
    """
    here = cpu()
    return max(1, min(here.physical, int(here.usable)))


def environ(load: Load, eyes: str) -> dict[str, str]:
    """Its environment besides the allow-list. ``eyes``: the device of the projector, by the server's own name; else it
    takes the first that it sees, while it is charged to the last of the split (``memory.llama_cpp``). Every version
    reads it there: the option came later (llama.cpp pull requests 14236, 23255).
    """
    return ENVIRON | visible(load) | ({"MTMD_BACKEND_DEVICE": eyes} if eyes else {})


def visible(load: Load) -> dict[str, str]:
    """What the engine sees of the GPUs: those of its split by their UUIDs and in that order, which is the order of
    ``tensor_split``; none when it is to use the processor.
    """
    if not load.split:  # even with no layer on it, a GPU would be given the big multiplications
        return {"CUDA_VISIBLE_DEVICES": "", "HIP_VISIBLE_DEVICES": ""}
    return {"CUDA_VISIBLE_DEVICES": ",".join(part.device for part in load.split)}


def named(server: LlamaServer, load: Load) -> dict[str, Json]:
    """The cards of a load by the server's own names, where it needs them: what that changes of ``settings_of``.

    Raises EngineStartFailed for a card that it does not know. Blocks.
    """
    if not load.split:
        return {}
    if not vulkan_devices(server):
        return {"eyes": last_name(server, len(load.split))} if load.projector else {}
    cards = ranked([part.device for part in load.split], Inventory().now().gpus)
    names = vulkan_names(server, cards)
    if names is None:
        raise EngineStartFailed("engines.card_unknown", path=server.path, cards=", ".join(name for name, _ in cards))
    return {"device": names, "eyes": names.rpartition(",")[2] if load.projector else ""}


def ranked(uuids: Sequence[str], gpus: Gpus) -> list[tuple[str, int]]:
    """Each card's name, and its rank among those of that name; what the driver does not know is its own name. Pure."""
    # one that fell off the bus is listed nowhere else
    there = [gpu for gpu in gpus.found if not gpu.parent and (gpu.fault is None or gpu.free_bytes is not None)]
    known = {gpu.uuid: gpu.name for gpu in there}
    names = list(known.values())
    order = {uuid: (name, names[:i].count(name)) for i, (uuid, name) in enumerate(known.items())}
    return [order.get(uuid, (uuid, 0)) for uuid in uuids]


@lru_cache(maxsize=64)
def _marks(path: Path, look: Stamp) -> Marks:
    """The marks of the file that looks so: reading a vocabulary takes as long as starting the process."""
    return read_marks(path)


def _wheel() -> str | None:
    """The xllamacpp that is installed, without importing its 100 MB."""
    try:
        return f"xllamacpp {version('xllamacpp')}" if find_spec("xllamacpp") else None
    except PackageNotFoundError:
        return None
