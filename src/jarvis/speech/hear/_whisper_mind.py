"""Whisper in CTranslate2, by the parts of faster-whisper: its features, tokenizer and voice activity.

One utterance is encoded once, in the shortest window in which it fits (Whisper was trained on 30 seconds, which cost
more than four times as much as 10; below 10 it loops), and from that one encoding its language is found, its text and
when each word was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import Any

import av
import ctranslate2
import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import (
    get_compression_ratio,
    get_ctranslate2_storage,
    get_suppressed_tokens,
    merge_punctuations,
)
from faster_whisper.vad import VadOptions, get_speech_timestamps, get_vad_model
from numpy.typing import NDArray

from jarvis.speech.hear._answering import Refused, Sound
from jarvis.speech.hear._looping import looping, once
from jarvis.speech.hear._recording import decoded
from jarvis.speech.hear._sentences import sentences
from jarvis.speech.hear._somebody import CLEAR, CLEAR_VOICE, clearest, somebody
from jarvis.speech.hear.phrases import Guess, phrases
from jarvis.words.audio import RATE, Heard, Listen, Segment, Word

WINDOWS = (10, 15, 30)
"""Seconds that the encoder looks at."""
ROOM_SECONDS = 0.4
"""Of a window stays silent after what was said: Whisper drops words that the end of a window cuts."""
WORKERS = 2
"""Decodings at once: the final text of a turn does not wait for a recording's."""
BEAMS = 5
BEFORE_SECONDS = 0.3
"""Of silence go before what was said: Whisper mishears a first letter that it begins with."""
SENTENCE_SECONDS = 10.0
"""What is shorter may be one of the phrases that people say to an assistant."""
SURE = -0.25
"""What is heard as likely as this (mean over its tokens) is not decoded again if it is a phrase that people say, or
repeats itself and ends.
"""
UNSAID = 1.0
"""How much less likely than its last guess what a decoding did not guess is."""
TOKENS_PER_SECOND, FEWEST_TOKENS = 14, 24
"""Nobody says more: a decoder that writes more has lost its way. (Six words a second of Spanish are 12 tokens.)"""
COMPRESSION = 2.4
"""Text that gzip makes smaller than this repeats itself (Whisper's own threshold)."""
HISS, TINY = 1e-4, 1e-9
"""How loud silence is, 0..1; the least probability of a token."""
VOICE_FRAME, FRAMES, STATES = 512, 100, 50
"""Samples of which the detector says how sure it is of a voice; what the encoder takes, and makes, of a second."""
UNSURE = -1.0
"""Of what repeats itself: less likely than this, what is written without repetitions is not what was said."""
MOST_HINTS = 200
"""Tokens of names and of text that goes before; the decoder has room for 448 in all."""
HEAD, TAIL = "\"'“¿([{-", "\"'.。,，!！?？:：”)]}、"
"""Punctuation that belongs to the word after it, and before it."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a decoder wrote, and how sure it was: mean log probability of its tokens, probability of no speech."""

    tokens: Sequence[int]
    text: str
    log_probability: float
    no_speech: float
    ended: bool = True
    """By itself, not because it had written as much as anybody can say."""

    @property
    def lost(self) -> bool:
        """Whether it repeats itself. People do so too ("add milk to the list, add eggs to the list"): that is heard
        clearly, and ends.
        """
        if looping(self.tokens):
            return True
        return get_compression_ratio(self.text) > COMPRESSION and not (self.ended and self.log_probability > SURE)


