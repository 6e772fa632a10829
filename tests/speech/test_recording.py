"""Recordings as they come: in antiphase, very quiet, without sound."""

from __future__ import annotations

import io

import numpy as np
import pytest
from sounds import recorded

pytest.importorskip("faster_whisper")

from jarvis.speech.hear._answering import Refused
from jarvis.speech.hear._recording import FAINTEST, QUIET, decoded
from jarvis.speech.hear._somebody import VOICED_FRAMES, clearest, somebody
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
    ("text", "log_probability", "no_speech", "voice", "heard", "silence", "said"),
    [
        ("Claro", -0.88, 0.45, 0.99, [-0.9], [-8.5], True),
        ("Ya...", -1.09, 0.23, 0.95, [-2.2, -1.1], [-5.6, -4.4], True),
        ("Parasía", -0.99, 0.25, 0.99, [-0.3, -2.0, -1.1], [-8.2, -2.8, -4.5], True),
        ("¡Hola!", -1.24, 0.17, 0.97, [-1.8, -2.8, -0.1], [-4.9, -4.8, -0.5], True),
        ("Thank you.", -0.14, 0.06, 0.98, [-0.1, -0.1, -0.2], [-4.8, 0.0, -0.4], True),
        ("Oh.", -0.64, 0.26, 0.63, [-1.0, -0.7], [-6.4, -1.6], True),
        ("Oh.", -0.96, 0.38, 0.03, [-1.8, -0.8], [-6.4, -1.6], False),
        ("Where?", -1.2, 0.27, 0.1, [-3.7, -0.2], [-7.6, -2.6], False),
        ("Okay.", -0.88, 0.37, 0.1, [-2.1, -0.2], [-5.2, -0.4], False),
        ("¡Adiós!", -1.45, 0.06, 0.91, [-4.5, -2.8, -1.5, -0.1, -0.3], [-4.9, -2.7, -2.0, -0.1, -0.2], False),
        ("Thanks for watching!", -1.19, 0.1, 0.84, [-6.0, -0.3, -0.2, -0.9], [-5.9, -0.9, -0.6, -1.2], False),
        (
            "Ho-ho-ho!",
            -1.09,
            0.37,
            0.3,
            [-4.1, -2.3, -0.2, -0.1, 0.0, -1.0],
            [-10.2, -3.1, -0.5, -2.0, -0.1, -1.1],
            False,
        ),
        ("Buh-buh!", -0.97, 0.57, 0.97, [-1.0, -0.5, -0.1], [-7.0, -4.0, -2.5], False),
        ("", 0.0, 1.0, 0.9, [], [], False),
    ],
)
def test_whether_somebody_spoke(
    text: str,
    log_probability: float,
    no_speech: float,
    voice: float,
    heard: list[float],
    silence: list[float],
    said: bool,
) -> None:
    """As Whisper base heard lone words, and melodies, hums and glides."""
    assert somebody(log_probability, no_speech, voice, heard, silence) is said


def test_a_voice_is_as_sure_as_its_clearest_quarter_of_a_second() -> None:
    assert clearest([]) == 0
    assert clearest([0.2, 0.9]) == 0.2
    assert clearest([0.1] * 50 + [0.9] * VOICED_FRAMES) == 0.9
    assert clearest([0.1] * 50 + [0.9] * (VOICED_FRAMES - 1)) == 0.1
