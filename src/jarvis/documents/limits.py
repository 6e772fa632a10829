"""How much one file may cost. Whatever it says of itself, no more than this is spent on it."""

from __future__ import annotations

from dataclasses import dataclass

_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost to read; beyond it is refused with Unreadable."""

    file_bytes: int = 512 * _MIB
    unpacked_bytes: int = 1024 * _MIB
    """Of an archive (DOCX, XLSX, EPUB, ...), all of its files together, as they say of themselves."""
    ratio: int = 250
    """How many times its size an archive may become; office files stay under 100, bombs begin at 1,000."""
    archive_files: int = 20_000
    characters: int = 20_000_000
    """Of text that comes out: forty fat books."""
    pages: int = 20_000
    memory_bytes: int = 2048 * _MIB
    """Of the process that reads, itself included."""
    cpu_seconds: int = 120
    wall_seconds: float = 600.0
    """More than the processor time by far: what reads lets everything else go first."""
    ocr_pages: int = 500
    """Scanned pages read of one file; the rest is told, not read. Each adds ``ocr_seconds`` to the processor time, and
    in proportion to the other."""
    ocr_seconds: int = 60
