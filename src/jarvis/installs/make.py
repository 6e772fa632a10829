"""Making and unmaking environments. One is made in a folder of its own, tried, and only then named as installed."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from rich.filesize import decimal

from jarvis.catalog.locks import locked
from jarvis.config.paths import private
from jarvis.errors import Conflict, DiskFull, DownloadFailed, EngineStartFailed, JarvisError
from jarvis.installs.here import NOTE, Installed, installed, note
from jarvis.installs.offers import Offer
from jarvis.workers.environment import environment

TRY_SECONDS = 900.0
"""Longest a first import may take: a big environment is read from the disk, and beside other work."""
_PIP = [
    sys.executable, "-P", "-m", "pip", "--disable-pip-version-check", "--no-input",
]  # fmt: skip
_ARGUMENTS = ["install", "--no-deps", "--require-hashes", "--only-binary=:all:", "--progress-bar=off"]
_PACKAGE = re.compile(r"^(?:Collecting|Processing) (\S+)")
_TRY = """
import importlib, json, sys, torch
importlib.import_module(sys.argv[1])
cards = [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())]
print(json.dumps({"torch": torch.__version__, "devices": cards or ["cpu"]}))
"""


@dataclass(frozen=True, slots=True)
class Step:
    """What is being done, and how much of it: packages of all packages."""

    stage: Literal["room", "packages", "try"]
    done: int = 0
    total: int = 0
    what: str = ""


OnStep = Callable[[Step], None]
Check = Callable[[Path], None]
"""Given the program of a new environment; raises when it does not do what it should."""


def make(offered: Offer, root: Path, on_step: OnStep, check: Check | None = None) -> Installed:
    """The environment, made if it is not there or made from another list of packages. Blocks.

    Whatever stops it, what is there counts as nothing: the next time begins anew, from pip's own cache.
    Raises DiskFull, DownloadFailed (pip's words), Conflict, EngineStartFailed when what was installed does not run.
    """
    lock = _sum(offered)
    with _alone(offered.name, root):
        found = installed(offered.name, root)
        if found is not None and found.lock == lock:
            return found
        _room(offered, root)
        folder = root / offered.name / lock[:16]
        shutil.rmtree(folder, ignore_errors=True)
        try:
            _fill(offered, folder, on_step)
            on_step(Step("try"))
            program = next(folder.glob(offered.program), folder / offered.program)
            _try(offered, program)
            if check is not None:
                check(program)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        size = sum(file.lstat().st_size for file in folder.rglob("*") if not file.is_dir())
        version = _version(offered, folder)
        made = Installed(offered.name, version, offered.build, str(folder), str(program), lock, size)
        note(made, root)
        _sweep(root / offered.name, folder)
        return made


def remove(name: str, root: Path) -> bool:
    """Take an environment away, half made ones too. False when there was none."""
    folder = root / name
    with _alone(name, root):
        if not folder.exists():
            return False
        (folder / NOTE).unlink(missing_ok=True)
        shutil.rmtree(folder)
        return True


def _sum(offered: Offer) -> str:
    """What makes one environment another: its packages and the Python that they are for."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return hashlib.sha256(offered.lock.read_bytes() + python.encode()).hexdigest()


@contextmanager
def _alone(name: str, root: Path) -> Iterator[None]:
    private(root)
    with locked(root / f".{name}.lock", None, Conflict("installs.busy", name=name)):
        yield


def _room(offered: Offer, root: Path) -> None:
    free = shutil.disk_usage(root).free
    if offered.bytes > free:
        facts = {"name": offered.name, "need": decimal(offered.bytes), "free": decimal(free), "folder": root}
        raise DiskFull("installs.disk_full", **facts)


def _fill(offered: Offer, folder: Path, on_step: OnStep) -> None:
    """A virtual environment with exactly the packages of the lock. pip is Jarvis's, set up as its owner did."""
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    on_step(Step("room", what=str(folder)))
    log = folder.parent / "install.log"
    total = len(re.findall(r"^\S+==", offered.lock.read_text(), re.MULTILINE))
    with log.open("w") as said:
        _run(offered, [sys.executable, "-P", "-m", "venv", "--without-pip", str(folder)], said, lambda line: None)
        done: set[str] = set()

        def see(line: str) -> None:
            if found := _PACKAGE.match(line):
                done.add(found[1])
                # a file, from a folder that the owner gave to pip, or a requirement
                what = Path(found[1]).name.split("-")[0] if "/" in found[1] else re.split("[=<>~!]", found[1])[0]
                on_step(Step("packages", len(done), total, what))

        python = str(folder / "bin" / "python")
        _run(offered, [*_PIP, "--python", python, *_ARGUMENTS, "-r", str(offered.lock)], said, see)


def _run(offered: Offer, command: list[str], log: IO[str], see: Callable[[str], None]) -> None:
    """Run a command to its end, or to ours; what it says goes into the log. Raises DownloadFailed."""
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        errors="replace", start_new_session=True,
    ) as child:  # fmt: skip
        last: list[str] = []
        try:
            assert child.stdout is not None
            for line in child.stdout:
                log.write(line)
                last = [*last[-40:], line.strip()]
                see(line)
            child.wait()
        finally:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)
        if child.returncode:
            log.flush()
            raise _failed(offered, last, Path(log.name))


