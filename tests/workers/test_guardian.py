"""Nothing of an engine outlives Jarvis, however either of them dies."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from typing import Any

from jarvis.workers.sweep import sweep_leftovers

Spawn = Callable[[], "subprocess.Popen[str]"]

SECONDS = 1.0
"""The promise: after ``kill -9`` of Jarvis no engine process is alive after one second."""


def up(daemon: subprocess.Popen[str]) -> tuple[int, int]:
    """The pids of engine and guardian, once the whole family is there."""
    assert daemon.stdout is not None
    assert daemon.stdout.readline() == "begun\n"
    _, engine, guardian = daemon.stdout.readline().split()
    return int(engine), int(guardian)


def test_kill_9_of_the_daemon_leaves_nothing(daemon: Spawn, processes: Any) -> None:
    process = daemon()
    up(process)
    # guardian, engine, child, setsid, double; the rabbit is another process at every look
    assert processes.until(lambda: len(processes.of(process.pid)) >= 5)
    process.kill()
    process.wait()
    assert processes.until(lambda: not processes.of(process.pid), SECONDS)


def test_an_end_of_the_daemon_in_good_order_leaves_nothing(daemon: Spawn, processes: Any) -> None:
    process = daemon()
    up(process)
    process.send_signal(signal.SIGINT)
    process.wait()
    assert processes.until(lambda: not processes.of(process.pid), SECONDS)


def test_kill_9_of_the_guardian_takes_the_engine_and_its_family(daemon: Spawn, processes: Any) -> None:
    process = daemon()
    engine, guardian = up(process)
    os.kill(guardian, signal.SIGKILL)
    assert processes.until(lambda: not processes.alive(engine), SECONDS)
    assert processes.until(lambda: not processes.of(process.pid), SECONDS)
    assert processes.alive(process.pid)


def test_a_terminal_that_hangs_up_on_the_guardian_takes_all(daemon: Spawn, processes: Any) -> None:
    process = daemon()
    _, guardian = up(process)
    os.kill(guardian, signal.SIGHUP)
    assert processes.until(lambda: not processes.of(process.pid), SECONDS)


def test_kill_9_at_twenty_moments(daemon: Spawn, processes: Any) -> None:
    moments = random.Random(20)
    for _ in range(20):
        process = daemon()
        assert process.stdout is not None
        process.stdout.readline()  # from here on the guardian, the engine and its family come into being
        time.sleep(moments.uniform(0, 0.12))
        process.kill()
        process.wait()
        assert processes.until(lambda p=process: not processes.of(p.pid), SECONDS)  # type: ignore[misc]


def test_what_is_left_when_both_die_at_once_is_found_at_the_next_start(daemon: Spawn, processes: Any) -> None:
    living, dead = daemon(), daemon()
    up(living)
    engine, guardian = up(dead)
    for process in (living, dead):
        assert processes.until(lambda p=process: len(processes.of(p.pid)) >= 5)  # type: ignore[misc]
    os.kill(guardian, signal.SIGSTOP)  # so that it cannot do its work any more
    dead.kill()
    dead.wait()
    os.kill(guardian, signal.SIGKILL)
    assert processes.until(lambda: not processes.alive(engine), SECONDS)
    left = processes.of(dead.pid)
    assert left  # the grandchildren: nobody's any more
    before = set(processes.of(living.pid))
    # three that stay; of the chain of short-lived ones nobody can tell which link is found
    assert len(set(left) & set(sweep_leftovers())) >= 3
    assert processes.until(lambda: not processes.of(dead.pid))
    # a living daemon's are left alone
    assert len(before & set(processes.of(living.pid))) >= 4
