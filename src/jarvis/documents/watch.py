"""What changes in folders, as it changes: by inotify, or by looking again and again where there is none."""

# ruff: noqa: PTH112 - what nobody may look at is no folder to os.path, and an error to Path
from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterable
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

from jarvis.documents.limits import Limits
from jarvis.documents.walk import IGNORES, Rules, is_gone, walk

DEBOUNCE_MS = 1600
"""Changes are told once nothing more has changed for as long as STEP_MS, and after this in any case."""
STEP_MS = 400
POLL_MS = 5000


@dataclass(frozen=True, slots=True)
class Changes:
    """Files to read (again), and paths that are gone: of a folder that is gone, only the folder is told."""

    changed: tuple[Path, ...]
    removed: tuple[Path, ...]


async def watch(
    folders: Iterable[Path], limits: Limits | None = None, debounce_ms: int = DEBOUNCE_MS
) -> AsyncIterator[Changes]:
    """Changes below ``folders`` from now on, until it is closed. What ``walk`` would skip is never told as changed.

    A folder that itself is gone (a disk that was taken out) takes nothing with it: its files are not told as removed.
    """
    rules = [Rules(folder) for folder in folders]
    async for paths in _events([rule.root for rule in rules], debounce_ms):
        changes = await asyncio.to_thread(_told, paths, rules, limits or Limits())
        if changes.changed or changes.removed:
            yield changes


async def _events(roots: list[Path], debounce_ms: int) -> AsyncIterator[set[Path]]:
    from watchfiles import awatch

    all_of = [root / IGNORES[0] for root in roots]  # as if it had changed: everything is looked through
    polling, lost = None, False
    while True:
        try:
            made = awatch(
                *roots, watch_filter=None, debounce=debounce_ms, step=min(STEP_MS, debounce_ms), force_polling=polling,
                poll_delay_ms=POLL_MS, ignore_permission_denied=True, rust_timeout=POLL_MS, yield_on_timeout=lost,
            )  # fmt: skip
            async with aclosing(made) as events:
                async for event in events:
                    if event or lost:
                        yield {Path(path) for _, path in event} | set(all_of if lost else ())
                    lost = False
            return
        except FileNotFoundError:
            raise
        except OSError:  # more folders than the kernel lets one user watch
            if polling:
                raise
        except ExceptionGroup as group:
            # a name that is no UTF-8, and what was told with it; by inotify it comes also when that file is only read
            if not any("decode" in str(error) for error in group.exceptions):
                raise
            lost = True
        polling = True


def _told(paths: set[Path], all_rules: list[Rules], limits: Limits) -> Changes:
    changed: dict[Path, None] = {}
    removed: dict[Path, None] = {}
    for rules in all_rules:
        if not os.path.isdir(rules.root):
            continue
        mine = sorted(path for path in paths if path.is_relative_to(rules.root) and path != rules.root)
        if any(path.name in IGNORES for path in mine):
            rules.forget()
            mine = [rules.root]  # what was ignored may count now
        for path in mine:
            # what it is now counts, not in which order things happened: programs write beside a file, then rename
            if os.path.isdir(path):
                if path == rules.root or rules.concerns(path):
                    changed.update(dict.fromkeys(file for file in walk([path], limits).files if rules.concerns(file)))
            elif is_gone(path):
                if rules.concerns(path):
                    removed[path] = None
            elif rules.concerns(path, limits.file_bytes):
                changed[path] = None
    return Changes(tuple(changed), tuple(removed))
