"""Pictures: the text on them, where the extra for OCR is installed. Each picture of a file is a page."""

from __future__ import annotations

from jarvis.documents.draft import Draft
from jarvis.documents.formats import _ocr
from jarvis.documents.formats._lines import paragraphs
from jarvis.documents.formats.base import Source
from jarvis.errors import Unreadable

PIXELS = 120_000_000
"""Of a picture, as it says of itself: 360 MB in memory."""
_MARKS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*", b"BM")


class Format:
    """See ``base.Format``."""

    suffixes = frozenset({".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".gif"})
    binary = True

    def looks(self, source: Source) -> bool:
        """By its first bytes."""
        head = source.head()
        return (head.startswith(_MARKS) and b"\0" in head) or (head.startswith(b"RIFF") and head[8:12] == b"WEBP")

    def read(self, source: Source, draft: Draft) -> None:
        """See ``base.Format``."""
        import numpy as np
        from PIL import Image, ImageOps, ImageSequence

        Image.MAX_IMAGE_PIXELS = None  # our own limit, which is no warning
        source.file.seek(0)
        with Image.open(source.file, formats=("PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF")) as picture:
            for number, frame in enumerate(ImageSequence.Iterator(picture), 1):
                if frame.width * frame.height > PIXELS:
                    raise Unreadable("documents.picture_too_big", width=frame.width, height=frame.height)
                frame.load()  # also where nothing reads it: a damaged one is told
                if number > draft.limits.ocr_pages or not _ocr.here():
                    draft.warn("documents.ocr_limit" if _ocr.here() else "documents.no_ocr", pages=f"{number}-")
                    break
                draft.page(number)
                source.more_time()
                seen = ImageOps.exif_transpose(frame.convert("RGB"))
                seen.thumbnail((_ocr.PIXELS, _ocr.PIXELS))
                draft.paragraph(paragraphs(_ocr.read(np.asarray(seen))))
                if picture.format == "GIF":
                    break
