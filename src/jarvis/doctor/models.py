"""The models on this disk, whole and unharmed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from jarvis.catalog.catalog import Catalog, spoken
from jarvis.catalog.here import catalog
from jarvis.catalog.manifest import read_manifest
from jarvis.catalog.places import place
from jarvis.doctor.base import Finding, Patient, fail, ok, warn
from jarvis.errors import NotFound
from jarvis.words.model import Installed, ModelCard, Variant

STARTER = "smollm2-135m-instruct"


def check(patient: Patient) -> Iterator[Finding]:
    models = catalog(patient.settings, patient.paths)
    whole = models.installed()
    for model in whole:
        yield from _whole(model, deep=patient.deep)
    for card, variant in _begun(models, whole):
        yield _unfinished(models, card, variant)
    for name, own in patient.settings.model.items():
        if own.path is not None and not own.path.exists():
            yield fail("doctor.model_path", model=name, path=own.path)
    if not any(model.card.kind == "chat" for model in whole):
        yield warn("doctor.no_model", model=STARTER)
    default = patient.settings.models.default
    if default not in ("auto", "jarvis"):
        try:
            models.find(default)
        except NotFound as error:
            yield fail(error.code, **error.facts)


def _whole(model: Installed, deep: bool) -> Iterator[Finding]:
    facts = {"model": spoken(model.card, model.variant), "size": f"{model.variant.bytes / 1e9:.2f} GB"}
    manifest = read_manifest(model.folder)
    if not deep or manifest is None:
        yield ok("doctor.model", **facts)
        return
    damaged = False
    for file in manifest.files:
        path = place(model.folder, file.name)
        if (found := _sha256(path)) != file.sha256:
            damaged = True
            yield fail("doctor.model_damaged", **facts, path=path, found=found, wanted=file.sha256)
    if not damaged:
        yield ok("doctor.model_verified", **facts)


def _begun(models: Catalog, whole: list[Installed]) -> Iterator[tuple[ModelCard, Variant]]:
    """What has a folder, but is not whole."""
    done = {(model.card.id, model.variant.quantization) for model in whole}
    for card in models.cards():
        for variant in card.variants:
            if (card.id, variant.quantization) not in done and models.folder(card, variant).is_dir():
                yield card, variant


def _unfinished(models: Catalog, card: ModelCard, variant: Variant) -> Finding:
    have = models.present_bytes(card, variant)
    facts = {"model": spoken(card, variant), "have": f"{have / 1e6:.0f} MB", "total": f"{variant.bytes / 1e6:.0f} MB"}
    if read_manifest(models.folder(card, variant)) is None:
        return warn("doctor.model_half", **facts)
    # It was whole once.
    for file in variant.files:
        path = place(models.folder(card, variant), file.name)
        size = path.stat().st_size if path.exists() else 0
        if size != file.bytes:
            return fail("doctor.model_short", **facts, path=path, size=size, wanted=file.bytes)
    return warn("doctor.model_other", **facts)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
