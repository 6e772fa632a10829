"""Which files of a folder are documents."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jarvis.documents.formats import _ocr
from jarvis.documents.limits import Limits
from jarvis.documents.walk import Rules, is_gone, walk
from jarvis.texts import say


def grown(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("hola")
    return folder


def found(folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in walk([folder]).files]


def test_in_an_order_that_stays(tmp_path: Path) -> None:
    grown(tmp_path, "b.txt", "a/z.md", "a/b.pdf", "c.py", "README", "Makefile")
    assert found(tmp_path) == ["Makefile", "README", "a/b.pdf", "a/z.md", "b.txt", "c.py"]


def test_what_is_skipped_is_counted(tmp_path: Path) -> None:
    grown(
        tmp_path, ".git/config.txt", ".hidden.txt", "node_modules/a/b.js", "env/pyvenv.cfg", "env/lib/a.py", "a.txt",
        "a.exe", "pesado.txt", "vacío.txt", "__pycache__/x.py",
    )  # fmt: skip
    (tmp_path / "pesado.txt").write_text("x" * 100)
    (tmp_path / "vacío.txt").write_text("")
    (tmp_path / "enlace.txt").symlink_to(tmp_path / "a.txt")
    told = walk([tmp_path], Limits(file_bytes=50))
    assert [path.name for path in told.files] == ["a.txt"]
    assert told.skipped == {"hidden": 2, "made": 3, "kind": 1, "big": 1, "empty": 1, "link": 1}
    assert all(say(f"documents.skipped_{reason}", "es", count=count) for reason, count in told.skipped.items())


def test_links_do_not_lead_out_nor_in_circles(tmp_path: Path) -> None:
    outside = grown(tmp_path / "fuera", "secreto.txt")
    inside = grown(tmp_path / "dentro", "a.txt")
    (inside / "enlace").symlink_to(outside)
    (inside / "vuelta").symlink_to(inside)
    assert found(inside) == ["a.txt"]


def test_ignored_as_git_does(tmp_path: Path) -> None:
    grown(tmp_path, "a.log", "b/a.log", "b/keep.log", "b/c.txt", "build/x.md", "docs/build.md")
    (tmp_path / ".gitignore").write_text("*.log\n/build/\n")
    (tmp_path / "b" / ".gitignore").write_text("!keep.log\n")
    assert found(tmp_path) == ["b/c.txt", "b/keep.log", "docs/build.md"]
    assert walk([tmp_path]).skipped["ignored"] == 3


def test_our_own_file_may_take_back_what_git_ignores(tmp_path: Path) -> None:
    grown(tmp_path, "notas.md", "diario.md")
    (tmp_path / ".gitignore").write_text("*.md\n")
    (tmp_path / ".jarvisignore").write_text("!notas.md\n")
    assert found(tmp_path) == ["notas.md"]


def test_what_the_repository_above_ignores_counts_below(tmp_path: Path) -> None:
    grown(tmp_path, ".git/HEAD", "src/a.tmp.txt", "src/b.txt")
    (tmp_path / ".gitignore").write_text("*.tmp.txt\n")
    assert found(tmp_path / "src") == ["b.txt"]


def test_what_is_ignored_above_what_was_named_does_not_count(tmp_path: Path) -> None:
    grown(tmp_path, "src/a.txt")
    (tmp_path / ".gitignore").write_text("*.txt\n")
    assert found(tmp_path / "src") == ["a.txt"]


def test_a_line_that_is_no_pattern_does_not_spoil_the_others(tmp_path: Path) -> None:
    grown(tmp_path, "a.txt", "b.txt")
    (tmp_path / ".gitignore").write_bytes(b"a.txt\n!\n\xff\xfe\n[z-a\n///\n")
    assert found(tmp_path) == ["b.txt"]


def test_a_file_that_is_named_is_meant(tmp_path: Path) -> None:
    grown(tmp_path, ".oculto", "raro.xyz")
    named = [tmp_path / ".oculto", tmp_path / "raro.xyz", tmp_path / "no_está.txt"]
    assert list(walk(named).files) == named


def test_nothing_is_told_twice(tmp_path: Path) -> None:
    grown(tmp_path, "a/b.txt")
    assert len(walk([tmp_path, tmp_path / "a", tmp_path / "a/b.txt"]).files) == 1


def test_pictures_count_where_they_can_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    grown(tmp_path, "foto.jpg")
    monkeypatch.setattr(_ocr, "here", lambda: True)
    assert found(tmp_path) == ["foto.jpg"]
    monkeypatch.setattr(_ocr, "here", lambda: False)
    assert walk([tmp_path]).skipped == {"picture": 1}


def test_a_folder_that_is_closed_is_told(tmp_path: Path) -> None:
    grown(tmp_path, "a.txt", "cerrada/b.txt")
    (tmp_path / "cerrada").chmod(0)
    try:
        if os.access(tmp_path / "cerrada", os.R_OK):
            pytest.skip("this user may read everything")
        assert walk([tmp_path]).skipped == {"closed": 1}
    finally:
        (tmp_path / "cerrada").chmod(0o700)


def test_many_levels(tmp_path: Path) -> None:
    folder = tmp_path
    for _ in range(200):
        folder = folder / "d"
        folder.mkdir()
    (folder / "a.txt").write_text("hola")
    assert len(walk([tmp_path]).files) == 1


def test_what_concerns_looks_at_the_whole_way(tmp_path: Path) -> None:
    grown(tmp_path, "node_modules/a/b.txt", "a/.x/b.txt", "a/b.txt")
    rules = Rules(tmp_path)
    assert [rules.concerns(tmp_path / name) for name in ("node_modules/a/b.txt", "a/.x/b.txt", "a/b.txt")] == [
        False, False, True,
    ]  # fmt: skip
    assert not rules.concerns(tmp_path.parent / "a.txt")


def test_a_folder_into_which_nobody_may_look_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    grown(tmp_path, "a.txt", "cerrada/b.txt", "ido.txt", "z.txt")

    def guarded(real: Callable[..., Any]) -> Callable[..., Any]:
        def look(path: Any, *args: Any, **more: Any) -> Any:
            if "/cerrada/" in f"{path}" or (real is os.listdir and f"{path}".endswith("/cerrada")):
                raise PermissionError(errno.EACCES, "no", f"{path}")
            if f"{path}".endswith("ido.txt"):  # since its folder was listed
                raise FileNotFoundError(errno.ENOENT, "no", f"{path}")
            return real(path, *args, **more)

        return look

    for name in ("stat", "lstat", "listdir"):  # root may look everywhere
        monkeypatch.setattr(os, name, guarded(getattr(os, name)))
    told = walk([tmp_path])
    assert [path.name for path in told.files] == ["a.txt", "z.txt"]
    assert told.skipped == {"closed": 2}
    assert not is_gone(tmp_path / "cerrada" / "b.txt")
    assert is_gone(tmp_path / "ido.txt")
