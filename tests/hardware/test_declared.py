"""A machine that its owner wrote down: exactly that machine, or an error that says what to correct."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jarvis.errors import ConfigError
from jarvis.hardware.declared import read
from jarvis.hardware.devices import devices, left_out, uuid_of_index
from jarvis.hardware.inventory import Inventory
from jarvis.words.fleet import HOST, Device

MIB = 1 << 20
CARD = '[[gpu]]\nname = "RTX 2060"\nmemory_mib = 6144\ncompute_capability = "7.5"\nbandwidth_gbs = 336\n'
BIG = '[[gpu]]\nname = "RTX 5070 Ti"\nmemory_mib = 16303\ncompute_capability = "12.0"\nbandwidth_gbs = 896.5\n'
CPU = '[cpu]\nname = "Ryzen"\ncores = 16\nmemory_mib = 65536\nbandwidth_gbs = 70\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "machine.toml"


def test_it_is_what_was_written(file: Path) -> None:
    file.write_text(BIG + "used_mib = 420\n" + CARD + 'uuid = "GPU-1f-2"\n' + CPU + "used_mib = 4096\n")
    machine = read(file)
    assert machine.declared
    assert machine.adapters == ()
    big, small = machine.gpus.found
    assert (big.uuid, big.name, big.index, big.capability) == ("declared-0", "RTX 5070 Ti", 0, (12, 0))
    assert (big.total_bytes, big.used_bytes, big.free_bytes) == (16303 * MIB, 420 * MIB, 15883 * MIB)
    assert (big.bandwidth, big.fault) == (896.5e9, None)
    assert (small.uuid, small.index, small.capability, small.free_bytes) == ("GPU-1f-2", 1, (7, 5), 6144 * MIB)
    cpu, ram = machine.cpu, machine.ram
    assert (cpu.name, cpu.physical, cpu.logical, cpu.usable, cpu.bandwidth) == ("Ryzen", 16, 16, 16.0, 70e9)
    assert (ram.total_bytes, ram.available_bytes, ram.limited) == (65536 * MIB, 61440 * MIB, False)


def test_it_is_planned_for_as_a_real_one(file: Path) -> None:
    file.write_text(BIG + "used_mib = 420\n" + CARD + CPU)
    machine = Inventory(file).now()
    assert devices(machine, 500 * MIB) == (
        Device(HOST, "Ryzen", 65536 * MIB, 65536 * MIB, 70e9, 500 * MIB),
        Device("declared-0", "RTX 5070 Ti", 16303 * MIB, 15883 * MIB, 896.5e9, 500 * MIB, (12, 0)),
        Device("declared-1", "RTX 2060", 6144 * MIB, 6144 * MIB, 336e9, 500 * MIB, (7, 5)),
    )
    assert left_out(machine) == ()
    assert uuid_of_index(machine, 1) == "declared-1"


def test_one_without_a_gpu(file: Path) -> None:
    file.write_text(CPU)
    assert [d.id for d in devices(read(file), 0)] == [HOST]


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        (CARD, "missing", "lacks cpu"),
        (CARD.replace("memory_mib = 6144\n", "") + CPU, "missing", "lacks gpu[0].memory_mib"),
        (CPU.replace("cores = 16\n", ""), "missing", "lacks cpu.cores"),
        (CARD.replace("memory_mib", "memory_gib") + CPU, "unknown_key", "Did you mean gpu[0].memory_mib?"),
        (CPU + "used = 1\n", "unknown_key", "Did you mean cpu.used_mib?"),
        ("[[gpus]]\n" + CPU, "unknown_key", "Did you mean gpu?"),
        ("colour = 1\n" + CPU, "unknown_key", "unknown key colour."),
        (CARD.replace("6144", "6") + CPU, "bad_value", "gpu[0].memory_mib is 6; expected whole MiB from 256"),
        (CARD.replace("6144", "6442450944") + CPU, "bad_value", "16 GiB are 16384"),
        (CARD.replace("6144", "6144.0") + CPU, "bad_value", "6144.0"),
        (CARD.replace("6144", "true") + CPU, "bad_value", "True"),
        (CARD.replace('"7.5"', "true") + CPU, "bad_value", 'capability is True; expected a text such as "12.0"'),
        (CARD.replace('"7.5"', '"sm_75"') + CPU, "bad_value", "in quotes"),
        (CARD.replace("336", "336000000000") + CPU, "bad_value", "GB per second"),
        (CARD.replace("336", "nan") + CPU, "bad_value", "GB per second"),
        (CARD + CPU.replace("70", "true"), "bad_value", "cpu.bandwidth_gbs is True"),
        (CARD + "used_mib = 6145\n" + CPU, "bad_value", "expected at most gpu[0].memory_mib, 6144"),
        (CARD + 'uuid = "cpu"\n' + CPU, "bad_value", "gpu[0].uuid is 'cpu'"),
        (CARD + 'uuid = "declared-1"\n' + CARD + CPU, "bad_value", "gpu[1].uuid is 'declared-1'; expected a UUID"),
        (CARD.replace('"RTX 2060"', '" "') + CPU, "bad_value", "gpu[0].name"),
        (CPU.replace("16", "0"), "bad_value", "cpu.cores is 0; expected a whole number from 1"),
        ("[gpu]\n" + CPU, "bad_value", "expected one [[gpu]] table for each card"),
        ("gpu = [1]\n" + CPU, "bad_value", "gpu[0] is 1; expected a table"),
        ("cpu = 3\n", "bad_value", "cpu is 3; expected a table"),
        ("[cpu\n", "syntax", "line 1"),
        ("\udce9", "syntax", "utf-8"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(file: Path, text: str, code: str, says: str) -> None:
    file.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(ConfigError) as caught:
        Inventory(file)
    error = caught.value
    assert error.code == f"hardware.declared_{code}"
    assert says in error.message("en")
    for lang in ("en", "es"):
        assert str(file) in error.message(lang)  # type: ignore[arg-type]
        assert str(file) in error.hint(lang)  # type: ignore[arg-type]


def test_one_that_is_not_there(file: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        read(file)
    assert caught.value.code == "hardware.declared_unreadable"
    assert "jarvis config unset hardware.file" in caught.value.hint("es")


@given(st.lists(st.tuples(st.integers(256, 1 << 24), st.floats(0, 1)), max_size=5), st.integers(256, 1 << 24))
def test_figures_are_exact(tmp_path_factory: pytest.TempPathFactory, cards: list[tuple[int, float]], ram: int) -> None:
    used = [int(total * part) for total, part in cards]
    text = "".join(
        CARD.replace("6144", str(total)) + f"used_mib = {in_use}\n"
        for (total, _), in_use in zip(cards, used, strict=True)
    )
    file = tmp_path_factory.getbasetemp() / "figures.toml"
    file.write_text(text + CPU.replace("65536", str(ram)))
    host, *rest = devices(read(file), 0)
    assert (host.total, host.free) == (ram * MIB, ram * MIB)
    assert [(d.total, d.free) for d in rest] == [
        (total * MIB, (total - in_use) * MIB) for (total, _), in_use in zip(cards, used, strict=True)
    ]


def test_only_what_a_plan_needs_has_to_be_written(tmp_path: Path) -> None:
    file = tmp_path / "machine.toml"
    file.write_text(CARD.replace('"7.5"', "7.5") + "[cpu]\ncores = 4\nmemory_mib = 8000\nbandwidth_gbs = 30\n")
    machine = read(file)
    assert machine.gpus.found[0].capability == (7, 5)
    assert (machine.cpu.name, machine.cpu.physical) == ("CPU", 4)
