"""The models on this disk, whole and unharmed."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from pathlib import Path

from jarvis import registry
from jarvis.catalog import headers
from jarvis.catalog.catalog import Catalog, spoken
from jarvis.catalog.here import catalog, check_default, not_obeyed
from jarvis.catalog.manifest import read_manifest, touched
from jarvis.catalog.places import place
from jarvis.doctor.base import Finding, Patient, fail, ok, warn
from jarvis.errors import CatalogError, ConfigError, NotFound
from jarvis.words.model import Installed, ModelCard, Variant

STARTER = "smollm2-135m-instruct"
HASHED_BYTES = 500_000_000
"""Up to here a model is hashed each time: well under a second of work."""


def check(patient: Patient) -> Iterator[Finding]:
    models = catalog(patient.settings, patient.paths)
    whole = models.installed()
    for model in whole:
        yield from _whole(model, deep=patient.deep)
    for card, variant in _begun(models):
        yield _unfinished(models, card, variant)
    for name, own in patient.settings.model.items():
        if own.path is not None and not own.path.exists():
            yield fail("doctor.model_path", model=name, path=own.path)
    for wrong in not_obeyed(models, patient.settings, lambda kind: registry.names(registry.room(kind))):
        yield warn(wrong.code, **wrong.facts)
    if not any(model.card.kind == "chat" for model in whole):
        yield warn("doctor.no_model", model=STARTER)
    try:
        if check_default(models, patient.settings.models.default):
            models.find(patient.settings.models.default)
    except (ConfigError, NotFound) as error:
        yield fail(error.code, **error.facts)


def _whole(model: Installed, deep: bool) -> Iterator[Finding]:
    """A small model is hashed, a larger one if something touched it; of one that is not, that is said."""
    facts = {"model": spoken(model.card, model.variant), "size": f"{model.variant.bytes / 1e9:.2f} GB"}
    manifest = read_manifest(model.folder)
    if manifest is None:
        yield _own(model)
        return
    if not (deep or model.variant.bytes <= HASHED_BYTES or touched(model.folder, manifest.files)):
        when = time.strftime("%Y-%m-%d", time.localtime(manifest.verified or manifest.pulled))
        yield ok("doctor.model_untouched", **facts, date=when)
        return
    damaged = False
    for file in manifest.files:
        path = place(model.folder, file.name)
        try:
            found = _sha256(path)
        except OSError as error:
            yield fail("doctor.model_unreadable", **facts, path=path, reason=error.strerror)
            return
        if found != file.sha256:
            damaged = True
            yield fail("doctor.model_damaged", **facts, path=path, found=found, wanted=file.sha256)
    if not damaged:
        yield ok("doctor.model_verified", **facts)


def _own(model: Installed) -> Finding:
    """A file of the owner's, of which no sum is known: its header says at least whether it is all there."""
    facts = {"model": model.card.id, "path": model.path, "size": f"{model.variant.bytes / 1e9:.2f} GB"}
    if "llama_cpp" in model.variant.engines or model.variant.format == "safetensors":
        try:
            headers.read(model.path).require_whole()
        except CatalogError as error:
            return fail("doctor.own_damaged", **facts, reason=error.message())
    return ok("doctor.model_own", **facts)


def _begun(models: Catalog) -> Iterator[tuple[ModelCard, Variant]]:
    """What has something in its folder, but is not whole."""
    for card in models.cards():
        for variant in card.variants:
            held = (path.is_file() for path in models.folder(card, variant).rglob("*"))
            if models.here(card, variant) is None and any(held):
                yield card, variant


def _unfinished(models: Catalog, card: ModelCard, variant: Variant) -> Finding:
    have = min(models.present_bytes(card, variant), variant.bytes)  # packages are larger than what is taken from them
    facts = {"model": spoken(card, variant), "have": f"{have / 1e6:.0f} MB", "total": f"{variant.bytes / 1e6:.0f} MB"}
    if broken := models.broken(card, variant):
        return fail("catalog.broken", model=spoken(card, variant), **broken._asdict())
    whole_once = read_manifest(models.folder(card, variant)) is not None
    return warn("doctor.model_other" if whole_once else "doctor.model_half", **facts)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
