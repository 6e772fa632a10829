"""Files: what was allowed is read, and nothing leads out of it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from jarvis.errors import Forbidden, JarvisError, NotFound, UsageError
from jarvis.tools import files
from jarvis.tools.base import Outcome
from tests_tools import asker, tool

SECRET = "canary-secret"


@pytest.fixture
def allowed(tmp_path: Path) -> Path:
    root = tmp_path / "allowed"
    (root / "sub").mkdir(parents=True)
    (root / "note.txt").write_text("La caldera se revisa en mayo.\nOtra línea.")
    (root / "sub" / "otra.md").write_text("# Viaje\nBillete a Córdoba el 3 de mayo")
    (root / ".hidden").mkdir()
    (root / ".hidden" / "caldera.txt").write_text("caldera")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text(SECRET)
    (root / "link.txt").symlink_to(outside / "secret.txt")
    (root / "linked").symlink_to(outside)
    (tmp_path / "allowed-not").mkdir()
    (tmp_path / "allowed-not" / "secret.txt").write_text(SECRET)
    return root


async def call(box: files.Toolbox, name: str, **given: Any) -> Outcome:
    return await (await tool(box, name)).run(given, asker("es"))


async def test_without_folders_there_are_no_tools(make: Any) -> None:
    assert await files.Toolbox(make()).tools() == ()


async def test_listed_read_and_found(make: Any, allowed: Path) -> None:
    box = files.Toolbox(make(folders=[str(allowed)]))
    assert (await call(box, "list_files")).text == str(allowed)
    listed = await call(box, "list_files", path=str(allowed))
    assert "note.txt (42 B)" in listed.text and "sub/" in listed.text
    read = await call(box, "read_file", path="note.txt")
    assert (read.text, read.stranger) == ("La caldera se revisa en mayo.\nOtra línea.", "note.txt")
    found = await call(box, "search_files", words="cordoba mayo")
    assert found.text == f"{allowed}/sub/otra.md: Billete a Córdoba el 3 de mayo" and found.stranger
    assert (await call(box, "search_files", words="caldera")).text.count("\n") == 0  # not the hidden one
    assert "otra.md" in (await call(box, "search_files", words="OTRA md")).text
    assert (await call(box, "search_files", words="zzz")).text == "Nada coincide con 'zzz'."


async def test_a_folder_may_be_called_by_its_own_name(make: Any, allowed: Path) -> None:
    box = files.Toolbox(make(folders=[str(allowed)]))
    assert "note.txt" in (await call(box, "list_files", path="allowed")).text
    assert "caldera" in (await call(box, "read_file", path="allowed/note.txt")).text
    with pytest.raises(NotFound):
        await call(box, "read_file", path="allowed/../allowed-not/secret.txt")


async def test_what_its_owner_trusts_is_no_strangers(make: Any, allowed: Path) -> None:
    box = files.Toolbox(make(folders=[str(allowed)], trust_folders=True))
    assert (await call(box, "read_file", path="note.txt")).stranger == ""
    assert (await call(box, "search_files", words="caldera")).stranger == ""
    assert (await call(box, "list_files", path="sub")).stranger == ""


OUT = [
    "../outside/secret.txt", "/etc/passwd", "link.txt", "linked/secret.txt", "linked", "sub/../../outside/secret.txt",
    "~/.ssh/id_rsa", "../allowed-not/secret.txt", "/proc/self/environ", "..", "/", "sub/./../../outside",
    "note.txt/../../outside/secret.txt", "\0../outside/secret.txt", "....//outside/secret.txt", "file:///etc/passwd",
    "%2e%2e/outside/secret.txt", "/dev/zero",
]  # fmt: skip


@pytest.mark.parametrize("path", OUT)
@pytest.mark.parametrize("name", ["read_file", "list_files"])
async def test_nothing_leads_out(make: Any, allowed: Path, path: str, name: str) -> None:
    box = files.Toolbox(make(folders=[str(allowed)]))
    with pytest.raises((Forbidden, NotFound, UsageError)) as refused:
        found = await call(box, name, path=path)
        raise AssertionError(found.text)
    assert SECRET not in str(refused.value)


async def test_a_search_follows_no_link_out(make: Any, allowed: Path) -> None:
    box = files.Toolbox(make(folders=[str(allowed)]))
    assert SECRET not in (await call(box, "search_files", words="canary")).text
    assert "outside" not in (await call(box, "search_files", words="secret")).text


async def test_a_file_that_is_swapped_for_a_link_between_look_and_opening(
    make: Any, allowed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = files.Toolbox(make(folders=[str(allowed)]))
    place = box._place

    def swapped(text: str) -> Path:
        found = place(text)
        target = allowed / "sub"
        (target / "otra.md").unlink()
        target.rmdir()
        target.symlink_to(allowed.parent / "outside")
        return found

    monkeypatch.setattr(box, "_place", swapped)
    (allowed.parent / "outside" / "otra.md").write_text(SECRET)
    with pytest.raises(Forbidden):
        await call(box, "read_file", path="sub/otra.md")


async def test_what_is_no_text_is_said_and_nothing_blocks(make: Any, allowed: Path) -> None:
    box = files.Toolbox(make(folders=[str(allowed)]))
    (allowed / "binary").write_bytes(b"a\0b")
    os.mkfifo(allowed / "pipe")
    for name in ("binary", "pipe", "sub"):
        with pytest.raises(JarvisError) as refused:
            await call(box, "read_file", path=name)
        assert refused.value.hint()
    with pytest.raises(NotFound):
        await call(box, "read_file", path="nothing.txt")


async def test_a_long_file_is_read_page_by_page(make: Any, allowed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_BYTES", 10_000)
    (allowed / "long.txt").write_text("0123456789" * 2000)
    box = files.Toolbox(make(folders=[str(allowed)]))
    first = await call(box, "read_file", path="long.txt")
    assert "offset 6000" in first.text and len(first.text) < 6200
    second = await call(box, "read_file", path="long.txt", offset=6000)
    assert "6000 a 10000 de 10000" in second.text
