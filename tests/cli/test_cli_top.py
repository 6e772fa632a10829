"""``jarvis top``: one frame as text, and the live screen, driven by Textual's pilot before a real daemon."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from fcntl import ioctl
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList

from declared import PAID
from home import Home, wait_for
from jarvis.cli.live import Choosing, Top
from telemetry.conftest import asker, question

MACHINE = """
[[gpu]]
name = "RTX 5070 Ti"
memory_mib = 16303
compute_capability = "12.0"
bandwidth_gbs = 896
used_mib = 420

[cpu]
name = "A Processor"
cores = 16
memory_mib = 65536
bandwidth_gbs = 70
used_mib = 8000
"""
CHAT = "/v1/chat/completions"


@pytest.fixture
def furnished(home: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    (home.folder / "machine.toml").write_text(MACHINE)
    home.settings(f'[hardware]\nfile = "{home.folder / "machine.toml"}"\n{PAID}')
    home.fake("one", answer_tokens=30)
    home.fake("slow", answer_tokens=2000, tokens_per_second=20)
    for name, value in home.environ.items():
        if name.startswith("JARVIS_"):
            monkeypatch.setenv(name, value)
    return home


@contextmanager
def asking(home: Home) -> Iterator[None]:
    """A long answer of ``slow`` is under way meanwhile; what becomes of it does not matter."""
    thread = threading.Thread(target=asker(home), args=(CHAT, question("c", "slow")))
    thread.start()
    try:
        wait_for(lambda: any(one["tokens"] for one in asker(home)("/jarvis/exchanges")["under_way"]))
        yield
    finally:
        asker(home)("/fleet/unload", {"model": "slow", "force": True})
        thread.join()


def test_one_frame_as_text(furnished: Home) -> None:
    none = furnished.run("top")
    assert none.returncode == 0 and "not running" in none.stderr and not none.stdout, "none is started to look"
    assert furnished.run("load", "one").returncode == 0
    ask = asker(furnished)
    ask(CHAT, question("a", "one"))
    ask(CHAT, question("b", "paid"))
    with asking(furnished):
        done = furnished.run("top")
        assert done.returncode == 0, done.stderr
        told = done.stdout
        assert "RTX 5070 Ti · 16,303 MiB" in told and "A Processor · 65,536 MiB" in told
        (card,) = (line for line in told.splitlines() if "■ one" in line)
        sizes = [int(n.replace(",", "")) for n in re.findall(r"(?<= )[\d,]+(?=  |$)", card)]
        assert 0 <= sum(sizes) - 16303 <= 2, "to the MiB: what models hold is rounded up"
        assert re.search(r"^writing +slow +api", told, re.MULTILINE)
        assert re.search(r"^\d\d:\d\d:\d\d +paid +api .* 0\.0\d+$", told, re.MULTILINE)
        assert "Today: 2 questions, 0 failed, 1 answered here" in told
        assert re.search(r"this month: \$0\.0\d+ of \$1", told)
        spanish = subprocess.run(
            furnished.command("top", "--once"), env=furnished.environ | {"JARVIS_LANG": "es"}, capture_output=True,
            text=True, timeout=60, check=True,
        )  # fmt: skip
        assert "Hoy: 2 preguntas" in spanish.stdout and "respondiendo" in spanish.stdout
        body = json.loads(furnished.run("top", "--json").stdout)
    assert [one["model"] for one in body["exchanges"]["under_way"]] == ["slow"]
    assert {one["model"] for one in body["exchanges"]["exchanges"]} == {"one", "paid"}
    assert body["budget"]["budgets"] and body["fleet"]["devices"] and body["today"]["queries"] == 2


def test_what_is_under_way_is_told_without_a_word_of_it_and_to_the_owner_alone(furnished: Home) -> None:
    assert furnished.run("load", "one").returncode == 0
    ask = asker(furnished)
    ask(CHAT, question("A xylophone?", "one"))
    with asking(furnished):
        first = ask("/jarvis/exchanges")["under_way"][0]
        wait_for(lambda: ask("/jarvis/exchanges")["under_way"][0]["tokens"] > first["tokens"])
        now = ask("/jarvis/exchanges")["under_way"][0]
        assert (now["state"], now["model"], now["face"]) == ("writing", "slow", "api")
        assert now["seconds"] > first["seconds"]
        assert "xylophone" not in json.dumps(ask("/jarvis/exchanges"))
        assert len(ask("/jarvis/exchanges?limit=0")["exchanges"]) == 0
    wait_for(lambda: not ask("/jarvis/exchanges")["under_way"])
    token = furnished.run("token", "add", "phone").stdout.split()[-1]
    assert ask("/jarvis/exchanges", Authorization=f"Bearer {token}") == 403


@asynccontextmanager
async def screen(home: Home) -> AsyncIterator[tuple[Top, Pilot[None]]]:
    app = Top(home.paths, 0.2)
    async with app.run_test(size=(120, 45), notifications=True) as pilot:
        yield app, pilot


async def until(pilot: Pilot[None], condition: Callable[[], Any], seconds: float = 30) -> None:
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "it did not happen"
        await pilot.pause(0.05)


def rows(app: Top, name: str) -> list[list[str]]:
    table = app._table(name)
    return [[str(cell) for cell in table.get_row_at(n)] for n in range(table.row_count)]


def said(app: Top) -> list[str]:
    return [str(n.message) for n in app._notifications]


async def test_models_are_loaded_pinned_and_unloaded_by_keys(furnished: Home) -> None:
    assert (await asyncio.to_thread(furnished.run, "load", "slow")).returncode == 0
    async with screen(furnished) as (app, pilot):
        await until(pilot, lambda: [row[0] for row in rows(app, "models")] == ["slow"])
        devices = str(app._static("devices").render())
        assert "16,303 MiB" in devices and "slow" in devices and "█" in devices
        await pilot.press("l")
        await until(pilot, lambda: isinstance(app.screen, Choosing))
        await until(pilot, lambda: app.screen.query_one(OptionList).option_count == 1)
        await pilot.press("down", "enter")
        await until(pilot, lambda: any("one is loaded" in text for text in said(app)))
        await until(pilot, lambda: [row[0] for row in rows(app, "models")] == ["slow", "one"])
        await pilot.press("l")
        await until(pilot, lambda: "All models that are here are loaded." in said(app))
        await pilot.press("down", "p")
        await until(pilot, lambda: "(pinned)" in rows(app, "models")[1][1])
        assert app._chosen() == "one", "the cursor stays on its model while all is drawn anew"
        assert "pinned = true" in furnished.paths.config_file.read_text()
        await pilot.press("p")
        await until(pilot, lambda: "(pinned)" not in rows(app, "models")[1][1])
        await pilot.press("u")
        await until(pilot, lambda: [row[0] for row in rows(app, "models")] == ["slow"])
        with asking(furnished):
            await until(pilot, lambda: any(row[:2] == ["writing", "slow"] for row in rows(app, "requests")))
            await pilot.press("u")
            await until(pilot, lambda: any("slow is answering somebody" in text for text in said(app)))
            assert [row[0] for row in rows(app, "models")] == ["slow"], "one that answers is not unloaded"
        await until(pilot, lambda: "Today: " in str(app._static("money").render()))


async def test_a_daemon_that_leaves_and_comes_back(furnished: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JARVIS_LANG", "es")
    async with screen(furnished) as (app, pilot):
        await until(pilot, lambda: "no está en marcha" in str(app._static("devices").render()))
        await pilot.press("u")
        await until(pilot, lambda: "No hay ningún modelo elegido." in said(app))
        assert furnished.daemon_pid() is None, "who looks starts none"
        assert (await asyncio.to_thread(furnished.run, "load", "one")).returncode == 0
        await until(pilot, lambda: [row[:2] for row in rows(app, "models")] == [["one", "listo"]])
        await asyncio.to_thread(furnished.stop)
        await until(pilot, lambda: not rows(app, "models"))
        assert (await asyncio.to_thread(furnished.run, "load", "one")).returncode == 0
        await until(pilot, lambda: [row[0] for row in rows(app, "models")] == ["one"])
        pid = furnished.daemon_pid()
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        await until(pilot, lambda: not rows(app, "models"))


@pytest.mark.parametrize("size", [(40, 12), (60, 20), (200, 60)])
async def test_on_screens_of_any_size(furnished: Home, size: tuple[int, int]) -> None:
    assert (await asyncio.to_thread(furnished.run, "load", "one")).returncode == 0
    app = Top(furnished.paths, 0.2)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: rows(app, "models"))
        bars = [line for line in str(app._static("devices").render()).splitlines() if "░" in line]
        assert len(bars) == 2 and all(20 <= len(line) <= size[0] - 4 for line in bars)
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: "░" * 40 in str(app._static("devices").render()))


async def test_a_defect_ends_it_instead_of_freezing_what_it_shows(
    furnished: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await asyncio.to_thread(furnished.run, "load", "one")).returncode == 0

    async def broken(*_: object) -> None:
        raise KeyError("fleet")

    monkeypatch.setattr("jarvis.cli.live.look", broken)
    app = Top(furnished.paths, 0.2)
    with pytest.raises(Exception, match="fleet"):
        async with app.run_test() as pilot:
            await pilot.pause(5)


def test_in_a_real_terminal(furnished: Home) -> None:
    assert furnished.run("load", "one").returncode == 0
    ours, theirs = pty.openpty()
    ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    environ = furnished.environ | {"TERM": "xterm-256color"}
    running = subprocess.Popen(furnished.command("top"), stdin=theirs, stdout=theirs, stderr=theirs, env=environ)
    os.close(theirs)
    shown = b""

    def read() -> bytes:
        nonlocal shown
        while select.select([ours], [], [], 0)[0]:
            try:
                shown += os.read(ours, 65536)
            except OSError:
                break
            if running.poll() is not None:
                break
        return shown

    try:
        wait_for(lambda: b"16,303" in read() and b"ready" in read(), 40)
        os.write(ours, b"q")
        wait_for(lambda: read() is not None and running.poll() is not None, 20)
        assert running.returncode == 0
    finally:
        if running.poll() is None:
            running.kill()
            running.wait()
        os.close(ours)
