"""The places of a machine, and what an owner means by the number of a GPU."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards import WELL
from jarvis.config.schema import Engines, LlamaCpp, Settings
from jarvis.engines.llama_cpp import Engine
from jarvis.errors import EngineStartFailed
from jarvis.hardware.devices import CARD_BANDWIDTH, HOST_BANDWIDTH, devices, left_out, uuid_of_index
from jarvis.words.exchange import Notice
from jarvis.words.fleet import HOST, Device, Split
from jarvis.words.hardware import Cpu, Gpu, Gpus, Machine, Ram
from jarvis.words.model import Load

GIB = 1 << 30
LOST = Notice("hardware.gpu_lost", {"gpu": "a", "reason": "lost"})


def card(uuid: str = "GPU-a", index: int = 0, **more: object) -> Gpu:
    known: dict[str, object] = {"total_bytes": 8 * GIB, "free_bytes": 7 * GIB, "capability": (8, 9)}
    return Gpu(uuid, "A Card", index, **(known | more))  # type: ignore[arg-type]


def machine(*gpus: Gpu, bandwidth: float | None = None) -> Machine:
    cpu = Cpu("A Processor", "x86_64", 8, 16, 16.0, frozenset(), bandwidth)
    return Machine(Gpus(gpus), (), cpu, Ram(64 * GIB, 32 * GIB))


def test_the_host_first_then_each_card_as_the_driver_reports_it() -> None:
    found = machine(card("GPU-b", 0), card("GPU-a", 1, bandwidth=500e9), bandwidth=70e9)
    assert devices(found, 5) == (
        Device(HOST, "A Processor", 64 * GIB, 32 * GIB, 70e9, 5),
        Device("GPU-b", "A Card", 8 * GIB, 7 * GIB, CARD_BANDWIDTH, 5, (8, 9)),
        Device("GPU-a", "A Card", 8 * GIB, 7 * GIB, 500e9, 5, (8, 9)),
    )
    assert devices(machine(), 0)[0].bandwidth == HOST_BANDWIDTH < CARD_BANDWIDTH


@pytest.mark.parametrize(
    ("gpus", "left", "reasons"),
    [
        ([card(fault=LOST)], [], ["gpu_lost"]),
        ([card(fault=LOST), card("MIG-1", fault=LOST, parent="GPU-a")], [], ["gpu_lost"]),
        ([card(capability=None)], [], ["capability_unknown"]),
        ([card(total_bytes=None, free_bytes=None)], [], ["memory_unknown"]),
        ([card(free_bytes=None)], [], ["memory_unknown"]),
        ([card(free_bytes=0)], ["GPU-a"], []),
        ([card(mig=True)], [], ["mig_empty"]),
        ([card(mig=True), card("MIG-1", parent="GPU-a")], ["MIG-1"], []),
        ([card(total_bytes=None, free_bytes=None, shares_ram=True)], ["GPU-a"], []),
    ],
)
def test_what_no_model_can_use_is_left_out_and_told(gpus: list[Gpu], left: list[str], reasons: list[str]) -> None:
    found = machine(*gpus)
    assert [d.id for d in devices(found, 0)] == [HOST, *left]
    assert [n.code for n in left_out(found)] == [f"hardware.{reason}" for reason in reasons]


@given(total=st.integers(1, 1 << 40), part=st.floats(0, 1))
def test_memory_that_is_shared_is_given_once(total: int, part: float) -> None:
    free = int(total * part)
    shares = card(total_bytes=None, free_bytes=None, shares_ram=True)
    host, gpu = devices(Machine(Gpus((shares,)), (), machine().cpu, Ram(total, free)), 0)
    assert host.free + gpu.free == free
    assert host.total + gpu.total == total
    assert host.free <= host.total and gpu.free <= gpu.total


def test_which_gpu_a_number_means() -> None:
    found = machine(
        card("GPU-a", 0),
        card("GPU-b", 1, mig=True),
        card("MIG-1", 1, parent="GPU-b"),
        card("GPU-c", 2, fault=LOST),
        card("", 3, fault=LOST),
        card("GPU-gone", 0, fault=Notice("hardware.gpu_gone", {"gpu": "x"})),
    )
    assert [uuid_of_index(found, index) for index in range(5)] == ["GPU-a", None, "GPU-c", None, None]


CUDA = """
# What a program that uses CUDA computes on: the first card that CUDA shows it.
import ctypes, os
os.environ["FAKE_NVML"] = {cards!r}
cuda, name = ctypes.CDLL({library!r}), ctypes.create_string_buffer(96)
cuda.cuInit(0), cuda.cuDeviceGetName(name, 96, 0)
with open({seen!r}, "w") as file:
    print(os.environ.get("CUDA_VISIBLE_DEVICES"), name.value.decode(), sep="\\n", file=file)
"""


@pytest.fixture
def computes_on(fake_driver: Path, tmp_path: Path) -> Callable[[str], Awaitable[list[str]]]:
    """What llama.cpp's engine lets its program see of CUDA when a model is put on the card of this name, and the card
    that the program then takes.
    """
    (tmp_path / "cards").write_text(WELL)
    program, seen, server = tmp_path / "cuda.py", tmp_path / "seen", tmp_path / "llama-server"
    library = fake_driver / "libnvidia-ml.so.1"
    program.write_text(CUDA.format(cards=str(tmp_path / "cards"), library=str(library), seen=str(seen)))
    stand_in = Path(__file__).parents[1] / "engines" / "stand_in.py"
    server.write_text(
        f'#!/bin/sh\ncase "$1" in --version|--help) exec {sys.executable} {stand_in} "$@";; esac\n'
        f"exec {sys.executable} {program}\n"
    )
    server.chmod(0o755)
    (tmp_path / "m.gguf").write_bytes(b"GGUF")

    async def run(device: str) -> list[str]:
        engine = Engine(Settings(engines=Engines(llama_cpp=LlamaCpp(binary=server))), tmp_path / "logs")
        with pytest.raises(EngineStartFailed):  # it looks, and leaves
            await engine.start(Load("m", tmp_path / "m.gguf", split=(Split(device, 1),)))
        return seen.read_text().splitlines()

    return run


async def test_the_driver_and_cuda_count_otherwise_and_the_uuid_is_the_right_card(
    with_cards: Callable[..., str], computes_on: Callable[[str], Awaitable[list[str]]]
) -> None:
    code = """
from jarvis.hardware.devices import uuid_of_index
from jarvis.hardware.inventory import Inventory
print(uuid_of_index(Inventory().now(), 1))
"""
    uuid = with_cards(WELL, code).strip()
    assert await computes_on(uuid) == ["GPU-5070", "NVIDIA GeForce RTX 5070 Ti"]
    # had the owner's number been passed on, it would have been the other card
    assert await computes_on("1") == ["1", "NVIDIA GeForce RTX 2060"]
