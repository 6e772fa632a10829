"""Where anything that came from elsewhere may lie on this disk. No other file joins names that a card or a server gave.

Three products were broken by a downloader that built paths of its own (CVE-2024-37032 and its two returns), so there
is one function, and it is tested with hostile names.
"""

from __future__ import annotations

import re
from pathlib import Path

from jarvis.errors import CatalogError, CorruptFile

ID = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")
"""A model's id: lower case, digits, dots, dashes."""
QUANTIZATION = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?")

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+=@,~ -]*")
_RUNS_CODE = (".py", ".pyc", ".so", ".sh", ".pkl", ".pickle", ".pt", ".pth", ".ckpt", ".joblib", ".nemo", ".keras",
              ".h5", ".npy", ".npz")  # fmt: skip


def safe_name(name: str) -> bool:
    """Whether ``name`` may be a file below a model's folder: relative, plain parts, no more than 255 bytes each."""
    parts = name.split("/")
    return len(name.encode()) <= 1024 and all(
        _NAME.fullmatch(part) and len(part.encode()) <= 255 and not part.endswith((" ", ".")) for part in parts
    )


def runs_code(name: str) -> bool:
    """Whether files of this name can make the one who loads them run code."""
    low = name.lower()
    return low.endswith(_RUNS_CODE) or re.search(r"(^|/)pytorch_model[^/]*\.bin$", low) is not None


def place(root: Path, *names: str) -> Path:
    """The path of ``names`` below ``root``; nothing is created.

    Raises CorruptFile when a name is not plain, or when a link inside ``root`` leads out of it.
    """
    for name in names:
        if not safe_name(name):
            raise CorruptFile("catalog.bad_name", name=ascii(name))
    path = root.joinpath(*names)
    if not path.parent.resolve().is_relative_to(root.resolve()):
        raise CatalogError("catalog.outside", path=path, root=root)
    return path
