"""The engines that there are, and whether one of them can use the GPU that there is."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from jarvis import registry
from jarvis.doctor.base import Finding, Patient, fail, ok, warn
from jarvis.engines.base import Engine
from jarvis.hardware.support import support
from jarvis.workers.environment import environment

ASK_SECONDS = 30.0
"""Longest an engine may take to list its devices: with several GPUs it starts each."""
_LIST = "import json, xllamacpp; print(json.dumps([d['name'] for d in xllamacpp.get_device_info()]))"


def check(patient: Patient) -> Iterator[Finding]:
    found: dict[str, str] = {}
    for name in registry.names("jarvis.engines"):
        engine: Engine = registry.load("jarvis.engines", name, "Engine")(patient.settings, patient.paths.engine_logs)
        if what := engine.found():
            found[name] = what
            yield ok("doctor.engine", engine=name, what=what)
        else:
            yield ok("doctor.engine_absent", engine=name)
    if not set(found) - {"fake"}:
        yield fail("doctor.no_engine", python=sys.executable)
        return
    binary = patient.settings.engines.llama_cpp.binary
    if binary is not None and not found.get("llama_cpp", "").startswith("llama-server"):
        yield warn("doctor.binary_unused", binary=binary)
    machine = patient.inventory.now()
    cards = [gpu.name for gpu in machine.gpus.found if support(gpu).problem is None]  # none of a declared machine
    if cards and set(found) - {"fake"} == {"llama_cpp"}:
        devices = llama_cpp_devices(binary or shutil.which("llama-server"))
        if devices:
            yield ok("doctor.gpu_engine", engine="llama_cpp", devices=", ".join(devices))
        else:
            yield fail("doctor.only_cpu_engine", gpus=", ".join(cards))


def llama_cpp_devices(binary: Path | str | None) -> list[str]:
    """The GPUs that llama.cpp can use, by its own names (``CUDA0``): of a ``llama-server``, or else of the wheel.

    Asked in a process of its own, for a driver that hangs or crashes takes its caller along.
    """
    asked = [[str(binary), "--list-devices"]] if binary else []
    for command in [*asked, [sys.executable, "-c", _LIST]]:
        try:
            done = subprocess.run(
                command,
                env=environment(""),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=ASK_SECONDS,
                check=True,
            )
        except (OSError, subprocess.SubprocessError):
            continue
        return _devices(done.stdout)
    return []


def _devices(output: str) -> list[str]:
    """The names in what ``--list-devices``, or the wheel, printed; the processor is not one of them."""
    try:
        names = json.loads(output)
    except ValueError:
        lines = (line.strip().partition(":") for line in output.splitlines() if line.startswith("  "))
        names = [name for name, colon, _ in lines if colon]
    return [name for name in names if name not in ("CPU", "BLAS")]
