"""The environments of the big engines, as ``./test --engines`` makes them, and the starter model as they read it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from jarvis.catalog.catalog import Catalog
from jarvis.catalog.pull import pull
from jarvis.config.paths import paths
from jarvis.errors import DownloadFailed
from jarvis.installs.here import installed

CACHE = Path(
    os.environ.pop("JARVIS_TEST_CACHE", "") or paths({**os.environ, "JARVIS_HOME": ""}).cache.with_name("jarvis-tests")
)
"""Kept between runs: the environments are large, and made with the owner's own pip configuration."""
MAKE = """
import sys
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

source, target = Path(sys.argv[1]), sys.argv[2]
where = {"pretrained_model_name_or_path": str(source.parent), "gguf_file": source.name}
plain = GgufConfig(dequantize=True)
AutoModelForCausalLM.from_pretrained(**where, quantization_config=plain, dtype=torch.float16).save_pretrained(target)
AutoTokenizer.from_pretrained(**where).save_pretrained(target)
"""


def engine_python(engine: str) -> Path:
    """The Python of an engine's environment; skips the test when there is none."""
    found = installed(engine, CACHE / "home" / "data" / "engines")
    if found is None:
        pytest.skip(f"no environment of {engine}: `./test --engines` makes it")
    return found.path


def safetensors_of(starter: Path) -> Path:
    """The starter model as a folder of safetensors, made once, with what the environment of Transformers has."""
    folder = CACHE / "safetensors" / starter.stem
    if not folder.exists():
        half = folder.with_name(folder.name + ".half")
        shutil.rmtree(half, ignore_errors=True)
        half.parent.mkdir(parents=True, exist_ok=True)
        environ = {"PATH": os.environ["PATH"], "HOME": str(CACHE), "HF_HUB_OFFLINE": "1"}
        command = [engine_python("transformers"), "-E", "-P", "-c", MAKE, starter, half]
        subprocess.run(command, env=environ, check=True, timeout=900, stdout=subprocess.DEVNULL)
        half.rename(folder)
    return folder


def pulled(name: str) -> Path:
    """The path of a model, fetched once into the cache; where no index is reachable the test is skipped, with why."""
    models = Catalog(CACHE / "models", community=True)
    try:
        return pull(models, *models.wanted(name)).path
    except DownloadFailed as error:
        pytest.skip(str(error))


def lend(models: Path, *names: str) -> None:
    """Put what was ``pulled`` into another folder of models, by links where that is possible."""

    def link(source: str, target: str) -> None:
        try:
            os.link(source, target)
        except OSError:  # another file system
            shutil.copy2(source, target)

    for name in names:
        pulled(name)
        shutil.copytree(CACHE / "models" / name, models / name, copy_function=link)
