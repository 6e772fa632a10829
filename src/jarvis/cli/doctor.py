"""``jarvis doctor``: one line for each thing that was looked at, and the command that mends what is not right."""

from __future__ import annotations

import json
import os
import textwrap
from collections import Counter

import click

from jarvis.cli.table import NARROW, width
from jarvis.cli.terminal import named
from jarvis.texts import say

_LOOKS = {"OK": ("✓", "green"), "WARN": ("!", "yellow"), "FAIL": ("✗", "red")}


@click.command(help=say("cli.doctor"))
@click.option("--json", "as_json", is_flag=True, help=say("cli.option.json"))
@click.option("--deep", is_flag=True, help=say("doctor.cmd.deep"))
@click.option("--online", is_flag=True, help=say("doctor.cmd.online"))
def command(as_json: bool, deep: bool, online: bool) -> int:
    from jarvis.config.paths import paths
    from jarvis.daemon import find
    from jarvis.doctor.base import Daemon
    from jarvis.doctor.examine import examine, patient

    where = paths()
    found = find(where)
    daemon = Daemon(found.pid, found.url, found.version) if found else None
    counts: Counter[str] = Counter()
    table = []
    for examined in examine(patient(where, os.environ, daemon, deep, online)):
        finding = examined.finding
        counts[finding.status] += 1
        if as_json:
            table.append(
                {
                    "check": examined.check,
                    "status": finding.status,
                    "code": finding.code,
                    "message": finding.message(),
                    "hint": finding.hint(),
                    "facts": dict(finding.facts),
                }
            )
            continue
        sign, colour = _LOOKS[finding.status]
        if (columns := width()) and columns < NARROW:
            message = textwrap.wrap(finding.message(), columns - 2, break_long_words=False, break_on_hyphens=False)
            _print("\n  ".join([f"{click.style(sign, fg=colour)} {examined.check}", *message]))
        else:
            _print(f"{click.style(sign, fg=colour)} {examined.check:<13} {finding.message()}")
        if hint := finding.hint():
            _print(f"  {click.style('→', fg='cyan')} {hint}")
    if as_json:
        click.echo(json.dumps({"ok": not counts["FAIL"], "checks": table}, ensure_ascii=False, indent=2, default=str))
    else:
        _print(say("doctor.summary", ok=counts["OK"], warn=counts["WARN"], fail=counts["FAIL"]))
    return 1 if counts["FAIL"] else 0


def _print(line: str) -> None:
    """Colours only for a terminal, and not where the owner wants none (no-color.org)."""
    click.echo(named(line), color=False if os.environ.get("NO_COLOR") else None)
