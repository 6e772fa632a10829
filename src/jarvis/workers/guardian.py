"""The parent of one engine: sees to it that nothing of the engine outlives Jarvis.

Run as ``python -I -S guardian.py FD -- COMMAND...`` by ``workers.worker``, never imported by it, so that it has only
the standard library and starts in milliseconds. ``FD`` is its end of a socket pair, the only thing it inherits from the
daemon besides the engine's stdin and the pipe for the engine's output.

From the daemon: ``t`` ends the engine politely (SIGTERM), ``k`` by force; end of file means that the daemon is gone,
however it died, and everything is killed. To the daemon: ``pid N`` once, then ``exit N`` (as ``subprocess`` counts: a
negative number is a signal) as soon as the engine has ended.

Why a process of its own: PR_SET_PDEATHSIG is cleared on fork and bound to the thread that forked, so it cannot reach
an engine's children; a subreaper adopts every orphan below it, those that called setsid or forked twice included.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import select
import signal
import socket
import sys
import time

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36  # linux/prctl.h
KILL_SECONDS = 10.0
"""Longest it tries to get rid of the engine's descendants; only a process stuck in the kernel lasts that long."""
OOM_SCORE = 500
"""When memory runs out the kernel should take the engine, not the daemon or anything else of the owner's."""

_libc = ctypes.CDLL(None)
_libc.prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]  # variadic: an int would be passed too narrow


def spawn(command: list[str], control: int) -> int:
    """Start the engine; it dies with this process. Returns its pid."""
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    try:
        os.setpgid(0, 0)
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # killed between fork and prctl: no signal would ever come
            os._exit(1)
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGPIPE, signal.SIGXFSZ):  # Python ignores these, and exec keeps what is ignored
            signal.signal(number, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file holds the conversation
        with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:  # noqa: PTH123
            file.write(str(OOM_SCORE))
        os.close(control)
        os.execvp(command[0], command)
    except OSError as error:
        os.write(2, f"cannot run {command[0]}: {error.strerror}\n".encode())
    finally:
        os._exit(127)


def descendants(root: int) -> list[tuple[int, int]]:
    """Every process below ``root``, by the parents that /proc states now: pid and process group."""
    children: dict[int, list[tuple[int, int]]] = {}
    for name in os.listdir("/proc"):  # noqa: PTH208
        if name.isdigit():
            with contextlib.suppress(OSError), open(f"/proc/{name}/stat", "rb") as file:  # noqa: PTH123
                # the name, in parentheses, may itself hold spaces and parentheses
                fields = file.read().rpartition(b")")[2].split()
                children.setdefault(int(fields[1]), []).append((int(name), int(fields[2])))
    found: list[tuple[int, int]] = []
    queue = [root]
    while queue:
        below = children.get(queue.pop(), [])
        found += below
        queue += [pid for pid, _ in below]
    return found


def kill_all() -> None:
    """SIGKILL until this process has no child left; being subreaper, that means that nothing is left below it.

    Whole groups are killed, for a signal to a group misses nobody in it, while a process that forks and ends all the
    time is another one whenever its pid has been found.
    """
    limit = time.monotonic() + KILL_SECONDS
    own = os.getpgrp()
    while time.monotonic() < limit:
        found = descendants(os.getpid())
        for target in {-group for _, group in found if group != own} | {pid for pid, _ in found}:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(target, signal.SIGKILL)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(0.002)


def reap(engine: int) -> int | None:
    """Collect the dead. Returns the engine's exit, or None while it lives."""
    exit_code = None
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                break
            if pid == engine:
                exit_code = os.waitstatus_to_exitcode(status)
    return exit_code


def guard(control: socket.socket, command: list[str]) -> int | None:
    """Run the engine until it has ended, or until it must end. Returns its exit, or None when it is to be killed."""
    read_end, write_end = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(write_end, warn_on_full_buffer=False)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: None)  # the wake-up pipe says which came
    engine = spawn(command, control.fileno())
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)  # only the engine may hold the read end of its order
    control.sendall(b"pid %d\n" % engine)
    poll = select.poll()
    poll.register(control, select.POLLIN)
    poll.register(read_end, select.POLLIN)
    while True:
        ready = {fd for fd, _ in poll.poll()}
        if read_end in ready:
            signals = os.read(read_end, 256)
            exit_code = reap(engine)
            if exit_code is not None:
                return exit_code
            if set(signals) & {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}:
                return None
        if control.fileno() in ready:
            orders = control.recv(16)
            if not orders or b"k" in orders:
                return None
            os.kill(engine, signal.SIGTERM)


def main() -> None:
    _libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    control = socket.socket(fileno=int(sys.argv[1]))
    control.set_inheritable(False)
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208 - uvloop lets through what the daemon itself inherited
        if int(name) > 2 and int(name) != control.fileno():
            with contextlib.suppress(OSError):
                os.close(int(name))
    exit_code = None
    try:
        exit_code = guard(control, sys.argv[3:])
        if exit_code is not None:  # told before the rest is cleared away: somebody waits for this answer
            control.sendall(b"exit %d\n" % exit_code)
    except OSError:
        pass  # the daemon is gone: nobody to tell
    kill_all()
    if exit_code is None:
        exit_code = -int(signal.SIGKILL)
        with contextlib.suppress(OSError):
            control.sendall(b"exit %d\n" % exit_code)
    os._exit(exit_code if exit_code >= 0 else 128 - exit_code)


if __name__ == "__main__":
    main()
