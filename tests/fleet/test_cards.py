"""The keeper on cards that are not there: a real driver binding, real processes, and a world it does not control.

Engines charge what they take to a driver library made for the tests (tests/hardware/fake_nvml.c): more than they were
said to, and given back late. Each scenario runs in a process of its own, which the library must be loaded into.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

GIB = 1 << 30
CARDS = f"""0 580.65.06 13000
0 GPU-small 7 5 {6 * GIB} {6 * GIB} 41 35000 NVIDIA GeForce RTX 2060
0 GPU-big 12 0 {16 * GIB} {16 * GIB} 39 21500 NVIDIA GeForce RTX 5070 Ti
cuda GPU-big GPU-small
"""
PRELUDE = """
import asyncio, json, os, sys, time
from pathlib import Path
from dataclasses import replace
from jarvis.config.schema import Settings
from jarvis.engines.fake import Engine
from jarvis.errors import JarvisError
from jarvis.fleet.keeper import Keeper
from jarvis.fleet.lease import How, Rules
from jarvis.fleet.ledger import Sight
from jarvis.fleet.slots import see
from jarvis.hardware.devices import devices
from jarvis.hardware.inventory import Inventory
from jarvis.words.chat import ChatRequest, Message
from jarvis.words.fleet import HOST, Device, Mode, Row, Terms, Wish
from jarvis.words.model import Installed, Load, ModelCard, ModelFile, Variant

GIB = 1 << 30
folder, described = Path(sys.argv[1]), Path(os.environ["FAKE_NVML"])
inventory = Inventory()
engine = Engine(Settings(), folder / "logs")
sizes, options, trace = {}, {}, []

def look():
    machine = inventory.now()
    return Sight(devices(machine, 500 << 20), machine.gpus.found)

def how(installed):
    name = installed.card.id
    size = int(sizes[name] * GIB)
    row = Row((0, size), (0, 0), (0, size), (0, 0), card=0, host=1 << 20, host_compute=64 << 40)
    told = {"charges": str(folder / "charges"), **options.get(name, {})}
    order = Load(name, Path("x"), options=told)
    return How(engine, order, Wish(name, ((Mode(), row),), Terms((0, 0), splits=False)))

def model(name):
    variant = Variant("none", "other", (ModelFile("x", 1, "", ()),), ("fake",))
    card = ModelCard(name, name, "fake", "chat", "MIT", ("en",), 4096, 1, (variant,))
    return Installed(card, variant, Path("x"), Path())

def free():
    return {d.id: round(d.free / GIB, 2) for d in look().devices if d.id != HOST}

keeper = None

async def use(name, seconds=0.0):
    async with keeper.use(model(name), lambda *_: None) as lease:
        text = "".join([d.text async for d in lease.running.chat(ChatRequest((Message.of("user", name),)))])
        assert name in text
        await asyncio.sleep(seconds)
        return lease.running.load.device

async def main(scenario):
    global keeper
    keeper = Keeper(look, how, Rules(room_seconds=20))
    try:
        print(json.dumps(await scenario()))
    finally:
        await keeper.close()
"""


@pytest.fixture
def world(fake_driver: Path, tmp_path: Path) -> Callable[..., Any]:
    """Runs a scenario, the body of an async function, and gives what it returned."""

    def run(scenario: str, cards: str = CARDS, limits: bool = True) -> Any:
        (tmp_path / "charges").mkdir()
        (tmp_path / "cards").write_text(cards)
        if limits:
            (tmp_path / "charges" / "limits").write_text(f"GPU-small {6 * GIB}\nGPU-big {16 * GIB}\n")
        body = "".join(f"    {line}\n" for line in scenario.strip("\n").splitlines())
        code = f"{PRELUDE}\nasync def scenario():\n{body}\nasyncio.run(main(scenario))\n"
        env = os.environ | {
            "LD_LIBRARY_PATH": str(fake_driver),
            "FAKE_NVML": str(tmp_path / "cards"),
            "FAKE_NVML_CHARGES": str(tmp_path / "charges"),
        }
        done = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path)], env=env, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


def test_small_models_go_to_the_small_card_and_what_the_driver_says_counts(world: Callable[..., Any]) -> None:
    told = world("""
