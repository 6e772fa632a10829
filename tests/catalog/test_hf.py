"""``hf:`` against a Hub on loopback that speaks the Hub's wire, driven by the real huggingface_hub."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import constants, scan_cache_dir
from huggingface_hub.utils import close_session

from jarvis.catalog.pull import pull
from jarvis.catalog.upkeep import remove
from jarvis.errors import CorruptFile, DownloadFailed, NotFound

REPO = "maker/tiny-GGUF"
COMMITS = ["1" * 40, "2" * 40]
TOKEN = "hf_verysecret"


class Hub:
    """Repositories whose large files are on another host ("CDN"), as the Hub's are.

    ``files`` by commit and path; ``lies`` replaces what it states of a path: size, sum or commit.
    """

    def __init__(self, hub: Any, cdn: Any, make: Any) -> None:
        self.hub, self.cdn, self._make = hub, cdn, make
        self.branches = {"main": COMMITS[0]}
        self.files: dict[tuple[str, str], bytes] = {}
        self.lies: dict[str, str] = {}
        self.gated_for: set[str] | None = None
        hub.find = self.find

    def put(self, path: str, content: bytes, commit: str = COMMITS[0]) -> Any:
        self.files[commit, path] = content
        file = self._make.File(content)
        if len(content) > 1000:
            self.cdn.files[f"/{commit}/{path}"] = file
        return file

    def error(self, status: int, code: str) -> Any:
        return self._make.File(b"{}", {"X-Error-Code": code, "X-Error-Message": code}, status=status)

    def find(self, url: str, method: str) -> Any:
        repo, _, rest = url.removeprefix("/").partition("/resolve/")
        revision, _, path = rest.partition("/")
        if repo != REPO:
            return self.error(401, "RepoNotFound")
        if self.gated_for is not None and self.hub.last_token not in self.gated_for:
            return self.error(403, "GatedRepo")
        commit = self.branches.get(revision, revision)
        if commit not in {c for c, _ in self.files}:
            return self.error(404, "RevisionNotFound")
        content = self.files.get((commit, path))
        if content is None:
            return self.error(404, "EntryNotFound")
        large = len(content) > 1000
        etag = (
            hashlib.sha256(content).hexdigest()
            if large
            else hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
        )
        headers = {"X-Repo-Commit": self.lies.get("commit", commit), "ETag": f'"{etag}"'}
        if not large:
            return self._make.File(content, headers)
        headers |= {
            "X-Linked-Etag": f'"{self.lies.get("etag", etag)}"',
            "X-Linked-Size": self.lies.get("size", str(len(content))),
            "Location": f"{self.cdn.url}/{commit}/{path}",
        }
        return self._make.File(b"", headers, status=302)


@pytest.fixture
def hub(make: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    servers = [make.Server(), make.Server()]
    real = Hub(*servers, make)
    listening = servers[0].answer

    def answer(http: Any) -> None:
        servers[0].last_token = (http.headers.get("Authorization") or "").removeprefix("Bearer ")
        listening(http)

    servers[0].answer = answer
    monkeypatch.setattr(constants, "ENDPOINT", servers[0].url)
    monkeypatch.setattr(
        constants, "HUGGINGFACE_CO_URL_TEMPLATE", servers[0].url + "/{repo_id}/resolve/{revision}/{filename}"
    )
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    yield real
    close_session()
    for server in servers:
        server.close()


def get(shelf: Any, on_progress: Any = lambda p: None, on_notice: Any = lambda code, **facts: None) -> Any:
    catalog = shelf.catalog()
    return pull(catalog, *catalog.wanted("tiny"), on_progress, on_notice)


def source(revision: str = COMMITS[0], path: str = "tiny.gguf") -> list[str]:
    return [f"hf:{REPO}@{revision}#{path}"]


def manifest(shelf: Any) -> Any:
    return json.loads((shelf.folder() / ".jarvis" / "manifest.json").read_text())


def test_a_model_lies_in_the_hubs_own_cache(hub: Hub, shelf: Any, tiny: bytes, tmp_path: Path) -> None:
    hub.put("tiny.gguf", tiny)
    shelf.card(source("main"), tiny)
    found = get(shelf)
    assert found.path.read_bytes() == tiny
    snapshot = tmp_path / "hub" / "models--maker--tiny-GGUF" / "snapshots" / COMMITS[0] / "tiny.gguf"
    assert found.path.is_symlink() and found.path.readlink() == snapshot
    assert snapshot.resolve().name == hashlib.sha256(tiny).hexdigest()
    # huggingface_hub itself reads that cache, and finds nothing wrong with it.
    cache = scan_cache_dir(tmp_path / "hub")
    assert cache.warnings == []
    (repo,) = cache.repos
    (revision,) = repo.revisions
    assert (repo.repo_id, revision.commit_hash, revision.refs) == (REPO, COMMITS[0], frozenset({"main"}))
    assert manifest(shelf)["pins"] == {f"hf:{REPO}@main": COMMITS[0]}
    assert manifest(shelf)["files"][0]["sources"] == source()


def test_the_token_goes_to_the_hub_and_no_further(hub: Hub, shelf: Any, tiny: bytes) -> None:
    hub.put("tiny.gguf", tiny)
    shelf.card(source(), tiny)
    get(shelf)
    assert {r.headers["Authorization"] for r in hub.hub.requests} == {f"Bearer {TOKEN}"}
    assert hub.cdn.requests
    for request in hub.cdn.requests:
        assert TOKEN not in str(request.headers)


def test_a_cut_download_goes_on_where_it_was(hub: Hub, shelf: Any, tiny: bytes) -> None:
    hub.put("tiny.gguf", tiny).cuts = [81_920]
    shelf.card(source(), tiny)
    assert get(shelf).path.read_bytes() == tiny
    ranges = [r.range for r in hub.cdn.requests]
    assert ranges[0] is None and len(ranges) == 2
    assert 0 < int(str(ranges[1]).removeprefix("bytes=").rstrip("-")) <= 81_920


def test_a_connection_that_never_holds_keeps_what_arrived(hub: Hub, shelf: Any, tiny: bytes) -> None:
    file = hub.put("tiny.gguf", tiny)
    file.cuts = [80_000, *[0] * 20]
    shelf.card(source(), tiny)
    with pytest.raises(DownloadFailed) as told:
        get(shelf)
    assert told.value.code == "catalog.cut_off"
    with pytest.raises(NotFound) as half:
        shelf.catalog().find("tiny")
    assert half.value.code == "catalog.half"
    file.cuts = []
    hub.cdn.requests.clear()
    assert get(shelf).path.read_bytes() == tiny
    assert [r.range is not None for r in hub.cdn.requests] == [True]


_PULLER = """
import sys
from pathlib import Path
from jarvis.catalog.catalog import Catalog
from jarvis.catalog.pull import pull
root = Path(sys.argv[1])
catalog = Catalog(root / "models", root / "cards")
print(pull(catalog, *catalog.wanted("tiny")).path)
"""


def test_kill_9_and_the_environment(hub: Hub, shelf: Any, tiny: bytes, make: Any, tmp_path: Path) -> None:
    """In a process of its own, told by HF_ENDPOINT and HF_HOME where the Hub and its cache are."""
    file = hub.put("tiny.gguf", tiny)
    file.hold(100_000)
    shelf.card(source("main"), tiny)
    home = tmp_path / "hfhome"
    environ = os.environ | {"HF_ENDPOINT": hub.hub.url, "HF_HOME": str(home), "HF_TOKEN": TOKEN}
    command = [sys.executable, "-c", _PULLER, str(shelf.root)]
    process = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    make.eventually(lambda: sum(f.stat().st_size for f in home.rglob("*.incomplete")) > 50_000, 60)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    file.release()
    hub.cdn.requests.clear()
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=True)
    assert Path(done.stdout.strip()).read_bytes() == tiny
    assert [r.range is not None for r in hub.cdn.requests] == [True]
    assert not list(home.rglob("*.incomplete"))


def test_gated_says_where_to_accept_the_licence(hub: Hub, shelf: Any, tiny: bytes) -> None:
    hub.put("tiny.gguf", tiny)
    hub.gated_for = set()
    shelf.card(source(), tiny)
    with pytest.raises(DownloadFailed) as told:
        get(shelf)
    assert told.value.code == "catalog.gated"
    assert f"{hub.hub.url}/{REPO}" in told.value.hint() and "HF_TOKEN" in told.value.hint()
    assert TOKEN not in str(told.value)
    hub.gated_for = {TOKEN}
    assert get(shelf).path.read_bytes() == tiny


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (f"hf:{REPO}@{'9' * 40}#tiny.gguf", "catalog.no_revision"),
        (f"hf:{REPO}@main#other.gguf", "catalog.no_entry"),
        (f"hf:maker/other@{COMMITS[0]}#tiny.gguf", "catalog.no_repo"),
    ],
)
def test_what_the_hub_does_not_have(wrong: str, code: str, hub: Hub, shelf: Any, tiny: bytes) -> None:
    hub.put("tiny.gguf", tiny)
    shelf.card([wrong], tiny)
    with pytest.raises(DownloadFailed) as told:
        get(shelf)
    assert told.value.code == code
    assert told.value.hint() and "{" not in told.value.hint("es")


@pytest.mark.parametrize("status", [403, 404])
def test_the_cdn_refuses(status: int, hub: Hub, shelf: Any, tiny: bytes) -> None:
    hub.put("tiny.gguf", tiny).status = status
    shelf.card(source(), tiny)
    with pytest.raises(DownloadFailed) as told:
        get(shelf)
    assert told.value.code == "catalog.refused", told.value.facts
    assert str(status) in told.value.message()


def test_the_hub_states_another_sum(hub: Hub, shelf: Any, tiny: bytes, make: Any) -> None:
    hub.put("tiny.gguf", make.gguf(seed=9))
    shelf.card(source(), tiny)
    with pytest.raises(CorruptFile) as told:
        get(shelf)
    assert told.value.code == "catalog.hub_other_file"
    assert make.sha256(tiny) in told.value.message() and make.sha256(make.gguf(seed=9)) in told.value.message()
    assert hub.cdn.requests == []


def test_the_cdn_sends_something_else(hub: Hub, shelf: Any, tiny: bytes, make: Any, tmp_path: Path) -> None:
    file = hub.put("tiny.gguf", tiny)
    file.content = make.gguf(seed=9)
    shelf.card(source(), tiny)
    with pytest.raises(CorruptFile) as told:
        get(shelf)
    assert told.value.code == "catalog.wrong_sum"
    assert source()[0] in told.value.message()
    assert [f.name for f in (tmp_path / "hub").rglob("*") if f.is_file() and ".locks" not in f.parts] == []
    file.content = tiny
    assert get(shelf).path.read_bytes() == tiny


def test_a_sum_the_card_leaves_open_is_the_hubs(hub: Hub, shelf: Any, tiny: bytes, make: Any) -> None:
    file = hub.put("tiny.gguf", tiny)
    file.content = make.gguf(seed=9)
    shelf.card(source(), tiny, sha256="")
    with pytest.raises(CorruptFile) as told:
        get(shelf)
    assert told.value.facts["stated"] == make.sha256(tiny)
    file.content = tiny
    get(shelf)
    assert manifest(shelf)["files"][0]["sha256"] == make.sha256(tiny)


@pytest.mark.parametrize("stated", ["", "the right one"])
def test_a_rounded_size_is_a_published_figure(stated: str, hub: Hub, shelf: Any, make: Any) -> None:
    body = make.gguf(60 << 20)
    hub.put("tiny.gguf", body)
    total = make.sha256(body)
    shelf.card(source(), body, sha256=total if stated else "", bytes=len(body) + (1 << 20))
    assert get(shelf).path.stat().st_size == len(body)
    assert manifest(shelf)["files"][0]["bytes"] == len(body)
    assert shelf.catalog().installed()[0].card.id == "tiny"
    assert get(shelf).path.exists()
    assert len(hub.cdn.asked(f"/{COMMITS[0]}/tiny.gguf")) == 1


def test_a_size_too_far_off_is_another_file(hub: Hub, shelf: Any, make: Any) -> None:
    body = make.gguf(60 << 20)
    hub.put("tiny.gguf", body)
    shelf.card(source(), body, sha256="", bytes=len(body) + (3 << 20))
    with pytest.raises(CorruptFile) as told:
        get(shelf)
    assert told.value.code == "catalog.hub_other_file"
    assert hub.cdn.asked(f"/{COMMITS[0]}/tiny.gguf") == []


def test_a_small_file_is_checked_by_gits_sum(hub: Hub, shelf: Any, tiny: bytes) -> None:
    hub.put("tiny.gguf", tiny)
    files = {"tiny.gguf": source(), "config.json": source(path="config.json")}
    shelf.card(files, {"tiny.gguf": tiny, "config.json": b'{"a": 1}'}, sha256="", bytes=len(tiny))
    text = (shelf.root / "cards" / "tiny.toml").read_text()
    head, _, tail = text.rpartition(f"bytes = {len(tiny)}")
    (shelf.root / "cards" / "tiny.toml").write_text(f"{head}bytes = 8{tail}")
    hub.put("config.json", b'{"a": 1}')
    find = hub.find
    hub.hub.find = lambda url, method: _other_body(find(url, method), b'{"a": 2}', url, method)
    with pytest.raises(CorruptFile) as told:
        get(shelf)
    assert told.value.code == "catalog.hub_other_sum"
    hub.hub.find = find
    get(shelf)
    assert (shelf.folder() / "config.json").read_bytes() == b'{"a": 1}'


def _other_body(file: Any, body: bytes, url: str, method: str) -> Any:
    if url.endswith("config.json") and method == "GET":
        file.content = body
    return file


def test_a_moved_branch_is_told_and_nothing_changes(hub: Hub, shelf: Any, tiny: bytes, make: Any) -> None:
    hub.put("tiny.gguf", tiny)
    shelf.card(source("main"), tiny)
    get(shelf)
    hub.put("tiny.gguf", make.gguf(seed=9), COMMITS[1])
    hub.branches["main"] = COMMITS[1]
    said: list[tuple[str, dict[str, object]]] = []
    assert get(shelf, on_notice=lambda code, **facts: said.append((code, facts))).path.read_bytes() == tiny
    ((code, facts),) = said
    assert code == "catalog.moved"
    assert (facts["before"], facts["now"]) == (COMMITS[0][:12], COMMITS[1][:12])


def test_a_branch_that_moves_during_a_pull_keeps_its_first_meaning(
    hub: Hub, shelf: Any, tiny: bytes, make: Any
) -> None:
    """Files of two commits must not be mixed: what an interrupted pull resolved stays, and that is said."""
    other = make.gguf(seed=5)
    hub.put("tiny.gguf", tiny)
    hub.put("b.gguf", other).cuts = [0] * 20
    shelf.card({"tiny.gguf": source("main"), "b.gguf": source("main", "b.gguf")}, {"tiny.gguf": tiny, "b.gguf": other})
    with pytest.raises(DownloadFailed):
        get(shelf)
    hub.put("b.gguf", other)
    hub.put("b.gguf", make.gguf(seed=6), COMMITS[1])
    hub.branches["main"] = COMMITS[1]
    said: list[str] = []
    get(shelf, on_notice=lambda code, **facts: said.append(code))
    assert "catalog.moved" in said
    assert (shelf.folder() / "b.gguf").read_bytes() == other
    assert manifest(shelf)["pins"] == {f"hf:{REPO}@main": COMMITS[0]}


def test_without_the_network(hub: Hub, shelf: Any, tiny: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.card(source(), tiny)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(DownloadFailed) as told:
        get(shelf)
    assert told.value.code == "catalog.hub_offline"
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    hub.put("tiny.gguf", tiny)
    get(shelf)
    catalog = shelf.catalog()
    shelf.card(source(), tiny, id="again")
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    catalog = shelf.catalog()
    assert pull(catalog, *catalog.wanted("again")).path.read_bytes() == tiny  # it is in the Hub's cache
    assert catalog.find("tiny")


def test_no_hub_reachable(hub: Hub, shelf: Any, tiny: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        constants, "HUGGINGFACE_CO_URL_TEMPLATE", "http://127.0.0.1:9/{repo_id}/resolve/{revision}/{filename}"
    )
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    shelf.card(source(), tiny)
    with pytest.raises(DownloadFailed) as told:
        get(shelf)
    assert told.value.code == "catalog.hub_unreachable"
    assert "127.0.0.1:9" in told.value.message() and "HTTPS_PROXY" in told.value.hint()


@pytest.mark.parametrize("lie", [{"etag": "../../../evil"}, {"commit": "../../evil"}, {"etag": "ab" * 33}])
def test_a_hub_that_lies_about_names(lie: dict[str, str], hub: Hub, shelf: Any, tiny: bytes, tmp_path: Path) -> None:
    hub.put("tiny.gguf", tiny)
    hub.lies = lie
    shelf.card(source("main"), tiny)
    with pytest.raises(DownloadFailed) as told:
        get(shelf)
    assert told.value.code == "catalog.not_a_hub"
    assert not list(tmp_path.rglob("evil*"))


def test_a_damaged_file_in_the_cache_is_fetched_again(hub: Hub, shelf: Any, tiny: bytes) -> None:
    hub.put("tiny.gguf", tiny)
    shelf.card(source(), tiny)
    blob = get(shelf).path.resolve()
    blob.write_bytes(tiny[:-1] + b"?")
    shelf.card(source(), tiny, id="again")
    catalog = shelf.catalog()
    assert pull(catalog, *catalog.wanted("again")).path.read_bytes() == tiny


def test_removing_frees_what_jarvis_fetched_and_no_more(
    hub: Hub, shelf: Any, tiny: bytes, make: Any, tmp_path: Path
) -> None:
    other = make.gguf(seed=5)
    hub.put("tiny.gguf", tiny)
    hub.put("other.gguf", other)
    shelf.card(source(), tiny)
    shelf.card(source(path="other.gguf"), other, id="other")
    catalog = shelf.catalog()
    get(shelf)
    pull(catalog, *catalog.wanted("other"))
    assert remove(catalog, *catalog.wanted("tiny")) >= len(tiny)
    repo = tmp_path / "hub" / "models--maker--tiny-GGUF"
    assert [f.read_bytes() for f in (repo / "blobs").iterdir()] == [other]
    assert [f.name for f in (repo / "snapshots" / COMMITS[0]).iterdir()] == ["other.gguf"]
    # What was in the cache before Jarvis came stays there.
    shelf.card(source(path="other.gguf"), other, id="third")
    catalog = shelf.catalog()
    pull(catalog, *catalog.wanted("third"))
    remove(catalog, *catalog.wanted("third"))
    assert catalog.find("other").path.read_bytes() == other


def test_what_another_model_links_to_stays(hub: Hub, shelf: Any, tiny: bytes) -> None:
    hub.put("tiny.gguf", tiny)
    shelf.card(source(), tiny)
    shelf.card(source(), tiny, id="other")
    catalog = shelf.catalog()
    get(shelf)
    other = pull(catalog, *catalog.wanted("other"))
    assert remove(catalog, *catalog.wanted("tiny")) < 10_000
    assert other.path.read_bytes() == tiny
    assert [model.card.id for model in catalog.installed()] == ["other"]


def test_a_removal_that_is_cut_off_leaves_no_model_and_can_be_finished(
    hub: Hub, shelf: Any, tiny: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut_off(final: Path) -> None:
        raise KeyboardInterrupt

    hub.put("tiny.gguf", tiny)
    shelf.card(source(), tiny)
    get(shelf)
    catalog = shelf.catalog()
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr("jarvis.catalog.sources.hf.forget", cut_off)
        remove(catalog, *catalog.wanted("tiny"))
    assert catalog.installed() == []
    assert remove(catalog, *catalog.wanted("tiny")) >= len(tiny)
    assert not list((tmp_path / "hub").rglob("blobs/*"))


def test_removing_what_was_begun(hub: Hub, shelf: Any, tiny: bytes, tmp_path: Path) -> None:
    hub.put("tiny.gguf", tiny).cuts = [80_000, *[0] * 20]
    shelf.card(source(), tiny)
    with pytest.raises(DownloadFailed):
        get(shelf)
    assert list((tmp_path / "hub").rglob("*.incomplete"))
    catalog = shelf.catalog()
    assert remove(catalog, *catalog.wanted("tiny")) > 0
    assert not list((tmp_path / "hub").rglob("*.incomplete"))
    assert not shelf.folder().exists()
