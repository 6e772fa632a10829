"""``jarvis doctor`` says when there is no fresh backup, or no room for the next."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from jarvis.backup.daily import trouble
from jarvis.backup.keeping import Backup, make
from jarvis.config.paths import paths
from jarvis.config.schema import Settings
from jarvis.doctor.backup import check, judge
from jarvis.doctor.base import Finding, Patient
from jarvis.hardware.inventory import Inventory
from jarvis.store.database import Database

DAY = 86400.0


def of(days: float, daily: bool = True, reason: str = "", made: bool = True) -> Finding:
    now = 1_800_000_000.0
    backups = [Backup(Path("/b"), now - days * DAY, "", 1)] if made else []
    return judge(backups, daily, now, now - days * DAY, reason, Path("/there"))


def test_how_old_the_last_may_be() -> None:
    assert (of(2).status, of(4).status, of(4, daily=False).status) == ("OK", "WARN", "OK")
    assert of(40, daily=False).status == "WARN"
    assert (of(2, made=False).status, of(4, made=False).status) == ("OK", "WARN")
    failed = of(1, reason="the disk is full")
    assert (failed.status, "the disk is full" in failed.message("en")) == ("WARN", True)
    assert "4 days ago" in of(4).message("en")
    assert all("jarvis" in one.hint("en") for one in (of(4), of(4, made=False), failed))


def test_what_is_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    where = paths({"JARVIS_HOME": str(tmp_path)})
    who = Patient(Settings(), where, {}, Inventory())
    assert [one.code for one in check(who)] == ["backup.doctor.nothing"]
    Database(where.database, {}).close()
    assert [one.code for one in check(who)] == ["backup.doctor.none_yet"]
    (where.data / "backups").mkdir()
    make(where, where.data / "backups")
    assert [one.code for one in check(who)] == ["backup.doctor.fresh"]
    where.state.mkdir()
    trouble(where).write_text(json.dumps({"at": 1, "reason": "?"}))
    assert [one.code for one in check(who)] == ["backup.doctor.failed"]
    trouble(where).write_text("{broken")
    elsewhere = Settings().model_copy(
        update={"backup": Settings().backup.model_copy(update={"folder": tmp_path / "x"})}
    )
    assert [one.code for one in check(replace(who, settings=elsewhere))] == ["backup.doctor.fresh"]
    usage = type("Usage", (), {"free": 10})
    monkeypatch.setattr("jarvis.doctor.backup.shutil.disk_usage", lambda place: usage)
    assert [one.code for one in check(who)] == ["backup.doctor.fresh", "backup.doctor.no_room"]