class Mind:
    """One loaded model. Thread-safe: CTranslate2 lets one wait for the other."""

    def __init__(self, path: Path, device: str, numbers: str, threads: int) -> None:
        self.threads = threads
        self._whisper = WhisperModel(
            str(path), device=device, compute_type=numbers, cpu_threads=threads, num_workers=WORKERS,
            local_files_only=True,
        )  # fmt: skip
        self._silent: dict[int, Any] = {}

    def warm(self, sound: Sound, listen: Listen) -> None:
        """What the first one pays for: memory, pages of the file."""
        self.speech(sound)
        self._written(sound, listen)
        self._silence(WINDOWS[0])

    def decoded(self, recording: bytes) -> NDArray[np.int16]:
        """See ``_answering.Mind``."""
        try:
            return decoded(recording)
        except (av.FFmpegError, ValueError) as error:
            raise Refused("hear.no_sound") from error

    def speech(self, sound: Sound, most_seconds: float = float("inf")) -> list[tuple[int, int]]:
        """See ``_answering.Mind``."""
        options = VadOptions(
            min_silence_duration_ms=300, speech_pad_ms=200, min_speech_duration_ms=60,
            max_speech_duration_s=most_seconds,
        )  # fmt: skip
        return [(part["start"], part["end"]) for part in get_speech_timestamps(sound, options)]

    def hear(self, sound: Sound, listen: Listen, split: bool = False) -> Heard:
        """See ``_answering.Mind``."""
        seconds, all_of_it = len(sound) / RATE, sound
        found = self.speech(sound)
        if not found:
            return Heard("", listen.language, seconds)
        first, last = found[0][0], found[-1][1]
        spoken = sum(end - start for start, end in found) / RATE
        if seconds > WINDOWS[0] - ROOM_SECONDS - BEFORE_SECONDS:
            sound = sound[first:last]
        else:
            first = 0
        sound, first = np.pad(sound, (int(BEFORE_SECONDS * RATE), 0)), first - int(BEFORE_SECONDS * RATE)
        language, written, encoded = self._written(sound, listen)
        if not self._somebody(written, encoded, self._tokenizer(language, listen), all_of_it):
            return Heard("", language, seconds, spoken)
        words = self._words(written, encoded, language, listen, len(sound)) if listen.words or split else []
        begins, shift = found[0][0] / RATE, first / RATE  # the aligner has the first word begin with the sound
        words = [Word(w.text, max(begins, w.start + shift), max(begins, w.end + shift), w.probability) for w in words]
        if split and words:
            segments = tuple(
                Segment(
                    "".join(word.text for word in part).strip(), part[0].start, part[-1].end, written.log_probability,
                    written.no_speech, tuple(part) if listen.words else (),
                )
                for part in sentences(words)
            )  # fmt: skip
        else:
            start, end = (words[0].start, words[-1].end) if words else (found[0][0] / RATE, last / RATE)
            segments = (Segment(written.text, start, end, written.log_probability, written.no_speech, tuple(words)),)
        return Heard(written.text, language, seconds, spoken, segments)

    def _written(self, sound: Sound, listen: Listen) -> tuple[str, Written, Any]:
        """Its language, the text, and the encoding that it comes from. What lost its way in a short window is decoded
        again in the long one, then with repetitions forbidden, and at last cut where it begins to repeat itself.
        """
        fits = [window for window in WINDOWS if len(sound) / RATE <= window - ROOM_SECONDS] or [WINDOWS[-1]]
        language = listen.language
        written, encoded = Written((), "", 0.0, 1.0), None
        for window in fits:
            # silence is not zero in what the encoder takes: what is padded there instead loses the last words
            whole = np.pad(sound, (0, max(0, window * RATE - len(sound))))
            encoded = self._encoded(whole, window)
            language = language or self._language(encoded)
            tokenizer = self._tokenizer(language, listen)
            written = self._decode(encoded, tokenizer, listen, len(sound))
            if not written.lost:
                return language, written, encoded
        again = self._decode(encoded, tokenizer, listen, len(sound), repetition_penalty=1.2, no_repeat_ngram_size=3)
        if not again.lost and again.log_probability > UNSURE:
            return language, again, encoded
        tokens = once(written.tokens)
        text = tokenizer.decode(list(tokens)).strip()
        return language, Written(tokens, text, UNSURE, written.no_speech, ended=False), encoded

    def _encoded(self, sound: Sound, window: int) -> Any:
        features = self._whisper.feature_extractor(sound)[np.newaxis, :, : window * FRAMES]
        return self._whisper.model.encode(get_ctranslate2_storage(features), to_cpu=False)

    def _silence(self, window: int) -> Any:
        """The encoding of so many seconds of a quiet room."""
        if window not in self._silent:
            hiss = np.random.default_rng(0).standard_normal(window * RATE).astype(np.float32) * np.float32(HISS)
            self._silent[window] = self._encoded(hiss, window)
        return self._silent[window]

    def _somebody(self, written: Written, encoded: Any, tokenizer: Tokenizer, sound: Sound) -> bool:
        """Whether what was written of this sound was said; see ``somebody``."""
        if not any(map(str.isalnum, written.text)):
            return False
        if written.log_probability > CLEAR and written.no_speech < CLEAR_VOICE:
            return True
        window = encoded.shape[1] // STATES
        tokens = [token for token in written.tokens if token < tokenizer.eot]
        heard, silence = (
            np.log(np.maximum(found.text_token_probs, TINY)).tolist()
            for of in (encoded, self._silence(window))
            for found in self._whisper.model.align(of, tokenizer.sot_sequence, [tokens], window * FRAMES)
        )
        frames = get_vad_model()(np.pad(sound, (0, -len(sound) % VOICE_FRAME))).ravel().tolist()
        sure = written.log_probability if written.ended else fmean(heard)  # what was cut has none of its own
        return somebody(sure, written.no_speech, clearest(frames), heard, silence)

    def _language(self, encoded: Any) -> str:
        if not self._whisper.model.is_multilingual:
            return "en"
        [found] = self._whisper.model.detect_language(encoded)
        return str(found[0][0]).strip("<|>")

    def _tokenizer(self, language: str, listen: Listen) -> Tokenizer:
        return Tokenizer(self._whisper.hf_tokenizer, self._whisper.model.is_multilingual, listen.task, language)

    def _decode(self, encoded: Any, tokenizer: Tokenizer, listen: Listen, samples: int, **more: float) -> Written:
        """What is likeliest: of its guesses with the owner's names before it and, where somebody said no more than a
        sentence, without them, what both and the model of phrases think likeliest. Names alone lead it astray.
        """
        known = phrases(tokenizer.language_code, listen.hints) if listen.task == "transcribe" else None
        found = [self._guesses(encoded, tokenizer, listen, samples, more)]
        best = next(iter(found[0].values()))
        if known is None or samples > SENTENCE_SECONDS * RATE:
            return best
        heard = _heard(found)
        if best.log_probability > SURE and known.known(best.text) == 1 and known.best(heard) == 0:
            return best
        if listen.hints:
            found.append(self._guesses(encoded, tokenizer, replace(listen, hints=()), samples, more))
            heard = _heard(found)
        texts = {text: written for guesses in reversed(found) for text, written in guesses.items()}
        return texts[heard[known.best(heard)].text]

    def _guesses(
        self, encoded: Any, tokenizer: Tokenizer, listen: Listen, samples: int, more: Mapping[str, float]
    ) -> dict[str, Written]:
        """By their texts, the likeliest first."""
        before = self._before(tokenizer, listen)
        prompt = [*before, *tokenizer.sot_sequence, tokenizer.no_timestamps]
        room = int(FEWEST_TOKENS + TOKENS_PER_SECOND * samples / RATE)
        [found] = self._whisper.model.generate(
            encoded,
            [prompt],
            beam_size=BEAMS,
            num_hypotheses=BEAMS,
            max_length=min(self._whisper.max_length, len(prompt) + room),
            return_scores=True,
            return_no_speech_prob=True,
            suppress_tokens=get_suppressed_tokens(tokenizer, [-1]),
            **more,
        )
        guesses: dict[str, Written] = {}
        for tokens, score in zip(found.sequences_ids, found.scores, strict=True):
            text = tokenizer.decode(tokens).strip()
            sure = score * len(tokens) / (len(tokens) + 1)
            guesses.setdefault(text, Written(tokens, text, sure, found.no_speech_prob, len(tokens) < room))
        return guesses

    def _before(self, tokenizer: Tokenizer, listen: Listen) -> list[int]:
        """The tokens of what is likely to be said, as if that had been said before."""
        text = " ".join(filter(None, (", ".join(listen.hints) + "." if listen.hints else "", listen.prompt)))
        return [tokenizer.sot_prev, *tokenizer.encode(" " + text)[:MOST_HINTS]] if text else []

    def _words(self, written: Written, encoded: Any, language: str, listen: Listen, samples: int) -> list[Word]:
        tokenizer = self._tokenizer(language, listen)
        tokens = [token for token in written.tokens if token < tokenizer.eot]
        [found] = self._whisper.find_alignment(tokenizer, [tokens], encoded, samples * FRAMES // RATE)
        merge_punctuations(found, HEAD, TAIL)
        return [
            Word(w["word"], float(w["start"]), float(w["end"]), float(w["probability"])) for w in found if w["word"]
        ]


def _heard(found: Sequence[Mapping[str, Written]]) -> list[Guess]:
    """Every guess, with the mean of its log probabilities by each decoding, the likeliest for its length in one of them
    first: of two sentences the first alone is always likelier than both.
    """
    sums = [{text: one.log_probability * (len(one.tokens) + 1) for text, one in guesses.items()} for guesses in found]
    means = [{text: one.log_probability for text, one in guesses.items()} for guesses in found]
    texts = dict.fromkeys(text for guesses in found for text in guesses)
    likeliest = sorted(texts, key=lambda text: -max(mean[text] for mean in means if text in mean))
    return [Guess(text, fmean(s.get(text, min(s.values()) - UNSAID) for s in sums)) for text in likeliest]


def numbers_for(device: str) -> str:
    """What CTranslate2 computes with on this device: 8 bits, and on a card 16 beside them where it has them."""
    able = ctranslate2.get_supported_compute_types(device)
    wanted = ("int8",) if device == "cpu" else ("int8_float16", "int8", "float16")
    return next((name for name in wanted if name in able), "default")
