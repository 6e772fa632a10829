"""Every check runs, each on its own, and each thing that is wrong comes with what mends it."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

import jarvis.doctor
from jarvis import registry
from jarvis.config.paths import Paths
from jarvis.config.schema import Settings
from jarvis.doctor.base import Finding, Patient
from jarvis.doctor.examine import ORDER, examine
from jarvis.texts import find
from jarvis.texts.hardware import TEXTS as HARDWARE

NEVER_WRONG = {"hardware.no_driver"}
"""Told in other words by the check."""


def test_every_check_has_its_turn() -> None:
    assert sorted(ORDER) == registry.names("jarvis.doctor")


def test_a_whole_examination_changes_nothing(who: Patient, home: Paths) -> None:
    found = list(examine(who))
    assert [f.check for f in found if f.finding.code == "doctor.crashed"] == []
    assert {f.check for f in found} == set(ORDER) - {"cards"}  # which only a deep one tries
    assert not home.data.exists()
    assert not home.config.exists()
    for examined in found:
        for lang in ("en", "es"):
            assert examined.finding.message(lang)  # type: ignore[arg-type]
            assert bool(examined.finding.hint(lang)) == (examined.finding.status != "OK")  # type: ignore[arg-type]


def test_a_check_that_crashes_is_a_finding_and_the_rest_go_on(who: Patient) -> None:
    broken = replace(who, settings=cast(Settings, None))
    found = {f.check: f.finding for f in examine(broken, ["port", "python", "nonexistent", "daemon"])}
    assert found["port"].status == "FAIL"
    assert "AttributeError" in found["port"].message("en")
    assert found["port"].hint("es")
    assert found["python"].status == "OK"
    assert found["nonexistent"].status == "FAIL"
    assert "nonexistent" in found["nonexistent"].message("en")
    assert found["daemon"].status == "OK"


def codes(of: str) -> set[str]:
    """The literal codes that the checks give to ``ok``, ``warn`` or ``fail``."""
    found = set()
    for path in Path(jarvis.doctor.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == of:
                options = (
                    [node.args[0].body, node.args[0].orelse] if isinstance(node.args[0], ast.IfExp) else node.args[:1]
                )
                found |= {o.value for o in options if isinstance(o, ast.Constant)}
    return found


@pytest.mark.parametrize("kind", ["ok", "warn", "fail"])
def test_what_is_found_can_be_said(kind: str) -> None:
    assert len(codes(kind)) > 5
    assert [code for code in sorted(codes(kind)) if find(code) is None] == []


def test_whatever_is_wrong_has_its_mending_command() -> None:
    wrong = (
        codes("warn")
        | codes("fail")
        | {c for c in HARDWARE if not c.endswith(".hint") and ".expected." not in c} - NEVER_WRONG
    )
    for code in sorted(wrong):
        hint = find(f"{code}.hint")
        assert hint is not None, code
        if code not in ("doctor.failed", "doctor.model_half"):
            assert re.search(r"`[^`]+`", hint.es), code


def test_a_finding_that_is_well_has_no_hint() -> None:
    assert Finding("OK", "doctor.no_model", {"model": "x"}).hint() == ""
    assert Finding("WARN", "doctor.no_model", {"model": "x"}).hint("en")
