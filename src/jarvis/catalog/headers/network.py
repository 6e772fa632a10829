"""The network that a GGUF file's metadata describes, layer by layer, as llama.cpp understands it.

Sources: key names from gguf-py's constants.py; which layers slide, recur or share, and the size of a recurrent state,
from llama.cpp's llama-hparams.cpp, llama-kv-cache.cpp and src/models/*.cpp (``load_arch_hparams``).
"""

from __future__ import annotations

from math import isfinite
from pathlib import Path

from jarvis.catalog.headers.gguf import Container
from jarvis.catalog.headers.header import Layer, Rope
from jarvis.catalog.headers.reader import corrupt
from jarvis.errors import CorruptFile

MOST_LAYERS = 512
"""LLAMA_MAX_LAYERS."""

_PERIODS = {
    "gemma2": 2, "gemma3": 6, "gemma3n": 5, "gpt-oss": 2, "cohere2": 4, "cohere2moe": 4, "olmo2": 4, "exaone4": 4,
    "llama4": 4, "smallthinker": 4, "plamo3": 8, "afmoe": 4,
}  # fmt: skip
"""One layer in so many sees the whole context, where the file does not say which; the others slide."""
_FULL_FIRST = frozenset({"smallthinker"})
"""That layer is the first of its period there, elsewhere the last."""
_WINDOWS = {"llama4": 8192, "exaone4": 4096, "smallthinker": 4096}
"""Windows that llama.cpp fixes whatever the file says; exaone4's only in its model of 64 layers."""
_ALL_RECURRENT = frozenset({"mamba", "mamba2", "rwkv6", "rwkv6qwen2", "rwkv7", "arwkv7"})
_BOTH = frozenset({"falcon-h1"})
"""Every layer has attention and a recurrent state."""
_INTERVALS = {"qwen35": 4, "qwen35moe": 4, "qwen3next": 4, "minimax-01": 8}
"""One layer in ``full_attention_interval``, or in so many, has attention; the others recur."""


