"""Speech that was made elsewhere, in whatever form it came (PyAV)."""

from __future__ import annotations

import io
from typing import Any, cast

import av
from av.audio.resampler import AudioResampler
from av.filter import Graph

from jarvis.speech.speak.base import Spoken

RATE = 24_000


def decode(recording: bytes, speed: float = 1.0) -> Spoken:
    """As samples, said ``speed`` times as fast, at the same pitch. Raises ValueError for what is no sound."""
    resampler, sound = AudioResampler("s16", "mono", RATE), bytearray()
    try:
        with av.open(io.BytesIO(recording), "r") as file:
            stream = file.streams.audio[0]
            graph = Graph()
            graph.link_nodes(
                graph.add_abuffer(template=stream), graph.add("atempo", str(speed)), graph.add("abuffersink")
            ).configure()
            for frame in (*file.decode(stream), None):
                graph.push(frame)
                while True:
                    try:
                        found = cast(Any, graph.pull())
                    except (av.error.BlockingIOError, av.error.EOFError):
                        break
                    for part in resampler.resample(found):
                        sound += part.to_ndarray().tobytes()
        for part in resampler.resample(None):
            sound += part.to_ndarray().tobytes()
    except (av.error.FFmpegError, IndexError) as error:
        raise ValueError(str(error)) from None
    return Spoken(bytes(sound), RATE)
