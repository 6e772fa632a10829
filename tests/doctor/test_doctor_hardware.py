"""What is said of machines that are described: GPUs by driver and capability, processors, memory, disks."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from jarvis.doctor import disk, memory, processor
from jarvis.doctor.base import Finding
from jarvis.doctor.gpus import driver_command, judge
from jarvis.words.exchange import Notice
from jarvis.words.hardware import Adapter, Cpu, Gpu, Gpus, Holder, Ram, Version

GIB = 1 << 30
NVIDIA, AMD, INTEL = (Adapter(v, "0000:01:00.0") for v in ("nvidia", "amd", "intel"))


def card(name: str, capability: Version, cuda: Version, gib: int = 16) -> Gpu:
    return Gpu(f"GPU-{name}", name, 0, gib * GIB, GIB, (gib - 1) * GIB, capability, "5xx.1", cuda)


def said(found: Gpus, there: tuple[Adapter, ...] = ()) -> list[tuple[str, str]]:
    findings = list(judge(found, there, "install it"))
    for finding in findings:
        assert finding.message("es")
        assert bool(finding.hint("es")) == (finding.status != "OK")
    return [(f.status, f.code.partition(".")[2]) for f in findings]


AMPERE = card("A100", (8, 0), (13, 0), 40)
NO_DRIVER = Gpus(reason=Notice("hardware.no_driver"))


@pytest.mark.parametrize(
    ("found", "there", "expected"),
    [
        (NO_DRIVER, (), [("OK", "no_gpu")]),
        (NO_DRIVER, (AMD,), [("OK", "no_gpu"), ("OK", "vulkan")]),
        (NO_DRIVER, (INTEL, Adapter("0x1a03", "x")), [("OK", "no_gpu"), ("OK", "vulkan")]),
        (NO_DRIVER, (NVIDIA,), [("FAIL", "gpu_without_driver")]),
        (Gpus(reason=Notice("hardware.driver_not_loaded")), (NVIDIA,), [("FAIL", "driver_not_loaded")]),
        (Gpus(reason=Notice("hardware.driver_mismatch")), (), [("FAIL", "driver_mismatch")]),
        (Gpus(reason=Notice("hardware.no_permission")), (), [("FAIL", "no_permission")]),
        (Gpus(reason=Notice("hardware.driver_without_gpu", {"driver": "1"})), (), [("OK", "driver_without_gpu")]),
        (
            Gpus(reason=Notice("hardware.driver_without_gpu", {"driver": "1"})),
            (NVIDIA,),
            [("FAIL", "driver_without_gpu")],
        ),
        (
            Gpus((card("RTX 5070 Ti", (12, 0), (13, 0)), card("RTX 2060", (7, 5), (13, 0), 6))),
            (NVIDIA, INTEL),
            [("OK", "gpu"), ("OK", "gpu")],
        ),
        (
            Gpus((card("RTX 5070 Ti", (12, 0), (12, 4)), card("RTX 2060", (7, 5), (12, 4), 6))),
            (NVIDIA,),
            [("FAIL", "driver_too_old"), ("OK", "gpu")],
        ),
        (
            Gpus((card("RTX 5070 Ti", (12, 0), (13, 0)), card("GTX 1080", (6, 1), (13, 0), 8))),
            (NVIDIA,),
            [("OK", "gpu"), ("OK", "gpu"), ("WARN", "no_common_wheel")],
        ),
        (Gpus((card("GTX 680", (3, 0), (11, 4), 2),)), (NVIDIA,), [("WARN", "gpu_unserved")]),
        (Gpus((replace(AMPERE, mig=True),)), (NVIDIA,), [("WARN", "mig_empty")]),
        (
            Gpus((replace(AMPERE, mig=True), replace(AMPERE, uuid="MIG-1", parent=AMPERE.uuid))),
            (NVIDIA,),
            [("OK", "mig"), ("OK", "gpu")],
        ),
        (Gpus((replace(AMPERE, free_bytes=None),)), (NVIDIA,), [("FAIL", "memory_unknown")]),
        (
            Gpus((Gpu("u", "A", 0, fault=Notice("hardware.gpu_lost", {"gpu": "A", "reason": "lost"})),)),
            (NVIDIA,),
            [("FAIL", "gpu_lost")],
        ),
    ],
)
def test_machines(found: Gpus, there: tuple[Adapter, ...], expected: list[tuple[str, str]]) -> None:
    assert said(found, there) == expected


def test_what_an_owner_reads_of_a_turing_card() -> None:
    (finding,) = judge(Gpus((card("RTX 2060", (7, 5), (12, 8), 6),)), (), "")
    message = finding.message("en")
    assert "5,120 of 6,144 MiB free" in message
    assert "has vLLM; lacks bf16, FlashAttention-2, FP8, NVFP4" in message
    assert "PyTorch cu126, cu128" in message
    assert "used by -" in message


def test_an_owner_reads_who_uses_a_card() -> None:
    busy = replace(AMPERE, holders=(Holder(7, "Xorg", 300 << 20), Holder(8, "python")))
    (finding,) = judge(Gpus((busy,)), (), "")
    assert "used by Xorg (7): 300 MiB, python (8): ? MiB;" in finding.message("en")


def test_an_old_driver_for_a_new_card_is_told_with_what_it_needs() -> None:
    (finding,) = judge(Gpus((card("RTX 5070 Ti", (12, 0), (12, 4)),)), (), "sudo apt install driver")
    assert "needs driver 570" in finding.message("en")
    assert "`sudo apt install driver`" in finding.hint("en")


@pytest.mark.parametrize(
    ("names", "command"),
    [
        (["ubuntu", "debian"], "sudo ubuntu-drivers install"),
        (["linuxmint", "ubuntu", "debian"], "sudo ubuntu-drivers install"),
        (["debian"], "sudo apt install nvidia-driver"),
        (["nobara", "fedora"], "sudo dnf install akmod-nvidia"),
        ([], "https://www.nvidia.com/drivers"),
    ],
)
def test_the_command_is_of_this_distribution(names: list[str], command: str) -> None:
    assert driver_command(names) == command


CARDS = """0 580.65.06 13000
0 GPU-5070 12 0 17094934528 16500000000 39 21500 NVIDIA GeForce RTX 5070 Ti
0 GPU-2060 7 5 6442450944 6000000000 41 35000 NVIDIA GeForce RTX 2060
"""


def examined(environ: dict[str, str], *checks: str, deep: bool = False) -> list[Finding]:
    """What these checks find in a process that begins with this environment."""
    code = (
        "import json, os, sys; from jarvis.config.paths import paths; from jarvis.doctor.examine import *\n"
        f"found = examine(patient(paths(), os.environ, deep={deep}), sys.argv[1:])\n"
        "print(json.dumps([[f.finding.status, f.finding.code, dict(f.finding.facts)] for f in found], default=str))"
    )
    command = [sys.executable, "-W", "error", "-c", code, *checks]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return [Finding(*entry) for entry in json.loads(done.stdout)]


@pytest.fixture
def with_gpus(environ: dict[str, str], fake_driver: Path, tmp_path: Path) -> dict[str, str]:
    (tmp_path / "cards").write_text(CARDS)
    return environ | {"LD_LIBRARY_PATH": str(fake_driver), "FAKE_NVML": str(tmp_path / "cards")}


def test_the_reference_cards_through_the_real_binding(with_gpus: dict[str, str]) -> None:
    big, small = examined(with_gpus, "gpus")
    assert (big.status, small.status) == ("OK", "OK")
    assert big.facts["wheels"] == "cu128, cu130, cu132"
    assert small.facts["wheels"] == "cu126, cu128, cu130, cu132"
    assert "FlashAttention-2" in str(small.facts["lacks"])


DECLARED = """
[[gpu]]
name = "NVIDIA GeForce RTX 5070 Ti"
memory_mib = 16303
compute_capability = "12.0"
bandwidth_gbs = 896
used_mib = 420
[cpu]
name = "A Processor of Paper"
cores = 16
memory_mib = 65536
bandwidth_gbs = 70
"""


def test_a_declared_machine_is_said_to_be_declared(with_gpus: dict[str, str], tmp_path: Path) -> None:
    """And nothing is said of the GPUs that are really there."""
    (tmp_path / "machine.toml").write_text(DECLARED)
    with_gpus["JARVIS_HARDWARE_FILE"] = str(tmp_path / "machine.toml")
    found = examined(with_gpus, "configuration", "memory", "processor", "gpus", "engines")
    assert [f.code for f in found if f.status != "OK"] == []
    declared = next(f for f in found if f.code == "doctor.declared")
    assert str(tmp_path / "machine.toml") in declared.message("es")
    (gpu,) = (f for f in found if f.code == "doctor.declared_gpu")
    assert "15,883 of 16,303 MiB free, 896 GB/s, capability 12.0" in gpu.message("en")
    assert next(f for f in found if f.code == "doctor.processor").facts["name"] == "A Processor of Paper"
    assert next(f for f in found if f.code == "doctor.memory").facts["total"] == "68.7 GB"


def test_a_declared_machine_that_is_wrong_is_one_finding(with_gpus: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "machine.toml").write_text(DECLARED.replace("16303", "16"))
    with_gpus["JARVIS_HARDWARE_FILE"] = str(tmp_path / "machine.toml")
    found = examined(with_gpus, "configuration", "memory", "processor", "gpus")
    (wrong,) = (f for f in found if f.status == "FAIL")
    assert "gpu[0].memory_mib is 16; expected whole MiB from 256" in wrong.message("en")
    assert len([f for f in found if f.code == "doctor.gpu"]) == 2  # the rest is looked at on this machine


def test_a_gpu_with_only_a_cpu_engine_is_wrong(with_gpus: dict[str, str], tmp_path: Path) -> None:
    with_gpus["PATH"] = str(tmp_path)
    found = examined(with_gpus, "engines")
    (wrong,) = (f for f in found if f.code == "doctor.only_cpu_engine")
    assert wrong.status == "FAIL"
    assert "RTX 5070 Ti" in wrong.message("en")
    assert wrong.hint("es") == "`jarvis install llama-vulkan`"


def test_a_llama_server_that_sees_the_gpu_is_right(with_gpus: dict[str, str], tmp_path: Path) -> None:
    server = tmp_path / "llama-server"
    server.write_text(
        f"#!{sys.executable}\nimport sys\n"
        "if '--list-devices' in sys.argv:\n"
        "    print('Available devices:\\n  CUDA0: NVIDIA GeForce RTX 5070 Ti (16302 MiB, 15700 MiB free)')\n"
        "else:\n    print('version: 7 (abc)\\n--list-devices')\n"
    )
    server.chmod(0o755)
    with_gpus["JARVIS_ENGINES_LLAMA_CPP_BINARY"] = str(server)
    found = examined(with_gpus, "engines")
    assert [f.facts["engine"] for f in found if f.code == "doctor.gpu_engine"] == ["llama_cpp"]
    assert [f for f in found if f.status != "OK"] == []


def test_a_vulkan_server_that_sees_no_gpu_is_not_to_be_installed_again(
    with_gpus: dict[str, str], tmp_path: Path
) -> None:
    """On an H200 whose driver came without libGL's dispatch libraries."""
    server = tmp_path / "llama-server"
    server.write_text("#!/bin/sh\ncase $1 in --list-devices) echo Available devices:;; *) echo version: 7;; esac\n")
    server.chmod(0o755)
    (tmp_path / "libggml-vulkan.so.0").touch()
    with_gpus["JARVIS_ENGINES_LLAMA_CPP_BINARY"] = str(server)
    (wrong,) = (f for f in examined(with_gpus, "engines") if f.status != "OK")
    assert wrong.code == "engines.card_unknown" and str(server) in wrong.message("es")
    assert "apt install" in wrong.hint("es") and "jarvis install" not in wrong.hint("en")


