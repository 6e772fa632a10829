"""A Whisper of Hugging Face's (safetensors) made into a model that Jarvis hears with."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from hashlib import file_digest
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from jarvis.catalog.catalog import Catalog
from jarvis.catalog.places import ID
from jarvis.catalog.pull import pull
from jarvis.config.paths import private
from jarvis.config.schema import Settings
from jarvis.errors import Conflict, EngineError, EngineStartFailed, Unreadable, UsageError
from jarvis.installs.here import installed
from jarvis.words.model import Installed
from jarvis.workers.environment import environment

CHILD = Path(__file__).with_name("_convert_child.py")
QUANTIZATIONS = {
    "int8": "INT8", "int8_float16": "INT8_F16", "int8_float32": "INT8_F32", "int16": "INT16", "float16": "F16",
    "bfloat16": "BF16", "float32": "F32",
}  # fmt: skip
"""As CTranslate2 names them, and as a card does."""
CARD = """\
# Made of {source} by `jarvis convert whisper`.
id = "{name}"
name = "{name}"
family = "whisper"
kind = "hear"
licence = "that of its source"
languages = {languages}
context = 0
parameters = {parameters}
capabilities = {capabilities}
priority = 30

[architecture]
name = "whisper"
layers = {layers}
hidden = {hidden}
heads = {heads}
kv_heads = {heads}
head_size = {head_size}
vocabulary = {vocabulary}
feed_forward = {feed_forward}
tied = true

[[variants]]
quantization = "{quantization}"
format = "ctranslate2"
engines = ["faster_whisper"]
"""
FILE = """
[[variants.files]]
name = "{name}"
bytes = {bytes}
sha256 = "{sha256}"
sources = ["file:{path}"]
"""


def python_of(settings: Settings) -> Path:
    """The Python that has Transformers: this one, the owner's, or that of `jarvis install transformers`.

    Raises EngineStartFailed, which names that command.
    """
    if find_spec("ctranslate2") is None:
        raise EngineStartFailed("convert.no_ctranslate2")
    if find_spec("torch") is not None and find_spec("transformers") is not None:
        return Path(sys.executable)
    own = settings.engines.transformers.python
    if own is not None:
        return own
    found = installed("transformers")
    if found is None:
        raise EngineStartFailed("convert.no_transformers")
    return found.path


def check_source(source: Path) -> None:
    """Raises Unreadable for what is no folder with a Whisper in safetensors."""
    try:
        config = json.loads((source / "config.json").read_text("utf-8"))
        kind = str(config.get("model_type"))
    except (OSError, ValueError, AttributeError) as error:
        raise Unreadable("convert.no_model", path=source, reason=str(error)) from None
    if kind != "whisper":
        raise Unreadable("convert.other_kind", path=source, kind=kind)
    if not any(source.glob("*.safetensors")):
        raise Unreadable("convert.no_safetensors", path=source)


def check_name(models: Catalog, name: str) -> None:
    """Raises UsageError for what is no name of a model, Conflict for one that there is."""
    if not ID.fullmatch(name):
        raise UsageError("convert.bad_name", param="--name", name=name)
    if name in {one for card in models.cards() for one in (card.id, *card.aliases)}:
        raise Conflict("convert.taken", name=name)


def convert(
    source: Path, name: str, quantization: str, python: Path, cards: Path, models: Catalog, tell: Callable[[str], None]
) -> Installed:
    """Convert it, write its card into ``cards``, and keep its files as those of any model. Blocks. ``tell`` hears each
    step (start, read, convert, keep). Whatever stops it, nothing is left of it.

    Raises what ``check_source`` and ``check_name`` do, EngineError with the converter's own words, DiskFull.
    """
    check_source(source)
    check_name(models, name)
    private(models.models_folder)
    with tempfile.TemporaryDirectory(dir=models.models_folder, prefix=".converting-") as folder:
        facts = _converted(source.resolve(), Path(folder), quantization, python, tell)
        tell("keep")
        card = private(cards) / f"{name}.toml"
        card.write_text(_card(source, name, quantization, Path(folder), facts), "utf-8")
        try:
            fresh = Catalog(models.models_folder, cards, models.community)
            return pull(fresh, *fresh.wanted(name))
        except BaseException:
            card.unlink()
            raise


def _converted(source: Path, out: Path, quantization: str, python: Path, tell: Callable[[str], None]) -> dict[str, Any]:
    spec = find_spec("ctranslate2")
    assert spec is not None and spec.origin is not None
    packages = str(Path(spec.origin).parents[1])
    order = {"source": str(source), "out": str(out), "quantization": quantization, "packages": packages}
    words = [str(python), "-E", "-P", "-W", "ignore", str(CHILD), json.dumps(order)]
    env = environment("", {"HF_HUB_OFFLINE": "1", "DO_NOT_TRACK": "1"})
    facts: dict[str, Any] = {}
    try:
        with (
            tempfile.TemporaryFile() as complaints,
            subprocess.Popen(words, stdout=subprocess.PIPE, stderr=complaints, env=env, text=True) as child,
        ):
            try:
                assert child.stdout is not None
                for line in child.stdout:
                    if line.startswith("{"):
                        facts = json.loads(line)
                        if facts["stage"] != "done":
                            tell(facts["stage"])
            except BaseException:
                child.kill()
                raise
            status = child.wait()
            complaints.seek(0)
            said = complaints.read().decode(errors="replace").strip().splitlines()
    except OSError as error:
        raise EngineStartFailed("convert.no_python", python=python, reason=error.strerror or str(error)) from None
    if status or facts.get("stage") != "done":
        raise EngineError("convert.failed", path=source, reason=said[-1] if said else f"exit {status}")
    return facts


def _card(source: Path, name: str, quantization: str, folder: Path, facts: dict[str, Any]) -> str:
    languages = facts["languages"] or ["en"]
    able = ["transcribe", "translate"] if len(languages) > 1 else ["transcribe"]
    files = sorted((file for file in folder.iterdir() if file.is_file()), key=lambda file: file.name != "model.bin")
    numbers = {key: facts[key] for key in ("layers", "hidden", "heads", "feed_forward", "vocabulary")}
    made = CARD.format(
        source=json.dumps(str(source)), name=name, languages=json.dumps(languages), capabilities=json.dumps(able),
        parameters=_parameters(source), head_size=facts["hidden"] // facts["heads"],
        quantization=QUANTIZATIONS[quantization], **numbers,
    )  # fmt: skip
    for file in files:
        with file.open("rb") as content:
            digest = file_digest(content, "sha256").hexdigest()
        made += FILE.format(name=file.name, bytes=file.stat().st_size, sha256=digest, path=file)
    return made


def _parameters(source: Path) -> int:
    """Numbers in its safetensors, by their heads (8 bytes of length, then JSON)."""
    total = 0
    for file in source.glob("*.safetensors"):
        with file.open("rb") as content:
            head = json.loads(content.read(int.from_bytes(content.read(8), "little")))
        for key, tensor in head.items():
            if key != "__metadata__":
                count = 1
                for size in tensor["shape"]:
                    count *= size
                total += count
    return total
