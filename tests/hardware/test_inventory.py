"""The machine through all that can happen to its GPUs: nothing raises, nothing hangs, each thing is said as it is."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cards import WELL, about
from jarvis.hardware.devices import devices, left_out
from jarvis.hardware.inventory import Inventory, remember
from jarvis.texts import find, say
from jarvis.words.exchange import Notice
from jarvis.words.hardware import Cpu, Gpu, Gpus, Machine, Ram

Look = Callable[..., list[Gpus]]
Run = Callable[..., str]
HOST = (Cpu("A Processor", "x86_64", 8, 16, 16.0, frozenset()), Ram(64 << 30, 32 << 30))

DOWN = "{} 580.65.06 13000\n"
NEWER = WELL.replace("580.65.06 13000", "580.65.06 13000 2").replace("6000000000", "5999999999")
"""The driver was loaded anew."""
LOST = WELL.replace("0 GPU-2060", "15 GPU-2060")
ONE_LEFT = WELL.replace(WELL.splitlines()[1] + "\n", "")
FULL = about("GPU-2060", f"process {os.getpid()} 6442450944", cards=WELL.replace("6000000000", "0"))
MIG = about("GPU-5070", "mig MIG-1 8000000000 7000000000 One", "mig MIG-2 4000000000 3000000000 Other")

BOTH = "GPU-2060 6000000000, GPU-5070 16500000000"
OTHER = "GPU-5070 16500000000"
SCENARIOS = {
    # what happens, one description after the other: what is known of each card then, and where a model can go
    "a card is lost": ([WELL, LOST], [BOTH, f"GPU-2060 gpu_lost, {OTHER}"], "GPU-5070"),
    "a card is lost and comes back": ([WELL, LOST, WELL], [BOTH, f"GPU-2060 gpu_lost, {OTHER}", BOTH], "both"),
    "a card has uncorrectable errors": (
        [WELL, about("GPU-2060", "ecc 2")], [BOTH, f"GPU-2060 gpu_memory_errors, {OTHER}"], "GPU-5070",
    ),
    "a card is taken out": ([WELL, ONE_LEFT], [BOTH, f"{OTHER}, GPU-2060 gpu_gone"], "GPU-5070"),
    "the driver was updated": ([WELL, DOWN.format(18)], [BOTH, "driver_mismatch"], ""),
    "the driver is unloaded and loaded": ([WELL, DOWN.format(9), WELL], [BOTH, "driver_not_loaded", BOTH], "both"),
    "there is no permission": ([DOWN.format(4)], ["no_permission"], ""),
    "there is no driver": ([DOWN.format(12)], ["no_driver"], ""),
    "the machine slept": ([WELL, NEWER], [BOTH, f"GPU-2060 5999999999, {OTHER}"], "both"),
    "MIG is switched on": (
        [WELL, MIG],
        [BOTH, f"GPU-2060 6000000000, {OTHER} mig, MIG-1 7000000000, MIG-2 3000000000"],
        "GPU-2060 MIG-1 MIG-2",
    ),
    "the driver hangs": (
        [WELL, about("GPU-5070", "hang 60000")], [BOTH, "GPU-2060 driver_hangs, GPU-5070 driver_hangs"], "",
    ),
    "another program fills a card": ([FULL], [f"GPU-2060 0, {OTHER}"], "both"),
}  # fmt: skip


def short(found: Gpus) -> str:
    """Each GPU with its free bytes or its fault."""
    assert found.found or found.reason
    told = [
        f"{g.uuid} {g.fault.code.removeprefix('hardware.') if g.fault else g.free_bytes}{' mig' if g.mig else ''}"
        for g in found.found
    ]
    return ", ".join(told) or (found.reason.code.removeprefix("hardware.") if found.reason else "")


def notices(found: Gpus) -> list[Notice]:
    return [n for n in (found.reason, *(gpu.fault for gpu in found.found)) if n is not None]


@pytest.mark.parametrize("what", SCENARIOS)
def test_faults(look: Look, what: str) -> None:
    steps, expected, places = SCENARIOS[what]
    seen = look(*steps)
    assert [short(found) for found in seen] == expected
    machine = Machine(seen[-1], (), *HOST)
    both = "GPU-2060 GPU-5070" if places == "both" else places
    assert [d.id for d in devices(machine, 0)] == ["cpu", *both.split()]
    assert [n.code for n in left_out(machine)] == list(dict.fromkeys(n.code for n in notices(Gpus(seen[-1].found))))
    for found in seen:
        for notice in notices(found):
            for lang in ("en", "es"):
                assert say(notice.code, lang, **notice.facts)  # type: ignore[arg-type]
            assert notice.code == "hardware.no_driver" or find(f"{notice.code}.hint")


def test_a_lost_card_is_still_known_by_name(look: Look) -> None:
    _, lost = look(WELL, LOST)
    card = lost.found[0]
    assert (card.uuid, card.name, card.total_bytes) == ("GPU-2060", "NVIDIA GeForce RTX 2060", 6442450944)
    assert (card.free_bytes, card.holders) == (None, ())
    assert card.fault is not None
    assert card.fault.facts["gpu"] == "NVIDIA GeForce RTX 2060"


def test_one_that_was_lost_before_anybody_looked_is_told_by_its_number(look: Look) -> None:
    (found,) = look(LOST)
    assert short(found) == f" gpu_lost, {OTHER}"
    assert found.found[0].name == "GPU 0"


def test_a_card_that_is_lost_for_a_few_calls(look: Look) -> None:
    """A look at an old session that fails is made again on a new one: two calls each time."""
    flaky = about("GPU-2060", "lost 2 4")
    seen = look(WELL, flaky, flaky)
    assert [short(found) for found in seen] == [BOTH, f"GPU-2060 gpu_lost, {OTHER}", BOTH]
    seen = look(WELL, about("GPU-2060", "lost 2 3"))
    assert [short(found) for found in seen] == [BOTH, BOTH]


def test_what_hung_is_last_known_until_it_answers(with_cards: Run) -> None:
    code = """