def test_deep_tries_every_card(with_gpus: dict[str, str], tmp_path: Path) -> None:
    """On cards that are not there, with an engine for the processor: each is tried, and each fails in its own words."""
    with_gpus["PATH"] = str(tmp_path)
    model = tmp_path / "SmolLM2-135M-Instruct.Q4_1.gguf"
    model.write_bytes(b"GGUF")
    config = Path(with_gpus["JARVIS_HOME"]) / "config" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(f'[model."smollm2-135m-instruct"]\npath = "{model}"\n')
    found = examined(with_gpus, "cards", deep=True)
    assert [(f.status, f.code, f.facts["gpu"]) for f in found] == [
        ("FAIL", "doctor.card_fails", "NVIDIA GeForce RTX 5070 Ti"),
        ("FAIL", "doctor.card_fails", "NVIDIA GeForce RTX 2060"),
    ]
    assert all("processor only" in str(f.facts["reason"]) for f in found)
    assert examined(with_gpus, "cards") == []


def test_deep_without_a_card_says_so(environ: dict[str, str]) -> None:
    (found,) = examined(environ, "cards", deep=True)
    if found.code != "doctor.no_card_to_try":
        pytest.skip("this machine has an NVIDIA GPU")
    assert found.status == "OK"


def test_a_binary_that_does_not_run_is_told(environ: dict[str, str], tmp_path: Path) -> None:
    environ["JARVIS_ENGINES_LLAMA_CPP_BINARY"] = str(tmp_path / "nothing")
    found = examined(environ, "engines")
    assert "doctor.binary_unused" in [f.code for f in found if f.status == "WARN"]


