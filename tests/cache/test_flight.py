"""One generation for all who ask the same at once: who comes late, leaves early, reads slowly, or sees it fail."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

import pytest

from jarvis.cache.flight import Flights


class Failed(Exception):
    pass


class Source:
    """A generation that gives its pieces when it is let, and tells what became of it."""

    def __init__(self, pieces: int = 5, fails_at: int | None = None) -> None:
        self.pieces, self.fails_at = pieces, fails_at
        self.starts = self.closed = self.given = 0
        self.may = asyncio.Semaphore(0)

    def let(self, count: int = 1000) -> None:
        for _ in range(count):
            self.may.release()

    async def run(self) -> AsyncGenerator[int, None]:
        self.starts += 1
        try:
            for piece in range(self.pieces + 1):
                await self.may.acquire()
                if piece == self.fails_at:
                    raise Failed
                if piece < self.pieces:
                    self.given += 1
                    yield piece
        finally:
            self.closed += 1


async def everything(flights: Flights[int], source: Source, key: str = "k") -> list[int]:
    return [piece async for piece in flights.join(key, source.run)]


async def turns(count: int = 20) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def test_followers_get_the_same_from_the_beginning() -> None:
    flights: Flights[int] = Flights()
    source, never = Source(), Source()
    leader = asyncio.create_task(everything(flights, source))
    await turns()
    source.let(3)
    await turns()
    late = asyncio.create_task(everything(flights, never))
    await turns()
    assert flights.running("k")
    source.let()
    assert await leader == await late == [0, 1, 2, 3, 4]
    assert (source.starts, source.closed, never.starts) == (1, 1, 0)
    assert len(flights) == 0


async def test_another_key_is_another_generation() -> None:
    flights: Flights[int] = Flights()
    one, two = Source(), Source(3)
    one.let()
    two.let()
    assert await asyncio.gather(everything(flights, one, "1"), everything(flights, two, "2")) == [
        [0, 1, 2, 3, 4],
        [0, 1, 2],
    ]


async def test_one_that_is_over_is_not_followed() -> None:
    flights: Flights[int] = Flights()
    source = Source()
    source.let()
    await everything(flights, source)
    assert not flights.running("k")
    await everything(flights, source)
    assert source.starts == 2


async def test_the_leader_leaves_and_the_generation_goes_on() -> None:
    flights: Flights[int] = Flights()
    source, never = Source(), Source()
    leader = asyncio.create_task(everything(flights, source))
    await turns()
    follower = asyncio.create_task(everything(flights, never))
    source.let(2)
    await turns()
    leader.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leader
    assert source.closed == 0
    source.let()
    assert await follower == [0, 1, 2, 3, 4]
    assert (source.starts, never.starts) == (1, 0)


async def test_when_nobody_listens_it_ends_before_the_last_has_left() -> None:
    flights: Flights[int] = Flights()
    source = Source()
    source.let(2)
    async with aclosing(flights.join("k", source.run)) as pieces:  # type: ignore[type-var]
        assert await anext(pieces) == 0
        assert source.closed == 0
    assert source.closed == 1
    assert len(flights) == 0


async def test_a_leader_that_fails_at_once_is_replaced_by_one_follower_only() -> None:
    flights: Flights[int] = Flights()
    broken = Source(fails_at=0)
    good, never = Source(), Source()
    tasks = [asyncio.create_task(everything(flights, s)) for s in (broken, good, never)]
    await turns()
    broken.let()
    good.let()
    assert await asyncio.gather(*tasks) == [[0, 1, 2, 3, 4]] * 3
    assert (broken.starts, good.starts, never.starts) == (1, 1, 0)


async def test_many_followers_of_what_fails_try_once_more_and_no_more() -> None:
    flights: Flights[int] = Flights()
    sources = [Source(fails_at=0) for _ in range(50)]
    tasks = [asyncio.create_task(everything(flights, s)) for s in sources]
    await turns()
    for source in sources:
        source.let()
    heard = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(each, Failed) for each in heard)
    assert sum(s.starts for s in sources) == 2


async def test_a_failure_after_the_first_piece_is_heard_by_all_and_not_tried_again() -> None:
    flights: Flights[int] = Flights()
    source, never = Source(fails_at=2), Source()
    tasks = [asyncio.create_task(everything(flights, s)) for s in (source, never)]
    await turns()
    source.let()
    heard = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(each) for each in heard] == [Failed, Failed]
    assert (source.starts, never.starts) == (1, 0)


async def test_a_leader_alone_hears_of_its_failure() -> None:
    flights: Flights[int] = Flights()
    source = Source(fails_at=0)
    source.let()
    with pytest.raises(Failed):
        await everything(flights, source)
    assert source.starts == 1
    assert len(flights) == 0


async def test_what_is_cut_from_within_is_no_whole_answer() -> None:
    async def cut() -> AsyncGenerator[int, None]:
        yield 0
        raise asyncio.CancelledError

    flights: Flights[int] = Flights()
    with pytest.raises(asyncio.CancelledError):
        async for _ in flights.join("k", cut):
            pass


async def test_it_is_not_fetched_faster_than_the_quickest_reads() -> None:
    flights: Flights[int] = Flights(ahead=4)
    source = Source(1000)
    source.let(2000)
    async with aclosing(flights.join("k", source.run)) as pieces:  # type: ignore[type-var]
        assert await anext(pieces) == 0
        await turns(200)
        assert source.given <= 6


async def test_memory_is_bounded_and_who_comes_then_starts_anew() -> None:
    flights: Flights[int] = Flights(ahead=4, most_held=8)
    source, other = Source(100), Source(100)
    source.let(200)
    other.let(200)
    quick = flights.join("k", source.run)
    slow = flights.join("k", other.run)
    assert await anext(quick) == 0
    assert await anext(slow) == 0
    taken = [0]

    async def read(pieces: AsyncIterator[int]) -> None:
        async for piece in pieces:
            taken.append(piece)

    reading = asyncio.create_task(read(quick))
    await turns(400)
    assert source.given <= 14, "the slow one holds eight at most, whatever the quick one could take"
    assert not flights.running("k")
    rest = [piece async for piece in slow]
    await reading
    assert [0, *rest] == taken == list(range(100))
    assert other.starts == 0


@pytest.mark.parametrize("seed", range(300))
async def test_whatever_the_order_everyone_gets_a_beginning_of_one_answer(seed: int) -> None:
    dice = random.Random(seed)
    flights: Flights[int] = Flights(ahead=dice.choice([1, 3, 64]), most_held=dice.choice([4, 16, 1000]))
    sources: list[Source] = []

    async def client() -> list[int]:
        source = Source(20, fails_at=dice.choice([None, None, None, 0, 7]))
        sources.append(source)
        source.let(dice.choice([5, 1000]) if dice.random() < 0.3 else 1000)
        got: list[int] = []
        leaves_at = dice.choice([None, None, 0, 3, 19])
        async with aclosing(flights.join("k", source.run)) as pieces:  # type: ignore[type-var]
            try:
                async for piece in pieces:
                    got.append(piece)
                    if len(got) - 1 == leaves_at:
                        return got
                    await turns(dice.choice([0, 0, 1, 5]))
            except Failed:
                return got
        assert got == list(range(20)), "an end without failure is a whole answer"
        return got

    tasks = []
    for _ in range(dice.randint(1, 12)):
        tasks.append(asyncio.create_task(client()))
        await turns(dice.choice([0, 1, 4, 30]))
        if dice.random() < 0.2:
            dice.choice(tasks).cancel()
    await turns(500)
    for source in sources:
        source.let()
    for result in await asyncio.gather(*tasks, return_exceptions=True):
        if not isinstance(result, asyncio.CancelledError):
            assert not isinstance(result, BaseException), result
            assert result == list(range(len(result)))
    assert all(source.starts == source.closed for source in sources), "no generation is left behind"
    assert len(flights) == 0
