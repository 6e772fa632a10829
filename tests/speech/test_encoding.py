"""Speech in every form, whole when it is over, and readable while it is not."""

from __future__ import annotations

import io
from typing import get_args

import pytest
from sounds import samples

av = pytest.importorskip("av")

from jarvis.speech.speak.encoding import Encoder  # noqa: E402
from jarvis.speech.speak.forms import TYPES, Form  # noqa: E402

RATE = 24_000


def seconds(encoded: bytes, form: Form) -> float:
    if form == "pcm":
        return len(encoded) / 2 / RATE
    with av.open(io.BytesIO(encoded)) as file:
        frames = list(file.decode(audio=0))
        return float(sum(frame.samples for frame in frames) / frames[0].sample_rate)


@pytest.mark.parametrize("form", get_args(Form))
def test_every_form_holds_all_of_it(form: Form) -> None:
    sound = samples((0.5, 3.0))  # 48,000 samples: two seconds at this rate
    encoder = Encoder(form, RATE)
    parts = [encoder.add(sound[at : at + 10_000]) for at in range(0, len(sound), 10_000)]
    encoded = b"".join([*parts, encoder.finish()])
    assert seconds(encoded, form) == pytest.approx(2.0, abs=0.12)
    assert form == "flac" or sum(map(bool, parts)) > 1, "it comes while it is made"
    assert TYPES[form].startswith("audio/")


def test_raw_samples_have_the_rate_that_openais_clients_expect() -> None:
    encoder = Encoder("pcm", 16_000)
    sound = samples((0.5, 3.0))
    assert seconds(encoder.add(sound) + encoder.finish(), "pcm") == pytest.approx(3.0, abs=0.01)


@pytest.mark.parametrize("form", get_args(Form))
def test_of_nothing_there_is_an_empty_file(form: Form) -> None:
    encoder = Encoder(form, RATE)
    assert isinstance(encoder.add(b"") + encoder.finish(), bytes)
