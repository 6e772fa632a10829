"""The keeper loads once for all who wait, makes room without hurting anybody, and gives everything back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

import psutil
import pytest

from jarvis.config.schema import Settings
from jarvis.engines.base import OnProgress
from jarvis.engines.fake import Engine
from jarvis.engines.served import Served
from jarvis.errors import Busy, EngineStartFailed, JarvisError, OutOfMemory
from jarvis.fleet.keeper import Keeper
from jarvis.fleet.lease import How, Rules
from jarvis.fleet.ledger import Sight
from jarvis.fleet.need import lump
from jarvis.words.chat import ChatRequest, Message
from jarvis.words.fleet import HOST, Device, Mode, Wish
from jarvis.words.model import Installed, Load, ModelCard, ModelFile, Variant

GIB = 1 << 30


def model(name: str, gib: float = 1.0) -> Installed:
    file = ModelFile("x", int(gib * GIB), "", ())
    variant = Variant("none", "other", (file,), ("fake",))
    card = ModelCard(name, name, "fake", "chat", "MIT", ("en",), 4096, 1, (variant,))
    return Installed(card, variant, Path("x"), Path())


def quiet(stage: str, fraction: float | None) -> None: ...


class Remembering(Engine):
    """Notes what it started."""

    def __init__(self, settings: Settings, logs: Path, starts: list[str], started: list[Served]) -> None:
        super().__init__(settings, logs)
        self.starts = starts
        self.started = started

    async def start(self, load: Load, on_progress: OnProgress | None = None) -> Served:
        self.starts.append(load.model)
        self.started.append(await super().start(load, on_progress))
        return self.started[-1]


@dataclass
class World:
    """A declared machine of ``memory`` bytes; engines are real processes that hold what they were promised."""

    folder: Path
    memory: int = 64 * GIB
    options: dict[str, dict[str, str | int | float | bool]] = field(default_factory=dict)
    idle_seconds: float = 0.0
    room_seconds: float = 10.0
    queue: int = 64
    pinned: bool = False
    parallel: int = 1
    starts: list[str] = field(default_factory=list)
    started: list[Served] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.keeper = Keeper(self._look, self._how, Rules(self.idle_seconds, self.room_seconds, self.queue))

    def _how(self, installed: Installed) -> How:
        row = replace(lump(installed.variant.bytes), host_compute=0)
        asked = Wish(installed.card.id, ((Mode(parallel=self.parallel), row),))
        return How(self._engine(installed), self._order(installed), asked, self.pinned)

    def _look(self) -> Sight:
        return Sight((Device(HOST, "RAM", self.memory, self.memory, 1e9),), declared=True)

    def _engine(self, installed: Installed) -> Engine:
        return Remembering(Settings(), self.folder, self.starts, self.started)

    def _order(self, installed: Installed) -> Load:
        name = installed.card.id
        gib = installed.variant.bytes >> 20
        options = {"memory_mib": gib, **self.options.get(name, {})}
        return Load(name, Path("x"), parallel=self.parallel, options=options)


@pytest.fixture
async def worlds(tmp_path: Path) -> AsyncIterator[Callable[..., World]]:
    made: list[World] = []

    def make(**how: object) -> World:
        made.append(World(tmp_path, **how))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for world in made:
        pids = [r.pid for r in world.keeper.loaded().values()]
        await world.keeper.close()
        assert not [p for p in pids if psutil.pid_exists(p) and psutil.Process(p).status() != psutil.STATUS_ZOMBIE]


async def test_many_who_want_one_model_share_one_load(worlds: Callable[..., World]) -> None:
    world = worlds(options={"a": {"load_seconds": 0.2}})

    async def use() -> int:
        async with world.keeper.use(model("a"), quiet) as lease:
            return lease.running.pid

    assert len(set(await asyncio.gather(*(use() for _ in range(8))))) == 1
    assert world.starts == ["a"]


async def test_who_waits_is_told_and_the_time_is_accounted(worlds: Callable[..., World]) -> None:
    world = worlds(options={"a": {"load_seconds": 0.2}})
    stages: list[str] = []
    async with world.keeper.use(model("a"), lambda stage, _: stages.append(stage)) as lease:
        assert lease.load_seconds > 0.1
    assert "load" in stages
    async with world.keeper.use(model("a"), quiet) as lease:
        assert lease.load_seconds == 0


async def test_an_idle_model_makes_room_the_one_that_is_soonest_back_first(worlds: Callable[..., World]) -> None:
    world = worlds(memory=int(3.6 * GIB), options={"a": {"load_seconds": 2}, "c": {"load_seconds": 2}})
    for name in ("a", "b", "c"):
        async with world.keeper.use(model(name), quiet):
            pass
    async with world.keeper.use(model("d"), quiet):
        assert set(world.keeper.loaded()) == {"c", "a", "d"}
    counts = world.keeper.counts
    assert counts.loads == dict.fromkeys("abcd", 1) and counts.unloads == {("b", "evicted"): 1}
    assert counts.load_seconds["a"] >= 2


async def test_a_model_in_use_is_waited_for_not_killed(worlds: Callable[..., World]) -> None:
    world = worlds(memory=int(1.5 * GIB))
    async with AsyncExitStack() as stack:
        lease = await stack.enter_async_context(world.keeper.use(model("a"), quiet))
        second = asyncio.create_task(stack.enter_async_context(world.keeper.use(model("b"), quiet)))
        done, _ = await asyncio.wait({second}, timeout=0.5)
        assert not done
        assert not lease.running.died.done()
        request = ChatRequest((Message.of("user", "still there?"),))
        assert "".join([d.text async for d in lease.running.chat(request)])
        await stack.aclose()
        await second
        assert set(world.keeper.loaded()) == {"b"}


async def test_a_wait_for_memory_has_an_end(worlds: Callable[..., World]) -> None:
    world = worlds(memory=int(1.5 * GIB), room_seconds=0.2)
    async with world.keeper.use(model("a"), quiet):
        with pytest.raises(Busy) as caught:
            async with world.keeper.use(model("b"), quiet):
                pass
        assert caught.value.retry_after > 0
        with pytest.raises(Busy):
            await world.keeper.unload("a")
    assert await world.keeper.unload("a")
    assert not await world.keeper.unload("a")


async def test_what_can_never_fit_is_refused_with_figures(worlds: Callable[..., World]) -> None:
    world = worlds(memory=GIB)
    with pytest.raises(OutOfMemory) as caught:
        async with world.keeper.use(model("huge", 8), quiet):
            pass
    assert "7,168 MiB" in caught.value.message("en")
    assert world.starts == []


async def test_a_load_that_fails_fails_for_all_and_can_be_tried_again(worlds: Callable[..., World]) -> None:
    world = worlds(options={"a": {"load_seconds": 0.1, "crash_at_load": True}})

    async def use() -> None:
        async with world.keeper.use(model("a"), quiet):
            pass

    results = await asyncio.gather(use(), use(), return_exceptions=True)
    assert all(isinstance(r, JarvisError) for r in results)
    world.options["a"] = {}
    await use()
    assert world.starts == ["a", "a"]


async def test_a_load_nobody_waits_for_is_called_off(worlds: Callable[..., World]) -> None:
    world = worlds(options={"a": {"load_seconds": 30}})

    async def use() -> None:
        async with world.keeper.use(model("a"), quiet):
            pass

    before = {p.pid for p in psutil.Process().children(recursive=True)}
    first, second = asyncio.create_task(use()), asyncio.create_task(use())
    while not world.starts or not {p.pid for p in psutil.Process().children(recursive=True)} - before:
        await asyncio.sleep(0.02)
    first.cancel()
    await asyncio.wait({first})
    assert not second.done()
    second.cancel()
    await asyncio.wait({second})
    async with asyncio.timeout(10):
        while {p.pid for p in psutil.Process().children(recursive=True)} - before:
            await asyncio.sleep(0.02)
    world.options["a"] = {}
    await use()


async def test_a_model_that_died_is_loaded_again(worlds: Callable[..., World]) -> None:
    world = worlds()
    async with world.keeper.use(model("a"), quiet) as lease:
        first = lease.running
    psutil.Process(first.pid).kill()
    await asyncio.wait({first.died}, timeout=10)
    async with world.keeper.use(model("a"), quiet) as lease:
        assert lease.running.pid != first.pid
    assert world.keeper.counts.unloads == {("a", "crashed"): 1} and world.keeper.counts.loads["a"] == 2


def on_disk(folder: Path, content: str) -> Installed:
    """Model ``a`` with a file, which is put in the place of the one before as a pull does."""
    (folder / "new").write_text(content)
    (folder / "new").replace(folder / "x")
    return replace(model("a"), folder=folder)


async def test_replaced_files_are_loaded_anew(worlds: Callable[..., World], tmp_path: Path) -> None:
    world = worlds()
    installed = on_disk(tmp_path, "good")
    for content, loads in (("good", 1), ("better", 2), ("better", 2)):
        if (tmp_path / "x").read_text() != content:
            installed = on_disk(tmp_path, content)
        async with world.keeper.use(installed, quiet) as lease:
            pass
        assert world.keeper.is_loaded(installed)
        assert len(world.starts) == loads
    assert list(world.keeper.loaded().values()) == [lease.running]
    await asyncio.wait_for(world.started[0].died, 10)
    assert world.keeper.counts.unloads == {("a", "changed"): 1}


async def test_replaced_files_take_nothing_from_who_uses_the_old_ones(
    worlds: Callable[..., World], tmp_path: Path
) -> None:
    world = worlds(memory=3 * GIB // 2, room_seconds=0.05)
    async with world.keeper.use(on_disk(tmp_path, "good"), quiet) as lease:
        installed = on_disk(tmp_path, "better")
        assert not world.keeper.is_loaded(installed)
        with pytest.raises(Busy):  # no room for both: it is waited for, not killed
            async with world.keeper.use(installed, quiet):
                pass
        assert not lease.running.died.done()
    async with world.keeper.use(installed, quiet) as second:
        assert second.running is not lease.running
    await asyncio.wait_for(lease.running.died, 10)


async def test_who_was_the_last_to_use_the_old_files_ends_them(worlds: Callable[..., World], tmp_path: Path) -> None:
    world = worlds()
    async with world.keeper.use(on_disk(tmp_path, "good"), quiet) as first:
        better = on_disk(tmp_path, "better")
        async with world.keeper.use(better, quiet) as second:
            assert not first.running.died.done()
    await asyncio.wait_for(first.running.died, 10)
    assert not second.running.died.done()


async def test_closing_ends_what_is_still_used_of_old_files(worlds: Callable[..., World], tmp_path: Path) -> None:
    world = worlds()
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(world.keeper.use(on_disk(tmp_path, "good"), quiet))
        await stack.enter_async_context(world.keeper.use(on_disk(tmp_path, "better"), quiet))
        assert first.running is not next(iter(world.keeper.loaded().values()))
        await world.keeper.close()
        assert first.running.died.done()


async def test_idle_models_are_unloaded(worlds: Callable[..., World]) -> None:
    world = worlds(idle_seconds=0.2)
    async with world.keeper.use(model("a"), quiet):
        pass
    async with asyncio.timeout(10):
        while world.keeper.loaded():
            await asyncio.sleep(0.02)
    assert world.keeper.counts.unloads == {("a", "idle"): 1}


async def test_a_model_that_is_taken_while_another_is_put_away_stays(worlds: Callable[..., World]) -> None:
    world = worlds(idle_seconds=0.3, options={"a": {"ignore_sigterm": True}})
    async with world.keeper.use(model("a"), quiet), world.keeper.use(model("b"), quiet):
        pass
    async with asyncio.timeout(20):
        while "a" in world.keeper.loaded():
            await asyncio.sleep(0.01)
        async with world.keeper.use(model("b"), quiet) as lease:
            await world.started[0].died  # a is gone, and the next idle one's turn has come
            await asyncio.sleep(0.1)
            assert not lease.running.died.done()
            assert "b" in world.keeper.loaded()


async def test_memory_that_is_being_given_back_is_waited_for(worlds: Callable[..., World]) -> None:
    world = worlds(memory=int(1.5 * GIB), options={"a": {"ignore_sigterm": True}})
    async with world.keeper.use(model("a"), quiet):
        pass
    leaving = asyncio.create_task(world.keeper.unload("a"))
    while world.keeper.loaded():
        await asyncio.sleep(0)
    assert not world.started[0].died.done()
    async with world.keeper.use(model("b"), quiet):
        assert world.started[0].died.done()
    await leaving


async def test_closing_waits_for_a_model_that_is_just_being_put_away(worlds: Callable[..., World]) -> None:
    world = worlds(idle_seconds=0.2, options={"a": {"ignore_sigterm": True}})
    async with world.keeper.use(model("a"), quiet):
        pass
    async with asyncio.timeout(10):
        while world.keeper.loaded():
            await asyncio.sleep(0.01)
    await world.keeper.close()
    assert world.started[0].died.done()


async def test_start_failures_keep_their_kind(worlds: Callable[..., World]) -> None:
    world = worlds(options={"a": {"out_of_memory": "load"}, "b": {"crash_at_load": True}})
    for name, kind in (("a", OutOfMemory), ("b", EngineStartFailed)):
        with pytest.raises(kind):
            async with world.keeper.use(model(name), quiet):
                pass


async def test_only_so_many_answers_at_once_and_the_next_one_follows(worlds: Callable[..., World]) -> None:
    world = worlds()
    running = most = 0

    async def use() -> None:
        nonlocal running, most
        async with world.keeper.use(model("a"), quiet):
            running += 1
            most = max(most, running)
            await asyncio.sleep(0.01)
            running -= 1

    await asyncio.gather(*(use() for _ in range(12)))
    assert most == Load("a", Path("x")).parallel


async def test_a_queue_has_an_end_and_says_when_to_come_back(worlds: Callable[..., World]) -> None:
    world = worlds(queue=3, options={"a": {"load_seconds": 0.5}})

    async def use() -> None:
        async with world.keeper.use(model("a"), quiet):
            pass

    results = await asyncio.gather(*(use() for _ in range(6)), return_exceptions=True)
    refused = [r for r in results if isinstance(r, Busy)]
    assert len(refused) == 3
    assert all(r.status == 429 and r.retry_after >= 1 for r in refused)


async def test_models_take_turns_on_memory_for_one_and_nobody_is_lost(worlds: Callable[..., World]) -> None:
    world = worlds(memory=int(1.5 * GIB))
    served: list[str] = []

    async def use(name: str) -> None:
        async with world.keeper.use(model(name), quiet) as lease:
            request = ChatRequest((Message.of("user", name),))
            assert "".join([d.text async for d in lease.running.chat(request)])
            served.append(name)

    await asyncio.gather(*(use("abc"[i % 3]) for i in range(60)))
    assert sorted(served) == sorted("abc" * 20)
    assert len(world.starts) <= 9, "requests for one model are served together"


async def test_who_is_called_off_while_it_waits_leaves_no_trace(worlds: Callable[..., World]) -> None:
    world = worlds(memory=int(1.5 * GIB))
    async with world.keeper.use(model("a"), quiet):
        waiting = [asyncio.create_task(_use(world, name)) for name in "bca"]
        while len(world.keeper.waiting()) < 3:
            await asyncio.sleep(0)
        for task in waiting[:2]:
            task.cancel()
        await asyncio.wait(waiting[:2])
        assert [t.model for t in world.keeper.waiting()] == ["a"]
    await waiting[2]
    assert world.starts == ["a"]


async def _use(world: World, name: str) -> None:
    async with world.keeper.use(model(name), quiet):
        pass


async def test_a_model_that_ran_out_of_memory_is_placed_anew_with_more(worlds: Callable[..., World]) -> None:
    world = worlds(memory=4 * GIB, options={"a": {"out_of_memory": "load"}})
    claims: list[int] = []
    original = Remembering.start

    async def start(self: Remembering, load: Load, on_progress: OnProgress | None = None) -> Served:
        claims.append(load.claims[HOST])
        if len(claims) == 3:
            load = replace(load, options={})
        return await original(self, load, on_progress)

    Remembering.start = start  # type: ignore[method-assign]
    try:
        await _use(world, "a")
    finally:
        Remembering.start = original  # type: ignore[method-assign]
    assert len(claims) == 3
    assert claims[0] < claims[1] < claims[2]
    counts = world.keeper.counts
    assert (counts.oom["a"], counts.recovered["a"], counts.failures["a"], counts.loads["a"]) == (2, 1, 2, 1)


async def test_a_crash_loop_is_broken_with_a_growing_pause(worlds: Callable[..., World]) -> None:
    world = worlds(options={"a": {"crash_at_load": True}})
    for _ in range(3):
        with pytest.raises(EngineStartFailed):
            await _use(world, "a")
    with pytest.raises(Busy) as caught:
        await _use(world, "a")
    assert caught.value.code == "fleet.crash_loop"
    assert 0 < caught.value.retry_after <= 5
    assert len(world.starts) == 3
    assert world.keeper.counts.failures["a"] == 3 and not world.keeper.counts.recovered


async def test_a_pinned_model_stays(worlds: Callable[..., World]) -> None:
    world = worlds(memory=int(1.5 * GIB), pinned=True, idle_seconds=0.1)
    await _use(world, "a")
    with pytest.raises(OutOfMemory):
        await _use(world, "b")
    world.keeper.pin("a", False)
    await _use(world, "b")


async def test_by_force_a_model_leaves_in_the_middle_of_an_answer(worlds: Callable[..., World]) -> None:
    """And whoever heard that answer is told so, instead of an engine that died, which would be begun again."""
    world = worlds(options={"a": {"tokens_per_second": 1}})
    with pytest.raises(Busy) as told:
        async with world.keeper.use(model("a"), quiet) as lease:
            deltas = lease.running.chat(ChatRequest((Message.of("user", "hello there"),)))
            await anext(deltas)
            assert await world.keeper.unload("a", force=True)
            async for _ in deltas:
                pass
    assert told.value.code == "fleet.forced"
    assert world.keeper.counts.unloads == {("a", "asked"): 1}


async def test_a_place_that_nobody_wants_any_more_is_free_again(worlds: Callable[..., World]) -> None:
    """Its turn was over because of one who has gone: those who wait for it need not wait for its longest answer."""
    world = worlds(memory=int(1.5 * GIB), parallel=2)
    async with world.keeper.use(model("a"), quiet):
        other = asyncio.create_task(_use(world, "b"))
        while (slot := world.keeper.slots()[0]).serves(time.monotonic()):
            await asyncio.sleep(0.05)
        second = asyncio.create_task(_use(world, "a"))
        while len(world.keeper.waiting()) < 2:
            await asyncio.sleep(0)
        other.cancel()
        await asyncio.wait_for(second, 5)
        assert slot.users == 1
