"""The unit: what systemd starts, how it starts it anew, and what it may touch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

NAME = "jarvis.service"
STOP_SECONDS = 60
"""A little more than a daemon takes to leave (see ``daemon.STOP_SECONDS``)."""
KEPT = ("JARVIS_HOME", "JARVIS_LANG", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "HF_HOME")
"""Of the environment of whoever installs it: where its folders are, and its language."""
TEMPORARY = (Path("/tmp"), Path("/var/tmp"))
"""Documents are learnt from there too, and engines write there."""
RESTRICTED = """\
# What needs no namespace. No PrivateDevices, DeviceAllow or MemoryDenyWriteExecute: with them CUDA finds no card, or
# falls back to the CPU without a word.
NoNewPrivileges=yes
KeyringMode=private
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictNamespaces=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged
SystemCallErrorNumber=EPERM
UMask=0077
"""
SANDBOX = """\
# What needs namespaces of its own: everything is read-only but what is named below. Without PrivateUsers a person's
# manager may not drop capabilities, and would not start it (status 218).
CapabilityBoundingSet=
PrivateMounts=yes
PrivateUsers=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
ProtectSystem=strict
ProtectHome=read-only
"""


def unit(
    command: Sequence[str], environ: Mapping[str, str], log: Path, writable: Sequence[Path], *, sandboxed: bool = True
) -> str:
    """The text of the unit. ``command`` is Jarvis by its whole path, ``log`` where it writes what happens; ``writable``
    are the folders in which it, its engines and its MCP servers write.
    """
    kept = "".join(f"Environment={quoted(f'{name}={environ[name]}')}\n" for name in KEPT if environ.get(name))
    folders = "".join(f"ReadWritePaths={quoted(f'-{folder}')}\n" for folder in (*writable, *TEMPORARY))
    place = str(log).replace("%", "%%")
    return f"""\
[Unit]
Description=Jarvis, a private assistant
StartLimitIntervalSec=300
StartLimitBurst=5

[Service]
Type=exec
ExecStart={" ".join(quoted(word).replace("$", "$$") for word in command)} serve
{kept}StandardOutput=append:{place}
StandardError=append:{place}
Restart=on-failure
RestartSec=2
# Asked wrongly: it would be again.
RestartPreventExitStatus=2
# Its engines have guardians; what is left of them is ended with it.
KillMode=mixed
TimeoutStopSec={STOP_SECONDS}
# An engine that the kernel ends for memory is started anew by Jarvis; the others go on.
OOMPolicy=continue
LimitCORE=0

{RESTRICTED}{f"{SANDBOX}{folders}" if sandboxed else ""}
[Install]
WantedBy=default.target
"""


def quoted(text: str) -> str:
    """As one word of a unit, where a percent sign is a specifier."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'
