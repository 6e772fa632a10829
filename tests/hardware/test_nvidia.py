"""GPUs through the real NVML binding, on a driver library built for the test."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

from jarvis.words.exchange import Notice
from jarvis.words.hardware import Gpu, Gpus

Run = Callable[[str, str], str]
LOOK = "from jarvis.hardware.nvidia import gpus; print(gpus())"
REFERENCE = """0 580.65.06 13000
0 GPU-2060 7 5 6442450944 6000000000 41 35000 NVIDIA GeForce RTX 2060
0 GPU-5070 12 0 17094934528 16500000000 39 21500 NVIDIA GeForce RTX 5070 Ti
"""


def look(run: Run, cards: str) -> Gpus:
    return eval(run(cards, LOOK), {"Gpus": Gpus, "Gpu": Gpu, "Notice": Notice})


def test_unlike_cards_are_told_apart_by_their_uuid(with_cards: Run) -> None:
    found = look(with_cards, REFERENCE)
    assert found.reason is None
    assert [g.uuid for g in found.found] == ["GPU-2060", "GPU-5070"]
    small, big = found.found
    assert big == Gpu(
        uuid="GPU-5070",
        name="NVIDIA GeForce RTX 5070 Ti",
        index=1,
        total_bytes=17094934528,
        used_bytes=594934528,
        free_bytes=16500000000,
        capability=(12, 0),
        driver="580.65.06",
        cuda=(13, 0),
        temperature_celsius=39,
        power_watts=21.5,
    )
    assert small.capability == (7, 5)


def test_each_call_looks_again(with_cards: Run) -> None:
    code = """
import os, pathlib
from jarvis.hardware.nvidia import gpus
before = gpus().found[0].free_bytes
file = pathlib.Path(os.environ["FAKE_NVML"])
file.write_text(file.read_text().replace("6000000000", "1000"))
print(before, gpus().found[0].free_bytes)
"""
    assert with_cards(REFERENCE, code).split() == ["6000000000", "1000"]


def test_a_lost_gpu_does_not_hide_the_other(with_cards: Run) -> None:
    found = look(with_cards, REFERENCE.replace("0 GPU-2060", "15 GPU-2060"))
    lost, well = found.found
    assert lost.fault is not None
    assert lost.fault.code == "hardware.gpu_lost"
    assert lost.free_bytes is None
    assert well.fault is None
    assert well.free_bytes == 16500000000


def test_what_a_card_does_not_tell_stays_unknown(with_cards: Run) -> None:
    found = look(with_cards, "0 580 13000\n0 GPU-x 0 0 0 0 30 0 NVIDIA GB10\n")
    (gpu,) = found.found
    assert (gpu.total_bytes, gpu.free_bytes, gpu.capability, gpu.power_watts) == (None, None, None, None)
    assert gpu.fault is None


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (9, "hardware.driver_not_loaded"),
        (18, "hardware.driver_mismatch"),
        (4, "hardware.no_permission"),
        (999, "hardware.nvml_failed"),
    ],
)
def test_a_driver_that_does_not_start(with_cards: Run, status: int, code: str) -> None:
    found = look(with_cards, f"{status} 580 13000\n")
    assert found.found == ()
    assert found.reason is not None
    assert found.reason.code == code


def test_a_driver_without_cards(with_cards: Run) -> None:
    found = look(with_cards, "0 580.65 13000\n")
    assert found.reason == Notice("hardware.driver_without_gpu", {"driver": "580.65"})


def test_no_driver_is_an_empty_list_with_its_reason() -> None:
    done = subprocess.run([sys.executable, "-W", "error", "-c", LOOK], capture_output=True, text=True, timeout=60)
    if "no_driver" not in done.stdout:
        pytest.skip(f"this machine has an NVIDIA driver: {done.stdout[:80]}")
    assert done.stdout.strip() == "Gpus(found=(), reason=Notice(code='hardware.no_driver', facts={}))"
