"""Keys, addresses and budgets of paid models, as doctor finds them."""

from __future__ import annotations

import os
from pathlib import Path

from jarvis.config.paths import paths
from jarvis.config.schema import Settings
from jarvis.doctor.base import Finding, Patient
from jarvis.doctor.providers import check
from jarvis.hardware.inventory import Inventory

KEY = "sk-test-0123456789abcdef"


def found(folder: Path, settings: dict[str, object], **environ: str) -> list[Finding]:
    where = paths({"JARVIS_HOME": str(folder)})
    return list(check(Patient(Settings.model_validate(settings), where, environ, Inventory())))


def told(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(f.status, f.code.removeprefix("providers.")) for f in findings]


def test_without_a_key_all_is_well(tmp_path: Path) -> None:
    assert told(found(tmp_path, {})) == [("OK", "no_keys")]


def test_a_key_without_a_budget_is_told_and_never_shown(tmp_path: Path) -> None:
    (one,) = found(tmp_path, {}, OPENAI_API_KEY=KEY)
    assert (one.status, one.code) == ("WARN", "providers.no_budget")
    assert "openai" in one.message("en") and "jarvis budget set" in one.hint("en")
    assert KEY not in str(one)
    assert told(found(tmp_path, {"budget": {"month_usd": 5}}, OPENAI_API_KEY=KEY)) == [("OK", "ready")]
    assert told(found(tmp_path, {"provider": {"openai": {"day_usd": 1}}}, OPENAI_API_KEY=KEY)) == [("OK", "ready")]


def test_what_keeps_a_provider_from_being_asked_is_told_with_the_next_step(tmp_path: Path) -> None:
    wrong = {"provider": {"openai": {"address": "http://me:secret@127.0.0.1/v1"}}}
    (one, _) = found(tmp_path, wrong, OPENAI_API_KEY=KEY)
    assert (one.status, one.code) == ("WARN", "providers.key_in_address") and one.hint("es")
    file = tmp_path / "key"
    file.write_text(KEY)
    os.chmod(file, 0o644)
    (one, _) = found(tmp_path, {"provider": {"openai": {"key_file": str(file)}}})
    assert str(file) in one.message("en") and "chmod" in one.hint("en")
