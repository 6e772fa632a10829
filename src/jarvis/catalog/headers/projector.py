"""The file by which a model sees: what its header says that memory depends on.

Sources: clip.cpp of llama.cpp, whose names the keys are, and whose limits of a picture's tokens are here where the file
does not state them.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from jarvis.catalog.headers.gguf import read_container
from jarvis.catalog.headers.network import Keys

_MOST_TOKENS = {
    "qwen2vl_merger": 4096, "qwen2.5vl_merger": 4096, "qwen3vl_merger": 4096, "pixtral": 1024, "kimivl": 1024,
    "gemma4v": 1120, "gemma4uv": 1120,
}  # fmt: skip
"""Tokens that the largest picture becomes, where pictures keep their own size."""
_MERGED = {"qwen2vl_merger": 2, "qwen2.5vl_merger": 2, "qwen3vl_merger": 2, "kimivl": 2, "gemma4v": 3}
"""Patches of a side that become one token, where the file does not say."""
_MOST_PATCHES = 1 << 16


class Projector(NamedTuple):
    """Bytes of its weights, and what the buffer of a picture depends on: widths, and patches of the largest one."""

    weights: int
    hidden: int
    feed_forward: int
    patches: int

    @property
    def picture_bytes(self) -> int:
        """The buffer in which one picture is computed, with flash attention: one feed-forward and three hidden
        activations of every patch (exact against llama.cpp's log for three shapes)."""
        return 4 * self.patches * (self.feed_forward + 3 * self.hidden)


def read_projector(path: Path) -> Projector:
    """What a projector's header says. Raises CorruptFile, NotFound, CatalogError."""
    container, _ = read_container(path)
    keys = Keys(path, container)

    def vision(name: str) -> int:
        return keys.integer(f"vision.{name}")

    kind = keys.text("vision.projector_type") or keys.text("projector_type")
    merged = vision("spatial_merge_size") or vision("projector.scale_factor") or _MERGED.get(kind, 1)
    patch = max(1, vision("patch_size"))
    fixed = (vision("image_size") // patch) ** 2
    largest = vision("image_max_pixels") // patch**2 or _MOST_TOKENS.get(kind, 0) * merged**2
    return Projector(
        sum(tensor.bytes for tensor in container.tensors),
        vision("embedding_length"),
        vision("feed_forward_length"),
        min(max(fixed, largest), _MOST_PATCHES),
    )
