"""What was heard as subtitles: SRT and WebVTT. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from jarvis.words.audio import Segment


def srt(segments: Sequence[Segment]) -> str:
    """SubRip: numbered, times with a comma."""
    blocks = (
        f"{number}\n{_clock(one.start, ',')} --> {_clock(one.end, ',')}\n{one.text}\n"
        for number, one in enumerate(segments, 1)
    )
    return "\n".join(blocks)


def vtt(segments: Sequence[Segment]) -> str:
    """WebVTT (W3C)."""
    cues = (f"{_clock(one.start, '.')} --> {_clock(one.end, '.')}\n{_plain(one.text)}\n" for one in segments)
    return "\n".join(("WEBVTT\n", *cues))


def _plain(text: str) -> str:
    """A cue's text may hold neither of these as it is."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("-->", "--&gt;")


def _clock(seconds: float, point: str) -> str:
    ms = round(seconds * 1000)
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}{point}{ms % 1000:03}"
