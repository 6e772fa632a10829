"""``jarvis convert whisper``: what is refused, and a Whisper of random numbers, made here, that hears afterwards."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import wave
from pathlib import Path

import pytest

pytest.importorskip("ctranslate2")


from environments import engine_python, pulled
from home import Home

MAKE = """
import sys

import torch
from transformers import GenerationConfig, WhisperConfig, WhisperForConditionalGeneration, WhisperTokenizerFast

tokenizer_file, target = sys.argv[1:]
tokenizer = WhisperTokenizerFast(tokenizer_file=tokenizer_file)
ids = tokenizer.get_vocab()
torch.manual_seed(1)
config = WhisperConfig(
    d_model=64, encoder_layers=2, decoder_layers=2, encoder_attention_heads=2, decoder_attention_heads=2,
    encoder_ffn_dim=128, decoder_ffn_dim=128, vocab_size=51865,
)
model = WhisperForConditionalGeneration(config)
first, last = ids["<|startoftranscript|>"] + 1, ids["<|translate|>"]
names = {name: id for name, id in ids.items() if first <= id < last}
model.generation_config = GenerationConfig(
    lang_to_id=names, task_to_id={"transcribe": ids["<|transcribe|>"], "translate": ids["<|translate|>"]},
    no_timestamps_token_id=ids["<|notimestamps|>"], suppress_tokens=[], begin_suppress_tokens=[220, 50257],
    decoder_start_token_id=ids["<|startoftranscript|>"], is_multilingual=True, max_length=448,
)
model.save_pretrained(target)
tokenizer.save_pretrained(target)
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """What looks like a Whisper, as far as that is looked at."""
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "config.json").write_text('{"model_type": "whisper"}')
    (folder / "model.safetensors").write_bytes(b"\2\0\0\0\0\0\0\0{}")
    return folder


def test_what_cannot_be_converted_is_told_and_leaves_nothing(home: Home, source: Path, tmp_path: Path) -> None:
    other, pickle, broken = (tmp_path / name for name in ("other", "pickle", "broken"))
    for folder, config in ((other, '{"model_type": "bert"}'), (pickle, '{"model_type": "whisper"}'), (broken, "[]")):
        folder.mkdir()
        (folder / "config.json").write_text(config)
    (pickle / "pytorch_model.bin").touch()
    cases = [
        (tmp_path / "none", "mine", "config.json"), (other, "mine", "bert"), (pickle, "mine", "safetensors"),
        (broken, "mine", "no model"), (source, "My Whisper", "no name"),
        (source, "whisper-base", "called whisper-base"),
    ]  # fmt: skip
    for folder, name, said in cases:
        done = home.run("convert", "whisper", str(folder), "--name", name)
        assert done.returncode and said in done.stderr and "→" in done.stderr, done.stderr
    assert not list((home.folder / "config" / "models").iterdir())
    assert home.run("convert", "whisper", str(source), "--name", "x", "-q", "int3").returncode == 2


def test_without_transformers_it_names_the_command_that_brings_it(home: Home, source: Path) -> None:
    hide = "import sys; sys.modules['torch'] = None; from jarvis.cli.main import main; sys.argv[0] = 'jarvis'; main()"
    words = [sys.executable, "-c", hide, "convert", "whisper", str(source), "--name", "mine"]
    done = subprocess.run(words, capture_output=True, text=True, env=home.environ, timeout=60)
    assert done.returncode == 1 and "`jarvis install transformers`" in done.stderr, done.stderr
    home.settings('[engines.transformers]\npython = "/nowhere/python"')
    done = subprocess.run(words, capture_output=True, text=True, env=home.environ, timeout=60)
    assert done.returncode == 1 and "/nowhere/python" in done.stderr, done.stderr
    home.settings("")
    assert not list((home.folder / "data" / "models").glob("*"))


@pytest.mark.engines
def test_what_was_converted_hears(home: Home, tmp_path: Path) -> None:
    pytest.importorskip("faster_whisper")
    python, source = engine_python("transformers"), tmp_path / "tiny"
    tokenizer = pulled("whisper-base-mirror") / "tokenizer.json"
    subprocess.run([python, "-E", "-P", "-W", "ignore", "-c", MAKE, tokenizer, source], check=True, timeout=300)
    home.settings(f'[engines.transformers]\npython = "{python}"')
    done = home.run("convert", "whisper", str(source), "--name", "tiny", timeout=300)
    assert done.returncode == 0, done.stderr
    assert "jarvis transcribe --model tiny" in done.stdout and "converting" in done.stderr
    [model] = [one for one in json.loads(home.run("models", "--json").stdout) if one["id"] == "tiny"]
    assert model["installed"] or model["variants"], model
    assert not list((home.folder / "data" / "models").glob(".converting-*"))
    recording = tmp_path / "said.wav"
    say = importlib.import_module("jarvis.speech.speak._hibari_mind").load({"path": pulled("hibari"), "threads": 1})
    sound, rate = say("Turn on the kitchen lights, and tell me what time it is.", "en", "", 1.0)
    with wave.open(str(recording), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(sound)
    heard = home.run("transcribe", "--model", "tiny", "-f", "json", "-l", "es", str(recording), timeout=120)
    assert heard.returncode == 0, heard.stderr
    told = json.loads(heard.stdout)
    assert told["model"] == "tiny" and told["speech"] > 1, told
    assert home.run("models", "verify", "tiny").returncode == 0
    again = home.run("convert", "whisper", str(source), "--name", "tiny")
    assert again.returncode and "called tiny" in again.stderr
    (source / "model.safetensors").write_bytes(b"\2\0\0\0\0\0\0\0{}")
    broken = home.run("convert", "whisper", str(source), "--name", "broken", timeout=300)
    assert broken.returncode == 1 and "weights are missing" in broken.stderr, broken.stderr
    assert not (home.folder / "config" / "models" / "broken.toml").exists()
