"""Ollama's model folder: which of its models are one GGUF file that can be used where it is.

A manifest, ``manifests/HOST/NAMESPACE/NAME/TAG``, lists layers by media type and digest; each is ``blobs/sha256-HEX``.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jarvis.imports.talks import LeftOut

_DIGEST = re.compile(r"sha256:([0-9a-f]{64})")
_LAYER = "application/vnd.ollama.image."
_USUAL = ("registry.ollama.ai", "library", "latest")
MOST_JSON = 1 << 20
_SAMPLING = ("temperature", "top_p", "top_k", "min_p", "repeat_penalty")


@dataclass(frozen=True, slots=True)
class Blob:
    """A model that is there: ``name`` as Ollama shows it, the file and its sum. ``besides`` names layers that are not
    its weights and stay behind; ``sampling`` and ``stop`` are what Ollama would answer with.
    """

    name: str
    path: Path
    sha256: str
    bytes: int
    besides: tuple[str, ...] = ()
    sampling: Mapping[str, float | int] = field(default_factory=dict)
    stop: tuple[str, ...] = ()


def places(environ: Mapping[str, str]) -> Iterator[Path]:
    """Where Ollama keeps its models on Linux: its own setting, a person's, the service's."""
    if own := environ.get("OLLAMA_MODELS"):
        yield Path(own).expanduser()
    yield Path(environ.get("HOME", "/")) / ".ollama" / "models"
    yield Path("/usr/share/ollama/.ollama/models")
    yield Path("/var/lib/ollama/models")


def is_folder(path: Path) -> bool:
    return (path / "manifests").is_dir() and (path / "blobs").is_dir()


def models(folder: Path) -> Iterator[Blob | LeftOut]:
    """What is there, by name. Blocks. Raises OSError."""
    root = folder / "manifests"
    for at, folders, files in os.walk(root):
        folders.sort()
        for file in sorted(files):
            manifest = Path(at) / file
            parts = manifest.relative_to(root).parts
            name = _name(parts)
            if len(parts) < 3 or file.startswith("."):
                continue
            try:
                yield _model(folder, name, manifest)
            except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
                yield LeftOut(name, "imports.ollama.manifest")


def _name(parts: tuple[str, ...]) -> str:
    *where, tag = parts
    shown = [part for n, part in enumerate(where) if n > 1 or part != _USUAL[n]]
    return "/".join(shown) + ("" if tag == _USUAL[2] else f":{tag}")


def _model(folder: Path, name: str, manifest: Path) -> Blob | LeftOut:
    if manifest.stat().st_size > MOST_JSON:
        raise ValueError("too large for a manifest")
    layers: list[Mapping[str, Any]] = json.loads(manifest.read_text(encoding="utf-8"))["layers"]
    kinds = [str(layer["mediaType"]).removeprefix(_LAYER) for layer in layers]
    weights = [layer for layer, kind in zip(layers, kinds, strict=True) if kind == "model"]
    if not weights:
        return LeftOut(name, "imports.ollama.no_gguf")
    if len(weights) > 1:
        return LeftOut(name, "imports.ollama.parts")
    if "adapter" in kinds:
        return LeftOut(name, "imports.ollama.adapter")
    found = _DIGEST.fullmatch(weights[0]["digest"])
    if found is None:  # it would become a path
        raise ValueError("no digest")
    blob = folder / "blobs" / f"sha256-{found[1]}"
    if not blob.is_file():
        return LeftOut(name, "imports.ollama.gone")
    size = blob.stat().st_size
    if size != weights[0].get("size", size):
        return LeftOut(name, "imports.ollama.short")
    told = _params(folder, layers, kinds)
    sampling = {key: told[key] for key in _SAMPLING if type(told.get(key)) in (int, float)}
    stop = tuple(one for one in told.get("stop") or () if isinstance(one, str))
    besides = tuple(sorted({kind for kind in kinds if kind in ("projector", "system", "messages")}))
    return Blob(name, blob, found[1], size, besides, sampling, stop)


def _params(folder: Path, layers: list[Mapping[str, Any]], kinds: list[str]) -> Mapping[str, Any]:
    if "params" not in kinds or (found := _DIGEST.fullmatch(layers[kinds.index("params")]["digest"])) is None:
        return {}
    blob = folder / "blobs" / f"sha256-{found[1]}"
    if not blob.is_file() or blob.stat().st_size > MOST_JSON:
        return {}
    body = json.loads(blob.read_text(encoding="utf-8"))
    return body if isinstance(body, dict) else {}
