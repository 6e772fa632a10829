"""Whether somebody spoke, or Whisper wrote words of a melody, a hum or a noise.

Whisper writes of what is no speech what it would write of silence too ("And that's it for today."): the sound makes
such words hardly likelier. And of a glide or a sung vowel it writes a word that the sound does bear ("Oh."), in which
the voice activity detector is less sure of a voice than in anything that people say.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log

CLEAR, CLEAR_VOICE = -0.5, 0.3
"""What is heard as clearly as this (mean log probability of its tokens), with less probability of no speech, was said.
"""
SUPPORT = 1.0
"""Nats by which the sound makes a token likelier than silence does. Measured with Whisper base: melodies at most 0.8,
what was said, also under noise, at least 1.2.
"""
VOICE, UNCLEAR, NOBODY, ENOUGH = 3.0, 1.0, 5.0, 1.05
"""What each is worth beside a nat: how sure the detector is of a voice, the mean log probability, the probability of no
speech; and what is needed. By a logistic regression over 1,350 decodings of commands, lone words and both under noise
and 540 of melodies, hums, choirs, bands, noises and glides, rounded: 3 of these (one glide, "Oh") and 1 of those were
on the wrong side.
"""
UNLIKELY, NEITHER = 0.3, 0.8
"""Nor does anybody speak where the probability of no speech and so much of how unlikely a token is are more than that,
however well the sound bears the words: "buh-buh-buh" is in the ones ("claro", mumbled, is in one of the two).
"""
VOICED_FRAMES = 8
"""Frames of the detector (32 ms) in which a voice is heard at its clearest: a short word has no more."""


def somebody(
    log_probability: float, no_speech: float, voice: float, heard: Sequence[float], silence: Sequence[float]
) -> bool:
    """``log_probability``: mean over the tokens as decoded. ``no_speech``: its probability, 0..1. ``voice``: how sure
    the detector is of one, 0..1. ``heard``, ``silence``: log probability of each token after the sound and after
    silence.
    """
    nats = sum(heard) - sum(silence)
    if nats < SUPPORT * max(1, len(heard)):
        return False
    if no_speech - UNLIKELY * log_probability > NEITHER:
        return False
    return VOICE * voice + UNCLEAR * log_probability - NOBODY * no_speech + log(nats) > ENOUGH


def clearest(probabilities: Sequence[float]) -> float:
    """How sure the detector is of a voice, by its probability of each frame."""
    return sorted(probabilities, reverse=True)[:VOICED_FRAMES][-1] if len(probabilities) else 0.0