import os, time
from pathlib import Path
from jarvis.hardware.inventory import Inventory
def change(text):
    file.with_suffix(".new").write_text(text)
    file.with_suffix(".new").rename(file)
inventory, file = Inventory(), Path(os.environ["FAKE_NVML"])
well = file.read_text()
before = inventory.now().gpus
inventory._limit_seconds = 0.2
change(well + "hang 3600000\\n")
first = inventory.now().gpus
for _ in range(400):  # if each waited again, this process would not end in its time
    assert inventory.now().gpus == first
for gpu, known in zip(first.found, before.found):
    assert gpu.fault.code == "hardware.driver_hangs" and gpu.free_bytes == known.free_bytes
inventory._limit_seconds = 10
change(well.replace("6000000000", "5000000000"))
limit = time.monotonic() + 30
while (now := inventory.now().gpus).found[0].fault and time.monotonic() < limit:
    pass
print(now.found[0].free_bytes, now.found[1].fault)
"""
    assert with_cards(WELL, code).split() == ["5000000000", "None"]


def test_a_driver_that_hangs_from_the_start(with_cards: Run) -> None:
    code = """
from jarvis.hardware.inventory import Inventory
print(Inventory(limit_seconds=0.2).now().gpus)
"""
    found = with_cards(about("GPU-5070", "hang 3600000"), code)
    assert "found=()" in found and "hardware.driver_hangs" in found


def test_a_card_that_is_plugged_in_is_seen(with_cards: Run, tmp_path: Path) -> None:
    """A session lists the cards that were there when it opened, so the bus says when to open another."""
    bus = tmp_path / "sys/bus/pci/devices"
    code = f"""
import os
from pathlib import Path
from jarvis.hardware.inventory import Inventory
def plug(address):
    folder = Path({str(bus)!r}, address)
    folder.mkdir(parents=True)
    (folder / "class").write_text("0x030000"), (folder / "vendor").write_text("0x10de")
inventory, file = Inventory(root=Path({str(tmp_path)!r})), Path(os.environ["FAKE_NVML"])
both = file.read_text()
file.write_text({ONE_LEFT!r})
plug("0000:01:00.0")
print(*(gpu.uuid for gpu in inventory.now().gpus.found))
file.write_text(both)
plug("0000:02:00.0")
print(*(gpu.uuid for gpu in inventory.now().gpus.found))
"""
    assert with_cards(WELL, code).splitlines() == ["GPU-5070", "GPU-2060 GPU-5070"]


def test_a_healthy_session_is_opened_once(with_cards: Run) -> None:
    code = """
