"""The owner's token: made once, 0600 from its birth, renewed in one moment, and never stored but as a digest."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jarvis.config.paths import paths
from jarvis.errors import AuthError, Conflict, DiskFull, Forbidden, JarvisError, NotFound, StoreError
from jarvis.server import token_file, tokens
from jarvis.server.tokens import MIGRATIONS, TokenStore, digest
from jarvis.store.database import Database
from jarvis.words.person import SCOPES


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "jarvis.db", {"tokens": MIGRATIONS})
    yield opened
    opened.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "token"


@pytest.fixture
def store(database: Database, path: Path) -> TokenStore:
    return TokenStore(database, path)


def rows(database: Database) -> list[dict[str, Any]]:
    return database.call(lambda db: [dict(r) for r in db.execute("SELECT * FROM tokens ORDER BY rowid")])


def add(database: Database, token: str, **more: Any) -> None:
    row = {"id": token[-4:], "name": "phone", "person": "ana", "scopes": "chat models", "digest": digest(token),
           "created": 1, "budget_micro_usd": 5_000_000, **more}  # fmt: skip
    names = ", ".join(row)
    values = tuple(row.values())
    database.call(lambda db: db.execute(f"INSERT INTO tokens ({names}) VALUES ({', '.join('?' * len(row))})", values))


async def test_the_first_start_makes_it_and_the_next_finds_it(
    store: TokenStore, path: Path, database: Database
) -> None:
    token = await store.owner_token()
    assert token.startswith("jarvis_") and len(token) == 50
    assert await store.owner_token() == token
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [p.name for p in path.parent.iterdir()] == ["token"], "no draft is left behind"
    owner = await store.who(token)
    assert owner.name == "owner"
    assert owner.scopes == frozenset(SCOPES)
    assert owner.budget_micro_usd is None
    assert owner.token_id == rows(database)[0]["id"]


async def test_only_its_digest_is_stored(store: TokenStore, database: Database) -> None:
    token = await store.owner_token()
    await store.who(token)
    database.call(lambda db: db.execute("SELECT 1"))
    files = [f for f in database.path.parent.iterdir() if f.is_file()]
    assert files and not any(token.encode() in f.read_bytes() for f in files)


@pytest.mark.parametrize("token", ["", "x", "jarvis_", "jarvis_" + "a" * 43, "\udcff", "ñ" * 50, "a\x00b"])
async def test_any_other_is_refused(store: TokenStore, token: str) -> None:
    await store.owner_token()
    with pytest.raises(AuthError):
        await store.who(token)


async def test_before_there_is_one_nothing_is_right(store: TokenStore) -> None:
    with pytest.raises(AuthError):
        await store.who("jarvis_" + "a" * 43)


async def test_a_renewed_token_replaces_the_old_one_at_once(store: TokenStore, path: Path, database: Database) -> None:
    old = await store.owner_token()
    await store.who(old)
    new = token_file.renew(path)
    with pytest.raises(AuthError):
        await store.who(old)
    assert (await store.who(new)).name == "owner"
    before, after = rows(database)
    assert before["revoked"] is not None and after["revoked"] is None


async def test_renewing_by_another_process_reaches_a_running_one(store: TokenStore, path: Path) -> None:
    old = await store.owner_token()
    await store.who(old)
    context = multiprocessing.get_context("spawn")
    other = context.Process(target=token_file.renew, args=(path,))
    other.start()
    other.join()
    with pytest.raises(AuthError):
        await store.who(old)
    assert (await store.who(token_file.obtain(path))).name == "owner"


async def test_the_hot_path_does_not_touch_the_database(store: TokenStore, database: Database) -> None:
    token = await store.owner_token()
    await store.who(token)
    held = sqlite3.connect(database.path)
    try:
        held.execute("BEGIN EXCLUSIVE")
        for _ in range(100):
            await store.who(token)
    finally:
        held.close()


async def test_a_token_that_was_revoked_stays_so_though_its_file_comes_back(store: TokenStore, path: Path) -> None:
    old = await store.owner_token()
    await store.who(old)
    kept = path.read_bytes()
    await store.who(token_file.renew(path))
    path.write_bytes(kept)
    with pytest.raises(AuthError):
        await store.who(old)
    new = await store.owner_token()
    assert new != old
    assert (await store.who(new)).name == "owner"


async def test_without_its_file_the_token_is_none(store: TokenStore, path: Path) -> None:
    token = await store.owner_token()
    await store.who(token)
    kept = path.read_bytes()
    path.unlink()
    with pytest.raises(AuthError):
        await store.who(token)
    path.touch(0o600)
    path.write_bytes(kept)
    assert (await store.who(token)).name == "owner", "it was put back"


async def test_other_rows_have_their_own_person_scopes_and_end(store: TokenStore, database: Database) -> None:
    good, late, dead = ("jarvis_" + c * 43 for c in "gld")
    now = int(time.time())
    add(database, good, expires=now + 3600)
    add(database, late, expires=now - 1)
    add(database, dead, revoked=now)
    await store.owner_token()
    ana = await store.who(good)
    assert (ana.name, ana.scopes, ana.budget_micro_usd) == ("ana", frozenset({"chat", "models"}), 5_000_000)
    with pytest.raises(AuthError) as caught:
        await store.who(late)
    assert caught.value.code == "server.token_expired"
    with pytest.raises(AuthError):
        await store.who(dead)


async def test_use_is_noted_once_a_day(store: TokenStore, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    token = await store.owner_token()
    await store.who(token)
    today = rows(database)[0]["used_day"]
    assert today == int(time.time() // 86_400)
    tomorrow = time.time() + 86_400
    monkeypatch.setattr(tokens.time, "time", lambda: tomorrow)
    await store.who(token)
    assert rows(database)[0]["used_day"] == today + 1


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o666, 0o620])
async def test_a_file_that_others_can_read_is_refused(store: TokenStore, path: Path, mode: int) -> None:
    token = await store.owner_token()
    await store.who(token)
    path.chmod(mode)
    with pytest.raises(Forbidden) as caught:
        await store.owner_token()
    assert f"chmod 600 {path}" in caught.value.hint()
    with pytest.raises(AuthError) as refused:
        await store.who(token)
    assert str(path) not in str(refused.value), "who asks over the network must not learn where it is"
    path.chmod(0o600)
    assert (await store.who(token)).name == "owner"


@pytest.mark.parametrize("content", ["", "hello", "jarvis_short", "jarvis_" + "a" * 44, "jarvis_" + "ñ" * 43])
def test_a_file_that_holds_no_token_is_named(path: Path, content: str) -> None:
    path.parent.mkdir()
    path.touch(0o600)
    path.write_text(content)
    with pytest.raises(StoreError) as caught:
        token_file.obtain(path)
    assert "jarvis token --rotate" in caught.value.hint()
    assert content == "" or content not in caught.value.message()


def test_it_is_never_readable_by_others_not_even_for_a_moment(path: Path) -> None:
    before = os.umask(0)
    try:
        token_file.obtain(path)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def _obtain(path: Path, answers: Any) -> None:
    answers.put(token_file.obtain(path))


def test_two_that_start_at_once_agree(path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    racing = [context.Process(target=_obtain, args=(path, answers)) for _ in range(4)]
    for process in racing:
        process.start()
    found = {answers.get(timeout=30) for _ in racing}
    for process in racing:
        process.join()
    assert found == {path.read_text().strip()}


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError) as caught:
        token_file.obtain(tmp_path / "file" / "token")
    assert "ls -ld" in caught.value.hint()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.open
    monkeypatch.setattr(
        os, "open", lambda p, flags, *more: real("/dev/full", os.O_WRONLY) if flags & os.O_CREAT else real(p, flags)
    )
    with pytest.raises(DiskFull):
        token_file.obtain(path)
    assert not path.exists()


# --- the command


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    code = "from jarvis.cli.main import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, "token", *arguments], capture_output=True, text=True, timeout=60, check=False
    )


def test_the_command_prints_the_token_and_nothing_else(home: Path) -> None:
    first = command()
    assert first.returncode == 0, first.stderr
    assert first.stdout == paths().token.read_text()
    assert command().stdout == first.stdout
    renewed = command("--rotate")
    assert renewed.stdout not in ("", first.stdout)
    assert renewed.stdout == paths().token.read_text()
    assert "no longer works" in renewed.stderr or "ya no funciona" in renewed.stderr


def test_the_command_names_an_exposed_file_and_mends_it(home: Path) -> None:
    command()
    paths().token.chmod(0o644)
    refused = command()
    assert refused.returncode == 1 and refused.stdout == ""
    assert f"chmod 600 {paths().token}" in refused.stderr
    assert command("--rotate").returncode == 0
    assert stat.S_IMODE(paths().token.stat().st_mode) == 0o600


def test_every_failure_is_one_of_ours(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(JarvisError):
        token_file.obtain(path)
    with pytest.raises(JarvisError):
        token_file.renew(path)


async def test_a_program_gets_a_token_of_its_own_with_what_it_may_spend(store: TokenStore, database: Database) -> None:
    await store.owner_token()
    token = await store.make("home-assistant", "ana", ("chat", "models"), 2_000_000, 30)
    who = await store.who(token)
    assert (who.name, who.scopes, who.budget_micro_usd) == ("ana", frozenset({"chat", "models"}), 2_000_000)
    found = {one.name: one for one in await store.valid()}
    assert set(found) == {"owner", "home-assistant"}
    assert found["home-assistant"].month_usd == 2 and found["home-assistant"].used == time.strftime("%Y-%m-%d")
    assert token not in str(rows(database)), "only its digest is kept"
    with pytest.raises(Conflict):
        await store.make("home-assistant", "ana", ("chat",), None, None)
    with pytest.raises(Conflict):
        await store.make("owner", "owner", ("admin",), None, None)
    await store.revoke("home-assistant")
    with pytest.raises(AuthError):
        await store.who(token)
    with pytest.raises(NotFound):
        await store.revoke("home-assistant")
    with pytest.raises(Forbidden):
        await store.revoke("owner")
    assert (await store.who(await store.make("home-assistant", "ana", ("chat",), None, None))).budget_micro_usd is None