sizes.update(small=3, big=12)
where = [await use("small"), await use("big")]
return where, free()
""")
    assert told == [["GPU-small", "GPU-big"], {"GPU-small": 3.0, "GPU-big": 4.0}]


def test_a_model_that_takes_more_than_it_was_said_to_is_seen(world: Callable[..., Any]) -> None:
    """Its neighbour goes where there is room, by what the driver says, not by what was promised."""
    told = world("""
sizes.update(greedy=3, second=2.5)
options["greedy"] = {"true_part": 1.6}
where = [await use("greedy"), await use("second")]
held = {slot.name: round(slot.look(see(look, [slot])).back("GPU-small") / GIB, 1) for slot in keeper.slots()}
return where, held["greedy"]
""")
    assert told == [["GPU-small", "GPU-big"], 4.8]


def test_out_of_memory_at_load_is_placed_anew_and_answered(world: Callable[..., Any]) -> None:
    told = world("""
sizes.update(liar=5)
options["liar"] = {"true_part": 1.3}
return await use("liar"), keeper.slots()[0].order.claims["GPU-big"] > 5 * GIB
""")
    assert told == ["GPU-big", True], "5 GiB fit the small card, 6.5 do not: it ends on the big one"


def test_memory_that_comes_back_late_is_waited_for(world: Callable[..., Any]) -> None:
    told = world(
        """
sizes.update(a=12, b=12)
options["a"] = {"release_ms": 1500}
await use("a")
began = time.monotonic()
where = await use("b")
return where, time.monotonic() - began > 1.4, free()
""",
        limits=False,
    )
    assert told == ["GPU-big", True, {"GPU-small": 6.0, "GPU-big": 4.0}]


def test_a_stream_of_requests_never_takes_more_than_there_is(world: Callable[..., Any]) -> None:
    told = world("""
sizes.update(a=9, b=9, c=5, d=4)
options.update({name: {"true_part": part, "release_ms": 200} for name, part in (("a", 1.1), ("b", 0.9), ("c", 1.05))})
low = []
async def watch():
    while True:
        low.append(min((await asyncio.to_thread(free)).values()))
        await asyncio.sleep(0.02)