import pynvml
from jarvis.hardware.inventory import Inventory
opened, init = [], pynvml.nvmlInit
pynvml.nvmlInit = lambda: (opened.append(1), init())
inventory = Inventory()
for _ in range(5):
    inventory.now()
print(len(opened))
"""
    assert with_cards(WELL, code).strip() == "1"


def test_many_ask_at_once(with_cards: Run) -> None:
    code = """
from concurrent.futures import ThreadPoolExecutor
from jarvis.hardware.inventory import Inventory
inventory = Inventory(limit_seconds=50)
with ThreadPoolExecutor(16) as pool:
    seen = list(pool.map(lambda _: inventory.now().gpus, range(64)))
print(len(seen), all(found == seen[0] for found in seen), [gpu.fault for gpu in seen[0].found])
"""
    assert with_cards(WELL, code).strip() == "64 True [None, None]"


def test_who_asks_while_another_has_just_begun_waits_though_the_last_look_is_long_ago(with_cards: Run) -> None:
    code = """
import threading, time, types
from jarvis.hardware import inventory as module
inventory, monotonic = module.Inventory(limit_seconds=50), time.monotonic
inventory.now()
module.time = types.SimpleNamespace(monotonic=lambda: monotonic() + 1000)
inventory._turn.acquire()
threading.Timer(0.1, inventory._turn.release).start()
print([gpu.fault for gpu in inventory.now().gpus.found])
"""
    assert with_cards(WELL, code).strip() == "[None, None]"


def test_a_library_that_breaks_is_a_finding(with_cards: Run) -> None:
    code = """
import pynvml
from jarvis.hardware.inventory import Inventory
inventory = Inventory()
inventory.now()
pynvml.nvmlDeviceGetCount = lambda: 1 / 0
print(inventory.now().gpus.reason)
"""
    assert "ZeroDivisionError" in with_cards(WELL, code)


def test_no_driver_is_an_empty_list_with_its_reason() -> None:
    code = "from jarvis.hardware.inventory import Inventory; print(Inventory().now().gpus)"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, timeout=60)
    if "no_driver" not in done.stdout:
        pytest.skip(f"this machine has an NVIDIA driver: {done.stdout[:80]}")
    assert done.stdout.strip() == "Gpus(found=(), reason=Notice(code='hardware.no_driver', facts={}))"


def test_this_machine() -> None:
    found = Inventory().now()
    assert not found.declared
    assert found.cpu.physical >= 1
    assert 0 < found.cpu.usable <= found.cpu.logical
    assert found.cpu.features or found.cpu.architecture not in ("x86_64", "aarch64")
    assert 0 < found.ram.available_bytes <= found.ram.total_bytes
    assert found.gpus.found or found.gpus.reason


def gpu(uuid: str, index: int, **more: object) -> Gpu:
    return Gpu(uuid, f"card {uuid}", index, **more)  # type: ignore[arg-type]


FAULT = Notice("hardware.gpu_lost", {"gpu": "GPU 0", "reason": "lost"})


@pytest.mark.parametrize(
    ("known", "now", "expected"),
    [
        ((), (gpu("a", 0),), "a 0"),
        ((gpu("a", 0), gpu("b", 1)), (gpu("b", 0),), "b 0, a 0 gone"),
        # the driver numbers the others anew, and the one without a name is the one that is missing
        ((gpu("a", 0), gpu("b", 1)), (gpu("b", 0), gpu("", 1, fault=FAULT)), "b 0,  1 lost, a 0 gone"),
        ((gpu("a", 0), gpu("b", 1)), (gpu("", 0, fault=FAULT), gpu("b", 1)), "a 0 lost, b 1"),
        ((gpu("a", 0), gpu("i", 0, parent="a")), (gpu("a", 0),), "a 0"),
        ((gpu("", 0, fault=FAULT),), (gpu("b", 1),), "b 1"),
    ],
)
def test_what_is_remembered(known: tuple[Gpu, ...], now: tuple[Gpu, ...], expected: str) -> None:
    found = remember(known, Gpus(now)).found
    told = [f"{g.uuid} {g.index}{' ' + g.fault.code.partition('gpu_')[2] if g.fault else ''}" for g in found]
    assert ", ".join(told) == expected


def test_without_a_driver_no_card_is_called_gone() -> None:
    reason = Notice("hardware.driver_not_loaded")
    assert remember((gpu("a", 0),), Gpus(reason=reason)) == Gpus(reason=reason)
