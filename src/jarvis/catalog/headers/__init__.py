"""Headers of model files: what a model is and takes, read without loading it, whatever the bytes are."""

from __future__ import annotations

from pathlib import Path

from jarvis.catalog.headers.folder import model_in, read_safetensors
from jarvis.catalog.headers.gguf_model import read_gguf
from jarvis.catalog.headers.header import Header
from jarvis.catalog.headers.reader import Reader

__all__ = ["Header", "read"]

_PICKLES = (b"PK\x03\x04", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")


def read(path: Path) -> Header:
    """The header of a GGUF or safetensors model: a file, any part of a split one, an index, or a folder.

    What is read is the header alone, at most 12 MiB, whatever the file claims. A file whose header is sound and whose
    data is cut off is no error here: see ``Header.missing_bytes`` and ``Header.require_whole``.
    Raises NotFound (nothing there), CorruptFile (with file, offset and field), CatalogError (may not be read).
    """
    if _is_folder(path):
        path = model_in(path)
    if path.name.endswith(".index.json"):
        return read_safetensors(path)
    with Reader(path) as reader:
        first = reader.take(min(9, reader.size), "magic")
        if first.startswith(_PICKLES):
            is_package = path.suffix.lower() in (".whl", ".zip")
            raise reader.fault("package", quoted=path) if is_package else reader.fault("pickle")
        if not first.startswith(b"GGUF") and first[8:9] != b"{":
            raise reader.fault("no_magic", found=repr(first[:4])[2:-1])
    return read_gguf(path) if first.startswith(b"GGUF") else read_safetensors(path)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # too long a name, no permission on the way: opening it will say so
        return False
