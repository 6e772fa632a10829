"""Who may read what is private: the token, conversations, the configuration."""

from __future__ import annotations

import os
import shlex
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

from jarvis.config.paths import good
from jarvis.doctor.base import Finding, Patient, fail, ok, warn
from jarvis.doctor.disk import read_only


def check(patient: Patient) -> Iterator[Finding]:
    where = patient.paths
    files = [
        where.token,
        where.authority.with_suffix(".key"),
        where.authority.with_name("server.pem"),
        *(where.database.with_name(where.database.name + end) for end in ("", "-wal", "-shm")),
        where.config_file,
        good(where.config_file),
        where.logs / "daemon.log",
        *filter(_is_file, (patient.settings.server.tls_key, patient.settings.telemetry.jsonl)),
    ]
    folders = [where.config, where.data, where.state, where.logs, where.engine_logs]
    looked = 0
    bad = False
    for path in (*files, *folders):
        try:
            status = path.stat()
        except OSError:  # not there, or in a closed folder, which is found itself
            continue
        looked += 1
        if finding := _judge(path, status):
            bad = True
            yield finding
    if not bad:
        yield ok("doctor.permissions", count=looked)


def _is_file(path: Path | None) -> TypeGuard[Path]:
    """Of a folder where a file should be, ``configuration`` tells."""
    return path is not None and path.is_file()


def _judge(path: Path, status: os.stat_result) -> Finding | None:
    folder = stat.S_ISDIR(status.st_mode)
    mode, wanted = stat.S_IMODE(status.st_mode), 0o700 if folder else 0o600
    quoted = shlex.quote(str(path))
    if status.st_uid != os.geteuid():
        return fail("doctor.foreign", path=path, command=f"sudo chown $(id -u):$(id -g) {quoted}")
    if mode & 0o077:
        # The files inside are closed on their own account.
        open_to_others = warn if folder else fail
        command = f"chmod {wanted:o} {quoted}"
        return open_to_others(
            "doctor.open_to_others", path=path, mode=f"{mode:o}", wanted=f"{wanted:o}", command=command
        )
    if not os.access(path, os.R_OK | os.W_OK) and not read_only(path):  # of that ``disk`` tells
        return fail("doctor.closed_to_owner", path=path, mode=f"{mode:o}", command=f"chmod {wanted:o} {quoted}")
    return None