class Keys:
    """The values of one architecture, by the part of the key after its name, with their types checked."""

    def __init__(self, path: Path, container: Container) -> None:
        self.path = path
        self.container = container
        self.architecture = self.text("general.architecture")

    def _full(self, key: str) -> str:
        return key if key.startswith(("general.", "tokenizer.", "split.")) else f"{self.architecture}.{key}"

    def _find(self, key: str) -> object:
        return self.container.values.get(self._full(key))

    def fault(self, key: str, value: object, expected: str) -> CorruptFile:
        """The error that a value is not what it should be."""
        place = self.container.places.get(self._full(key), 0)
        return corrupt(
            self.path, "bad_value", offset=place, field=self._full(key), value=str(value)[:80], expected=expected
        )

    def text(self, key: str) -> str:
        value = self._find(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self.fault(key, value, "string")
        return value

    def number(self, key: str) -> float:
        """A floating point value; what is not finite counts as not stated."""
        value = self._find(key)
        if value is None:
            return 0.0
        if not isinstance(value, int | float):
            raise self.fault(key, value, "number")
        return float(value) if isfinite(value) else 0.0

    def integer(self, key: str, otherwise: int = 0) -> int:
        value = self._find(key)
        if value is None:
            return otherwise
        if isinstance(value, tuple) and value:  # a value per layer where one is asked for: the largest
            value = max(value)
        if not isinstance(value, int) or value < 0:
            raise self.fault(key, value, "integer >= 0")
        return int(value)

    def each(self, key: str, layers: int, otherwise: int = 0) -> tuple[int, ...]:
        """A value per layer, given as one for all or as an array of at least so many."""
        value = self._find(key)
        if not isinstance(value, tuple):
            return (self.integer(key, otherwise),) * layers
        if len(value) < layers:
            raise self.fault(key, f"[{len(value)}]", f"[{layers}]")
        numbers = value[:layers]
        if any(not isinstance(number, int) or number < 0 for number in numbers):
            raise self.fault(key, numbers[:8], "integers >= 0")
        return tuple(int(number) for number in numbers)

    def flags(self, key: str, layers: int) -> tuple[bool, ...] | None:
        """True or False per layer where the file lists it, else None."""
        value = self._find(key)
        return tuple(bool(flag) for flag in self.each(key, layers)) if isinstance(value, tuple) else None


def layers_of(keys: Keys) -> tuple[tuple[Layer, ...], int]:
    """The layers that answer, and how many more only draft (``nextn_predict_layers``)."""
    total, drafting = keys.integer("block_count"), keys.integer("nextn_predict_layers")
    if total > MOST_LAYERS or drafting > total:
        raise keys.fault("block_count", f"{total} ({drafting})", f"<= {MOST_LAYERS}")
    count = total - drafting
    heads = keys.each("attention.head_count", count)
    kv_heads = keys.each("attention.head_count_kv", count, otherwise=max(heads, default=0))
    feed_forward = keys.each("feed_forward_length", count)
    if not any(feed_forward):
        feed_forward = keys.each("expert_feed_forward_length", count)
    windows = _windows(keys, count)
    states = _states(keys, count, kv_heads, feed_forward)
    shared_from = count - keys.integer("attention.shared_kv_layers")
    even = keys.integer("embedding_length") // max(1, max(heads, default=0))
    key, value = (keys.integer(f"attention.{part}_length", even) for part in ("key", "value"))
    key_sliding, value_sliding = (
        keys.integer(f"attention.{part}_length_swa", size) for part, size in (("key", key), ("value", value))
    )
    if keys.integer("attention.key_length_mla"):
        # multi-head latent attention keeps one latent, which has the values too; and an indexer its own keys
        value = value_sliding = keys.integer("attention.indexer.key_length")
    layers = []
    for i in range(count):
        keeps = not _recurs_only(keys, states[i]) and i < shared_from
        layers.append(
            Layer(
                heads=heads[i],
                kv_heads=kv_heads[i] if keeps else 0,
                key_size=key_sliding if windows[i] else key,
                value_size=value_sliding if windows[i] else value,
                feed_forward=feed_forward[i],
                window=windows[i] if keeps else 0,
                state=states[i],
            )
        )
    return tuple(layers), drafting


def _recurs_only(keys: Keys, state: int) -> bool:
    return state > 0 and keys.architecture not in _BOTH


def _windows(keys: Keys, count: int) -> tuple[int, ...]:
    """Per layer how many tokens it keeps, 0 for all."""
    name = keys.architecture
    window = _WINDOWS.get(name, keys.integer("attention.sliding_window"))
    if name == "exaone4" and count != 64:
        window = 0
    listed = keys.flags("attention.sliding_window_pattern", count)
    if listed is not None:
        return tuple(window if slides else 0 for slides in listed)
    period = keys.integer("attention.sliding_window_pattern", _PERIODS.get(name, 1))
    full = 0 if name in _FULL_FIRST else period - 1
    return tuple(window if period == 0 or i % period != full else 0 for i in range(count))


def _states(keys: Keys, count: int, kv_heads: tuple[int, ...], feed_forward: tuple[int, ...]) -> tuple[int, ...]:
    """Per layer the elements of recurrent state that a sequence keeps: llama_hparams::n_embd_r + n_embd_s."""
    hidden, wkv, short = (keys.integer(k) for k in ("embedding_length", "wkv.head_size", "shortconv.l_cache"))
    inner, state = keys.integer("ssm.inner_size"), keys.integer("ssm.state_size")
    convolution = max(0, keys.integer("ssm.conv_kernel") - 1)
    heads, delta, name = keys.integer("attention.head_count"), keys.integer("kda.head_dim"), keys.architecture
    if wkv:
        size = keys.integer("token_shift_count", 2) * hidden + hidden * wkv
    elif short:
        size = hidden * (short - 1)
    elif delta:  # Kimi's: queries, keys and values have a convolution each
        size = heads * delta * (3 * convolution + delta)
    elif name == "minimax-01":
        size = heads * keys.integer("attention.key_length", hidden // max(1, heads)) ** 2
    else:
        size = convolution * (inner + 2 * keys.integer("ssm.group_count") * state) + state * inner
    if not size:
        return (0,) * count
    listed = keys.flags("attention.recurrent_layers", count)
    if listed is None and name in _ALL_RECURRENT | _BOTH:
        listed = (True,) * count
    if listed is None and name in _INTERVALS:
        interval = max(1, keys.integer("full_attention_interval", _INTERVALS[name]))
        listed = tuple((i + 1) % interval != 0 for i in range(count))
    if (
        listed is None
    ):  # jamba, granitehybrid, lfm2, plamo2, kimi-linear...; nemotron_h has layers that are feed-forward alone
        alone = name.startswith("nemotron_h")
        listed = tuple(kv_heads[i] == 0 and not (alone and feed_forward[i]) for i in range(count))
    return tuple(size if recurs else 0 for recurs in listed)


def rope_of(keys: Keys) -> Rope:
    """How positions are rotated."""
    return Rope(
        keys.integer("rope.dimension_count"),
        keys.number("rope.freq_base"),
        keys.text("rope.scaling.type"),
        keys.number("rope.scaling.factor"),
        keys.integer("rope.scaling.original_context_length"),
    )
