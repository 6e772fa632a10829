"""Which builds and kernels serve a GPU: a table of machines, driver by capability."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jarvis.hardware.support import KERNELS, WHEELS, common_wheels, support
from jarvis.words.exchange import Notice
from jarvis.words.hardware import Gpu, Version

OLD = ("cu126",)
TURING_ON_12 = ("cu126", "cu128")
ALL = ("cu126", "cu128", "cu130", "cu132")
BLACKWELL = ("cu128", "cu130", "cu132")


def gpu(capability: Version | None, cuda: Version | None, name: str = "card") -> Gpu:
    return Gpu(f"GPU-{name}", name, 0, capability=capability, driver="1", cuda=cuda)


@pytest.mark.parametrize(
    ("card", "capability", "cuda", "wheels", "llama_cpp", "problem"),
    [
        ("GTX 680", (3, 0), (12, 2), (), (), "gpu_unserved"),
        ("Tesla K80", (3, 7), (11, 4), (), (), "gpu_unserved"),
        ("GTX 980", (5, 2), (12, 8), OLD, ("CUDA 12",), None),
        ("GTX 980, old driver", (5, 2), (11, 4), (), (), "driver_too_old"),
        ("P100", (6, 0), (12, 8), OLD, ("CUDA 12",), None),
        ("GTX 1080", (6, 1), (12, 4), OLD, ("CUDA 12",), None),
        ("GTX 1080, newest driver that knows it", (6, 1), (13, 0), OLD, ("CUDA 12",), None),
        ("V100", (7, 0), (12, 8), OLD, ("CUDA 12",), None),
        ("RTX 2060", (7, 5), (12, 4), TURING_ON_12, ("CUDA 12",), None),
        ("RTX 2060, driver 580", (7, 5), (13, 0), ALL, ("CUDA 12", "CUDA 13"), None),
        ("RTX 2060, driver 470", (7, 5), (11, 4), (), (), "driver_too_old"),
        ("T4, driver 525", (7, 5), (12, 0), TURING_ON_12, ("CUDA 12",), None),
        ("A100", (8, 0), (12, 8), TURING_ON_12, ("CUDA 12",), None),
        ("RTX 3090", (8, 6), (12, 2), TURING_ON_12, ("CUDA 12",), None),
        ("RTX 3090, driver 580", (8, 6), (13, 0), ALL, ("CUDA 12", "CUDA 13"), None),
        ("Orin", (8, 7), (12, 6), TURING_ON_12, ("CUDA 12",), None),
        ("RTX 4060", (8, 9), (12, 8), TURING_ON_12, ("CUDA 12",), None),
        ("RTX 4090, driver 470", (8, 9), (11, 4), (), (), "driver_too_old"),
        ("H100", (9, 0), (12, 4), TURING_ON_12, ("CUDA 12",), None),
        ("H200, driver 580", (9, 0), (13, 0), ALL, ("CUDA 12", "CUDA 13"), None),
        ("B200", (10, 0), (12, 8), ("cu128",), ("CUDA 12",), None),
        ("B200, driver 580", (10, 0), (13, 0), BLACKWELL, ("CUDA 12", "CUDA 13"), None),
        ("B300", (10, 3), (13, 0), BLACKWELL, ("CUDA 12", "CUDA 13"), None),
        ("RTX 5070 Ti, driver 550", (12, 0), (12, 4), (), (), "driver_too_old"),
        ("RTX 5070 Ti, driver 565", (12, 0), (12, 7), (), (), "driver_too_old"),
        ("RTX 5070 Ti, driver 570", (12, 0), (12, 8), ("cu128",), ("CUDA 12",), None),
        ("RTX 5070 Ti, driver 580", (12, 0), (13, 0), BLACKWELL, ("CUDA 12", "CUDA 13"), None),
        ("RTX 5070 Ti, driver 595", (12, 0), (13, 2), BLACKWELL, ("CUDA 12", "CUDA 13"), None),
        ("GB10", (12, 1), (13, 0), BLACKWELL, ("CUDA 12", "CUDA 13"), None),
        ("a later one", (14, 0), (14, 0), ("cu130", "cu132"), ("CUDA 12", "CUDA 13"), None),
        ("no CUDA version", (8, 6), None, (), (), "cuda_unknown"),
        ("no capability", None, (13, 0), (), (), "capability_unknown"),
    ],
)
def test_builds(
    card: str,
    capability: Version | None,
    cuda: Version | None,
    wheels: tuple[str, ...],
    llama_cpp: tuple[str, ...],
    problem: str | None,
) -> None:
    found = support(gpu(capability, cuda, card))
    assert found.wheels == wheels
    assert found.llama_cpp == llama_cpp
    assert (found.problem and found.problem.code) == (problem and f"hardware.{problem}")


@pytest.mark.parametrize(
    ("capability", "has", "lacks"),
    [
        ((6, 1), set(), {"vllm", "bf16", "flash_attention_2", "fp8", "marlin", "nvfp4"}),
        ((7, 0), set(), {"vllm", "marlin"}),
        ((7, 5), {"vllm", "marlin"}, {"bf16", "flash_attention_2", "fp8"}),
        ((8, 0), {"vllm", "marlin", "bf16", "flash_attention_2"}, {"fp8", "flash_attention_3"}),
        ((8, 6), {"bf16", "flash_attention_2"}, {"fp8"}),
        ((8, 9), {"fp8", "flash_attention_2"}, {"flash_attention_3", "nvfp4"}),
        ((9, 0), {"fp8", "flash_attention_3"}, {"nvfp4"}),
        ((12, 0), {"fp8", "nvfp4", "flash_attention_2", "bf16", "vllm"}, {"flash_attention_3"}),
    ],
)
def test_kernels(capability: Version, has: set[str], lacks: set[str]) -> None:
    found = support(gpu(capability, (13, 0)))
    assert has <= set(found.kernels)
    assert lacks <= set(found.missing)
    assert {*found.kernels, *found.missing} == {name for name, _, _ in KERNELS}


@pytest.mark.parametrize(
    ("cards", "wheels"),
    [
        ([((12, 0), (13, 0)), ((7, 5), (13, 0))], BLACKWELL),
        ([((12, 0), (12, 8)), ((7, 5), (12, 8))], ("cu128",)),
        ([((12, 0), (13, 0)), ((6, 1), (13, 0))], ()),
        ([((8, 6), (12, 8)), ((8, 6), (12, 8)), ((6, 1), (12, 8))], ("cu126",)),
        ([], ()),
    ],
)
def test_one_build_for_unlike_cards(cards: list[tuple[Version, Version]], wheels: tuple[str, ...]) -> None:
    assert common_wheels([gpu(capability, cuda) for capability, cuda in cards]) == wheels


def test_a_lost_card_is_told_as_it_is() -> None:
    fault = Notice("hardware.gpu_lost", {"gpu": "x", "reason": "y"})
    assert support(Gpu("u", "x", 0, fault=fault)).problem == fault


versions = st.tuples(st.integers(1, 15), st.integers(0, 9))


@given(versions, versions, versions)
def test_a_newer_driver_never_serves_less(capability: Version, one: Version, other: Version) -> None:
    older, newer = sorted((one, other))
    assert set(support(gpu(capability, older)).wheels) <= set(support(gpu(capability, newer)).wheels)


@given(versions, versions)
def test_a_problem_is_told_exactly_when_nothing_serves(capability: Version, cuda: Version) -> None:
    found = support(gpu(capability, cuda))
    assert (found.problem is None) == bool(found.wheels or found.llama_cpp)
    assert set(found.wheels) <= {build.name for build in WHEELS}
