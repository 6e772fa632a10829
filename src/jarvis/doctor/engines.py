"""The engines that there are, and whether one of them can use the GPU that there is."""

from __future__ import annotations

import ctypes
import platform
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from jarvis import registry
from jarvis.doctor.base import Finding, Patient, fail, ok, warn
from jarvis.engines.base import Engine
from jarvis.errors import JarvisError
from jarvis.hardware.support import support
from jarvis.installs.here import installed
from jarvis.installs.offers import offer
from jarvis.words.hardware import Gpus

INSTALL = ("llama-vulkan", "transformers", "vllm")
"""What an owner with a card and no engine for it is told to install: the first that serves this machine."""


def check(patient: Patient) -> Iterator[Finding]:
    found: dict[str, tuple[str, Engine]] = {}
    for name, engine in engines(patient).items():
        if what := engine.found():
            found[name] = what, engine
            yield ok("doctor.engine", engine=name, what=what)
        else:
            yield ok("doctor.engine_absent", engine=name)
    if not set(found) - {"fake"}:
        yield fail("doctor.no_engine", python=sys.executable)
        return
    if found.get("llama_cpp", ("", None))[0].startswith("xllamacpp"):
        try:
            ctypes.CDLL("libgomp.so.1")
        except OSError as error:
            yield fail("engines.no_openmp", reason=error)
    binary = patient.settings.engines.llama_cpp.binary
    if binary is not None and not ("llama_cpp" in found and found["llama_cpp"][0].startswith("llama-server")):
        yield warn("doctor.binary_unused", binary=binary)
    there = patient.inventory.now().gpus
    cards = ", ".join(gpu.name for gpu in there.found if support(gpu).problem is None)  # none of a declared machine
    if not cards:
        return
    able = [name for name, (_, engine) in found.items() if name != "fake" and engine.uses_cards()]
    if able:
        yield ok("doctor.gpu_engine", engine=", ".join(able), gpus=cards)
    elif server := _for_vulkan(binary):
        yield fail("engines.card_unknown", path=server, cards=cards)
    else:
        yield fail("doctor.only_cpu_engine", gpus=cards, command=f"jarvis install {_installable(there)}")


def engines(patient: Patient) -> dict[str, Engine]:
    """Every engine that Jarvis knows, by name, as this installation would use it."""
    logs = patient.paths.engine_logs
    return {
        name: registry.load("jarvis.engines", name, "Engine")(patient.settings, logs)
        for name in registry.names("jarvis.engines")
    }


def _for_vulkan(binary: Path | None) -> Path | None:
    """The ``llama-server`` that should use cards by Vulkan: the owner's, else an installed one."""
    own = binary or shutil.which("llama-server")
    there = installed("llama-vulkan")
    server = Path(own).expanduser() if own else there and there.path
    return server if server and any(server.resolve().parent.glob("libggml-vulkan.so*")) else None


def _installable(there: Gpus) -> str:
    for name in INSTALL:
        try:
            return offer(name, there, platform.machine()).name
        except JarvisError:
            continue
    return "llama-cuda"  # says how to build one
