"""Whether each card really computes: a kernel in every engine that has PyTorch, and the starter in llama.cpp. Deep."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator

from jarvis.catalog.here import catalog
from jarvis.doctor.base import Finding, Patient, fail, ok, warn
from jarvis.doctor.engines import engines
from jarvis.doctor.trial import answered
from jarvis.engines.interpreter import interpreter
from jarvis.errors import JarvisError, NotFound
from jarvis.hardware.support import support
from jarvis.words.hardware import Gpu
from jarvis.words.model import Installed
from jarvis.workers.environment import environment

KERNEL_SECONDS = 180.0
KERNEL = """
import torch
a = torch.arange(64.0, device="cuda").reshape(8, 8)
assert torch.equal((a @ a).cpu(), a.cpu() @ a.cpu())
print(torch.cuda.get_device_name())
"""


def check(patient: Patient) -> Iterator[Finding]:
    if not patient.deep:
        return
    cards = [gpu for gpu in patient.inventory.now().gpus.found if support(gpu).problem is None]
    if not cards:
        yield ok("doctor.no_card_to_try")
        return
    try:
        starter = catalog(patient.settings, patient.paths).find("starter")
    except NotFound as error:
        starter = None
        yield warn(error.code, **error.facts)
    own = patient.settings.engines
    pythons = {"vllm": own.vllm.python, "transformers": own.transformers.python}
    for gpu in cards:
        for name, python in pythons.items():
            if (found := interpreter(name, python)) and found.build == "cuda":
                yield _kernel(name, str(found.path), gpu)
        if starter is not None and engines(patient)["llama_cpp"].found():
            yield _starter(patient, starter, gpu)


def _kernel(engine: str, python: str, gpu: Gpu) -> Finding:
    facts = {"engine": engine, "gpu": gpu.name}
    try:
        done = subprocess.run(
            [python, "-E", "-P", "-c", KERNEL],
            env=environment("", {"CUDA_VISIBLE_DEVICES": gpu.uuid}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=KERNEL_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return fail("doctor.card_fails", **facts, reason=str(error))
    if done.returncode:
        return fail("doctor.card_fails", **facts, reason=(done.stderr.strip().splitlines() or ["?"])[-1])
    return ok("doctor.card_computes", **facts)


def _starter(patient: Patient, starter: Installed, gpu: Gpu) -> Finding:
    facts = {"engine": "llama_cpp", "gpu": gpu.name}
    try:
        asyncio.run(answered("llama_cpp", patient.settings, patient.paths, starter, gpu))
    except JarvisError as error:
        return fail("doctor.card_fails", **facts, reason=error.message())
    return ok("doctor.card_answers", **facts, model=starter.card.id)
