"""Ollama's models become Jarvis's own: the same bytes, by a link, with a card that says what their header says."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
import tomlkit

from jarvis.catalog import headers
from jarvis.catalog.cards import read_card
from jarvis.catalog.catalog import Catalog
from jarvis.catalog.here import catalog
from jarvis.catalog.places import QUANTIZATION
from jarvis.cli.pulling import pull_with_bar
from jarvis.cli.taking_over import tell_left_out
from jarvis.cli.terminal import on_line
from jarvis.config.kept import replace as write
from jarvis.config.load import load
from jarvis.config.paths import Paths, made, paths
from jarvis.daemon import find
from jarvis.errors import JarvisError
from jarvis.imports.ollama import Blob, models
from jarvis.imports.talks import LeftOut
from jarvis.texts import say
from jarvis.words.model import ModelCard, Variant


def take(folder: Path, dry_run: bool, as_json: bool) -> int:
    """The exit status: 1 when there was nothing to take. Raises JarvisError."""
    where, settings = paths(), load().settings
    there = catalog(settings, where)
    left_out: list[LeftOut] = []
    taken: list[dict[str, Any]] = []
    blobs: dict[str, Blob] = {}
    for one in models(folder):
        if isinstance(one, LeftOut):
            left_out.append(one)
        elif one.sha256 in blobs:
            left_out.append(LeftOut(one.name, "imports.ollama.again"))
        else:
            blobs[one.sha256] = one
            left_out += [LeftOut(f"{one.name}: {kind}", f"imports.ollama.{kind}") for kind in one.besides]
    for blob in blobs.values():
        try:
            done = _take(blob, there, where, dry_run)
        except JarvisError as error:
            done = LeftOut(f"{blob.name}: {error.message()}", "imports.ollama.unusable")
        if isinstance(done, LeftOut):
            left_out.append(done)
        else:
            taken.append(done)
    if as_json:
        reasons = [{"what": one.what, "why": say(one.code)} for one in left_out]
        click.echo(json.dumps({"models": taken, "left_out": reasons}, ensure_ascii=False))
        return 0 if taken else 1
    for done in taken:
        code = "imports.ollama.would" if dry_run else f"imports.ollama.{done['did']}"
        click.echo(say(code, name=on_line(done["ollama"]), id=done["id"]))
    if not taken:
        click.echo(say("imports.nothing"), err=True)
    tell_left_out(left_out)
    if not dry_run and any(done["did"] == "new" for done in taken) and find(where) is not None:
        click.echo(say("imports.ollama.restart"), err=True)
    return 0 if taken else 1


def _take(blob: Blob, there: Catalog, where: Paths, dry_run: bool) -> dict[str, Any] | LeftOut:
    found = _known(blob, there)
    if found is None:
        card = _card(blob, there, where, dry_run)
        if isinstance(card, LeftOut):
            return card
        found = card, card.variants[0]
    card, variant = found
    here = there.here(card, variant) is not None
    if not dry_run and not here:
        source = replace(variant.files[0], sources=(f"file:{blob.path.absolute()}",))
        pull_with_bar(there, card, replace(variant, files=(source,)))
    return {"ollama": blob.name, "id": card.id, "quantization": variant.quantization, "did": "same" if here else "new"}


def _known(blob: Blob, there: Catalog) -> tuple[ModelCard, Variant] | None:
    """The model of the catalog that is these very bytes."""
    for card in there.cards():
        for variant in card.variants:
            if [file.sha256 for file in variant.files] == [blob.sha256]:
                return card, variant
    return None


def _card(blob: Blob, there: Catalog, where: Paths, dry_run: bool) -> ModelCard | LeftOut:
    """One of the owner's own, as the header of the file has it. Raises JarvisError for a file that is no model."""
    header = headers.read(blob.path)
    header.require_whole()
    if header.pooling:
        return LeftOut(blob.name, "imports.ollama.embedder")
    if not header.chat_template:
        return LeftOut(blob.name, "imports.ollama.template")
    quantization = header.quantization if QUANTIZATION.fullmatch(header.quantization) else "own"
    ids = {card.id for card in there.cards()}
    name = re.sub(r"[^a-z0-9.]+", "-", blob.name.lower()).strip("-.") or "model"
    id = next(id for id in (name, f"ollama-{name}", f"{name}-{blob.sha256[:12]}") if id not in ids)
    document = tomlkit.document()
    document.add(tomlkit.comment(f"Made by `jarvis import` of Ollama's {json.dumps(blob.name)}: change it freely."))
    document.add(tomlkit.comment("The file says neither its languages nor how good it is."))
    document |= {
        "id": id, "name": header.name or blob.name, "family": header.architecture or "unknown", "kind": "chat",
        "licence": header.licence or "unknown", "languages": ["en", "es"], "context": header.context,
        "parameters": header.parameters,
        "capabilities": ["chat", "json", *(["tools"] if "tools" in header.chat_template else [])],
    }  # fmt: skip
    if blob.stop:
        document["stop"] = list(blob.stop)
    if blob.sampling:
        document["sampling"] = dict(blob.sampling)
    source = f"file:{blob.path.absolute()}"
    file = {"name": f"{id}.gguf", "bytes": blob.bytes, "sha256": blob.sha256, "sources": [source]}
    variant = {"quantization": quantization, "format": "gguf", "engines": ["llama_cpp"], "files": [file]}
    document["variants"] = [variant]
    text = tomlkit.dumps(document)
    with TemporaryDirectory() as folder:  # a card that is not right would be in the way of every other
        draft = Path(folder) / f"{id}.toml"
        draft.write_text(text, encoding="utf-8")
        card = read_card(draft, "owner")
    if not dry_run:
        write(made(where.cards) / f"{id}.toml", text)
    return card
