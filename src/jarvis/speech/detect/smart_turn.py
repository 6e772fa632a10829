"""Smart Turn 3.2 (Daily, BSD-2): whether what somebody said sounds finished. 8.7 MB, 23 languages, Spanish among them.

It hears the last eight seconds as Whisper would: 80 bands of Slaney's mel scale, windows of 25 ms every 10 ms, their
power in powers of ten, of which eight below the loudest count (Radford et al. 2022; Slaney, "Auditory Toolbox", 1998).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

RATE, SECONDS = 16_000, 8
WINDOW, HOP, BANDS = 400, 160, 80
LINEAR_HZ, LINEAR_MELS, STEP = 1000.0, 15.0, np.log(6.4) / 27.0
"""Slaney's scale: 200/3 Hz a mel up to 1,000 Hz, then 27 mels for every 6.4 times as high."""


def _filters() -> NDArray[np.float64]:
    """How much of each frequency belongs to each band, (BANDS, WINDOW / 2 + 1); every triangle has the area 1."""
    top = LINEAR_MELS + np.log(RATE / 2 / LINEAR_HZ) / STEP
    mels = np.linspace(0, top, BANDS + 2)
    edges = np.where(mels < LINEAR_MELS, mels * 200 / 3, LINEAR_HZ * np.exp((mels - LINEAR_MELS) * STEP))
    hertz = np.linspace(0, RATE / 2, WINDOW // 2 + 1)
    low, middle, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    rising, falling = (hertz - low) / (middle - low), (high - hertz) / (high - middle)
    found: NDArray[np.float64] = np.maximum(0, np.minimum(rising, falling)) * 2 / (high - low)
    return found


def features(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """The last eight seconds of a sound, what lacks before it silent, as (BANDS, 800) numbers of about -1..1."""
    count = RATE * SECONDS
    sound = sound[-count:]
    whole = np.pad(sound, (count - len(sound), 0))
    whole = (whole - whole.mean()) / np.sqrt(whole.var() + 1e-7)
    padded = np.pad(whole.astype(np.float64), WINDOW // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP][:-1]
    power = np.abs(np.fft.rfft(frames * np.hanning(WINDOW + 1)[:-1])) ** 2
    bands = np.log10(np.maximum(power @ _filters().T, 1e-10)).T
    found: NDArray[np.float32] = ((np.maximum(bands, bands.max() - 8) + 4) / 4).astype(np.float32)
    return found


class SmartTurn:
    """Thread-safe."""

    def __init__(self, path: Path) -> None:
        """``path``: the network's file."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.inter_op_num_threads = options.intra_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def __call__(self, sound: bytes) -> float:
        """The probability that a turn is finished; ``sound`` are its samples of 16 bits."""
        heard = np.frombuffer(sound, np.int16).astype(np.float32) / np.float32(32768)
        [found] = self._session.run(None, {"input_features": features(heard)[np.newaxis]})
        return float(found.reshape(-1)[0])
