"""A recording in any form that FFmpeg knows, as samples that can be listened to: one channel, as loud as speech is."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from jarvis.speech.hear._answering import MOST_SECONDS, Refused
from jarvis.words.audio import RATE

Samples = NDArray[np.int16]
CANCELLED = 0.05
"""Of the power of the loudest channel: a mix with less has lost what is said, for channels in antiphase cancel out."""
BLOCK_SECONDS, BANGS = 0.02, 10
"""How loud a recording is says the loudest block but so many: a click says nothing of it."""
QUIET, FAINTEST = 0.1, 4 / 32768
"""A recording that is less loud is made so loud: nobody is noticed to speak in it. What is fainter than the other has
nothing left in it and stays as it is.
"""


def decoded(recording: bytes) -> Samples:
    """Its samples. Raises Refused, and ValueError or FFmpegError for what FFmpeg does not know."""
    sound, power, powers = _read(recording, None, 1.0)
    channel = int(powers.argmax()) if power < CANCELLED * powers.max() else None
    if channel is not None:
        sound, _, _ = _read(recording, channel, 1.0)
    loud = loudness(sound)
    if FAINTEST <= loud < QUIET:
        sound, _, _ = _read(recording, channel, QUIET / loud)
    return sound


def loudness(sound: Samples) -> float:
    """0..1; of less than a moment it is 1: there is nothing to tell it from."""
    block = int(BLOCK_SECONDS * RATE)
    blocks = sound[: len(sound) // block * block].reshape(-1, block)
    if len(blocks) <= BANGS:
        return 1.0
    peaks = np.maximum(blocks.max(1), -(blocks.min(1) + 1))
    return float(np.partition(peaks, -1 - BANGS)[-1 - BANGS]) / 32768


def _read(recording: bytes, channel: int | None, gain: float) -> tuple[Samples, float, NDArray[np.float64]]:
    """All its channels as one, or one of them, so many times as loud; and the power, summed over the samples, of that
    and of each channel.
    """
    resampler = av.AudioResampler(format="fltp", rate=RATE)
    parts: list[Samples] = []
    count, power, powers = 0, 0.0, np.zeros(1)
    with av.open(io.BytesIO(recording), mode="r", metadata_errors="ignore") as container:
        if not container.streams.audio:
            raise Refused("hear.no_track")
        for frame in _frames(container):
            if frame is not None:
                frame.pts = None
            for made in resampler.resample(frame):
                channels = made.to_ndarray()
                one = channels.mean(0) if channel is None else channels[channel]
                power += float(np.square(one).sum(dtype=np.float64))
                powers = powers + np.square(channels).sum(1, dtype=np.float64)
                parts.append(np.rint(np.clip(one * (32768 * gain), -32768, 32767)).astype(np.int16))
                count += len(one)
            if count > MOST_SECONDS * RATE:
                raise Refused("hear.too_long", hours=MOST_SECONDS / 3600)
    return np.concatenate(parts) if parts else np.empty(0, np.int16), power, powers


def _frames(container: Any) -> Iterator[Any]:
    """What can be decoded of it, then None: the end. A broken packet costs itself alone."""
    for packet in container.demux(audio=0):
        try:
            yield from packet.decode()
        except av.error.InvalidDataError:
            continue
    yield None
