"""What is read of each GPU, through the real NVML binding, on a driver library built for the test."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from cards import WELL, about
from jarvis.hardware import bandwidth
from jarvis.words.hardware import Gpu, Gpus, Holder

Look = Callable[..., list[Gpus]]
Run = Callable[..., str]


def test_unlike_cards_are_told_apart_by_their_uuid(look: Look) -> None:
    (found,) = look(about("GPU-5070", "busy 37"))
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
        utilisation=0.37,
        bandwidth=896e9,
    )
    assert (small.capability, small.bandwidth, small.utilisation) == ((7, 5), 336e9, 0.0)


def test_who_uses_a_card(look: Look) -> None:
    (found,) = look(
        about(
            "GPU-2060",
            f"process {os.getpid()} 700000000",
            "process 4194305 -",  # more than any pid can be, and its bytes are not told
            "graphics 1 200000000",
            f"graphics {os.getpid()} -",  # NVML lists who computes and draws twice
        )
    )
    small, big = found.found
    own = Path("/proc/self/comm").read_text().strip()
    first = Path("/proc/1/comm").read_text().strip()
    assert small.holders == (Holder(os.getpid(), own, 700000000), Holder(1, first, 200000000), Holder(4194305, ""))
    assert [str(h) for h in small.holders[:1]] == [f"{own} ({os.getpid()}): 667 MiB"]
    assert str(small.holders[2]) == "? (4194305): ? MiB"
    assert big.holders == ()


def test_what_a_card_does_not_tell_stays_unknown(look: Look) -> None:
    (found,) = look("0 580 13000\n0 GPU-x 0 0 0 0 30 0 NVIDIA Something\n")
    (gpu,) = found.found
    assert (gpu.total_bytes, gpu.free_bytes, gpu.capability, gpu.power_watts, gpu.bandwidth) == (None,) * 5
    assert gpu.fault is None and not gpu.shares_ram


def test_a_chip_whose_gpu_shares_the_memory_of_the_machine(look: Look) -> None:
    (found,) = look("0 580 13000\n0 GPU-x 12 1 0 0 30 0 NVIDIA GB10\n")
    assert found.found[0].shares_ram
    assert found.found[0].bandwidth == 273e9


def test_a_card_that_no_table_knows_is_measured_by_its_bus(look: Look) -> None:
    (found,) = look(about("GPU-2060", "bus 192 7001", cards=WELL.replace("RTX 2060", "RTX 2061")))
    assert found.found[0].bandwidth == pytest.approx(336.048e9)


@pytest.mark.parametrize(
    ("name", "gib", "gbs"),
    [
        ("NVIDIA GeForce RTX 3060", 12, 360),
        ("NVIDIA GeForce RTX 3060", 8, 240),
        ("GeForce RTX 3060", None, 240),
        ("NVIDIA GeForce RTX 3060 Laptop GPU", 6, None),
        ("NVIDIA H200", 141, 4800),
        ("Tesla T4", 15, 320),
    ],
)
def test_bandwidth_by_name(name: str, gib: int | None, gbs: float | None) -> None:
    found = bandwidth.of_name(name, None if gib is None else gib << 30)
    assert found == (None if gbs is None else gbs * 1e9)


def test_mig_instances_are_devices_of_their_own(look: Look) -> None:
    a100 = "0 580 13000\n0 GPU-a 8 0 42949672960 42000000000 30 50000 NVIDIA A100-SXM4-40GB\n"
    (found,) = look(
        about(
            "GPU-a",
            "mig MIG-1 21474836480 20000000000 NVIDIA A100-SXM4-40GB MIG 3g.20gb",
            f"process {os.getpid()} 5",
            "mig MIG-2 5368709120 5000000000 NVIDIA A100-SXM4-40GB MIG 1g.5gb",
            cards=a100,
        )
    )
    whole, half, eighth = found.found
    assert whole.mig and not half.mig
    assert [g.parent for g in found.found] == ["", "GPU-a", "GPU-a"]
    assert (half.uuid, half.total_bytes, half.free_bytes) == ("MIG-1", 21474836480, 20000000000)
    assert (half.capability, half.index, half.cuda) == ((8, 0), 0, (13, 0))
    assert [g.bandwidth for g in found.found] == [1555e9, 777.5e9, 194.375e9]
    assert [h.pid for h in half.holders] == [os.getpid()]
    assert eighth.holders == ()
    assert eighth.utilisation is None


CHARGES = """
import os, subprocess, sys, time
from pathlib import Path
from jarvis.hardware.inventory import Inventory

inventory, folder = Inventory(), Path(os.environ["FAKE_NVML_CHARGES"])
folder.mkdir()
def look():
    card = inventory.now().gpus.found[1]
    print(card.free_bytes, [holder.bytes for holder in card.holders])
    return card.free_bytes
other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
(folder / "new").write_text(f"GPU-5070 1000000000 {sys.argv[1]}\\nGPU-5070 5 0\\nnonsense\\n")
(folder / "new").rename(folder / f"{other.pid}.x")
look()
other.kill()
os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)  # dead, and a zombie
limit = time.monotonic() + 30
while look() < 16500000000 and sys.argv[1] == "100" and time.monotonic() < limit:
    pass
"""


@pytest.mark.parametrize(
    ("release_ms", "after", "last"),
    [("0", "16500000000 []", "16500000000 []"), ("100", "15500000000 []", "16500000000 []"),
     ("3600000", "15500000000 []", "15500000000 []")],
)  # fmt: skip
def test_what_processes_say_they_hold_is_not_free_until_the_driver_gives_it_back(
    with_cards: Run, release_ms: str, after: str, last: str
) -> None:
    seen = with_cards(WELL, CHARGES, release_ms).splitlines()
    assert seen[0] == "15499999995 [1000000005]"
    assert (seen[1], seen[-1]) == (after, last)