watching = asyncio.create_task(watch())
done = await asyncio.gather(*(use("abcd"[i % 4], 0.02) for i in range(40)))
watching.cancel()
return len(done), min(low) >= 0
""")
    assert told == [40, True]


LOSE = 'described.write_text(described.read_text().replace("0 GPU-{0} ", "15 GPU-{0} "))'
FULL = f'described.write_text(described.read_text().replace("{16 * GIB} {16 * GIB}", "{16 * GIB} {GIB}"))'
SCENARIOS = {
    "the card of a model is lost": (
        f'sizes.update(m=3)\nfirst = await use("m")\n{LOSE.format("small")}\nkeeper._wake()\n'
        'while "m" in keeper.loaded(): await asyncio.sleep(0.02)\nreturn first, await use("m")',
        ["GPU-small", "GPU-big"],
    ),
    "both cards are lost": (
        f'sizes.update(m=3)\n{LOSE.format("small")}\n{LOSE.format("big")}\n'
        'try:\n    await use("m")\nexcept JarvisError as error:\n    return error.code',
        "fleet.does_not_fit",
    ),
    "a lost card comes back": (
        f'sizes.update(m=3)\nbefore = described.read_text()\n{LOSE.format("small")}\nfirst = await use("m")\n'
        'await keeper.unload("m")\ndescribed.write_text(before)\nreturn first, await use("m")',
        ["GPU-big", "GPU-small"],
    ),
    "another program fills the card meanwhile": (
        f'sizes.update(m=8)\n{FULL}\ntry:\n    await use("m")\nexcept JarvisError as error:\n    return error.code',
        "fleet.does_not_fit",
    ),
    "an engine is killed in mid-answer": (
        'sizes.update(m=3)\nasync with keeper.use(model("m"), lambda *_: None) as lease:\n'
        '    os.kill(lease.running.pid, 9)\n    await lease.running.died\nreturn await use("m"), free()',
        ["GPU-small", {"GPU-small": 3.0, "GPU-big": 16.0}],
    ),
    "an engine crashes while it loads": (
        'sizes.update(m=3)\noptions["m"] = {"crash_at_load": True}\ntry:\n    await use("m")\n'
        'except JarvisError as error:\n    code = error.code\noptions["m"] = {}\nreturn code, await use("m")',
        ["engines.ended_loading", "GPU-small"],
    ),
    "an engine is killed while it loads": (
        'from jarvis.workers.sweep import tagged\n'
        'sizes.update(m=3)\noptions["m"] = {"load_seconds": 0.5}\nasked = asyncio.create_task(use("m"))\n'
        'while len(found := tagged(lambda tag: tag.startswith(f"{os.getpid()}."))) < 2: await asyncio.sleep(0.01)\n'
        'for pid in found: os.kill(pid, 9)\nreturn await asked',
        "GPU-small",
    ),
    "another model is asked for while one loads, which the card then loses": (
        'sizes.update(a=9, b=14)\noptions["a"] = {"load_seconds": 0.6}\nfirst = asyncio.create_task(use("a"))\n'
        'while free()["GPU-big"] > 8: await asyncio.sleep(0.02)\nreturn await use("b"), await first',
        ["GPU-big", "GPU-big"],
    ),
    "a model becomes ready while a slow driver is asked": (
        'sizes.update(a=9, b=9)\noptions["a"] = {"load_seconds": 0.3}\nquick, slow = keeper._look, [0.0]\n'
        'def look():\n    seen, wait = quick(), slow[0]\n    slow[0] = 0.0\n    time.sleep(wait)\n    return seen\n'
        'keeper._look = look\nfirst = asyncio.create_task(use("a", 2))\n'
        'while not keeper.slots(): await asyncio.sleep(0.001)\nslow[0] = 1.0\n'
        'second = asyncio.create_task(use("b"))\nwhile keeper.waiting(): await asyncio.sleep(0.02)\n'
        'return await first, await second, free(), [l.card for l in keeper._lessons._learned.values()]',
        ["GPU-big", "GPU-big", {"GPU-small": 6.0, "GPU-big": 7.0}, [0, 0]],
    ),
    "a load is called off and the driver is late": (
        'sizes.update(a=9, b=12)\noptions["a"] = {"load_seconds": 5, "release_ms": 600}\n'
        'first = asyncio.create_task(use("a"))\nwhile free()["GPU-big"] > 8: await asyncio.sleep(0.02)\n'
        'first.cancel()\nawait asyncio.wait({first})\nwhile keeper.slots(): await asyncio.sleep(0.01)\n'
        'return await use("b")',
        "GPU-big",
    ),
    "a model needs a third more than it was said to, beside an idle one": (
        'sizes.update(idle=5.6, m=8)\noptions["m"] = {"true_part": 1.35}\n'
        'return await use("idle"), await use("m"), await use("m"), sorted(keeper.loaded())',
        ["GPU-big", "GPU-big", "GPU-big", ["m"]],
    ),
    "a guess of what it lacked does not forbid it when nothing else would do": (
        'from jarvis.errors import OutOfMemory\nsizes.update(m=14.5)\ntry:\n'
        '    async with keeper.use(model("m"), lambda *_: None):\n'
        '        raise OutOfMemory("engines.out_of_memory", name="m")\nexcept OutOfMemory:\n    pass\n'
        'for _ in range(3):\n    await keeper.unload("m")\n    where = await use("m")\n'
        'found = keeper._lessons._learned["m"]\nreturn where, found.beyond, 0 < found.card < 1.5 * GIB / 4',
        ["GPU-big", 0, True],
    ),
    "a model that ran out of memory while it loaded is asked for again": (
        'sizes.update(m=15)\noptions["m"] = {"out_of_memory": "load"}\ncodes = []\ntry:\n    await use("m")\n'
        'except JarvisError as error:\n    codes.append(error.code)\noptions["m"] = {}\n'
        'return codes, await use("m"), dict(keeper._lessons._tries)',
        [["fleet.does_not_fit"], "GPU-big", {}],
    ),
    "a model is too large for any card while others swap": (
        'sizes.update(a=12, b=12, m=40)\n'
        'swaps = asyncio.create_task(use("a"))\nasked = asyncio.create_task(use("m"))\n'
        'try:\n    await asked\nexcept JarvisError as error:\n    code = error.code\nreturn code, await swaps',
        ["fleet.does_not_fit", "GPU-big"],
    ),
    "an engine lives on after SIGTERM": (
        'sizes.update(a=12, b=12)\noptions["a"] = {"ignore_sigterm": True, "forks": 2}\n'
        'return await use("a"), await use("b"), free()',
        ["GPU-big", "GPU-big", {"GPU-small": 6.0, "GPU-big": 4.0}],
    ),
    "the driver is gone": (
        'sizes.update(m=3)\ndescribed.write_text("9 580.65.06 13000\\n")\ntry:\n    await use("m")\n'
        'except JarvisError as error:\n    return error.code',
        "fleet.does_not_fit",
    ),
    "the driver comes back with other free memory": (
        'sizes.update(m=3)\nbefore = described.read_text()\ndescribed.write_text("9 580.65.06 13000\\n")\nlook()\n'
        f'less = before.replace("{6 * GIB} {6 * GIB}", "{6 * GIB} {GIB}")\n'
        'described.write_text(less.replace("13000", "13000 2", 1))\n'
        'return await use("m")',
        "GPU-big",
    ),
    "MIG is switched on": (
        f'sizes.update(m=3)\nlines = described.read_text().splitlines()\n'
        f'lines.insert(3, "mig MIG-1 {8 * GIB} {8 * GIB} One")\n'
        f'described.write_text(chr(10).join(lines).replace("{6 * GIB} {6 * GIB}", "{6 * GIB} {GIB}") + chr(10))\n'
        'return await use("m")',
        "MIG-1",
    ),
    "a card is lost that was cut into instances": (
        f'sizes.update(m=3)\nlines = described.read_text().splitlines()\n'
        f'lines[1] = lines[1].replace("{6 * GIB} {6 * GIB}", "{6 * GIB} {GIB}")\n'
        f'lines.insert(3, "mig MIG-1 {8 * GIB} {8 * GIB} One")\n'
        'described.write_text(chr(10).join(lines) + chr(10))\nfirst = await use("m")\ndel lines[3]\n'
        f'{LOSE.format("big")}\nlost = described.read_text().splitlines()\n'
        'described.write_text(chr(10).join(l for l in lost if not l.startswith("mig")) + chr(10))\nkeeper._wake()\n'
        'while keeper.loaded(): await asyncio.sleep(0.02)\nreturn first',
        "MIG-1",
    ),
    "a card has uncorrectable errors": (
        'sizes.update(m=3)\nlines = described.read_text().splitlines()\nlines.insert(2, "ecc 3")\n'
        'described.write_text(chr(10).join(lines) + chr(10))\nreturn await use("m")',
        "GPU-big",
    ),
    "a crash loop is left alone": (
        'sizes.update(m=3)\noptions["m"] = {"crash_at_load": True}\ncodes = []\nfor _ in range(4):\n    try:\n'
        '        await use("m")\n    except JarvisError as error:\n        codes.append(error.code)\nreturn codes[2:]',
        ["engines.ended_loading", "fleet.crash_loop"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SCENARIOS)
def test_what_can_happen_to_cards(world: Callable[..., Any], name: str) -> None:
    scenario, told = SCENARIOS[name]
    assert world(scenario) == told


SLEEPY = """
from jarvis.engines.served import Served
from jarvis.engines.base import Sleeps
from jarvis.errors import EngineError

