"""The owner's own ``llama-server``: used where it works, told of where it does not."""

from __future__ import annotations

import logging
import os
import stat
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from jarvis.config.schema import Engines, LlamaCpp, Settings
from jarvis.engines._llama_server import Broken, LlamaServer, ask, command, finds_devices, identity, vulkan_names
from jarvis.engines.llama_cpp import Engine, cores, environ, named, ranked, settings_of
from jarvis.engines.served import Served
from jarvis.errors import EngineStartFailed, UsageError
from jarvis.hardware.inventory import Inventory
from jarvis.installs.here import Installed, note
from jarvis.texts import say
from jarvis.words.chat import ChatRequest, Message, Sampling
from jarvis.words.exchange import Notice
from jarvis.words.fleet import Split
from jarvis.words.hardware import Cpu, Gpu, Gpus, Machine, Ram
from jarvis.words.model import Load

STAND_IN = Path(__file__).with_name("stand_in.py")
WORKS = f'exec {sys.executable} {STAND_IN} "$@"'
NO_SUCH_INSTRUCTION = f'case "$1" in --version|--help) {WORKS};; esac; kill -ILL $$'
"""As a build for a newer processor: it says its version, and dies when it has to compute."""


def script(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "llama-server"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def settings(binary: Path | None, **more: Any) -> Settings:
    return Settings(engines=Engines(llama_cpp=LlamaCpp(binary=binary, **more)))


@pytest.fixture
async def start(tmp_path: Path, starter_path: Path) -> AsyncIterator[Any]:
    started: list[Served] = []

    async def run(binary: Path | None, **load: Any) -> Served:
        order = Load(**{"model": "starter", "path": starter_path, "context": 512, "parallel": 2, **load})
        served = await Engine(settings(binary), tmp_path / "logs").start(order)
        started.append(served)
        return served

    yield run
    for served in started:
        await served.stop()


async def said(served: Served) -> str:
    request = ChatRequest((Message.of("user", "What is the sun?"),), sampling=Sampling(temperature=0, max_tokens=12))
    return "".join([d.text async for d in served.chat(request)])


@pytest.mark.real
async def test_both_servers_get_the_same_settings(start: Any, tmp_path: Path) -> None:
    own, wheel = await start(script(tmp_path / "bin", WORKS)), await start(None)
    assert "stand_in" in Path(f"/proc/{own.pid}/cmdline").read_text()
    assert own.notices == wheel.notices == ()
    one, other = await own.wire.props(), await wheel.wire.props()
    for name in ("default_generation_settings", "total_slots", "model_alias", "chat_template", "modalities"):
        assert one[name] == other[name]
    assert one["default_generation_settings"]["n_ctx"] == 512
    assert one["total_slots"] == 2
    assert await said(own) == await said(wheel)
    key = own.wire.line._session.headers["Authorization"].split()[1]
    for name in ("cmdline", "environ"):
        assert key not in Path(f"/proc/{own.pid}/{name}").read_text()


@pytest.mark.real
async def test_the_one_on_path_is_found(start: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    binary = script(tmp_path / "bin", WORKS)
    monkeypatch.setenv("PATH", f"{binary.parent}:{os.environ['PATH']}")
    found = Engine(Settings(), tmp_path).found()
    assert found == f"llama-server 9999 (stand-in) ({binary})"
    served = await start(None, kind="embedding", options={"pooling": "mean"})
    assert "stand_in" in Path(f"/proc/{served.pid}/cmdline").read_text()
    vectors, _ = await served.embed(["a cat", "interest rates rose in March", "a cat"])
    assert vectors[0] == pytest.approx(vectors[2], abs=1e-5)


@pytest.mark.real
async def test_one_built_for_another_processor_is_replaced_and_that_is_told(
    start: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    binary = script(tmp_path / "bin", NO_SUCH_INSTRUCTION)
    assert "9999" in (Engine(settings(binary), tmp_path).found() or "")
    with caplog.at_level(logging.WARNING):
        served = await start(binary)
    assert await said(served)
    (notice,) = served.notices
    assert notice.facts == {"path": str(binary), "reason": "SIGILL"}
    assert str(binary) in say(notice.code, "es", **notice.facts)
    assert "SIGILL" in caplog.text
    found = Engine(settings(binary), tmp_path).found()
    assert found is not None and "xllamacpp" in found and "SIGILL" in found  # what was learnt is kept


BROKEN = {
    "dies at once": ("kill -ILL $$", "SIGILL"),
    "lacks a library": ("echo 'error while loading shared libraries: libcudart.so.12' >&2; exit 127", "libcudart"),
    "is no program": (None, ""),
}


@pytest.mark.parametrize("how", BROKEN)
def test_one_that_does_not_run_is_said_to(how: str, tmp_path: Path) -> None:
    text, reason = BROKEN[how]
    binary = script(tmp_path / "bin", text or "")
    if text is None:
        binary.chmod(stat.S_IRUSR)
    found = Engine(settings(binary), tmp_path).found()
    assert found is not None
    assert "xllamacpp" in found and str(binary) in found and reason in found


def test_one_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    found = Engine(settings(tmp_path / "nowhere"), tmp_path).found()
    assert found is not None and "No such file" in found


async def test_no_gpu_is_replaced_by_the_processor(tmp_path: Path) -> None:
    model = tmp_path / "m.gguf"
    model.write_bytes(b"GGUF")
    binary = script(tmp_path / "bin", "kill -ILL $$")
    with pytest.raises(EngineStartFailed) as error:
        await Engine(settings(binary), tmp_path).start(Load("m", model, split=(Split("GPU-0", 99),)))
    assert error.value.code == "engines.server_broken"


async def test_without_a_wheel_it_is_told_what_is_wrong_with_the_binary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jarvis.engines.llama_cpp._wheel", lambda: None)
    (tmp_path / "m.gguf").write_bytes(b"GGUF")
    with pytest.raises(EngineStartFailed) as error:
        await Engine(settings(tmp_path / "nowhere"), tmp_path).start(Load("m", tmp_path / "m.gguf"))
    assert "nowhere" in error.value.message("en") and "No such file" in error.value.message("en")


@pytest.mark.real
async def test_the_wheel_does_not_pretend_to_use_a_gpu(start: Any) -> None:
    with pytest.raises(EngineStartFailed) as error:
        await start(None, split=(Split("GPU-0", 99),))
    assert "processor only" in error.value.message("en")


def test_a_load_in_llama_cpps_terms() -> None:
    order = settings_of(Load("m", Path("/m"), context=1000, parallel=3), Settings())
    assert order["context"] == 3000
    assert order["threads"] == order["threads_batch"] == cores()
    assert order["device"] == "none"
    assert settings_of(Load("m", Path("/m"), threads=5), settings(None, threads=7))["threads"] == 5
    own = settings_of(Load("m", Path("/m")), settings(None, threads=7, poll=0))
    assert (own["threads"], own["poll"]) == (7, 0)
    ranked = settings_of(Load("m", Path("/m"), kind="rerank", context=700), Settings())
    assert ranked["pooling"] == "rank" and ranked["batch"] == ranked["ubatch"] == 700
    with pytest.raises(UsageError) as error:
        settings_of(Load("m", Path("/m"), options={"polling": "mean"}), Settings())
    assert "pooling" in error.value.message("es")


def install(home: Path, name: str, program: Path) -> None:
    """What `jarvis install` would have noted."""
    folder = home / "data" / "engines" / name
    folder.mkdir(parents=True)
    note(Installed(name, "1", "vulkan", str(folder), str(program), "", 1), folder.parent)


DEVICES = 'case "$1" in --list-devices) echo "Available devices:"; {echo};; *) {works};; esac'


def test_an_installed_one_is_used_where_there_is_a_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JARVIS_HOME", str(tmp_path))
    lists = 'echo "  Vulkan0: RTX 5070 Ti (16302 MiB, 1 MiB free)"'
    card = script(tmp_path / "a", DEVICES.format(echo=lists, works=WORKS))
    none = script(tmp_path / "b", DEVICES.format(echo=":", works=WORKS))
    engine = Engine(Settings(), tmp_path)
    assert "xllamacpp" in (engine.found() or "")
    install(tmp_path, "llama-vulkan", none)
    assert "xllamacpp" in (engine.found() or "") and not engine.uses_cards()  # no card: the wheel is as good
    install(tmp_path, "llama-cuda", card)
    assert str(card) in (engine.found() or "") and engine.uses_cards()
    own = script(tmp_path / "own", WORKS)
    monkeypatch.setenv("PATH", f"{own.parent}:{os.environ['PATH']}")
    assert str(own) in (engine.found() or "")  # the owner's own comes first
    assert str(none) in (Engine(settings(none), tmp_path).found() or "")


def test_cards_by_the_names_that_vulkan_has_for_them(tmp_path: Path) -> None:
    lines = (
        'printf "  Vulkan0: NVIDIA GeForce RTX 2060 (6144 MiB, 5 MiB free)\\n'
        "  Vulkan1: NVIDIA GeForce RTX 5070 Ti (16302 MiB, 5 MiB free)\\n"
        '  Vulkan2: NVIDIA GeForce RTX 2060 (6144 MiB, 5 MiB free)\\n"'
    )
    path = script(tmp_path / "v", DEVICES.format(echo=lines, works=WORKS))
    server = LlamaServer(path, "1", frozenset())
    big, small = "NVIDIA GeForce RTX 5070 Ti", "NVIDIA GeForce RTX 2060"
    assert vulkan_names(server, [(big, 0), (small, 0)]) == "Vulkan1,Vulkan0"
    assert vulkan_names(server, [(small, 1)]) == "Vulkan2"  # planned on the second, it must not come on the first
    assert vulkan_names(server, [(small, 2)]) is None
    assert vulkan_names(server, [("GPU-unknown", 0)]) is None
    cuda = script(tmp_path / "c", DEVICES.format(echo='echo "  CUDA0: NVIDIA GeForce RTX 2060"', works=WORKS))
    assert vulkan_names(LlamaServer(cuda, "1", frozenset()), [(small, 0)]) == ""  # told by CUDA_VISIBLE_DEVICES


LISTED = 'printf "  {0}0: RTX 5070 Ti (16302 MiB, 5 MiB free)\\n  {0}1: RTX 2060 (6144 MiB, 5 MiB free)\\n"'


@pytest.mark.parametrize("kind", ["CUDA", "ROCm", "Vulkan"])
def test_the_projector_goes_where_it_is_charged(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To the last card of the split, or to RAM; left alone it takes the first card that the server sees."""
    path = script(tmp_path / "a", DEVICES.format(echo=LISTED.format(kind), works=WORKS))
    server = LlamaServer(path, "1", frozenset({"--mmproj", "--no-mmproj-offload"}))
    there = Machine(
        Gpus((Gpu("GPU-A", "RTX 5070 Ti", 0), Gpu("GPU-B", "RTX 2060", 1))),
        (), Cpu("", "", 1, 1, 1.0, frozenset()), Ram(1, 1),
    )  # fmt: skip
    monkeypatch.setattr(Inventory, "now", lambda _: there)

    def told(*split: Split, **more: Any) -> tuple[list[str], str | None]:
        load = Load("m", Path("/m"), split=split, **({"projector": Path("/eyes")} | more))
        order = settings_of(load, Settings()) | named(server, load)
        return command(server, order), environ(load, str(order["eyes"])).get("MTMD_BACKEND_DEVICE")

    words, eyes = told(Split("GPU-A", 3), Split("GPU-B", 2))
    assert eyes == f"{kind}1" and "--no-mmproj-offload" not in words
    assert told(Split("GPU-B", 5))[1] == ("Vulkan1" if kind == "Vulkan" else f"{kind}0")  # alone it is counted from 0
    words, eyes = told()
    assert eyes is None and "--no-mmproj-offload" in words and "/eyes" in words
    words, eyes = told(projector=None)
    assert eyes is None and "--no-mmproj-offload" not in words


@pytest.mark.parametrize(
    ("flag", "words"), [("--no-mmap", ["--no-mmap"]), ("--load-mode", ["--load-mode", "none"])], ids=["older", "newer"]
)
def test_a_file_is_read_and_not_mapped_in_every_version(flag: str, words: list[str]) -> None:
    """``--no-mmap`` was replaced by ``--load-mode`` in 2026; a server ends at a flag that it does not know."""
    order = settings_of(Load("m", Path("/m")), Settings())
    told = command(LlamaServer(Path("/s"), "1", frozenset({flag})), order)
    assert " ".join(words) in " ".join(told)
    assert ("--no-mmap" in told) == (flag == "--no-mmap")


def test_twins_are_told_apart_by_their_order() -> None:
    lost = Notice("hardware.gpu_lost", {})
    gpus = Gpus((
        Gpu("A", "RTX 3090", 0, fault=lost),
        Gpu("B", "RTX 3090", 1),
        Gpu("C", "RTX 2060", 2),
        Gpu("D", "RTX 3090", 3, free_bytes=1, fault=Notice("hardware.gpu_memory_errors", {})),
        Gpu("E", "RTX 3090", 4),
    ))  # fmt: skip
    assert ranked(["E", "C", "B", "X"], gpus) == [("RTX 3090", 2), ("RTX 2060", 0), ("RTX 3090", 0), ("X", 0)]


def test_a_driver_that_comes_later_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listed, asked = tmp_path / "listed", tmp_path / "asked"
    listed.write_text("Available devices:\n")
    server = script(tmp_path / "a", f'echo "version: 1"; echo . >> {asked}; test -e {listed} && cat {listed}')
    words, what = (str(server), "--list-devices"), identity(server)
    assert not finds_devices(words, what)
    listed.write_text("  CUDA0: NVIDIA GeForce RTX 3090 (24124 MiB, 23000 MiB free)\n")
    assert not finds_devices(words, what) and len(asked.read_text().split()) == 1  # not asked for every request
    monkeypatch.setattr("jarvis.engines._found.NOTHING_SECONDS", 0.0)
    other = (*words, "again")
    listed.unlink()
    assert not finds_devices(other, what) and isinstance(ask(server), Broken)  # an error is no answer for ever either
    listed.write_text("  CUDA0: NVIDIA GeForce RTX 3090 (24124 MiB, 23000 MiB free)\n")
    assert finds_devices(other, what) and isinstance(ask(server), LlamaServer)
    listed.unlink()
    assert finds_devices(other, what) and isinstance(ask(server), LlamaServer)  # what was found is remembered


@pytest.mark.parametrize(("physical", "usable", "threads"), [(8, 16.0, 8), (8, 4.0, 4), (8, 2.5, 2), (8, 0.25, 1)])
def test_threads_are_the_cores_that_may_be_used(
    physical: int, usable: float, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = Cpu("A Processor", "x86_64", physical, 2 * physical, usable, frozenset())
    monkeypatch.setattr("jarvis.engines.llama_cpp.cpu", lambda: machine)
    assert cores() == threads
