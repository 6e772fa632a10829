"""Which builds and kernels serve a GPU, by its compute capability and its driver. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from jarvis.words.exchange import Notice
from jarvis.words.hardware import Gpu, Version


@dataclass(frozen=True, slots=True)
class Build:
    """A family of binaries built with one CUDA: machine code for ``architectures``, PTX for ``ptx`` and later ones."""

    name: str
    cuda: Version
    architectures: tuple[Version, ...] = ()
    ptx: Version | None = None

    def runs_on(self, capability: Version) -> bool:
        """Whether it has code for this capability.

        Machine code runs on the same major and the same or a later minor, PTX on every later capability (CUDA C++
        Programming Guide, "binary compatibility", "PTX compatibility").
        """
        if self.ptx is not None and self.ptx <= capability:
            return True
        return any(major == capability[0] and minor <= capability[1] for major, minor in self.architectures)


WHEELS = (
    # PyTorch's CUDA support matrix, Linux x86: RELEASE.md as of pytorch/pytorch#182849 (release 2.12). CUDA 12.8 is
    # built up to release 2.11 (same change); CUDA 12.6 is "legacy" and planned to go with 2.15 (#190385).
    Build("cu126", (12, 6), ((5, 0), (6, 0), (7, 0), (7, 5), (8, 0), (8, 6), (9, 0))),
    Build("cu128", (12, 8), ((7, 5), (8, 0), (8, 6), (9, 0), (10, 0), (12, 0))),
    Build("cu130", (13, 0), ((7, 5), (8, 0), (8, 6), (9, 0), (10, 0), (12, 0)), ptx=(12, 0)),
    Build("cu132", (13, 2), ((7, 5), (8, 0), (8, 6), (9, 0), (10, 0), (12, 0)), ptx=(12, 0)),
)

LLAMA_CPP = (
    # llama.cpp b10941, ggml/src/ggml-cuda/CMakeLists.txt: 50-virtual ... 90-virtual (PTX) before CUDA 13, from
    # 75-virtual on with it; code for Blackwell from CUDA 12.8 on.
    Build("CUDA 12", (12, 0), ptx=(5, 0)),
    Build("CUDA 13", (13, 0), ptx=(7, 5)),
)

KERNELS: tuple[tuple[str, Version, Version | None], ...] = (
    # name, first capability, last major (None: all later ones)
    ("vllm", (7, 5), None),  # vLLM documentation, installation, GPU: "compute capability 7.5 or higher"
    ("marlin", (7, 5), None),  # vllm-project/vllm#29901, query_marlin_supported_quant_types
    ("bf16", (8, 0), None),  # CUDA C++ Programming Guide, feature support per compute capability
    ("flash_attention_2", (8, 0), None),  # Dao-AILab/flash-attention README; Turing: issue 542
    ("fp8", (8, 9), None),  # vLLM documentation, FP8 W8A8: "compute capability >= 8.9"
    ("flash_attention_3", (9, 0), (9, 9)),  # Dao-AILab/flash-attention README: Hopper only
    ("nvfp4", (10, 0), None),  # NVIDIA Blackwell architecture: 5th generation tensor cores
)

_BLACKWELL_CUDA, _BLACKWELL_DRIVER = (12, 8), "570"
"""First CUDA and driver that know capabilities 10.0 and 12.0 (CUDA 12.8 release notes)."""

_FIRST_DRIVER = "525"
"""First driver that serves CUDA 12 (NVIDIA, CUDA Compatibility, "minor version compatibility", table 1)."""


@dataclass(frozen=True, slots=True)
class Support:
    """What serves one GPU.

    ``wheels``: PyTorch builds; ``llama_cpp``: llama.cpp builds; ``kernels`` and ``missing``: which of KERNELS it has,
    and which not. ``problem`` says why nothing serves it.
    """

    wheels: tuple[str, ...] = ()
    llama_cpp: tuple[str, ...] = ()
    kernels: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    problem: Notice | None = None


def support(gpu: Gpu) -> Support:
    """What serves this GPU with this driver."""
    if gpu.fault is not None:
        return Support(problem=gpu.fault)
    capability = gpu.capability
    if capability is None:
        return Support(problem=Notice("hardware.capability_unknown", {"gpu": gpu.name}))
    has = tuple(name for name, first, last in KERNELS if first <= capability and (last is None or capability <= last))
    missing = tuple(name for name, _, _ in KERNELS if name not in has)
    wheels, llama_cpp = _served(WHEELS, capability, gpu.cuda), _served(LLAMA_CPP, capability, gpu.cuda)
    problem = None
    if not wheels and not llama_cpp:
        problem = _problem(gpu, capability)
    return Support(wheels, llama_cpp, has, missing, problem)


def common_wheels(gpus: Iterable[Gpu]) -> tuple[str, ...]:
    """The PyTorch builds that serve every one of these GPUs."""
    sets = [support(gpu).wheels for gpu in gpus]
    return tuple(build.name for build in WHEELS if sets and all(build.name in names for names in sets))


def _served(builds: Iterable[Build], capability: Version, cuda: Version | None) -> tuple[str, ...]:
    if cuda is None or (capability >= (10, 0) and cuda < _BLACKWELL_CUDA):
        return ()
    # Any driver of the same CUDA major runs a build of that major ("minor version compatibility").
    return tuple(b.name for b in builds if b.cuda[0] <= cuda[0] and b.runs_on(capability))


def _problem(gpu: Gpu, capability: Version) -> Notice:
    facts: dict[str, object] = {
        "gpu": gpu.name,
        "capability": f"{capability[0]}.{capability[1]}",
        "driver": gpu.driver or "?",
    }
    if gpu.cuda is None:
        return Notice("hardware.cuda_unknown", facts)
    if not any(build.runs_on(capability) for build in (*WHEELS, *LLAMA_CPP)):
        return Notice("hardware.gpu_unserved", facts)
    first = _BLACKWELL_DRIVER if capability >= (10, 0) else _FIRST_DRIVER
    return Notice("hardware.driver_too_old", facts | {"cuda": f"{gpu.cuda[0]}.{gpu.cuda[1]}", "needed": first})
