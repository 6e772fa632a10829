"""What happens in a house (``pulse``), in a process of its own: PortAudio looks for sound servers when it is imported.

``python scenes.py NAME ARGUMENT...`` prints one line of JSON.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from jarvis.errors import DeviceError, DeviceLost
from jarvis.voice import devices
from jarvis.voice.echo import Echo
from jarvis.voice.microphone import Microphone
from jarvis.voice.speaker import Speaker

RATE = 24_000


def tone(seconds: float) -> bytes:
    return (np.sin(np.arange(int(seconds * RATE)) * 2 * np.pi * 440 / RATE) * 12_000).astype("<i2").tobytes()


def speaker(echo: Echo | None = None) -> Speaker:
    return Speaker(devices.find(devices.DEFAULT, "output"), RATE, echo=echo)


def microphone(echo: Echo | None = None) -> Microphone:
    return Microphone(devices.find(devices.DEFAULT, "input"), echo=echo)


async def seen() -> dict[str, Any]:
    there = devices.listed()
    try:
        devices.find("no such thing", "input")
    except DeviceError as error:
        refused = error.code
    return {
        "names": [device.name for device in there],
        "defaults": [device.name for device in there if device.is_default_input or device.is_default_output],
        "by part": devices.find("PUL", "output").name,
        "by number": devices.find(there[0].index, "output").name,
        "refused": refused,
    }


async def anew(pid: str) -> dict[str, Any]:
    """The sound server ends: what there was is there no more."""
    before = len(devices.listed())
    subprocess.run(["kill", pid], check=True)
    for _ in range(100):
        try:
            async with speaker():
                await asyncio.sleep(0.05)
        except DeviceError as error:
            return {"before": before, "code": error.code, "hint": bool(error.hint())}
    return {}


async def heard(seconds: str) -> dict[str, Any]:
    """What the microphone hears: how loud, piece by piece."""
    pieces, peaks = [], []
    async with microphone() as hearing:
        async for piece in hearing:
            if not pieces:
                print("ready", flush=True)
            pieces.append(len(piece))
            peaks.append(hearing.level.peak)
            if len(pieces) >= float(seconds) * 50:
                break
    return {"sizes": sorted(set(pieces)), "peaks": peaks, "dropped": hearing.dropped}


async def slow() -> dict[str, Any]:
    """Nobody takes what is heard."""
    microphone_module = sys.modules["jarvis.voice.microphone"]
    microphone_module.KEPT_SECONDS = 0.2  # type: ignore[attr-defined]
    async with microphone() as hearing:
        while hearing.dropped < 5:
            await asyncio.sleep(0.01)
        first = await anext(hearing)
        return {"dropped": hearing.dropped, "bytes": len(first)}


async def spoken() -> dict[str, Any]:
    """A second is said, half of another one, and after a pause the rest of it."""
    async with speaker() as saying:
        print("ready", flush=True)
        await asyncio.sleep(0.3)
        saying.play(tone(1.0))
        await saying.drained()
        first = saying.played
        saying.reset()
        saying.play(tone(1.0))
        while saying.played < RATE // 2:
            await asyncio.sleep(0.005)
        saying.pause()
        await asyncio.sleep(0.5)
        paused, kept = saying.played, saying.buffered
        saying.resume()
        await saying.drained()
        return {"first": first, "paused": paused, "kept": kept, "second": saying.played}


async def stopped() -> dict[str, Any]:
    """How long after ``stop`` the loudspeaker is still heard: by a recorder that is itself some 10 ms late."""
    record = ["--record", "--device=spk.monitor", "--raw", "--format=s16le", f"--rate={RATE}", "--channels=1"]
    recorder = await asyncio.create_subprocess_exec("pacat", *record, "--latency-msec=10", stdout=subprocess.PIPE)
    assert recorder.stdout is not None
    chunks: list[tuple[float, bytes]] = []

    async def listen(stream: asyncio.StreamReader) -> None:
        while chunk := await stream.read(RATE // 100 * 2):
            chunks.append((time.monotonic(), chunk))

    listening = asyncio.create_task(listen(recorder.stdout))
    async with speaker() as saying:
        await asyncio.sleep(0.5)
        saying.play(tone(5.0))
        while saying.played < RATE // 2:
            await asyncio.sleep(0.005)
        at = time.monotonic()
        saying.stop()
        await asyncio.sleep(0.6)
        played, buffered = saying.played, saying.buffered
    recorder.terminate()
    await recorder.wait()
    await listening
    loud = [when for when, chunk in chunks if np.abs(np.frombuffer(chunk, "<i2").astype(int)).max() > 300]
    whole = np.abs(np.frombuffer(b"".join(chunk for _, chunk in chunks), "<i2").astype(int))
    [*heard] = (int(place) for place in np.flatnonzero(whole > 300))
    steps = np.abs(np.diff(np.frombuffer(b"".join(chunk for _, chunk in chunks), "<i2").astype(int)))
    return {
        "silent_after": loud[-1] - at,
        "heard": heard[-1] - heard[0],
        "played": played,
        "buffered": buffered,
        "steepest": int(steps.max()),
    }


async def lost(kind: str) -> dict[str, Any]:
    """Waits until the device goes away: how that is told."""
    try:
        if kind == "input":
            async with microphone() as hearing:
                await anext(hearing)
                print("ready", flush=True)
                async for _ in hearing:
                    pass
        else:
            async with speaker() as saying:
                saying.play(tone(1.0))
                while not saying.played:
                    await asyncio.sleep(0.01)
                print("ready", flush=True)
                saying.play(tone(60.0))
                await saying.drained()
    except DeviceLost as error:
        return {"told": time.time(), "code": error.code, "message": str(error)}
    return {}


async def overheard(sound: str, silero: str, cancel: str) -> dict[str, Any]:
    """Jarvis speaks, and the microphone hears it: in how many frames there is speech, and whether that is known."""
    from jarvis.speech.detect.silero import Voice
    from jarvis.speech.detect.turns import FRAME

    echo = Echo.made() if cancel == "yes" else None
    voice, said, heard = Voice(Path(silero)), Path(sound).read_bytes(), bytearray()
    async with speaker(echo) as saying, microphone(echo) as hearing:

        async def listen() -> None:
            async for piece in hearing:
                heard.extend(piece)

        listening = asyncio.create_task(listen())
        await asyncio.sleep(0.3)
        saying.play(said)
        await saying.drained()
        await asyncio.sleep(0.2)
        listening.cancel()
    whole = bytes(heard)
    speech = [voice(whole[at : at + 2 * FRAME]) > 0.5 for at in range(0, len(whole) - 2 * FRAME + 1, 2 * FRAME)]
    return {
        "frames": len(speech),
        "speech": sum(speech),
        "at": [at for at, is_speech in enumerate(speech) if is_speech] if echo else [],
        "underflows": saying.underflows,
        "leaks": echo.leaks if echo else 0,
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(globals()[sys.argv[1]](*sys.argv[2:]))), flush=True)
