"""systemd's user manager, by its own commands."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from jarvis.config.paths import xdg
from jarvis.errors import Conflict, EngineStartFailed
from jarvis.service.unit import NAME, RESTRICTED, SANDBOX

SECONDS = 90
BOOTED = Path("/run/systemd/system")
SHOWN = ("ActiveState", "SubState", "MainPID", "NRestarts", "UnitFileState", "Result")


def unit_file(environ: Mapping[str, str]) -> Path:
    """Where this person's unit is."""
    return xdg("XDG_CONFIG_HOME", ".config", environ) / "systemd" / "user" / NAME


def there() -> None:
    """Raises Conflict, with what to do, where no user manager of systemd runs."""
    if not BOOTED.exists() or shutil.which("systemctl") is None:
        raise Conflict("service.wsl" if "WSL_DISTRO_NAME" in os.environ else "service.no_systemd")
    asked = _run("systemctl", "--user", "show", "--property=Version")
    if asked.returncode:
        raise Conflict("service.no_manager", reason=asked.stderr.strip())


def cards_are_awake(root: Path = Path("/")) -> bool:
    """Whether CUDA finds what it needs: a service may not load the driver's part for it, as a command may."""
    return not (root / "proc/driver/nvidia/version").exists() or (root / "dev/nvidia-uvm").exists()


def can_sandbox() -> bool:
    """Whether a service of this person may have namespaces of its own: some systems forbid them. It is tried."""
    options = [line for line in (RESTRICTED + SANDBOX).splitlines() if line and not line.startswith("#")]
    tried = _run(
        "systemd-run", "--user", "--wait", "--collect", "--quiet", *(f"--property={line}" for line in options), "true"
    )
    return tried.returncode == 0


def systemctl(*words: str) -> str:
    """What it wrote. Raises EngineStartFailed with the reason when it did not do it."""
    done = _run("systemctl", "--user", *words)
    if done.returncode:
        raise EngineStartFailed("service.refused", command=" ".join(words), reason=done.stderr.strip())
    return done.stdout


def state() -> dict[str, str]:
    """What the manager knows of the unit, by the names in ``SHOWN``."""
    lines = systemctl("show", NAME, *(f"--property={name}" for name in SHOWN)).splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)


def lingers() -> bool | None:
    """Whether this person's services run while they are logged out; None where nobody knows."""
    if shutil.which("loginctl") is None:
        return None
    asked = _run("loginctl", "show-user", str(os.getuid()), "--property=Linger")
    return {"Linger=yes": True, "Linger=no": False}.get(asked.stdout.strip())


def linger() -> None:
    """From now on they do. Raises EngineStartFailed."""
    done = _run("loginctl", "enable-linger")
    if done.returncode:
        raise EngineStartFailed("service.no_linger", reason=done.stderr.strip())


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        words, capture_output=True, text=True, timeout=SECONDS, check=False, env={**os.environ, "LC_ALL": "C"}
    )