def test_without_a_gpu_the_cpu_engine_is_right(environ: dict[str, str]) -> None:
    found = examined(environ, "engines", "gpus")
    if "doctor.gpu" in [f.code for f in found]:
        pytest.skip("this machine has an NVIDIA GPU")
    assert [f for f in found if f.status == "FAIL"] == []
    assert "doctor.no_gpu" in [f.code for f in found]


def cpu(architecture: str = "x86_64", without: str = "") -> Cpu:
    has = {"avx", "avx2", "fma", "f16c", "bmi2", "ssse3"} - {without}
    return Cpu("A Processor", architecture, 4, 8, 2.5, frozenset(has))


def test_processors() -> None:
    assert processor.judge(cpu()).status == "OK"
    assert "2.5 may be used" in processor.judge(cpu()).message("en")
    old = processor.judge(cpu(without="avx2"))
    assert old.status == "FAIL"
    assert "lacks avx2" in old.message("en")
    assert "engines.llama_cpp.binary" in old.hint("en")
    assert processor.judge(cpu("aarch64", without="avx2")).status == "OK"


def test_the_wheel_here_needs_what_we_say() -> None:
    code = "import xllamacpp; print(xllamacpp.get_system_info())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    if os.uname().machine != "x86_64":
        pytest.skip("the table is for x86_64")
    # "AVX2 = 1 | FMA = 1 | ...": what it was compiled with; not all of it are features of a processor.
    built = {name.lower() for name, value in re.findall(r"(\w+) = (\d)", done.stdout) if value == "1"}
    features = {"ssse3", "avx", "avx2", "f16c", "fma", "bmi2", "avx512", "avx_vnni", "amx_int8"}
    assert processor.WHEEL_NEEDS["x86_64"] == built & features


@pytest.mark.parametrize(
    ("available", "limited", "expected"),
    [
        (24_000_000_000, False, "doctor.memory"),
        (24_000_000_000, True, "doctor.memory_limited"),
        (3_000_000_000, False, "doctor.memory_little"),
        (200_000_000, True, "doctor.memory_full"),
    ],
)
def test_memory(available: int, limited: bool, expected: str) -> None:
    found = memory.judge(Ram(32_000_000_000, available, limited))
    assert found.code == expected
    assert bool(found.hint("en")) == (found.status != "OK")


@pytest.mark.parametrize(
    ("free", "models", "status"),
    [(50e9, True, "OK"), (5e9, True, "WARN"), (5e9, False, "OK"), (0.1e9, False, "FAIL"), (0.1e9, True, "FAIL")],
)
def test_disks(free: float, models: bool, status: str) -> None:
    found = disk.judge(int(free), int(100e9), models, [Path("/a b")])
    assert found.status == status
    if status != "OK":
        assert "du -sh '/a b'" in found.hint("en")
