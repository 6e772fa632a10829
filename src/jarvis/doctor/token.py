"""The owner's token: that its file, if there is one, holds one. Who may read it, ``permissions`` says."""

from __future__ import annotations

from collections.abc import Iterator

from jarvis.doctor.base import Finding, Patient, fail, ok
from jarvis.words.person import TOKEN


def check(patient: Patient) -> Iterator[Finding]:
    path = patient.paths.token
    try:
        with path.open("rb") as file:
            text = file.read(256).decode("ascii", "replace").strip()
    except FileNotFoundError:
        yield ok("doctor.no_token", path=path)
    except OSError as error:
        yield fail("server.token_unreadable", path=path, folder=path.parent, reason=error.strerror or str(error))
    else:
        yield ok("doctor.token", path=path) if TOKEN.fullmatch(text) else fail("server.token_damaged", path=path)
