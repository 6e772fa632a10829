"""Changes to the owner's file: comments stay, nothing is made wrong, the last good one is kept."""

from __future__ import annotations

import os
import stat
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jarvis.config import keys
from jarvis.config.edit import Draft
from jarvis.config.kept import keep
from jarvis.config.load import load
from jarvis.config.paths import good
from jarvis.config.schema import Settings
from jarvis.errors import ConfigError, StoreError

MINE = """# my configuration

[server]  # the server
port = 9000 # because 8484 is taken

[model."llama-3.1-8b"]
# mine is on the small card
gpu = 1
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config" / "config.toml"


@pytest.fixture
def mine(file: Path) -> Path:
    file.parent.mkdir()
    file.write_text(MINE)
    return file


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_first_setting_makes_the_file_for_its_owner_alone(file: Path) -> None:
    draft = Draft(file)
    draft.set(("server", "port"), 9000)
    draft.store()
    assert file.read_text() == "[server]\nport = 9000\n"
    assert mode(file) == 0o600
    assert mode(file.parent) == 0o700
    assert sorted(os.listdir(file.parent)) == ["config.toml", "config.toml.good"]


def test_comments_and_everything_else_stay(mine: Path) -> None:
    draft = Draft(mine)
    draft.set(("server", "port"), 9001)
    draft.set(("model", "llama-3.1-8b", "priority"), 2)
    draft.set(("models", "context"), 8192)
    draft.set(("model", "x.y", "gpu"), 0)
    draft.store()
    text = mine.read_text()
    assert text.startswith(MINE.replace("port = 9000", "port = 9001").rstrip())
    assert "port = 9001 # because 8484 is taken" in text
    assert load(environ={}, path=mine).settings.model["x.y"].gpu == 0
    assert load(environ={}, path=mine).settings.models.context == 8192


def test_the_last_good_one_is_kept(mine: Path) -> None:
    draft = Draft(mine)
    draft.set(("server", "port"), 9001)
    assert draft.store() == []
    assert good(mine).read_text() == mine.read_text()
    assert mode(mine) == mode(good(mine)) == 0o600


def test_a_good_file_written_by_hand_is_kept_too(mine: Path) -> None:
    keep(mine)
    assert good(mine).read_text() == MINE
    before = good(mine).stat()
    keep(mine)
    assert good(mine).stat().st_ino == before.st_ino
    mine.write_text("[server\n")
    keep(mine)
    assert good(mine).read_text() == MINE
    with pytest.raises(ConfigError) as caught:
        Draft(mine)
    assert f"`cp {good(mine)} {mine}`" in caught.value.hint("es")


def test_a_bad_one_does_not_replace_the_last_good_one(mine: Path) -> None:
    good(mine).write_text("# good\n")
    mine.write_text(MINE + "\nnada = 1\n")
    for _ in range(2):
        keep(mine)
        draft = Draft(mine)
        draft.set(("server", "port"), 9001)
        assert [p.code for p in draft.store()] == ["config.unknown_key"]
        assert good(mine).read_text() == "# good\n"
    draft = Draft(mine)
    assert draft.unset(("model", "llama-3.1-8b", "nada"))
    assert draft.store() == []
    assert good(mine).read_text() == mine.read_text()


def test_nothing_is_made_wrong(mine: Path) -> None:
    draft = Draft(mine)
    draft.set(("server", "port"), 99999)
    with pytest.raises(ConfigError):
        draft.store()
    assert mine.read_text() == MINE
    assert not good(mine).exists()


def test_what_was_wrong_before_is_mended_one_by_one(mine: Path) -> None:
    mine.write_text('[server]\nprot = 1\nport = "x"\n[foo]\nbar = 1\n["a.b"]\nc = 1\n')
    wrong = len(Draft(mine).check())
    assert wrong == 4
    while wrong:
        draft = Draft(mine)
        command = draft.check()[0].hint("en").split("`")[1].split()
        assert command[:3] == ["jarvis", "config", "unset"]
        assert draft.unset(draft.key(command[3]))
        assert len(draft.store()) == wrong - 1
        wrong -= 1
    assert load(environ={}, path=mine).settings == Settings()


def test_the_same_value_changes_nothing(mine: Path) -> None:
    before = mine.stat()
    draft = Draft(mine)
    draft.set(("server", "port"), 9000)
    draft.store()
    assert mine.stat().st_ino == before.st_ino
    assert draft.text == MINE


def test_unset(mine: Path) -> None:
    draft = Draft(mine)
    assert draft.unset(("server", "port"))
    assert not draft.unset(("server", "host"))
    assert not draft.unset(("models", "context"))
    draft.set(("model", "llama-3.1-8b", "gpu"), None)
    draft.store()
    loaded = load(environ={}, path=mine)
    assert loaded.origins["server.port"] == "default"
    assert loaded.settings.model["llama-3.1-8b"].gpu is None


def test_a_link_stays_a_link(mine: Path, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.toml"
    mine.rename(real)
    mine.symlink_to(real)
    draft = Draft(mine)
    draft.set(("server", "port"), 9001)
    draft.store()
    assert mine.is_symlink()
    assert "9001" in real.read_text()


def test_a_file_that_is_no_toml_is_left_alone(mine: Path) -> None:
    mine.write_text("[server\n")
    with pytest.raises(ConfigError) as caught:
        Draft(mine)
    assert caught.value.code == "config.syntax"


def test_a_value_where_a_section_should_be(mine: Path) -> None:
    mine.write_text("server = 3\n")
    with pytest.raises(ConfigError) as caught:
        Draft(mine).set(("server", "port"), 1)
    assert caught.value.code == "config.not_a_section"


def test_a_folder_that_cannot_be_written(mine: Path) -> None:
    draft = Draft(mine)
    draft.set(("server", "port"), 9001)
    moved = mine.parent.rename(mine.parent.with_name("gone"))
    mine.parent.write_text("a file where the folder was")
    with pytest.raises(StoreError) as caught:
        draft.store()
    assert caught.value.code == "config.unwritable"
    assert (moved / "config.toml").read_text() == MINE


CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just(("server", "port")), st.integers(0, 65535) | st.none()),
        st.tuples(st.just(("language",)), st.sampled_from(["es", "en"])),
        st.tuples(st.just(("server", "allowed_hosts")), st.lists(st.text(max_size=5), max_size=3) | st.none()),
        st.tuples(
            st.tuples(st.just("model"), st.text("a.-", min_size=1), st.just("gpu")), st.integers(0, 9) | st.none()
        ),
        st.tuples(st.tuples(st.just("api"), st.text(min_size=1, max_size=5), st.just("fast")), st.booleans()),
        st.tuples(st.just(("assistant", "system_prompt")), st.text(max_size=20)),
    ),
    max_size=8,
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CHANGES)
def test_what_is_set_is_what_is_read(tmp_path: Path, changes: list[tuple[keys.Key, object]]) -> None:
    file = tmp_path / "config.toml"
    file.write_text(MINE)
    draft = Draft(file)
    expected: dict[keys.Key, object] = {}
    for key, value in changes:
        draft.set(key, value)
        expected[key] = value
    draft.store()
    assert file.read_text().startswith("# my configuration\n")
    stored = tomllib.loads(file.read_text())
    for key, value in expected.items():
        table = stored
        for part in key:
            table = table.get(part) if isinstance(table, dict) else None  # type: ignore[assignment]
        assert table == value
