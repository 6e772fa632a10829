"""The ledger of spoken turns."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from jarvis.store.database import Database
from jarvis.telemetry import spoken
from jarvis.telemetry.spoken import SpokenTurn, SpokenTurns


async def test_what_is_told_of_a_turn_later_takes_the_place_of_what_was_told(tmp_path: Path) -> None:
    database = Database(tmp_path / "test.db", {"spoken": (spoken.MIGRATION,)})
    ledger = SpokenTurns(database)
    turn = SpokenTurn(10.5, "ana", None, "es", "ear", "mind", "mouth", text=0.5, done=2.0)
    for one in (turn, replace(turn, person="bob"), replace(turn, started=11.5), replace(turn, interrupted=True)):
        await ledger.record(one)
    found = await ledger.since(0)
    assert sorted((t.person, t.started, t.interrupted) for t in found) == [
        ("ana", 10.5, True), ("ana", 11.5, False), ("bob", 10.5, False),
    ]  # fmt: skip
    database.close()
