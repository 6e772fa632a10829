"""`jarvis plan` says what the keeper would do: with what is set for each model, and with the files that are here."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from jarvis.catalog.catalog import Catalog
from jarvis.catalog.here import catalog
from jarvis.cli import planning
from jarvis.config.paths import paths
from jarvis.config.schema import Engines, Hardware, LlamaCpp, OwnModel, Settings
from jarvis.fleet.host import Host
from jarvis.fleet.planner import plan
from jarvis.fleet.survey import Surveyor
from jarvis.fleet.surveyed import body
from jarvis.hardware.declared import read
from jarvis.words.fleet import HOST, Plan
from jarvis.words.hardware import Gpus
from jarvis.words.model import Installed

MACHINE = """
[[gpu]]
name = "NVIDIA GeForce RTX 5070 Ti"
memory_mib = 16303
compute_capability = "12.0"
bandwidth_gbs = 896
uuid = "GPU-5070"
[[gpu]]
name = "NVIDIA GeForce RTX 2060"
memory_mib = 6144
compute_capability = "7.5"
bandwidth_gbs = 336
uuid = "GPU-2060"
[cpu]
cores = 16
memory_mib = 65536
bandwidth_gbs = 70
"""
EIGHT = "llama-3.1-8b-instruct"
MIB = 1 << 20


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "machine.toml").write_text(MACHINE)
    return tmp_path / "machine.toml"


def told(file: Path, name: str = EIGHT, **own: Any) -> dict[str, Any]:
    settings = Settings(model={name.partition(":")[0]: OwnModel(**own)})
    look = Surveyor(settings, Catalog(Path("/nowhere")), read(file))
    found: dict[str, Any] = body(look.survey(look.asked([name])))
    return found


def test_what_is_set_for_a_model_is_what_is_planned(file: Path) -> None:
    (usual,) = told(file)["models"]
    assert (usual["quantisation"], usual["devices"], usual["context"]) == ("Q4_K_M", ["GPU-5070"], 4096)
    (model,) = told(file, context=8192, quantization="q8_0")["models"]
    assert (model["quantisation"], model["context"]) == ("Q8_0", 8192)
    (model,) = told(file, engine="vllm", quantization="Q4_K_M")["models"]
    assert not model["feasible"], "vLLM does not run it"
    (model,) = told(file, f"{EIGHT}:Q4_K_M", quantization="Q8_0")["models"]
    assert model["quantisation"] == "Q4_K_M", "what is asked for now wins"
    (model,) = told(file, options={"ubatch": 2048})["models"]
    assert sum(model["mib"].values()) > sum(usual["mib"].values()) + 100
    for index, card in enumerate(("GPU-5070", "GPU-2060")):
        (model,) = told(file, "llama-3.2-1b-instruct", gpu=index)["models"]
        assert model["devices"] == [card], "where both are fast enough"


@pytest.mark.real
def test_a_model_that_is_here_is_planned_as_it_would_be_loaded(
    file: Path, starter_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JARVIS_HOME", str(tmp_path / "home"))
    own = OwnModel(path=starter_path, context=2048)
    settings = Settings(model={"smollm2-135m-instruct": own}, hardware=Hardware(file=file))
    models, machine = catalog(settings, paths()), replace(read(file), gpus=Gpus())
    look = Surveyor(settings, models, machine)
    (option,) = look.survey(look.asked([])).placed.values()
    assert look.way(option.card, option.variant, option.engine).footprint.rung == "header"
    kept = Host(models, settings, tmp_path).how(models.installed()[0])
    assert kept.order.context == option.context == 2048
    found = plan(look.devices, (), kept.wish)
    assert isinstance(found, Plan) and found.placement == option.placement


def test_a_card_that_is_used_by_vulkan_is_charged_less_besides_the_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As NVML counted a process on an H200, and what the card had less (``bench/footprint.py --card 0``)."""
    monkeypatch.setenv("JARVIS_HOME", str(tmp_path))
    models, beside = catalog(Settings(), paths()), {}
    card = models.card("bge-m3")
    variant = card.variants[0]
    for name in ("CUDA0", "Vulkan0"):
        server = tmp_path / name
        server.write_text(f"#!/bin/sh\necho 'version: 7'; echo '  {name}: NVIDIA H200 (143771 MiB, 9 MiB free)'\n")
        server.chmod(0o755)
        settings = Settings(engines=Engines(llama_cpp=LlamaCpp(binary=server)))
        how = Host(models, settings, tmp_path).how(Installed(card, variant, tmp_path / "m.gguf", tmp_path))
        beside[name] = how.wish.rows[0][1].card // MIB
    assert beside == {"CUDA0": 538, "Vulkan0": 138}  # 38 of them to compute with


def test_what_loaded_models_hold_is_not_other_programs(file: Path) -> None:
    real = replace(read(file), declared=False)
    devices = [{"uuid": HOST, "others_mib": 1000}, {"uuid": "GPU-5070", "others_mib": 300}]
    look = Surveyor(Settings(), Catalog(Path("/nowhere")), real, {"devices": devices})
    assert [(d.total - d.free) // MIB for d in look.devices] == [1000, 300, 0]
    declared = Surveyor(Settings(), Catalog(Path("/nowhere")), read(file), {"devices": devices})
    assert [d.total - d.free for d in declared.devices] == [0, 0, 0], "of another machine it says nothing"


def test_the_command_asks_the_daemon_what_its_own_models_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JARVIS_HOME", str(tmp_path))
    monkeypatch.setattr(planning, "running", lambda *_: {"devices": [{"uuid": HOST, "others_mib": 7}]})
    (host, *_) = planning.surveyor(None).devices
    assert host.total - host.free == 7 * MIB
