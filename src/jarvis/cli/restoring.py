"""Restoring, as a command does it: shown and agreed to, the daemon stopped, and told what was set aside."""

from __future__ import annotations

import shlex
import sqlite3
from contextlib import closing
from pathlib import Path

import click
import psutil

from jarvis.backup import keeping
from jarvis.backup.restoring import restore
from jarvis.cli import backing, servicing
from jarvis.cli.terminal import agreed, clean, on_line
from jarvis.config.paths import Paths
from jarvis.daemon import hold, stop
from jarvis.errors import StoreError
from jarvis.texts import say


def run(where: Paths, file: Path, passphrase: str, *, yes: bool, as_json: bool) -> int:
    """The exit status. Raises JarvisError."""
    since = None
    if not file.is_dir():
        manifest = keeping.about(file, passphrase)
        keeping.fits(manifest, backing.known(), file)
        since = manifest.created
        click.echo(backing.holds(manifest), err=True)
    if (back := _forgotten_since(where.database, since)) > 0:
        click.echo(say("backup.comes_back", count=back), err=True)
    if not yes and not agreed(say("backup.sure_restore", path=clean(str(file)))):
        return 1
    carried = Carried(where.database)
    with servicing.set_aside(where):
        if (pid := stop(where)) is not None:
            click.echo(say("daemon.stopped", pid=pid), err=True)
        with hold(where):
            _unused(where.database)
            done = restore(file, where, backing.known(), passphrase=passphrase, carry=carried)
    if as_json:
        backing.show({"file": str(file), "aside": done.aside and str(done.aside), "holds": backing.told(done.manifest)})
        return 0
    click.echo(say("backup.restored"), err=True)
    if done.aside is not None:
        aside = shlex.quote(on_line(str(done.aside)))
        click.echo(say("backup.set_aside", path=aside), err=True)
    if not done.manifest.secrets:
        click.echo(say("backup.secrets_stay"), err=True)
    if carried.failed:
        click.echo(say("backup.not_carried"), err=True)
    return 0


_SPENDING = (
    "at, day, month, provider, model, person, key, reserved, amount, state, holder, closed, prompt_tokens,"
    " completion_tokens"
)
"""Its columns but the number: in another database that may be taken."""


class Carried:
    """What a restore does not undo: tokens that were removed stay so, and what was spent this month and the last counts
    in the budgets. ``failed``: the database that was there could not be read.
    """

    def __init__(self, old: Path) -> None:
        self._old = old
        self.failed = False

    def __call__(self, new: Path) -> None:
        if not self._old.exists():
            return
        try:
            with closing(sqlite3.connect(new.absolute().as_uri(), uri=True)) as db:
                db.execute("ATTACH ? AS old", (f"{self._old.absolute().as_uri()}?mode=ro",))
                with db:
                    db.execute(
                        "UPDATE main.tokens SET revoked = o.revoked FROM old.tokens o"
                        " WHERE o.id = main.tokens.id AND o.revoked IS NOT NULL"
                    )
                    db.execute(
                        f"INSERT INTO main.spending ({_SPENDING}) SELECT {_SPENDING} FROM old.spending o"  # noqa: S608
                        " WHERE month >= strftime('%Y-%m', 'now', '-1 month') AND NOT EXISTS (SELECT 1 FROM"
                        " main.spending m WHERE m.month = o.month AND m.at = o.at AND m.holder = o.holder)"
                    )
        except sqlite3.Error:
            self.failed = True


def _forgotten_since(database: Path, since: float | None) -> int:
    """How often something was forgotten after a moment; 0 where that cannot be told."""
    if since is None or not database.exists():
        return 0
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as db:
            return int(db.execute("SELECT count(*) FROM forgotten WHERE at > ?", (since,)).fetchone()[0])
    except sqlite3.Error:
        return 0


def _unused(database: Path) -> None:
    """Raises StoreError when a program has it open: it would go on writing to what was moved away."""
    try:
        there = database.stat()
    except OSError:
        return
    for process in psutil.process_iter():
        try:
            links = list(Path(f"/proc/{process.pid}/fd").iterdir())
        except OSError:  # somebody else's, or gone
            continue
        for link in links:
            try:
                found = link.stat()
            except OSError:
                continue
            if (found.st_ino, found.st_dev) == (there.st_ino, there.st_dev):
                raise StoreError("backup.in_use", path=database, pid=process.pid)
