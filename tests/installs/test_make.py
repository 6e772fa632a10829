"""Environments made for real, from tiny packages in a folder: whole or nothing, whatever stops it."""

from __future__ import annotations

import fcntl
import hashlib
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from jarvis.errors import Conflict, DiskFull, DownloadFailed, EngineStartFailed, JarvisError
from jarvis.installs import make as making
from jarvis.installs import offers
from jarvis.installs.here import installed
from jarvis.installs.make import Step, make, remove
from jarvis.installs.offers import Offer

TORCH = """
__version__ = "2.13.0"
class cuda:
    device_count = staticmethod(lambda: 0)
"""
SLOW = "import sys, time\nprint('importing', flush=True)\ntime.sleep(600)\n"


class Index:
    """Wheels in a folder, and locks that pin them."""

    def __init__(self, at: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.wheels, self.locks, self.root = at / "wheels", at / "locks", at / "engines"
        self.wheels.mkdir()
        self.locks.mkdir()
        monkeypatch.setattr(offers, "LOCKS", self.locks)
        monkeypatch.setenv("PIP_NO_INDEX", "1")
        monkeypatch.setenv("PIP_FIND_LINKS", str(self.wheels))
        self.lines: dict[str, str] = {}
        self.package("torch", "2.13.0", TORCH)
        self.package("transformers", "5.19.0", "x = 1")

    def package(self, name: str, version: str, code: str) -> None:
        """A package of one module, pinned."""
        file = self.wheels / f"{name}-{version}-py3-none-any.whl"
        info = f"{name}-{version}.dist-info"
        with zipfile.ZipFile(file, "w") as wheel:
            wheel.writestr(f"{name}.py", code)
            wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
            wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            wheel.writestr(f"{info}/RECORD", "")
        self.pin(name, version, hashlib.sha256(file.read_bytes()).hexdigest())

    def pin(self, name: str, version: str, sum: str) -> None:
        self.lines[name] = f"{name}=={version} \\\n    --hash=sha256:{sum}\n"
        (self.locks / "transformers-cpu.txt").write_text("".join(self.lines.values()))

    @property
    def offer(self) -> Offer:
        return Offer("transformers", "cpu", "transformers", "bin/python", 1000)

    def make(self, **more: object) -> object:
        return make(self.offer, self.root, lambda step: None, **more)  # type: ignore[arg-type]

    def left(self) -> list[str]:
        """The environments that lie there, noted or not."""
        return [p.name for p in (self.root / "transformers").iterdir() if p.is_dir()]


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Index:
    return Index(tmp_path, monkeypatch)


def test_one_is_made_tried_and_used_again(index: Index) -> None:
    steps: list[Step] = []
    found = make(index.offer, index.root, steps.append)
    assert found == installed("transformers", index.root)
    assert (found.version, found.build, found.bytes > 10_000) == ("5.19.0", "cpu", True)
    assert Path(found.folder).is_relative_to(index.root)
    code = "import sys, transformers; print(sys.prefix)"
    done = subprocess.run([found.program, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == found.folder != sys.prefix
    assert [s.stage for s in steps] == ["room", "packages", "packages", "try"]
    assert steps[-2] == Step("packages", 2, 2, "transformers")
    # it stands on the Python behind Jarvis's, not on Jarvis's environment, which the launcher may make anew
    assert str(Path(sys.prefix)) not in (Path(found.folder) / "pyvenv.cfg").read_text().splitlines()[0]
    steps.clear()
    assert make(index.offer, index.root, steps.append) == found
    assert steps == []


def test_another_list_of_packages_makes_another_and_the_old_one_goes(index: Index) -> None:
    index.make()
    (before,) = index.left()
    index.package("transformers", "5.20.0", "x = 2")
    index.make()
    (after,) = index.left()
    assert before != after
    found = installed("transformers", index.root)
    assert found is not None and found.version == "5.20.0"


def test_what_is_half_made_is_nothing_and_is_made_anew(index: Index) -> None:
    index.package("transformers", "5.19.0", SLOW)  # it is being tried when we are killed
    code = (
        "import sys; from pathlib import Path\n"
        "from jarvis.installs import offers; from jarvis.installs.make import make\n"
        f"offers.LOCKS = Path({str(index.locks)!r})\n"
        "offer = offers.Offer('transformers', 'cpu', 'transformers', 'bin/python', 1000)\n"
        f"make(offer, Path({str(index.root)!r}), lambda step: print(step.stage, flush=True))\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for line in child.stdout:
            if line.strip() == "try":
                break
        child.kill()
    assert len(index.left()) == 1
    assert installed("transformers", index.root) is None
    index.package("transformers", "5.19.0", "x = 1")
    index.make()
    assert len(index.left()) == 1 and installed("transformers", index.root) is not None
    for pid in _living(index.root):
        os.kill(pid, signal.SIGKILL)


def _living(folder: Path) -> list[int]:
    """Processes that were started from this folder: the one that was being tried outlives who tried it."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes().decode(errors="replace")
            except OSError:
                continue
            if words.startswith(str(folder)):
                found.append(int(entry.name))
    return found


def _failure(index: Index, **more: object) -> JarvisError:
    """What making it raises; nothing is left."""
    with pytest.raises(JarvisError) as error:
        index.make(**more)
    assert index.left() == []
    assert installed("transformers", index.root) is None
    assert error.value.hint("es") and error.value.message("es")
    return error.value


def test_one_that_does_not_run_is_taken_away(index: Index) -> None:
    index.package("torch", "2.13.0", "raise OSError('libcudart.so.13: cannot open shared object file')")
    error = _failure(index)
    assert isinstance(error, EngineStartFailed) and "libcudart" in error.message("en")


def test_one_that_fails_a_further_check_is_taken_away(index: Index) -> None:
    seen: list[Path] = []

    def check(program: Path) -> None:
        seen.append(program)
        raise EngineStartFailed("installs.does_not_run", name="transformers", reason="it says nothing")

    assert "it says nothing" in _failure(index, check=check).message("en")
    assert seen[0].name == "python"


def test_a_wrong_sum_is_refused(index: Index) -> None:
    index.pin("transformers", "5.19.0", "0" * 64)
    error = _failure(index)
    assert isinstance(error, DownloadFailed) and error.code == "installs.pip_failed"
    assert "install.log" in error.hint("en")


def test_no_build_for_the_processor_says_where_to_get_it(index: Index) -> None:
    (index.wheels / "torch-2.13.0-py3-none-any.whl").unlink()
    error = _failure(index)
    assert error.code == "installs.no_cpu_torch"
    assert "pip config set global.find-links" in error.hint("en")


def test_a_full_disk_is_told_before_anything_is_fetched(index: Index) -> None:
    with pytest.raises(DiskFull) as error:
        make(Offer("transformers", "cpu", "transformers", "bin/python", 1 << 60), index.root, lambda step: None)
    assert error.value.hint("es")
    assert not (index.root / "transformers").exists()


def test_two_at_once_are_told_apart(index: Index) -> None:
    index.root.mkdir()
    with (index.root / ".transformers.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(Conflict):
            index.make()
        with pytest.raises(Conflict):
            remove("transformers", index.root)
    index.make()


def test_it_is_taken_away(index: Index) -> None:
    index.make()
    assert remove("transformers", index.root)
    assert installed("transformers", index.root) is None
    assert not (index.root / "transformers").exists()
    assert not remove("transformers", index.root)


def test_pip_ends_with_who_waits_for_it(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    began = time.monotonic()

    def stop(step: Step) -> None:
        if step.stage == "packages":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make(index.offer, index.root, stop)
    assert index.left() == []
    assert time.monotonic() - began < making.TRY_SECONDS
    assert _living(index.root) == []


def test_the_note_of_another_shape_is_no_note(index: Index) -> None:
    folder = index.root / "transformers"
    folder.mkdir(parents=True)
    for said in ("", "[]", '{"name": "transformers"}', '{"program": "/nowhere"}'):
        (folder / "installed.json").write_text(said)
        assert installed("transformers", index.root) is None


def test_one_whose_python_is_gone_is_none_and_is_made_anew(index: Index) -> None:
    index.make()
    found = installed("transformers", index.root)
    assert found is not None
    found.path.unlink()  # as when the system's Python that it stood on was taken away
    assert installed("transformers", index.root) is None
    index.make()
    assert installed("transformers", index.root) == found
