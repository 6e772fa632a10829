"""A ``llama-server`` of the owner's: whether it runs here, and how it is told what to do."""

from __future__ import annotations

import re
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jarvis.engines._found import remembered
from jarvis.words.chat import Json
from jarvis.workers.environment import environment

ASK_SECONDS = 20.0
"""Longest ``--version`` may take: a build for several GPUs looks for all of them first."""
_DEVICE = re.compile(r"^\s+(\w*\d+): (.*?)(?: \(\d+ MiB.*)?$", re.MULTILINE)
"""A line of ``--list-devices``: two spaces, a name such as ``CUDA0``, what it is, and its memory."""
_FLAG = re.compile(r"(?<![\w-])--[a-z][a-z0-9-]+")


@dataclass(frozen=True, slots=True)
class LlamaServer:
    """A binary that answered. ``flags`` are those that its help names: they differ between versions."""

    path: Path
    version: str
    flags: frozenset[str]


@dataclass(frozen=True, slots=True)
class Broken:
    """A binary that cannot be used here, and why."""

    path: Path
    reason: str


_learned: dict[tuple[str, int, int], Broken] = {}
"""What loading a model brought out about a file, by path, time of change and size."""


def ask(path: Path) -> LlamaServer | Broken:
    """Whether the binary at ``path`` runs here. Blocks, the first time."""
    try:
        key = identity(path)
    except OSError as error:
        return Broken(path, error.strerror or str(error))
    return _learned.get(key) or _ask(path, key)


def remember(answer: Broken) -> Broken:
    """Keep what was found out: a binary may answer ``--version`` and still be built for another processor, which only
    loading a model brings out (SIGILL).
    """
    _learned[identity(answer.path)] = answer
    return answer


def identity(path: Path) -> tuple[str, int, int]:
    stat = path.stat()
    return str(path), stat.st_mtime_ns, stat.st_size


@remembered(lambda answer: isinstance(answer, LlamaServer))
def _ask(path: Path, what: object) -> LlamaServer | Broken:
    said = []
    for flag in ("--version", "--help"):
        try:
            done = subprocess.run(
                [str(path), flag],
                env=environment(""),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=ASK_SECONDS,
                check=False,
            )
        except OSError as error:
            return Broken(path, error.strerror or str(error))
        except subprocess.TimeoutExpired:
            return Broken(path, f"{flag}: > {ASK_SECONDS:.0f} s")
        text = done.stdout.decode(errors="replace").strip()
        if done.returncode < 0:
            return Broken(path, signal.Signals(-done.returncode).name)
        if done.returncode:
            return Broken(path, (text.splitlines() or [f"exit {done.returncode}"])[-1])
        said.append(text)
    version = re.search(r"version: (.+)", said[0])
    return LlamaServer(path, version[1] if version else said[0][:60], frozenset(_FLAG.findall(said[1])))


def finds_devices(words: tuple[str, ...], what: object) -> bool:
    """Whether this command lists a GPU; ``what`` is the identity of what it runs. Blocks, the first time."""
    return bool(devices(words, what))


@remembered()
def devices(words: tuple[str, ...], what: object) -> tuple[tuple[str, str], ...]:
    """The GPUs that this command lists: its own name for each (``Vulkan0``), and the card's. Blocks, the first time."""
    try:
        done = subprocess.run(
            words, env=environment(""), stdin=subprocess.DEVNULL, capture_output=True, timeout=ASK_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ()
    return tuple(_DEVICE.findall(done.stdout.decode(errors="replace")))


def vulkan_devices(server: LlamaServer) -> list[tuple[str, str]]:
    """The GPUs that a Vulkan server lists, as ``devices`` says them; none of another. Blocks, the first time."""
    listed = devices((str(server.path), "--list-devices"), identity(server.path))
    return [pair for pair in listed if "Vulkan" in pair[0]]


def vulkan_names(server: LlamaServer, cards: Sequence[tuple[str, int]]) -> str | None:
    """The names by which a Vulkan server knows these cards, in the order wanted, joined; empty for a server that is
    told by ``CUDA_VISIBLE_DEVICES``. None when it does not see one of them. Blocks, the first time.

    A card is its name and its rank among those of that name: Vulkan knows no UUIDs of CUDA's, so twins are told apart
    by their order, the driver's in both.
    """
    listed = vulkan_devices(server)
    if not listed:
        return ""
    chosen = []
    for name, rank in cards:
        alike = [own for own, what in listed if what == name]
        if rank >= len(alike):
            return None
        chosen.append(alike[rank])
    return ",".join(chosen)


def last_name(server: LlamaServer, cards: int) -> str:
    """Its name for the last of so many cards when it sees no other; empty when it lists none. Blocks, the first time.

    What ``CUDA_VISIBLE_DEVICES`` leaves is counted anew: ``CUDA0``, ``CUDA1``, ...
    """
    listed = devices((str(server.path), "--list-devices"), identity(server.path))
    return f"{listed[0][0].rstrip('0123456789')}{cards - 1}" if listed else ""


def command(server: LlamaServer, order: Mapping[str, Json], fit: bool = False) -> list[str]:
    """Its command line for the settings of ``llama_cpp.settings_of``; the key comes on stdin, never in here.

    With ``fit`` it first says what it would take.
    """
    values: dict[str, Json] = {
        "--model": order["model"],
        "--alias": order["alias"],
        "--host": "127.0.0.1",
        "--port": 0,
        "--api-key-file": "/dev/stdin",
        "--ctx-size": order["context"],
        "--parallel": order["parallel"],
        "--batch-size": order["batch"],
        "--ubatch-size": order["ubatch"],
        "--threads": order["threads"],
        "--threads-batch": order["threads_batch"],
        "--threads-http": order["threads_http"],
        "--cache-type-k": order["cache_type"],
        "--cache-type-v": order["cache_type"],
        "--gpu-layers": order["gpu_layers"],
        "--reasoning-format": "deepseek",
    }
    optional: dict[str, Json] = {
        "--tensor-split": order["tensor_split"],
        "--n-cpu-moe": order["experts_in_ram"] or None,
        "--fit": "on" if fit else "off",
        "--cache-ram": order["cache_ram_mib"],
        "--ctx-checkpoints": order["checkpoints"],
        "--cors-origins": order["cors_origins"],
        "--poll": order["poll"],
        "--device": order["device"],
        "--mmproj": order["projector"],
        "--pooling": order["pooling"],
        "--log-colors": "off",
        "--verbosity": order["verbosity"],
    }
    values |= {flag: value for flag, value in optional.items() if value not in (None, "") and flag in server.flags}
    words = [word for flag, value in values.items() for word in (flag, str(value))]
    unified = "--kv-unified" if order["kv_unified"] else "--no-kv-unified"
    words += [flag for flag in ("--jinja", "--no-webui", "--no-warmup", unified) if flag in server.flags]
    if not order["mmap"]:
        # newer ones have one option for all ways to load instead (llama.cpp, common/arg.cpp)
        words += ["--load-mode", "none"] if "--load-mode" in server.flags else ["--no-mmap"]
    if order["projector"] and order["projector_in_ram"] and "--no-mmproj-offload" in server.flags:
        words.append("--no-mmproj-offload")  # a Vulkan server sees every card
    if order["chat_template"]:  # after --jinja, or only the built-in templates are taken
        words += ["--chat-template", str(order["chat_template"])]
    if order["embedding"]:
        words += ["--rerank"] if order["pooling"] == "rank" else ["--embeddings"]
    return [str(server.path), *words]
