"""Where things live: the XDG folders, or one folder when ``JARVIS_HOME`` is set."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Paths:
    """Jarvis's folders. None is created until something is written there (see ``private``)."""

    config: Path
    data: Path
    cache: Path
    state: Path

    @property
    def config_file(self) -> Path:
        return self.config / "config.toml"

    @property
    def cards(self) -> Path:
        """The owner's own model cards."""
        return self.config / "models"

    @property
    def database(self) -> Path:
        return self.data / "jarvis.db"

    @property
    def models(self) -> Path:
        """Model files that do not live in the Hugging Face cache."""
        return self.data / "models"

    @property
    def token(self) -> Path:
        """The owner's token, 0600, which the commands find by themselves."""
        return self.data / "token"

    @property
    def authority(self) -> Path:
        """The certificate of this house's authority; its key, and what it vouched for, are beside it."""
        return self.data / "tls" / "authority.crt"

    @property
    def lock(self) -> Path:
        """Held by the daemon; says its pid and address."""
        return self.state / "daemon.lock"

    @property
    def logs(self) -> Path:
        return self.state / "logs"

    @property
    def engine_logs(self) -> Path:
        return self.logs / "engines"


def paths(environ: Mapping[str, str] | None = None) -> Paths:
    """The folders that a process with this environment uses: ``JARVIS_HOME`` overrides all, else XDG's."""
    env = os.environ if environ is None else environ
    home = env.get("JARVIS_HOME")
    if home:
        root = written(home, Path()).absolute()  # which asks for the current folder only if it has to: it may be gone
        return Paths(root / "config", root / "data", root / "cache", root / "state")
    return Paths(
        xdg("XDG_CONFIG_HOME", ".config", env) / "jarvis",
        xdg("XDG_DATA_HOME", ".local/share", env) / "jarvis",
        xdg("XDG_CACHE_HOME", ".cache", env) / "jarvis",
        xdg("XDG_STATE_HOME", ".local/state", env) / "jarvis",
    )


def xdg(name: str, usual: str, env: Mapping[str, str]) -> Path:
    """The folder that is named so, else the usual one of this person's home; one that is relative is ignored."""
    own = env.get("HOME") or str(written("~", Path()))
    named = env.get(name, "")
    return Path(named if named.startswith("/") else f"{own}/{usual}")


def good(file: Path) -> Path:
    """Where the last version of a configuration file that was in order is kept."""
    return file.with_name(f"{file.name}.good")


def made(folder: Path) -> Path:
    """The folder; when it is missing it is made, and so is each on the way to it, open to their owner alone (0700)."""
    for missing in reversed([f for f in (folder, *folder.parents) if not f.exists()]):
        missing.mkdir(mode=0o700, exist_ok=True)
    return folder


def private(folder: Path) -> Path:
    """The folder, made if missing, open to its owner alone (0700)."""
    made(folder)
    status = folder.stat()
    # It may have been made by another program, with everybody's permissions.
    if status.st_mode & 0o077 and status.st_uid == os.getuid():
        folder.chmod(0o700)
    return folder


def written(text: str, folder: Path) -> Path:
    """The path that ``text`` means when it stands in ``folder``; ``~`` is a home folder, if there is such a user."""
    path = Path(text)
    with suppress(RuntimeError):
        path = path.expanduser()
    return folder / path