class Sleepy(Served):
    asleep, fails = 0, False

    @property
    def naps(self):
        card = self.load.split[0].device
        return {card: GIB, HOST: 2 * GIB}, {card: GIB, HOST: 1 << 20}

    def _hold(self, size):
        held = folder / "charges" / f"{self.pid}.fake"
        card = self.load.split[0].device
        held.with_suffix(".new").write_text(f"{card} {size} 0\\n")
        held.with_suffix(".new").rename(held)

    async def sleep(self, level):
        trace.append(f"{self.load.model} sleeps {level}")
        if self.fails:
            raise EngineError("engines.refused", reason="no")
        self.asleep = level
        await asyncio.to_thread(self._hold, GIB)

    async def wake(self):
        trace.append(f"{self.load.model} wakes")
        await asyncio.to_thread(self._hold, self.load.claims[self.load.split[0].device])
        self.asleep = 0

class Dozing(Engine):
    async def start(self, load, on_progress=None):
        trace.append(f"{load.model} is loaded")
        running = await super().start(load, on_progress)
        running.__class__ = Sleepy
        assert isinstance(running, Sleeps)
        return running

globals()["engine"] = Dozing(Settings(), folder / "logs")
def used():
    return {s.name: (s.seat().state, round(s.seat().held["GPU-big"] / GIB, 1)) for s in keeper.slots()}
