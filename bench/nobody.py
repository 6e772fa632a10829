"""Text out of sounds in which nobody speaks: melodies, hums, choirs, bands, noise and glides, drawn by chance.

    python bench/nobody.py [--count 126] [--seed 1] [--model auto]

Each sound is written down three times: with its language to be found out, in Spanish and in English. Counted are the
sounds of which any text came. A glide has the melody of speech, and is the hardest.
"""

from __future__ import annotations

import argparse
import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jarvis.whisper_handler import WhisperHandler

RATE = 16_000
LOUD = (0.002, 0.01, 0.05, 0.2, 0.5, 0.9)
KINDS = ("melody", "hum", "choir", "wah", "band", "noise", "glide")
Sound = NDArray[np.float64]


def tone(hertz: float, seconds: float, partials: int = 6, decay: float = 0.0) -> Sound:
    at = np.arange(int(seconds * RATE)) / RATE
    heard = (np.sin(2 * np.pi * hertz * n * at) / n for n in range(1, partials + 1) if hertz * n < 7500)
    return np.asarray(sum(heard) * np.exp(-decay * at))


def sung(hertz: float, seconds: float, vowel: tuple[float, float], trembles: float) -> Sound:
    """By a voice without a word: two formants and a vibrato."""
    at = np.arange(int(seconds * RATE)) / RATE
    phase = 2 * np.pi * np.cumsum(hertz * (1 + trembles * np.sin(2 * np.pi * 5 * at))) / RATE
    heard = (
        np.sin(n * phase) * sum(np.exp(-(((hertz * n - formant) / 150) ** 2)) for formant in vowel)
        for n in range(1, int(7000 / hertz))
    )
    return np.asarray(sum(heard))


def noise(seconds: float, steep: float, dice: np.random.Generator) -> Sound:
    """White (0) to brown (2)."""
    whole = np.fft.rfft(dice.standard_normal(int(seconds * RATE)))
    return np.fft.irfft(whole / np.maximum(1, np.arange(len(whole))) ** (steep / 2), int(seconds * RATE))


def melody(seconds: float, each: float, decay: float, dice: np.random.Generator) -> Sound:
    notes = dice.integers(40, 84, max(1, int(seconds / each)))
    return np.concatenate([tone(440 * 2 ** ((note - 69) / 12), each, decay=decay) for note in notes])


def glide(seconds: float, dice: np.random.Generator) -> Sound:
    parts: list[Sound] = []
    while sum(map(len, parts)) < seconds * RATE:
        begin, end = dice.uniform(80, 400, 2)
        count = int(dice.uniform(0.3, 0.8) * RATE)
        phase = 2 * np.pi * np.cumsum(np.linspace(begin, end, count)) / RATE
        parts.append(np.asarray(sum(np.sin(n * phase) / n for n in range(1, 12)) * np.hanning(count)))
    return np.concatenate(parts)


def sound(kind: str, dice: np.random.Generator) -> Sound:
    seconds = float(dice.uniform(3, 40))
    beats = (1 + np.sin(2 * np.pi * dice.uniform(0.3, 7) * np.arange(int(seconds * RATE)) / RATE)) ** 2
    vowel = (float(dice.uniform(250, 900)), float(dice.uniform(900, 2500)))
    match kind:
        case "melody":
            made = melody(seconds, float(dice.choice([0.08, 0.12, 0.2])), float(dice.uniform(2, 14)), dice)
        case "hum":
            made = tone(float(dice.uniform(45, 320)), seconds, int(dice.integers(3, 30)))
        case "choir":
            made = sung(float(dice.uniform(90, 350)), seconds, vowel, float(dice.uniform(0, 0.06)))
        case "wah":
            made = sung(float(dice.uniform(90, 250)), seconds, vowel, 0.01) * beats
        case "band":
            tune = melody(seconds, 0.5, 3.0, dice)
            struck = noise(len(tune) / RATE, 0, dice) * np.exp(-18 * (np.arange(len(tune)) % (RATE // 2)) / RATE)
            made = tune / np.abs(tune).max() + struck / np.abs(struck).max()
        case "noise":
            made = noise(seconds, float(dice.uniform(0, 2)), dice) * beats
        case _:
            made = glide(seconds, dice)
    return np.asarray(made / np.abs(made).max() * float(dice.choice(LOUD)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--count", type=int, default=126)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--model", default="auto")
    told = parser.parse_args()
    dice = np.random.default_rng(told.seed)
    sounds = [(KINDS[n % len(KINDS)], sound(KINDS[n % len(KINDS)], dice)) for n in range(told.count)]
    found: dict[str, Any] = {}
    with WhisperHandler(told.model) as whisper:
        for language in (None, "es", "en"):
            texts = [(kind, whisper.transcribe(one, language)["text"]) for kind, one in sounds]
            found[language or "auto"] = [f"{kind}: {text}" for kind, text in texts if text]
        print(
            json.dumps({"model": whisper.model, "n": told.count, "seed": told.seed, "text": found}, ensure_ascii=False)
        )


if __name__ == "__main__":
    main()
