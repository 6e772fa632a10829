"""A house with a microphone and a loudspeaker and no hardware: PulseAudio with sinks that end nowhere.

What is played to its loudspeaker can be recorded, what is said in it is heard by its microphone, and with ``echo_ms``
the microphone hears the loudspeaker so much later, as in a room.

PortAudio reads in HOME which sound server there is when it is imported: whoever uses the house does so in a process of
its own with ``house.env``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes.util import find_library
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

import pytest

RATE = 16_000
"""Samples a second of what is recorded."""
START_SECONDS = 20.0
SINKS = ("spk", "micfeed")
"""The loudspeaker, and what the microphone hears."""


def lacking() -> str:
    """Why there can be no such house here, or nothing."""
    missing = [program for program in ("pulseaudio", "pactl", "pacat") if shutil.which(program) is None]
    if missing:
        return f"not installed: {', '.join(missing)} (Debian: pulseaudio pulseaudio-utils)"
    if find_library("portaudio") is None:
        return "not installed: PortAudio (Debian: libportaudio2)"
    found = [
        *Path("/usr/lib").glob("*/alsa-lib/libasound_module_pcm_pulse.so"),
        *Path("/usr/lib").glob("alsa-lib/*pulse*"),
    ]
    return "" if found else "not installed: ALSA's plug-in for PulseAudio (Debian: libasound2-plugins)"


class Recorder:
    """Of the loudspeaker, from now on."""

    def __init__(self, env: dict[str, str], device: str) -> None:
        self._command = ["pacat", "--record", f"--device={device}", *_FORMAT, "--latency-msec=10"]
        self._sound = TemporaryFile()  # noqa: SIM115 - until what was heard is taken
        self._process = subprocess.Popen(self._command, env=env, stdout=self._sound)

    def taken(self) -> bytes:
        """Ends it: all that was heard."""
        self._process.terminate()  # it writes what it has
        self._process.wait(5)
        self._sound.seek(0)
        sound = self._sound.read()
        self._sound.close()
        return sound[: len(sound) // 2 * 2]


_FORMAT = ("--raw", "--format=s16le", f"--rate={RATE}", "--channels=1")


class House:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._short = TemporaryDirectory(prefix="pulse")  # the path of a socket may have 107 bytes
        self._socket = f"{self._short.name}/sock"
        self.env = {**os.environ, "HOME": str(folder), "PULSE_SERVER": f"unix:{self._socket}"}
        """For whatever is to live in it."""
        for name in ("XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "PULSE_SINK", "PULSE_SOURCE", "ALSA_CONFIG_PATH"):
            self.env.pop(name, None)
        self.env["XDG_RUNTIME_DIR"] = str(folder)

    def start(self, echo_ms: int | None) -> None:
        (self._folder / ".asoundrc").write_text("pcm.!default { type pulse }\nctl.!default { type pulse }\n")
        # norewinds: else a sink that was idle asks for sound two seconds late.
        modules = [
            f"module-native-protocol-unix auth-anonymous=1 socket={self._socket}",
            *(f"module-null-sink sink_name={name} norewinds=1" for name in SINKS),
            "module-remap-source source_name=mic master=micfeed.monitor",
        ]
        if echo_ms is not None:
            modules.append(f"module-loopback source=spk.monitor sink=micfeed latency_msec={echo_ms}")
        command = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no"]
        with (self._folder / "pulse.log").open("w") as log:
            given = [word for module in modules for word in ("-L", module)]
            self.process = subprocess.Popen([*command, *given], env=self.env, stdout=log, stderr=log)
        until = time.monotonic() + START_SECONDS
        while self._pactl("set-default-sink", "spk").returncode or self._pactl("set-default-source", "mic").returncode:
            if self.process.poll() is not None or time.monotonic() > until:
                self.stop()
                pytest.skip(f"PulseAudio does not start here: {(self._folder / 'pulse.log').read_text()[-300:]}")
            time.sleep(0.05)

    def say(self, sound: bytes | Path, *, wait: bool = True) -> subprocess.Popen[bytes]:
        """Into the microphone: the path of a WAV, or raw sound, mono, 16 bits, ``RATE``. Returns when it was said."""
        form = [*_FORMAT]
        if isinstance(sound, Path):
            with wave.open(str(sound)) as file:
                form = ["--raw", "--format=s16le", f"--rate={file.getframerate()}", f"--channels={file.getnchannels()}"]
                sound = file.readframes(file.getnframes())
        command = ["pacat", "--playback", "--device=micfeed", *form, "--latency-msec=20"]
        with TemporaryFile() as spoken:
            spoken.write(sound)
            spoken.seek(0)
            process = subprocess.Popen(command, env=self.env, stdin=spoken)
        if wait:
            assert process.wait(len(sound) / RATE + START_SECONDS) == 0
        return process

    def recorder(self) -> Recorder:
        """Of what the loudspeaker plays."""
        return Recorder(self.env, "spk.monitor")

    def recorded(self, seconds: float) -> bytes:
        """What it plays from now on: mono, 16 bits, ``RATE``."""
        recorder = self.recorder()
        time.sleep(seconds)
        return recorder.taken()

    def unplug(self) -> None:
        """Takes loudspeaker and microphone away. (Of one alone, PulseAudio would move what uses it to the other.)"""
        for line in self._pactl("list", "short", "modules").stdout.splitlines():
            if "module-null-sink" in line:
                assert self._pactl("unload-module", line.split()[0]).returncode == 0

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._short.cleanup()

    def _pactl(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["pactl", *words], env=self.env, capture_output=True, text=True, timeout=20)


@contextmanager
def pulse(folder: Path, echo_ms: int | None = None) -> Iterator[House]:
    """A house in a folder of its own, ended afterwards; skips the test, with why, where there can be none."""
    if why := lacking():
        pytest.skip(why)
    house = House(folder)
    house.start(echo_ms)
    try:
        yield house
    finally:
        house.stop()