"""


def test_who_has_to_leave_sleeps_and_is_woken(world: Callable[..., Any]) -> None:
    """The planner counts what it holds meanwhile, of the card and of RAM."""
    told = world(f"""{SLEEPY}
sizes.update(a=12, b=13)
for name in "aba":
    await use(name)
return trace, used(), free()
""")
    assert told == [
        ["a is loaded", "a sleeps 1", "b is loaded", "b sleeps 1", "a wakes"],
        {"a": ["ready", 12.0], "b": ["asleep", 1.0]},
        {"GPU-small": 6.0, "GPU-big": 3.0},
    ]


def test_who_has_no_room_to_sleep_ends(world: Callable[..., Any]) -> None:
    told = world(f"""{SLEEPY}
sizes.update(a=12, b=15.2)
for name in "abab":
    await use(name)
return trace, sorted(keeper.loaded())
""")
    assert told == [["a is loaded", "b is loaded", "b sleeps 1", "a is loaded", "b wakes"], ["b"]]


def test_who_cannot_sleep_is_stopped_and_who_dies_asleep_is_loaded_anew(world: Callable[..., Any]) -> None:
    told = world(f"""{SLEEPY}
sizes.update(a=12, b=12)
Sleepy.fails = True
await use("a")
await use("b")
Sleepy.fails = False
await use("a")
sleeper = next(s for s in keeper.slots() if s.asleep).running
os.kill(sleeper.pid, 9)
await sleeper.died
await use("b")
await keeper.unload("a")
return trace, sorted(keeper.loaded())
""")
    assert told == [
        [
            "a is loaded", "a sleeps 1", "b is loaded", "b sleeps 1", "a is loaded",
            "a sleeps 1", "b is loaded",
        ],
        ["b"],
    ]  # fmt: skip


def test_who_sleeps_does_not_stand_in_the_way_of_who_waits_for_a_load(world: Callable[..., Any]) -> None:
    told = world(f"""{SLEEPY}
sizes.update(a=12, l=9, b=14)
await use("a")
await use("l")
await keeper.unload("l")
options["l"] = {{"load_seconds": 0.6}}
first = asyncio.create_task(use("l"))
while not any(s.name == "l" for s in keeper.slots()): await asyncio.sleep(0.01)
return await use("b"), await first
""")
    assert told == ["GPU-big", "GPU-big"]


def test_what_a_sleeper_held_before_is_not_waited_for_and_what_it_is_worth_is_its_load(
    world: Callable[..., Any],
) -> None:
    told = world(f"""{SLEEPY}
sizes.update(a=12, b=13, c=14)
options["a"] = {{"load_seconds": 0.3}}
for name in "aba":
    await use(name)
worth = next(s.load_seconds for s in keeper.slots() if s.name == "a")
await use("b")
await keeper.unload("a")
looks = []
quick = keeper._look
keeper._look = lambda: looks.append(0) or quick()
await use("c")
return worth > 0.25, len(looks) < 40
""")
    assert told == [True, True]


def test_who_falls_asleep_can_be_unloaded_and_who_fails_to_holds_all_that_it_held(world: Callable[..., Any]) -> None:
    told = world(f"""{SLEEPY}
sizes.update(a=12, b=12)
class Slow(Sleepy):
    async def sleep(self, level):
        await asyncio.sleep(0.5)
        await super().sleep(level)
globals()["Sleepy"] = Slow
await use("a")
next(s for s in keeper.slots()).running.__class__ = Slow
asked = asyncio.create_task(use("b"))
while not (falls := [s for s in keeper.slots() if s.falls]): await asyncio.sleep(0.01)
gone = await keeper.unload("a")
await asked
Slow.fails = True
held = []
slot = next(s for s in keeper.slots() if s.name == "b")
slot.running.__class__ = Slow
asked = asyncio.create_task(use("a"))
while slot.gone_at is None:
    if slot.stopping is not None: held.append(slot.look(see(look, [])).back("GPU-big"))
    await asyncio.sleep(0.005)
await asked
return gone, set(held) <= {{12 * GIB}}, slot.asleep
""")
    assert told == [True, True, 0]
