"""The models that Jarvis knows, and which of them are on this disk.

A card is read when it is asked for, by its file's name; all of them only when an alias, a list or a typo needs it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from rich.filesize import decimal

from jarvis.catalog.cards import CatalogName, read_card
from jarvis.catalog.manifest import OURS, Manifest, read_journal, read_manifest
from jarvis.catalog.places import QUANTIZATION, place
from jarvis.errors import ModelNotFound
from jarvis.registry import nearest
from jarvis.texts import say
from jarvis.words.model import Installed, ModelCard, ModelFile, Variant

_HERE = Path(__file__).parent
_SHIPPED, _COMMUNITY, _SETS = _HERE / "cards", _HERE / "community", _HERE / "cards" / "_sets.toml"
_NO_PATHS: Mapping[str, Path] = MappingProxyType({})
_FORMATS = {".gguf": "gguf", ".safetensors": "safetensors", ".onnx": "onnx"}
_NETWORKS = ("model.onnx", "onnx/model.onnx")
_ENGINES = {"gguf": ("llama_cpp",), "safetensors": ("transformers",), "onnx": ("onnx",)}
"""What runs a file of the owner's in a form that the card does not have."""
WHOLE_FOLDER = frozenset({"safetensors", "ctranslate2"})
"""Formats of which an engine opens the folder; of the others it opens the first file."""


class Broken(NamedTuple):
    """A file that has not the size any more that it had when it was verified; ``size`` is 0 also when it is gone."""

    path: Path
    size: int
    wanted: int