def _failed(offered: Offer, said: list[str], log: Path) -> JarvisError:
    """What pip's last words mean."""
    errors = [line.removeprefix("ERROR: ") for line in said if line.startswith("ERROR: ")]
    reason = errors[0] if errors else next((line for line in reversed(said) if line), "-")
    facts = {"name": offered.name, "reason": reason, "log": log}
    text = "\n".join(said)
    complaint = text[max(0, text.find("ERROR: ")) :]
    unfit = re.search("MATCH THE HASHES|no matching distribution", complaint, re.IGNORECASE)
    if offered.build == "cpu" and unfit and re.search(r"\btorch==", complaint):
        return DownloadFailed("installs.no_cpu_torch", **facts)
    if "No space left on device" in text:
        return DiskFull("installs.disk_filled", **facts)
    return DownloadFailed("installs.pip_failed", **facts)


def _try(offered: Offer, program: Path) -> None:
    """Run it once. Raises EngineStartFailed with its own words."""
    if offered.program == "bin/python":
        words = [str(program), "-E", "-P", "-W", "ignore", "-c", _TRY, offered.name]
    else:
        words = [str(program), "--version"]
    facts: dict[str, object] = {"name": offered.name}
    offline = {"HF_HUB_OFFLINE": "1", "VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1"}
    try:
        done = subprocess.run(
            words, env=environment("", offline), stdin=subprocess.DEVNULL, capture_output=True, text=True,
            errors="replace", timeout=TRY_SECONDS, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EngineStartFailed("installs.does_not_run", reason=str(error), **facts) from error
    if done.returncode:
        lines = (done.stderr.strip() or done.stdout.strip() or f"exit {done.returncode}").splitlines()
        raise EngineStartFailed("installs.does_not_run", reason=lines[-1], **facts)
    if offered.build == "cuda" and json.loads(done.stdout.splitlines()[-1])["devices"] == ["cpu"]:
        raise EngineStartFailed("installs.sees_no_card", **facts)


def _version(offered: Offer, folder: Path) -> str:
    """Of the package that it was made for."""
    stem = offered.package.replace("-", "_")
    found = next(folder.glob(f"lib/python*/site-packages/{stem}-*.dist-info"), None)
    return found.name.removeprefix(f"{stem}-").removesuffix(".dist-info") if found else "?"


def _sweep(folder: Path, keep: Path) -> None:
    """Take away what earlier versions left."""
    for entry in folder.iterdir():
        if entry.is_dir() and entry != keep:
            shutil.rmtree(entry, ignore_errors=True)
