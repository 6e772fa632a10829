"""Speech in the form in which it is asked for, while it is being made: by FFmpeg's encoders (PyAV)."""

from __future__ import annotations

import io
from typing import Any, cast

import av
import numpy as np
from av.audio.resampler import AudioResampler

from jarvis.speech.rates import Resampler
from jarvis.speech.speak.forms import RAW_RATE, Form

_MUXERS = {"mp3": ("mp3", "libmp3lame"), "opus": ("ogg", "libopus"), "aac": ("adts", "aac"), "flac": ("flac", "flac")}
PAGE_MICROSECONDS = "200000"
"""Of an Ogg page: what is longer is waited for."""
UNKNOWN_BYTES = 0xFFFF_FFFF
"""Length in the head of a WAV whose end nobody knows yet."""


class Encoder:
    """One file. Mono, samples of 16 bits in."""

    def __init__(self, form: Form, rate: int) -> None:
        self._form, self._rate = form, rate
        self._out = _Pipe()
        self._begun = False
        self._count = 0
        self._raw = Resampler(rate, RAW_RATE)
        if form in _MUXERS:
            muxer, codec = _MUXERS[form]
            options = {"page_duration": PAGE_MICROSECONDS} if muxer == "ogg" else {}
            self._file: Any = av.open(self._out, "w", muxer, options)
            stream = self._file.add_stream(codec, rate=48_000 if form == "opus" else rate, layout="mono")
            self._stream = cast(Any, stream)
            self._resampler = AudioResampler(self._stream.codec_context.format, "mono", self._stream.rate)

    def add(self, sound: bytes) -> bytes:
        """What is to be sent after so much more sound."""
        if self._form == "pcm":
            return self._raw.add(sound)
        if self._form == "wav":
            head = b"" if self._begun else self._head()
            self._begun = True
            return head + sound
        if sound:
            frame = av.AudioFrame.from_ndarray(np.frombuffer(sound, np.int16)[np.newaxis], "s16", "mono")
            frame.sample_rate, frame.pts = self._rate, self._count
            self._count += len(sound) // 2
            self._encode(self._resampler.resample(frame))
        return self._out.taken()

    def _encode(self, frames: Any) -> None:
        for frame in frames:
            for packet in self._stream.encode(frame):
                self._file.mux(packet)

    def finish(self) -> bytes:
        """What is to be sent last."""
        if self._form == "pcm":
            return self._raw.rest()
        if self._form not in _MUXERS:
            return b"" if self._begun else self._head()
        self._encode([*self._resampler.resample(None), None])
        self._file.close()
        return self._out.taken()

    def _head(self) -> bytes:
        """Of a WAV that has no end yet (RIFF)."""
        rate = self._rate.to_bytes(4, "little")
        return (
            b"RIFF" + UNKNOWN_BYTES.to_bytes(4, "little") + b"WAVEfmt \x10\0\0\0\x01\0\x01\0" + rate
            + (2 * self._rate).to_bytes(4, "little") + b"\x02\0\x10\0data" + UNKNOWN_BYTES.to_bytes(4, "little")
        )  # fmt: skip


class _Pipe(io.RawIOBase):
    """Takes what a muxer writes, which cannot go back."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        found, self._parts = b"".join(self._parts), []
        return found
