"""Python, how Jarvis was installed, packages, and the configuration."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import PathDistribution, version
from pathlib import Path

import pytest

from jarvis.config.paths import Paths
from jarvis.doctor import python
from jarvis.doctor.base import Finding
from jarvis.doctor.floors import BANNED, FLOORS, vulnerable
from jarvis.version import __version__

Look = Callable[..., list[Finding]]
ROOT = Path(__file__).parents[2]
EXPECTED: dict[str, set[str]] = {
    "llama": set(), "transformers": {"jinja2", "torch"}, "vllm": {"starlette", "jinja2", "torch", "mcp"},
}  # fmt: skip
"""Of the packages with a floor, those that a lock of `jarvis install` must have: else this test looks at nothing."""
LOCKS = sorted(
    [*(ROOT / "constraints").glob("*.txt"), *(ROOT / "src/jarvis/installs/locks").glob("*.txt")],
    key=lambda p: ("locks" in p.parts, p.name),
)


def test_this_python_and_this_jarvis(look: Look) -> None:
    found = look("python")
    assert [f.status for f in found] == ["OK", "OK"]
    assert sys.executable in found[0].message("en")
    assert __version__ in found[1].message("es")


@pytest.mark.parametrize("kind", ["uv", "pipx", "checkout", "pip"])
def test_how_it_was_installed(tmp_path: Path, kind: str) -> None:
    marks = {"uv": "uv-receipt.toml", "pipx": "pipx_metadata.json"}
    if kind in marks:
        (tmp_path / marks[kind]).touch()
    info = tmp_path / "jarvis_ia-0.1.0.dist-info"
    info.mkdir()
    if kind == "checkout":
        (info / "direct_url.json").write_text(json.dumps({"url": "file:///x", "dir_info": {"editable": True}}))
    assert python._kind(PathDistribution(info), tmp_path) == kind


def test_the_packages_here_are_safe(look: Look) -> None:
    (found,) = look("packages")
    assert found.status == "OK"
    assert f"h11 {version('h11')}" in found.message("en")


@pytest.mark.parametrize(
    ("package", "have", "need"),
    [
        ("starlette", "1.0.0", ">=1.0.1"),
        ("starlette", "1.0.1", None),
        ("starlette", "1.10.0", None),
        ("starlette", "0.49.1", ">=1.0.1"),
        ("starlette", "1.0.1rc1", ">=1.0.1"),
        ("h11", "0.14.0", ">=0.16"),
        ("h11", "0.16.0", None),
        ("xllamacpp", "0.2.14", ">=2026.4"),
        ("xllamacpp", "2026.4.8672", None),
        ("torch", "2.5.1+cu124", ">=2.6"),
        ("litellm", "1.82.8", "!=1.82.8"),
        ("litellm", "1.83.0", None),
        ("click", "0.1", None),
    ],
)
def test_floors(package: str, have: str, need: str | None) -> None:
    assert vulnerable(package, have) == need


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_nothing_in_a_lock_file_is_vulnerable(lock: Path) -> None:
    pinned = dict(re.findall(r"^([A-Za-z0-9_.-]+)==([^\s;\\]+)", lock.read_text(), re.MULTILINE))
    assert len(pinned) > 30 or lock.stem == "llama-vulkan"
    assert {name: v for name, v in pinned.items() if vulnerable(name.lower(), v)} == {}
    assert EXPECTED.get(lock.stem.partition("-")[0], {"starlette", "h11", "xllamacpp"}) <= pinned.keys() & FLOORS.keys()
    assert not pinned.keys() & BANNED.keys()


def test_lock_files_are_there() -> None:
    assert [path.stem for path in LOCKS] == [
        "base", "test", "llama-vulkan", "transformers-cpu", "transformers-cuda", "vllm-cpu", "vllm-cuda",
    ]  # fmt: skip


def test_an_old_package_is_told_with_its_command(look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    info = tmp_path / "site" / "litellm-1.82.8.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: litellm\nVersion: 1.82.8\n")
    monkeypatch.syspath_prepend(tmp_path / "site")
    (found,) = look("packages")
    assert found.status == "FAIL"
    assert f"{sys.executable} -m pip install --upgrade 'litellm!=1.82.8'" in found.hint("en")


def test_the_configuration(look: Look, home: Paths, environ: dict[str, str]) -> None:
    assert look("configuration")[0].code == "config.checked_no_file"
    home.config.mkdir(parents=True)
    home.config_file.write_text("[server]\nport = 9000\n")
    (found,) = look("configuration")
    assert (found.status, found.code, found.facts["count"]) == ("OK", "config.checked", 1)


@pytest.mark.parametrize(
    ("key", "there", "code"),
    [
        ("telemetry.jsonl", "folder", "doctor.setting_names_a_folder"),
        ("telemetry.jsonl", "nothing", ""),
        ("server.tls_key", "folder", "doctor.setting_names_a_folder"),
        ("server.tls_cert", "nothing", "doctor.setting_names_nothing"),
        ("model.qwen3-4b.projector", "nothing", "doctor.setting_names_nothing"),
        ("model.qwen3-4b.path", "folder", ""),
    ],
)
def test_a_setting_that_names_no_file(
    look: Look, home: Paths, environ: dict[str, str], tmp_path: Path, key: str, there: str, code: str
) -> None:
    path = tmp_path / "named"
    if there == "folder":
        path.mkdir()
    (tmp_path / "file").touch()
    rest = [f"server.{name}" for name in ("tls_cert", "tls_key") if key.startswith("server.") and key[7:] != name]
    jarvis = Path(sys.executable).with_name("jarvis")
    subprocess.run(
        [jarvis, "config", "set", key, path, *(word for name in rest for word in (name, tmp_path / "file"))],
        env=environ, check=True, timeout=60,
    )  # fmt: skip
    wrong = [f for f in look("configuration") if f.status == "FAIL"]
    assert [f.code for f in wrong] == ([code] if code else [])
    for finding in wrong:
        assert str(path) in finding.message("es")
        command = finding.hint("en").split("`")[1].split()
        subprocess.run([jarvis, *command[1:]], env=environ, check=True, timeout=60)
    assert not code or [f.status for f in look("configuration")] == ["OK"]


def test_a_broken_configuration_is_told_and_the_rest_is_looked_at(
    look: Look, home: Paths, environ: dict[str, str]
) -> None:
    home.config.mkdir(parents=True)
    home.config_file.write_text("[server]\nprot = 9000\nhost = 5\n")
    environ["JARVIS_NADA"] = "1"
    found = look("configuration")
    assert [f.status for f in found] == ["FAIL"] * 3
    assert [f.code for f in found] == ["config.unknown_variable", "config.bad_value", "config.unknown_key"]
    assert f"{home.config_file}:2" in found[2].message("en")
    home.config_file.write_text("[server\n")
    assert "config.syntax" in [f.code for f in look("configuration")]
    assert look("port")[0].code in ("doctor.port_free", "doctor.port_taken")
