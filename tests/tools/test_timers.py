"""Timers that survive a restart, are told when due or late, and are nobody else's."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from jarvis.errors import NotFound, StoreError, UsageError
from jarvis.store.database import Database
from jarvis.tools import timers
from jarvis.tools.base import Home
from jarvis.tools.telling import Telling
from tests_tools import MADRID, NOW, asker, tool


class Clock:
    def __init__(self) -> None:
        self.now = NOW.timestamp()

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


async def call(box: timers.Toolbox, name: str, language: str = "es", person: str = "owner", **given: Any) -> str:
    return (await (await tool(box, name)).run(given, asker(language, person))).text


async def test_set_listed_rung_and_gone(make: Any, clock: Clock, told: list[tuple[str, str]]) -> None:
    box = timers.Toolbox(make(), clock, MADRID)
    assert await call(box, "set_timer", when="10 minutos") == "Temporizador 1 puesto: suena a las 10:10."
    set_ = await call(box, "set_timer", when="mañana a las 8", text="llamar a mamá")
    assert set_ == "Recordatorio 2 puesto, el viernes 27 de noviembre de 2026 a las 08:00: llamar a mamá"
    assert await call(box, "set_timer", "en", when="at 7:15 am") == (
        "Alarm 3 is set: it rings on Friday 27 November 2026 at 07:15."
    )
    listed = await call(box, "list_timers")
    assert [line.split(":")[0] for line in listed.splitlines()] == ["1", "3", "2"]
    clock.now += 600
    await box.ring()
    assert told == [("owner", "El temporizador ha terminado.")]
    await box.ring()
    assert len(told) == 1
    clock.now = datetime(2026, 11, 27, 8, 0, tzinfo=MADRID).timestamp()
    await box.ring()
    assert [text for _, text in told[1:]] == [
        "Alarm: it is time. (This was due at 07:15.)",
        "Recordatorio: llamar a mamá",
    ]
    assert await call(box, "list_timers") == "No hay ningún temporizador, alarma ni recordatorio."
    await box.close()


async def test_what_came_due_while_nobody_was_here_is_told_at_the_next_start(
    make: Any, clock: Clock, told: list[tuple[str, str]]
) -> None:
    first = timers.Toolbox(make(), clock, MADRID)
    await call(first, "set_timer", when="a las 18:00", text="sacar la basura")
    await first.close()
    clock.now = datetime(2026, 11, 28, 9, 0, tzinfo=MADRID).timestamp()
    second = timers.Toolbox(make(), clock, MADRID)
    await second.tools()  # from now on it rings by itself
    async with asyncio.timeout(10):
        while not told:
            await asyncio.sleep(0)
    await second.close()
    said = "Recordatorio: sacar la basura (Debía sonar el jueves 26 de noviembre de 2026 a las 18:00.)"
    assert told == [("owner", said)]


async def test_what_could_not_be_told_is_told_later(make: Any, clock: Clock, told: list[tuple[str, str]]) -> None:
    home: Home = make()
    fails = True

    async def tell(person: str, text: str) -> None:
        if fails:
            raise StoreError("store.locked", path="x")
        told.append((person, text))

    box = timers.Toolbox(Home(home.settings, home.database, home.data, tell), clock, MADRID)
    await call(box, "set_timer", when="5 minutos")
    clock.now += 300
    with pytest.raises(StoreError):
        await box.ring()
    fails = False
    await box.ring()
    assert len(told) == 1
    await box.close()


async def test_a_new_timer_is_noticed_while_another_is_waited_for(
    make: Any, clock: Clock, told: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timers, "LOOK_SECONDS", 3600.0)
    box = timers.Toolbox(make(), clock, MADRID)
    await call(box, "set_timer", when="2 horas")
    clock.now += 60 - 1e-9
    await box.timers.add("owner", "timer", "", clock.now, "en")
    box._changed.set()
    async with asyncio.timeout(10):
        while not told:
            await asyncio.sleep(0)
    await box.close()


async def test_nobody_sees_or_cancels_anothers(make: Any, clock: Clock) -> None:
    box = timers.Toolbox(make(), clock, MADRID)
    await call(box, "set_timer", when="5 minutos", person="ana")
    assert await call(box, "list_timers", "en", "ben") == "No timer, alarm or reminder is set."
    with pytest.raises(NotFound):
        await call(box, "cancel_timer", person="ben", which="1")
    with pytest.raises(NotFound):
        await call(box, "cancel_timer", person="ben", which="all")
    assert "1" in await call(box, "cancel_timer", person="ana", which="1")
    await box.close()


@pytest.mark.parametrize(
    ("which", "gone"),
    [("2", [2]), ("mamá", [2]), ("el recordatorio de mamá", [2]), ("alarma", [3]), ("todos", [1, 2, 3]), ("#1", [1])],
)
async def test_which_one_is_meant(make: Any, clock: Clock, which: str, gone: list[int]) -> None:
    box = timers.Toolbox(make(), clock, MADRID)
    for when, text in (("5 minutos", ""), ("mañana a las 8", "llamar a mamá"), ("a las 22:00", "")):
        await call(box, "set_timer", when=when, text=text)
    await call(box, "cancel_timer", which=which)
    assert {t.id for t in await box.timers.of("owner")} == {1, 2, 3} - set(gone)
    await box.close()


async def test_more_than_one_is_asked_about(make: Any, clock: Clock) -> None:
    box = timers.Toolbox(make(), clock, MADRID)
    for _ in range(2):
        await call(box, "set_timer", when="5 minutos")
    with pytest.raises(UsageError) as refused:
        await call(box, "cancel_timer", which="temporizador")
    assert refused.value.code == "tools.timers_which" and len(await box.timers.of("owner")) == 2
    await box.close()


@pytest.mark.parametrize(
    ("when", "code"),
    [("ayer a las 8", "tools.timers_past"), ("cada día a las 8", "tools.timers_again"), ("luego", "tools.when_unknown"),
     ("every Monday at 9", "tools.timers_again"), ("in 99999 days", "tools.when_unknown")],
)  # fmt: skip
async def test_what_cannot_be_set_is_refused(make: Any, clock: Clock, when: str, code: str) -> None:
    box = timers.Toolbox(make(), clock, MADRID)
    with pytest.raises(UsageError) as refused:
        await call(box, "set_timer", when=when)
    assert refused.value.code == code and refused.value.hint()
    await box.close()


async def test_there_is_a_most(make: Any, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timers, "MOST", 2)
    box = timers.Toolbox(make(), clock, MADRID)
    for _ in range(2):
        await call(box, "set_timer", when="5 minutos")
    with pytest.raises(UsageError) as refused:
        await call(box, "set_timer", when="5 minutos")
    assert refused.value.code == "tools.timers_many"
    await box.close()


async def test_across_a_change_of_clocks(make: Any, clock: Clock) -> None:
    box = timers.Toolbox(make(), clock, MADRID)
    now = datetime(2026, 10, 24, 22, 0, tzinfo=MADRID)
    clock.now = now.timestamp()
    setting = await tool(box, "set_timer")
    await setting.run({"when": "mañana a las 8"}, asker("es", now=now))
    await setting.run({"when": "en 12 horas"}, asker("es", now=now))
    due = [datetime.fromtimestamp(t.due, UTC).strftime("%H:%M") for t in await box.timers.of("owner")]
    assert due == ["07:00", "08:00"]
    await box.close()


async def test_what_was_told_is_kept_until_it_is_seen(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    telling = Telling(database, find=lambda name: None)
    await telling.tell("ana", "one")
    assert "ana was told" in caplog.text
    assert "one" not in caplog.text  # the log is no place from which it could be forgotten
    await telling.tell("ben", "two")
    await telling.tell("ana", "three")
    found = await telling.unseen("ana")
    assert [t.text for t in found] == ["one", "three"]
    await telling.seen("ana", found[0].id)
    assert [t.text for t in await telling.unseen("ana")] == ["three"]
    assert [t.text for t in await telling.unseen("ben")] == ["two"]
    await telling.forget("ana")
    assert await telling.unseen("ana") == []


async def test_a_desktop_is_told_and_one_that_hangs_or_fails_is_not_waited_for(
    database: Database, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr("jarvis.tools.telling.NOTIFY_SECONDS", 0.2)
    program = tmp_path / "notify-send"
    for script in ('printf "%s\\n" "$@" > "$(dirname "$0")/shown"', "sleep 600", "exit 3"):
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o700)
        await Telling(database, find=lambda name: str(program)).tell("owner", "--hint=evil; $(id)")
    assert (tmp_path / "shown").read_text().splitlines()[1:] == ["--", "Jarvis", "--hint=evil; $(id)"]
    missing = Telling(database, find=lambda name: str(tmp_path / "no-such-program"))
    await missing.tell("owner", "x")
    assert len(await missing.unseen("owner")) == 4
