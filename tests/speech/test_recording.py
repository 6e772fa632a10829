"""Recordings as they come: in antiphase, very quiet, without sound."""

from __future__ import annotations

import io

import numpy as np
import pytest
from sounds import recorded

pytest.importorskip("faster_whisper")

from jarvis.speech.hear._answering import Refused
from jarvis.speech.hear._recording import FAINTEST, QUIET, decoded
from jarvis.speech.hear._whisper_mind import Written
from jarvis.words.audio import RATE

AT = np.arange(2 * RATE) / RATE
TONE = np.sin(2 * np.pi * 220 * AT)


def loud(recording: bytes) -> float:
    return float(np.sqrt(np.square(decoded(recording) / 32768).mean()))


def test_what_is_loud_stays_as_it_is() -> None:
    assert (decoded(recorded(TONE / 2)) == (TONE / 2 * 32767).round()).all()


def test_channels_that_cancel_out_are_not_mixed() -> None:
    assert loud(recorded(TONE / 2, -TONE / 2)) == pytest.approx(0.5 / 2**0.5, rel=0.01)
    assert loud(recorded(TONE / 2, -TONE / 2.2)) == pytest.approx(0.5 / 2**0.5, rel=0.01), "nearly"
    assert loud(recorded(-TONE / 4, TONE / 2)) == pytest.approx(0.125 / 2**0.5, rel=0.01), "half of it is left"
    first, second = TONE * (AT < 1), TONE * (AT >= 1)
    assert loud(recorded(first / 2, second / 2)) == pytest.approx(0.25 / 2**0.5, rel=0.01), "two people, a side each"


@pytest.mark.parametrize("much", [0.05, 0.002, 0.0005])
def test_a_quiet_one_is_made_louder(much: float) -> None:
    assert loud(recorded(TONE * much)) == pytest.approx(QUIET / 2**0.5, rel=0.1)
    assert loud(recorded(TONE * much, -TONE * much)) == pytest.approx(QUIET / 2**0.5, rel=0.1)


def test_a_click_does_not_say_how_loud_it_is() -> None:
    clicked = TONE * 0.002
    clicked[RATE] = 0.9
    sound = decoded(recorded(clicked))
    assert np.median(np.abs(sound)) > QUIET / 2 * 32768 and sound.max() == 32767


@pytest.mark.parametrize("loud", [0.0, FAINTEST / 2])
def test_where_nothing_is_nothing_is_made_louder(loud: float) -> None:
    dice = np.random.default_rng(1)
    assert np.abs(decoded(recorded(loud * dice.uniform(-1, 1, 2 * RATE)))).max() <= 2


def test_a_picture_has_no_sound() -> None:
    import av

    out = io.BytesIO()
    with av.open(out, "w", format="matroska") as file:
        stream = file.add_stream("mjpeg", rate=1, width=16, height=16, pix_fmt="yuvj420p")
        frame = av.VideoFrame.from_ndarray(np.zeros((16, 16, 3), np.uint8), "rgb24")
        file.mux([*stream.encode(frame), *stream.encode()])
    with pytest.raises(Refused) as caught:
        decoded(out.getvalue())
    assert caught.value.code == "hear.no_track"


@pytest.mark.parametrize(
    ("text", "log_probability", "no_speech", "said"),
    [
        ("Claro", -0.88, 0.45, True),
        ("Ya...", -1.25, 0.35, True),
        ("Sube el volumen.", -0.89, 0.39, True),
        ("Parasía", -1.14, 0.25, True),
        ("Okay.", -1.59, 0.57, False),
        ("No, no, no, no.", -0.81, 0.51, False),
        ("Oh.", -1.24, 0.47, False),
        ("¡Suscríbete! ¡Suscríbete!", -0.97, 0.42, False),
        ("¡Suscríbete al canal!", -1.2, 0.31, False),
        ("Thanks for watching!", -0.2, 0.05, True),
        ("…", -0.2, 0.0, False),
    ],
)
def test_whether_somebody_spoke(text: str, log_probability: float, no_speech: float, said: bool) -> None:
    """As Whisper base heard one-word answers, and hums and melodies."""
    assert Written([1], text, log_probability, no_speech).is_speech is said