class Catalog:
    """Cards from up to three places: the owner's, which win, the shipped ones, and the community's when that is on.

    ``own_paths``: card id -> a file or folder of the owner's that is that model; it is used as it is.
    """

    def __init__(
        self,
        models_folder: Path,
        own_cards: Path | None = None,
        community: bool = False,
        own_paths: Mapping[str, Path] = _NO_PATHS,
    ) -> None:
        self.models_folder = models_folder
        self.community = community
        self._own_paths = own_paths
        self._files: dict[str, tuple[Path, CatalogName]] = {}
        if community:
            self._list(_COMMUNITY, "community")
        self._list(_SHIPPED, "shipped")
        if own_cards is not None:
            self._list(own_cards, "owner")
        self._read: dict[str, ModelCard] = {}

    def _list(self, folder: Path, name: CatalogName) -> None:
        for file in sorted(folder.glob("*.toml")):
            if not file.name.startswith("_"):
                self._files[file.stem] = (file, name)

    def cards(self) -> list[ModelCard]:
        """Every card, by id. Raises ConfigError for one that is not right."""
        return [self._card(id) for id in sorted(self._files)]

    def _card(self, id: str) -> ModelCard:
        if id not in self._read:
            self._read[id] = read_card(*self._files[id])
        return self._read[id]

    def card(self, name: str, kind: str | None = None) -> ModelCard:
        """The card of an id or an alias, whatever its case. Raises NotFound with the nearest name, of this ``kind``."""
        found = self._named(name.lower())
        if found is not None:
            return found
        if not self.community:
            off = Catalog(self.models_folder, community=True)._named(name.lower())
            if off is not None:
                raise ModelNotFound("catalog.in_community", model=off.id)
        cards = [card for card in self.cards() if kind in (None, card.kind)]
        near = nearest(name.lower(), [low for card in cards for low in (card.id, *map(str.lower, card.aliases))])
        meant = " " + say("cli.did_you_mean", name=near) if near else ""
        raise ModelNotFound("catalog.unknown_model", model=name, meant=meant)

    def _named(self, low: str) -> ModelCard | None:
        if low in self._files:
            return self._card(low)
        return next((card for card in self.cards() if low in map(str.lower, card.aliases)), None)

    def variant(self, card: ModelCard, quantization: str | None = None) -> Variant:
        """The files of a quantisation, whatever its case; without one, those that the card names first.

        Raises ModelNotFound with the quantisations that there are.
        """
        if quantization is None:
            return card.variants[0]
        for variant in card.variants:
            if variant.quantization.lower() == quantization.lower():
                return variant
        known = ", ".join(v.quantization for v in card.variants)
        raise ModelNotFound("catalog.unknown_quantization", model=card.id, quantization=quantization, known=known)

    def wanted(self, name: str, quantization: str | None = None) -> tuple[ModelCard, Variant]:
        """What ``ID``, ``ID:QUANTISATION`` or an alias means. Raises NotFound."""
        id, after = _parts(name)
        card = self.card(id)
        return card, self.variant(card, after or quantization)

    def sets(self) -> dict[str, list[str]]:
        """Named lists of models, each entry an id or ``ID:QUANTISATION``."""
        return {name: list(entry["models"]) for name, entry in tomllib.loads(_SETS.read_text("utf-8")).items()}

    def folder(self, card: ModelCard, variant: Variant) -> Path:
        """Where the files of a model are, or would be."""
        return place(self.models_folder, card.id, variant.quantization)

    def here(self, card: ModelCard, variant: Variant) -> Installed | None:
        """The model if all of it is here, as it was verified when it was pulled: names and sizes, not sums."""
        folder = self.folder(card, variant)
        manifest = read_manifest(folder)
        if manifest is None or not manifest.serves(variant) or _broken(folder, manifest):
            return None
        return Installed(card, variant, _opened(folder, variant), folder)

    def broken(self, card: ModelCard, variant: Variant) -> Broken | None:
        """What is not whole any more of a model that was pulled; None when it is, or never was."""
        folder = self.folder(card, variant)
        manifest = read_manifest(folder)
        return None if manifest is None else _broken(folder, manifest)

    def own(self, card: ModelCard) -> Installed | None:
        """The model at the path that the owner gave for it, used unverified; None when none was given.

        Raises NotFound when nothing is there.
        """
        path = self._own_paths.get(card.id)
        if path is None:
            return None
        if not path.exists():
            raise ModelNotFound("catalog.own_path_missing", model=card.id, path=path)
        for variant in card.variants:
            first = path / variant.files[0].name if path.is_dir() else path
            if first.name == variant.files[0].name and variant.files[0].fits(_size(first) or 0):
                return Installed(card, variant, path, first.parent)
        kind = _folder_format(path) if path.is_dir() else _FORMATS.get(path.suffix.lower(), "other")
        usual = _ENGINES.get(kind, card.variants[0].engines)
        engines = next((v.engines for v in card.variants if v.format == kind), usual)
        files = (ModelFile(path.name, _size(path) or 0, "", (f"file:{path.absolute()}",)),)
        variant = Variant("own", kind, files, engines)  # type: ignore[arg-type]
        return Installed(card, variant, path, path.parent)

    def installed(self) -> list[Installed]:
        """Every model that can be used now, by id, its quantisations in the order of its card."""
        return [model for id in sorted(self._present()) for model in self._of(self._card(id))]

    def _present(self) -> set[str]:
        try:
            pulled = {entry.name for entry in self.models_folder.iterdir()}
        except OSError:
            pulled = set()
        owned = {id for id, path in self._own_paths.items() if path.exists()}
        lost = self._own_paths.keys() - owned  # who asks for one of those by its name is told
        return ((pulled - lost) | owned) & self._files.keys()

    def _of(self, card: ModelCard) -> Iterator[Installed]:
        if own := self.own(card):
            yield own
            return
        for variant in card.variants:
            if model := self.here(card, variant):
                yield model

    def find(self, name: str, quantization: str | None = None, *, kind: str | None = None) -> Installed:
        """The model of an id, ``ID:QUANTISATION`` or alias that is here; of several quantisations the card's first.

        Raises NotFound, saying how to get it; of a half-downloaded one also how much is there.
        """
        id, after = _parts(name)
        card = self.card(id, kind)
        quantization = after or quantization
        if own := self.own(card):
            stated = own.variant.quantization.lower()
            if quantization is None or stated in ("own", quantization.lower()):
                return own
        variants = card.variants if quantization is None else (self.variant(card, quantization),)
        for variant in variants:
            if found := self.here(card, variant):
                return found
        for variant in variants:
            if broken := self.broken(card, variant):
                raise ModelNotFound("catalog.broken", model=spoken(card, variant), **broken._asdict())
            if have := self.present_bytes(card, variant):
                facts = {"have": decimal(have), "total": decimal(variant.bytes), "name": spoken(card, variant)}
                raise ModelNotFound("catalog.half", model=card.id, quantization=variant.quantization, **facts)
        raise ModelNotFound("catalog.not_here", model=card.id, name=spoken(card, variants[0]))

    def present_bytes(self, card: ModelCard, variant: Variant) -> int:
        """Bytes of an unfinished model that are on this disk, packages not yet unpacked included."""
        folder = self.folder(card, variant)
        verified = {f.name for f in read_journal(folder).files}
        whole = sum(_size(place(folder, f.name)) or 0 for f in variant.files if f.name in verified)
        begun = (_size(path) or 0 for path in (folder / OURS / "unfinished").glob("**/*") if not path.is_dir())
        packed = (_size(path) or 0 for path in (folder / OURS / "fetched").glob("*"))
        return whole + sum(begun) + sum(packed)


def _parts(name: str) -> tuple[str, str]:
    """Id and quantisation of ``ID:QUANTISATION``; an address is no such thing, and is told as it was written."""
    id, _, after = name.partition(":")
    return (id, after) if not after or QUANTIZATION.fullmatch(after) else (name, "")


def spoken(card: ModelCard, variant: Variant) -> str:
    """How a person names it on the command line: its id, and the quantisation where that is not the first."""
    return card.id if variant is card.variants[0] else f"{card.id}:{variant.quantization}"


def _broken(folder: Path, manifest: Manifest) -> Broken | None:
    sizes = ((place(folder, f.name), _size(place(folder, f.name)) or 0, f.bytes) for f in manifest.files)
    return next((Broken(path, size, wanted) for path, size, wanted in sizes if size != wanted), None)


def _opened(folder: Path, variant: Variant) -> Path:
    return folder if variant.format in WHOLE_FOLDER else place(folder, variant.files[0].name)


def _folder_format(folder: Path) -> str:
    whole = any(folder.glob("*.safetensors")) or not any((folder / name).exists() for name in _NETWORKS)
    return "safetensors" if whole else "onnx"


def _size(path: Path) -> int | None:
    """Bytes of a file, links followed; None when it is not there."""
    try:
        return path.stat().st_size
    except OSError:
        return None
