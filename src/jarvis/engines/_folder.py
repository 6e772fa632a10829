"""A model's folder as vLLM and Transformers read it, looked through before anything is started on it.

Their own switches are no boundary (``trust_remote_code=False`` was got round three times: CVE-2025-66448,
CVE-2026-22807, CVE-2026-27893), and a pickle is a program. So a folder that could bring code along is refused here,
by what is in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jarvis.catalog import headers
from jarvis.catalog.headers.header import Header
from jarvis.catalog.headers.vocabulary import Marks
from jarvis.errors import CatalogError, CorruptFile, EngineStartFailed, NotFound
from jarvis.words.model import Load

PICKLES = frozenset({".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".nemo", ".joblib", ".h5", ".keras", ".npy"})
"""Endings of files that can hold code, or are read by what runs it."""
USUAL: Mapping[str, float] = {"temperature": 0.8, "top_k": 40, "top_p": 0.95, "min_p": 0.05}
"""How llama.cpp samples when neither the request nor the model's makers say: a model answers alike in every engine."""
_LONGEST_JSON = 16 << 20
_NOT_SETTINGS = frozenset({"tokenizer.json", "vocab.json", "model.safetensors.index.json"})


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that may be loaded. ``config`` is its config.json, ``header`` what its weights say of themselves."""

    path: Path
    config: Mapping[str, Any]
    header: Header
    sampling: Mapping[str, float]
    """How to sample where a request does not say: by its generation_config.json, else ``USUAL``."""
    marks: Marks
    """Tokens that are no text."""

    def template(self, load: Load) -> str:
        """The chat template that will be used."""
        return load.chat_template or self.header.chat_template

    @property
    def architecture(self) -> str:
        return str((self.config.get("architectures") or [""])[0])


def look(load: Load, engine: str) -> Folder:
    """The folder of ``load``, if it is safe to open and whole.

    Raises NotFound, CorruptFile, or EngineStartFailed with what is wrong with it.
    """
    path = load.path
    if not path.exists():
        raise NotFound("engines.no_file", model=load.model, path=path)
    facts = {"name": load.model, "path": path, "engine": engine}
    if path.is_file() and path.suffix != ".safetensors":
        raise EngineStartFailed("engines.no_folder", **facts)
    folder = path if path.is_dir() else path.parent
    for file in _files(folder):
        _harmless(file, folder, facts)
    config = folder / "config.json"
    if not config.exists():
        raise CorruptFile("engines.corrupt", reason="config.json", **facts)
    settings = {file.name: _settings(file, facts) for file in folder.glob("*.json") if file.name not in _NOT_SETTINGS}
    try:
        header = headers.read(folder)
        header.require_whole()
    except CatalogError as error:
        raise CorruptFile("engines.corrupt", reason=error.message(), **facts) from error
    if 0 < (longest := _longest(header)) < load.context:  # a cut-off context is never silent
        raise EngineStartFailed("engines.context_capped", asked=load.context, context=longest, **facts)
    makers = settings.get("generation_config.json", {})
    stated = {name: makers[name] for name in (*USUAL, "repetition_penalty") if makers.get(name) is not None}
    marks = _marks(folder / "tokenizer.json", facts)
    return Folder(folder, settings["config.json"], header, {**USUAL, **stated}, marks)


def _marks(file: Path, facts: Mapping[str, object]) -> Marks:
    """What the tokenizer finds whole in any text: the library reads all of them there, be they special or not."""
    try:
        added = json.loads(file.read_bytes()).get("added_tokens") or ()
        special, others = ({t["content"] for t in added if t["special"] is kind} for kind in (True, False))
    except FileNotFoundError:
        return Marks()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CorruptFile("engines.corrupt", reason=f"{file.name}: {error}", **facts) from error
    return Marks(frozenset(special), frozenset(others))


def _longest(header: Header) -> int:
    """Tokens that its positions reach. Of these kinds of stretching, the configuration states what was before."""
    rope, context = header.rope, header.context
    if rope.scaling in ("yarn", "linear", "dynamic"):
        return max(context, int((rope.original_context or context) * (rope.factor or 1)))
    return context


def _files(folder: Path) -> Iterator[Path]:
    """Everything in it, Jarvis's own notes and the Hub's aside."""
    for file in folder.rglob("*"):
        if not any(part.startswith(".") for part in file.relative_to(folder).parts):
            yield file


def _harmless(file: Path, folder: Path, facts: Mapping[str, object]) -> None:
    """Raises EngineStartFailed when this file must not be near a loader."""
    name = file.relative_to(folder)
    if file.is_symlink():
        # the Hub's cache: snapshots/COMMIT/file -> ../../blobs/SUM
        inside = (folder.resolve(), folder.parent.parent.resolve() / "blobs")
        if not any(file.resolve().is_relative_to(place) for place in inside):
            raise EngineStartFailed("engines.link_out", file=name, **facts)
    if file.suffix in (".py", ".pyc", ".so"):
        raise EngineStartFailed("engines.remote_code", file=name, **facts)
    if file.suffix.lower() in PICKLES:
        raise EngineStartFailed("engines.pickle", file=name, **facts)


def _settings(file: Path, facts: Mapping[str, object]) -> dict[str, Any]:
    """What a file of settings says. Raises EngineStartFailed when it names code to be run, at any depth."""
    try:
        with file.open("rb") as opened:
            text = opened.read(_LONGEST_JSON)
        said = json.loads(text)
    except (OSError, ValueError) as error:
        raise CorruptFile("engines.corrupt", reason=f"{file.name}: {error}", **facts) from error
    if b"auto_map" in text:
        raise EngineStartFailed("engines.remote_code", file=file.name, **facts)
    return said if isinstance(said, dict) else {}
